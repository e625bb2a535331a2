//! A damaged write-ahead log never shortens an answer.

use crate::{ORIGIN, Place, copy, forget_closing, logs, seal_all, source};
use decl_core::Identity;
use decl_store::{AuditOptions, DamageKind, ErrorKind, Notice, Options, Reader, Store};
use std::{fs, path::Path};

/// Where the first write of a log begins, behind the record that names the compression.
const FIRST_WRITE: usize = 11;

/// A name and what is done to a log.
type Spoil = (&'static str, fn(&Path));

/// Ways to lose the end of a log, the beginning, or something between.
const DAMAGES: [Spoil; 9] = [
    ("a bit in the middle", |log| flip(log, |len| len / 2)),
    ("a bit of the first length", |log| flip(log, |_| FIRST_WRITE + 5)),
    ("a bit of a kind of record", |log| flip(log, |_| FIRST_WRITE + 6)),
    ("a bit of the last byte", |log| flip(log, |len| len - 1)),
    ("the last byte", |log| cut(log, |len| len - 1)),
    ("the second half", |log| cut(log, |len| len / 2)),
    ("everything", |log| cut(log, |_| 0)),
    ("zeros at the end", |log| {
        let mut bytes = fs::read(log).unwrap();
        let from = bytes.len() - 50;
        bytes[from..].fill(0);
        fs::write(log, bytes).unwrap();
    }),
    ("the file", |log| fs::remove_file(log).unwrap()),
];

fn flip(log: &Path, at: impl Fn(usize) -> usize) {
    let mut bytes = fs::read(log).unwrap();
    let at = at(bytes.len());
    bytes[at] ^= 4;
    fs::write(log, bytes).unwrap();
}

fn cut(log: &Path, to: impl Fn(usize) -> usize) {
    let bytes = fs::read(log).unwrap();
    fs::write(log, &bytes[..to(bytes.len())]).unwrap();
}

fn id(n: usize) -> Identity {
    source(&format!("run {n}")).declaration.identity()
}

/// A store with a head record, sealed by three processes one after another; the second seals twice.
fn sealed(place: &Place) {
    drop(Store::create(&place.dir(), ORIGIN, &place.guarded(false)).unwrap());
    for runs in [[0..3, 3..3], [3..5, 5..8], [8..9, 9..9]] {
        let store = Store::open(&place.dir(), &place.guarded(false)).unwrap();
        for runs in runs {
            seal_all(&store, runs);
        }
    }
}

/// Every log, every damage, with and without the head record: no reader and no writer opens, the file is named, and
/// nothing is changed.
#[test]
fn damage_is_an_error_that_names_the_log() {
    let place = Place::new();
    sealed(&place);
    let sound = place.home.path().join("sound");
    copy(&place.dir(), &sound);
    assert_eq!(logs(&place).len(), 4, "one for each opening");
    for number in 0..4 {
        for (what, damage) in DAMAGES {
            fs::remove_dir_all(place.dir()).unwrap();
            copy(&sound, &place.dir());
            let log = logs(&place).remove(number);
            damage(&log);
            let damaged = fs::read(&log).ok();
            let named = |error: decl_store::Error| {
                assert_eq!(error.kind(), ErrorKind::Corrupt, "{what} of log {number}: {error}");
                assert!(error.to_string().contains(log.to_str().unwrap()), "{what} of log {number}: {error}");
                assert_eq!(fs::read(&log).ok(), damaged, "{what} of log {number}");
            };
            named(Reader::open(&place.dir()).err().unwrap());
            named(Reader::open_recorded(&place.dir(), Some(&place.record())).err().unwrap());
            let record = fs::read(place.record()).unwrap();
            for options in [Options::default(), place.guarded(false), place.guarded(true)] {
                named(Store::open(&place.dir(), &options).err().unwrap());
            }
            fs::remove_file(place.record()).unwrap();
            named(Store::open(&place.dir(), &place.guarded(true)).err().unwrap());
            assert!(!place.record().exists(), "what is damaged is not adopted");
            fs::write(place.record(), record).unwrap();
        }
    }
}

/// A crash leaves no note about the logs. Then a torn write at the very end may be one that nobody was told of; all else
/// is damage, or the head record tells.
#[test]
fn after_a_crash_only_a_torn_end_is_no_damage() {
    let place = Place::new();
    sealed(&place);
    forget_closing(&place);
    let sound = place.home.path().join("sound");
    copy(&place.dir(), &sound);
    let restore = || {
        fs::remove_dir_all(place.dir()).unwrap();
        copy(&sound, &place.dir());
    };
    for number in 0..4 {
        for (what, damage) in DAMAGES {
            restore();
            let log = logs(&place).remove(number);
            damage(&log);
            let opened = Reader::open_recorded(&place.dir(), Some(&place.record()));
            let error = match opened {
                Err(error) => error,
                Ok(reader) => {
                    // What is still there is still proved; that something is not there is not said.
                    let lost = (0..9).filter(|n| match reader.prove(&id(*n)) {
                        Ok(Some(proof)) => {
                            assert_eq!(reader.index_of(&id(*n)).unwrap(), Some(proof.index));
                            false
                        }
                        Ok(None) => panic!("{what} of log {number}: run {n} was never sealed"),
                        Err(_) => true,
                    });
                    let lost = lost.count();
                    if lost == 0 {
                        continue; // the genesis log holds no run, and a log that only says how it is compressed nothing
                    }
                    assert!(reader.checkpoint().is_err(), "{what} of log {number}");
                    assert!(reader.entries(0).any(|entry| entry.is_err()), "{what} of log {number}");
                    assert!(reader.find("0123456789").is_err(), "{what} of log {number}");
                    let out = place.home.path().join("out");
                    assert!(reader.export(&out, false, &mut |_, _| ()).is_err(), "{what} of log {number}");
                    reader.incomplete().cloned().unwrap()
                }
            };
            assert!(matches!(error.kind(), ErrorKind::Corrupt | ErrorKind::RolledBack), "{what}: {error}");
            for adopt in [false, true] {
                assert!(Store::open(&place.dir(), &place.guarded(adopt)).is_err(), "{what} of log {number}");
            }
        }
    }
    // A write that was never acknowledged, as a power cut leaves it: the record knows of nothing that is missing.
    restore();
    let record = fs::read(place.record()).unwrap();
    let newest = logs(&place).pop().unwrap();
    let mut torn = fs::read(&newest).unwrap();
    torn.extend([1, 2, 3, 4, 200, 0, 1, 9, 9]);
    for garbage in [torn.clone(), [&torn[..], &[0; 4000]].concat(), torn[..torn.len() - 4].to_vec()] {
        restore();
        fs::write(&newest, &garbage).unwrap();
        let reader = Reader::open_recorded(&place.dir(), Some(&place.record())).unwrap();
        assert_eq!((reader.tree().unwrap().size, reader.incomplete().is_none()), (10, true));
        assert!((0..9).all(|n| reader.prove(&id(n)).unwrap().is_some()));
        drop(reader);
        let store = Store::open(&place.dir(), &place.guarded(false)).unwrap();
        assert!(store.notices().is_empty());
        seal_all(&store, 9..10);
        drop(store);
        assert_eq!(
            Store::open(&place.dir(), &place.guarded(false)).unwrap().reader().tree().unwrap().size,
            11
        );
        fs::write(place.record(), &record).unwrap();
    }
}

/// Without the record nobody can tell what a torn write was. It is kept.
#[test]
fn adopting_keeps_what_a_crash_tore() {
    let place = Place::new();
    sealed(&place);
    forget_closing(&place);
    fs::remove_file(place.record()).unwrap();
    let newest = logs(&place).pop().unwrap();
    cut(&newest, |len| len - 1);
    let torn = fs::read(&newest).unwrap();
    let error = Store::open(&place.dir(), &place.guarded(false)).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Unrecorded);
    assert_eq!(fs::read(&newest).unwrap(), torn);
    let store = Store::open(&place.dir(), &place.guarded(true)).unwrap();
    let [Notice::Adopted { entries: 9, torn: Some(copy), .. }] = store.notices() else {
        panic!("{:?}", store.notices())
    };
    assert_eq!(fs::read(copy).unwrap(), torn);
    drop(store);
    assert!(Store::open(&place.dir(), &place.guarded(false)).unwrap().notices().is_empty());
}

/// A log that RocksDB would read for ever is an error for an audit, too.
#[test]
fn a_log_that_rocksdb_never_wrote_is_not_handed_to_it() {
    let place = Place::new();
    sealed(&place);
    forget_closing(&place);
    let options = AuditOptions::default();
    for bit in 0..8 {
        let log = logs(&place).remove(2);
        let sound = fs::read(&log).unwrap();
        let len = usize::from(sound[FIRST_WRITE + 4]) + 256 * usize::from(sound[FIRST_WRITE + 5]);
        let second = FIRST_WRITE + 7 + len;
        assert_eq!(sound[second + 6], 1, "a whole write");
        let mut damaged = sound.clone();
        damaged[second + 6] ^= 1 << bit; // the kind of the second write
        fs::write(&log, damaged).unwrap();
        assert_eq!(Reader::open(&place.dir()).err().unwrap().kind(), ErrorKind::Corrupt);
        if let Ok(reader) = Reader::open_damaged(&place.dir()) {
            let report = reader.audit(&options, &mut |_, _| ()).unwrap();
            assert_eq!(report.damage[0].kind, DamageKind::Table, "{:?}", report.damage);
        }
        fs::write(&log, sound).unwrap();
    }
}
