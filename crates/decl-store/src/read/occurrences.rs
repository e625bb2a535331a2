//! Reads which occurrences of runs have begun and ended.

use super::Reader;
use crate::{
    error::Error,
    index::Rebuilding,
    occurrences::Progress,
    rows::{index_from, occurrence_from},
    tables::Table,
};
use decl_core::Occurrence;

impl Reader {
    /// Returns what the log says about an occurrence, or `None` if it names none of that name.
    pub fn occurrence(&self, occurrence: &Occurrence) -> Result<Option<Progress>, Error> {
        Rebuilding::refuse(&self.db)?;
        match self.db.get(Table::Occurrences, occurrence.as_bytes())? {
            Some(row) => Progress::stored(occurrence, &row).map(Some),
            None => self.complete().map(|()| None),
        }
    }

    /// Returns the occurrences that are open, as of now, each with the index of its start, from this index on.
    pub fn open_occurrences(&self, from: u64) -> impl Iterator<Item = Result<(u64, Occurrence), Error>> + '_ {
        let rows = self.db.rows(Table::Open, &from.to_be_bytes()).map(|row| {
            let (index, occurrence) = row?;
            Ok((index_from(&index)?, occurrence_from(&occurrence)?))
        });
        // A list is complete, or reports that it is not.
        let refused = Rebuilding::refuse(&self.db).err().map(Err);
        let end = if refused.is_some() { refused } else { self.incomplete.clone().map(Err) };
        rows.chain(end)
    }
}
