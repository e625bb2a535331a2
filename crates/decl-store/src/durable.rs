//! Files that are there after a power cut, whole or not at all.

use crate::{Error, ErrorKind};
use std::{
    fs::{self, File},
    io::Write as _,
    path::Path,
};

/// Puts a file in place: its bytes are on disk before its name is, and its name before this returns.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".new");
    let temporary = Path::new(&temporary);
    let write = || {
        let mut file = File::create(temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(temporary, path)
    };
    write().map_err(|source| Error::io("write", path, source))?;
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => sync_dir(parent),
        _ => sync_dir(Path::new(".")),
    }
}

/// Takes a directory for what is to be made there: a new or an empty one.
pub(crate) fn take_dir(dir: &Path) -> Result<(), Error> {
    fs::create_dir_all(dir).map_err(|source| Error::io("create", dir, source))?;
    let mut names = fs::read_dir(dir).map_err(|source| Error::io("list", dir, source))?;
    match names.next() {
        None => Ok(()),
        Some(_) => Err(Error::new(ErrorKind::AlreadyExists, format!("{} is not empty", dir.display()))
            .with_hint("name a new or an empty directory")),
    }
}

/// Makes the names in a directory durable.
pub(crate) fn sync_dir(dir: &Path) -> Result<(), Error> {
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(|source| Error::io("sync", dir, source))
}
