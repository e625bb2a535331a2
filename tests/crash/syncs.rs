//! The order of writes and syncs, from the system calls themselves.

use crate::{
    ledger::Ledger,
    place::{self, DECL, Place, Writer, source},
    strace,
};
use std::{collections::BTreeSet, fs, path::Path, process::Command};

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
    let other = Place(place.0.join("other"));
    fs::create_dir(&other.0).unwrap();
    let traces = [
        strace::trace(&other, |strace| other.output(strace.args(["init", "--origin", "test.example/log"]))),
        strace::trace(&place, |strace| place.talk(strace, 7..8)),
    ];
    for (trace, place) in traces.iter().zip([other, place]) {
        let (home, db) = (place.0.to_str().unwrap(), place.0.join("store/db"));
        let calls: Vec<_> = trace
            .lines()
            .filter_map(|line| Some((line, strace::parse(line, home)?)))
            .filter(|(_, (_, path))| !Path::new(path).starts_with(&db)) // RocksDB takes care of its own
            .collect();
        let (mut on_disk, mut renames) = (BTreeSet::new(), 0);
        for (at, (line, (call, path))) in calls.iter().enumerate() {
            if call.ends_with("sync") {
                on_disk.insert(*path);
            } else if call.starts_with("rename") {
                renames += 1;
                assert!(on_disk.contains(path), "{path} is renamed before its sync");
                on_disk.insert(line.split('"').nth(3).unwrap());
                let above = Path::new(path).parent().unwrap();
                let synced =
                    |(_, (call, path)): &(_, (&str, _))| call.ends_with("sync") && Path::new(path) == above;
                assert!(calls[at..].iter().any(synced), "{path} is renamed, and not its directory synced");
            } else {
                on_disk.remove(path);
            }
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
    let mut writer = Writer::new(&place, &mut Command::new(DECL));
    assert!(writer.seal(5));
    let db = place.0.join("store/db");
    let logs = fs::read_dir(&db).unwrap().map(|file| file.unwrap().path());
    let log = logs.filter(|path| path.extension().is_some_and(|extension| extension == "log")).max().unwrap();
    let id = source(5).declaration.identity().hex();
    let trace = strace::trace(&place, |strace| place.output(strace.args(["prove", &id])));
    let answer = trace.lines().position(|line| line.contains(" write(1<")).unwrap();
    for path in [&log, &db] {
        let synced = trace.lines().take(answer).any(|line| {
            strace::parse(line, path.to_str().unwrap())
                .is_some_and(|(call, synced)| call.ends_with("sync") && Path::new(synced) == path)
        });
        assert!(synced, "{} was read, not synced, and a proof was given:\n{trace}", path.display());
    }
    assert!(writer.end().status.success());
}
