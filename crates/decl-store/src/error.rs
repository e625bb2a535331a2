//! What can go wrong with a store, by what the caller does next.

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
    /// Another process writes to this store. Wait for it, or read beside it.
    Locked,
    /// The store is of a format that this version does not know. Take the newer version; nothing was touched.
    Incompatible,
    /// The private key is missing, readable by others, or another log's. Readers need none.
    Key,
    /// The operating system refused. The message names the file or the database.
    Io,
    /// The disk is full. Nothing of this call is sealed for certain; free space, open again, retry.
    Full,
    /// Stored bytes are not what was written. Audit, then restore from a backup.
    Corrupt,
    /// The head record is ahead of the store: a backup was restored, or a disk was cloned. Reading is safe; sealing
    /// would sign two trees for one size.
    RolledBack,
    /// The head record and the store disagree on the past. Keep both as evidence.
    Forked,
    /// The store has seals and no head record, so that a rollback could not be seen. Find the record, or adopt the
    /// store as it is.
    Unrecorded,
    /// The question makes no sense for this store: a size beyond its log, content that is not of its digest.
    Argument,
    /// An earlier write failed, and what is on the disk is known again only after opening: open again and retry.
    Stopped,
}

/// An error of the store. The message is one line, lower case; causes are behind [`source`](error::Error::source).
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

    /// What the caller does next.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// A way out, where there is one to name.
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

/// What the log refuses to compute from stored hashes is damage; what callers ask is checked before.
impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::corrupt("the stored tree does not hold").because(refusal)
    }
}

/// Why a submission has no receipt.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SealError {
    /// The declaration or its content is not in order. It left nothing behind.
    #[error(transparent)]
    Refused(#[from] Fault),
    /// The store could not say. It may be sealed all the same: to seal it again is safe and answers with the receipt.
    #[error(transparent)]
    Store(#[from] Error),
}
