use crate::{ORIGIN, Place, forget_closing, root_of_entries, seal_all, seal_one, source, submission, verify};
use decl_log::{Checkpoint, Tree, check_consistency};
use decl_store::{ErrorKind, Options, Reader, Store};
use std::{
    error::Error as _,
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::Path,
};

#[test]
fn a_store_is_opened_again_and_extended() {
    let place = Place::new();
    let (old, first) = {
        let store = place.create();
        let first = seal_all(&store, 0..300).remove(7);
        (store.reader().tree().unwrap(), first)
    };
    let store = place.open();
    assert_eq!(store.reader().tree().unwrap(), old);
    assert_eq!(store.reader().origin(), ORIGIN);
    let again = seal_one(&store, submission("run 7")).unwrap();
    assert_eq!((again.index, again.sealed_at, again.new), (first.index, first.sealed_at, false));
    seal_all(&store, 300..600);
    let new = store.reader().tree().unwrap();
    assert_eq!(new, Tree { size: 601, root: root_of_entries(store.reader(), 601) });
    check_consistency(&store.reader().consistency(old.size, new.size).unwrap(), &old, &new).unwrap();
    verify(
        &seal_one(&store, submission("run 8")).unwrap(),
        &source("run 8").declaration,
        store.verifier_key(),
    );
}

#[test]
fn a_new_store_is_a_log_of_one_entry() {
    let place = Place::new();
    let store = place.create();
    let checkpoint = Checkpoint::open(&store.reader().checkpoint().unwrap(), store.verifier_key()).unwrap();
    assert_eq!((checkpoint.origin.as_str(), checkpoint.tree.size), (ORIGIN, 1));
    assert_eq!(store.reader().verifier_key().unwrap(), *store.verifier_key());
    assert_eq!(store.reader().entries(0).count(), 1);
    let mode = fs::metadata(place.dir().join("key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(fs::read_to_string(place.dir().join("decl.store")).unwrap(), "decl-store 1\n");
}

#[test]
fn nothing_is_made_where_something_is() {
    let place = Place::new();
    let id = {
        let store = place.create();
        seal_one(&store, submission("first")).unwrap().identity
    };
    let again = Store::create(&place.dir(), ORIGIN, &Options::default()).err().unwrap();
    assert_eq!(again.kind(), ErrorKind::AlreadyExists);
    assert!(Reader::open(&place.dir()).unwrap().prove(&id).unwrap().is_some());

    let other = place.home.path().join("other");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("letter"), "dear").unwrap();
    for dir in [&other, &other.join("letter")] {
        let error = Store::create(dir, ORIGIN, &Options::default()).err().unwrap();
        assert!(matches!(error.kind(), ErrorKind::AlreadyExists | ErrorKind::Io), "{error}");
    }
    assert_eq!(fs::read_dir(&other).unwrap().count(), 1);
    assert_eq!(fs::read_to_string(other.join("letter")).unwrap(), "dear");

    let unnamed =
        Store::create(&place.home.path().join("unnamed"), "two words", &Options::default()).err().unwrap();
    assert_eq!(unnamed.kind(), ErrorKind::Argument);
    assert!(!place.home.path().join("unnamed").exists());
}

#[test]
fn where_no_store_is_none_is_found() {
    let place = Place::new();
    for dir in [place.dir(), place.home.path().to_owned()] {
        for error in
            [Reader::open(&dir).err().unwrap(), Store::open(&dir, &Options::default()).err().unwrap()]
        {
            assert_eq!(error.kind(), ErrorKind::NotAStore);
            assert_eq!(error.hint(), Some("decl init"));
        }
    }
    // A store without its marker was never finished, or lost it: nobody is told to make one in its place.
    drop(place.create());
    fs::remove_file(place.dir().join("decl.store")).unwrap();
    let error = Reader::open(&place.dir()).err().unwrap();
    assert_eq!((error.kind(), error.hint()), (ErrorKind::Corrupt, None));
    assert_eq!(place_error(&place), ErrorKind::Corrupt);
    let again = Store::create(&place.dir(), ORIGIN, &Options::default()).err().unwrap();
    assert_eq!(again.kind(), ErrorKind::AlreadyExists);
}

fn place_error(place: &Place) -> ErrorKind {
    Store::open(&place.dir(), &Options::default()).err().unwrap().kind()
}

#[test]
fn one_writer_at_a_time_and_readers_beside_it() {
    let place = Place::new();
    let store = place.create();
    seal_all(&store, 0..10);
    let files = || fs::read_dir(place.dir().join("db")).unwrap().count();
    let before = files();
    for _ in 0..3 {
        let second = Store::open(&place.dir(), &Options::default()).err().unwrap();
        assert_eq!(second.kind(), ErrorKind::Locked);
        let message = format!("another process has the store {} open for writing", place.dir().display());
        assert_eq!(second.to_string(), message);
        assert!(second.source().is_none());
    }
    assert_eq!(files(), before, "who waits leaves nothing behind");

    // A reader sees the store as it was when it was opened, and takes nothing from the writer when it goes.
    let reader = Reader::open(&place.dir()).unwrap();
    let receipts = seal_all(&store, 10..2000);
    assert_eq!(reader.tree().unwrap().size, 11);
    assert_eq!(reader.prove(&receipts[0].identity).unwrap(), None);
    drop(reader);
    let reader = Reader::open(&place.dir()).unwrap();
    assert_eq!(reader.tree().unwrap(), store.reader().tree().unwrap());
    for receipt in &receipts {
        assert_eq!(
            reader.prove(&receipt.identity).unwrap(),
            store.reader().prove(&receipt.identity).unwrap()
        );
    }
    drop(reader);
    seal_all(&store, 2000..2010);
    drop(store);
    assert_eq!(place.open().reader().tree().unwrap().size, 2011);
}

#[test]
fn the_writer_needs_a_private_key_and_readers_do_not() {
    let place = Place::new();
    let id = {
        let store = place.create();
        seal_one(&store, submission("sealed")).unwrap().identity
    };
    let key = place.dir().join("key");
    let set_mode = |mode| fs::set_permissions(&key, fs::Permissions::from_mode(mode)).unwrap();
    for mode in [0o640, 0o604, 0o660, 0o644] {
        set_mode(mode);
        let error = Store::open(&place.dir(), &Options::default()).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Key);
        assert!(error.to_string().contains(&format!("{mode:04o}")), "{error}");
        assert_eq!(error.hint(), Some(format!("chmod 600 {}", key.display()).as_str()));
        assert!(!error.to_string().contains("PRIVATE"));
    }
    set_mode(0o600);
    drop(place.open());

    // The key of another log, no key at all, and none.
    let other = Place::new();
    drop(other.create());
    let own = fs::read(&key).unwrap();
    for text in [fs::read(other.dir().join("key")).unwrap(), b"PRIVATE+KEY+".to_vec(), Vec::new()] {
        fs::write(&key, text).unwrap();
        assert_eq!(place_error(&place), ErrorKind::Key);
    }
    fs::remove_file(&key).unwrap();
    assert_eq!(place_error(&place), ErrorKind::Key);
    assert!(Reader::open(&place.dir()).unwrap().prove(&id).unwrap().is_some());

    fs::write(&key, own).unwrap();
    set_mode(0o600);
    assert_eq!(place.open().reader().tree().unwrap().size, 2);
}

#[test]
fn a_newer_format_is_left_alone() {
    let place = Place::new();
    drop(place.create());
    let marker = place.dir().join("decl.store");
    let listing = || {
        let mut names: Vec<_> =
            fs::read_dir(place.dir().join("db")).unwrap().map(|f| f.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let before = listing();
    fs::write(&marker, "decl-store 2\n").unwrap();
    assert_eq!(place_error(&place), ErrorKind::Incompatible);
    let error = Reader::open(&place.dir()).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Incompatible);
    assert!(error.to_string().contains("format 2"), "{error}");
    assert_eq!(listing(), before, "the database was not opened");
    for garbled in [&b""[..], b"decl-store 0\n", b"decl-store 1", b"decl-store one\n", b"decl-store \xff\n"] {
        fs::write(&marker, garbled).unwrap();
        assert_eq!(place_error(&place), ErrorKind::Corrupt, "{garbled:?}");
        let error = Reader::open(&place.dir()).err().unwrap();
        assert!(error.to_string().contains("decl.store is damaged"), "{error}");
    }
    assert_eq!(listing(), before, "the database was not opened");
}

#[test]
fn a_file_that_is_gone_is_damage_and_a_file_that_is_none_is_not_read() {
    let lose: [fn(&Path) -> bool; 4] = [
        |path| path.ends_with("CURRENT"),
        |path| path.file_stem().unwrap().to_str().unwrap().starts_with("MANIFEST"),
        |path| path.extension().is_some_and(|extension| extension == "sst"),
        |_| true,
    ];
    for (n, lost) in lose.into_iter().enumerate() {
        let place = Place::new();
        seal_all(&place.create(), 0..3);
        forget_closing(&place);
        drop(place.open()); // writes what is in the log into table files
        let db = place.dir().join("db");
        for file in fs::read_dir(&db).unwrap() {
            let path = file.unwrap().path();
            if lost(&path) {
                fs::remove_file(path).unwrap();
            }
        }
        if n == 3 {
            fs::remove_dir(&db).unwrap();
        }
        assert_eq!(Reader::open(&place.dir()).err().unwrap().kind(), ErrorKind::Corrupt, "{n}");
        assert_eq!(place_error(&place), ErrorKind::Corrupt, "{n}");
        assert_eq!(db.exists(), n != 3, "no empty database is made in its place");
    }

    let place = Place::new();
    drop(place.create());
    let current = place.dir().join("db/CURRENT");
    fs::remove_file(&current).unwrap();
    fs::create_dir(&current).unwrap();
    assert_eq!(place_error(&place), ErrorKind::Io, "what the system refuses says nothing about the bytes");

    let place = Place::new();
    drop(place.create());
    for (file, missing, odd) in
        [("vkey", ErrorKind::Corrupt, ErrorKind::Io), ("key", ErrorKind::Key, ErrorKind::Key)]
    {
        let path = place.dir().join(file);
        let good = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        assert_eq!(place_error(&place), missing);
        symlink("/dev/null", &path).unwrap();
        let error = Store::open(&place.dir(), &Options::default()).err().unwrap();
        assert_eq!(error.kind(), odd);
        assert!(error.source().unwrap().to_string().contains("not a regular file"));
        fs::remove_file(&path).unwrap();
        fs::write(&path, good).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }
    fs::write(place.dir().join("vkey"), b"\xff").unwrap();
    assert_eq!(Store::key_at(&place.dir()).unwrap_err().kind(), ErrorKind::Corrupt);
}
