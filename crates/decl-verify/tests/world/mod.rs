//! A log in memory, and the files of its periods.

use decl_core::{Identity, sha256};
use decl_log::{Checkpoint, Edge, Entry, Mirror, Period, RecordKind, SigningKey, Tree, leaf_hash};
use std::collections::BTreeMap;

pub(crate) const ORIGIN: &str = "log.example.org/runs";

pub(crate) type Files = BTreeMap<String, Vec<u8>>;

pub(crate) fn key() -> SigningKey {
    SigningKey::from_seed(ORIGIN, [7; 32]).unwrap()
}

pub(crate) fn genesis(origin: &str, at: u64) -> Vec<u8> {
    Entry::Genesis { origin: origin.to_owned(), at }.encode().unwrap()
}

pub(crate) fn id(n: u64) -> Identity {
    Identity::of(&n.to_be_bytes())
}

pub(crate) fn record(n: u64, at: u64) -> Vec<u8> {
    let (id, sha256) = (id(n), sha256(&n.to_be_bytes()));
    Entry::Record { kind: RecordKind::Declaration, id, sha256, at, by: "local".to_owned() }.encode().unwrap()
}

/// The clock of an entry: three have the same, and then it jumps.
pub(crate) fn at(index: u64) -> u64 {
    1_780_000_000_000 + index / 3 * 10
}

/// A log whose entry `n` is of record `n`.
pub(crate) fn log(size: u64) -> Vec<Vec<u8>> {
    let entry = |index| if index == 0 { genesis(ORIGIN, at(0)) } else { record(index, at(index)) };
    (0..size).map(entry).collect()
}

pub(crate) fn sign(size: u64, entries: &[Vec<u8>], key: &SigningKey) -> Vec<u8> {
    let mut edge = Edge::new();
    for entry in &entries[..usize::try_from(size).unwrap()] {
        edge.push(leaf_hash(entry));
    }
    signed(Tree { size, root: edge.root() }, key)
}

pub(crate) fn signed(tree: Tree, key: &SigningKey) -> Vec<u8> {
    Checkpoint { origin: key.name().to_owned(), tree }.sign(key).unwrap().into_bytes()
}

/// The files of a period of this log, made from its entries.
pub(crate) fn files(entries: &[Vec<u8>], before: u64) -> Files {
    let size = entries.len() as u64;
    let start = usize::try_from(before.saturating_sub(1) / 256 * 256).unwrap();
    let mut edge = Edge::new();
    for entry in &entries[..start] {
        edge.push(leaf_hash(entry));
    }
    let (mut mirror, mut files) = (Mirror::new(edge).unwrap(), Files::new());
    for entry in &entries[start..] {
        files.extend(mirror.push(entry).unwrap());
    }
    files.extend(mirror.finish());
    files.insert(Period::CHECKPOINT.to_owned(), sign(size, entries, &key()));
    if before > 0 {
        files.insert(Period::BEFORE.to_owned(), sign(before, entries, &key()));
    }
    files
}
