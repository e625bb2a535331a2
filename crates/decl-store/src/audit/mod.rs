//! Audits a store: re-derives all of it from its bytes.

mod absent;
mod checkpoints;
mod contents;
mod entries;
mod erasures;
#[cfg(test)]
mod forged;
mod keys;
mod occurrences;
mod postings;
mod second;
mod tree;

use crate::{
    cache::Cache,
    error::Error,
    files::{layout::Layout, record::HeadRecord},
    index::Rebuilding,
    purge::{PURGE, Purge},
    read::Reader,
    rocks::{Db, View, is_missing_file},
    rows::{CHECKPOINT, EDGE, is_of},
    rules,
    tables::Table,
};
use checkpoints::Kept;
use decl_keyed::KeyFile;
use decl_log::{Edge, Tree, VerifierKey};
use entries::Checker;
use erasures::Erasures;
use occurrences::Tally;
use postings::Sums;
use rayon::prelude::*;
use std::{error::Error as _, fmt, path::PathBuf};
use tree::Rebuilt;

/// How much damage is listed; the rest is only counted.
const LISTED: usize = 1_000;

/// Entries that are checked at a time, on all cores.
const GROUP: usize = 32 * 256;

/// For how many digests it is cached what was found under them.
const FOUND: usize = 1 << 17;

/// What to audit besides the store itself.
#[derive(Clone, Debug, Default)]
pub struct AuditOptions {
    /// The head record, to compare with.
    pub head: Option<PathBuf>,
    /// Whether an independent implementation recomputes every tile too.
    pub second_opinion: bool,
    /// The content keys at hand, to check keyed content with.
    pub keys: KeyFile,
}

/// The findings of an audit. Without damage, every byte is as it was sealed, as far as this store's own key can tell.
/// That no holder of the key made another log takes the head record, a witness, or a proof from outside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The entries read.
    pub entries: u64,
    /// The damage, in the order of the walk.
    pub damage: Vec<Damage>,
    /// How much more damage there is than listed.
    pub unlisted: u64,
    /// How many pieces of content are stated to be absent. No leaf attests to that: anybody who can write to the store
    /// can remove content and record that it was never there.
    pub absent: u64,
    /// How many pieces of content are erased, as records of the log state.
    pub erased: u64,
    /// Whether an erasure is not finished: its bytes may be in the files of the store until that is next opened to write.
    pub purge_is_due: bool,
    /// How many pieces of keyed content were not checked, because their keys are not at hand.
    pub unchecked: u64,
    /// How many pieces of keyed content nobody can check any more, because their keys were destroyed.
    pub uncheckable: u64,
    /// Whether the log was compared with a head record. If not, a rollback goes unnoticed.
    pub recorded: bool,
}

/// One finding: something is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The kind.
    pub kind: DamageKind,
    /// What is wrong, in one line.
    pub what: String,
    /// The record, entry, tile or table it concerns.
    pub where_: String,
}

/// Kinds of damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DamageKind {
    /// The public key of the store cannot be read; signatures were not checked.
    Key,
    /// The database cannot read a table at that place.
    Table,
    /// A signed checkpoint is missing, not signed by this log's key, or not of its entries.
    Checkpoint,
    /// An entry of the log is missing, or not an entry.
    Entry,
    /// The clock of the log goes back.
    Clock,
    /// A stored tile is missing, or not what the entries give.
    Tile,
    /// The stored right edge is not what the entries give.
    Edge,
    /// The root of the entries is not the one that was signed.
    Root,
    /// A sealed record is missing, or not the bytes that were sealed.
    Record,
    /// Declared content is missing, or not the bytes that were declared.
    Content,
    /// A row about absent content is wrong.
    Absent,
    /// The row of a content key and the events of the log disagree.
    ContentKey,
    /// What is stored of an occurrence is not what the supplements say.
    Occurrence,
    /// The index by identity and the entries disagree.
    Index,
    /// The index by fields and the records disagree.
    Posting,
    /// A row of `meta`, a kept checkpoint or a table does not belong to the store.
    Stray,
    /// The head record is not in this log's past.
    HeadRecord,
}

impl DamageKind {
    /// Returns the name for programs. It is stable.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Table => "table",
            Self::Checkpoint => "checkpoint",
            Self::Entry => "entry",
            Self::Clock => "clock",
            Self::Tile => "tile",
            Self::Edge => "edge",
            Self::Root => "root",
            Self::Record => "record",
            Self::Content => "content",
            Self::Absent => "absent",
            Self::ContentKey => "content_key",
            Self::Occurrence => "occurrence",
            Self::Index => "index",
            Self::Posting => "posting",
            Self::Stray => "stray",
            Self::HeadRecord => "head_record",
        }
    }
}

impl fmt::Display for DamageKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Damage {
    fn new(kind: DamageKind, where_: impl Into<String>, what: impl Into<String>) -> Self {
        Self { kind, what: what.into(), where_: where_.into() }
    }

    /// Returns the damage of a failed read.
    fn unreadable(table: Table, at: impl fmt::Display, error: &Error) -> Self {
        let cause = error.source().map_or_else(|| error.to_string(), ToString::to_string);
        Self::new(DamageKind::Table, format!("{} at {at}", table.name()), cause)
    }
}

impl Report {
    fn add(&mut self, damage: impl IntoIterator<Item = Damage>) {
        for damage in damage {
            if self.damage.len() < LISTED {
                self.damage.push(damage);
            } else {
                self.unlisted += 1;
            }
        }
    }
}

impl Reader {
    /// Re-derives everything from bytes and reports what is not as it was written. It works on one view of the store,
    /// also while it grows. `progress` gets the number of entries done and their total.
    pub fn audit(&self, options: &AuditOptions, progress: &mut dyn FnMut(u64, u64)) -> Result<Report, Error> {
        let mut stated = Vec::new();
        let mut report = audit(&self.db().view(), self.layout(), options, progress, &mut stated)?;
        for (index, tree) in stated {
            // What cannot be read is damage that was found already.
            if tree.size > index || self.had(&tree).is_ok_and(|had| !had) {
                let what = rules::no_such_tree(&tree).message;
                report.add([Damage::new(DamageKind::Record, format!("entry {index}"), what)]);
            }
        }
        let missed = report.damage.iter().any(|damage| is_missing_file(&damage.what));
        // A writer beside the audit removes files that it has rewritten.
        match self.db().rewritten().filter(|_| missed) {
            Some(rewritten) => Err(rewritten),
            None => Ok(report),
        }
    }
}

/// Audits a store under a view. `stated` gets the entries that are about a tree of the log, which are not compared here.
fn audit(
    view: &View<'_>,
    layout: &Layout,
    options: &AuditOptions,
    progress: &mut dyn FnMut(u64, u64),
    stated: &mut Vec<(u64, Tree)>,
) -> Result<Report, Error> {
    let mut report = Report::default();
    write_ahead_log(layout, &mut report)?;
    let key = layout.verifier_key();
    if let Err(error) = &key {
        report.add([Damage::new(DamageKind::Key, "vkey", error.to_string())]);
    }
    let key = key.ok();
    let checkpoint = checkpoints::newest(view, key.as_ref(), &mut report);
    let signed = checkpoint.as_ref().map(|checkpoint| checkpoint.tree);
    let edge = match view.get(Table::Meta, EDGE).map(|edge| Edge::from_bytes(&edge.unwrap_or_default())) {
        Ok(Ok(edge)) => Some(edge),
        Ok(Err(refusal)) => {
            report.add([Damage::new(DamageKind::Edge, "meta", refusal.to_string())]);
            None
        }
        Err(error) => {
            report.add([Damage::unreadable(Table::Meta, "edge", &error)]);
            None
        }
    };
    let record = options.head.as_deref().zip(key.as_ref());
    let record = record.and_then(|(path, key)| HeadRecord::new(path).read(key).transpose()).transpose()?;

    let found = Cache::new(FOUND);
    contents::check(view, &options.keys, &found, &mut report)?;
    let origin = checkpoint.as_ref().map(|checkpoint| checkpoint.origin.as_str());
    let origin = origin.or(key.as_ref().map(VerifierKey::name));
    let derived = derived_tables(view, &mut report);
    let entry_checker = Checker { view, found: &found, origin, derived };
    let mut rebuilt = Rebuilt::new(view, edge.as_ref(), signed.map(|tree| tree.size), options.second_opinion);
    rebuilt.watch(record);
    let mut sums = Sums::begin()?;
    let mut kept = Kept::new(view, key.as_ref());
    let mut erasures = Erasures::default();
    let mut last_at = 0;
    let (mut records, mut entries, mut absent, mut key_events) = (0, 0, 0, 0);
    let mut tally = Tally::default();
    let of = signed.map_or(0, |tree| tree.size);
    while let Some(group) = rebuilt.next_group(GROUP, &mut report) {
        let check = |(index, entry): &(u64, Box<[u8]>)| {
            let checked = entry_checker.check(*index, entry);
            let sum = sums.of_entry(checked.lists.as_deref().unwrap_or_default(), *index);
            (checked, sum)
        };
        let checked: Vec<_> = group.par_iter().map(check).collect();
        for ((index, _), (checked, sum)) in group.iter().zip(checked) {
            sums.expect(*index, sum);
            report.add(checked.damage);
            records += u64::from(checked.is_record);
            absent += checked.absent;
            tally.add(&checked.tally);
            key_events += u64::from(checked.is_key_event);
            stated.extend(checked.tree.map(|tree| (*index, tree)));
            if let Some(statement) = checked.statement {
                erasures.enter(view, *index, statement, &mut report);
            }
            entries += 1;
            if let Some(at) = checked.at {
                if at < last_at {
                    let what = format!("{at} comes after {last_at}");
                    report.add([Damage::new(DamageKind::Clock, format!("entry {index}"), what)]);
                }
                last_at = at;
            }
            rebuilt.bridge(*index, &mut report);
            kept.check(*index, checked.at, rebuilt.edge(), &mut report);
            rebuilt.push(checked.leaf, &mut report);
        }
        progress(entries, of.max(entries));
    }
    report.entries = entries;
    rebuilt.finish(signed, edge.as_ref(), &mut report);
    kept.finish(&mut report);
    erasures.finish(&mut report);
    (report.absent, report.erased) = (absent, erasures.erased);
    absent::check(view, absent + erasures.erased, &mut report);
    if derived {
        postings::check(&entry_checker, sums, rebuilt.size(), &mut report);
        occurrences::check(view, &tally, &mut report);
    }
    keys::check(view, key_events, &mut report);
    strays(view, records, &mut report);
    foreign(view, &mut report);
    if let Some((record, path)) = record.zip(options.head.as_deref()) {
        let what = match rebuilt.root_of_record() {
            Some(root) if root == record.root => None,
            Some(_) => {
                Some(format!("the record and the store disagree on the first {} entries", record.size))
            }
            None if record.size > signed.map_or(entries, |tree| tree.size) => {
                Some(format!("the record knows of {} entries: the store was rolled back", record.size))
            }
            None => return Ok(report), // too many entries are missing; that was said
        };
        report.recorded = true;
        let damage = |what| Damage::new(DamageKind::HeadRecord, path.display().to_string(), what);
        report.add(what.map(damage));
    }
    Ok(report)
}

/// Checks the part of the log that RocksDB has not yet moved into tables, which RocksDB itself reads only up to its
/// first damaged record, as after a power cut, without a report.
fn write_ahead_log(layout: &Layout, report: &mut Report) -> Result<(), Error> {
    let damage = Db::damage_of_logs(&layout.db(), &layout.note())?;
    report
        .add(damage.map(|damage| Damage::new(DamageKind::Table, "the write-ahead log", damage.to_string())));
    Ok(())
}

/// Reports rows without an entry. If every entry has its rows, equal counts leave no room for others.
fn strays(view: &View<'_>, records: u64, report: &mut Report) {
    for (table, kind) in [(Table::IndexOf, DamageKind::Index), (Table::Records, DamageKind::Record)] {
        let mut count = 0;
        each_row(view, table, report, |_, _| {
            count += 1;
            None
        });
        let index_damaged = report.damage.iter().any(|damage| damage.kind == DamageKind::Index);
        if (count == records && report.damage.is_empty()) || (table == Table::Records && index_damaged) {
            continue; // with a damaged index nobody can tell which records have no entry
        }
        each_row(view, table, report, |key, value| {
            let index = if table == Table::IndexOf {
                Some(value.to_vec())
            } else {
                view.get(Table::IndexOf, key).ok()?
            };
            let entry = index.and_then(|index| view.get(Table::Entries, &index).ok()?);
            let ours = entry.is_some_and(|entry| is_of(&entry, key));
            (!ours).then(|| {
                Damage::new(
                    kind,
                    format!("b3:{}", decl_core::hex(key)),
                    "no entry of the log is of this record",
                )
            })
        });
    }
}

/// Returns whether the derived tables are to be compared with the records. Until they are rebuilt they are damage as a
/// whole.
fn derived_tables(view: &View<'_>, report: &mut Report) -> bool {
    let damage = match view.get(Table::Meta, Rebuilding::KEY) {
        Ok(None) => return true,
        Ok(Some(_)) => Damage::new(DamageKind::Posting, "meta", "the index is not rebuilt to its end"),
        Err(error) => Damage::unreadable(Table::Meta, "reindex", &error),
    };
    report.add([damage]);
    false
}

/// Reports rows of `meta` and tables that the store does not write.
fn foreign(view: &View<'_>, report: &mut Report) {
    let stray = |place: String| Damage::new(DamageKind::Stray, place, "is none of the store's");
    let mut purge_is_due = false;
    each_row(view, Table::Meta, report, |key, row| {
        if [CHECKPOINT, EDGE, Rebuilding::KEY].contains(&key) {
            return None;
        }
        purge_is_due |= key == PURGE && Purge::from_row(row).is_some();
        let ours = key == PURGE && purge_is_due;
        (!ours).then(|| stray(format!("meta {}", String::from_utf8_lossy(key).escape_debug())))
    });
    report.purge_is_due = purge_is_due;
    match view.db().foreign_tables() {
        Ok(names) => report.add(names.into_iter().map(|name| stray(format!("table {name}")))),
        Err(error) => report.add([Damage::unreadable(Table::Meta, "the list of tables", &error)]),
    }
}

fn each_row(
    view: &View<'_>,
    table: Table,
    report: &mut Report,
    mut check: impl FnMut(&[u8], &[u8]) -> Option<Damage>,
) {
    for row in view.rows(table, &[]) {
        match row {
            Ok((key, value)) => report.add(check(&key, &value)),
            Err(error) => report.add([Damage::unreadable(table, "a row", &error)]),
        }
    }
}
