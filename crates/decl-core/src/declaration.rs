//! A declaration: canonical bytes that passed every check.

use crate::{
    cbor,
    code::Code,
    content::{NoFiles, Reference},
    fault::{Fault, inside, too_large, verdict},
    identity::{Identity, sha256},
    json, limits,
    schema::{Form, Walk},
    value::Value,
};
use alloc::{borrow::ToOwned, format, string::String, vec::Vec};

/// The canonical bytes of a valid declaration. They are kept as they were checked, so nothing re-encodes a declaration
/// to compare it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    bytes: Vec<u8>,
    identity: Identity,
    references: Vec<Reference>,
}

impl Declaration {
    /// Checks canonical bytes. Returns the first fault if they are not a declaration.
    pub fn from_cbor(bytes: Vec<u8>) -> Result<Self, Fault> {
        let mut value = read_cbor(&bytes)?;
        let found = Walk::declaration(&mut value, Form::Cbor, &mut NoFiles).map_err(verdict)?;
        Ok(Self { identity: Identity::of(&bytes), bytes, references: found.references })
    }

    /// Returns the declaration with these canonical bytes and references, which the caller has already checked.
    ///
    /// It is for encoders that write only what the walk would accept, such as the fast path of `decl-adapt`, whose
    /// tests compare its output with the walk's. All other bytes come in through [`from_cbor`](Self::from_cbor).
    #[must_use]
    pub fn from_checked(bytes: Vec<u8>, references: Vec<Reference>) -> Self {
        debug_assert_eq!(
            Self::from_cbor(bytes.clone()).map(|declaration| declaration.references),
            Ok(references.clone())
        );
        Self { identity: Identity::of(&bytes), bytes, references }
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

    /// Returns the declaration as a tree.
    pub fn value(&self) -> Value<'_> {
        cbor::decode(&self.bytes).unwrap_or(Value::Null) // the bytes were checked on the way in
    }

    /// Returns the JSON projection for people: digests as hex, one member a line.
    pub fn to_json(&self) -> String {
        json::pretty(&self.value())
    }
}

/// Calls `f` with the pointer of each reference below `value`. In a valid declaration, a map has bytes at `b3` or
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

/// Decodes the canonical bytes of a declaration. A fault carries a hint for this case.
pub(crate) fn read_cbor(bytes: &[u8]) -> Result<Value<'_>, Fault> {
    if bytes.len() > limits::DECLARATION_BYTES {
        return Err(too_large());
    }
    cbor::decode(bytes).map_err(|fault| match fault.code {
        Code::Syntax => fault.with_hint("the bytes were cut or changed; take those that decl wrote"),
        _ => fault.with_hint(Code::NonCanonical.hint()),
    })
}
