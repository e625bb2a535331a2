//! A store is made whole or not at all, and nobody else's file is written to.

use crate::{ORIGIN, Place, copy, seal_all, seal_one, submission};
use decl_log::VerifierKey;
use decl_store::{ErrorKind, Notice, Options, Reader, Store};
use rustix::fs::{CWD, FileType, Mode, mknodat};
use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::Path,
};

/// What an `init` that is killed has made so far, in the order in which it makes it. The record comes before the end.
const STEPS: [&str; 5] = ["decl.init", "lock", "key", "vkey", "db"];

#[test]
fn what_a_killed_init_leaves_is_no_store_and_in_nobodys_way() {
    let whole = Place::new();
    drop(Store::create(&whole.dir(), ORIGIN, &whole.guarded(false)).unwrap());
    fs::rename(whole.dir().join("decl.store"), whole.dir().join("decl.init")).unwrap();
    for steps in 0..=STEPS.len() {
        for recorded in [false, true] {
            let place = Place::new();
            fs::create_dir(place.dir()).unwrap();
            for step in &STEPS[..steps] {
                let (from, to) = (whole.dir().join(step), place.dir().join(step));
                if from.is_dir() {
                    copy(&from, &to);
                } else {
                    fs::copy(from, to).unwrap();
                }
            }
            if recorded {
                if steps < STEPS.len() {
                    continue; // the record of a log is made after the log
                }
                fs::create_dir(place.record().parent().unwrap()).unwrap();
                fs::copy(whole.record(), place.record()).unwrap();
            }
            let error = Reader::open(&place.dir()).err().unwrap();
            assert_eq!(error.kind(), ErrorKind::NotAStore, "{steps}: {error}");
            if steps > 0 {
                assert!(error.to_string().contains("remains of a `decl init` that was killed"), "{error}");
                assert!(error.hint().unwrap().contains("clears them"), "{error}");
            }
            drop(Store::create(&place.dir(), ORIGIN, &place.guarded(false)).unwrap());
            let store = Store::open(&place.dir(), &place.guarded(false)).unwrap();
            seal_all(&store, 0..2);
            let mut names: Vec<_> =
                fs::read_dir(place.dir()).unwrap().map(|file| file.unwrap().file_name()).collect();
            names.sort();
            assert_eq!(names, ["db", "decl.store", "key", "lock", "vkey"], "{steps}");
        }
    }
}

/// Where nobody names the record, it is named by the key, which is another one at the next attempt.
#[test]
fn the_record_that_a_killed_init_left_goes_with_its_key() {
    let place = Place::new();
    let heads = place.home.path().join("heads");
    let head = |key: &VerifierKey| Some(heads.join(key.to_string().replace(['/', '+'], "-")));
    let create = || Store::create_with(&place.dir(), Store::new_key(ORIGIN).unwrap(), head);
    let records = || {
        let names = fs::read_dir(&heads).unwrap().map(|file| file.unwrap().file_name());
        names.filter(|name| Path::new(name).extension().is_none_or(|extension| extension != "lock")).count()
    };
    drop(create().unwrap());
    fs::rename(place.dir().join("decl.store"), place.dir().join("decl.init")).unwrap();
    assert_eq!(records(), 1);
    let store = create().unwrap();
    seal_all(&store, 0..2);
    drop(store);
    assert_eq!(records(), 1);
    // The record of a log that has sealed is evidence, whatever became of its store.
    fs::rename(place.dir().join("decl.store"), place.dir().join("decl.init")).unwrap();
    drop(create().unwrap());
    assert_eq!(records(), 2);
}

#[test]
fn the_record_of_another_log_is_in_the_way_also_of_a_second_attempt() {
    let other = Place::new();
    drop(Store::create(&other.dir(), ORIGIN, &other.guarded(false)).unwrap());
    let place = Place::new();
    drop(place.create());
    fs::rename(place.dir().join("decl.store"), place.dir().join("decl.init")).unwrap();
    let options = Options { head: Some(other.record()), adopt: false };
    let before = fs::read(other.record()).unwrap();
    let error = Store::create(&place.dir(), ORIGIN, &options).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert!(error.hint().is_some());
    assert_eq!(fs::read(other.record()).unwrap(), before);
}

#[test]
fn a_directory_that_others_can_read_is_closed_to_them() {
    let place = Place::new();
    fs::create_dir(place.dir()).unwrap();
    for (mode, notices) in [(0o755, &[Notice::Tightened][..]), (0o700, &[])] {
        fs::set_permissions(place.dir(), fs::Permissions::from_mode(mode)).unwrap();
        let store = place.create();
        assert_eq!(store.notices(), notices);
        drop(store);
        assert_eq!(fs::metadata(place.dir()).unwrap().permissions().mode() & 0o777, 0o700);
        fs::remove_dir_all(place.dir()).unwrap();
        fs::create_dir(place.dir()).unwrap();
    }
}

#[test]
fn a_head_record_inside_the_store_is_refused() {
    let place = Place::new();
    let inside = |path: &str| Options { head: Some(place.home.path().join(path)), adopt: true };
    symlink(place.dir(), place.home.path().join("link")).unwrap();
    for path in ["store/head", "store/deep/er/head", "state/../store/head"] {
        let error = Store::create(&place.dir(), ORIGIN, &inside(path)).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Argument, "{path}: {error}");
        assert!(!place.dir().exists(), "{path}");
    }
    drop(place.create());
    for path in ["store/head", "link/head"] {
        assert_eq!(Store::open(&place.dir(), &inside(path)).err().unwrap().kind(), ErrorKind::Argument);
        assert!(!place.dir().join("head").exists());
    }
    fs::create_dir(place.home.path().join("store-2")).unwrap();
    drop(Store::open(&place.dir(), &inside("store-2/head")).unwrap());
}

/// Links and pipes at every name that can be known beforehand.
#[test]
fn only_a_regular_file_is_written_or_locked() {
    let plant: [fn(&Path, &Path); 3] = [
        |at, victim| symlink(victim, at).unwrap(),
        |at, _| mknodat(CWD, at, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap(),
        |at, _| fs::create_dir(at).unwrap(),
    ];
    for plant in plant {
        let place = Place::new();
        let victim = place.home.path().join("victim");
        fs::write(&victim, "precious").unwrap();
        let store = Store::create(&place.dir(), ORIGIN, &place.guarded(false)).unwrap();
        seal_one(&store, submission("sealed")).unwrap();
        drop(store);
        let record = |suffix: &str| {
            let mut path = place.record().into_os_string();
            path.push(suffix);
            path.into()
        };
        let names: [std::path::PathBuf; 6] = [
            record(".new"),
            record(".lock"),
            place.dir().join("lock"),
            place.dir().join("db/LOCK"),
            place.dir().join("db/000099.log"),
            place.dir().join("db/LOG"),
        ];
        for name in names {
            let kept = fs::read(&name).ok();
            if kept.is_some() {
                fs::remove_file(&name).unwrap();
            }
            plant(&name, &victim);
            // A record that must be written anew.
            let recorded = fs::read(place.record()).unwrap();
            fs::remove_file(place.record()).unwrap();
            let error = Store::open(&place.dir(), &place.guarded(true)).err().unwrap();
            fs::write(place.record(), recorded).unwrap();
            assert_eq!(error.kind(), ErrorKind::Io, "{}: {error}", name.display());
            let said = format!("{error} {}", std::error::Error::source(&error).unwrap());
            assert!(said.contains("not a regular file") || said.contains("irectory"), "{said}");
            assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
            if name.is_dir() && !name.is_symlink() {
                fs::remove_dir(&name).unwrap();
            } else {
                fs::remove_file(&name).unwrap();
            }
            if let Some(kept) = kept {
                fs::write(&name, kept).unwrap();
            }
        }
        drop(Store::open(&place.dir(), &place.guarded(false)).unwrap());
    }
    // A record that is itself a link is not replaced by a file.
    let place = Place::new();
    let store = Store::create(&place.dir(), ORIGIN, &place.guarded(false)).unwrap();
    drop(store);
    let elsewhere = place.home.path().join("elsewhere");
    fs::rename(place.record(), &elsewhere).unwrap();
    symlink(&elsewhere, place.record()).unwrap();
    let store = Store::open(&place.dir(), &place.guarded(false)).unwrap();
    let before = fs::read(&elsewhere).unwrap();
    seal_all(&store, 0..1);
    drop(store);
    assert!(place.record().is_symlink());
    assert_eq!(fs::read(&elsewhere).unwrap(), before);
}
