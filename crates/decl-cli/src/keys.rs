//! The file of content keys, and what it opens.

use crate::args::{Global, Keyed};
use crate::failure::Failure;
use crate::store;
use decl_core::{Identity, Reference, Value};
use decl_keyed::{KeyFile, Keying};
use decl_store::{Absence, ErrorKind, Reader, Store, Unlocked, read_content_keys};
use std::cell::OnceCell;
use std::fmt;
use std::path::PathBuf;

/// Returns what goes under which key, or `None` if nothing does. Whether the log still has the key is seen at sealing.
pub(crate) fn keying(global: &Global, args: &Keyed) -> Result<Option<Keying>, Failure> {
    let Some(name) = &args.keyed else { return Ok(None) };
    let named = store::named_content_keys(global).is_some();
    let log = match Store::key_at(&store::dir(global)?) {
        // Whoever has the keys can compute an identity without the store.
        Err(error) if error.kind() == ErrorKind::NotAStore && named => None,
        log => Some(log?),
    };
    let path = store::content_keys(global, log.as_ref())?;
    let hint =
        || format!("decl content-key new {name} makes it; decl content-key list says what became of others");
    let keys = read_content_keys(&path, log.as_ref())?.ok_or_else(|| {
        Failure::unknown(format_args!("there is no file of content keys at {}", path.display())).hint(hint())
    })?;
    let key = keys.get(name).ok_or_else(|| {
        Failure::unknown(format_args!("{} has no content key {name}", path.display())).hint(hint())
    })?;
    Ok(Some(Keying { key: key.clone(), sections: args.keyed_sections.clone() }))
}

/// Finishes what a command left that was killed while it destroyed a key, if this one uses keys.
pub(crate) fn settle(store: &Store, global: &Global, args: &Keyed) -> Result<(), Failure> {
    if args.keyed.is_some() {
        store.content_keys(&store::content_keys(global, Some(store.verifier_key()))?)?;
    }
    Ok(())
}

/// The content keys of a store that is read. Their file is opened when content is under a key.
pub(crate) struct Keys<'a> {
    global: &'a Global,
    reader: &'a Reader,
    file: OnceCell<(PathBuf, Option<KeyFile>)>,
}

/// What a store has of the content of a reference.
pub(crate) enum Held {
    Bytes(Vec<u8>),
    /// It is encrypted, and nobody here can read it.
    Locked(Lock),
    Absent(Absence),
    /// Nothing under a keyed digest.
    Nothing,
}

/// Why nobody here can read content that is stored.
pub(crate) struct Lock {
    /// The name of its key.
    name: String,
    why: Why,
}

enum Why {
    /// The key is not in this file.
    NotIn(PathBuf),
    /// There is no such file.
    NoFile(PathBuf),
    /// The key was destroyed by this entry.
    Destroyed(u64),
}

impl<'a> Keys<'a> {
    pub(crate) fn new(global: &'a Global, reader: &'a Reader) -> Self {
        Self { global, reader, file: OnceCell::new() }
    }

    /// Opens the file of keys if content of these references is under one, so that nothing is half said before it is
    /// refused.
    pub(crate) fn open_for(&self, references: &[Reference]) -> Result<(), Failure> {
        for reference in references.iter().filter(|reference| reference.keyed.is_some()) {
            if self.reader.box_of(&reference.digest)?.is_some() {
                return self.file().map(drop);
            }
        }
        Ok(())
    }

    /// Reads the content of a reference.
    pub(crate) fn read(&self, digest: &Identity, keyed: bool) -> Result<Held, Failure> {
        if !keyed {
            return Ok(match self.reader.referenced(digest)? {
                Ok(bytes) => Held::Bytes(bytes),
                Err(absence) => Held::Absent(absence),
            });
        }
        if self.reader.box_of(digest)?.is_none() {
            return Ok(self.reader.absence(digest)?.map_or(Held::Nothing, Held::Absent)); // no keys are needed
        }
        let (path, file) = self.file()?;
        let none = KeyFile::default();
        Ok(match self.reader.keyed_content(digest, file.as_ref().unwrap_or(&none))? {
            None => Held::Nothing,
            Some(Unlocked::Content(bytes)) => Held::Bytes(bytes),
            Some(Unlocked::Destroyed { name, entry }) => {
                Held::Locked(Lock { name, why: Why::Destroyed(entry) })
            }
            Some(Unlocked::NoKey(name)) => {
                let why = if file.is_some() { Why::NotIn(path.clone()) } else { Why::NoFile(path.clone()) };
                Held::Locked(Lock { name, why })
            }
        })
    }

    fn file(&self) -> Result<&(PathBuf, Option<KeyFile>), Failure> {
        if let Some(file) = self.file.get() {
            return Ok(file);
        }
        let log = self.reader.verifier_key()?;
        let path = store::content_keys(self.global, Some(&log))?;
        let file = read_content_keys(&path, Some(&log))?;
        Ok(self.file.get_or_init(|| (path, file)))
    }
}

impl Held {
    /// Returns why there are no bytes to show, for people; `None` if there are.
    pub(crate) fn why_not(&self) -> Option<String> {
        match self {
            Self::Bytes(_) => None,
            Self::Locked(lock) => Some(lock.to_string()),
            Self::Absent(absence) => Some(format!("absent: {absence}")),
            Self::Nothing => Some("not in this store".to_owned()),
        }
    }
}

impl Lock {
    /// Returns the reason for programs.
    pub(crate) fn members(&self) -> Vec<(&'static str, Value<'static>)> {
        match self.why {
            Why::NotIn(_) | Why::NoFile(_) => vec![("reason", Value::text("no_key"))],
            Why::Destroyed(entry) => {
                vec![("reason", Value::text("destroyed")), ("entry", Value::Uint(entry))]
            }
        }
    }
}

impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        match &self.why {
            Why::NotIn(path) => {
                write!(f, "encrypted under the content key {name}, which is not in {}", path.display())
            }
            Why::NoFile(path) => {
                write!(
                    f,
                    "encrypted under the content key {name}, and there is no key file {}",
                    path.display()
                )
            }
            Why::Destroyed(entry) => {
                write!(f, "not checkable any more: the content key {name} was destroyed by entry {entry}")
            }
        }
    }
}
