//! Locates the store of a command and the files that belong to it.

use crate::args::Global;
use crate::failure::Failure;
use crate::ui::{Ui, count};
use decl_core::{Identity, hex, sha256};
use decl_log::VerifierKey;
use decl_store::time::Utc;
use decl_store::{ErrorKind, Found, Notice, Options, Reader, Store};
use directories::ProjectDirs;
use std::env;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// Names the directory of the store where no argument does. Read here and not by clap, whose usage would show `--store`
/// as required if this is set.
const STORE: &str = "DECL_STORE";

/// Returns the directory of the store.
pub(crate) fn dir(global: &Global) -> Result<PathBuf, Failure> {
    let named = || env::var_os(STORE).filter(|dir| !dir.is_empty()).map(PathBuf::from);
    match global.store.clone().or_else(named) {
        Some(dir) => Ok(dir),
        None => Ok(platform("name the store: --store DIR")?.data_dir().to_owned()),
    }
}

/// The interval between attempts to open a store that another process writes to.
const RETRY_INTERVAL: Duration = Duration::from_millis(20);

/// Opens the store to seal. There is one writer at a time; processes that seal briefly, as `decl run` does, wait their
/// turn.
pub(crate) fn writer(ui: &Ui, global: &Global) -> Result<Store, Failure> {
    opened(ui, global, Store::open)
}

/// Opens the store by `open`, which needs it for itself.
pub(crate) fn opened(
    ui: &Ui,
    global: &Global,
    mut open: impl FnMut(&Path, &Options) -> Result<Store, decl_store::Error>,
) -> Result<Store, Failure> {
    let dir = dir(global)?;
    let key = Store::key_at(&dir)?;
    let options = options(global, &key)?;
    let end = Instant::now() + Duration::from_secs(global.wait);
    loop {
        match open(&dir, &options) {
            Err(error) if error.kind() == ErrorKind::Locked && Instant::now() < end => {
                thread::sleep(RETRY_INTERVAL);
            }
            opened => {
                let store = opened?;
                store.notices().iter().for_each(|notice| tell(ui, notice));
                return Ok(store);
            }
        }
    }
}

/// Reports what the opener of a store should know.
pub(crate) fn tell(ui: &Ui, notice: &Notice) {
    match notice {
        Notice::Tightened => ui.warn("others could read the directory of the store: its mode is 0700 now"),
        Notice::Adopted { entries, newest, torn } => {
            let (entries, newest) = (count(*entries, "entry", "entries"), Utc(*newest));
            ui.warn(&format!(
                "the store was taken as it is: {entries}, the newest of {newest}; what it may have lost since does not show"
            ));
            if let Some(torn) = torn {
                ui.warn(&format!("its last write was torn and is dropped; a copy is in {}", torn.display()));
            }
        }
        Notice::ClockBehind { newest, now } => {
            let (newest, now) = (Utc(*newest), Utc(*now));
            ui.warn(&format!("the clock says {now}, and the newest entry is of {newest}: entries are given that time until the clock passes it"));
        }
        Notice::Unpurged { why } => {
            ui.warn(&format!("erased bytes may still be in the files of the store: {why}"));
        }
        _ => {}
    }
}

/// Opens the store to read, and compares it with its head record; another process may be sealing. If the store lacks
/// what its log once had, that is reported, also in the answers for programs.
pub(crate) fn reader(ui: &Ui, global: &Global) -> Result<Reader, Failure> {
    let dir = dir(global)?;
    let head = record(global, Some(&Store::key_at(&dir)?));
    let reader = Reader::open_recorded(&dir, head.as_deref())?;
    if let Some(error) = reader.incomplete() {
        ui.incomplete(error);
    }
    Ok(reader)
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

/// Returns the path of the head record that a reader compares with. Without a home directory there is none; without a
/// key only the one that was named is known.
pub(crate) fn record(global: &Global, key: Option<&VerifierKey>) -> Option<PathBuf> {
    key.map_or_else(|| global.head.clone(), |key| head(global, key).ok())
}

/// Returns the path of a log's head record. It is named by the key, so that it follows the log wherever the store is
/// moved, and belongs to no other log.
pub(crate) fn head(global: &Global, key: &VerifierKey) -> Result<PathBuf, Failure> {
    match &global.head {
        Some(head) => Ok(head.clone()),
        None => Ok(heads()?.join(name_of(key)).with_extension("checkpoint")),
    }
}

/// Returns the default directory of head records.
pub(crate) fn heads() -> Result<PathBuf, Failure> {
    Ok(state("say where the head record of the log is kept: --head FILE")?.join("heads"))
}

fn state(hint: &str) -> Result<PathBuf, Failure> {
    let dirs = platform(hint)?;
    Ok(dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir()).to_owned())
}

/// Returns the name of what is kept of a log outside of its store.
fn name_of(key: &VerifierKey) -> String {
    hex(&sha256(key.to_string().as_bytes()))
}

/// Names the file of content keys where no argument does.
const CONTENT_KEYS: &str = "DECL_CONTENT_KEYS";

/// Returns the file of content keys that the caller names.
pub(crate) fn named_content_keys(global: &Global) -> Option<PathBuf> {
    let named = || env::var_os(CONTENT_KEYS).filter(|file| !file.is_empty()).map(PathBuf::from);
    global.content_keys.clone().or_else(named)
}

/// Returns the path of a log's content keys. Like the head record, it is named by the log's key and outside of the store.
pub(crate) fn content_keys(global: &Global, key: Option<&VerifierKey>) -> Result<PathBuf, Failure> {
    let hint = "say where the content keys are kept: --content-keys FILE";
    match (named_content_keys(global), key) {
        (Some(path), _) => Ok(path),
        (None, Some(key)) => Ok(state(hint)?.join("content-keys").join(name_of(key)).with_extension("keys")),
        (None, None) => Err(Failure::unknown("no log to have content keys of").hint(hint)),
    }
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
