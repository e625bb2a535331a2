//! Which occurrences of runs have begun, and which have ended.
//!
//! ```text
//! occurrences   UUID -> subject, u64 entry of its start, u64 entry of its newest execution; ff eight times for none
//! open          u64 entry of the start -> UUID of an occurrence that began and did not end, as far as the log knows
//! ```
//!
//! Both tables are derived from the supplements of the log, in the batch that seals them.

use crate::{
    error::{Error, SealError},
    rocks::Db,
    tables::{Batch, Table},
};
use decl_core::{Code, Fault, Identity, Occurrence, Supplement, SupplementKind};
use std::collections::HashMap;

/// What the log says about an occurrence: it is open once it has a start, and closed once it has an execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The declaration that is run.
    pub subject: Identity,
    /// The index of its `start`, if it has one.
    pub start: Option<u64>,
    /// The index of its newest `execution`, if it has one.
    pub execution: Option<u64>,
}

const NONE: u64 = u64::MAX;

impl Progress {
    /// Returns whether it began and did not end.
    pub fn is_open(&self) -> bool {
        self.execution.is_none()
    }

    /// Returns the entry of its start while it is open.
    fn open(&self) -> Option<u64> {
        self.start.filter(|_| self.is_open())
    }

    fn to_row(self) -> Vec<u8> {
        let [start, execution] =
            [self.start, self.execution].map(|index| index.unwrap_or(NONE).to_be_bytes());
        [&self.subject.as_bytes()[..], &start, &execution].concat()
    }

    /// Decodes a row of `occurrences`. Returns `None` if it is not one.
    pub(crate) fn from_row(row: &[u8]) -> Option<Self> {
        let (subject, rest) = row.split_first_chunk()?;
        let (start, execution) = rest.split_first_chunk()?;
        let index = |bytes| Some(u64::from_be_bytes(bytes)).filter(|index| *index != NONE);
        let (start, execution) = (index(*start), index(execution.try_into().ok()?));
        start.or(execution)?;
        Some(Self { subject: Identity::from_bytes(*subject), start, execution })
    }

    /// Returns what the stored row of an occurrence says.
    pub(crate) fn stored(occurrence: &Occurrence, row: &[u8]) -> Result<Self, Error> {
        let damaged = || Error::corrupt(format!("the stored row of the occurrence {occurrence} is damaged"));
        Self::from_row(row).ok_or_else(damaged)
    }
}

/// What a supplement does to the occurrence that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Begin,
    End {
        /// The execution that this one replaces.
        amends: Option<Identity>,
    },
    /// It says something about an occurrence that is known.
    Mention,
}

impl Step {
    /// Returns the occurrence that a supplement names, and what it does to it.
    pub(crate) fn of(supplement: &Supplement) -> Option<(Occurrence, Self)> {
        let step = match supplement.kind() {
            SupplementKind::Start => Self::Begin,
            SupplementKind::Execution => Self::End { amends: supplement.execution()?.amends },
            _ => Self::Mention,
        };
        Some((supplement.occurrence()?, step))
    }

    /// Returns an occurrence after this step of the supplement `index` about `subject`; refuses a step that it cannot
    /// take. `index_of` finds the entry of a record.
    pub(crate) fn take(
        self,
        occurrence: &Occurrence,
        before: Option<Progress>,
        subject: Identity,
        index: u64,
        index_of: impl Fn(&Identity) -> Result<Option<u64>, Error>,
    ) -> Result<Progress, SealError> {
        let refuse = |code, at, message: String, hint: &'static str| {
            Err(SealError::Refused(Fault::pointer(code, at, message).with_hint(hint)))
        };
        let at = "/body/occurrence";
        if let Some(before) = before.filter(|before| before.subject != subject) {
            let message = format!("the occurrence {occurrence} is one of {}", before.subject);
            return refuse(Code::Range, at, message, "an occurrence belongs to one declaration");
        }
        match (self, before) {
            (Self::Begin, None) => Ok(Progress { subject, start: Some(index), execution: None }),
            (Self::Begin, Some(before)) => {
                let message = match before.start {
                    Some(start) => format!("the occurrence {occurrence} began already, with entry {start}"),
                    None => {
                        format!("the occurrence {occurrence} ended already, and nothing said that it began")
                    }
                };
                refuse(
                    Code::Range,
                    at,
                    message,
                    "another time that the declaration is run is another occurrence",
                )
            }
            (Self::End { amends: None }, None) => {
                Ok(Progress { subject, start: None, execution: Some(index) })
            }
            (Self::End { amends: None }, Some(before)) => match before.execution {
                None => Ok(Progress { execution: Some(index), ..before }),
                Some(execution) => {
                    let message =
                        format!("the occurrence {occurrence} is closed already, by entry {execution}");
                    refuse(
                        Code::Range,
                        at,
                        message,
                        "to replace what it says, name that execution in `amends`",
                    )
                }
            },
            (Self::End { amends: Some(amended) }, before) => {
                let newest = before.and_then(|before| before.execution);
                let (Some(before), Some(newest)) = (before, newest) else {
                    let message = format!("the occurrence {occurrence} has no execution to amend");
                    return refuse(
                        Code::Unresolved,
                        "/body/amends",
                        message,
                        "take `amends` out to close it",
                    );
                };
                if index_of(&amended)? != Some(newest) {
                    let message = format!(
                        "the newest execution of the occurrence {occurrence} is entry {newest}, not that one"
                    );
                    return refuse(Code::Range, "/body/amends", message, "name the identity of that entry");
                }
                Ok(Progress { execution: Some(index), ..before })
            }
            (Self::Mention, Some(before)) => Ok(before),
            (Self::Mention, None) => {
                let message =
                    format!("no start and no execution of the occurrence {occurrence} is sealed here");
                refuse(Code::Unresolved, at, message, "seal its `start` or its `execution` first")
            }
        }
    }
}

/// The occurrences that a batch is about, as they are stored and as they will be.
#[derive(Default)]
pub(crate) struct Occurrences(HashMap<Occurrence, (Option<Progress>, Option<Progress>)>);

impl Occurrences {
    /// Returns an occurrence with everything that is planned.
    pub(crate) fn get(&mut self, occurrence: &Occurrence, db: &Db) -> Result<Option<Progress>, Error> {
        if let Some((_, planned)) = self.0.get(occurrence) {
            return Ok(*planned);
        }
        let row = db.get(Table::Occurrences, occurrence.as_bytes())?;
        let stored = row.map(|row| Progress::stored(occurrence, &row)).transpose()?;
        self.0.insert(*occurrence, (stored, stored));
        Ok(stored)
    }

    /// Plans what will be stored of an occurrence that was [looked up](Self::get).
    pub(crate) fn set(&mut self, occurrence: Occurrence, progress: Progress) {
        self.0.entry(occurrence).or_default().1 = Some(progress);
    }

    /// Adds the rows that change to a batch.
    pub(crate) fn write(self, batch: &mut Batch) {
        for (occurrence, (stored, planned)) in self.0 {
            let Some(planned) = planned.filter(|planned| Some(*planned) != stored) else { continue };
            batch.put(Table::Occurrences, occurrence.as_bytes(), planned.to_row());
            match (stored.and_then(|stored| stored.open()), planned.open()) {
                (None, Some(start)) => {
                    batch.put(Table::Open, &start.to_be_bytes(), occurrence.as_bytes().to_vec());
                }
                (Some(start), None) => batch.delete(Table::Open, &start.to_be_bytes()),
                _ => {}
            }
        }
    }
}
