//! Ingestion of one sales file: its current content becomes its contributions in the ledger.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::civil::Date;
use standings_core::{Contribution, Outlook, Period, Rejection, Segment, Upload, explain};
use standings_lambda::milliseconds;
use standings_reader::{ReadError, SalesFile};
use tokio::time::timeout;

use crate::app::Recompute;
use crate::bucket::{self, Lookup, OpenObject, Remote, is_changed};
use crate::error::{BucketError, StoreError, WorkError};
use crate::fence::Claim;
use crate::isolation::isolated;
use crate::ledger::{self, Subject};
use crate::member::Member;
use crate::metrics::Counts;
use crate::reports::StoredReport;
use crate::sales_key::{KeyKind, is_marker};
use crate::sums::contribution_items;
use crate::table::Item;
use crate::upload::upload;
use crate::{arrivals, failures, migration, table_format};

/// Attempts to read a file that is replaced while it is read. After the last one the message is redelivered.
const MAX_READS: usize = 3;

/// What the ingestion of a file affects.
#[derive(Debug, Default)]
pub(crate) struct Affected {
    /// Segments whose contributions changed.
    pub(crate) segments: BTreeSet<Segment>,
    /// Days whose uploads changed.
    pub(crate) days: BTreeSet<String>,
    pub(crate) counts: Counts,
    /// Segments and days that no longer hold anything of the file.
    pub(crate) emptied: Option<Emptied>,
}

/// Members of a file that were written empty. They are dropped once their segments and days have been refreshed: until
/// then, a redelivered message has to find them.
#[derive(Debug)]
pub(crate) struct Emptied {
    claim: Claim,
    members: BTreeSet<String>,
}

impl Emptied {
    /// Drops the members, unless there is a newer claim on the file.
    pub(crate) async fn drop_members(self) {
        self.claim.drop_members(self.members).await;
    }
}

/// Time to record a failure after the deadline of the work. A part of what is reserved for the response.
const RECORD_TIME: Duration = Duration::from_millis(300);

/// Current state of an object.
enum ObjectState {
    /// There is no such object, or it is no sales file.
    Deleted,
    /// The object is there, but cannot be read before it is restored.
    Archived,
    Stored(Box<StoredObject>),
}

/// An object that could be opened.
struct StoredObject {
    uploaded_at: Timestamp,
    etag: Option<String>,
    size: u64,
    content: Result<Content, Rejection>,
}

/// Content of an accepted sales file.
struct Content {
    file: SalesFile,
    /// Contributions of the file, in their stored form.
    parts: BTreeMap<Member, Item>,
}

impl ObjectState {
    fn counts(&self) -> Counts {
        let file = Counts { files: 1, ..Counts::default() };
        match self {
            Self::Deleted | Self::Archived => file,
            Self::Stored(object) => match &object.content {
                Ok(Content { file: content, .. }) => {
                    Counts { rows: content.rows, skipped_rows: content.skipped_rows, ..file }
                }
                Err(_) => Counts { rejected_files: 1, ..file },
            },
        }
    }
}

/// Ingests the file `key` in its current state, under the protocol of [`fence`](crate::fence).
///
/// A file that was deleted is ingested as empty, and a file that cannot be used as rejected. Errors are failures of S3
/// and DynamoDB, and the deadline. They are recorded for the status, with the `outlook`.
pub(crate) async fn ingest(
    app: &Recompute,
    key: &str,
    outlook: Outlook,
    deadline: tokio::time::Instant,
) -> Result<Affected, WorkError> {
    let claim = isolated(deadline, async { Ok(app.ledger.claim(Subject::File(key)).await?) }).await?;
    let ingested = isolated(deadline, Box::pin(ingest_claimed(app, key, &claim))).await;
    if let Err(error) = &ingested {
        let record = failures::record_file(app, key, &claim, failures::reason(error), outlook);
        match timeout(RECORD_TIME, Box::pin(record)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::debug!(object.key = key, %error, "failure not recorded"),
            Err(_) => tracing::debug!(object.key = key, "failure not recorded in time"),
        }
    }
    ingested
}

async fn ingest_claimed(app: &Recompute, key: &str, claim: &Claim) -> Result<Affected, WorkError> {
    let started = Instant::now();
    let state = read(app, key).await?;
    if matches!(state, ObjectState::Archived) {
        return archived(app, key, claim).await;
    }
    let upload = match &state {
        ObjectState::Stored(object) => Some(record(app, key, claim, object).await?),
        _ => None,
    };
    let mut derived = derive(app, &state, upload.as_ref())?;
    if !derived.is_empty() {
        // An invocation that meets the ledger of a newer version stops here.
        app.migration.is_pending(&app.ledger).await?;
    }
    let members = claim.extend(derived.keys().map(Member::to_string).collect()).await?;
    let members: BTreeSet<Member> = members.iter().filter_map(|member| Member::parse(member)).collect();

    let mut items = Vec::with_capacity(members.len());
    let mut emptied = BTreeSet::new();
    for member in &members {
        // A member that is not derived any more becomes an empty item.
        let mut item = derived.remove(member).unwrap_or_else(|| {
            emptied.insert(member.to_string());
            Item::new()
        });
        item.extend(member.key(key));
        items.push(item);
    }
    app.ledger.put(claim, items).await?;
    // Without members, nothing of the file was ever stored. A writer whose claim is superseded does not add any.
    if !members.is_empty() {
        let file = StoredReport::file(app.settings.name_of(key), upload.as_ref())?;
        app.reports.put(claim, vec![file]).await?;
    }

    if let ObjectState::Stored(object) = &state
        && object.content.is_ok()
    {
        arrivals::note(app, key, object.uploaded_at).await?;
    }
    log(key, &state, claim.generation, members.len(), started.elapsed());
    let emptied = (!emptied.is_empty()).then_some(Emptied { claim: claim.clone(), members: emptied });
    let mut affected = Affected { counts: state.counts(), emptied, ..Affected::default() };
    for member in members {
        match member {
            Member::Part(segment, _) => {
                affected.segments.insert(segment);
            }
            // Emptied, and read by the refreshes of the segments that the week consists of.
            Member::Week(week) => affected.segments.extend(Period::Week(week).segments()),
            Member::Upload(_) | Member::Problem(_) | Member::Day(_) => {
                affected.days.extend(member.day().map(|day| day.to_string()));
            }
            Member::Failed => {}
        }
    }
    Ok(affected)
}

/// Leaves what was counted of an archived file as it is, and records that it was not read again.
async fn archived(app: &Recompute, key: &str, claim: &Claim) -> Result<Affected, WorkError> {
    let segments = migration::carry_over(app, key, claim).await?;
    failures::record_file(app, key, claim, failures::archived(), Outlook::Archived).await?;
    tracing::warn!(object.key = key, generation = claim.generation, "file {key} is archived; not read again");
    Ok(Affected { segments, counts: ObjectState::Archived.counts(), ..Affected::default() })
}

/// Returns the record of this version of the file, compared with the version before.
async fn record(app: &Recompute, key: &str, claim: &Claim, object: &StoredObject) -> Result<Upload, StoreError> {
    // Without members, no version of the file was ever stored.
    let stored = if claim.members.is_empty() { None } else { app.reports.upload(app.settings.name_of(key)).await? };
    let StoredObject { uploaded_at, etag, size, content } = object;
    let base =
        Upload { key: key.to_owned(), uploaded_at: *uploaded_at, etag: etag.clone(), size: *size, ..Upload::default() };
    Ok(upload(base, content.as_ref().map(|content| &content.file)).after(stored))
}

/// Reads the current state of an object, all of it from one version.
async fn read(app: &Recompute, key: &str) -> Result<ObjectState, WorkError> {
    // A rebuild has what an older version of Standings counted of a side file removed.
    if app.settings.kind_of(key) != KeyKind::SalesFile {
        return Ok(ObjectState::Deleted);
    }
    let table = table_format::rejection(app, key).await?;
    for _ in 0..MAX_READS {
        let object = match bucket::open(&app.s3, &app.settings.bucket, key, None, None).await? {
            Lookup::Object(object) => object,
            Lookup::NotFound => return Ok(ObjectState::Deleted),
            Lookup::Changed => continue,
            Lookup::Archived => return Ok(ObjectState::Archived),
        };
        let (uploaded_at, etag, size) = (object.uploaded_at, object.etag.clone(), object.size);
        if is_marker(key, size) {
            tracing::debug!(object.key = key, "ignored: an empty marker");
            return Ok(ObjectState::Deleted);
        }
        let read = match table.clone() {
            Some(rejection) => Err(ReadError::Rejected(rejection)),
            None => read_content(app, key, object).await,
        };
        let content = match read {
            Ok(file) => pack(file)?,
            Err(ReadError::Rejected(rejection)) => Err(rejection),
            Err(ReadError::Source(error)) if is_changed(&error) => continue,
            Err(ReadError::Source(error)) => return Err(bucket::bucket_error(&error).into()),
        };
        return Ok(ObjectState::Stored(Box::new(StoredObject { uploaded_at, etag, size, content })));
    }
    Err(BucketError::without_code("the file was replaced again and again while it was read").into())
}

/// Runs the reader on a blocking thread.
///
/// A panic of the reader, or of a library that it uses, ends that thread only. The file is then rejected rather than
/// retried, because the same bytes would cause the same panic on every delivery. The panic hook has logged the
/// location.
async fn read_content(app: &Recompute, key: &str, object: OpenObject) -> Result<SalesFile, ReadError> {
    let reading = app.settings.reading_of(key).clone();
    let remote = Remote::new(app.s3.clone(), &app.settings.bucket, key, object);
    let reader = tokio::task::spawn_blocking(move || standings_reader::read(&remote.key, &reading, &remote));
    reader.await.unwrap_or_else(|_panic| {
        let reason = explain!["the reader failed on this file, which is a bug in Standings; please report it"];
        Err(ReadError::Rejected(Rejection(reason)))
    })
}

/// Encodes the contributions of a file, or rejects it if there are more people in a segment than can be stored.
fn pack(mut file: SalesFile) -> Result<Result<Content, Rejection>, StoreError> {
    let mut parts = BTreeMap::new();
    // What is packed is not needed any more, but for its weeks and its numbers of rows.
    for (&segment, contribution) in &mut file.segments {
        let rows = contribution.rows;
        let people = contribution.people.len();
        let unpacked = std::mem::replace(contribution, Contribution { rows, ..Contribution::default() });
        let Some(items) = contribution_items(unpacked)? else {
            return Ok(Err(Rejection(explain![
                "it has ",
                people,
                " salespeople in ",
                segment.week(),
                ", more than can be stored. Is the right column read as their name?",
            ])));
        };
        parts.extend(items.into_iter().map(|(part, item)| (Member::Part(segment, part), item)));
    }
    Ok(Ok(Content { file, parts }))
}

/// Returns the items that the file is derived into, by member and without keys. A deleted file is derived into none.
fn derive(app: &Recompute, state: &ObjectState, upload: Option<&Upload>) -> Result<BTreeMap<Member, Item>, StoreError> {
    let (ObjectState::Stored(object), Some(upload)) = (state, upload) else { return Ok(BTreeMap::new()) };
    let StoredObject { uploaded_at, content, .. } = &**object;
    let day = app.settings.reading.time_zone.to_datetime(*uploaded_at).date();
    let mut derived: BTreeMap<Member, Item> = match content {
        Ok(Content { parts, .. }) => parts.clone(),
        Err(_) => rejected_segment(day).into_iter().collect(),
    };
    derived.insert(Member::Upload(*uploaded_at), ledger::upload_item(upload)?);
    if upload.has_problem() {
        derived.insert(Member::Problem(*uploaded_at), ledger::upload_item(upload)?);
    }
    Ok(derived)
}

/// Records a rejection in the segment of the upload, so that the reports of its periods say "1 file could not be read".
/// Which segments the file would have had rows in is unknown.
fn rejected_segment(uploaded_on: Date) -> Option<(Member, Item)> {
    Some((Member::Part(Segment::of_date(uploaded_on)?, 0), ledger::rejected_item()))
}

fn log(key: &str, state: &ObjectState, generation: u64, members: usize, took: Duration) {
    let duration_ms = milliseconds(took);
    let object = match state {
        ObjectState::Deleted => {
            tracing::info!(object.key = key, generation, members, duration_ms, "file {key} deleted");
            return;
        }
        // Logged where it is recorded.
        ObjectState::Archived => return,
        ObjectState::Stored(object) => object,
    };
    match &object.content {
        Ok(Content { file, .. }) => tracing::info!(
            object.key = key,
            object.bytes = object.size,
            generation,
            segments = file.segments.len(),
            rows = file.rows,
            skipped_rows = file.skipped_rows,
            duration_ms,
            "file {key} ingested"
        ),
        Err(rejection) => tracing::warn!(
            object.key = key,
            object.bytes = object.size,
            generation,
            reason = rejection.0.redacted(),
            duration_ms,
            "file {key} rejected"
        ),
    }
}
