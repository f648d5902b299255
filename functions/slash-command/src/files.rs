//! The files that a typed name means, among those that the status lists.

use standings_core::{FailedSubject, Status};

/// Returns the keys that match a name best: those that are the name, else those that end with it, else those that contain
/// it. Letter case and the number of spaces do not matter. Newest first, each key once.
pub(crate) fn find<'a>(status: &'a Status, typed: &str) -> Vec<&'a str> {
    let typed = folded(typed);
    let mut keys: Vec<&str> = Vec::new();
    let uploads = status.all_uploads().map(|upload| upload.key.as_str());
    let failed = status.failures.iter().filter_map(|failure| match &failure.subject {
        FailedSubject::File(key) => Some(key.as_str()),
        _ => None,
    });
    for key in uploads.chain(failed) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    let is_name = |key: &str| {
        let whole = folded(key);
        let prefix = folded(&status.prefix);
        let names = [whole.as_str(), whole.strip_prefix(&prefix).unwrap_or(&whole)];
        names.contains(&typed.as_str()) || whole.rsplit('/').next() == Some(&typed)
    };
    let levels: [&dyn Fn(&str) -> bool; 3] =
        [&is_name, &|key| folded(key).ends_with(&typed), &|key| folded(key).contains(&typed)];
    let found = levels.iter().map(|matches| keys.iter().copied().filter(|key| matches(key)).collect::<Vec<_>>());
    found.into_iter().find(|found| !found.is_empty()).unwrap_or_default()
}

fn folded(name: &str) -> String {
    name.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use standings_core::{Failure, Outlook, Upload, explain};

    use super::*;

    #[test]
    fn the_name_goes_before_its_end_and_the_end_before_a_part() {
        let upload = |key: &str| Upload { key: key.to_owned(), ..Upload::default() };
        let failure = Failure {
            subject: FailedSubject::File("sales/denied.csv".to_owned()),
            at: jiff::Timestamp::UNIX_EPOCH,
            reason: explain!["x"],
            outlook: Outlook::Retried,
        };
        let keys =
            ["sales/emea/November.csv", "sales/apac/november.csv", "sales/old november.csv", "sales/Week  48 (1).csv"];
        let mut status = Status::of(keys.map(upload).to_vec(), vec![failure], None, jiff::Timestamp::UNIX_EPOCH);
        status.prefix = "sales/".to_owned();
        assert_eq!(find(&status, "november.csv"), ["sales/apac/november.csv", "sales/emea/November.csv"]);
        assert_eq!(find(&status, "EMEA/November.csv"), ["sales/emea/November.csv"]);
        assert_eq!(find(&status, "sales/apac/november.csv"), ["sales/apac/november.csv"]);
        assert_eq!(find(&status, "week 48"), ["sales/Week  48 (1).csv"]);
        assert_eq!(find(&status, "old"), ["sales/old november.csv"]);
        assert_eq!(find(&status, "denied"), ["sales/denied.csv"]);
        assert!(find(&status, "december").is_empty());
    }
}
