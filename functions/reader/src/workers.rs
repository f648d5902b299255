//! Workers: the threads that read the parts of a file in parallel.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crossbeam_channel::Receiver;

use crate::pass::Pass;
use crate::sales_file::ReadError;
use crate::tally::Tallies;

/// A part of a file, with its place among the parts.
type Numbered<P> = (usize, P);

/// Adds up each part that `next` returns with `work`, in as many threads as there are processors. A file of a single
/// part is read on this thread.
///
/// # Errors
///
/// The error of the first faulty part in the order of the file, so that the same file always gets the same explanation.
pub(crate) fn each<'a, P: Send>(
    mut next: impl FnMut() -> Result<Option<P>, ReadError>,
    pass: &'a Pass<'_>,
    work: impl Fn(P, &mut Tallies<'a>) -> Result<(), ReadError> + Sync,
) -> Result<Tallies<'a>, ReadError> {
    let Some(first) = next()? else { return Ok(Tallies::new(pass)) };
    let second = next();
    if let Ok(None) = second {
        let mut sum = Tallies::new(pass);
        work(first, &mut sum)?;
        return Ok(sum);
    }
    let parts = std::iter::once(Ok(first)).chain(second.transpose()).chain(std::iter::from_fn(|| next().transpose()));
    let merged = in_parallel(parts, pass, &work)?.into_iter().reduce(|mut sum, other| {
        sum.merge(other);
        sum
    });
    Ok(merged.unwrap_or_else(|| Tallies::new(pass)))
}

/// Reads parts in parallel until they end or one is faulty. Returns the sums of each worker.
fn in_parallel<'a, P: Send>(
    parts: impl Iterator<Item = Result<P, ReadError>>,
    pass: &'a Pass<'_>,
    work: &(impl Fn(P, &mut Tallies<'a>) -> Result<(), ReadError> + Sync),
) -> Result<Vec<Tallies<'a>>, ReadError> {
    // The rows of groups depend on the rows before them.
    let workers = if pass.dialect.is_grouped { 1 } else { thread::available_parallelism().map_or(1, usize::from) };
    let (sender, receiver) = crossbeam_channel::bounded::<Numbered<P>>(workers);
    let failed = AtomicBool::new(false);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..workers)
            .map(|_| {
                let receiver = receiver.clone();
                let failed = &failed;
                scope.spawn(move || {
                    let sum = receive(&receiver, Tallies::new(pass), work);
                    failed.fetch_or(sum.is_err(), Ordering::Relaxed);
                    sum
                })
            })
            .collect();
        // Only the workers own a receiver now: once the last one ends, even by a panic, `send` fails instead of
        // blocking for ever.
        drop(receiver);
        let mut sent = Ok(());
        for (index, part) in parts.enumerate() {
            match part {
                Ok(part) => {
                    // A worker has failed, and its error is returned.
                    if failed.load(Ordering::Relaxed) || sender.send((index, part)).is_err() {
                        break;
                    }
                }
                Err(error) => {
                    sent = Err(error);
                    break;
                }
            }
        }
        drop(sender);
        let results = threads.into_iter().map(|thread| match thread.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        // The parts that were sent come before the one that could not be, so the error of a worker takes precedence.
        let sums = sums_or_first_error(results)?;
        sent.map(|()| sums)
    })
}

/// The work of one thread: adds up parts until there are no more, or one is faulty.
fn receive<'a, P>(
    parts: &Receiver<Numbered<P>>,
    mut sum: Tallies<'a>,
    work: &impl Fn(P, &mut Tallies<'a>) -> Result<(), ReadError>,
) -> Result<Tallies<'a>, (usize, ReadError)> {
    for (index, part) in parts {
        work(part, &mut sum).and_then(|()| sum.check()).map_err(|error| (index, error))?;
    }
    Ok(sum)
}

/// Returns the sums, or the error of the first faulty part. Workers receive parts in file order, so every earlier part has
/// been read already, and this is the first error of the file.
fn sums_or_first_error<'a>(
    results: impl Iterator<Item = Result<Tallies<'a>, (usize, ReadError)>>,
) -> Result<Vec<Tallies<'a>>, ReadError> {
    let mut sums = Vec::new();
    let mut first_error = None;
    for result in results {
        match result {
            Ok(sum) => sums.push(sum),
            Err((index, error)) if first_error.as_ref().is_none_or(|(first, _)| index < *first) => {
                first_error = Some((index, error));
            }
            Err(_) => {}
        }
    }
    first_error.map_or(Ok(sums), |(_, error)| Err(error))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use standings_core::explain;

    use super::*;
    use crate::dialect::Dialect;
    use crate::ids::{Ids, LastRows};
    use crate::reading::Reading;
    use crate::sales_file::rejected;

    /// All workers end while the channel is full and more parts are waiting. If `send` blocked, this test would never
    /// end.
    #[test]
    fn sending_does_not_block_after_all_workers_have_failed() {
        let reading = Reading::default();
        let pass = Pass::new("x", &reading, Dialect::default(), Ids::new(LastRows::default()));
        let mut parts = 0..10_000;
        let read = each(
            || Ok(parts.next()),
            &pass,
            |part, _| {
                // Time enough to fill the channel.
                thread::sleep(Duration::from_millis(100));
                Err(rejected(explain!["part ", part, " is faulty"]))
            },
        );
        let Err(error) = read else { panic!("it was read") };
        assert!(error.to_string().contains("part 0 "), "{error}");
    }
}
