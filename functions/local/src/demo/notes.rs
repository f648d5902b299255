//! What else there is to say: problems, and how to go on.

use std::collections::BTreeMap;

use standings_local::{Stack, StackError};

/// Tells what did not count, on standard error.
pub(crate) async fn print(stack: &Stack) -> Result<(), StackError> {
    let status = stack.status().await?;
    // The same file may stand in both lists.
    let problems: BTreeMap<_, _> = status.problems.iter().map(|upload| (&upload.key, upload)).collect();
    for (key, upload) in problems {
        if let Some(rejection) = &upload.rejection {
            eprintln!("note: {key} was rejected: {}", rejection.0);
        } else {
            let examples: Vec<String> =
                upload.examples.iter().map(|row| format!("line {}: {}", row.line, row.reason)).collect();
            eprintln!("note: {key}: {} of its rows skipped ({})", upload.skipped_rows, examples.join("; "));
        }
    }
    for letter in stack.queue.dead_letters() {
        eprintln!("note: a message was given up after {} tries: {}", letter.receives, letter.body);
    }
    Ok(())
}

/// Where to upload and how to ask.
pub(crate) fn how_to_go_on(stack: &Stack) -> String {
    let (s3, front, bucket) = (stack.s3_address, stack.slack_address, stack.bucket());
    let (access_key, secret_key, region) = stack.credentials();
    format!(
        "Open http://{front} in a browser: a chat to ask in, and to drop sales files into.

Upload, replace or delete sales files with any S3 client (path style), and ask again:
  endpoint  http://{s3}
  bucket    {bucket}, under sales/
  keys      AWS_ACCESS_KEY_ID={access_key} AWS_SECRET_ACCESS_KEY={secret_key} AWS_REGION={region}
  such as   aws --endpoint-url http://{s3} s3 cp FILE s3://{bucket}/sales/

Ask from another terminal:
  cargo demo -- --at {front} --ask \"top 5\"

Serving until Ctrl-C.
"
    )
}
