//! Streams of entries: lists of the index, and what they have in common.

use crate::{
    error::{Error, ErrorKind},
    index::rows::{self, List},
    rocks::{Cursor, Db, Here},
    tables::Table,
};

/// The direction of reading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// From the oldest entry on.
    #[default]
    Oldest,
    /// From the newest entry back.
    Newest,
}

impl Order {
    /// Returns whether an entry comes before another.
    fn is_before(self, entry: u64, other: u64) -> bool {
        match self {
            Self::Oldest => entry < other,
            Self::Newest => entry > other,
        }
    }
}

/// Entries in one order. A stream only moves on: each target is that of the call before, or comes after it.
pub(super) enum Stream<'r> {
    /// Every entry.
    All,
    /// Those of a list.
    Of(ListStream<'r>),
    /// Those that are in every one of these, of which there is at least one.
    Every(Vec<Stream<'r>>),
    /// Those that are in at least one of these.
    Any(Vec<Ahead<'r>>, Order),
}

impl<'r> Stream<'r> {
    pub(super) fn of(list: List, db: &'r Db, order: Order) -> Result<Self, Error> {
        let cursor = db.cursor(Table::Index, list.prefix()).map_err(hinted)?;
        Ok(Self::Of(ListStream { list, cursor, order, row: Vec::new(), state: State::New }))
    }

    pub(super) fn any(streams: Vec<Self>, order: Order) -> Self {
        let ahead = |stream| Ahead { stream, next: None, ended: false };
        Self::Any(streams.into_iter().map(ahead).collect(), order)
    }

    /// Moves to the first entry that does not come before `target`. Returns `None` at the end.
    pub(super) fn seek(&mut self, target: u64) -> Result<Option<u64>, Error> {
        match self {
            Self::All => Ok(Some(target)),
            Self::Of(postings) => postings.seek(target),
            Self::Every(streams) => every(streams, target),
            Self::Any(streams, order) => any(streams, *order, target),
        }
    }
}

/// Leaps from stream to stream until all stand at one entry.
fn every(streams: &mut [Stream<'_>], mut target: u64) -> Result<Option<u64>, Error> {
    let mut agreed = 0;
    for at in (0..streams.len()).cycle() {
        let Some(entry) = streams[at].seek(target)? else { return Ok(None) };
        agreed = if entry == target { agreed + 1 } else { 1 };
        target = entry;
        if agreed == streams.len() {
            break;
        }
    }
    Ok(Some(target))
}

/// A stream, and where it stands.
pub(super) struct Ahead<'r> {
    stream: Stream<'r>,
    next: Option<u64>,
    ended: bool,
}

fn any(streams: &mut [Ahead<'_>], order: Order, target: u64) -> Result<Option<u64>, Error> {
    let mut first: Option<u64> = None;
    for Ahead { stream, next, ended } in streams {
        if !*ended && next.is_none_or(|next| order.is_before(next, target)) {
            *next = stream.seek(target)?;
            *ended = next.is_none();
        }
        if let Some(next) = *next
            && first.is_none_or(|first| order.is_before(next, first))
        {
            first = Some(next);
        }
    }
    Ok(first)
}

/// A list, read row by row.
pub(super) struct ListStream<'r> {
    list: List,
    cursor: Cursor<'r>,
    order: Order,
    /// The entries of the row at hand, ascending.
    row: Vec<u64>,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    /// There is a row at hand.
    InRow,
    End,
}

/// Rows that are passed over one by one before the cursor leaps: a neighbour costs less than a search.
const STEPS: usize = 4;

impl ListStream<'_> {
    fn seek(&mut self, target: u64) -> Result<Option<u64>, Error> {
        let mut steps = STEPS;
        while self.state != State::End {
            if let Some(entry) = self.in_row(target) {
                return Ok(Some(entry));
            }
            if self.state == State::New || steps == 0 {
                self.leap(target)?;
            } else {
                self.step()?;
                steps -= 1;
            }
        }
        Ok(None)
    }

    /// Returns the first entry of the row at hand that does not come before `target`.
    fn in_row(&self, target: u64) -> Option<u64> {
        match self.order {
            Order::Oldest => self.row.get(self.row.partition_point(|entry| *entry < target)),
            Order::Newest => self.row[..self.row.partition_point(|entry| *entry <= target)].last(),
        }
        .copied()
    }

    /// Moves to the neighbour of the row at hand.
    fn step(&mut self) -> Result<(), Error> {
        let row = match self.order {
            Order::Oldest => self.cursor.next(),
            Order::Newest => self.cursor.previous(),
        };
        let row = read(&self.list, row)?;
        self.take(row);
        Ok(())
    }

    /// Moves to the row that has the first entry that does not come before `target`.
    fn leap(&mut self, target: u64) -> Result<(), Error> {
        let key = self.list.key(target);
        let mut row = read(&self.list, self.cursor.seek_back(&key))?;
        if self.order == Order::Oldest {
            // The row before the target may reach beyond it; or else it is the next one.
            row = match row {
                Some(row) if row.last().is_some_and(|last| *last >= target) => Some(row),
                Some(_) => read(&self.list, self.cursor.next())?,
                None => read(&self.list, self.cursor.seek(&key))?,
            };
        }
        self.take(row);
        Ok(())
    }

    fn take(&mut self, row: Option<Vec<u64>>) {
        self.state = if row.is_some() { State::InRow } else { State::End };
        self.row = row.unwrap_or_default();
    }
}

/// Reads a row of a list.
fn read(list: &List, row: Here<'_>) -> Result<Option<Vec<u64>>, Error> {
    let Some((key, value)) = row.map_err(hinted)? else { return Ok(None) };
    match rows::read(key, value) {
        Some((of, entries)) if of == *list => Ok(Some(entries)),
        _ => Err(damaged(format!("a row of the index cannot be read, in the list {list}"))),
    }
}

/// Returns an error of the index.
pub(super) fn damaged(message: String) -> Error {
    hinted(Error::corrupt(message))
}

/// Adds to an error of the index what to do about it: it can be rebuilt.
fn hinted(error: Error) -> Error {
    match error.kind() {
        ErrorKind::Corrupt => error.with_hint("`decl reindex` builds the index anew from the records"),
        _ => error,
    }
}
