//! User ids of Slack.

/// Maximum length of a user id that is accepted, far above the 9 to 11 characters that Slack uses. The id becomes part
/// of a key.
const MAX_LENGTH: usize = 32;

/// Whether a text has the form of a Slack user id, such as `U012AB3CD`: `U` or `W`, then ASCII letters and digits.
///
/// Nothing else may become part of a key in the table of reports, and a name or an email address in a column
/// `slack_user_id` is not an id. For both prefixes, see Slack's example of
/// [`users.info`](https://docs.slack.dev/reference/methods/users.info).
///
/// ```
/// use standings_core::slack_user;
///
/// assert!(slack_user::is_id("U012AB3CD") && slack_user::is_id("W012A3CDE"));
/// assert!(!slack_user::is_id("ana@example.com") && !slack_user::is_id(""));
/// ```
#[must_use]
pub fn is_id(text: &str) -> bool {
    text.starts_with(['U', 'W']) && text.len() <= MAX_LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
