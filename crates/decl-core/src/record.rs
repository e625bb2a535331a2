//! A record: canonical bytes that passed every check of their kind.

use crate::{
    cbor,
    code::Code,
    content::{Content, Files, NoFiles, Reference, dedup_contents},
    fault::{Fault, inside, too_large, verdict},
    identity::{Identity, sha256},
    json, limits,
    schema::{Form, RecordKind, Walk},
    value::Value,
};
use alloc::{borrow::ToOwned, format, string::String, vec::Vec};

/// What a log seals: canonical bytes of one kind, kept as they were checked, with their identity and the content that
/// they refer to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    kind: RecordKind,
    bytes: Vec<u8>,
    identity: Identity,
    references: Vec<Reference>,
}

impl Record {
    /// Checks canonical bytes. Returns the first fault if they are not a record of this kind.
    pub fn from_cbor(kind: RecordKind, bytes: Vec<u8>) -> Result<Self, Fault> {
        let mut value = read_cbor(&bytes)?;
        let found = Walk::record(kind, &mut value, Form::Cbor, &mut NoFiles).map_err(verdict)?;
        Ok(Self::from_checked(kind, bytes, found.references))
    }

    /// Reads a record of this kind in any form: canonical CBOR, the JSON projection, or JSON with content by value.
    /// Returns the content that was given by value, each piece once.
    pub fn parse(
        kind: RecordKind,
        input: &[u8],
        files: &mut dyn Files,
    ) -> Result<(Self, Vec<Content>), Fault> {
        if cbor::starts_map(input) {
            return Ok((Self::from_cbor(kind, input.to_vec())?, Vec::new()));
        }
        Self::from_value(kind, json::parse(input)?, files)
    }

    pub(crate) fn from_value(
        kind: RecordKind,
        mut value: Value<'_>,
        files: &mut dyn Files,
    ) -> Result<(Self, Vec<Content>), Fault> {
        let mut found = Walk::record(kind, &mut value, Form::Json, files).map_err(verdict)?;
        dedup_contents(&mut found.contents);
        Ok((Self::from_checked(kind, found.bytes, found.references), found.contents))
    }

    pub(crate) fn from_checked(kind: RecordKind, bytes: Vec<u8>, references: Vec<Reference>) -> Self {
        Self { kind, identity: Identity::of(&bytes), bytes, references }
    }

    /// Returns the kind.
    pub fn kind(&self) -> RecordKind {
        self.kind
    }

    /// Returns the canonical bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the canonical bytes and drops the rest.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Returns the BLAKE3 of the canonical bytes.
    pub fn identity(&self) -> Identity {
        self.identity
    }

    /// Computes the SHA-256 of the canonical bytes; an identity does not need it.
    pub fn sha256(&self) -> [u8; 32] {
        sha256(&self.bytes)
    }

    /// Returns every reference to content, in canonical order.
    pub fn references(&self) -> &[Reference] {
        &self.references
    }

    /// Calls `f` with the JSON pointer of each reference, in the same order, until it returns `false`.
    pub fn places(&self, f: &mut dyn FnMut(&str) -> bool) {
        places(&self.value(), &mut String::new(), f);
    }

    /// Returns the JSON pointer of reference `number`; it is empty if there is no such reference.
    pub fn place(&self, number: usize) -> String {
        let (mut next, mut found) = (0, String::new());
        self.places(&mut |at| {
            if next == number {
                at.clone_into(&mut found);
            }
            next += 1;
            next <= number
        });
        found
    }

    /// Returns the record as a tree.
    pub fn value(&self) -> Value<'_> {
        cbor::decode(&self.bytes).unwrap_or(Value::Null) // the bytes were checked on the way in
    }

    /// Returns the JSON projection for people: digests as hex, one member a line.
    pub fn to_json(&self) -> String {
        json::pretty(&self.value())
    }
}

/// Calls `f` with the pointer of each reference below `value`. In a valid record, a map has bytes at `b3` or
/// `kb3` if and only if it is a reference.
fn places(value: &Value<'_>, at: &mut String, f: &mut dyn FnMut(&str) -> bool) -> bool {
    match value {
        Value::Map(_) if matches!(value.get("b3").or(value.get("kb3")), Some(Value::Bytes(_))) => f(at),
        Value::Map(members) => members.iter().all(|(key, value)| inside(at, key, |at| places(value, at, f))),
        Value::Array(items) => {
            items.iter().enumerate().all(|(i, item)| inside(at, &format!("{i}"), |at| places(item, at, f)))
        }
        _ => true,
    }
}

/// Decodes the canonical bytes of a record. A fault carries a hint for this case.
pub(crate) fn read_cbor(bytes: &[u8]) -> Result<Value<'_>, Fault> {
    if bytes.len() > limits::DECLARATION_BYTES {
        return Err(too_large());
    }
    cbor::decode(bytes).map_err(|fault| match fault.code {
        Code::Syntax => fault.with_hint("the bytes were cut or changed; take those that decl wrote"),
        _ => fault.with_hint(Code::NonCanonical.hint()),
    })
}
