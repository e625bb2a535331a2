//! The errors of a store, classified by what the caller does next.

use decl_core::Fault;
use decl_log::Refusal;
use std::{error, fmt, io, path::Path, sync::Arc};

/// What the caller does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// There is no store here. Create one, or name another directory.
    NotAStore,
    /// Something is already here. Name another place; nothing was changed.
    AlreadyExists,
    /// Another process writes to this store. Wait for it, or open a reader.
    Locked,
    /// This version does not know the format of the store. Use the newer version; nothing was changed.
    Incompatible,
    /// The private key is missing, or it or the file of content keys is readable by others, garbled, or another log's.
    /// Readers need neither, except for keyed content.
    Key,
    /// The operating system refused. The message names the file or the database.
    Io,
    /// The disk is full. It is not certain that anything of this call is sealed; free space, open again, retry.
    Full,
    /// Stored bytes are not what was written. Audit, then restore from a backup.
    Corrupt,
    /// The head record is ahead of the store: a backup was restored, or a disk was cloned. Reading is safe; sealing
    /// would sign two trees for one size.
    RolledBack,
    /// The head record and the store disagree on the past. Keep both as evidence.
    Forked,
    /// The store has sealed records and no head record, or a file in its place that is none, so a rollback would go
    /// unnoticed. Find the record, or adopt the store as it is. The store itself may be sound.
    Unrecorded,
    /// The index is being built anew, or that did not come to its end. Queries have no answer until `reindex` has; the
    /// rest of the store is as usual.
    Reindexing,
    /// The argument makes no sense for this store: a size beyond its log, content with another digest.
    Argument,
    /// The content was erased. It comes back only with a reason.
    Erased,
    /// An earlier write failed, and the state on disk is known only after reopening: open again and retry.
    Stopped,
}

/// An error of the store. The message is one lowercase line; causes are available through
/// [`source`](error::Error::source).
#[derive(Clone, Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    hint: Option<String>,
    source: Option<Arc<dyn error::Error + Send + Sync>>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None, source: None }
    }

    pub(crate) fn io(doing: &str, path: &Path, source: io::Error) -> Self {
        let kind = if source.kind() == io::ErrorKind::StorageFull { ErrorKind::Full } else { ErrorKind::Io };
        Self::new(kind, format!("cannot {doing} {}", path.display())).because(source)
    }

    pub(crate) fn corrupt(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Corrupt, message).with_hint("`decl audit` says what else is damaged")
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(crate) fn because(mut self, source: impl error::Error + Send + Sync + 'static) -> Self {
        self.source = Some(Arc::new(source));
        self
    }

    /// Returns what the caller does next.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Returns what to do about it, or `None` if nothing specific helps.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// A refusal of the log to compute with stored hashes means damage; arguments of callers are checked before.
impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::corrupt("the stored tree does not hold").because(refusal)
    }
}

/// Why a submission has no receipt.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SealError {
    /// The declaration or its content was refused. It left nothing behind.
    #[error(transparent)]
    Refused(#[from] Fault),
    /// The store failed. The declaration may be sealed all the same: sealing it again is safe and returns the receipt.
    #[error(transparent)]
    Store(#[from] Error),
}
