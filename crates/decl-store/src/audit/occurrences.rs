//! Audits which occurrences have begun and ended, against the supplements of the log.
//!
//! The entries are compared with the rows, then the rows are counted: if every entry has its row and there are as many
//! rows as the entries give, there are no others. Nothing here grows with the number of occurrences.

use super::{Damage, DamageKind, Report};
use crate::{
    error::Error,
    occurrences::{Progress, Step},
    rocks::View,
    rows::{self, occurrence_from},
    rules::Sealed,
    tables::Table,
};
use decl_core::{Identity, Occurrence, Supplement, hex};
use decl_log::{Entry, RecordKind};

/// What some entries say about occurrences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// The starts, and those whose occurrence is open.
    starts: u64,
    open: u64,
    /// The executions that are the newest of their occurrence, and those of an occurrence without a start.
    newest: u64,
    unannounced: u64,
    /// The sum of the identities of all other executions, and of those that an execution amends. They are equal if and
    /// only if every execution but the newest is amended by exactly one other, as sealing ensures.
    replaced: u128,
    amended: u128,
}

impl Tally {
    pub(super) fn add(&mut self, other: &Self) {
        self.starts += other.starts;
        self.open += other.open;
        self.newest += other.newest;
        self.unannounced += other.unannounced;
        self.replaced = self.replaced.wrapping_add(other.replaced);
        self.amended = self.amended.wrapping_add(other.amended);
    }
}

/// Checks the supplement of an entry against the row of its occurrence. Returns what it contributes, or the damage.
/// Damage elsewhere is reported elsewhere.
pub(super) fn entry(view: &View<'_>, index: u64, supplement: &Supplement) -> Result<Tally, Damage> {
    let mut tally = Tally::default();
    let Some((occurrence, step)) = Step::of(supplement) else { return Ok(tally) };
    let row = view.get(Table::Occurrences, occurrence.as_bytes());
    let row = row.map_err(|error| Damage::unreadable(Table::Occurrences, occurrence, &error))?;
    let damaged = |what: String| Err(damage(&occurrence, what));
    let Some(progress) = row.as_deref().and_then(Progress::from_row) else {
        return damaged(format!("has no row, and entry {index} names it"));
    };
    if progress.subject != supplement.subject() {
        return damaged(format!("is one of another declaration than entry {index} says"));
    }
    match step {
        Step::Begin => {
            tally.starts = 1;
            if progress.start != Some(index) {
                return damaged(format!("did not begin with entry {index}"));
            }
            let row = view.get(Table::Open, &index.to_be_bytes());
            let row = row.map_err(|error| Damage::unreadable(Table::Open, occurrence, &error))?;
            let listed = row.as_deref() == Some(&occurrence.as_bytes()[..]);
            if progress.is_open() && !listed {
                return damaged("is open, and not in the list".to_owned());
            }
            tally.open = u64::from(progress.is_open());
        }
        Step::End { amends } => {
            let Some(newest) = progress.execution.filter(|newest| *newest >= index) else {
                return damaged(format!("was closed by entry {index}"));
            };
            if progress.start.is_some_and(|start| start > index) {
                return damaged(format!("was closed by entry {index}, before it began"));
            }
            if newest == index {
                tally.newest = 1;
                tally.unannounced = u64::from(progress.start.is_none());
            } else {
                tally.replaced = number(&supplement.identity());
            }
            if let Some(amended) = amends {
                let of = Sealed::find(&amended, view, index).ok().flatten().map(|sealed| sealed.index);
                if of.is_some_and(|of| !is_step(view, of, &occurrence, &progress, is_end)) {
                    return damaged(format!("entry {index} amends an entry that is none of its executions"));
                }
                tally.amended = number(&amended);
            }
        }
        Step::Mention => {
            let steps = [progress.start, progress.execution].into_iter().flatten();
            if steps.min().is_some_and(|first| first > index) && !has_earlier(view, &progress) {
                return damaged(format!("is named by entry {index}, before it began or ended"));
            }
        }
    }
    Ok(tally)
}

/// Returns whether an occurrence may have a step before those in its row: the executions that the newest one replaces,
/// unless it began with a start. How far back they go is not looked up.
fn has_earlier(view: &View<'_>, progress: &Progress) -> bool {
    let newest = progress.execution.filter(|_| progress.start.is_none());
    newest.is_some_and(|newest| match supplement_at(view, newest) {
        Ok(Some(supplement)) => supplement.execution().is_some_and(|execution| execution.amends.is_some()),
        Ok(None) => false,
        Err(_) => true,
    })
}

/// Counts the rows under a view. If the entries give other numbers, each row is checked against its entries.
pub(super) fn check(view: &View<'_>, tally: &Tally, report: &mut Report) {
    let mut counted = Tally { replaced: tally.amended, amended: tally.amended, ..Tally::default() };
    super::each_row(view, Table::Occurrences, report, |_, row| {
        let progress = Progress::from_row(row);
        let has = |index: fn(Progress) -> Option<u64>| u64::from(progress.and_then(index).is_some());
        counted.starts += has(|progress| progress.start);
        counted.unannounced += 1 - has(|progress| progress.start);
        counted.newest += has(|progress| progress.execution);
        None
    });
    super::each_row(view, Table::Open, report, |_, _| {
        counted.open += 1;
        None
    });
    if counted == *tally && report.damage.is_empty() {
        return;
    }
    super::each_row(view, Table::Occurrences, report, |key, row| wrong(view, key, row));
    super::each_row(view, Table::Open, report, |key, row| wrong_open(view, key, row));
    if tally.replaced != tally.amended && report.damage.is_empty() {
        let what = "an execution is neither the newest of its occurrence nor amended";
        report.add([Damage::new(DamageKind::Occurrence, "occurrences", what)]);
    }
}

/// Returns what is wrong with a row of `occurrences`.
fn wrong(view: &View<'_>, key: &[u8], row: &[u8]) -> Option<Damage> {
    let Some(occurrence) = key.try_into().ok().and_then(Occurrence::from_bytes) else {
        return Some(Damage::new(DamageKind::Occurrence, hex(key), "the key is not an occurrence"));
    };
    let Some(progress) = Progress::from_row(row) else {
        return Some(damage(&occurrence, "cannot be read"));
    };
    let is_begin: fn(Step) -> bool = |step| step == Step::Begin;
    let steps = [(progress.start, is_begin), (progress.execution, is_end)];
    steps.into_iter().find_map(|(index, expected)| {
        let index = index?;
        (!is_step(view, index, &occurrence, &progress, expected))
            .then(|| damage(&occurrence, format!("entry {index} says nothing of the kind")))
    })
}

/// Returns what is wrong with a row of `open`.
fn wrong_open(view: &View<'_>, key: &[u8], row: &[u8]) -> Option<Damage> {
    let place = || format!("open {}", hex(key));
    let (Ok(index), Ok(occurrence)) = (rows::index_from(key), occurrence_from(row)) else {
        return Some(Damage::new(DamageKind::Occurrence, place(), "cannot be read"));
    };
    let progress = view.get(Table::Occurrences, occurrence.as_bytes()).ok()?;
    let open = progress
        .as_deref()
        .and_then(Progress::from_row)
        .is_some_and(|progress| progress.is_open() && progress.start == Some(index));
    (!open).then(|| damage(&occurrence, format!("is not open since entry {index}")))
}

fn is_end(step: Step) -> bool {
    matches!(step, Step::End { .. })
}

/// Returns whether the entry takes such a step of this occurrence. An entry that cannot be read is damage elsewhere.
fn is_step(
    view: &View<'_>,
    index: u64,
    occurrence: &Occurrence,
    progress: &Progress,
    expected: fn(Step) -> bool,
) -> bool {
    match supplement_at(view, index) {
        Ok(Some(supplement)) => {
            supplement.subject() == progress.subject
                && Step::of(&supplement).is_some_and(|(of, step)| of == *occurrence && expected(step))
        }
        Ok(None) => false,
        Err(_) => true,
    }
}

/// Returns the supplement of an entry, or `None` if it is of another record or there is none.
fn supplement_at(view: &View<'_>, index: u64) -> Result<Option<Supplement>, Error> {
    let Some(entry) = view.get(Table::Entries, &index.to_be_bytes())? else { return Ok(None) };
    let Ok(Entry::Record { kind: RecordKind::Supplement, id, .. }) = Entry::parse(&entry) else {
        return Ok(None);
    };
    let supplement = Supplement::from_cbor(rows::stored_record(&id, view)?);
    supplement.map(Some).map_err(|_| Error::corrupt(format!("the stored record {id} is damaged")))
}

fn damage(occurrence: &Occurrence, what: impl Into<String>) -> Damage {
    Damage::new(DamageKind::Occurrence, occurrence.to_string(), what)
}

/// Returns half of an identity as a number.
fn number(id: &Identity) -> u128 {
    let (half, _) = id.as_bytes().split_at(16);
    half.iter().fold(0, |number, byte| number << 8 | u128::from(*byte))
}
