use super::*;

fn upload(key: &str, second: i64, skipped_rows: u64) -> Upload {
    Upload {
        key: key.to_owned(),
        uploaded_at: Timestamp::from_second(second).unwrap(),
        rows: 1,
        skipped_rows,
        ..Upload::default()
    }
}

fn remarks(upload: &Upload) -> Vec<&str> {
    upload.remarks.iter().map(Explanation::as_str).collect()
}

#[test]
fn the_latest_come_first_and_problems_are_kept_when_newer_uploads_have_none() {
    let mut uploads = vec![upload("bad", 1, 3)];
    uploads.extend((0..30).map(|i| upload(&format!("good-{i}"), 100 + i, 0)));
    let status = Status::of(uploads, Vec::new(), None, Timestamp::UNIX_EPOCH);
    assert_eq!((status.uploads.len(), status.uploads[0].key.as_str()), (20, "good-29"));
    assert_eq!(status.problems.iter().map(|u| u.key.as_str()).collect::<Vec<_>>(), ["bad"]);
    assert_eq!((status.totals.uploads, status.totals.problems, status.totals.complete), (31, 1, 30));
    assert_eq!(status.all_uploads().count(), 21);
}

#[test]
fn the_same_content_under_two_names_is_remarked_on_both() {
    let copy = |key: &str, etag: &str, size| Upload { etag: Some(etag.to_owned()), size, ..upload(key, 1, 0) };
    let rejected = Upload { rejection: Some(Rejection(explain!["no"])), ..copy("sales/d.csv", "x", 5) };
    let uploads = vec![copy("sales/a.csv", "x", 5), copy("sales/b.csv", "x", 5), copy("sales/c.csv", "x", 6), rejected];
    let status = Status::of(uploads, Vec::new(), None, Timestamp::UNIX_EPOCH);
    let expected = "it has the same content as \"sales/b.csv\"; both count. Delete one of them if it is a copy";
    assert_eq!(remarks(&status.uploads[0]), [expected]);
    assert_eq!(
        status.problems.iter().map(|u| u.key.as_str()).collect::<Vec<_>>(),
        ["sales/a.csv", "sales/b.csv", "sales/d.csv"]
    );
    assert!(status.uploads[2].remarks.is_empty() && status.uploads[3].remarks.is_empty());
}

#[test]
fn a_file_that_lost_rows_or_a_column_is_remarked_each_time_its_version_is_ingested() {
    let version = |etag: &str, rows, columns: &[&str]| Upload {
        etag: Some(etag.to_owned()),
        rows,
        columns: columns.iter().map(|&name| name.to_owned()).collect(),
        ..upload("a.csv", 1, 0)
    };
    let first = version("1", 100, &["date", "rep", "amount", "region"]).after(None);
    assert!(first.remarks.is_empty());
    let half = version("2", 50, &["date", "rep", "amount", "region"]).after(Some(first.clone()));
    assert!(half.remarks.is_empty());
    let small = version("2", 49, &["date", "rep", "amount"]).after(Some(first));
    let expected = [
        "it has 49 rows, less than half of the 100 of the version that it replaced. Check that the export is complete",
        "the column \"region\" of the version that it replaced is missing",
    ];
    assert_eq!(remarks(&small), expected);
    let again = version("2", 49, &["date", "rep", "amount"]).after(Some(small.clone()));
    assert_eq!(again, small);
    // A rejected version in between is not what the next one is compared with.
    let rejected =
        Upload { rejection: Some(Rejection(explain!["no"])), ..version("3", 0, &[]) }.after(Some(half.clone()));
    assert!(rejected.remarks.is_empty());
    let fixed = version("4", 10, &["date", "rep", "amount", "region"]).after(Some(rejected));
    assert_eq!(remarks(&fixed).len(), 1);
}

#[test]
fn rows_that_are_not_sales_are_no_problem_but_do_not_count() {
    let other_rows = OtherRows { not_sales: 28, repeated: 0, blank: 1 };
    let open = Upload { other_rows, ..upload("a.csv", 1, 0) };
    assert!(!open.has_problem() && !open.counts_entirely());
    assert_eq!(open.all_rows(), 30);
    let footer = Upload { other_rows: OtherRows { blank: 2, ..OtherRows::default() }, ..upload("a.csv", 1, 0) };
    assert!(footer.counts_entirely());
}

#[test]
fn archived_files_come_after_what_failed() {
    let failure = |subject: FailedSubject, second, outlook| Failure {
        subject,
        at: Timestamp::from_second(second).unwrap(),
        reason: explain!["x"],
        outlook,
    };
    let file = |key: &str| FailedSubject::File(key.to_owned());
    let failures = vec![
        failure(file("old"), 9, Outlook::Archived),
        failure(file("denied"), 2, Outlook::Retried),
        failure(FailedSubject::Message, 3, Outlook::GivenUp),
    ];
    let status = Status::of(Vec::new(), failures, None, Timestamp::UNIX_EPOCH);
    let subjects: Vec<_> = status.failures.iter().map(|failure| failure.subject.clone()).collect();
    assert_eq!(subjects, [FailedSubject::Message, file("denied"), file("old")]);
    assert_eq!((status.totals.failures, status.totals.archived), (2, 1));
    let stored = serde_json::to_string(&status).unwrap();
    assert_eq!(serde_json::from_str::<Status>(&stored).unwrap(), status);
}
