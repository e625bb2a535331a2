//! Why a declaration is not in the log.

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
    /// Returns the name of the reason for programs, such as `other_declaration`, `wrong_root` or `E-MISSING`. It is
    /// stable.
    pub fn code(&self) -> &'static str {
        self.reason.code()
    }

    /// Returns true if the file is not a proof of a record (step 1 of `docs/spec/proof.md`). Then nothing was checked,
    /// and the refusal is no answer about the declaration: programs exit with 2, not 1.
    pub fn is_unreadable(&self) -> bool {
        match self.check {
            Check::ProofSyntax => true,
            Check::Entry => !matches!(self.reason, Reason::NotADeclaration(Other::Supplement)),
            _ => false,
        }
    }
}

/// The reason of a refusal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// The proof is about other bytes.
    #[error("the proof is for {proof}, this is {declaration}")]
    OtherDeclaration {
        /// The identity in the leaf entry.
        proof: Identity,
        /// The identity of the bytes.
        declaration: Identity,
    },
    /// The entry's SHA-256 is not that of the bytes, though its BLAKE3 is: the entry is wrong or forged.
    #[error("the entry's SHA-256 is not that of the declaration")]
    OtherSha256,
    /// There is no leaf entry, so nothing links the declaration to the tree.
    #[error("the proof carries no leaf entry (no `extra` line)")]
    NoEntry,
    /// The entry is about a supplement or the log itself.
    #[error("the proof is about {0}, not a declaration")]
    NotADeclaration(Other),
    /// The log that signed the checkpoint has another name than the key.
    #[error("the proof is of the log {proof}, the key is of {key}")]
    OtherLog {
        /// The log that the proof names.
        proof: String,
        /// The log that the key names.
        key: String,
    },
    /// The declaration itself is refused.
    #[error(transparent)]
    Declaration(Fault),
    /// The proof or the checkpoint does not hold.
    #[error(transparent)]
    Log(decl_log::Refusal),
}

impl Reason {
    /// Returns the name for programs; see [`Refusal::code`].
    pub fn code(&self) -> &'static str {
        match self {
            Self::OtherDeclaration { .. } => "other_declaration",
            Self::OtherSha256 => "other_sha256",
            Self::NoEntry => "no_entry",
            Self::NotADeclaration(_) => "not_a_declaration",
            Self::OtherLog { .. } => decl_log::Refusal::UnknownKey.code(),
            Self::Declaration(fault) => fault.code.as_str(),
            Self::Log(refusal) => refusal.code(),
        }
    }
}

/// What an entry is about, if not a declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Other {
    /// A statement about a sealed declaration.
    #[error("a supplement")]
    Supplement,
    /// The log itself.
    #[error("the first entry of the log")]
    Genesis,
}

impl From<Fault> for Reason {
    fn from(fault: Fault) -> Self {
        Self::Declaration(fault)
    }
}

impl From<decl_log::Refusal> for Reason {
    fn from(refusal: decl_log::Refusal) -> Self {
        Self::Log(refusal)
    }
}
