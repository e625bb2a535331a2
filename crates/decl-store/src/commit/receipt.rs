//! What goes into a sealing and what comes out.

use decl_core::{Content, Identity, Record};
use decl_log::{Hash, ProofFile};

/// A record to seal.
#[derive(Clone, Debug)]
pub struct Submission {
    /// What to seal.
    pub record: Record,
    /// Content it refers to. What the store has already may be left out; what it does not refer to is not kept.
    pub contents: Vec<Content>,
    /// Seal digests alone where the content is not at hand. The store remembers which content it never had.
    pub detached: bool,
    /// The submitter's handle, 1 to 256 bytes, `local` in an embedded store. It stands in the log for ever.
    pub by: String,
}

impl Submission {
    /// A record with its content, sealed by this process.
    pub fn local(record: impl Into<Record>, contents: Vec<Content>) -> Self {
        Self { record: record.into(), contents, detached: false, by: "local".to_owned() }
    }
}

/// The declaration is on disk and in the tree, and here is the proof.
///
/// It does not prove that what was declared is what ran, nor that the log shows everyone the same tree.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// What it is called.
    pub identity: Identity,
    /// Its entry.
    pub index: u64,
    /// Leaves in the tree of the proof.
    pub size: u64,
    /// The root of that tree.
    pub root: Hash,
    /// Whether this sealing made the entry. If not, it was sealed before, at `index` and `sealed_at`.
    pub new: bool,
    /// The log's clock when the entry was made, in milliseconds since 1970.
    pub sealed_at: u64,
    /// The entry, its path to the root, and the signed checkpoint: checked before it was handed out.
    pub proof: ProofFile,
}

/// Content that the store has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// BLAKE3 of its bytes.
    pub digest: Identity,
    /// How many they are.
    pub len: u64,
    /// Whether anything was written: it is new, or was damaged.
    pub new: bool,
}

/// What a store did since it was opened: counted, not estimated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Write batches that were committed.
    pub commits: u64,
    /// Syncs of the write-ahead log, as RocksDB counts them.
    pub syncs: u64,
    /// Entries that were made.
    pub records: u64,
    /// Bytes of the batches, before RocksDB compresses its log.
    pub bytes: u64,
}
