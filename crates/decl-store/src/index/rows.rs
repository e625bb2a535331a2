//! The rows of the index.
//!
//! ```text
//! key     leaf type u8, field u8, digest 16 bytes, u64 first entry
//! value   for each further entry the distance from the one before it, at least 1, in LEB128
//! ```
//!
//! The rows of a list do not overlap: the last entry of one is before the first of the next.

use super::{Field, Term};
use crate::tables::{Batch, Table};
use decl_core::{RecordKind, hex};
use std::{
    collections::{HashMap, hash_map},
    fmt,
};

/// Bytes of a list.
const LIST: usize = 18;

/// The entries of one kind of records with one term.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct List([u8; LIST]);

impl List {
    /// Bytes of a key.
    pub(crate) const KEY: usize = LIST + 8;

    pub(crate) fn new(kind: RecordKind, term: &Term) -> Self {
        let mut list = [0; LIST];
        list[0] = kind_number(kind);
        list[1] = term.field as u8;
        list[2..].copy_from_slice(&term.digest);
        Self(list)
    }

    /// Returns the key of the row that begins with an entry.
    pub(crate) fn key(&self, first: u64) -> [u8; Self::KEY] {
        let mut key = [0; Self::KEY];
        key[..LIST].copy_from_slice(&self.0);
        key[LIST..].copy_from_slice(&first.to_be_bytes());
        key
    }

    /// Returns the beginning of every key of the list.
    pub(crate) fn prefix(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for List {
    /// Writes the kind of the records, the field, and the digest of the value: `declaration model 0123...`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [kind, field, digest @ ..] = &self.0;
        match RecordKind::ALL.iter().find(|of| kind_number(**of) == *kind) {
            Some(kind) => write!(f, "{} ", kind.as_str())?,
            None => write!(f, "{kind} ")?,
        }
        match Field::ALL.into_iter().find(|of| *of as u8 == *field) {
            Some(field) => write!(f, "{field} ")?,
            None => write!(f, "{field} ")?,
        }
        f.write_str(&hex(digest))
    }
}

/// The number of a leaf type in a key. It is part of the store's format.
const fn kind_number(kind: RecordKind) -> u8 {
    match kind {
        RecordKind::Declaration => 1,
        RecordKind::Supplement => 2,
        RecordKind::Event => 3,
    }
}

/// The postings of one commit: for each list a row.
#[derive(Default)]
pub(crate) struct Postings {
    runs: HashMap<List, Run>,
}

/// Entries of a list, ascending.
struct Run {
    first: u64,
    last: u64,
    further: Vec<u8>,
}

impl Postings {
    /// Enters a record. Entries come in ascending order, and the terms of a record are distinct.
    pub(crate) fn enter(&mut self, kind: RecordKind, entry: u64, terms: &[Term]) {
        for term in terms {
            match self.runs.entry(List::new(kind, term)) {
                hash_map::Entry::Vacant(run) => {
                    run.insert(Run { first: entry, last: entry, further: Vec::new() });
                }
                hash_map::Entry::Occupied(mut run) => {
                    let run = run.get_mut();
                    push_number(&mut run.further, entry - run.last);
                    run.last = entry;
                }
            }
        }
    }

    /// Adds the rows to a batch.
    pub(crate) fn write(self, batch: &mut Batch) {
        for (list, run) in self.runs {
            batch.put(Table::Index, &list.key(run.first), run.further);
        }
    }
}

/// Reads a row. Returns its list and its entries, of which there is at least one, or `None` if it is no row of the index.
pub(crate) fn read(key: &[u8], further: &[u8]) -> Option<(List, Vec<u64>)> {
    let (list, first) = key.split_first_chunk()?;
    let first = u64::from_be_bytes(first.try_into().ok()?);
    Some((List(*list), entries(first, further)?))
}

fn entries(first: u64, mut further: &[u8]) -> Option<Vec<u64>> {
    let (mut entries, mut last) = (vec![first], first);
    while !further.is_empty() {
        last = last.checked_add(take_number(&mut further).filter(|distance| *distance > 0)?)?;
        entries.push(last);
    }
    Some(entries)
}

/// Appends a number in LEB128, seven bits a byte, the lowest first.
fn push_number(out: &mut Vec<u8>, mut n: u64) {
    #[expect(clippy::cast_possible_truncation, reason = "the lowest bits are meant")]
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    #[expect(clippy::cast_possible_truncation, reason = "below 0x80")]
    out.push(n as u8);
}

/// Takes a number off. Returns `None` if there is none, or if it could be written in fewer bytes.
fn take_number(bytes: &mut &[u8]) -> Option<u64> {
    let mut n = 0_u64;
    for shift in (0..u64::BITS).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let bits = u64::from(byte & 0x7f);
        if bits << shift >> shift != bits {
            return None;
        }
        n |= bits << shift;
        if byte & 0x80 == 0 {
            return (*byte > 0 || shift == 0).then_some(n);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use decl_core::Identity;

    fn rows(postings: Postings) -> Vec<(List, Vec<u64>)> {
        let mut batch = Batch::default();
        postings.write(&mut batch);
        batch.into_writes().iter().map(|row| read(&row.key, row.value.as_ref().unwrap()).unwrap()).collect()
    }

    #[test]
    fn a_row_gives_its_entries_back() {
        let term = Term::text(Field::Model, "some-model");
        for distance in [1, 2, 127, 128, 129, 16_383, 16_384, 1 << 35, 1 << 62, (1 << 63) - 1] {
            let entered = [7, 8, 8 + distance, 9 + distance];
            let mut postings = Postings::default();
            for entry in entered {
                postings.enter(RecordKind::Declaration, entry, &[term]);
            }
            assert!(
                rows(postings) == [(List::new(RecordKind::Declaration, &term), entered.into())],
                "{distance}"
            );
        }
    }

    #[test]
    fn a_commit_writes_a_row_for_each_kind_field_and_value() {
        let [a, b] = ["a", "b"].map(|name| Term::text(Field::Model, name));
        let tool = Term::text(Field::Tool, "a");
        let mut postings = Postings::default();
        for entry in (1..=4_096).step_by(2) {
            postings.enter(RecordKind::Declaration, entry, &[b]);
            postings.enter(RecordKind::Declaration, entry + 1, &[a, tool]);
        }
        postings.enter(RecordKind::Supplement, 4_097, &[a]);
        let rows = rows(postings);
        let entries: Vec<_> = rows.iter().map(|(_, entries)| entries.len()).collect();
        assert_eq!((entries.len(), entries.iter().sum::<usize>()), (4, 4_096 + 2_048 + 1));
        assert!(rows.iter().all(|(_, entries)| entries.is_sorted()));
    }

    #[test]
    fn a_digest_is_entered_by_its_own_bytes() {
        let digest = Identity::of(b"some content");
        let list = List::new(RecordKind::Declaration, &Term::digest(Field::Content, &digest));
        assert_eq!(list.key(258), *[&[1, 7], &digest.as_bytes()[..16], &[0, 0, 0, 0, 0, 0, 1, 2]].concat());
        assert_eq!(list.to_string(), format!("declaration content {}", &digest.hex()[..32]));
    }

    #[test]
    fn what_is_no_row_is_refused() {
        let most = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
        for (first, further) in [
            (7, &[0][..]),                       // no distance
            (7, &[0x80]),                        // cut
            (7, &[0x81, 0x00]),                  // one, in two bytes
            (u64::MAX, &[1]),                    // beyond 64 bits
            (0, &[&most[..], &[0x02]].concat()), // the same, in the number
            (0, &[0xff; 11]),
        ] {
            assert_eq!(entries(first, further), None, "{first} {further:?}");
        }
        assert_eq!(entries(0, &[&most[..], &[0x01]].concat()).unwrap(), [0, u64::MAX]);
        assert_eq!(entries(7, &[]).unwrap(), [7]);
        for len in [0, 1, 18, 25, 27] {
            assert!(read(&vec![1; len], &[]).is_none(), "{len}");
        }
    }
}
