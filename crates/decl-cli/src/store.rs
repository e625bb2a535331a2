//! Locates the store of a command and the files that belong to it.

use crate::args::Global;
use crate::failure::Failure;
use decl_core::{Identity, hex, sha256};
use decl_log::VerifierKey;
use decl_store::{ErrorKind, Found, Options, Reader, Store};
use directories::ProjectDirs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// Returns the directory of the store.
pub(crate) fn dir(global: &Global) -> Result<PathBuf, Failure> {
    match &global.store {
        Some(dir) => Ok(dir.clone()),
        None => Ok(platform("name the store: --store DIR")?.data_dir().to_owned()),
    }
}

/// The interval between attempts to open a store that another process writes to.
const RETRY_INTERVAL: Duration = Duration::from_millis(20);

/// Opens the store to seal. There is one writer at a time; processes that seal briefly, as `decl run` does, wait their
/// turn.
pub(crate) fn writer(global: &Global) -> Result<Store, Failure> {
    let dir = dir(global)?;
    let key = Store::key_at(&dir)?;
    let options = options(global, &key)?;
    let end = Instant::now() + Duration::from_secs(global.wait);
    loop {
        match Store::open(&dir, &options) {
            Err(error) if error.kind() == ErrorKind::Locked && Instant::now() < end => {
                thread::sleep(RETRY_INTERVAL);
            }
            opened => return Ok(opened?),
        }
    }
}

/// Opens the store to read; another process may be sealing.
pub(crate) fn reader(global: &Global) -> Result<Reader, Failure> {
    Ok(Reader::open(&dir(global)?)?)
}

/// Returns the record with this identity, or whose identity begins with this text.
pub(crate) fn find(reader: &Reader, text: &str) -> Result<Identity, Failure> {
    let no_name = || {
        Failure::unknown(format_args!("{text} names no record"))
            .hint("write an identity, or at least 8 of its first hex digits")
    };
    let name = text.to_ascii_lowercase();
    let digits = name.strip_prefix("b3:").unwrap_or(&name);
    if digits.len() > 64 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(no_name());
    }
    match reader.find(digits)? {
        Found::One(identity) => Ok(identity),
        Found::None => Err(Failure::no(format_args!("no sealed record begins with {text}"))),
        Found::Ambiguous(some) => {
            let some: Vec<_> = some.iter().map(Identity::to_string).collect();
            Err(Failure::unknown(format_args!("{text} is ambiguous"))
                .hint(format!("write more of one of: {}", some.join(" "))))
        }
        Found::TooShort => Err(no_name()),
    }
}

/// Returns the options to open the store to seal.
pub(crate) fn options(global: &Global, key: &VerifierKey) -> Result<Options, Failure> {
    Ok(Options { head: Some(head(global, key)?), adopt: global.adopt })
}

/// Returns the path of a log's head record. It is named by the key, so that it follows the log wherever the store is
/// moved, and belongs to no other log.
pub(crate) fn head(global: &Global, key: &VerifierKey) -> Result<PathBuf, Failure> {
    match &global.head {
        Some(head) => Ok(head.clone()),
        None => Ok(heads()?.join(hex(&sha256(key.to_string().as_bytes()))).with_extension("checkpoint")),
    }
}

/// Returns the default directory of head records.
pub(crate) fn heads() -> Result<PathBuf, Failure> {
    let dirs = platform("say where the head record of the log is kept: --head FILE")?;
    Ok(dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir()).join("heads"))
}

/// Returns the directory for data that can be recomputed, or `None` if the user has no home directory.
pub(crate) fn cache() -> Option<PathBuf> {
    Some(ProjectDirs::from("", "", "decl")?.cache_dir().to_owned())
}

fn platform(hint: &str) -> Result<ProjectDirs, Failure> {
    ProjectDirs::from("", "", "decl")
        .ok_or_else(|| Failure::unknown("this user has no home directory").hint(hint))
}

/// Returns a path as text for a message.
pub(crate) fn shown(path: &Path) -> String {
    path.display().to_string()
}
