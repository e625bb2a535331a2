//! Plans erasures.

use super::{Commit, prepare::Prepared};
use crate::{
    absent::Absence,
    content::chunk_count,
    erase::{Census, Erase, Erased, NotErased},
    error::Error,
    holds::Hold,
    purge::{PURGE, Purge},
    read::Reader,
    rows::chunk_key,
    tables::Table,
};
use decl_core::{Identity, limits};

impl Commit<'_> {
    /// Adds an erasure: its record, the deletion of the rows, and the statement that the content is absent. The commit
    /// has nothing but erasures, so the database and `absent` have all that there is.
    pub(crate) fn erase(
        &mut self,
        erase: &Erase,
        mut census: Census,
        holds: &[Hold],
        reader: &Reader,
    ) -> Result<Erased, NotErased> {
        let content = erase.content;
        if let Some(absence) = self.absent.get(&content) {
            return Err(NotErased::Already { content, entry: absence.entry() });
        }
        census.go_on(reader)?;
        census.check(reader, holds)?;
        let record = erase.record(&census)?;
        let id = record.identity();
        if let Some((entry, _)) = self.sealed_as(&id)? {
            return Err(NotErased::Said { content, entry });
        }
        let subject = census.subject.map(|subject| reader.record(&subject)).transpose()?.flatten();
        let prepared = Prepared::by_store(&record, subject.as_deref());
        let chunks = self.has_chunks(&content);
        let purge = match self.purge {
            Some(purge) => Some(purge),
            None => Purge::read(self.db)?,
        };

        let (index, _) = self.append(prepared)?;
        let batch = &mut self.planned.batch;
        batch.delete(Table::Contents, content.as_bytes());
        if chunks {
            for number in 0..=chunk_count(limits::CONTENT_BYTES as u64) {
                batch.delete(Table::Chunks, &chunk_key(&content, number));
            }
        }
        let mark = Purge::of(content, chunks);
        self.purge = Some(purge.map_or(mark, |purge| purge.and(mark)));
        self.absent.insert(content, Absence::Erased { entry: index });
        self.planned.erased.push(content);
        Ok(Erased { content, id, index, affected: census.affected })
    }

    /// Removes the mark of erasures whose bytes are in no file any more. Returns whether it was: erasures since have a mark
    /// that says more.
    pub(crate) fn purged(&mut self, done: Purge) -> Result<bool, Error> {
        let same = Purge::read(self.db)? == Some(done);
        if same {
            self.planned.batch.delete(Table::Meta, PURGE);
        }
        Ok(same)
    }

    /// Returns whether content has chunks, whole or not. What cannot be read is one.
    fn has_chunks(&self, content: &Identity) -> bool {
        let first = self.db.rows(Table::Chunks, content.as_bytes()).next();
        first.is_some_and(|row| row.map_or(true, |(key, _)| key.starts_with(content.as_bytes())))
    }
}
