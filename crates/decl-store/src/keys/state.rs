//! What the log says about content keys.
//!
//! ```text
//! keys   name -> fingerprint, u64 entry of `new`, u64 entry of `destroy`; ff eight times for none
//! ```
//!
//! The table is derived from the events of the log, in the batch that seals them.

use crate::{
    error::{Error, SealError},
    rocks::{Db, View},
    tables::{Batch, Table},
};
use decl_core::{Code, Event, EventKind, Fault, Record, RecordKind, Value};
use std::collections::HashMap;

/// What the log says about a content key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyState {
    /// The fingerprint of the key.
    pub fingerprint: [u8; 32],
    /// The entry of the event `new`.
    pub new: u64,
    /// The entry of the event `destroy`, if the key was destroyed.
    pub destroyed: Option<u64>,
}

const NONE: u64 = u64::MAX;

impl KeyState {
    /// Returns what the log says about the key of this name, or `None` if it has no such key.
    pub(crate) fn of(name: &str, view: &View<'_>) -> Result<Option<Self>, Error> {
        view.get(Table::Keys, name.as_bytes())?.map(|row| Self::stored(name, &row)).transpose()
    }

    /// Reads the row of a key.
    pub(crate) fn stored(name: &str, row: &[u8]) -> Result<Self, Error> {
        let damaged = || Error::corrupt(format!("the stored row of the content key {name} is damaged"));
        Self::from_row(row).ok_or_else(damaged)
    }

    fn to_row(self) -> Vec<u8> {
        let destroyed = self.destroyed.unwrap_or(NONE);
        [&self.fingerprint[..], &self.new.to_be_bytes(), &destroyed.to_be_bytes()].concat()
    }

    /// Decodes a row. Returns `None` if it is not one.
    pub(crate) fn from_row(row: &[u8]) -> Option<Self> {
        let (fingerprint, rest) = row.split_first_chunk()?;
        let (new, destroyed) = rest.split_first_chunk()?;
        let destroyed = u64::from_be_bytes(destroyed.try_into().ok()?);
        Some(Self {
            fingerprint: *fingerprint,
            new: u64::from_be_bytes(*new),
            destroyed: Some(destroyed).filter(|entry| *entry != NONE),
        })
    }
}

/// An event in the life of a content key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeyEvent {
    pub(crate) name: String,
    pub(crate) fingerprint: [u8; 32],
    pub(crate) action: Action,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    New,
    Destroy,
}

impl KeyEvent {
    /// Returns the event that a record is, or `None` if it is something else.
    pub(crate) fn of(record: &Record) -> Option<Self> {
        if record.kind() != RecordKind::Event {
            return None;
        }
        let event = Event::try_from(record.clone()).ok().filter(|event| event.kind() == EventKind::Key)?;
        let body = event.body();
        let text = |name| body.get(name).and_then(Value::as_str);
        let action = match (text("use")?, text("action")?) {
            ("content", "new") => Action::New,
            ("content", "destroy") => Action::Destroy,
            _ => return None,
        };
        let Some(Value::Bytes(fingerprint)) = body.get("fingerprint") else { return None };
        Some(Self {
            name: text("name")?.to_owned(),
            fingerprint: fingerprint.as_ref().try_into().ok()?,
            action,
        })
    }

    /// Returns what the log says about the key after this event, which is the entry `index`. Refuses an event that does
    /// not follow from what it said before.
    fn take(&self, before: Option<KeyState>, index: u64) -> Result<KeyState, Fault> {
        let Self { name, fingerprint, .. } = self;
        let refuse = |code, at, message| Err(Fault::pointer(code, at, message));
        match (self.action, before) {
            (Action::New, None) => Ok(KeyState { fingerprint: *fingerprint, new: index, destroyed: None }),
            (Action::New, Some(before)) => {
                let message = format!("the name {name} was given to a key by entry {}", before.new);
                let fault = refuse(Code::Range, "/body/name", message);
                fault.map_err(|fault| fault.with_hint("a name is used once; take another one"))
            }
            (Action::Destroy, None) => {
                refuse(Code::Unresolved, "/body/name", format!("the log has no content key {name}"))
            }
            (Action::Destroy, Some(KeyState { destroyed: Some(entry), .. })) => {
                let message = format!("the key {name} was destroyed by entry {entry}");
                refuse(Code::Range, "/body/name", message)
            }
            (Action::Destroy, Some(before)) if before.fingerprint != *fingerprint => {
                let message = format!("the key {name} has another fingerprint");
                refuse(Code::DigestMismatch, "/body/fingerprint", message)
            }
            (Action::Destroy, Some(before)) => Ok(KeyState { destroyed: Some(index), ..before }),
        }
    }
}

/// The keys that a batch changes, as they will be.
#[derive(Default)]
pub(crate) struct KeyStates(HashMap<String, KeyState>);

impl KeyStates {
    /// Returns what the log says about a key with everything that is planned.
    fn get(&self, name: &str, db: &Db) -> Result<Option<KeyState>, Error> {
        match self.0.get(name) {
            Some(planned) => Ok(Some(*planned)),
            None => db.get(Table::Keys, name.as_bytes())?.map(|row| KeyState::stored(name, &row)).transpose(),
        }
    }

    /// Returns what the log will say about a key after this event, which will be the entry `index`. Refuses an event that
    /// does not follow from what it says before.
    pub(crate) fn next(&self, event: &KeyEvent, index: u64, db: &Db) -> Result<KeyState, SealError> {
        Ok(event.take(self.get(&event.name, db)?, index)?)
    }

    /// Plans what the log will say about a key.
    pub(crate) fn set(&mut self, name: String, state: KeyState) {
        self.0.insert(name, state);
    }

    /// Refuses to store content under a key that the log does not have, or has no more.
    pub(crate) fn check_usable(&self, name: &str, fingerprint: &[u8; 32], db: &Db) -> Result<(), SealError> {
        let (message, hint) = match self.get(name, db)? {
            None => (format!("the log has no content key {name}"), format!("decl content-key new {name}")),
            Some(KeyState { destroyed: Some(entry), .. }) => (
                format!("the content key {name} was destroyed by entry {entry}"),
                "key the content under another name".to_owned(),
            ),
            Some(state) if state.fingerprint != *fingerprint => (
                format!("the content key {name} is another key than the one of entry {}", state.new),
                "take the key file of this log".to_owned(),
            ),
            Some(_) => return Ok(()),
        };
        Err(Fault::pointer(Code::Unresolved, "", message).with_hint(hint).into())
    }

    /// Takes an event of the log again, which is the entry `index`.
    pub(crate) fn replay(&mut self, event: &KeyEvent, index: u64) -> Result<(), Error> {
        let damaged = || Error::corrupt(format!("entry {index} does not follow from the events before it"));
        let state = event.take(self.0.get(&event.name).copied(), index);
        self.set(event.name.clone(), state.map_err(|fault| damaged().because(fault))?);
        Ok(())
    }

    /// Makes the table what these events say, in one batch: a key is never without its end in between.
    pub(crate) fn rewrite(self, db: &Db) -> Result<(), Error> {
        let mut batch = Batch::default();
        for row in db.rows(Table::Keys, &[]) {
            let (name, _) = row?;
            if !str::from_utf8(&name).is_ok_and(|name| self.0.contains_key(name)) {
                batch.delete(Table::Keys, &name);
            }
        }
        self.write(&mut batch);
        if batch.is_empty() { Ok(()) } else { db.write(batch) }
    }

    /// Adds the rows to a batch.
    pub(crate) fn write(self, batch: &mut Batch) {
        for (name, state) in self.0 {
            batch.put(Table::Keys, name.as_bytes(), state.to_row());
        }
    }
}
