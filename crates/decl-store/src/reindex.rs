//! Builds the derived tables anew from the records.
//!
//! That takes as long as reading every record, so it is done in steps, each one batch. A row of `meta` says from the
//! first to the last that the tables cannot be relied upon:
//!
//! ```text
//! reindex    u64 next, u64 end    the entries before `next` are entered again; those from `end` on are by their commits
//! ```
//!
//! If the process dies on the way, sealing goes on, queries are refused, and the next rebuilding continues.

use crate::{
    error::{Error, SealError},
    index::{self, Rebuilding, Term, rows::Postings},
    keys::state::{KeyEvent, KeyStates},
    occurrences::{Occurrences, Step},
    read::{Match, Reader, parse},
    rocks::Db,
    rows::index_from,
    tables::{Batch, Table},
};
use decl_core::{Identity, RecordKind, Supplement};
use rayon::prelude::*;

/// Entries of a step.
const STEP: usize = if cfg!(test) { 7 } else { 4096 };

/// Builds the derived tables of a store anew. Nothing is changed unless every record can be read. `progress` gets how
/// much is done, and of how much.
pub(crate) fn rebuild(reader: &mut Reader, progress: &mut dyn FnMut(u64, u64)) -> Result<(), Error> {
    let size = reader.tree()?.size;
    let begun = Rebuilding::of(reader.db())?.filter(|begun| begun.next > 0 && begun.end <= size);
    let Rebuilding { next, end } = begun.map_or_else(|| start_over(reader, size, progress), Ok)?;
    for (from, to) in steps(next, end) {
        let (mut postings, mut occurrences) = (Postings::default(), Occurrences::default());
        for (found, terms) in entered(reader, from, to)? {
            postings.enter(found.record.kind(), found.index, &terms);
            if found.record.kind() == RecordKind::Supplement {
                take_step(reader.db(), found, &mut occurrences)?;
            }
        }
        let mut batch = Batch::default();
        postings.write(&mut batch);
        occurrences.write(&mut batch);
        if to < end {
            batch.put(Table::Meta, Rebuilding::KEY, Rebuilding { next: to, end }.to_row());
        } else {
            batch.delete(Table::Meta, Rebuilding::KEY);
        }
        reader.db().write(batch)?;
        progress(size + to, 2 * size);
    }
    Ok(())
}

/// Empties the derived tables, except for that of the content keys: it is small, and made right at once, because sealing
/// goes on.
fn start_over(
    reader: &mut Reader,
    size: u64,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Rebuilding, Error> {
    let mut keys = KeyStates::default();
    for (from, to) in steps(0, size) {
        for (found, _) in entered(reader, from, to)? {
            if let Some(event) = KeyEvent::of(&found.record) {
                keys.replay(&event, found.index)?;
            }
        }
        progress(to, 2 * size);
    }
    keys.rewrite(reader.db())?;
    let begun = begin(reader.db(), size)?;
    Table::DERIVED.into_iter().try_for_each(|table| reader.db_mut().remake(table))?;
    Ok(begun)
}

/// Cuts a range of entries into steps.
fn steps(from: u64, to: u64) -> impl Iterator<Item = (u64, u64)> {
    (from..to).step_by(STEP).map(move |from| (from, to.min(from + STEP as u64)))
}

/// Notes that the derived tables of a log of `end` entries cannot be relied upon.
pub(crate) fn begin(db: &Db, end: u64) -> Result<Rebuilding, Error> {
    let begun = Rebuilding { next: 0, end };
    let mut batch = Batch::default();
    batch.put(Table::Meta, Rebuilding::KEY, begun.to_row());
    db.write(batch)?;
    Ok(begun)
}

/// Returns the records of some entries, each with what it is entered under in the index.
fn entered(reader: &Reader, from: u64, to: u64) -> Result<Vec<(Match, Vec<Term>)>, Error> {
    let entries = reader.entries(from).take_while(|entry| !matches!(entry, Ok((index, _)) if *index >= to));
    let entries: Vec<_> = entries.collect::<Result<_, _>>()?;
    let enter = |(index, entry): (u64, Vec<u8>)| {
        let Some(found) = reader.match_of(index, parse(index, &entry)?)? else { return Ok(None) };
        let terms = index::stored_terms(&found.record, &found.by, &reader.db().view())?;
        Ok(Some((found, terms)))
    };
    entries.into_par_iter().map(enter).filter_map(Result::transpose).collect()
}

/// Takes the step of a sealed supplement again.
fn take_step(db: &Db, found: Match, occurrences: &mut Occurrences) -> Result<(), Error> {
    let index = found.index;
    let damaged = || Error::corrupt(format!("entry {index} does not follow from the supplements before it"));
    let supplement = Supplement::try_from(found.record).map_err(|_| damaged())?;
    let Some((occurrence, step)) = Step::of(&supplement) else { return Ok(()) };
    let before = occurrences.get(&occurrence, db)?;
    let index_of = |id: &Identity| {
        let index = db.get(Table::IndexOf, id.as_bytes())?;
        index.map(|index| index_from(&index)).transpose()
    };
    let after = step.take(&occurrence, before, supplement.subject(), index, index_of);
    occurrences.set(
        occurrence,
        after.map_err(|refusal| match refusal {
            SealError::Refused(fault) => damaged().because(fault),
            SealError::Store(error) => error,
        })?,
    );
    Ok(())
}
