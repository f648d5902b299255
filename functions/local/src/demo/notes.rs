//! Notes on standard error: problems with files, and what to do next.

use std::collections::BTreeMap;

use standings_core::FailedSubject;
use standings_local::{Stack, StackError};

/// Prints rejected files, skipped rows, remarks, failures and dead letters.
pub(crate) async fn print(stack: &Stack) -> Result<(), StackError> {
    let status = stack.status().await?;
    // Sorted by key.
    let problems: BTreeMap<_, _> = status.problems.iter().map(|upload| (&upload.key, upload)).collect();
    for (key, upload) in problems {
        if let Some(rejection) = &upload.rejection {
            eprintln!("note: {key} was rejected: {}", rejection.0);
        }
        for remark in &upload.remarks {
            eprintln!("note: {key}: {remark}");
        }
        if upload.skipped_rows > 0 {
            let examples: Vec<String> =
                upload.examples.iter().map(|row| format!("line {}: {}", row.line, row.reason)).collect();
            let rows = if upload.skipped_rows == 1 { "row was" } else { "rows were" };
            eprintln!("note: {key}: {} {rows} skipped ({})", upload.skipped_rows, examples.join("; "));
        }
    }
    for failure in &status.failures {
        let what = match &failure.subject {
            FailedSubject::File(key) => key.clone(),
            FailedSubject::Period(period) => period.to_string(),
            FailedSubject::Message => "a message".to_owned(),
        };
        eprintln!("note: {what}: {}", failure.reason);
    }
    for letter in stack.queue.dead_letters() {
        eprintln!("note: a message failed {} times and is now a dead letter: {}", letter.receives, letter.body);
    }
    Ok(())
}

/// Returns how to ask and how to upload.
pub(crate) fn next_steps(stack: &Stack) -> String {
    let (s3, page, bucket) = (stack.s3_address, stack.slack_address, stack.bucket());
    let (access_key, secret, region) = stack.credentials();
    format!(
        "Open http://{page} in a browser: a chat to ask questions in and to drop sales files into.

Or ask from another terminal:
  cargo demo -- --at {page} --ask \"top 5\"

Upload, replace or delete sales files with any S3 client (path-style addressing), then ask again:
  endpoint  http://{s3}
  bucket    {bucket}, prefix sales/
  keys      AWS_ACCESS_KEY_ID={access_key} AWS_SECRET_ACCESS_KEY={secret} AWS_REGION={region}
  example   aws --endpoint-url http://{s3} s3 cp FILE s3://{bucket}/sales/

Press Ctrl-C to stop.
"
    )
}
