//! Audits the index against the records.
//!
//! The postings that the records give and those that are stored come in different orders. So each is hashed under a key
//! that is drawn for the audit, and the sums of the hashes are compared. Only where they differ, the postings are laid
//! side by side.

use super::{Damage, DamageKind, Report, entries::Checker};
use crate::{
    error::{Error, ErrorKind},
    index::rows::{self, List},
    rows::index_from,
    tables::{Row, Table},
};
use decl_core::{Identity, hex};
use rayon::prelude::*;
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fmt,
};

/// Entries that have a sum of their own. Where it is not right, the postings of so many are laid side by side.
const BLOCK: u64 = 1 << 13;

/// Blocks whose postings are laid side by side in one walk over the index. This bounds the memory.
const BLOCKS: usize = 8;

/// Rows that are added up at a time, on all cores.
const GROUP: usize = 1 << 14;

/// Sums of postings, one for each block of entries: of what the records give, less what is stored. Without the key,
/// nobody can find other postings with the same sum.
pub(super) struct Sums {
    key: [u8; 32],
    blocks: BTreeMap<u64, u128>,
}

impl Sums {
    /// Returns sums of nothing under a random key.
    pub(super) fn begin() -> Result<Self, Error> {
        let mut key = [0; 32];
        getrandom::fill(&mut key)
            .map_err(|source| Error::new(ErrorKind::Io, format!("no randomness for an audit: {source}")))?;
        Ok(Self { key, blocks: BTreeMap::new() })
    }

    /// Returns the sum of an entry's postings in these lists.
    pub(super) fn of_entry(&self, lists: &[List], entry: u64) -> u128 {
        lists.iter().map(|list| self.of(list, entry)).fold(0, u128::wrapping_add)
    }

    /// Adds what the record of an entry gives.
    pub(super) fn expect(&mut self, entry: u64, sum: u128) {
        let block = self.blocks.entry(entry / BLOCK).or_default();
        *block = block.wrapping_add(sum);
    }

    fn of(&self, list: &List, entry: u64) -> u128 {
        let mut bytes = [0; 32 + List::KEY];
        bytes[..32].copy_from_slice(&self.key);
        bytes[32..].copy_from_slice(&list.key(entry));
        let digest = Identity::of(&bytes);
        digest.as_bytes()[..16].iter().fold(0, |sum, byte| sum << 8 | u128::from(*byte))
    }

    /// Reads a row and adds its postings up. Returns the damage of one that cannot be read.
    fn of_row(&self, row: &Row) -> Result<Summed, Damage> {
        let (key, value) = row.as_ref().map_err(|error| Damage::unreadable(Table::Index, "a row", error))?;
        let (list, entries) = rows::read(key, value)
            .ok_or_else(|| damaged(format!("index {}", hex(key)), "the row cannot be read"))?;
        let mut blocks: BTreeMap<u64, u128> = BTreeMap::new();
        for entry in &entries {
            let block = blocks.entry(entry / BLOCK).or_default();
            *block = block.wrapping_add(self.of(&list, *entry));
        }
        Ok(Summed { list, first: entries[0], last: entries[entries.len() - 1], blocks })
    }
}

/// A row, added up.
struct Summed {
    list: List,
    first: u64,
    last: u64,
    blocks: BTreeMap<u64, u128>,
}

/// Compares the index with the sums of what the records of a log of `size` entries give.
pub(super) fn check(checker: &Checker<'_>, mut sums: Sums, size: u64, report: &mut Report) {
    let mut rows = checker.view.rows(Table::Index, &[]);
    let mut before: Option<(List, u64)> = None;
    loop {
        let group: Vec<_> = rows.by_ref().take(GROUP).collect();
        if group.is_empty() {
            break;
        }
        let summed: Vec<_> = group.par_iter().map(|row| sums.of_row(row)).collect();
        for (row, summed) in group.iter().zip(summed) {
            let Summed { list, first, last, blocks } = match summed {
                Ok(summed) => summed,
                Err(damage) => {
                    report.add([damage]);
                    if row.is_err() {
                        return; // the rest cannot be read
                    }
                    continue;
                }
            };
            if let Some((_, last)) = before.filter(|(of, last)| *of == list && *last >= first) {
                report.add([damaged(place(&list), format!("entry {first} comes after entry {last}"))]);
            }
            if last >= size {
                report.add([damaged(place(&list), format!("entry {last} is not in the log"))]);
            }
            before = Some((list, last));
            for (block, sum) in blocks {
                let block = sums.blocks.entry(block).or_default();
                *block = block.wrapping_sub(sum);
            }
        }
    }
    let wrong = sums.blocks.into_iter().filter(|(block, sum)| *sum != 0 && block * BLOCK < size);
    let wrong: Vec<_> = wrong.map(|(block, _)| block).collect();
    for blocks in wrong.chunks(BLOCKS) {
        compare(checker, blocks, report);
    }
}

/// How a list differs from what the records give.
#[derive(Default)]
struct Differences {
    lacks: Vec<u64>,
    has: Vec<u64>,
}

/// Lays the postings of some blocks side by side. Entries whose records are damaged are left out: that is said elsewhere.
fn compare(checker: &Checker<'_>, blocks: &[u64], report: &mut Report) {
    let mut due = HashMap::new();
    for block in blocks {
        let rows = checker.view.rows(Table::Entries, &(block * BLOCK).to_be_bytes());
        let rows =
            rows.map_while(Result::ok).filter_map(|(key, entry)| Some((index_from(&key).ok()?, entry)));
        let entries: Vec<_> = rows.take_while(|(index, _)| index / BLOCK == *block).collect();
        let lists = entries.par_iter().filter_map(|(index, entry)| {
            let lists = checker.check(*index, entry).lists?;
            Some((*index, HashSet::<List>::from_iter(lists)))
        });
        due.par_extend(lists);
    }
    let mut differences: BTreeMap<List, Differences> = BTreeMap::new();
    for (key, value) in checker.view.rows(Table::Index, &[]).map_while(Result::ok) {
        let Some((list, entries)) = rows::read(&key, &value) else { continue };
        for entry in entries {
            if due.get_mut(&entry).is_some_and(|lists| !lists.remove(&list)) {
                differences.entry(list).or_default().has.push(entry);
            }
        }
    }
    for (entry, lists) in due {
        for list in lists {
            differences.entry(list).or_default().lacks.push(entry);
        }
    }
    report.add(differences.iter().map(|(list, differences)| damaged(place(list), differences.to_string())));
}

impl fmt::Display for Differences {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let some = |entries: &[u64]| match entries {
            [entry] => format!("entry {entry}"),
            _ => format!("{} entries from {} on", entries.len(), entries.iter().min().unwrap_or(&0)),
        };
        match (&self.lacks[..], &self.has[..]) {
            (lacks, []) => write!(f, "lacks {}", some(lacks)),
            ([], has) => write!(f, "has {} of another value", some(has)),
            (lacks, has) => write!(f, "lacks {} and has {} of another value", some(lacks), some(has)),
        }
    }
}

fn place(list: &List) -> String {
    format!("index {list}")
}

fn damaged(place: String, what: impl Into<String>) -> Damage {
    Damage::new(DamageKind::Posting, place, what)
}
