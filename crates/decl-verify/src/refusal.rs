//! Why a record is not in the log.

use crate::check::Check;
use decl_core::{Fault, Identity};

/// A negative result: which step failed, why, and which steps held before it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{check}: {reason}")]
pub struct Refusal {
    /// The step that failed. The steps after it were not done.
    pub check: Check,
    /// The reason.
    #[source]
    pub reason: Reason,
    /// The steps that held before it.
    pub checked: Vec<Check>,
}

impl Refusal {
    /// Returns the name of the reason for programs, such as `other_record`, `wrong_root` or `E-MISSING`. It is
    /// stable.
    pub fn code(&self) -> &'static str {
        self.reason.code()
    }

    /// Returns true if the file is not a proof of a record (step 1 of `docs/spec/proof.md`). Then nothing was checked,
    /// and the refusal is no answer about the record: programs exit with 2, not 1.
    pub fn is_unreadable(&self) -> bool {
        matches!(self.check, Check::ProofSyntax | Check::Entry)
    }
}

/// The reason of a refusal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// The proof is about other bytes.
    #[error("the proof is for {proof}, this is {record}")]
    OtherRecord {
        /// The identity in the leaf entry.
        proof: Identity,
        /// The identity of the bytes.
        record: Identity,
    },
    /// The entry's SHA-256 is not that of the bytes, though its BLAKE3 is: the entry is wrong or forged.
    #[error("the entry's SHA-256 is not that of the record")]
    OtherSha256,
    /// There is no leaf entry, so nothing links the record to the tree.
    #[error("the proof carries no leaf entry (no `extra` line)")]
    NoEntry,
    /// The entry is the first of the log.
    #[error("the proof is about the first entry of the log, not a record")]
    Genesis,
    /// The record names another submitter than its entry: the entry is wrong or forged.
    #[error("the record was submitted by {record:?}, its entry says {entry:?}")]
    OtherSubmitter {
        /// The submitter in the record.
        record: String,
        /// The submitter in the leaf entry.
        entry: String,
    },
    /// The log that signed the checkpoint has another name than the key.
    #[error("the proof is of the log {proof}, the key is of {key}")]
    OtherLog {
        /// The log that the proof names.
        proof: String,
        /// The log that the key names.
        key: String,
    },
    /// The record itself is refused.
    #[error(transparent)]
    Record(Fault),
    /// The proof or the checkpoint does not hold.
    #[error(transparent)]
    Log(decl_log::Refusal),
}

impl Reason {
    /// Returns the name for programs; see [`Refusal::code`].
    pub fn code(&self) -> &'static str {
        match self {
            Self::OtherRecord { .. } => "other_record",
            Self::OtherSha256 => "other_sha256",
            Self::NoEntry => "no_entry",
            Self::Genesis => "genesis",
            Self::OtherSubmitter { .. } => "other_submitter",
            Self::OtherLog { .. } => decl_log::Refusal::UnknownKey.code(),
            Self::Record(fault) => fault.code.as_str(),
            Self::Log(refusal) => refusal.code(),
        }
    }
}

impl From<Fault> for Reason {
    fn from(fault: Fault) -> Self {
        Self::Record(fault)
    }
}

impl From<decl_log::Refusal> for Reason {
    fn from(refusal: decl_log::Refusal) -> Self {
        Self::Log(refusal)
    }
}
