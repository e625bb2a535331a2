//! Plans what is written of content.

use super::{
    Commit, Outcome,
    parts::Part,
    prepare::{Prepared, PreparedContent},
};
use crate::{
    absent::Absence,
    content::{self, Stored},
    erase::BY,
    error::{Error, SealError},
    rows::chunk_key,
    tables::Table,
};
use decl_core::{Code, Event, Fault, Identity};

/// What becomes of content that a work brings.
pub(super) enum Brought {
    /// It is stored already.
    Stored,
    /// It is to be written.
    New(NewContent),
    /// It was erased by this entry, and stays so.
    Erased { entry: u64 },
}

/// Content to be written.
pub(super) struct NewContent {
    content: PreparedContent,
    /// Whether a row states that it is absent.
    was_absent: bool,
    /// The event that brings it back, if it was erased.
    restore: Option<Box<Prepared>>,
}

impl Commit<'_> {
    /// Adds content that comes by itself.
    pub(super) fn keep_alone(
        &mut self,
        content: PreparedContent,
        restore: Option<&str>,
    ) -> Result<Outcome, SealError> {
        Ok(match self.keep(content, restore)? {
            Brought::Stored => Outcome::Kept { new: false },
            Brought::Erased { entry } => Outcome::Erased { entry },
            Brought::New(content) => {
                self.write_contents([content])?;
                Outcome::Kept { new: true }
            }
        })
    }

    /// Returns what becomes of content. What was erased comes back only with a reason.
    pub(super) fn keep(&self, content: PreparedContent, restore: Option<&str>) -> Result<Brought, SealError> {
        let digest = content.digest;
        if self.is_kept(&digest, content.mends)? {
            return Ok(Brought::Stored);
        }
        let absence = self.absence(&digest)?;
        let restore = match (absence, restore) {
            (Some(Absence::Erased { entry }), None) => return Ok(Brought::Erased { entry }),
            (Some(Absence::Erased { .. }), Some(reason)) => Some(Box::new(self.restore(digest, reason)?)),
            _ => None,
        };
        Ok(Brought::New(NewContent { content, was_absent: absence.is_some(), restore }))
    }

    /// Returns the event that erased content is there again.
    fn restore(&self, digest: Identity, reason: &str) -> Result<Prepared, SealError> {
        let event = Prepared::by_store(&Event::restore(digest, reason, BY)?.into(), None);
        if let Some((index, _)) = self.sealed_as(&event.id)? {
            let message =
                format!("{digest} was restored for the same reason by entry {index}, and erased again");
            return Err(Fault::pointer(Code::Range, "/body/reason", message)
                .with_hint("give another reason")
                .into());
        }
        Ok(event)
    }

    /// Returns why content is absent, by the database.
    pub(super) fn absence(&self, digest: &Identity) -> Result<Option<Absence>, Error> {
        Absence::read(digest, self.db.get(Table::Absent, digest.as_bytes())?)
    }

    /// Returns true if content is stored, or will be with this commit. A row that has to be rewritten does not count,
    /// unless that was done meanwhile.
    fn is_kept(&self, digest: &Identity, mends: bool) -> Result<bool, Error> {
        Ok(self.planned.contents.contains_key(digest)
            || self.known.get(digest).is_some_and(|stored| stored.sound)
            || !mends && self.stored(digest)?.is_some())
    }

    /// Writes content. It is then no longer absent, whichever entries were sealed without it.
    pub(super) fn write_contents(
        &mut self,
        contents: impl IntoIterator<Item = NewContent>,
    ) -> Result<(), Error> {
        for NewContent { content, was_absent, restore } in contents {
            if let Some(event) = restore {
                self.append(*event)?;
            }
            let PreparedContent { digest, bytes, key, .. } = content;
            content::write(&digest, &bytes, key.as_deref(), &mut self.planned.batch);
            let len = key.is_none().then_some(bytes.len() as u64);
            self.is_there(digest, len, was_absent);
        }
        Ok(())
    }

    /// Writes a part of content, unless no more of it is wanted.
    pub(super) fn keep_part(&mut self, part: Part) -> Result<Outcome, Error> {
        let Part { digest, len, first, chunks, mends, is_last } = part;
        if self.is_kept(&digest, mends)? {
            return Ok(Outcome::Kept { new: false });
        }
        let absence = self.absence(&digest)?;
        if let Some(Absence::Erased { entry }) = absence {
            return Ok(Outcome::Erased { entry });
        }
        let has_row = self.db.has(Table::Contents, digest.as_bytes())?;
        for (number, chunk) in (first..).zip(chunks) {
            self.planned.batch.put(Table::Chunks, &chunk_key(&digest, number), chunk);
        }
        if is_last {
            self.planned.batch.put(Table::Contents, digest.as_bytes(), len.to_be_bytes().to_vec());
            self.is_there(digest, Some(len), absence.is_some());
        } else if !has_row {
            self.unfinished.insert(digest);
        }
        Ok(Outcome::Kept { new: true })
    }

    /// Records that content of this length, or a box, will be stored.
    fn is_there(&mut self, digest: Identity, len: Option<u64>, was_absent: bool) {
        self.planned.contents.insert(digest, Stored { len, sound: true });
        self.unfinished.remove(&digest);
        self.absent.remove(&digest);
        if was_absent {
            self.planned.batch.delete(Table::Absent, digest.as_bytes());
        }
    }

    /// Returns what is known of content that is stored or will be with this commit.
    pub(super) fn stored(&self, digest: &Identity) -> Result<Option<Stored>, Error> {
        match self.planned.contents.get(digest) {
            Some(stored) => Ok(Some(*stored)),
            None => content::stored(digest, self.db, self.known),
        }
    }
}
