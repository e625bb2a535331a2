//! The order of writes and syncs, from the system calls themselves.

use crate::{
    ledger::Ledger,
    place::{self, Place, source},
    strace,
};
use std::{fs, path::Path};

fn used() -> (tempfile::TempDir, Place) {
    let home = place::temporary();
    let place = Place(home.path().join("used"));
    fs::create_dir(&place.0).unwrap();
    Ledger::new(&place.init()).seal_all(&place, &(0..3));
    (home, place)
}

/// A file that takes the place of another is on disk before its name is, and its name before anybody relies on it.
#[test]
fn a_file_is_synced_before_it_is_renamed_and_its_directory_after() {
    if !strace::works() {
        return;
    }
    let (_home, place) = used();
    let runs = place.lines(7..8);
    let other = Place(place.0.join("other"));
    fs::create_dir(&other.0).unwrap();
    let traces = [
        strace::trace(&other, &["init", "--origin", "test.example/log"]),
        strace::trace(&place, &["seal", "--batch", &runs]),
    ];
    for (trace, place) in traces.iter().zip([other, place]) {
        let db = place.0.join("store/db");
        let calls: Vec<_> =
            trace.lines().filter_map(|line| strace::parse(line, place.0.to_str().unwrap())).collect();
        let is_sync =
            |(call, path): &(&str, &str), of: &Path| call.ends_with("sync") && Path::new(path) == of;
        let mut renames = 0;
        for (at, (call, from)) in calls.iter().enumerate() {
            let from = Path::new(from);
            if !call.starts_with("rename") || from.starts_with(&db) {
                continue; // RocksDB takes care of its own
            }
            renames += 1;
            let shown = from.display();
            assert!(calls[..at].iter().any(|call| is_sync(call, from)), "{shown} is renamed before its sync");
            let above = from.parent().unwrap();
            assert!(
                calls[at..].iter().any(|call| is_sync(call, above)),
                "{shown} is renamed, and not its directory synced"
            );
        }
        assert!(renames > 0, "{trace}");
    }
}

/// A reader sees what a writer has not synced yet. Before it hands out a proof of that, it syncs it itself.
#[test]
fn what_a_reader_proves_was_synced_before() {
    if !strace::works() {
        return;
    }
    let (_home, place) = used();
    let db = place.0.join("store/db");
    let logs = fs::read_dir(&db).unwrap().map(|file| file.unwrap().path());
    let logs: Vec<_> =
        logs.filter(|path| path.extension().is_some_and(|extension| extension == "log")).collect();
    assert!(!logs.is_empty());
    let trace = strace::trace(&place, &["prove", &source(1).declaration.identity().hex()]);
    let answer = trace.lines().position(|line| line.contains(" write(1<")).unwrap();
    for path in logs.iter().chain([&db]) {
        let synced = trace.lines().take(answer).any(|line| {
            strace::parse(line, path.to_str().unwrap())
                .is_some_and(|(call, synced)| call.ends_with("sync") && Path::new(synced) == path)
        });
        assert!(synced, "{} was read, not synced, and a proof was given:\n{trace}", path.display());
    }
}
