//! Looks up what is in a store, and what is not.
//!
//! An absence is a claim too: before it is made, every table that could know better is read, and the head record.

use super::Reader;
use crate::{
    absent::Absence,
    content,
    error::Error,
    rows::{index_from, is_of, record_from},
    tables::Table,
};
use decl_core::Identity;
use std::collections::BTreeSet;

/// The shortest prefix of an identity that is looked up, in digits.
const PREFIX_DIGITS: usize = 8;

/// How many candidates are returned for an ambiguous prefix.
const CANDIDATES: usize = 10;

/// The records that a prefix of an identity matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Exactly one record.
    One(Identity),
    /// No record.
    None,
    /// Several; the first ten.
    Ambiguous(Vec<Identity>),
    /// Fewer than eight digits.
    TooShort,
}

impl Reader {
    /// Finds the record whose identity begins with eight or more hex digits, with or without `b3:`.
    pub fn find(&self, prefix: &str) -> Result<Found, Error> {
        let digits = prefix.strip_prefix("b3:").unwrap_or(prefix);
        if digits.len() < PREFIX_DIGITS {
            return Ok(Found::TooShort);
        }
        let first = decl_core::unhex::<32>(&format!("{digits:0<64}"));
        let mut found = BTreeSet::new();
        if let Some(first) = first {
            let view = self.db.view();
            for table in [Table::IndexOf, Table::Records] {
                let ids = view.rows(table, &first).map(|row| row.map(|(id, _)| id_from(&id)));
                let ids = ids.filter_map(Result::transpose);
                let ids = ids.take_while(|id| !id.as_ref().is_ok_and(|id| !id.hex().starts_with(digits)));
                // Both tables have the same order, so their first rows are the same ones.
                let ids = ids.take(CANDIDATES).collect::<Result<BTreeSet<_>, _>>()?;
                if table == Table::IndexOf {
                    found = ids;
                } else if let Some(lost) = found.symmetric_difference(&ids).next() {
                    return Err(lost_row(lost));
                }
            }
        }
        let found = Vec::from_iter(found);
        Ok(match *found {
            [] => {
                self.complete()?;
                Found::None
            }
            [id] => Found::One(id),
            _ => Found::Ambiguous(found),
        })
    }

    /// Returns the canonical bytes of a record of any kind, or `None` if it is not sealed.
    pub fn record(&self, id: &Identity) -> Result<Option<Vec<u8>>, Error> {
        match self.db.get(Table::Records, id.as_bytes())? {
            Some(packed) => record_from(id, &packed).map(Some),
            None => self.absent(id).map(|()| None),
        }
    }

    /// Returns the bytes of a piece of content, or `None` if it is not stored.
    /// [`keyed_content`](Self::keyed_content) does that for keyed content.
    pub fn content(&self, digest: &Identity) -> Result<Option<Vec<u8>>, Error> {
        match content::read(digest, &self.db.view())? {
            Some(bytes) => Ok(Some(bytes)),
            None => self.complete().map(|()| None),
        }
    }

    /// Returns content that a sealed record refers to, or why it is absent. That there is neither is damage.
    pub fn referenced(&self, digest: &Identity) -> Result<Result<Vec<u8>, Absence>, Error> {
        let view = self.db.view();
        if let Some(bytes) = content::read(digest, &view)? {
            return Ok(Ok(bytes));
        }
        self.complete()?;
        let lost = || Error::corrupt(format!("the stored content {digest} is missing, and no row says why"));
        Absence::of(digest, &view)?.map(Err).ok_or_else(lost)
    }

    /// Returns why content is not in the store, or `None` if the store has no reason.
    pub fn absence(&self, digest: &Identity) -> Result<Option<Absence>, Error> {
        Absence::of(digest, &self.db.view())
    }

    /// Returns the index of a record's entry, or `None` if it is not sealed.
    pub fn index_of(&self, id: &Identity) -> Result<Option<u64>, Error> {
        Ok(self.sealed(id)?.map(|(index, _)| index))
    }

    /// Returns the leaf entry at an index, or `None` if there is none.
    pub fn entry(&self, index: u64) -> Result<Option<Vec<u8>>, Error> {
        let get = || self.db.get(Table::Entries, &index.to_be_bytes());
        if let Some(entry) = get()? {
            return Ok(Some(entry));
        }
        if index >= self.head()?.tree().size {
            return self.complete().map(|()| None);
        }
        get()?.map(Some).ok_or_else(|| missing(index)) // it may have come after the first look
    }

    /// Returns the entries from an index on, as of now.
    pub fn entries(&self, from: u64) -> impl Iterator<Item = Result<(u64, Vec<u8>), Error>> + '_ {
        let (size, failed) = match self.head() {
            Ok(head) => (head.tree().size, None),
            Err(error) => (from, Some(error)),
        };
        let mut rows = self.db.rows(Table::Entries, &from.to_be_bytes());
        let mut read = move |index: u64| {
            let (key, entry) = rows.next().ok_or_else(|| missing(index))??;
            if index_from(&key)? == index { Ok((index, entry.into())) } else { Err(missing(index)) }
        };
        let mut broken = false;
        let entries = (from..size).map_while(move |index| {
            let row = (!broken).then(|| read(index))?;
            broken = row.is_err();
            Some(row)
        });
        // A list is complete, or reports that it is not.
        entries.chain(failed.or_else(|| self.incomplete.clone()).map(Err))
    }

    /// Returns the index and the entry of a record. An index that does not lead to an entry of that record is damage.
    pub(super) fn sealed(&self, id: &Identity) -> Result<Option<(u64, Vec<u8>)>, Error> {
        let Some(index) = self.db.get(Table::IndexOf, id.as_bytes())? else {
            return self.absent(id).map(|()| None);
        };
        let index =
            index.try_into().map_err(|_| Error::corrupt(format!("the stored index of {id} is damaged")))?;
        let index = u64::from_be_bytes(index);
        let entry = self.entry(index)?.ok_or_else(|| missing(index))?;
        if is_of(&entry, id.as_bytes()) {
            Ok(Some((index, entry)))
        } else {
            Err(Error::corrupt(format!("the stored entry {index} is not that of {id}")))
        }
    }

    /// Checks that no table has a row of a record that is about to be reported as absent.
    fn absent(&self, id: &Identity) -> Result<(), Error> {
        let view = self.db.view();
        for table in [Table::IndexOf, Table::Records] {
            if view.get(table, id.as_bytes())?.is_some() {
                return Err(lost_row(id));
            }
        }
        self.complete()
    }

    /// Checks that the store has everything that its log ever had, as far as that can be known.
    pub(crate) fn complete(&self) -> Result<(), Error> {
        self.incomplete.clone().map_or(Ok(()), Err)
    }
}

fn id_from(key: &[u8]) -> Option<Identity> {
    <[u8; 32]>::try_from(key).map(Identity::from_bytes).ok()
}

fn lost_row(id: &Identity) -> Error {
    Error::corrupt(format!("of the record {id} a row is missing, in the index or the records"))
}

pub(super) fn missing(index: u64) -> Error {
    Error::corrupt(format!("the stored entry {index} is missing"))
}
