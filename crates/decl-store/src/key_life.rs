//! The life of a content key: it is made, and it is destroyed.

use crate::{
    commit::receipt::{Receipt, Submission},
    error::{Error, ErrorKind, SealError},
    files::durable,
    keys::{file, state::KeyState, usable::wrong_key},
    random,
    store::Store,
};
use decl_core::{Code, Event, EventKind, Fault, NoFiles, Value, hex};
use decl_keyed::{ContentKey, KEY_BYTES, KeyFile};
use std::path::Path;
use zeroize::Zeroizing;

impl Store {
    /// Reads the content keys of this log in a file, and removes those that were destroyed. Returns `None` if there is no
    /// file.
    pub fn content_keys(&self, path: &Path) -> Result<Option<KeyFile>, Error> {
        let _alone = self.hold_key_file();
        self.settled(path)
    }

    /// Makes a content key: writes it into its file, which is created if it is not there, then seals the event.
    pub fn new_content_key(&self, name: &str, path: &Path) -> Result<Receipt, SealError> {
        let _alone = self.hold_key_file();
        self.reader().layout().check_outside(path, "the file of content keys")?;
        if let Some(KeyState { new, .. }) = self.reader().content_key(name)? {
            let message = format!("the name {name} was given to a key by entry {new}");
            let fault = Fault::pointer(Code::Range, "/body/name", message);
            return Err(fault.with_hint("a name is used once; take another one").into());
        }
        let keys = self.settled(path)?;
        let mut keys = keys.unwrap_or_else(|| KeyFile::new(self.verifier_key().to_string()));
        // A key that no event names is what a process left that died here.
        let left = keys.get(name).cloned();
        let key = left.clone().map_or_else(|| new_key(name), Ok)?;
        let event = event("new", name, &key.fingerprint())?;
        if left.is_none() {
            keys.insert(key);
            file::write(path, &keys)?;
        }
        self.seal_event(event)
    }

    /// Destroys a content key: seals the event, then removes the key from its file. All content under it is unreadable
    /// from then on, in this store and in every copy, so that is refused while a hold covers any of it. A key that is not
    /// in the file, because it was lost, can be destroyed too.
    pub fn destroy_content_key(&self, name: &str, path: &Path) -> Result<Receipt, SealError> {
        let _alone = self.hold_key_file();
        let Some(state) = self.reader().content_key(name)? else {
            let message = format!("the log has no content key {name}");
            let fault = Fault::pointer(Code::Unresolved, "/body/name", message);
            return Err(fault.with_hint("decl content-key list").into());
        };
        let keys = self.settled(path)?;
        if let Some(key) = keys.as_ref().and_then(|keys| keys.get(name))
            && key.fingerprint() != state.fingerprint
        {
            return Err(wrong_key(name, &state).into());
        }
        // Nothing is sealed in between that would hold content under the key.
        let (held, ended) = (name.to_owned(), state.destroyed.is_some());
        let receipt = self.seal_alone(event("destroy", name, &state.fingerprint)?, move |reader| {
            for hold in if ended { Vec::new() } else { reader.holds()? } {
                if reader.covers_key(&hold, &held)? {
                    let message =
                        format!("content under {held} is held by {} (entry {})", hold.name, hold.index);
                    let fault = Fault::pointer(Code::Range, "/body/name", message);
                    return Ok(Some(fault.with_hint("nothing was destroyed; `decl holds` says why")));
                }
            }
            Ok(None)
        })?;
        self.settled(path)?;
        durable::clear_leftover(path)?;
        Ok(receipt)
    }

    /// Reads the file and finishes what a process left that died after it had sealed the end of a key.
    fn settled(&self, path: &Path) -> Result<Option<KeyFile>, Error> {
        let Some(mut keys) = self.reader().read_content_keys(path)? else { return Ok(None) };
        let mut destroyed = Vec::new();
        for key in keys.keys() {
            let state = self.reader().content_key(key.name())?;
            if state.is_some_and(|state| state.destroyed.is_some()) {
                destroyed.push(key.name().to_owned());
            }
        }
        if destroyed.iter().fold(false, |any, name| keys.remove(name) | any) {
            file::write_without(path, &keys)?;
        }
        Ok(Some(keys))
    }

    fn seal_event(&self, event: Event) -> Result<Receipt, SealError> {
        let lost = || Error::new(ErrorKind::Stopped, "the store gave no answer");
        self.seal(vec![Submission::local(event, Vec::new())]).pop().ok_or_else(lost)?
    }
}

fn new_key(name: &str) -> Result<ContentKey, Error> {
    let mut secret = Zeroizing::new([0; KEY_BYTES]);
    random::fill(secret.as_mut_slice())?;
    Ok(ContentKey::new(name, &secret))
}

fn event(action: &'static str, name: &str, fingerprint: &[u8; 32]) -> Result<Event, Fault> {
    let body = Value::map([
        ("action", Value::text(action)),
        ("fingerprint", Value::text(hex(fingerprint))),
        ("name", Value::text(name)),
        ("use", Value::text("content")),
    ]);
    Event::new(EventKind::Key, body, "local", &mut NoFiles).map(|(event, _)| event)
}
