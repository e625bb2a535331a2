//! The directory of a store.
//!
//! ```text
//! DIR/
//!   decl.store   "decl-store 1\n": the format, written last when a store is made
//!   key          PRIVATE+KEY..., mode 0600; readers need none
//!   vkey         the public key that checks this log's signatures
//!   lock         held by the writer while it has the store open
//!   db/          RocksDB
//! ```

use super::{durable, lock::Lock};
use crate::{Error, ErrorKind};
use decl_log::{SigningKey, VerifierKey};
use std::{
    fs::OpenOptions,
    io::{self, Read as _, Write as _},
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// The format this version writes, and the newest it reads.
const FORMAT: u32 = 1;

/// More than any file here has.
const FILE_BYTES: u64 = 4096;

/// Where the files of a store are.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    root: PathBuf,
}

impl Layout {
    /// Takes a directory for a store to be made: a new or an empty one.
    pub(crate) fn begin(root: &Path) -> Result<Self, Error> {
        let layout = Self { root: root.to_owned() };
        if layout.marker().exists() {
            return Err(Error::new(
                ErrorKind::AlreadyExists,
                format!("{} is already a store", root.display()),
            ));
        }
        // Content is what people said to models: nobody else's to read.
        durable::take_dir(root, 0o700)?;
        Ok(layout)
    }

    /// Says that the store is complete. Until then there is none here.
    pub(crate) fn finish(&self) -> Result<(), Error> {
        durable::replace(&self.marker(), format!("decl-store {FORMAT}\n").as_bytes())
    }

    /// Finds a store of a format that this version knows. Touches nothing.
    pub(crate) fn find(root: &Path) -> Result<Self, Error> {
        let layout = Self { root: root.to_owned() };
        let damaged = |what: &str| Err(Error::new(ErrorKind::Corrupt, format!("{} {what}", root.display())));
        let marker = match read(&layout.marker()) {
            Ok(marker) => marker,
            Err(source)
                if matches!(source.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) =>
            {
                if layout.db().join("CURRENT").exists() {
                    return damaged("has a database and no decl.store: it is damaged, or was never finished");
                }
                let message = format!("there is no store at {}", root.display());
                return Err(Error::new(ErrorKind::NotAStore, message).with_hint("decl init"));
            }
            Err(source) if source.kind() == io::ErrorKind::InvalidData => String::new(), // not text
            Err(source) => return Err(Error::io("read", &layout.marker(), source)),
        };
        match marker.strip_prefix("decl-store ").and_then(|rest| rest.strip_suffix('\n')?.parse().ok()) {
            Some(FORMAT) => Ok(layout),
            Some(newer @ FORMAT..) => Err(Error::new(
                ErrorKind::Incompatible,
                format!("the store at {} is of format {newer}, this decl knows {FORMAT}", root.display()),
            )
            .with_hint("take the decl that made it")),
            _ => damaged("is a store whose decl.store is damaged"),
        }
    }

    /// Keeps other writers away for as long as the lock lives.
    pub(crate) fn lock(&self) -> Result<Lock, Error> {
        Lock::take(&self.root.join("lock"), &format!("the store {}", self.root.display()))
    }

    pub(crate) fn db(&self) -> PathBuf {
        self.root.join("db")
    }

    /// Writes both halves of the key, neither over another.
    pub(crate) fn write_key(&self, key: &SigningKey) -> Result<(), Error> {
        let path = self.key();
        let write = || {
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
            file.write_all(key.to_text().as_bytes())?;
            file.write_all(b"\n")?;
            file.sync_all()
        };
        write().map_err(|source| Error::io("write", &path, source))?;
        durable::replace(&self.vkey(), format!("{}\n", key.verifier_key()).as_bytes())
    }

    /// Reads the private key, which nobody else may be able to do.
    pub(crate) fn signing_key(&self) -> Result<SigningKey, Error> {
        let path = self.key();
        let error = |message| Error::new(ErrorKind::Key, message);
        let mut file = match durable::open_file(&path) {
            Err(source) if source.kind() == io::ErrorKind::NotFound => {
                return Err(error(format!("the private key {} is missing", path.display()))
                    .with_hint("without it the store can be read and audited, not written"));
            }
            opened => {
                opened.map_err(|source| error(format!("cannot read {}", path.display())).because(source))?
            }
        };
        let mut text = Zeroizing::new(String::new());
        let mut read = || {
            let mode = file.metadata()?.permissions().mode() & 0o777;
            (&mut file).take(FILE_BYTES).read_to_string(&mut text)?;
            Ok(mode)
        };
        let mode = read()
            .map_err(|source: io::Error| error(format!("cannot read {}", path.display())).because(source))?;
        if mode & 0o077 != 0 {
            return Err(error(format!(
                "the private key {} has mode {mode:04o}: others can read it",
                path.display()
            ))
            .with_hint(format!("chmod 600 {}", path.display())));
        }
        let key = SigningKey::parse(text.trim_end())
            .map_err(|refusal| error(format!("{} is not a private key", path.display())).because(refusal))?;
        if *key.verifier_key() == self.verifier_key()? {
            Ok(key)
        } else {
            Err(error(format!("{} is not the private key of this store", path.display())))
        }
    }

    /// Reads the public key.
    pub(crate) fn verifier_key(&self) -> Result<VerifierKey, Error> {
        let path = self.vkey();
        let text = match read(&path) {
            Err(source) if source.kind() == io::ErrorKind::NotFound => {
                return Err(Error::corrupt(format!("the verifier key {} is missing", path.display())));
            }
            Err(source) if source.kind() == io::ErrorKind::InvalidData => String::new(), // not text
            read => read.map_err(|source| Error::io("read", &path, source))?,
        };
        let parsed = text.trim_end().parse();
        parsed.map_err(|refusal: decl_log::Refusal| {
            Error::corrupt(format!("{} is not a verifier key", path.display())).because(refusal)
        })
    }

    fn marker(&self) -> PathBuf {
        self.root.join("decl.store")
    }

    fn key(&self) -> PathBuf {
        self.root.join("key")
    }

    fn vkey(&self) -> PathBuf {
        self.root.join("vkey")
    }
}

/// Reads a small text file.
fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    durable::open_file(path)?.take(FILE_BYTES).read_to_string(&mut text)?;
    Ok(text)
}
