//! Supplements: what is known about a run after it was declared.

use crate::{
    cbor,
    code::Code,
    content::{Content, Files, NoFiles},
    fault::Fault,
    identity::Identity,
    occurrence::Occurrence,
    record::Record,
    schema::{RecordKind, Status, SupplementKind},
    value::Value,
};
use alloc::vec::Vec;
use core::ops::Deref;

/// A record that states something about a declaration, its subject.
///
/// ```
/// use decl_core::{Identity, NoFiles, Supplement, SupplementKind, json};
///
/// let subject = Identity::of(b"a declaration");
/// let body = |text: &'static str| json::parse(text.as_bytes()).unwrap();
/// let execution = r#"{"occurrence": "01977c5e-6b3f-7cc3-98c4-dc0c0c07398f", "started": 5, "ended": 4, "status": "ok"}"#;
/// let fault = Supplement::new(SupplementKind::Execution, subject, body(execution), "local", &mut NoFiles);
/// assert_eq!(fault.unwrap_err().to_string(), "E-RANGE at /body/ended: ended is below started");
///
/// let output = r#"{"occurrence": "01977c5e-6b3f-7cc3-98c4-dc0c0c07398f", "content": {"text": "It is late."}}"#;
/// let (output, contents) =
///     Supplement::new(SupplementKind::Output, subject, body(output), "local", &mut NoFiles)?;
/// assert_eq!((output.subject(), contents[0].bytes.as_slice()), (subject, b"It is late.".as_slice()));
/// assert_eq!(output.references()[0].digest, contents[0].digest);
/// assert_eq!(Supplement::from_cbor(output.as_bytes().to_vec())?, output);
/// # Ok::<(), decl_core::Fault>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supplement {
    record: Record,
    kind: SupplementKind,
    subject: Identity,
}

/// What an `execution` says about its occurrence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Execution {
    /// The occurrence.
    pub occurrence: Occurrence,
    /// When it began, in milliseconds since 1970.
    pub started: u64,
    /// When it ended, if that is known.
    pub ended: Option<u64>,
    /// How it ended.
    pub status: Status,
    /// The supplement that this one replaces.
    pub amends: Option<Identity>,
    /// Whether it began before its declaration was sealed.
    pub late: bool,
}

/// What the store writes down when it erases content.
#[derive(Clone, Copy, Debug)]
pub struct Erasure<'a> {
    /// The digest of the content.
    pub content: Identity,
    /// Why it had to go.
    pub basis: &'a str,
    /// Who decided it.
    pub authority: &'a str,
    /// How many records name the content.
    pub affected: u64,
    /// The request that asked for it.
    pub request: Option<&'a str>,
}

impl Erasure<'_> {
    pub(crate) fn body(&self) -> Value<'_> {
        let mut members = Vec::from([
            ("affected", Value::Uint(self.affected)),
            ("authority", Value::text(self.authority)),
            ("basis", Value::text(self.basis)),
            ("content", Value::text(self.content.hex())),
        ]);
        members.extend(self.request.map(|request| ("request", Value::text(request))));
        Value::map(members)
    }
}

impl Supplement {
    /// Checks canonical bytes. Returns the first fault if they are not a supplement.
    pub fn from_cbor(bytes: Vec<u8>) -> Result<Self, Fault> {
        Record::from_cbor(RecordKind::Supplement, bytes)?.try_into()
    }

    /// Builds the supplement that somebody submits, from a body in its source form: digests in hex, content also by
    /// value. Returns it with the content that it had by value.
    ///
    /// Refuses what only the store writes: an [`Erasure`], and an execution that says itself that it is late.
    pub fn new(
        kind: SupplementKind,
        subject: Identity,
        body: Value<'_>,
        by: &str,
        files: &mut dyn Files,
    ) -> Result<(Self, Vec<Content>), Fault> {
        if kind.by_store_only() {
            let fault =
                Fault::pointer(Code::Range, "/kind", "only the store writes supplements of this kind");
            return Err(fault.with_hint("`decl erase` writes it"));
        }
        let (supplement, contents) = Self::build(kind, subject, body, by, files)?;
        if supplement.body().get("late").is_some() {
            let fault =
                Fault::pointer(Code::Range, "/body/late", "only the store marks an execution as late");
            return Err(
                fault.with_hint("take it out: it is late if it began before its declaration was sealed")
            );
        }
        Ok((supplement, contents))
    }

    /// Returns the supplement of a declaration that names content which the store erases.
    pub fn erasure(subject: Identity, erasure: &Erasure<'_>, by: &str) -> Result<Self, Fault> {
        let built = Self::build(SupplementKind::Erasure, subject, erasure.body(), by, &mut NoFiles);
        built.map(|(supplement, _)| supplement)
    }

    fn build(
        kind: SupplementKind,
        subject: Identity,
        body: Value<'_>,
        by: &str,
        files: &mut dyn Files,
    ) -> Result<(Self, Vec<Content>), Fault> {
        let value = Value::map([
            ("v", Value::text("ai-run-supplement/1")),
            ("by", Value::text(by)),
            ("body", body),
            ("kind", Value::text(kind.as_str())),
            ("subject", Value::text(subject.hex())),
        ]);
        let (record, contents) = Record::from_value(RecordKind::Supplement, value, files)?;
        Ok((record.try_into()?, contents))
    }

    /// Returns the same execution, marked as late. Fails if the mark does not fit into the body.
    pub fn marked_late(self) -> Result<Self, Fault> {
        let mut value = self.value();
        if let Value::Map(members) = &mut value
            && let Some((_, Value::Map(body))) = members.iter_mut().find(|(key, _)| key == "body")
            && body.iter().all(|(key, _)| key != "late")
        {
            body.push(("late".into(), Value::Bool(true)));
        }
        Self::from_cbor(cbor::encode(&value)?)
    }

    /// Returns the identity of the declaration that it is about.
    pub fn subject(&self) -> Identity {
        self.subject
    }

    /// Returns what it states.
    pub fn kind(&self) -> SupplementKind {
        self.kind
    }

    /// Returns the body as a tree.
    pub fn body(&self) -> Value<'_> {
        self.value().remove("body").unwrap_or(Value::Null)
    }

    /// Returns the occurrence that it is about, if it is about one.
    pub fn occurrence(&self) -> Option<Occurrence> {
        self.body().get("occurrence")?.as_str()?.parse().ok()
    }

    /// Returns what it says if it is an `execution`.
    pub fn execution(&self) -> Option<Execution> {
        let body = self.body();
        let time = |name| match body.get(name) {
            Some(Value::Uint(millis)) => Some(*millis),
            _ => None,
        };
        Some(Execution {
            occurrence: body.get("occurrence")?.as_str()?.parse().ok()?,
            started: time("started")?,
            ended: time("ended"),
            status: body.get("status")?.as_str()?.parse().ok()?,
            amends: body.get("amends").and_then(identity),
            late: body.get("late").is_some(),
        })
    }
}

impl TryFrom<Record> for Supplement {
    type Error = Fault;

    /// Refuses a record of another kind.
    fn try_from(record: Record) -> Result<Self, Fault> {
        let value = record.value();
        let kind = value.get("kind").and_then(Value::as_str).and_then(|kind| kind.parse().ok());
        match (kind, value.get("subject").and_then(identity)) {
            (Some(kind), Some(subject)) => Ok(Self { record, kind, subject }),
            _ => Err(Fault::pointer(Code::Version, "/v", "the record is no supplement")),
        }
    }
}

impl From<Supplement> for Record {
    fn from(supplement: Supplement) -> Self {
        supplement.record
    }
}

impl Deref for Supplement {
    type Target = Record;

    fn deref(&self) -> &Record {
        &self.record
    }
}

fn identity(value: &Value<'_>) -> Option<Identity> {
    match value {
        Value::Bytes(bytes) => bytes.as_ref().try_into().ok().map(Identity::from_bytes),
        _ => None,
    }
}
