//! Every fault on the two writes of a new key and of the end of one: the key file, and the event.

use super::{Fate, FaultyDisk};
use crate::{AuditOptions, KeyState, Options, Reader, Store, Submission, Unlocked};
use decl_core::{Identity, NoFiles, Source, json};
use decl_explain::template;
use decl_keyed::{ContentKey, KeyFile, Keyed, Keying};
use std::path::PathBuf;

/// A store on a faulty disk, with the file of its content keys.
struct Place {
    disk: FaultyDisk,
}

impl Place {
    fn new() -> (Self, Store) {
        let place = Self { disk: FaultyDisk::new() };
        let store = Store::create(&place.dir(), "example.com/runs", &Options::default()).unwrap();
        (place, store)
    }

    fn dir(&self) -> PathBuf {
        self.disk.path("store")
    }

    fn file(&self) -> PathBuf {
        self.disk.path("content.keys")
    }

    /// Ends the process, perhaps with the power, and opens the store again. Returns what the file and the log then say.
    fn again(&self, store: Store, crash: bool) -> (Store, KeyFile, Option<KeyState>) {
        if crash {
            self.disk.crash(&self.dir());
        }
        drop(store);
        if crash {
            self.disk.restart();
        }
        self.disk.plan(&[], &[]);
        let store = Store::open(&self.dir(), &Options::default()).unwrap();
        let keys = store.content_keys(&self.file()).unwrap().unwrap_or_default();
        let state = store.reader().content_key("a").unwrap();
        (store, keys, state)
    }

    fn is_sound(&self) -> bool {
        let reader = Reader::open(&self.dir()).unwrap();
        let keys = reader.read_content_keys(&self.file()).unwrap().unwrap_or_default();
        let options = AuditOptions { keys, ..AuditOptions::default() };
        reader.audit(&options, &mut |_, _| ()).unwrap().damage.is_empty()
    }
}

/// Calls `f` with the fates of the batch and of the file, and whether the power goes after that.
fn every_fault(f: impl Fn(Fate, Fate, bool)) {
    for batch in Fate::ALL {
        for file in Fate::ALL {
            for crash in [false, true] {
                f(batch, file, crash);
            }
        }
    }
}

/// A disk that lies loses what it said it had, whatever a program does.
fn lied(fate: Fate, crash: bool) -> bool {
    crash && fate.reported_done && !fate.kept
}

#[test]
fn no_event_names_a_key_that_is_not_on_disk() {
    every_fault(|batch, file, crash| {
        let (place, store) = Place::new();
        place.disk.plan(&[batch], &[file]);
        let made = store.new_content_key("a", &place.file());
        let (store, keys, state) = place.again(store, crash);
        let at = format!("{batch:?}, {file:?}, crash: {crash}, {made:?}");
        if made.is_ok() && !lied(batch, crash) {
            assert!(state.is_some(), "{at}");
        }
        let key = keys.get("a").map(ContentKey::fingerprint);
        match state {
            Some(state) if !lied(file, crash) => assert_eq!(key, Some(state.fingerprint), "{at}"),
            Some(_) => {}
            None => {
                // What was left behind is completed.
                store.new_content_key("a", &place.file()).unwrap();
                let made = store.reader().content_key("a").unwrap().unwrap().fingerprint;
                assert_eq!(key.unwrap_or(made), made, "{at}");
            }
        }
        drop(store);
        assert!(place.is_sound(), "{at}");
    });
}

fn keyed(key: &ContentKey) -> (Submission, Identity) {
    let text = json::pretty(&template("generate").unwrap())
        .replace(r#""authority": """#, r#""authority": "example.com""#)
        .replace(r#""name": """#, r#""name": "some-model""#)
        .replace(
            r#""input": []"#,
            r#""input": [{"role": "user", "parts": [{"t": "text", "content": {"text": "Ada"}, "attrs": {}}]}]"#,
        );
    let source = Source::parse(text.as_bytes(), &mut NoFiles).unwrap();
    let keying = Keying { key: key.clone(), sections: vec!["input".to_owned()] };
    let Keyed { declaration, contents, keyed } = keying.apply(source).unwrap();
    let digest = keyed[0].digest();
    (Submission { keyed, ..Submission::local(declaration, contents) }, digest)
}

#[test]
fn a_key_is_gone_exactly_if_the_log_says_so() {
    every_fault(|batch, file, crash| {
        let (place, store) = Place::new();
        store.new_content_key("a", &place.file()).unwrap();
        let before = store.content_keys(&place.file()).unwrap().unwrap();
        let (submission, digest) = keyed(before.get("a").unwrap());
        assert!(store.seal(vec![submission]).remove(0).is_ok());
        place.disk.plan(&[batch], &[file]);
        let destroyed = store.destroy_content_key("a", &place.file());
        let (store, keys, state) = place.again(store, crash);
        let at = format!("{batch:?}, {file:?}, crash: {crash}, {destroyed:?}");
        let end = state.unwrap().destroyed;
        if destroyed.is_ok() && !lied(batch, crash) {
            assert!(end.is_some(), "{at}");
        }
        let read = |keys| store.reader().keyed_content(&digest, keys).unwrap().unwrap();
        match end {
            Some(entry) => {
                assert!(keys.get("a").is_none(), "{at}");
                assert_eq!(read(&before), Unlocked::Destroyed { name: "a".to_owned(), entry }, "{at}");
            }
            None if lied(batch, crash) => {}
            None => assert_eq!(read(&keys), Unlocked::Content(b"Ada".to_vec()), "{at}"),
        }
        store.destroy_content_key("a", &place.file()).unwrap();
        assert!(store.content_keys(&place.file()).unwrap().unwrap().get("a").is_none(), "{at}");
        drop(store);
        assert!(place.is_sound(), "{at}");
    });
}
