//! Writes files so that they survive a power cut, complete or not at all.

use crate::error::{Error, ErrorKind};
use rustix::{fs::OFlags, io::Errno};
use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

/// Puts a file in place: its bytes are on disk before its name is, and its name before this returns.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    replace_with(path, bytes, 0o666)
}

/// Does the same with this mode, less the umask.
pub(crate) fn replace_with(path: &Path, bytes: &[u8], mode: u32) -> Result<(), Error> {
    let temporary = &temporary(path);
    clear(path, false)?;
    clear(temporary, true)?; // of a writer that was killed
    let write = || {
        let mut file = open_named(temporary, OpenOptions::new().write(true).create_new(true).mode(mode))?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(temporary, path)
    };
    let write = || {
        write().map_err(|source| Error::io("write", path, source))?;
        sync(above(path))
    };
    #[cfg(test)]
    let write = || crate::faults::around(crate::faults::Site::File, path, write);
    write()
}

/// Removes what a writer left that was killed before its file was in place.
pub(crate) fn clear_leftover(path: &Path) -> Result<(), Error> {
    clear(&temporary(path), true)
}

fn temporary(path: &Path) -> PathBuf {
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".new");
    temporary.into()
}

/// Checks that a name is free, or that of a file that may be replaced. Anything else there was put there by somebody
/// else.
fn clear(path: &Path, remove: bool) -> Result<(), Error> {
    let cleared = match fs::symlink_metadata(path) {
        Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(()),
        Ok(found) if !found.is_file() => Err(not_regular()),
        Ok(_) if remove => fs::remove_file(path),
        found => found.map(drop),
    };
    cleared.map_err(|source| Error::io("write", path, source))
}

/// Opens a regular file at a predictable name. A link would lead to somebody else's file, and a pipe would wait for
/// its other end.
pub(crate) fn open_named(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    #[expect(clippy::cast_possible_wrap, reason = "flags of the system")]
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits() as i32;
    let file = options.custom_flags(flags).open(path).map_err(|source| {
        let link = [Errno::LOOP, Errno::NXIO].map(Errno::raw_os_error);
        if source.raw_os_error().is_some_and(|code| link.contains(&code)) { not_regular() } else { source }
    })?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(not_regular()) }
}

pub(crate) fn not_regular() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "not a regular file")
}

/// Creates a directory and its missing parents. Their names are on disk when this returns.
pub(crate) fn make_dir(dir: &Path, mode: u32) -> Result<(), Error> {
    let missing = dir.ancestors().take_while(|dir| !dir.as_os_str().is_empty() && !dir.exists());
    let missing: Vec<_> = missing.collect();
    let created = DirBuilder::new().recursive(true).mode(mode).create(dir);
    created.map_err(|source| Error::io("create", dir, source))?;
    missing.into_iter().try_for_each(|dir| sync(above(dir)))
}

/// Creates a directory, or takes an existing one if it is empty.
pub(crate) fn take_dir(dir: &Path, mode: u32) -> Result<(), Error> {
    make_dir(dir, mode)?;
    let mut names = fs::read_dir(dir).map_err(|source| Error::io("list", dir, source))?;
    match names.next() {
        None => Ok(()),
        Some(_) => Err(Error::new(ErrorKind::AlreadyExists, format!("{} is not empty", dir.display()))
            .with_hint("name a new or an empty directory")),
    }
}

/// Syncs the bytes of a file, or the names in a directory.
pub(crate) fn sync(path: &Path) -> Result<(), Error> {
    File::open(path).and_then(|file| file.sync_all()).map_err(|source| Error::io("sync", path, source))
}

/// Syncs everything below a directory, the names last.
pub(crate) fn sync_tree(dir: &Path) -> Result<(), Error> {
    let list = |source| Error::io("list", dir, source);
    for file in fs::read_dir(dir).map_err(list)? {
        let file = file.map_err(list)?;
        if file.file_type().map_err(list)?.is_dir() {
            sync_tree(&file.path())?;
        } else {
            sync(&file.path())?;
        }
    }
    sync(dir)
}

/// Opens a regular file for reading. Opening a pipe would wait for its writer.
pub(crate) fn open_file(path: &Path) -> io::Result<File> {
    if fs::metadata(path)?.is_file() { File::open(path) } else { Err(not_regular()) }
}

fn above(path: &Path) -> &Path {
    path.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
