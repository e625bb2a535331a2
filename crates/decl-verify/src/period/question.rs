//! What is asked of a period, and the answer.

use super::refusal::{Reason, Refusal, entry_at};
use decl_core::Identity;
use decl_log::Period;
use std::{collections::HashMap, ops::Range};

/// What is asked of a period: all of its entries, unless a time is given. Times are in milliseconds since 1970.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The entries that were sealed at this time or later.
    pub since: Option<u64>,
    /// The entries that were sealed before this time.
    pub until: Option<u64>,
    /// Identities that none of these entries has.
    pub absent: Vec<Identity>,
}

/// The answer so far.
pub(super) struct Answer<'a> {
    asked: &'a Asked,
    before: u64,
    /// The clock at the last entry before the period, and at the newest entry.
    neighbour: Option<u64>,
    clock: Option<u64>,
    /// The entries that were asked for, and the clock at the first and the last of them.
    pub(super) entries: Range<u64>,
    pub(super) times: Option<(u64, u64)>,
}

impl<'a> Answer<'a> {
    pub(super) fn new(asked: &'a Asked, period: Period) -> Self {
        let before = period.before;
        Self { asked, before, neighbour: None, clock: None, entries: before..before, times: None }
    }

    /// Takes the clock of the next entry, which must not go back.
    pub(super) fn take(&mut self, index: u64, at: u64) -> Result<(), Reason> {
        if let Some(last) = self.clock.filter(|last| at < *last) {
            return Err(Reason::Clock { at, last });
        }
        self.clock = Some(at);
        if index < self.before {
            self.neighbour = Some(at);
        } else if self.asked.since.is_some_and(|since| at < since) {
            self.entries = index + 1..index + 1;
        } else if self.asked.until.is_none_or(|until| at < until) {
            self.entries.end = index + 1;
            self.times = Some((self.times.map_or(at, |(first, _)| first), at));
        }
        Ok(())
    }

    /// Checks that these are all of the entries that were asked for, and that none has an identity that is absent.
    pub(super) fn check(&self, entry_of: &HashMap<Identity, u64>) -> Result<(), Refusal> {
        let Asked { since, until, absent } = self.asked;
        if self.neighbour.zip(*since).is_some_and(|(last, since)| last >= since) {
            return Err(Refusal::at(entry_at(self.before - 1), Reason::OpenStart));
        }
        if until.is_some_and(|until| self.clock.is_none_or(|last| last < until)) {
            return Err(Refusal::at(Period::CHECKPOINT, Reason::OpenEnd));
        }
        for id in absent {
            if let Some(index) = entry_of.get(id).filter(|index| self.entries.contains(index)) {
                return Err(Refusal::at(entry_at(*index), Reason::Present(*id)));
            }
        }
        Ok(())
    }
}
