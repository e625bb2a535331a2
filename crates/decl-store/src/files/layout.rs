//! The directory of a store.
//!
//! ```text
//! DIR/
//!   decl.store   "decl-store 1\n": the format; until a store is complete this file is named decl.init
//!   key          PRIVATE+KEY..., mode 0600; readers need none
//!   vkey         the public key that checks this log's signatures
//!   lock         held by the writer while it has the store open; says how it left the logs of db/
//!   db/          RocksDB
//!   kept/        copies of logs whose torn end was dropped, if there are any
//! ```

use super::{durable, lock::Lock};
use crate::error::{Error, ErrorKind};
use decl_log::{SigningKey, VerifierKey};
use std::{
    fs::{self, OpenOptions, Permissions},
    io::{self, Read as _, Write as _},
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::{Component, Path, PathBuf},
};
use zeroize::Zeroizing;

/// The format that this version writes, and the newest that it reads.
const FORMAT: u32 = 1;

/// More bytes than any file here has.
const FILE_BYTES: u64 = 16 << 10;

/// The paths of the files of a store.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    root: PathBuf,
}

impl Layout {
    pub(crate) fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// Returns whether the directory has the remains of an `init` that was killed.
    pub(crate) fn is_unfinished(&self) -> bool {
        !self.marker().exists() && self.begun().exists()
    }

    /// Takes a new or an empty directory for a new store.
    pub(crate) fn begin(&self) -> Result<bool, Error> {
        self.check_none()?;
        // Content is what people told a model; nobody else may read it.
        if !self.is_unfinished() {
            durable::take_dir(&self.root, 0o700)?;
        }
        let io = |source| Error::io("take", &self.root, source);
        let mode = fs::metadata(&self.root).map_err(io)?.permissions().mode();
        let open = mode & 0o077 != 0;
        if open {
            fs::set_permissions(&self.root, Permissions::from_mode(0o700)).map_err(io)?;
        }
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false).mode(0o600);
        durable::open_named(&self.begun(), &mut options)
            .map_err(|source| Error::io("write", &self.begun(), source))?;
        durable::sync(&self.root)?;
        Ok(open)
    }

    /// Removes the remains of an `init` that was killed; its key has signed nothing that left. The caller holds the
    /// lock.
    pub(crate) fn start_over(&self) -> Result<(), Error> {
        self.check_none()?;
        for file in [self.key(), self.vkey()] {
            remove(&file, fs::remove_file)?;
        }
        remove(&self.db(), fs::remove_dir_all)?;
        durable::replace(&self.begun(), format!("decl-store {FORMAT}\n").as_bytes())
    }

    /// Marks the store as complete. Before that, there is no store here.
    pub(crate) fn finish(&self) -> Result<(), Error> {
        let marker = self.marker();
        durable::sync(&self.begun())?;
        fs::rename(self.begun(), &marker).map_err(|source| Error::io("write", &marker, source))?;
        durable::sync(&self.root)
    }

    fn check_none(&self) -> Result<(), Error> {
        if self.marker().exists() {
            let message = format!("{} is already a store", self.root.display());
            return Err(Error::new(ErrorKind::AlreadyExists, message));
        }
        Ok(())
    }

    /// Returns whether a file is outside of the store's directory, so that no copy of the store includes it.
    pub(crate) fn check_outside(&self, path: &Path, what: &str) -> Result<(), Error> {
        let resolved = |path: &Path| resolve(path).map_err(|source| Error::io("find", path, source));
        if resolved(path)?.starts_with(resolved(&self.root)?) {
            let message = format!("{what} {} is inside the store", path.display());
            return Err(Error::new(ErrorKind::Argument, message)
                .with_hint("keep it where no copy of the store takes it along"));
        }
        Ok(())
    }

    /// Finds a store of a format that this version knows. Changes nothing.
    pub(crate) fn find(root: &Path) -> Result<Self, Error> {
        let layout = Self { root: root.to_owned() };
        let damaged = |what: &str| Err(Error::new(ErrorKind::Corrupt, format!("{} {what}", root.display())));
        let marker = match read(&layout.marker()) {
            Ok(marker) => marker,
            Err(source)
                if matches!(source.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) =>
            {
                if layout.is_unfinished() {
                    let message =
                        format!("{} has only the remains of a `decl init` that was killed", root.display());
                    return Err(Error::new(ErrorKind::NotAStore, message)
                        .with_hint("`decl init` clears them and makes the store; nothing was sealed in it"));
                }
                if layout.db().join("CURRENT").exists() {
                    return damaged("has a database and no decl.store: it is damaged");
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

    /// Takes the writer's lock, which is held until it is dropped.
    pub(crate) fn lock(&self) -> Result<Lock, Error> {
        Lock::take(&self.lock_file(), &format!("the store {}", self.root.display()))
    }

    /// Returns the note that the last writer left in the lock. Without it less is known.
    pub(crate) fn note(&self) -> String {
        read(&self.lock_file()).unwrap_or_default()
    }

    /// Keeps a copy of a file that is about to be changed. Returns the path of the copy.
    pub(crate) fn keep(&self, file: &Path) -> Result<PathBuf, Error> {
        let name = file.file_name().unwrap_or_default();
        let copy = self.root.join("kept").join(name);
        durable::make_dir(&self.root.join("kept"), 0o700)?;
        let bytes = fs::read(file).map_err(|source| Error::io("read", file, source))?;
        durable::replace(&copy, &bytes)?;
        Ok(copy)
    }

    /// Removes the kept copies.
    pub(crate) fn remove_kept(&self) -> Result<(), Error> {
        remove(&self.root.join("kept"), fs::remove_dir_all)?;
        durable::sync(&self.root)
    }

    pub(crate) fn db(&self) -> PathBuf {
        self.root.join("db")
    }

    /// Writes the key pair, and never over another one.
    pub(crate) fn write_key(&self, key: &SigningKey) -> Result<(), Error> {
        let path = self.key();
        let write = || {
            let mut options = OpenOptions::new();
            let mut file = durable::open_named(&path, options.write(true).create_new(true).mode(0o600))?;
            file.write_all(key.to_text().as_bytes())?;
            file.write_all(b"\n")?;
            file.sync_all()
        };
        write().map_err(|source| Error::io("write", &path, source))?;
        durable::replace(&self.vkey(), format!("{}\n", key.verifier_key()).as_bytes())
    }

    /// Reads the private key. Refuses one that others can read.
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

    fn begun(&self) -> PathBuf {
        self.root.join("decl.init")
    }

    fn lock_file(&self) -> PathBuf {
        self.root.join("lock")
    }

    fn key(&self) -> PathBuf {
        self.root.join("key")
    }

    fn vkey(&self) -> PathBuf {
        self.root.join("vkey")
    }
}

/// Returns a path without links and dots, as far as it exists.
fn resolve(path: &Path) -> io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    let there = path.ancestors().find(|above| above.exists()).unwrap_or(&path);
    let mut resolved = there.canonicalize()?;
    for part in path.strip_prefix(there).unwrap_or(Path::new("")).components() {
        match part {
            Component::ParentDir => drop(resolved.pop()), // of what is not there, so no link leads elsewhere
            part => resolved.push(part),
        }
    }
    Ok(resolved)
}

/// Removes a file or directory, if it exists.
fn remove(path: &Path, remove: impl FnOnce(PathBuf) -> io::Result<()>) -> Result<(), Error> {
    match remove(path.to_owned()) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(Error::io("remove", path, source)),
        _ => Ok(()),
    }
}

/// Reads a small text file.
fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    durable::open_file(path)?.take(FILE_BYTES).read_to_string(&mut text)?;
    Ok(text)
}
