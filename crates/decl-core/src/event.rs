//! Events: what happened to the log itself.

use crate::{
    code::Code,
    content::{Content, Files, NoFiles},
    fault::Fault,
    identity::Identity,
    record::Record,
    schema::{EventKind, RecordKind},
    supplement::Erasure,
    value::Value,
};
use alloc::vec::Vec;
use core::ops::Deref;

/// A record that states something about the log: a hold, a key, a policy, a time-stamp of a checkpoint.
///
/// ```
/// use decl_core::{Event, EventKind, NoFiles, json};
/// let body = json::parse(br#"{"name": "case-17", "scope": {"query": "--model m"}, "reason": "a claim"}"#)?;
/// let (event, _) = Event::new(EventKind::Hold, body, "local", &mut NoFiles)?;
/// assert_eq!((event.kind(), Event::from_cbor(event.as_bytes().to_vec())?), (EventKind::Hold, event));
/// # Ok::<(), decl_core::Fault>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    record: Record,
    kind: EventKind,
}

impl Event {
    /// Checks canonical bytes. Returns the first fault if they are not an event.
    pub fn from_cbor(bytes: Vec<u8>) -> Result<Self, Fault> {
        Record::from_cbor(RecordKind::Event, bytes)?.try_into()
    }

    /// Builds an event from a body in its source form: digests in hex, content also by value. Returns it with the
    /// content that it had by value. Refuses what only the store writes, [`erasure`](Self::erasure) and
    /// [`restore`](Self::restore).
    pub fn new(
        kind: EventKind,
        body: Value<'_>,
        by: &str,
        files: &mut dyn Files,
    ) -> Result<(Self, Vec<Content>), Fault> {
        if kind.by_store_only() {
            return Err(Fault::pointer(Code::Range, "/kind", "only the store writes events of this kind"));
        }
        Self::build(kind, body, by, files)
    }

    /// Returns the event of an erasure of content that no declaration names.
    pub fn erasure(erasure: &Erasure<'_>, by: &str) -> Result<Self, Fault> {
        Self::build(EventKind::Erasure, erasure.body(), by, &mut NoFiles).map(|(event, _)| event)
    }

    /// Returns the event of erased content that is sealed again.
    pub fn restore(content: Identity, reason: &str, by: &str) -> Result<Self, Fault> {
        let body = Value::map([("content", Value::text(content.hex())), ("reason", Value::text(reason))]);
        Self::build(EventKind::Restore, body, by, &mut NoFiles).map(|(event, _)| event)
    }

    fn build(
        kind: EventKind,
        body: Value<'_>,
        by: &str,
        files: &mut dyn Files,
    ) -> Result<(Self, Vec<Content>), Fault> {
        let value = Value::map([
            ("v", Value::text("ai-run-event/1")),
            ("by", Value::text(by)),
            ("body", body),
            ("kind", Value::text(kind.as_str())),
        ]);
        let (record, contents) = Record::from_value(RecordKind::Event, value, files)?;
        Ok((record.try_into()?, contents))
    }

    /// Returns what it states.
    pub fn kind(&self) -> EventKind {
        self.kind
    }

    /// Returns the body as a tree.
    pub fn body(&self) -> Value<'_> {
        self.value().remove("body").unwrap_or(Value::Null)
    }
}

impl TryFrom<Record> for Event {
    type Error = Fault;

    /// Refuses a record of another kind.
    fn try_from(record: Record) -> Result<Self, Fault> {
        let kind = match record.kind() {
            RecordKind::Event => {
                record.value().get("kind").and_then(Value::as_str).and_then(|kind| kind.parse().ok())
            }
            _ => None,
        };
        let no_event = || Fault::pointer(Code::Version, "/v", "the record is no event");
        let kind = kind.ok_or_else(no_event)?;
        Ok(Self { record, kind })
    }
}

impl From<Event> for Record {
    fn from(event: Event) -> Self {
        event.record
    }
}

impl Deref for Event {
    type Target = Record;

    fn deref(&self) -> &Record {
        &self.record
    }
}
