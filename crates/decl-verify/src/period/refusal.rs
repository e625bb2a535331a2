//! Why files do not prove a period.

use decl_core::Identity;
use decl_log::Period;

/// Why there is no period.
#[derive(Debug, thiserror::Error)]
pub enum Error<E> {
    /// The files do not prove it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A file could not be read, so nobody knows.
    #[error("{0}")]
    Read(E),
}

/// A negative result: what does not hold, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {reason}")]
pub struct Refusal {
    /// The path of a file, or `entry` and an index.
    pub place: String,
    /// The reason.
    #[source]
    pub reason: Reason,
}

impl Refusal {
    pub(super) fn at(place: impl Into<String>, reason: impl Into<Reason>) -> Self {
        Self { place: place.into(), reason: reason.into() }
    }

    /// Returns the name of the reason for programs, such as `missing`, `other_hash` or `wrong_root`. It is stable.
    pub fn code(&self) -> &'static str {
        self.reason.code()
    }

    /// Returns true if the files are not those of a period, since no checkpoint is among them. Then nothing was checked,
    /// and the refusal is no answer: programs exit with 2, not 1.
    pub fn is_unreadable(&self) -> bool {
        self.place == Period::CHECKPOINT && matches!(self.reason, Reason::Missing | Reason::NotACheckpoint(_))
    }
}

/// The reason of a refusal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// There is no such file, or it is not a regular one.
    #[error("there is no such regular file")]
    Missing,
    /// The file is not a checkpoint.
    #[error("{0}")]
    NotACheckpoint(String),
    /// The log that signed the checkpoint has another name than the key.
    #[error("the checkpoint is of the log {checkpoint}, the key is of {key}")]
    OtherLog {
        /// The log that the checkpoint names.
        checkpoint: String,
        /// The log that the key names.
        key: String,
    },
    /// The file, the entry or the checkpoint does not hold.
    #[error(transparent)]
    Log(#[from] decl_log::Refusal),
    /// The beginning of the log is another, or is not there, or there is a second one.
    #[error("{0}")]
    Genesis(&'static str),
    /// The clock of the log goes back.
    #[error("its time, {at} ms, is before {last} ms, that of the entry before it")]
    Clock {
        /// The time of the entry.
        at: u64,
        /// The time of the entry before it.
        last: u64,
    },
    /// Two entries are of one record.
    #[error("it is of the same record as entry {0}")]
    Repeated(u64),
    /// The entry has not the hash that its tile has.
    #[error("it has not the hash that {0} has for it")]
    OtherLeaf(String),
    /// The tile has not the hashes that the tiles below it give.
    #[error("hash {0} is not that of the entries")]
    OtherNode(usize),
    /// The last entry before the period is not older than what is asked for.
    #[error("it is before the period, and not older than what is asked for: more of it may be before, too")]
    OpenStart,
    /// No entry shows that the time that is asked for was over.
    #[error("the last entry is not of a later time than what is asked for: more of it may follow")]
    OpenEnd,
    /// The entry is of a record that should be absent.
    #[error("it is of {0}, so that is not absent")]
    Present(Identity),
}

impl Reason {
    /// Returns the name for programs; see [`Refusal::code`].
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::NotACheckpoint(_) => "not_a_checkpoint",
            Self::OtherLog { .. } => decl_log::Refusal::UnknownKey.code(),
            Self::Log(refusal) => refusal.code(),
            Self::Genesis(_) => "genesis",
            Self::Clock { .. } => "clock",
            Self::Repeated(_) => "repeated",
            Self::OtherLeaf(_) => "other_leaf",
            Self::OtherNode(_) => "other_node",
            Self::OpenStart => "open_start",
            Self::OpenEnd => "open_end",
            Self::Present(_) => "present",
        }
    }
}

/// Returns the place of an entry.
pub(super) fn entry_at(index: u64) -> String {
    format!("entry {index}")
}
