//! The tables of a store, and batches of writes to them. It names no engine.

use crate::error::Error;

/// A table of the store: `key -> value`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Table {
    /// identity -> packed canonical bytes of a record of any kind
    Records,
    /// BLAKE3, plain or keyed -> length, and the bytes or the box if they are few
    Contents,
    /// BLAKE3, u32 number -> a part of larger content
    Chunks,
    /// BLAKE3 -> why this content, to which a declaration refers, is not in the store
    Absent,
    /// u64 index -> leaf entry
    Entries,
    /// identity -> u64 index
    IndexOf,
    /// leaf type, field, digest of a value, u64 index -> the entries that have the value, by their distances
    Index,
    /// name of a content key -> its fingerprint, the entries of its events; derived
    Keys,
    /// u8 level, u64 number -> 8,192 bytes; full tiles only, so that nothing is written twice
    Tiles,
    /// u64 size -> the signed checkpoint of that tree, kept because the next entry is the first of an hour
    Checkpoints,
    /// occurrence -> subject, u64 index of its start, u64 index of its newest execution; derived
    Occurrences,
    /// u64 index of a start -> the occurrence, while it is open; derived
    Open,
    /// name -> signed checkpoint, right edge
    Meta,
}

impl Table {
    pub(crate) const ALL: [Self; 13] = [
        Self::Records,
        Self::Contents,
        Self::Chunks,
        Self::Absent,
        Self::Entries,
        Self::IndexOf,
        Self::Index,
        Self::Keys,
        Self::Tiles,
        Self::Checkpoints,
        Self::Occurrences,
        Self::Open,
        Self::Meta,
    ];

    /// Those that can be built anew from the others.
    pub(crate) const DERIVED: [Self; 3] = [Self::Index, Self::Occurrences, Self::Open];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Records => "records",
            Self::Contents => "contents",
            Self::Chunks => "chunks",
            Self::Absent => "absent",
            Self::Entries => "entries",
            Self::IndexOf => "index_of",
            Self::Index => "index",
            Self::Keys => "keys",
            Self::Tiles => "tiles",
            Self::Checkpoints => "checkpoints",
            Self::Occurrences => "occurrences",
            Self::Open => "open",
            Self::Meta => "meta",
        }
    }

    /// Returns whether large values are kept outside of the table's files.
    pub(crate) const fn has_blobs(self) -> bool {
        matches!(self, Self::Chunks)
    }
}

/// A span of the keys of a table, with both ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) table: Table,
    pub(crate) first: Vec<u8>,
    pub(crate) last: Vec<u8>,
}

/// A key and its value.
pub(crate) type Row = Result<(Box<[u8]>, Box<[u8]>), Error>;

/// Writes that are applied atomically.
#[derive(Default)]
pub(crate) struct Batch {
    writes: Vec<Write>,
    bytes: usize,
}

/// A write. Writes are ordered by table and key, because RocksDB writes neighbours in about half the time of scattered
/// keys.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Write {
    pub(crate) table: Table,
    pub(crate) key: Vec<u8>,
    pub(crate) value: Option<Vec<u8>>, // `None` deletes the key
}

impl Batch {
    /// Adds a row. A key is written at most once in a batch.
    pub(crate) fn put(&mut self, table: Table, key: &[u8], value: Vec<u8>) {
        self.bytes += key.len() + value.len();
        self.writes.push(Write { table, key: key.to_owned(), value: Some(value) });
    }

    /// Deletes a row.
    pub(crate) fn delete(&mut self, table: Table, key: &[u8]) {
        self.bytes += key.len();
        self.writes.push(Write { table, key: key.to_owned(), value: None });
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }

    /// Returns the bytes of the keys and the values.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Returns the writes, ordered by table and key.
    pub(crate) fn into_writes(mut self) -> Vec<Write> {
        self.writes.sort_unstable();
        self.writes
    }
}
