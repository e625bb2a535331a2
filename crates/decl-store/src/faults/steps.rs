//! The whole matrix of faults, then random histories.

#![expect(clippy::print_stdout, reason = "a test says what it tried, and how to try it again")]

use super::{
    Fate, FaultyDisk,
    items::{
        How::{Bare, Detached, Whole},
        Item::{self, Begin, End},
    },
    run::Run,
};
use crate::{error::ErrorKind, opening::Options, read::Reader, store::Store};
use std::{
    env,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    thread,
};

/// A kind of commit: makes what precedes it and returns what is sealed. The number makes it unique.
type Kind = fn(&mut Run, u64) -> Vec<Item>;

const KINDS: [(&str, Kind); 12] = [
    ("a new record", |_, n| vec![Item::Run(n, Whole)]),
    ("a record again", |run, n| {
        run.seal(&[Item::Run(n, Whole)], Fate::SOUND, Fate::SOUND);
        vec![Item::Run(n, Whole), Item::Run(n, Bare)]
    }),
    ("a detached record", |_, n| vec![Item::Run(n, Detached)]),
    ("the content of a detached record", |run, n| {
        run.seal(&[Item::Run(n, Detached)], Fate::SOUND, Fate::SOUND);
        vec![Item::Run(n, Whole)]
    }),
    ("a detached record whose content came alone", |run, n| {
        run.seal(&[Item::Run(n, Detached)], Fate::SOUND, Fate::SOUND);
        run.keep(n, Fate::SOUND);
        vec![Item::Run(n, Bare)]
    }),
    ("a record detached and whole", |_, n| vec![Item::Run(n, Detached), Item::Run(n, Whole)]),
    ("records of which some are refused", |_, n| {
        vec![Item::Run(n, Bare), Item::Run(n + 1, Whole), Item::Run(n + 1, Bare), Item::Run(n + 2, Bare)]
    }),
    ("records that fill tiles", |_, n| (n..n + 300).map(|n| Item::Run(n, Whole)).collect()),
    ("a run that begins", |_, n| vec![Item::Run(n, Whole), Begin(n), Begin(n + 1)]),
    ("a run that ends", |run, n| {
        run.seal(&[Item::Run(n, Whole), Begin(n)], Fate::SOUND, Fate::SOUND);
        vec![End(n, 0)]
    }),
    ("a run that begins and ends, and ends again", |run, n| {
        run.seal(&[Item::Run(n, Whole)], Fate::SOUND, Fate::SOUND);
        vec![Begin(n), End(n, 0), End(n, 0), End(n, 1)]
    }),
    ("a run that ends, and begins too late", |run, n| {
        run.seal(&[Item::Run(n, Whole)], Fate::SOUND, Fate::SOUND);
        vec![End(n, 0), Begin(n)]
    }),
];

#[test]
fn every_fault_on_every_kind_of_commit() {
    let mut tried = 0;
    for (name, kind) in KINDS {
        let mut run = Run::new();
        let fates = Fate::ALL.into_iter().flat_map(|batch| Fate::ALL.map(|record| (batch, record)));
        for (n, (batch, record)) in (0..).step_by(1000).zip(fates) {
            for (n, crash) in [(n, false), (n + 500, true)] {
                let _at = Told(vec![format!("{name}, {batch:?}, {record:?}, crash: {crash}")]);
                let items = kind(&mut run, n);
                run.seal(&items, batch, record);
                if run.has_stopped() {
                    run.seal(&[Item::Run(n + 400, Whole)], Fate::SOUND, Fate::SOUND);
                }
                run.end(crash);
                tried += 1;
                if run.open(&[]) {
                    // Sealing again what was not acknowledged is safe, and what was acknowledged is still there.
                    run.seal(&items, Fate::SOUND, Fate::SOUND);
                    run.check();
                } else {
                    run = Run::new();
                }
            }
        }
        run.end(false);
        assert_eq!(run.audit(), [], "{name}");
    }
    println!("{tried} faults");
}

#[test]
fn a_store_is_made_whole_or_not_at_all() {
    for fate in Fate::ALL {
        for batch in [true, false] {
            for before in 0..4 {
                for crash in [false, true] {
                    let disk = FaultyDisk::new();
                    let (dir, head) = (disk.path("store"), disk.path("state").join("head.checkpoint"));
                    let options = |adopt| Options { head: Some(head.clone()), adopt };
                    let mut files = vec![Fate::SOUND; before];
                    files.push(fate);
                    if batch {
                        disk.plan(&[fate], &[]);
                    } else {
                        disk.plan(&[], &files);
                    }
                    let made = Store::create(&dir, "example.com/runs", &options(false)).map(drop);
                    disk.plan(&[], &[]);
                    if crash {
                        disk.crash(&dir);
                        disk.restart();
                    }
                    let at =
                        format!("{fate:?}, batch: {batch}, after {before} files, crash: {crash}: {made:?}");
                    let _at = Told(vec![at.clone()]);
                    let mut opened = Store::open(&dir, &options(false));
                    if opened.as_ref().is_err_and(|error| error.kind() == ErrorKind::Unrecorded) {
                        opened = Store::open(&dir, &options(true));
                    }
                    match opened {
                        Ok(store) => assert_eq!(store.reader().tree().unwrap().size, 1, "{at}"),
                        Err(error) => {
                            assert!(made.is_err() || !fate.kept && crash, "{at}: {error}");
                            let reader = Reader::open(&dir).and_then(|reader| reader.tree());
                            let readable = error.kind() == ErrorKind::RolledBack;
                            assert_eq!(reader.is_ok(), readable, "{at}: {error}, {reader:?}");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn random_histories_do_what_the_model_says() {
    let number = |name, usual| env::var(name).map_or(usual, |text| text.parse().unwrap());
    let (steps, first) = (number("DECL_FAULT_STEPS", 2_000), number("DECL_FAULT_SEED", 1));
    let (next, done) = (AtomicU64::new(first), AtomicU64::new(0));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while done.load(Relaxed) < steps {
                    let seed = next.fetch_add(1, Relaxed);
                    done.fetch_add(History::new(seed).run(), Relaxed);
                }
            });
        }
    });
    println!("{} steps from seeds {first} to {}", done.into_inner(), next.into_inner() - 1);
}

/// Steps of a history. It is bounded because opening a growing store takes longer.
const STEPS: u64 = 200;

/// Declarations that recur.
const USUAL: u64 = 40;

/// A log of what is tried, printed if it fails.
struct Told(Vec<String>);

impl Drop for Told {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.iter().for_each(|said| println!("{said}"));
        }
    }
}

struct History {
    state: u64,
    told: Told,
}

impl History {
    fn new(seed: u64) -> Self {
        let again = format!("DECL_FAULT_STEPS=1 DECL_FAULT_SEED={seed} goes this way again:");
        Self { state: seed, told: Told(vec![again]) }
    }

    /// Returns a number below `end` (`SplitMix64`).
    fn below(&mut self, end: u64) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }

    fn fate(&mut self) -> Fate {
        let rare = usize::try_from(self.below(4)).unwrap();
        if self.below(20) == 0 { Fate::ALL[rare] } else { Fate::SOUND }
    }

    fn items(&mut self, fresh: u64) -> Vec<Item> {
        if self.below(60) == 0 {
            let len = 20 + self.below(300);
            return (fresh..fresh + len).map(|n| Item::Run(n, Whole)).collect();
        }
        (0..=self.below(4)).map(|_| self.item()).collect()
    }

    fn item(&mut self) -> Item {
        let run = self.below(USUAL);
        match self.below(9) {
            0..3 => Item::Run(run, Whole),
            3 => Item::Run(run, Detached),
            4 => Item::Run(run, Bare),
            5..7 => Begin(run),
            kind => End(run, u8::from(kind == 8)),
        }
    }

    /// Runs a history. Returns the number of steps taken.
    fn run(mut self) -> u64 {
        let mut run = Run::new();
        let mut fresh = USUAL;
        for step in 1..=STEPS {
            let (batch, record) = (self.fate(), self.fate());
            match self.below(40) {
                0..=2 => {
                    let crash = self.below(3) > 0;
                    let files = [self.fate(), self.fate()];
                    self.told.0.push(format!("crash {crash}, open {files:?}"));
                    run.end(crash);
                    if !run.open(&files) {
                        return step;
                    }
                }
                3 => {
                    self.told.0.push("look".to_owned());
                    if !run.has_stopped() {
                        run.look();
                    }
                }
                4..=7 => {
                    let n = self.below(USUAL);
                    self.told.0.push(format!("keep the content of {n}, {batch:?}"));
                    run.keep(n, batch);
                }
                _ => {
                    let items = self.items(fresh);
                    fresh += items.len() as u64;
                    self.told.0.push(format!("seal {items:?}, {batch:?}, {record:?}"));
                    run.seal(&items, batch, record);
                }
            }
        }
        run.end(false);
        self.told.0.push("audit".to_owned());
        assert_eq!(run.audit(), []);
        STEPS
    }
}
