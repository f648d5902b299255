//! Workers: parts of a file, added up side by side.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;

use crate::sales_file::ReadError;
use crate::tally::Tallies;

/// Has `work` add up each part that `next` gives, in as many threads as there are processors. Of several errors the one
/// of the first part counts, so that it is the same each time.
pub(crate) fn each<'a, P: Send>(
    mut next: impl FnMut() -> Result<Option<P>, ReadError>,
    tallies: &(impl Fn() -> Tallies<'a> + Sync),
    work: impl Fn(P, &mut Tallies<'a>) -> Result<(), ReadError> + Sync,
) -> Result<Tallies<'a>, ReadError> {
    let mut sum = tallies();
    let Some(first) = next()? else { return Ok(sum) };
    let mut following = next();
    if let Ok(None) = following {
        work(first, &mut sum)?;
        return Ok(sum);
    }
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let (sender, receiver) = mpsc::sync_channel::<(usize, P)>(workers);
    // The workers' alone: when the last of them ends, in whatever way, nobody waits for room in the channel.
    let receiver = Arc::new(Mutex::new(receiver));
    let failed = AtomicBool::new(false);
    thread::scope(|scope| {
        let worker = |receiver: Arc<Mutex<mpsc::Receiver<(usize, P)>>>| {
            let mut sum = tallies();
            loop {
                // The guard is dropped before the work begins.
                let part = receiver.lock().map_or(None, |receiver| receiver.recv().ok());
                let Some((index, part)) = part else { return Ok(sum) };
                if let Err(error) = work(part, &mut sum).and_then(|()| sum.check()) {
                    failed.store(true, Ordering::Relaxed);
                    return Err((index, error));
                }
            }
        };
        let workers: Vec<_> = (0..workers)
            .map(|_| {
                let receiver = Arc::clone(&receiver);
                scope.spawn(move || worker(receiver))
            })
            .collect();
        drop(receiver);
        let mut sent = sender.send((0, first)).is_ok();
        for index in 1.. {
            // Nobody receives any more where every worker failed; their errors follow.
            sent = sent && !failed.load(Ordering::Relaxed);
            match following {
                Ok(Some(part)) if sent => sent = sender.send((index, part)).is_ok(),
                _ => break,
            }
            following = next();
        }
        drop(sender);
        // All parts before a faulty one were sent before it.
        let mut errors = Vec::new();
        for worker in workers {
            match worker.join() {
                Ok(Ok(part)) => sum.merge(part),
                Ok(Err(error)) => errors.push(error),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        match errors.into_iter().min_by_key(|(index, _)| *index) {
            Some((_, error)) => Err(error),
            None => following.map(|_| sum),
        }
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::ids::{Ids, LastRows};
    use crate::reading::Reading;
    use crate::sales_file::rejected;

    /// All workers end while the channel is full and there is more to be sent; where somebody waits for ever, so does
    /// this test.
    #[test]
    fn nobody_waits_for_workers_that_have_all_ended() {
        let reading = Reading::default();
        let ids = Ids::new(LastRows::default());
        let mut parts = 0..10_000;
        let read = each(
            || Ok(parts.next()),
            &|| Tallies::new(&reading, &ids),
            |part, _| {
                // Time enough to fill the channel.
                thread::sleep(Duration::from_millis(100));
                Err(rejected(format!("part {part} is faulty")))
            },
        );
        let Err(error) = read else { panic!("it was read") };
        assert!(error.to_string().contains("part 0 "), "{error}");
    }
}
