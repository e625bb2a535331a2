//! Whether the index can be relied upon.

use crate::{
    error::{Error, ErrorKind},
    rocks::Db,
    tables::Table,
};

/// How far the derived tables are built anew. While `meta` has it, they cannot be relied upon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rebuilding {
    /// The first entry that is not entered again. 0: the tables are still those from before.
    pub(crate) next: u64,
    /// The end of what is entered again. Later entries are entered by their commits.
    pub(crate) end: u64,
}

impl Rebuilding {
    /// The key in `meta`.
    pub(crate) const KEY: &[u8] = b"reindex";

    /// Returns the state of a store, or `None` if its derived tables are complete.
    pub(crate) fn of(db: &Db) -> Result<Option<Self>, Error> {
        Ok(db.get(Table::Meta, Self::KEY)?.map(|row| Self::from_row(&row)))
    }

    /// Fails unless the derived tables are complete.
    pub(crate) fn refuse(db: &Db) -> Result<(), Error> {
        match Self::of(db)? {
            None => Ok(()),
            Some(_) => Err(Error::new(ErrorKind::Reindexing, "the index is being rebuilt")
                .with_hint("`decl reindex` waits for it, or brings it to its end if it was interrupted")),
        }
    }

    /// Encodes the row.
    pub(crate) fn to_row(self) -> Vec<u8> {
        [self.next.to_be_bytes(), self.end.to_be_bytes()].concat()
    }

    /// Decodes the row. One that cannot be read says that everything is to be done.
    fn from_row(row: &[u8]) -> Self {
        let number = |part: Option<&[u8; 8]>| part.map_or(0, |part| u64::from_be_bytes(*part));
        Self { next: number(row.first_chunk()), end: number(row.last_chunk()) }
    }
}
