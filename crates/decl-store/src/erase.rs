//! Erases content: its bytes go, and a record says so.

use crate::{
    absent::Absence,
    error::{Error, SealError},
    holds::{Hold, refers},
    index::{Field, Term},
    purge::Purge,
    read::{Filter, Match, Page, Reader},
    tables::Table,
};
use decl_core::{
    Erasure, Event, EventKind, Fault, Identity, Record, RecordKind, Supplement, SupplementKind, cbor::Item,
};

/// The submitter of what the store writes itself.
pub(crate) const BY: &str = "local";

/// A piece of content to erase, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erase {
    /// The digest of the content.
    pub content: Identity,
    /// Why it has to go.
    pub basis: String,
    /// Who decided it.
    pub authority: String,
    /// The request that asked for it.
    pub request: Option<String>,
}

/// A piece of content that was erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Erased {
    /// The digest of the content.
    pub content: Identity,
    /// The identity of the record that says so.
    pub id: Identity,
    /// The index of its entry.
    pub index: u64,
    /// How many records name the content.
    pub affected: u64,
}

/// Why content was not erased. Nothing was changed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum NotErased {
    /// The store has nothing of this digest.
    #[error("this store has no content {0}, and no record names it")]
    Unknown(Identity),
    /// It is erased already.
    #[error("the content {content} was erased by entry {entry}")]
    Already {
        /// The digest of the content.
        content: Identity,
        /// The entry of the erasure.
        entry: u64,
    },
    /// It must not be erased.
    #[error("the content {content} is held by {}", names(.holds))]
    Held {
        /// The digest of the content.
        content: Identity,
        /// The holds that cover it, at least one.
        holds: Vec<Hold>,
    },
    /// The same words stand in an erasure before, after which the content was restored.
    #[error("the content {content} was erased in the same words by entry {entry}, and restored")]
    Said {
        /// The digest of the content.
        content: Identity,
        /// The entry of the erasure.
        entry: u64,
    },
    /// The words cannot stand in a record.
    #[error(transparent)]
    Refused(#[from] Fault),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] Error),
}

impl From<SealError> for NotErased {
    fn from(error: SealError) -> Self {
        match error {
            SealError::Refused(fault) => fault.into(),
            SealError::Store(error) => error.into(),
        }
    }
}

fn names(holds: &[Hold]) -> String {
    let names: Vec<_> = holds.iter().map(|hold| format!("{} (entry {})", hold.name, hold.index)).collect();
    names.join(", ")
}

impl Erase {
    /// Returns the record of the erasure.
    pub(crate) fn record(&self, census: &Census) -> Result<Record, Fault> {
        let Self { content, basis, authority, request } = self;
        let (affected, request) = (census.affected, request.as_deref());
        let erasure = Erasure { content: *content, basis, authority, affected, request };
        match &census.subject {
            Some(subject) => Supplement::erasure(*subject, &erasure, BY).map(Into::into),
            None => Event::erasure(&erasure, BY).map(Into::into),
        }
    }
}

/// What is known of the records that name a piece of content.
#[derive(Clone, Debug)]
pub(crate) struct Census {
    pub(crate) content: Identity,
    /// The entries that were counted are below this one.
    upto: u64,
    pub(crate) affected: u64,
    /// The declaration that the first of them is, or is about.
    pub(crate) subject: Option<Identity>,
}

impl Census {
    /// Counts the records that are sealed now.
    pub(crate) fn take(content: Identity, reader: &Reader) -> Result<Self, Error> {
        let mut census = Self { content, upto: 0, affected: 0, subject: None };
        census.go_on(reader)?;
        Ok(census)
    }

    /// Counts the records that were sealed since, too.
    pub(crate) fn go_on(&mut self, reader: &Reader) -> Result<(), Error> {
        let size = reader.tree()?.size;
        let page = Page { from: self.upto, before: size, ..Page::default() };
        for found in reader.naming(&self.content, &page)? {
            let found = found?;
            self.affected += 1;
            if self.subject.is_none() {
                self.subject = declaration_of(&found.record);
            }
        }
        self.upto = size;
        Ok(())
    }

    /// Returns why the content must not or cannot be erased.
    pub(crate) fn check(&self, reader: &Reader, holds: &[Hold]) -> Result<(), NotErased> {
        let content = self.content;
        if let Some(Absence::Erased { entry }) = reader.absence(&content)? {
            return Err(NotErased::Already { content, entry });
        }
        if self.affected == 0 && !reader.knows(&content)? {
            return Err(NotErased::Unknown(content));
        }
        let mut covering = Vec::new();
        for hold in holds {
            if reader.covers(hold, &content)? {
                covering.push(hold.clone());
            }
        }
        if covering.is_empty() { Ok(()) } else { Err(NotErased::Held { content, holds: covering }) }
    }
}

/// What a record that the store made states about content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Statement {
    /// It was erased.
    Erased(Identity),
    /// It is there again.
    Restored(Identity),
}

impl Statement {
    /// Returns what a record states, or `None` if it states neither.
    pub(crate) fn of(record: &Record) -> Option<Self> {
        let item = Item::new(record.as_bytes());
        let kind = match record.kind() {
            RecordKind::Declaration => return None,
            RecordKind::Supplement | RecordKind::Event => item.get("kind")?.text()?,
        };
        let restored = kind == EventKind::Restore.as_str();
        let erased = kind == EventKind::Erasure.as_str() || kind == SupplementKind::Erasure.as_str();
        if !restored && !erased {
            return None;
        }
        let content = Identity::from_bytes(item.get("body")?.get("content")?.bytes()?.try_into().ok()?);
        Some(if restored { Self::Restored(content) } else { Self::Erased(content) })
    }
}

/// Returns the declaration that a record is, or is about.
pub(crate) fn declaration_of(record: &Record) -> Option<Identity> {
    match record.kind() {
        RecordKind::Declaration => Some(record.identity()),
        RecordKind::Supplement => Supplement::try_from(record.clone()).ok().map(|about| about.subject()),
        RecordKind::Event => None,
    }
}

impl Reader {
    /// Returns the records that refer to a piece of content.
    pub fn naming(
        &self,
        content: &Identity,
        page: &Page,
    ) -> Result<impl Iterator<Item = Result<Match, Error>> + use<'_>, Error> {
        let filter = Filter { terms: vec![Term::digest(Field::Content, content)], ..Filter::default() };
        let content = *content;
        let found = self.query(&filter, page)?.records();
        Ok(found.filter(move |found| found.as_ref().map_or(true, |found| refers(&found.record, &content))))
    }

    /// Returns whether the store has content, knows that it is absent, or has a record that names it.
    pub(crate) fn knows(&self, content: &Identity) -> Result<bool, Error> {
        for table in [Table::Contents, Table::Absent] {
            if self.db().has(table, content.as_bytes())? {
                return Ok(true);
            }
        }
        self.naming(content, &Page::default())?.next().transpose().map(|found| found.is_some())
    }

    /// Checks whether content could be erased now. Returns how many records name it.
    pub fn check_erase(&self, content: &Identity) -> Result<u64, NotErased> {
        let census = Census::take(*content, self)?;
        census.check(self, &self.holds()?)?;
        Ok(census.affected)
    }

    /// Returns whether erased bytes may still be in the files of the store.
    pub fn purge_is_due(&self) -> Result<bool, Error> {
        Ok(Purge::read(self.db())?.is_some())
    }
}
