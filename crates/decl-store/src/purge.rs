//! What an erasure leaves in the files of the store, and the mark that says so.
//!
//! The rows of erased content go with the batch that states the erasure. Its bytes are still in files then, hidden; the
//! same batch writes this row of `meta`, and it goes when they are gone. A writer that finds it finishes the work.
//!
//! ```text
//! purge   first digest, last digest, 00   rows of `contents` between these were deleted
//!         first digest, last digest, 01   and parts of content in `chunks`
//! ```

use crate::{
    error::Error,
    files::layout::Layout,
    rocks::Db,
    tables::{Batch, Span, Table},
};
use decl_core::Identity;

/// Key of the table `meta`.
pub(crate) const PURGE: &[u8] = b"purge";

/// Where rows of erased content were deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Purge {
    first: Identity,
    last: Identity,
    chunks: bool,
}

impl Purge {
    /// Returns the mark of one piece of content, which may have chunks.
    pub(crate) fn of(digest: Identity, chunks: bool) -> Self {
        Self { first: digest, last: digest, chunks }
    }

    /// Returns the mark of both.
    pub(crate) fn and(self, other: Self) -> Self {
        let (first, last) = (self.first.min(other.first), self.last.max(other.last));
        Self { first, last, chunks: self.chunks || other.chunks }
    }

    /// Returns the mark in the database, or `None` if every erasure is finished.
    pub(crate) fn read(db: &Db) -> Result<Option<Self>, Error> {
        let Some(row) = db.get(Table::Meta, PURGE)? else { return Ok(None) };
        let damaged = || Error::corrupt("the stored mark of an erasure is damaged");
        Self::from_row(&row).map(Some).ok_or_else(damaged)
    }

    /// Adds the mark to the batch that deletes the rows.
    pub(crate) fn write(&self, batch: &mut Batch) {
        let row = [&self.first.as_bytes()[..], self.last.as_bytes(), &[u8::from(self.chunks)]];
        batch.put(Table::Meta, PURGE, row.concat());
    }

    /// Decodes a row. Returns `None` if it is not one.
    pub(crate) fn from_row(row: &[u8]) -> Option<Self> {
        let (first, rest) = row.split_first_chunk()?;
        let (last, chunks) = rest.split_first_chunk()?;
        let (first, last) = (Identity::from_bytes(*first), Identity::from_bytes(*last));
        let chunks = match chunks {
            [0] => false,
            [1] => true,
            _ => return None,
        };
        (first <= last).then_some(Self { first, last, chunks })
    }

    /// Takes what was deleted up to the write of number `deleted` out of every file of the store. Returns whether it is
    /// gone: it is not while somebody in this process still sees it. The mark stays.
    pub(crate) fn run(&self, db: &Db, layout: &Layout, deleted: u64) -> Result<bool, Error> {
        layout.remove_kept()?;
        db.expunge(&self.spans(), deleted)
    }

    /// Does the same before anybody reads, and removes the mark.
    pub(crate) fn finish(&self, db: &Db, layout: &Layout) -> Result<(), Error> {
        layout.remove_kept()?;
        if !db.expunge_alone(&self.spans())? {
            return Err(Error::corrupt("files with erased bytes cannot be rewritten"));
        }
        let mut batch = Batch::default();
        batch.delete(Table::Meta, PURGE);
        db.write(batch)
    }

    fn spans(&self) -> Vec<Span> {
        let digests = |table| Span {
            table,
            first: self.first.as_bytes().to_vec(),
            last: [&self.last.as_bytes()[..], &[0xff; 4]].concat(), // of its last chunk
        };
        let tables = if self.chunks { &[Table::Contents, Table::Chunks][..] } else { &[Table::Contents] };
        tables.iter().map(|table| digests(*table)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_comes_back_and_covers_all_that_it_was_made_of() {
        let [a, b, c] = [1, 2, 3].map(|n| Identity::from_bytes([n; 32]));
        let mark = Purge::of(b, false).and(Purge::of(c, true)).and(Purge::of(a, false));
        assert_eq!(mark, Purge { first: a, last: c, chunks: true });
        for mark in [mark, Purge::of(a, false)] {
            let mut batch = Batch::default();
            mark.write(&mut batch);
            let row = batch.into_writes().remove(0).value.unwrap();
            assert_eq!(Purge::from_row(&row), Some(mark));
            for row in [&row[..64], &[&row[..], &[0]].concat(), &[&row[..64], &[2]].concat(), &[][..]] {
                assert_eq!(Purge::from_row(row), None);
            }
        }
        let backwards = [&c.as_bytes()[..], a.as_bytes(), &[0]].concat();
        assert_eq!(Purge::from_row(&backwards), None);
    }
}
