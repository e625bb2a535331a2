use crate::{ORIGIN, Place, copy, flip_newest_log, seal_all, seal_one, submission};
use decl_log::Checkpoint;
use decl_store::{AuditOptions, DamageKind, ErrorKind, Notice, Options, Reader, SealError, Store};
use std::{
    error::Error as _,
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    thread,
    time::{Duration, Instant},
};

#[test]
fn the_record_follows_the_store() {
    let place = Place::new();
    let store = Store::create(&place.dir(), ORIGIN, &place.guarded(false)).unwrap();
    assert_eq!(recorded(&place, &store), 1, "at once");
    seal_all(&store, 0..10);
    let key = store.verifier_key().clone();
    drop(store);
    let note = fs::read_to_string(place.record()).unwrap();
    assert_eq!(Checkpoint::open(&note, &key).unwrap().tree.size, 11);

    // Equal: go on.
    let store = Store::open(&place.dir(), &place.guarded(false)).unwrap();
    assert_eq!(recorded(&place, &store), 11);
    seal_all(&store, 10..20);
    drop(store);
    // Behind, as after a crash between acknowledgement and record: go on, and catch up.
    fs::write(place.record(), note).unwrap();
    let store = Store::open(&place.dir(), &place.guarded(false)).unwrap();
    assert_eq!(recorded(&place, &store), 21);
}

fn recorded(place: &Place, store: &Store) -> u64 {
    let note = fs::read_to_string(place.record()).unwrap();
    Checkpoint::open(&note, store.verifier_key()).unwrap().tree.size
}

#[test]
fn a_rolled_back_store_is_read_and_not_written() {
    let place = Place::new();
    let store = Store::create(&place.dir(), ORIGIN, &place.guarded(false)).unwrap();
    seal_all(&store, 0..10);
    drop(store);
    let backup = place.home.path().join("backup");
    copy(&place.dir(), &backup);
    let store = Store::open(&place.dir(), &place.guarded(false)).unwrap();
    seal_all(&store, 10..20);
    drop(store);
    fs::remove_dir_all(place.dir()).unwrap();
    copy(&backup, &place.dir());

    for adopt in [false, true] {
        let error = Store::open(&place.dir(), &place.guarded(adopt)).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::RolledBack);
        assert!(error.to_string().contains("11 entries") && error.to_string().contains("of 21"), "{error}");
    }
    let reader = Reader::open(&place.dir()).unwrap();
    assert_eq!(reader.tree().unwrap().size, 11);
    assert_eq!(audit_record(&place), [DamageKind::HeadRecord]);
    let unrecorded = reader.audit(&AuditOptions::default(), &mut |_, _| ()).unwrap();
    assert!(unrecorded.damage.is_empty() && !unrecorded.recorded);

    // Who writes without the record makes a fork, and that is seen too.
    let store = Store::open(&place.dir(), &Options::default()).unwrap();
    seal_all(&store, 100..110);
    drop(store);
    for adopt in [false, true] {
        let error = Store::open(&place.dir(), &place.guarded(adopt)).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Forked);
    }
    assert_eq!(audit_record(&place), [DamageKind::HeadRecord]);
    let store = Store::open(&place.dir(), &Options::default()).unwrap();
    seal_all(&store, 110..120);
    drop(store);
    assert_eq!(Store::open(&place.dir(), &place.guarded(false)).err().unwrap().kind(), ErrorKind::Forked);
    assert_eq!(audit_record(&place), [DamageKind::HeadRecord]);
}

fn audit_record(place: &Place) -> Vec<DamageKind> {
    let options = AuditOptions { head: Some(place.record()), ..AuditOptions::default() };
    let report = Reader::open(&place.dir()).unwrap().audit(&options, &mut |_, _| ()).unwrap();
    // Without damage to it, a record that is there was compared.
    assert!(report.recorded || !place.record().exists() || !report.damage.is_empty());
    report.damage.into_iter().map(|damage| damage.kind).collect()
}

#[test]
fn a_store_without_its_record_is_adopted_or_refused() {
    let place = Place::new();
    drop(place.create());
    // Not even without seals: the same new store on two machines would sign two trees of size 2.
    let error = Store::open(&place.dir(), &place.guarded(false)).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Unrecorded);
    let store = Store::open(&place.dir(), &place.guarded(true)).unwrap();
    assert!(matches!(store.notices(), [Notice::Adopted { entries: 1, torn: None, .. }]));
    drop(store);
    let store = Store::open(&place.dir(), &place.guarded(false)).unwrap();
    assert!(store.notices().is_empty());
    seal_all(&store, 0..3);
    drop(store);
    assert!(audit_record(&place).is_empty());

    fs::remove_file(place.record()).unwrap();
    let options = AuditOptions { head: Some(place.record()), ..AuditOptions::default() };
    let report = Reader::open(&place.dir()).unwrap().audit(&options, &mut |_, _| ()).unwrap();
    assert!(report.damage.is_empty() && !report.recorded, "no record is no damage, and no comparison");
    let error = Store::open(&place.dir(), &place.guarded(false)).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Unrecorded);
    assert!(!place.record().exists());
    drop(Store::open(&place.dir(), &place.guarded(true)).unwrap());
    drop(Store::open(&place.dir(), &place.guarded(false)).unwrap());
}

#[test]
fn a_record_that_cannot_be_read_is_an_error_that_names_it() {
    let place = Place::new();
    drop(Store::create(&place.dir(), ORIGIN, &place.guarded(false)).unwrap());
    let other = Place::new();
    drop(Store::create(&other.dir(), ORIGIN, &other.guarded(false)).unwrap());
    let good = fs::read(place.record()).unwrap();
    let mut flipped = good.clone();
    flipped[ORIGIN.len() + 5] ^= 1;
    for garbled in [
        Vec::new(),
        vec![b'a'; (1 << 20) + 1],
        b"\xff\xfe".to_vec(),
        good[..good.len() / 2].to_vec(),
        flipped,
        fs::read(other.record()).unwrap(),
    ] {
        fs::write(place.record(), &garbled).unwrap();
        for adopt in [false, true] {
            let error = Store::open(&place.dir(), &place.guarded(adopt)).err().unwrap();
            assert_eq!(error.kind(), ErrorKind::Unrecorded, "the store is not what is damaged");
            assert!(error.to_string().contains(&place.record().display().to_string()), "{error}");
        }
        let error = Reader::open_recorded(&place.dir(), Some(&place.record())).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Unrecorded);
        let options = AuditOptions { head: Some(place.record()), ..AuditOptions::default() };
        let error = Reader::open(&place.dir()).unwrap().audit(&options, &mut |_, _| ()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unrecorded);
        assert_eq!(fs::read(place.record()).unwrap(), garbled, "evidence is not written over");
    }
    fs::remove_file(place.record()).unwrap();
    fs::create_dir(place.record()).unwrap();
    assert_eq!(Store::open(&place.dir(), &place.guarded(true)).err().unwrap().kind(), ErrorKind::Io);
    fs::remove_dir(place.record()).unwrap();
    symlink("/dev/zero", place.record()).unwrap();
    let error = Store::open(&place.dir(), &place.guarded(true)).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.source().unwrap().to_string().contains("not a regular file"));

    let fresh = Place::new();
    let taken = Options { head: Some(other.record()), adopt: false };
    let error = Store::create(&fresh.dir(), ORIGIN, &taken).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert!(!fresh.dir().exists());
}

#[test]
fn two_clones_do_not_write_at_the_same_time() {
    let place = Place::new();
    let store = Store::create(&place.dir(), ORIGIN, &place.guarded(false)).unwrap();
    assert_eq!(fs::metadata(place.record().parent().unwrap()).unwrap().permissions().mode() & 0o777, 0o700);
    seal_all(&store, 0..3);
    drop(store);
    let clone = place.home.path().join("clone");
    copy(&place.dir(), &clone);

    let store = Store::open(&place.dir(), &place.guarded(false)).unwrap();
    let error = Store::open(&clone, &place.guarded(false)).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Locked);
    assert!(error.to_string().contains(&place.record().display().to_string()), "{error}");
    seal_all(&store, 3..5);
    drop(store);
    let error = Store::open(&clone, &place.guarded(false)).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::RolledBack);
    drop(Store::open(&place.dir(), &place.guarded(false)).unwrap());
}

#[test]
fn a_record_that_somebody_else_wrote_stops_the_store() {
    let place = Place::new();
    let store = Store::create(&place.dir(), ORIGIN, &place.guarded(false)).unwrap();
    fs::write(place.record(), "of another writer").unwrap();
    // What comes before the record is written is sealed; nothing is after it was found changed.
    let stopped = (0..20_000).find_map(|n| match seal_one(&store, submission(&format!("run {n}"))) {
        Ok(_) => None,
        Err(SealError::Store(error)) => Some(error),
        Err(refused) => panic!("{refused}"),
    });
    let stopped = stopped.unwrap();
    assert_eq!(stopped.kind(), ErrorKind::Stopped);
    assert!(stopped.source().unwrap().to_string().contains("somebody else signs"), "{stopped:?}");
    drop(store);
    assert_eq!(fs::read_to_string(place.record()).unwrap(), "of another writer");
}

#[test]
fn evidence_of_a_rollback_outlives_the_attempt_to_write() {
    let place = Place::new();
    let store = Store::create(&place.dir(), ORIGIN, &place.guarded(false)).unwrap();
    (0..8).for_each(|n| drop(seal_all(&store, n..n + 1)));
    drop(store);
    let (log, sound) = flip_newest_log(&place);
    let damaged = fs::read(&log).unwrap();
    for adopt in [false, true] {
        let error = Store::open(&place.dir(), &place.guarded(adopt)).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
        assert_eq!(fs::read(&log).unwrap(), damaged);
    }
    // The damage is undone, as if the block had been read from a mirror: nothing is lost.
    fs::write(&log, sound).unwrap();
    let store = Store::open(&place.dir(), &place.guarded(false)).unwrap();
    assert_eq!(store.reader().tree().unwrap().size, 9);
}

/// Nobody waits for the record: what was sealed is acknowledged although the record cannot be written, and only then is
/// the store stopped.
#[test]
fn the_record_comes_after_the_acknowledgement() {
    let place = Place::new();
    let store = Store::create(&place.dir(), ORIGIN, &place.guarded(false)).unwrap();
    fs::remove_dir_all(place.record().parent().unwrap()).unwrap();
    seal_one(&store, submission("acknowledged")).unwrap();
}

/// A store that is open and idle brings its record up to date by itself.
#[test]
fn the_record_follows_while_the_store_is_idle() {
    let place = Place::new();
    let store = Store::create(&place.dir(), ORIGIN, &place.guarded(false)).unwrap();
    seal_all(&store, 0..3);
    let begun = Instant::now();
    while recorded(&place, &store) < 4 {
        assert!(begun.elapsed() < Duration::from_mins(1), "the record is not written");
        thread::yield_now();
    }
}
