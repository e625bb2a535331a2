//! The steps of the verification.

use std::fmt;

/// One step of the verification. The names are stable, because other tools read them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Check {
    /// The proof file and its checkpoint follow their formats, to the last byte.
    ProofSyntax,
    /// The proof carries the leaf entry of a record.
    Entry,
    /// The BLAKE3 of the record's bytes is the entry's identity.
    Identity,
    /// The SHA-256 of the same bytes is the entry's.
    Sha256,
    /// The bytes are the canonical encoding.
    Canonical,
    /// The record is valid under the schema of its kind, and its submitter is the entry's.
    Schema,
    /// The leaf is at the index, under the checkpoint's root.
    Inclusion,
    /// The key signed the checkpoint.
    Signature,
    /// The checkpoint belongs to the log that the key names.
    Origin,
}

impl Check {
    /// All steps in their order (`docs/spec/proof.md`).
    pub const ALL: [Self; 9] = [
        Self::ProofSyntax,
        Self::Entry,
        Self::Identity,
        Self::Sha256,
        Self::Canonical,
        Self::Schema,
        Self::Inclusion,
        Self::Signature,
        Self::Origin,
    ];

    /// Returns the name for programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ProofSyntax => "proof_syntax",
            Self::Entry => "entry",
            Self::Identity => "identity",
            Self::Sha256 => "sha256",
            Self::Canonical => "canonical",
            Self::Schema => "schema",
            Self::Inclusion => "inclusion",
            Self::Signature => "signature",
            Self::Origin => "origin",
        }
    }

    /// Returns what it means that the step held, in a line for people.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::ProofSyntax => "the proof file is well formed",
            Self::Entry => "it carries the log's entry for a record",
            Self::Identity => "the entry names this record's BLAKE3",
            Self::Sha256 => "the entry names this record's SHA-256",
            Self::Canonical => "the bytes are canonical",
            Self::Schema => "the record is valid",
            Self::Inclusion => "the entry stands under the checkpoint's root",
            Self::Signature => "the log's key signed the checkpoint",
            Self::Origin => "the checkpoint is of the log the key names",
        }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
