//! Finds records by the index.

use super::{
    Reader,
    lookup::missing,
    streams::{Order, Stream, damaged},
};
use crate::{
    error::{Error, ErrorKind},
    index::{self, Field, Rebuilding, Term, rows::List},
    rows::record_from,
    tables::Table,
};
use decl_core::{Record, RecordKind};
use decl_log::Entry;

/// What is looked for: records that have every term and were sealed in time. Without a term, every record is.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// The kind of the records. If it is not given, the terms tell it: those that only supplements have find
    /// supplements, content is looked for in records of every kind, and what is about a run finds declarations.
    pub kind: Option<RecordKind>,
    /// What the records have.
    pub terms: Vec<Term>,
    /// Sealed at this time or later, in milliseconds since 1970.
    pub since: Option<u64>,
    /// Sealed before this time.
    pub until: Option<u64>,
}

/// Where to read, and in which order. An entry never moves, so the next page begins where the last one ended, however
/// the log has grown.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// The order.
    pub order: Order,
    /// The lowest index.
    pub from: u64,
    /// The index that is above all.
    pub before: u64,
}

impl Default for Page {
    /// The whole log, from its oldest entry on.
    fn default() -> Self {
        Self { order: Order::Oldest, from: 0, before: u64::MAX }
    }
}

impl Filter {
    /// Returns the kinds of the records that are looked for. A filter that no record can match is an error.
    pub fn kinds(&self) -> Result<Vec<RecordKind>, Error> {
        let fields = || self.terms.iter().map(Term::field);
        if let Some(kind) = self.kind {
            return match fields().find(|field| !field.is_of(kind)) {
                None => Ok(vec![kind]),
                Some(field) => Err(Error::new(
                    ErrorKind::Argument,
                    format!("no {} has the field {field}: nothing can match", kind.as_str()),
                )),
            };
        }
        let every = RecordKind::ALL.iter().copied().filter(|kind| fields().all(|field| field.is_of(*kind)));
        Ok(if fields().any(Field::is_of_supplements) {
            vec![RecordKind::Supplement]
        } else if fields().all(|field| field == Field::By) || fields().any(|field| field == Field::Content) {
            every.collect()
        } else {
            vec![RecordKind::Declaration]
        })
    }
}

/// A sealed record with what its entry says.
#[derive(Clone, Debug)]
pub struct Match {
    /// The index of the entry.
    pub index: u64,
    /// The log's clock when it was sealed, in milliseconds since 1970.
    pub sealed_at: u64,
    /// The submitter.
    pub by: String,
    /// SHA-256 of the record's bytes.
    pub sha256: [u8; 32],
    /// The record.
    pub record: Record,
}

impl Reader {
    /// Finds the entries of the records that a filter describes, as of now.
    pub fn query(&self, filter: &Filter, page: &Page) -> Result<Matches<'_>, Error> {
        let kinds = filter.kinds()?;
        let size = self.head()?.tree().size;
        let Page { order, from, before } = *page;
        if order == Order::Newest && before > size {
            self.complete()?; // or what is newest is not known
        }
        let from = filter.since.map_or(Ok(0), |since| self.first_since(since))?.max(from).max(1);
        let before = filter.until.map_or(Ok(size), |until| self.first_since(until))?.min(before).min(size);
        let stream = if filter.terms.is_empty() && kinds.len() == RecordKind::ALL.len() {
            Stream::All
        } else {
            Rebuilding::refuse(self.db())?;
            let of = |kind: &RecordKind| self.stream(*kind, &filter.terms, order);
            Stream::any(kinds.iter().map(of).collect::<Result<_, _>>()?, order)
        };
        let next = match order {
            Order::Oldest => Some(from),
            Order::Newest => before.checked_sub(1),
        };
        let terms = filter.terms.clone();
        Ok(Matches { reader: self, kinds, terms, stream, order, from, before, next })
    }

    /// Returns the stream of the records of a kind that have every term.
    fn stream(&self, kind: RecordKind, terms: &[Term], order: Order) -> Result<Stream<'_>, Error> {
        let list = |term: &Term| Stream::of(List::new(kind, term), self.db(), order);
        if terms.is_empty() {
            let (field, words) = index::own_kinds(kind);
            let kinds = words.iter().map(|word| list(&Term::text(field, word)));
            return Ok(Stream::any(kinds.collect::<Result<_, _>>()?, order));
        }
        Ok(Stream::Every(terms.iter().map(list).collect::<Result<_, _>>()?))
    }

    /// Returns the index of the first entry that was made at a time or later, or the size of the log if there is none.
    pub fn first_since(&self, at: u64) -> Result<u64, Error> {
        let (mut low, mut high) = (0, self.head()?.tree().size);
        while low < high {
            let middle = low + (high - low) / 2;
            let (Entry::Genesis { at: made, .. } | Entry::Record { at: made, .. }) = self.parsed(middle)?;
            // Times never decrease along a log.
            if made < at { low = middle + 1 } else { high = middle }
        }
        Ok(low)
    }

    /// Returns the record of an entry with what the entry says, or `None` if it is not of a record.
    pub fn sealed_at(&self, index: u64) -> Result<Option<Match>, Error> {
        self.match_of(index, self.parsed(index)?)
    }

    pub(crate) fn match_of(&self, index: u64, entry: Entry) -> Result<Option<Match>, Error> {
        let Entry::Record { kind, id, sha256, at, by } = entry else { return Ok(None) };
        let packed = self.db.get(Table::Records, id.as_bytes())?;
        let packed =
            packed.ok_or_else(|| Error::corrupt(format!("the stored {} {id} is missing", kind.as_str())))?;
        let record = Record::from_cbor(kind, record_from(&id, &packed)?);
        let record = record
            .map_err(|fault| Error::corrupt(format!("the stored record {id} is damaged")).because(fault))?;
        Ok(Some(Match { index, sealed_at: at, by, sha256, record }))
    }

    fn parsed(&self, index: u64) -> Result<Entry, Error> {
        parse(index, &self.entry(index)?.ok_or_else(|| missing(index))?)
    }
}

/// Parses the stored entry of an index.
pub(crate) fn parse(index: u64, entry: &[u8]) -> Result<Entry, Error> {
    let damaged = || Error::corrupt(format!("the stored entry {index} is damaged"));
    Entry::parse(entry).map_err(|refusal| damaged().because(refusal))
}

/// The indexes of the entries that match, in order. A list that was read to its end is complete, or its last item says
/// that it is not.
pub struct Matches<'r> {
    reader: &'r Reader,
    kinds: Vec<RecordKind>,
    terms: Vec<Term>,
    stream: Stream<'r>,
    order: Order,
    from: u64,
    before: u64,
    /// Where to look next; `None` after the end.
    next: Option<u64>,
}

impl<'r> Matches<'r> {
    /// Returns how many entries match, without reading their records.
    pub fn total(mut self) -> Result<u64, Error> {
        if matches!(self.stream, Stream::All) {
            self.reader.complete()?;
            return Ok(self.before.saturating_sub(self.from));
        }
        self.try_fold(0, |count, entry| entry.map(|_| count + 1))
    }

    /// Returns the records. One that is not what the index says is an error.
    pub fn records(self) -> impl Iterator<Item = Result<Match, Error>> + use<'r> {
        let (reader, kinds, terms) = (self.reader, self.kinds.clone(), self.terms.clone());
        self.map(move |entry| {
            let index = entry?;
            let found = reader.sealed_at(index)?;
            let has = match &found {
                Some(found) => index::stored_terms(&found.record, &found.by, &reader.db().view())?,
                None => Vec::new(),
            };
            let found = found.filter(|found| {
                kinds.contains(&found.record.kind())
                    && terms.iter().all(|term| has.binary_search(term).is_ok())
            });
            found.ok_or_else(|| damaged(format!("the index leads to entry {index}, which does not match")))
        })
    }

    fn seek(&mut self) -> Result<Option<u64>, Error> {
        let found = match self.next {
            Some(next) if (self.from..self.before).contains(&next) => self.stream.seek(next)?,
            _ => None,
        };
        let found = found.filter(|entry| (self.from..self.before).contains(entry));
        self.next = found.and_then(|entry| match self.order {
            Order::Oldest => entry.checked_add(1),
            Order::Newest => entry.checked_sub(1),
        });
        Ok(found)
    }
}

impl Iterator for Matches<'_> {
    type Item = Result<u64, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let at_end = self.next.is_none();
        match self.seek() {
            Ok(Some(entry)) => Some(Ok(entry)),
            Ok(None) if at_end => None,
            Ok(None) => self.reader.complete().err().map(Err),
            Err(error) => {
                self.next = None;
                Some(Err(error))
            }
        }
    }
}
