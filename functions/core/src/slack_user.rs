//! Slack user ids.

/// Maximum length of a user id. Today's ids have 9 to 11 characters; Slack may lengthen them, but anything longer than
/// this is not an id.
const MAX_LENGTH: usize = 32;

/// Returns whether `id` has the form of a Slack user id: `U` or `W`, then upper-case letters and digits.
///
/// Slack recommends to treat ids as opaque (<https://api.slack.com/types/user>). Standings checks the form because a
/// column `slack_user_id` in a sales file may contain anything, such as names or email addresses, and because an id
/// becomes part of a key in the reports table. Both functions use this rule, so that every id that a file can provide
/// is one that a command can come from.
///
/// ```
/// use standings_core::slack_user;
///
/// assert!(slack_user::is_id("U2CERLKJA"));
/// assert!(slack_user::is_id("W012A3CDE")); // Enterprise Grid
/// assert!(!slack_user::is_id("C2147483705")); // a channel
/// assert!(!slack_user::is_id("u2cerlkja"));
/// assert!(!slack_user::is_id("U2CERLKJA@example.com"));
/// ```
#[must_use]
pub fn is_id(id: &str) -> bool {
    let Some(rest) = id.strip_prefix(['U', 'W']) else { return false };
    let is_id_char = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    !rest.is_empty() && id.len() <= MAX_LENGTH && rest.bytes().all(is_id_char)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_needs_a_prefix_a_tail_and_a_bounded_length() {
        assert!(is_id("U1") && is_id(&format!("U{}", "0".repeat(31))));
        for other in ["", "U", "W", "1U", "U-1", "U1 ", "UÄ1", "Ulrike", &format!("U{}", "0".repeat(32))] {
            assert!(!is_id(other), "{other}");
        }
    }
}
