//! A declaration: canonical bytes that passed every check.

use crate::{
    cbor,
    code::Code,
    content::{NoFiles, Reference},
    fault::{Fault, first, inside, too_large},
    identity::{Identity, sha256},
    json, limits,
    schema::{Form, Walk},
    value::Value,
};
use alloc::{borrow::ToOwned, format, string::String, vec::Vec};

/// Canonical bytes of a valid declaration. There is no way in but the check, and the bytes are kept: nothing
/// re-encodes a declaration to compare it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    bytes: Vec<u8>,
    identity: Identity,
    references: Vec<Reference>,
}

impl Declaration {
    /// Takes canonical bytes for a declaration, or says why they are none.
    pub fn from_cbor(bytes: Vec<u8>) -> Result<Self, Fault> {
        let mut value = read_cbor(&bytes)?;
        let found = Walk::declaration(&mut value, Form::Cbor, &mut NoFiles).map_err(first)?;
        Ok(Self { identity: Identity::of(&bytes), bytes, references: found.references })
    }

    /// Returns the declaration with these canonical bytes and references, which the caller has already checked.
    ///
    /// This is for encoders that write only what the walk would accept, such as the fast path of `decl-adapt`, whose
    /// tests hold its output against the walk. All other bytes come in through [`from_cbor`](Self::from_cbor).
    #[must_use]
    pub fn from_checked(bytes: Vec<u8>, references: Vec<Reference>) -> Self {
        debug_assert_eq!(
            Self::from_cbor(bytes.clone()).map(|declaration| declaration.references),
            Ok(references.clone())
        );
        Self { identity: Identity::of(&bytes), bytes, references }
    }

    /// The canonical bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The canonical bytes, without the rest.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// BLAKE3 of the canonical bytes.
    pub fn identity(&self) -> Identity {
        self.identity
    }

    /// SHA-256 of the canonical bytes, computed here: an identity is made without it.
    pub fn sha256(&self) -> [u8; 32] {
        sha256(&self.bytes)
    }

    /// Every reference to content, in canonical order.
    pub fn references(&self) -> &[Reference] {
        &self.references
    }

    /// The JSON pointers of the references, in the same order: calls `f` until it answers `false`.
    pub fn places(&self, f: &mut dyn FnMut(&str) -> bool) {
        places(&self.value(), &mut String::new(), f);
    }

    /// The JSON pointer of the reference of this number.
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

    /// The declaration as a tree.
    pub fn value(&self) -> Value<'_> {
        cbor::decode(&self.bytes).unwrap_or(Value::Null) // the bytes were checked on the way in
    }

    /// The JSON projection, for people: digests as hex, one member a line.
    pub fn to_json(&self) -> String {
        json::pretty(&self.value())
    }
}

/// In a valid declaration a map has bytes at `b3` or `kb3` exactly if it is a reference.
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

/// Decodes the canonical bytes of a declaration, with a hint for what goes wrong on the way to it.
pub(crate) fn read_cbor(bytes: &[u8]) -> Result<Value<'_>, Fault> {
    if bytes.len() > limits::DECLARATION_BYTES {
        return Err(too_large());
    }
    cbor::decode(bytes).map_err(|fault| match fault.code {
        Code::Syntax => fault.with_hint("the bytes were cut or changed; take those that decl wrote"),
        _ => fault.with_hint(Code::NonCanonical.hint()),
    })
}
