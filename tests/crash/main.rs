//! What becomes of a store when processes die, disks fail and the power goes, through the binary alone.
//!
//! The faults are real: `strace` kills the process at a chosen system call or makes the call fail, a file system is full,
//! a copy of a disk holds only what was synced, bits are flipped in files. After each, a [`Ledger`](ledger::Ledger) of
//! what was acknowledged and published is held against the store. `docs/reliability.md` says what this covers and gives
//! the commands of the long runs.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test says what it tried and fails where it stands"
)]

mod erase;
mod errors;
mod flip;
mod full;
mod kill;
mod ledger;
mod mounts;
mod occurrences;
mod place;
mod power;
mod strace;
mod syncs;

/// A number from the environment: how much to try, or the seed of it.
fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |text| text.parse().unwrap())
}

/// Numbers that look random and are not (`SplitMix64`).
struct Random(u64);

impl Random {
    /// From `DECL_CRASH_SEED`, which is printed.
    fn new(test: &str) -> Self {
        let seed = number("DECL_CRASH_SEED", 1);
        println!("{test}: DECL_CRASH_SEED={seed}");
        Self(seed)
    }

    /// A number below `end`.
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }

    /// At most `count` of them, in their order.
    fn some<T>(&mut self, mut from: Vec<T>, count: u64) -> Vec<T> {
        while from.len() as u64 > count {
            from.remove(usize::try_from(self.below(from.len() as u64)).unwrap());
        }
        from
    }
}
