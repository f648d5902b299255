//! The protocol under fire: generated histories of files, events, workers, crashes and failures, through the real
//! function and real clients, one call at a time. In the end everything must say what the files in the bucket say.
//!
//! `SIMULATE_HISTORIES` and `SIMULATE_SEED` say how many histories, and of which seed the first is; each further one
//! has the next. A history depends on its seed alone.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bucket;
mod history;
mod oracle;
mod reports;
mod servers;
mod stream;
mod wire;
mod world;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

/// Makes up histories from a seed.
fn runner(seed: u64) -> TestRunner {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let config = Config { cases: 1, failure_persistence: None, max_shrink_iters: 1000, ..Config::default() };
    TestRunner::new_with_rng(config, rng)
}

/// What is wrong with the history of a seed, and the smallest one with something wrong that it shrinks to.
fn failure(seed: u64) -> Option<String> {
    let live = |history| world::live(&history).map(drop).map_err(TestCaseError::fail);
    match runner(seed).run(&history::histories(), live) {
        Ok(()) => None,
        Err(TestError::Fail(reason, history)) => {
            Some(format!("seed {seed}: {reason}\nin {history}\nAgain: just simulate 1 {seed}"))
        }
        Err(TestError::Abort(reason)) => Some(format!("seed {seed}: {reason}")),
    }
}

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |value| value.parse().unwrap())
}

#[test]
fn at_quiet_everything_says_what_the_files_say() {
    let (histories, first) = (setting("SIMULATE_HISTORIES", 200), setting("SIMULATE_SEED", 1));
    let next = AtomicU64::new(0);
    let found = Mutex::new(None);
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, std::num::NonZero::get) {
            scope.spawn(|| {
                while found.lock().unwrap().is_none() {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= histories {
                        break;
                    }
                    if let Some(failure) = failure(first.wrapping_add(number)) {
                        *found.lock().unwrap() = Some(format!("history {} of {histories}, {failure}", number + 1));
                    }
                }
            });
        }
    });
    if let Some(failure) = found.into_inner().unwrap() {
        panic!("{failure}");
    }
}

#[test]
fn a_history_happens_the_same_way_every_time() {
    for seed in 1..=8 {
        let history = history::histories().new_tree(&mut runner(seed)).unwrap().current();
        assert_eq!(world::live(&history).unwrap(), world::live(&history).unwrap(), "{history}");
    }
}
