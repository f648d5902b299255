//! Isolation of the work on one file or period from that on others.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use tokio::time::{Instant, timeout_at};

use crate::error::WorkError;

/// Runs `work` until the deadline, and turns a panic into an error.
///
/// One file or week must not take the others down with it. A panic or a timeout of the invocation would have Lambda
/// redeliver every message of the batch together with the one that causes it, until all of them are in the dead-letter
/// queue.
pub(crate) async fn isolated<T>(
    deadline: Instant,
    work: impl Future<Output = Result<T, WorkError>>,
) -> Result<T, WorkError> {
    // `AssertUnwindSafe` is sound: the panicking future's state is dropped, and every table write is guarded by the
    // fence, so stopping at any point is safe. The same holds for the deadline, which drops the future.
    let work = AssertUnwindSafe(work).catch_unwind();
    match timeout_at(deadline, work).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_panic)) => Err(WorkError::Panicked),
        Err(_elapsed) => Err(WorkError::OutOfTime),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn a_panic_and_a_timeout_leave_concurrent_work_alone() {
        let soon = Instant::now() + Duration::from_millis(50);
        let (panicked, stuck, done) = tokio::join!(
            isolated::<()>(soon, async { panic!("a bug") }),
            isolated::<()>(soon, std::future::pending()),
            isolated(soon, async { Ok(1) }),
        );
        assert!(matches!(panicked, Err(WorkError::Panicked)));
        assert!(matches!(stuck, Err(WorkError::OutOfTime)));
        assert!(matches!(done, Ok(1)));
    }
}
