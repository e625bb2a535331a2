//! The input and output of sealing.

use decl_core::{Content, Identity, Record};
use decl_keyed::KeyedContent;
use decl_log::{Hash, ProofFile};

/// A record to seal.
#[derive(Clone, Debug)]
pub struct Submission {
    /// The record to seal.
    pub record: Record,
    /// The content that it refers to. Content that the store has may be omitted; content that it does not refer to is
    /// not stored.
    pub contents: Vec<Content>,
    /// The content of its keyed references, which is stored encrypted. It may be omitted: a reference whose content
    /// stays elsewhere is sealed all the same, because only a holder of the key could check it.
    pub keyed: Vec<KeyedContent>,
    /// Whether to seal digests alone if the content is missing. The store remembers which content it never had.
    pub detached: bool,
    /// A tag for a declaration, by which a policy of retention knows it. An event in the same commit states it.
    pub tag: Option<String>,
    /// Why content that was erased may come back with it. Without a reason it stays erased.
    pub restore: Option<String>,
    /// The submitter's handle, 1 to 256 bytes, `local` in an embedded store. It stays in the log for ever.
    pub by: String,
}

impl Submission {
    /// Returns the submission of a record with its content by this process.
    pub fn local(record: impl Into<Record>, contents: Vec<Content>) -> Self {
        let by = "local".to_owned();
        Self {
            record: record.into(),
            contents,
            keyed: Vec::new(),
            detached: false,
            tag: None,
            restore: None,
            by,
        }
    }
}

/// The receipt of a record that is on disk and in the tree, with its proof.
///
/// It does not prove that the run obeyed the declaration, nor that the log shows everyone the same tree.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// The identity of the record.
    pub identity: Identity,
    /// The index of its entry.
    pub index: u64,
    /// The number of leaves in the tree of the proof.
    pub size: u64,
    /// The root of that tree.
    pub root: Hash,
    /// Whether this call made the entry. If not, it was sealed before, at `index` and `sealed_at`.
    pub new: bool,
    /// The log's clock when the entry was made, in milliseconds since 1970.
    pub sealed_at: u64,
    /// Content of the record that was erased, and stays so.
    pub erased: Vec<Identity>,
    /// The entry, its audit path, and the signed checkpoint. The proof was checked before it was returned.
    pub proof: ProofFile,
}

/// A piece of content that the store has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The BLAKE3 of its bytes.
    pub digest: Identity,
    /// The number of its bytes.
    pub len: u64,
    /// Whether anything was written: it is new, or was damaged.
    pub new: bool,
}

/// What a store has done since it was opened: counted, not estimated.
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
