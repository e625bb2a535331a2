//! Content keys and the content under them: the whole life of a key, and every state of its file.

use crate::{Place, chunk_key, damage, seal_one, source, source_of, submission, verify};
use decl_core::{Code, Event, EventKind, Identity, NoFiles, Source, Value, hex};
use decl_keyed::{ContentKey, KeyFile, Keyed, Keying};
use decl_store::{
    Absence, AuditOptions, DamageKind, Error, ErrorKind, KeyState, Reader, Receipt, SealError, Store,
    Submission, Unlocked,
};
use std::{
    fs::{self, Permissions},
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Path, PathBuf},
};

const SECRET: &str = "My name is Ada Lovelace, born 1815-12-10, of 12 St James's Square.";

impl Place {
    pub(crate) fn keys(&self) -> PathBuf {
        self.home().join("state").join("content.keys")
    }
}

fn keys(store: &Store, place: &Place) -> KeyFile {
    store.content_keys(&place.keys()).unwrap().unwrap()
}

/// The declaration whose input says `text`, keyed.
pub(crate) fn keyed(text: &str, key: &ContentKey) -> Submission {
    let Keyed { declaration, contents, keyed } =
        Keying { key: key.clone(), sections: vec!["input".to_owned()] }.apply(source(text)).unwrap();
    Submission { keyed, ..Submission::local(declaration, contents) }
}

fn digest_of(submission: &Submission) -> Identity {
    submission.keyed[0].digest()
}

fn refused(result: Result<Receipt, SealError>) -> (Code, String) {
    match result.unwrap_err() {
        SealError::Refused(fault) => (fault.code, fault.message),
        SealError::Store(error) => panic!("{error}"),
    }
}

fn failed<T: std::fmt::Debug>(result: Result<T, SealError>) -> Error {
    match result.unwrap_err() {
        SealError::Store(error) => error,
        SealError::Refused(fault) => panic!("{fault}"),
    }
}

/// The damage, the content that was not checked, and the content that cannot be checked any more.
fn audit(place: &Place, keys: &KeyFile) -> (Vec<(DamageKind, String)>, u64, u64) {
    let options = AuditOptions { keys: keys.clone(), ..AuditOptions::default() };
    let report = Reader::open(&place.dir()).unwrap().audit(&options, &mut |_, _| ()).unwrap();
    let damage = report.damage.into_iter().map(|damage| (damage.kind, damage.where_)).collect();
    (damage, report.unchecked, report.uncheckable)
}

/// Whether any file below a directory has these bytes.
fn has_bytes(dir: &Path, bytes: &[u8]) -> Option<PathBuf> {
    fs::read_dir(dir).unwrap().find_map(|file| {
        let path = file.unwrap().path();
        if path.is_dir() {
            return has_bytes(&path, bytes);
        }
        let found = fs::read(&path).unwrap().windows(bytes.len()).any(|window| window == bytes);
        found.then_some(path)
    })
}

#[test]
fn a_key_is_made_used_and_destroyed_and_nothing_is_readable_after_that() {
    let place = Place::new();
    let store = place.create();
    let made = store.new_content_key("ada", &place.keys()).unwrap();
    assert!(made.new);
    let key = keys(&store, &place).get("ada").unwrap().clone();
    let state = KeyState { fingerprint: key.fingerprint(), new: made.index, destroyed: None };
    assert_eq!(store.reader().content_key("ada").unwrap(), Some(state));

    // Short content, and content in chunks.
    let long = SECRET.repeat(20_000);
    let submissions = [keyed(SECRET, &key), keyed(&long, &key)];
    let digests = submissions.each_ref().map(digest_of);
    let receipts = submissions.each_ref().map(|one| seal_one(&store, one.clone()).unwrap());
    let read =
        |reader: &Reader, keys: &KeyFile| digests.map(|digest| reader.keyed_content(&digest, keys).unwrap());
    let content = |text: &str| Some(Unlocked::Content(text.into()));
    assert_eq!(read(store.reader(), &keys(&store, &place)), [content(SECRET), content(&long)]);
    let nobody = KeyFile::default();
    assert_eq!(read(store.reader(), &nobody), [(); 2].map(|()| Some(Unlocked::NoKey("ada".to_owned()))));
    for digest in digests {
        assert_eq!(store.reader().content(&digest).unwrap(), None, "a box is not content");
        assert_eq!(store.reader().box_of(&digest).unwrap().map(|(name, _)| name).as_deref(), Some("ada"));
    }
    let plain = Identity::of(SECRET.as_bytes());
    assert_eq!(store.reader().content(&plain).unwrap(), None);
    let before = keys(&store, &place);
    drop(store);
    assert_eq!(audit(&place, &before), (Vec::new(), 0, 0));
    assert_eq!(audit(&place, &nobody), (Vec::new(), 2, 0));
    // Neither in tables, nor in blobs, nor in the write-ahead log, before and after it is flushed.
    for text in [SECRET, &SECRET[..16], &SECRET[40..]] {
        assert_eq!(has_bytes(&place.dir(), text.as_bytes()), None);
    }

    let store = place.open();
    let copy = place.home().join("copy.keys");
    fs::hard_link(place.keys(), &copy).unwrap();
    let destroyed = store.destroy_content_key("ada", &place.keys()).unwrap();
    assert!(destroyed.new);
    assert_eq!(keys(&store, &place), KeyFile::new(store.verifier_key().to_string()));
    assert!(fs::read(copy).unwrap().iter().all(|byte| *byte == 0), "the old file was overwritten");
    let lost = Some(Unlocked::Destroyed { name: "ada".to_owned(), entry: destroyed.index });
    // Also with a copy of the key: the log has the last word.
    for keys in [&nobody, &before] {
        assert_eq!(read(store.reader(), keys), [lost.clone(), lost.clone()]);
    }
    for (submission, receipt) in submissions.iter().zip(&receipts) {
        verify(receipt, &submission.record, store.verifier_key());
    }
    let state = KeyState { destroyed: Some(destroyed.index), ..state };
    assert_eq!(store.reader().content_keys().unwrap(), [("ada".to_owned(), state)]);
    // A name is used once, and a key is destroyed once.
    let used = (Code::Range, format!("the name ada was given to a key by entry {}", made.index));
    assert_eq!(refused(store.new_content_key("ada", &place.keys())), used);
    let again = store.destroy_content_key("ada", &place.keys()).unwrap();
    assert_eq!((again.index, again.new), (destroyed.index, false));
    let gone = (Code::Unresolved, format!("the content key ada was destroyed by entry {}", destroyed.index));
    assert_eq!(refused(seal_one(&store, keyed("later", &key))), gone);
    drop(store);
    for keys in [&nobody, &before] {
        assert_eq!(audit(&place, keys), (Vec::new(), 0, 2));
    }
}

#[test]
fn equal_content_is_stored_once_under_each_key() {
    let place = Place::new();
    let store = place.create();
    for name in ["a", "b"] {
        store.new_content_key(name, &place.keys()).unwrap();
    }
    let keys = keys(&store, &place);
    let [a, b] = ["a", "b"].map(|name| keys.get(name).unwrap());
    let bytes = |submission: &Submission| {
        let before = store.stats().bytes;
        seal_one(&store, submission.clone()).unwrap();
        store.stats().bytes - before
    };
    let long = "yes".repeat(3_000);
    let first = bytes(&keyed(&long, a));
    assert!(first > 9_000);
    // Another declaration with the same content under the same key.
    let mut again = keyed(&long, a);
    let text = again.record.to_json().replace("some-model", "other-model");
    again.record = Source::parse(text.as_bytes(), &mut NoFiles).unwrap().declaration.into();
    assert!(bytes(&again) < 9_000);
    assert!(bytes(&keyed(&long, b)) > 9_000);
    assert_ne!(digest_of(&keyed(&long, a)), digest_of(&keyed(&long, b)));
    assert!(!seal_one(&store, keyed(&long, a)).unwrap().new);
}

#[test]
fn content_is_sealed_under_no_key_but_one_that_the_log_has() {
    let place = Place::new();
    let store = place.create();
    store.new_content_key("a", &place.keys()).unwrap();
    let unknown = (Code::Unresolved, "the log has no content key b".to_owned());
    assert_eq!(refused(seal_one(&store, keyed("x", &ContentKey::new("b", &[1; 32])))), unknown);
    let other = (Code::Unresolved, "the content key a is another key than the one of entry 1".to_owned());
    assert_eq!(refused(seal_one(&store, keyed("x", &ContentKey::new("a", &[1; 32])))), other);
    assert_eq!(store.reader().tree().unwrap().size, 2, "nothing was left behind");
}

/// A reference that somebody else keyed, without its content.
#[test]
fn keyed_content_may_stay_elsewhere_and_come_later() {
    let place = Place::new();
    let store = place.create();
    store.new_content_key("a", &place.keys()).unwrap();
    let key = keys(&store, &place).get("a").unwrap().clone();
    let whole = keyed("x", &key);
    let digest = digest_of(&whole);
    let bare = Submission { keyed: Vec::new(), ..whole.clone() };
    let entry = seal_one(&store, bare).unwrap().index;
    let absent = store.reader().absence(&digest).unwrap().map(Absence::entry);
    assert_eq!(absent, Some(entry));
    assert_eq!(store.reader().keyed_content(&digest, &KeyFile::default()).unwrap(), None);
    assert!(!seal_one(&store, whole).unwrap().new);
    assert_eq!(store.reader().absence(&digest).unwrap(), None);
    let keys = keys(&store, &place);
    assert_eq!(store.reader().keyed_content(&digest, &keys).unwrap(), Some(Unlocked::Content(b"x".to_vec())));
    // Content under a key that the reference does not name is not its content.
    let kb3 = key.digest(b"y");
    let record =
        source_of(&format!(r#"{{"kb3": "{}", "key": "b", "type": "text/plain"}}"#, kb3.hex())).declaration;
    let other =
        Submission { keyed: vec![key.content(b"y".to_vec())], ..Submission::local(record, Vec::new()) };
    seal_one(&store, other).unwrap();
    assert_eq!(store.reader().box_of(&kb3).unwrap(), None);
    drop(store);
    assert_eq!(audit(&place, &keys), (Vec::new(), 0, 0));
}

/// A digest is written where one of the other form belongs.
#[test]
fn no_box_is_taken_for_content_and_no_content_for_a_box() {
    let place = Place::new();
    let store = place.create();
    store.new_content_key("a", &place.keys()).unwrap();
    let keys = keys(&store, &place);
    let whole = keyed("x", keys.get("a").unwrap());
    let (kb3, b3) = (digest_of(&whole), Identity::of(b"in the clear"));
    seal_one(&store, whole).unwrap();
    seal_one(&store, submission("in the clear")).unwrap();
    let as_plain =
        source_of(&format!(r#"{{"b3": "{}", "len": 1, "type": "text/plain"}}"#, kb3.hex())).declaration;
    let as_plain = Submission::local(as_plain, Vec::new());
    assert_eq!(refused(seal_one(&store, as_plain.clone())).0, Code::Unresolved);
    seal_one(&store, Submission { detached: true, ..as_plain }).unwrap();
    let as_keyed =
        source_of(&format!(r#"{{"kb3": "{}", "key": "a", "type": "text/plain"}}"#, b3.hex())).declaration;
    seal_one(&store, Submission::local(as_keyed, Vec::new())).unwrap();
    assert_eq!(store.reader().content(&kb3).unwrap(), None);
    assert_eq!(store.reader().keyed_content(&b3, &keys).unwrap(), None);
    drop(store);
    assert_eq!(audit(&place, &keys), (Vec::new(), 0, 0));
}

#[test]
fn a_damaged_box_is_damage_for_whoever_has_the_key() {
    let place = Place::new();
    let store = place.create();
    store.new_content_key("a", &place.keys()).unwrap();
    let file = keys(&store, &place);
    let key = file.get("a").unwrap().clone();
    let (small, large) = (keyed("small", &key), keyed(&"large".repeat(300_000), &key));
    for one in [&small, &large] {
        seal_one(&store, one.clone()).unwrap();
    }
    drop(store);
    let flipped = |place: &Place| {
        damage(place, |raw| {
            raw.flip("contents", digest_of(&small).as_bytes());
            raw.flip("chunks", &chunk_key(&digest_of(&large), 1));
        });
    };
    flipped(&place);
    let mut places =
        [&small, &large].map(|one| (DamageKind::Content, format!("kb3:{}", digest_of(one).hex())));
    places.sort_by(|a, b| a.1.cmp(&b.1));
    let (mut found, ..) = audit(&place, &file);
    found.sort_by(|a, b| a.1.cmp(&b.1));
    assert_eq!(found, places);
    assert_eq!(audit(&place, &KeyFile::default()), (Vec::new(), 2, 0), "nobody can tell without the key");
    let store = place.open();
    for one in [&small, &large] {
        let error = store.reader().keyed_content(&digest_of(one), &file).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt);
        // The right content mends it.
        assert!(!seal_one(&store, one.clone()).unwrap().new);
        let content = Unlocked::Content(one.keyed[0].bytes().to_vec());
        assert_eq!(store.reader().keyed_content(&digest_of(one), &file).unwrap(), Some(content));
    }
    drop(store);
    assert_eq!(audit(&place, &file), (Vec::new(), 0, 0));
    // Once the key is destroyed, it is no longer wrong.
    let store = place.open();
    store.destroy_content_key("a", &place.keys()).unwrap();
    drop(store);
    flipped(&place);
    assert_eq!(audit(&place, &file), (Vec::new(), 0, 2));
    // But a box that is gone is.
    damage(&place, |raw| raw.delete("contents", digest_of(&small).as_bytes()));
    let at = format!("{} at /input/0/parts/0/content", small.record.identity());
    assert_eq!(audit(&place, &file), (vec![(DamageKind::Content, at)], 0, 1));
}

/// Swaps two boxes, which open under the right key, but not for each other's digest.
#[test]
fn a_box_is_bound_to_its_digest() {
    let place = Place::new();
    let store = place.create();
    store.new_content_key("a", &place.keys()).unwrap();
    let file = keys(&store, &place);
    let pair = ["yes", "no "].map(|text| keyed(text, file.get("a").unwrap()));
    for one in &pair {
        seal_one(&store, one.clone()).unwrap();
    }
    drop(store);
    damage(&place, |raw| {
        let keys = pair.each_ref().map(|one| *digest_of(one).as_bytes());
        let rows = keys.map(|key| raw.get("contents", &key));
        raw.put("contents", &keys[0], &rows[1]);
        raw.put("contents", &keys[1], &rows[0]);
    });
    assert_eq!(audit(&place, &file).0.len(), 2);
}

/// Puts something in the place of a key file.
type Make<'a> = Box<dyn Fn() + 'a>;

#[test]
fn every_wrong_key_file_is_refused_and_nothing_is_changed() {
    let place = Place::new();
    let store = place.create();
    store.new_content_key("a", &place.keys()).unwrap();
    let right = fs::read_to_string(place.keys()).unwrap();
    let other = Place::new();
    other.create().new_content_key("a", &other.keys()).unwrap();
    let of_other = fs::read_to_string(other.keys()).unwrap();
    let digits = right.lines().last().unwrap().split_once(' ').unwrap().1.to_owned();
    let put = |text: &str, mode: u32| {
        fs::remove_file(place.keys()).ok();
        fs::write(place.keys(), text).unwrap();
        fs::set_permissions(place.keys(), Permissions::from_mode(mode)).unwrap();
    };
    let cases: [(&str, Make<'_>, &str); 11] = [
        ("readable by the group", Box::new(|| put(&right, 0o640)), "have mode"),
        ("readable by all", Box::new(|| put(&right, 0o604)), "have mode"),
        ("writable by all", Box::new(|| put(&right, 0o602)), "have mode"),
        ("of another store", Box::new(|| put(&of_other, 0o600)), "of another log"),
        ("empty", Box::new(|| put("", 0o600)), "is not a file of content keys"),
        ("cut", Box::new(|| put(&right[..right.len() - 2], 0o600)), "is not a file of content keys"),
        (
            "garbled",
            Box::new(|| put(&right.replace(&digits, &digits[1..]), 0o600)),
            "is not a file of content keys",
        ),
        (
            "not text",
            Box::new(|| {
                put("", 0o600);
                fs::write(place.keys(), [&[0xff][..], right.as_bytes()].concat()).unwrap();
            }),
            "is not a file of content keys",
        ),
        (
            "a link to the right file",
            Box::new(|| {
                let target = place.home().join("target.keys");
                put(&right, 0o600);
                fs::rename(place.keys(), &target).unwrap();
                symlink(&target, place.keys()).unwrap();
            }),
            "not a regular file",
        ),
        (
            "a directory",
            Box::new(|| {
                fs::remove_file(place.keys()).ok();
                fs::create_dir(place.keys()).unwrap();
            }),
            "not a regular file",
        ),
        (
            "a pipe",
            Box::new(|| {
                fs::remove_dir(place.keys()).ok();
                let made = std::process::Command::new("mkfifo").arg(place.keys()).status().unwrap();
                assert!(made.success());
                fs::set_permissions(place.keys(), Permissions::from_mode(0o600)).unwrap();
            }),
            "not a regular file",
        ),
    ];
    let size = store.reader().tree().unwrap().size;
    for (name, make, expected) in cases {
        make();
        let errors = [
            store.content_keys(&place.keys()).unwrap_err(),
            store.reader().read_content_keys(&place.keys()).unwrap_err(),
            failed(store.new_content_key("b", &place.keys())),
            failed(store.destroy_content_key("a", &place.keys())),
        ];
        for error in errors {
            assert_eq!(error.kind(), ErrorKind::Key, "{name}: {error}");
            assert!(
                error.to_string().contains(expected) || format!("{error:?}").contains(expected),
                "{name}: {error}"
            );
            assert!(!format!("{error:?}").contains(&digits[..8]), "{name} tells the key: {error:?}");
        }
    }
    assert_eq!(store.reader().tree().unwrap().size, size);
    let inside = place.dir().join("content.keys");
    assert_eq!(failed(store.new_content_key("b", &inside)).kind(), ErrorKind::Argument);
    assert!(!inside.exists());
    // A lost file: the key can still be destroyed, and another name can be made.
    fs::remove_file(place.keys()).unwrap();
    assert_eq!(store.content_keys(&place.keys()).unwrap(), None);
    assert!(store.destroy_content_key("a", &place.keys()).unwrap().new);
    assert!(!place.keys().exists());
    store.new_content_key("b", &place.keys()).unwrap();
    assert_eq!(fs::metadata(place.keys()).unwrap().permissions().mode() & 0o777, 0o600);
}

/// The file of the log has a key of the right name that is not the log's.
#[test]
fn a_key_that_is_not_the_logs_is_not_used() {
    let place = Place::new();
    let store = place.create();
    store.new_content_key("a", &place.keys()).unwrap();
    let file = keys(&store, &place);
    let whole = keyed("x", file.get("a").unwrap());
    seal_one(&store, whole.clone()).unwrap();
    let mut wrong = file.clone();
    wrong.insert(ContentKey::new("a", &[1; 32]));
    assert_eq!(store.reader().keyed_content(&digest_of(&whole), &wrong).unwrap_err().kind(), ErrorKind::Key);
    let options = AuditOptions { keys: wrong.clone(), ..AuditOptions::default() };
    assert_eq!(store.reader().audit(&options, &mut |_, _| ()).unwrap_err().kind(), ErrorKind::Key);
    fs::write(place.keys(), wrong.to_text().as_bytes()).unwrap();
    assert_eq!(failed(store.destroy_content_key("a", &place.keys())).kind(), ErrorKind::Key);
}

pub(crate) fn event(action: &str, name: &str, fingerprint: [u8; 32]) -> Submission {
    let body = Value::map([
        ("action", Value::text(action.to_owned())),
        ("fingerprint", Value::text(hex(&fingerprint))),
        ("name", Value::text(name.to_owned())),
        ("use", Value::text("content")),
    ]);
    Submission::local(Event::new(EventKind::Key, body, "local", &mut NoFiles).unwrap().0, Vec::new())
}

#[test]
fn events_that_do_not_follow_are_refused_one_by_one_and_in_one_batch() {
    let (one, two) = ([1; 32], [2; 32]);
    let steps = [
        (event("destroy", "a", one), Err(Code::Unresolved)),
        (event("new", "a", one), Ok(true)),
        (event("new", "a", one), Ok(false)), // the same event
        (event("new", "a", two), Err(Code::Range)),
        (event("destroy", "a", two), Err(Code::DigestMismatch)),
        (event("new", "b", one), Ok(true)),
        (event("destroy", "a", one), Ok(true)),
        (event("destroy", "a", one), Ok(false)),
        (event("new", "a", two), Err(Code::Range)),
        (event("destroy", "a", two), Err(Code::Range)),
        (event("destroy", "b", one), Ok(true)),
    ];
    let said = |result: Result<Receipt, SealError>| match result {
        Ok(receipt) => Ok(receipt.new),
        Err(SealError::Refused(fault)) => Err(fault.code),
        Err(SealError::Store(error)) => panic!("{error}"),
    };
    let expected: Vec<_> = steps.iter().map(|(_, expected)| *expected).collect();
    let submissions: Vec<_> = steps.into_iter().map(|(submission, _)| submission).collect();
    for together in [false, true] {
        let place = Place::new();
        let store = place.create();
        let results: Vec<_> = if together {
            store.seal(submissions.clone())
        } else {
            submissions.iter().map(|one| seal_one(&store, one.clone())).collect()
        };
        assert_eq!(results.into_iter().map(said).collect::<Vec<_>>(), expected);
        let states = store.reader().content_keys().unwrap();
        let ends: Vec<_> =
            states.iter().map(|(name, state)| (name.as_str(), state.new, state.destroyed)).collect();
        assert_eq!(ends, [("a", 1, Some(3)), ("b", 2, Some(4))]);
        drop(store);
        assert_eq!(audit(&place, &KeyFile::default()), (Vec::new(), 0, 0));
    }
}

/// In one commit: the key is destroyed, and content under it comes right behind.
#[test]
fn content_behind_the_end_of_its_key_is_refused() {
    let place = Place::new();
    let store = place.create();
    store.new_content_key("a", &place.keys()).unwrap();
    let key = keys(&store, &place).get("a").unwrap().clone();
    let end = event("destroy", "a", key.fingerprint());
    let mut results = store.seal(vec![keyed("before", &key), end, keyed("after", &key)]);
    assert_eq!(refused(results.pop().unwrap()).0, Code::Unresolved);
    assert!(results.into_iter().all(|result| result.is_ok()));
    assert_eq!(store.reader().box_of(&digest_of(&keyed("after", &key))).unwrap(), None);
    // The file still has the key; whoever reads it next with the store open removes it.
    assert!(has_bytes(&place.home().join("state"), hex_of(&place, "a").as_bytes()).is_some());
    let digits = hex_of(&place, "a");
    drop(store);
    let reader = Reader::open(&place.dir()).unwrap();
    assert!(
        reader.read_content_keys(&place.keys()).unwrap().unwrap().get("a").is_some(),
        "readers change nothing"
    );
    let store = place.open();
    assert!(keys(&store, &place).get("a").is_none());
    assert_eq!(has_bytes(place.home(), digits.as_bytes()), None);
}

fn hex_of(place: &Place, name: &str) -> String {
    let text = fs::read_to_string(place.keys()).unwrap();
    text.lines().find_map(|line| line.strip_prefix(&format!("{name} "))).unwrap().to_owned()
}

/// What is left of a process that died after it wrote the key and before it sealed the event.
#[test]
fn a_key_without_an_event_is_the_one_that_is_made_next() {
    let place = Place::new();
    let store = place.create();
    store.new_content_key("a", &place.keys()).unwrap();
    let mut file = keys(&store, &place);
    let left = ContentKey::new("b", &[9; 32]);
    file.insert(left.clone());
    fs::write(place.keys(), file.to_text().as_bytes()).unwrap();
    assert_eq!(refused(seal_one(&store, keyed("x", &left))).0, Code::Unresolved);
    store.new_content_key("b", &place.keys()).unwrap();
    assert_eq!(store.reader().content_key("b").unwrap().unwrap().fingerprint, left.fingerprint());
    assert_eq!(keys(&store, &place), file);
}

#[test]
fn a_name_that_is_no_handle_makes_no_key() {
    let place = Place::new();
    let store = place.create();
    for name in ["", "Ada", "ada@example.com", "ada lovelace", "-a", "a\n", &"a".repeat(65)] {
        assert_eq!(refused(store.new_content_key(name, &place.keys())).0, Code::Range, "{name:?}");
    }
    assert!(!place.keys().exists());
    assert_eq!(store.reader().tree().unwrap().size, 1);
}
