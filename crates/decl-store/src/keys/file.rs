//! Reads and writes the file of content keys.

use crate::{
    error::{Error, ErrorKind},
    files::durable,
};
use decl_keyed::KeyFile;
use decl_log::VerifierKey;
use std::{
    fs::{File, OpenOptions},
    io::{self, Read as _, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::Path,
};
use zeroize::Zeroizing;

/// The most bytes of a file: half a million keys.
const MOST: u64 = 64 << 20;

/// Reads the content keys in a file, which must be those of this log, if it is given. Returns `None` if there is no file.
pub fn read_content_keys(path: &Path, log: Option<&VerifierKey>) -> Result<Option<KeyFile>, Error> {
    let text = match text(path) {
        Err(source) if source.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) if source.kind() == io::ErrorKind::InvalidInput => {
            let message = format!("the file of content keys {} is not a regular file", path.display());
            return Err(Error::new(ErrorKind::Key, message).with_hint("no link is followed to keys"));
        }
        Err(source) => return Err(Error::io("read the content keys", path, source)),
        Ok((mode, _)) if mode & 0o077 != 0 => {
            let message =
                format!("the content keys {} have mode {mode:04o}: others can read them", path.display());
            return Err(
                Error::new(ErrorKind::Key, message).with_hint(format!("chmod 600 {}", path.display()))
            );
        }
        Ok((_, text)) => text,
    };
    let no_keys = || Error::new(ErrorKind::Key, format!("{} is not a file of content keys", path.display()));
    let text = str::from_utf8(&text).map_err(|source| no_keys().because(source))?;
    let file = KeyFile::parse(text).map_err(|bad| no_keys().because(bad))?;
    if log.is_some_and(|log| log.to_string() != file.log()) {
        let message = format!("{} has the content keys of another log, {}", path.display(), file.log());
        return Err(
            Error::new(ErrorKind::Key, message).with_hint("name the file of this log: --content-keys")
        );
    }
    Ok(Some(file))
}

/// Returns the mode and the bytes of a file. A file beyond the limit is cut, so that it is no file of keys.
fn text(path: &Path) -> io::Result<(u32, Zeroizing<Vec<u8>>)> {
    let file = durable::open_named(path, OpenOptions::new().read(true))?;
    let metadata = file.metadata()?;
    // Room for all of it: a buffer that grows leaves copies behind.
    let room = usize::try_from(metadata.len().min(MOST)).unwrap_or_default() + 1;
    let mut text = Zeroizing::new(Vec::with_capacity(room));
    file.take(MOST).read_to_end(&mut text)?;
    Ok((metadata.permissions().mode() & 0o777, text))
}

/// Puts a file of content keys in place.
pub(crate) fn write(path: &Path, keys: &KeyFile) -> Result<(), Error> {
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        durable::make_dir(parent, 0o700)?;
    }
    durable::replace_with(path, keys.to_text().as_bytes(), 0o600)
}

/// Puts a file of content keys in place of one that had a key too many, and overwrites the old one, as far as the file
/// system does that in place.
pub(crate) fn write_without(path: &Path, keys: &KeyFile) -> Result<(), Error> {
    let io = |source| Error::io("overwrite", path, source);
    let old = durable::open_named(path, OpenOptions::new().write(true)).map_err(io)?;
    write(path, keys)?;
    overwrite(&old).map_err(io)
}

fn overwrite(mut file: &File) -> io::Result<()> {
    let len = file.metadata()?.len();
    io::copy(&mut io::repeat(0).take(len), &mut file)?;
    file.flush()?;
    file.sync_all()
}
