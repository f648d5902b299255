//! One sales file: what it holds now becomes its contributions in the ledger.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use standings_core::{Rejection, Upload, Week};
use standings_reader::{ReadError, SalesFile};

use crate::app::Recompute;
use crate::bucket::{self, Found, Opened, Remote, is_changed};
use crate::error::{BucketError, StoreError, WorkError};
use crate::fence::{self, Claim, Item};
use crate::ledger::{self, FENCE, Member};
use crate::metrics::Counts;

/// A file that is replaced while it is read is read again, this often at most; then its message comes again.
const MAX_READS: usize = 3;

/// Items are written side by side, so many at once.
const WRITES: usize = 16;

/// What a file is and was derived into: the weeks to refresh, and the days whose uploads changed.
#[derive(Debug, Default)]
pub(crate) struct Touched {
    pub(crate) weeks: BTreeSet<Week>,
    pub(crate) days: BTreeSet<String>,
    pub(crate) counts: Counts,
}

/// What stands in the bucket.
enum Truth {
    Nothing,
    File { uploaded_at: Timestamp, size: u64, content: Result<SalesFile, Rejection> },
}

impl Truth {
    fn counts(&self) -> Counts {
        let file = Counts { files: 1, ..Counts::default() };
        match self {
            Self::Nothing => file,
            Self::File { content: Ok(content), .. } => {
                Counts { rows: content.rows, skipped_rows: content.skipped_rows, ..file }
            }
            Self::File { content: Err(_), .. } => Counts { rejected_files: 1, ..file },
        }
    }
}

/// Takes in the file as it is now; nothing means that it was deleted.
pub(crate) async fn take_in(app: &Recompute, key: &str) -> Result<Touched, WorkError> {
    let started = std::time::Instant::now();
    let ledger = &app.settings.ledger_table;
    let claim = Claim::new(&app.dynamodb, ledger, fence::key(format!("source#{key}"), FENCE)).await?;
    let truth = read(app, key).await?;
    let derived = derive(app, key, &truth)?;
    let members = claim.extend(&app.dynamodb, derived.keys().map(Member::to_string).collect()).await?;
    let members: BTreeSet<Member> = members.iter().filter_map(|member| Member::parse(member)).collect();

    let items: Vec<Item> = members
        .iter()
        .map(|member| {
            let mut item = derived.get(member).cloned().unwrap_or_default();
            item.extend(member.key(key));
            item
        })
        .collect();
    stream::iter(items)
        .map(|item| claim.put_if_newer(&app.dynamodb, ledger, item))
        .buffer_unordered(WRITES)
        .try_collect::<()>()
        .await?;

    log(key, &truth, claim.generation, members.len(), started.elapsed());
    let mut touched = Touched { counts: truth.counts(), ..Touched::default() };
    for member in members {
        match member {
            Member::Week(week) => drop(touched.weeks.insert(week)),
            Member::Day(day) => drop(touched.days.insert(day.to_string())),
        }
    }
    Ok(touched)
}

async fn read(app: &Recompute, key: &str) -> Result<Truth, WorkError> {
    for _ in 0..MAX_READS {
        let opened = match bucket::open(&app.s3, &app.settings.bucket, key, None, None).await? {
            Found::Object(opened) => opened,
            Found::Nothing => return Ok(Truth::Nothing),
            Found::Changed => continue,
            Found::Archived => {
                let reason = "the file is archived (Glacier). Restore it, then upload it again";
                let content = Err(Rejection(reason.to_owned()));
                return Ok(Truth::File { uploaded_at: Timestamp::now(), size: 0, content });
            }
        };
        let (uploaded_at, size) = (opened.uploaded_at, opened.size);
        match read_opened(app, key, opened).await {
            Ok(file) => return Ok(Truth::File { uploaded_at, size, content: Ok(file) }),
            Err(ReadError::Rejected(rejection)) => {
                return Ok(Truth::File { uploaded_at, size, content: Err(rejection) });
            }
            Err(ReadError::Source(error)) if is_changed(&error) => {}
            Err(ReadError::Source(error)) => return Err(BucketError(error.to_string()).into()),
        }
    }
    Err(BucketError("the file was replaced again and again while it was read".to_owned()).into())
}

/// Reads on a thread where blocking is fine, and where a panic of a library ends as the rejection of this file alone.
async fn read_opened(app: &Recompute, key: &str, opened: Opened) -> Result<SalesFile, ReadError> {
    let reading = app.settings.reading.clone();
    let remote = Remote::new(app.s3.clone(), &app.settings.bucket, key, opened);
    let reading = tokio::task::spawn_blocking(move || standings_reader::read(&remote.key, &reading, &remote));
    reading.await.unwrap_or_else(|panic| {
        tracing::error!(object.key = key, panicked = panic.is_panic(), "the reader failed on this file; this is a bug");
        let reason = "the reader failed on this file, which is a bug of Standings; please report it";
        Err(ReadError::Rejected(Rejection(reason.to_owned())))
    })
}

/// What the file is derived into, by member.
fn derive(app: &Recompute, key: &str, truth: &Truth) -> Result<BTreeMap<Member, Item>, StoreError> {
    let Truth::File { uploaded_at, content, .. } = truth else { return Ok(BTreeMap::new()) };
    let mut content = content.as_ref().map_err(Clone::clone);
    let mut derived = BTreeMap::new();
    if let Ok(file) = content {
        for (&week, contribution) in &file.weeks {
            let packed = ledger::pack(contribution)?;
            let size = packed.as_b().map_or(0, |packed| packed.as_ref().len());
            if size > ledger::MAX_CONTRIBUTION {
                let people = contribution.people.len();
                content = Err(Rejection(format!(
                    "it has {people} salespeople in {week}, which take {} KB; DynamoDB keeps 400 KB an item. Split the file",
                    size / 1024
                )));
                break;
            }
            derived.insert(Member::Week(week), Item::from([("contribution".to_owned(), packed)]));
        }
    }
    let day = app.settings.reading.time_zone.to_datetime(*uploaded_at).date();
    if content.is_err() {
        derived.clear();
        // The week of the upload shows that something is missing.
        if let Some(week) = Week::of_date(day) {
            derived.insert(Member::Week(week), Item::from([("rejected".to_owned(), AttributeValue::Bool(true))]));
        }
    }
    let upload = upload(key, *uploaded_at, content);
    let text = serde_json::to_string(&upload)
        .map_err(|error| StoreError::Form { what: "an upload", problem: error.to_string() })?;
    derived.insert(Member::Day(day), Item::from([("upload".to_owned(), AttributeValue::S(text))]));
    Ok(derived)
}

fn upload(key: &str, uploaded_at: Timestamp, content: Result<&SalesFile, Rejection>) -> Upload {
    let base = Upload {
        key: key.to_owned(),
        uploaded_at,
        weeks: None,
        rows: 0,
        skipped_rows: 0,
        examples: Vec::new(),
        rejection: None,
    };
    match content {
        Ok(file) => {
            let mut weeks = file.weeks.iter().filter(|(_, contribution)| contribution.rows > 0).map(|(&week, _)| week);
            let first = weeks.next();
            Upload {
                weeks: first.map(|first| (first, weeks.next_back().unwrap_or(first))),
                rows: file.rows,
                skipped_rows: file.skipped_rows,
                examples: file.examples.clone(),
                ..base
            }
        }
        Err(rejection) => Upload { rejection: Some(rejection), ..base },
    }
}

fn log(key: &str, truth: &Truth, generation: u64, members: usize, took: std::time::Duration) {
    let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    match truth {
        Truth::Nothing => tracing::info!(object.key = key, generation, members, duration_ms, "the file is gone"),
        Truth::File { size, content: Ok(file), .. } => tracing::info!(
            object.key = key,
            object.bytes = size,
            generation,
            weeks = file.weeks.len(),
            rows = file.rows,
            skipped_rows = file.skipped_rows,
            duration_ms,
            "the file was taken in"
        ),
        Truth::File { size, content: Err(rejection), .. } => tracing::warn!(
            object.key = key,
            object.bytes = size,
            generation,
            reason = without_quotes(&rejection.0),
            duration_ms,
            "the file was rejected"
        ),
    }
}

/// A reason without what it quotes from the file: where the header is missing, the names of columns are those of people.
fn without_quotes(reason: &str) -> String {
    let (mut text, mut quoted, mut escaped) = (String::new(), false, false);
    for char in reason.chars() {
        let ends = char == '"' && !escaped;
        escaped = char == '\\' && !escaped;
        if ends {
            quoted = !quoted;
            text.push(char);
            text.extend(quoted.then_some('…'));
        } else if !quoted {
            text.push(char);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_reason_quotes_is_left_out_of_the_log() {
        assert_eq!(
            without_quotes(r#"The columns are "Ana \"Bo\" Cy", "x". Rename"#),
            r#"The columns are "…", "…". Rename"#
        );
        assert_eq!(without_quotes("it is empty"), "it is empty");
    }
}
