//! Simulation of the protocol: generated histories of files, events, workers, crashes and faults, with the real function
//! and real clients, one call at a time. At the end, all reports must agree with the files in the bucket.
//!
//! `SIMULATE_HISTORIES` sets the number of histories, `SIMULATE_SEED` the seed of the first; each further history has the
//! next seed. A history depends on its seed only.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot continue has failed")]

mod bucket;
mod harness;
mod history;
mod oracle;
mod reports;
mod servers;
mod stream;
mod wire;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

/// Returns a generator of histories.
fn runner(seed: u64) -> TestRunner {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let config = Config { cases: 1, failure_persistence: None, max_shrink_iters: 1000, ..Config::default() };
    TestRunner::new_with_rng(config, rng)
}

/// Runs the history of a seed. Returns its failure, with the smallest failing history that it shrinks to.
fn failure(seed: u64) -> Option<String> {
    let run = |history| harness::run(&history).map(drop).map_err(TestCaseError::fail);
    match runner(seed).run(&history::histories(), run) {
        Ok(()) => None,
        Err(TestError::Fail(reason, history)) => {
            Some(format!("seed {seed}: {reason}\nin {history}\nTo repeat: just simulate 1 {seed}"))
        }
        Err(TestError::Abort(reason)) => Some(format!("seed {seed}: {reason}")),
    }
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |value| value.parse().unwrap())
}

#[test]
fn reports_agree_with_the_files_once_all_work_is_done() {
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
fn a_history_is_deterministic() {
    for seed in 1..=8 {
        let history = history::histories().new_tree(&mut runner(seed)).unwrap().current();
        assert_eq!(harness::run(&history).unwrap(), harness::run(&history).unwrap(), "{history}");
    }
}
