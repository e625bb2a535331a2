//! Reads untrusted files, each with its limit.

use crate::failure::{Failure, reason};
use decl_core::{Code, Fault, Files, limits, locate};
use decl_weights::FileState;
use std::fs::{self, File};
use std::io::{self, Read, Seek as _};
use std::path::{Path, PathBuf};
use std::slice;

/// Reads a whole document, `-` for standard input. One that is too large is refused without being read to its end.
pub(crate) fn document(path: &Path) -> Result<Vec<u8>, Failure> {
    limited(path, limits::SOURCE_BYTES)?.ok_or_else(|| too_large().into())
}

/// Returns the fault with the name of its file before the message.
pub(crate) fn in_file(path: &Path, mut fault: Fault) -> Fault {
    fault.message = format!("{}: {}", path.display(), fault.message);
    fault
}

/// Returns the fault with its position in the text of its document.
pub(crate) fn located(text: &[u8], mut fault: Fault) -> Fault {
    locate(text, fault.document, slice::from_mut(&mut fault));
    fault
}

/// Returns the refusal of a document beyond its limit.
pub(crate) fn too_large() -> Fault {
    Fault::pointer(Code::Size, "", "the document is larger than 64 MiB")
}

/// Reads a file. Returns `None` if it has more than `most` bytes.
pub(crate) fn limited(path: &Path, most: usize) -> Result<Option<Vec<u8>>, Failure> {
    let read = || {
        let mut bytes = Vec::new();
        open(path)?.take(most as u64 + 1).read_to_end(&mut bytes)?;
        Ok((bytes.len() <= most).then_some(bytes))
    };
    read().map_err(|error: io::Error| Failure::file(path, &error))
}

/// Reads a file of a directory that anybody may have made, up to a byte more than `most`. Returns `None` if it is not
/// there, or not a regular file: opening a pipe would wait for its writer.
pub(crate) fn part(path: &Path, most: usize) -> Result<Option<Vec<u8>>, Failure> {
    let read = || -> io::Result<_> {
        if !fs::metadata(path)?.is_file() {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        File::open(path)?.take(most as u64 + 1).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    };
    match read() {
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(None)
        }
        read => read.map_err(|error| Failure::file(path, &error)),
    }
}

/// Returns a file that can be read twice, or `None` if it has more than `most` bytes. An input that cannot, such as a
/// pipe, is copied to a private temporary file.
pub(crate) fn seekable(path: &Path, most: usize) -> Result<Option<File>, Failure> {
    let open = || {
        if !is_stdin(path) && fs::metadata(path)?.is_file() {
            let file = File::open(path)?;
            let len = file.metadata()?.len();
            return Ok((len <= most as u64).then_some(file));
        }
        let mut copy = tempfile::tempfile()?;
        let len = io::copy(&mut open(path)?.take(most as u64 + 1), &mut copy)?;
        copy.rewind()?;
        Ok((len <= most as u64).then_some(copy))
    };
    open().map_err(|error: io::Error| Failure::file(path, &error))
}

/// Opens a file to be read once from its beginning, `-` for standard input.
pub(crate) fn open(path: &Path) -> io::Result<Box<dyn Read + Send>> {
    if is_stdin(path) {
        return Ok(Box::new(io::stdin()));
    }
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    Ok(Box::new(file))
}

pub(crate) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// The files that a declaration refers to, relative to the directory of its document.
pub(crate) struct RelativeFiles(PathBuf);

impl RelativeFiles {
    /// Returns the files relative to this document; for standard input, to the current directory.
    pub(crate) fn to_document(path: &Path) -> Self {
        Self(if is_stdin(path) { PathBuf::new() } else { path.parent().unwrap_or(Path::new("")).to_owned() })
    }
}

impl Files for &RelativeFiles {
    fn read(&mut self, path: &str) -> Result<Vec<u8>, (Code, String)> {
        content_file(&self.0.join(path)).map_err(|(code, why)| (code, format!("{path}: {why}")))
    }
}

/// Reads a file of content, which must be regular, within the limit, and unchanged while it is read.
pub(crate) fn content_file(path: &Path) -> Result<Vec<u8>, (Code, String)> {
    let lost = |error: io::Error| (Code::Unresolved, reason(&error));
    let before = FileState::of(path).map_err(lost)?;
    if !before.regular {
        // Reading a pipe or a device could block for ever, and would consume it.
        return Err((Code::Unresolved, "not a regular file".to_owned()));
    }
    if before.len > limits::CONTENT_BYTES as u64 {
        return Err((Code::Size, "larger than 256 MiB".to_owned()));
    }
    let mut bytes = Vec::new();
    File::open(path).map_err(lost)?.take(before.len + 1).read_to_end(&mut bytes).map_err(lost)?;
    if bytes.len() as u64 != before.len || FileState::of(path).map_err(lost)? != before {
        return Err((Code::Unresolved, "changed while it was read".to_owned()));
    }
    Ok(bytes)
}
