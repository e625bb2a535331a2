//! Opening and closing leave nothing behind.
#![expect(clippy::print_stdout, reason = "the figures are what the test is read for")]

use crate::{ORIGIN, Place, batch};
use decl_store::{Options, Reader, Store};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::{env, fs, path::Path, process::Command, time::Instant};

/// Openings; each seals one declaration.
const RUNS: usize = 2_000;

/// Descriptors of the process.
const DESCRIPTORS: u64 = 128;

/// Set in the child, which has the limit for itself.
const CHILD: &str = "DECL_TEST_OPENINGS";

#[test]
fn two_thousand_openings_leave_few_files() {
    if let Some(dir) = env::var_os(CHILD) {
        return child(Path::new(&dir));
    }
    let place = Place::in_memory(); // nine syncs an opening, and none of them matters here
    drop(Store::create(&place.dir(), ORIGIN, &place.guarded(false)).unwrap());
    let test = env::args().next().unwrap();
    let name = "openings::two_thousand_openings_leave_few_files";
    let output =
        Command::new(test).args(["--exact", name, "--nocapture"]).env(CHILD, place.home.path()).output();
    let output = output.unwrap();
    print!("{}", String::from_utf8_lossy(&output.stdout));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn child(home: &Path) {
    let maximum = getrlimit(Resource::Nofile).maximum;
    setrlimit(Resource::Nofile, Rlimit { current: Some(DESCRIPTORS), maximum }).unwrap();
    let dir = home.join("store");
    let options = Options { head: Some(home.join("state").join("head.checkpoint")), adopt: false };
    let mut most = 0;
    for (n, submission) in batch(0..RUNS).into_iter().enumerate() {
        let begun = Instant::now();
        let store = Store::open(&dir, &options).unwrap_or_else(|error| panic!("opening {n}: {error:?}"));
        let opened = begun.elapsed();
        store.seal(vec![submission]).remove(0).unwrap();
        drop(store);
        let files = fs::read_dir(dir.join("db")).unwrap().count();
        most = most.max(files);
        if (n + 1) % (RUNS / 10) == 0 {
            let bytes: u64 = fs::read_dir(dir.join("db"))
                .unwrap()
                .map(|file| file.unwrap().metadata().unwrap().len())
                .sum();
            println!(
                "{:>5} openings: {:>5.1} ms to open, {files:>3} files, {:>5} KiB",
                n + 1,
                opened.as_secs_f64() * 1e3,
                bytes >> 10
            );
        }
    }
    let reader = Reader::open(&dir).unwrap();
    assert_eq!(reader.tree().unwrap().size, RUNS as u64 + 1);
    assert!(most < 100, "{most} files after {RUNS} openings");
}
