//! Reads content keys, and the content under them.

use super::Reader;
use crate::{
    content,
    error::Error,
    keys::{file::read_content_keys, state::KeyState, usable::Usable},
    tables::Table,
};
use decl_core::Identity;
use decl_keyed::KeyFile;
use std::path::Path;

/// What a store says about keyed content that it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unlocked {
    /// The content, checked against its digest.
    Content(Vec<u8>),
    /// The key of this name is not at hand.
    NoKey(String),
    /// The key was destroyed: nobody can read or check the content any more.
    Destroyed {
        /// Its name.
        name: String,
        /// The entry of the event.
        entry: u64,
    },
}

impl Reader {
    /// Reads the content keys of this log in a file. Returns `None` if there is no file.
    pub fn read_content_keys(&self, path: &Path) -> Result<Option<KeyFile>, Error> {
        read_content_keys(path, Some(&self.verifier_key()?))
    }

    /// Returns what the log says about the content key of this name, or `None` if it has no such key.
    pub fn content_key(&self, name: &str) -> Result<Option<KeyState>, Error> {
        match KeyState::of(name, &self.db().view())? {
            Some(state) => Ok(Some(state)),
            None => self.complete().map(|()| None),
        }
    }

    /// Returns what the log says about each content key, by its name.
    pub fn content_keys(&self) -> Result<Vec<(String, KeyState)>, Error> {
        let keys = self.db().rows(Table::Keys, &[]).map(|row| {
            let (name, row) = row?;
            let name = String::from_utf8_lossy(&name).into_owned();
            KeyState::stored(&name, &row).map(|state| (name, state))
        });
        let keys = keys.collect::<Result<_, Error>>()?;
        self.complete().map(|()| keys)
    }

    /// Returns the name of the key under which content of a keyed digest is stored, and the length of the content.
    /// Returns `None` if it is not stored.
    pub fn box_of(&self, digest: &Identity) -> Result<Option<(String, u64)>, Error> {
        content::box_of(digest, &self.db().view())
    }

    /// Decrypts the content of a keyed digest, as far as these keys do that. Returns `None` if it is not stored. Content
    /// that its key does not open is an error.
    pub fn keyed_content(&self, digest: &Identity, keys: &KeyFile) -> Result<Option<Unlocked>, Error> {
        let view = self.db().view();
        let Some((name, stored)) = content::read_box(digest, &view)? else {
            return self.complete().map(|()| None);
        };
        Ok(Some(match Usable::of(&name, keys, &view)? {
            Usable::Destroyed(entry) => Unlocked::Destroyed { name, entry },
            Usable::NotHere => Unlocked::NoKey(name),
            Usable::Key(key) => {
                Unlocked::Content(key.decrypt(digest, &stored).ok_or_else(|| content::damaged_box(digest))?)
            }
        }))
    }
}
