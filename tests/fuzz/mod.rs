//! Inputs that nobody wrote: seeds that are changed at random, given to what reads other people's files.
//!
//! `STRATOSCOPE_FUZZ_SECONDS=60 cargo test --test it fuzz -- --nocapture` runs each target so long; without it they run briefly.
//! Every run begins with the same random numbers, so that what it finds can be found again.

mod mutate;
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use cpu_time::ThreadTime;
use mutate::Random;

/// So long a target runs in ordinary tests.
const BRIEFLY: Duration = Duration::from_millis(300);
/// Longer, no input may keep a processor busy.
const LONGEST: Duration = Duration::from_secs(5);

fn budget() -> Duration {
    let seconds = std::env::var("STRATOSCOPE_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok());
    seconds.map_or(BRIEFLY, Duration::from_secs_f64)
}

/// Gives `target` changed seeds until the time is over, and says how many.
#[expect(clippy::print_stdout, reason = "a run says how much it tried")]
#[expect(clippy::disallowed_methods, reason = "a run lasts as long as it was told")]
fn fuzz(name: &str, seeds: &[Vec<u8>], change: fn(&mut Random, &[Vec<u8>]) -> Vec<u8>, target: impl Fn(&[u8])) {
    assert!(seeds.len() > 3, "{name} has no seeds");
    let mut random = Random::new(0x5eed);
    let (start, mut count, mut slowest) = (Instant::now(), 0_u64, Duration::ZERO);
    let mut tried = |input: &[u8]| {
        let begun = ThreadTime::now();
        let done = catch_unwind(AssertUnwindSafe(|| target(input)));
        let took = begun.elapsed();
        assert!(done.is_ok(), "{name} fell over: {}", input.escape_ascii());
        assert!(took < LONGEST, "{name} took {took:?}: {}", input.escape_ascii());
        slowest = slowest.max(took);
        count += 1;
    };
    seeds.iter().for_each(|seed| tried(seed));
    while start.elapsed() < budget() {
        (0..64).for_each(|_| tried(&change(&mut random, seeds)));
    }
    println!(
        "fuzz {name}: {count} inputs in {:.1} s, slowest {:.1} ms",
        start.elapsed().as_secs_f64(),
        slowest.as_secs_f64() * 1000.0
    );
}
