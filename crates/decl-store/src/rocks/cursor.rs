//! A position in a table that moves both ways.

use super::Db;
use crate::{error::Error, tables::Table};
use rocksdb::{DB, DBRawIteratorWithThreadMode, PrefixRange, ReadOptions};

/// A position among the rows whose keys have one beginning, as of when it was made.
pub(crate) struct Cursor<'db> {
    db: &'db Db,
    table: Table,
    rows: DBRawIteratorWithThreadMode<'db, DB>,
}

/// The key and the value at a position, or `None` at the end.
pub(crate) type Here<'c> = Result<Option<(&'c [u8], &'c [u8])>, Error>;

impl Db {
    /// Returns a cursor over the rows whose keys begin with `prefix`. It stands nowhere until it is moved.
    pub(crate) fn cursor(&self, table: Table, prefix: &[u8]) -> Result<Cursor<'_>, Error> {
        let mut options = ReadOptions::default();
        options.set_iterate_range(PrefixRange(prefix));
        Ok(Cursor { db: self, table, rows: self.inner.raw_iterator_cf_opt(self.handle(table)?, options) })
    }
}

impl Cursor<'_> {
    /// Moves to the first row at or after a key.
    pub(crate) fn seek(&mut self, key: &[u8]) -> Here<'_> {
        self.rows.seek(key);
        self.here()
    }

    /// Moves to the last row at or before a key.
    pub(crate) fn seek_back(&mut self, key: &[u8]) -> Here<'_> {
        self.rows.seek_for_prev(key);
        self.here()
    }

    /// Moves to the next row.
    pub(crate) fn next(&mut self) -> Here<'_> {
        self.rows.next();
        self.here()
    }

    /// Moves to the row before.
    pub(crate) fn previous(&mut self) -> Here<'_> {
        self.rows.prev();
        self.here()
    }

    fn here(&self) -> Here<'_> {
        match self.rows.item() {
            Some(row) => Ok(Some(row)),
            None => self.rows.status().map(|()| None).map_err(|source| self.db.unread(self.table, source)),
        }
    }
}
