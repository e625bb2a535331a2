//! Source forms: a declaration with its content by value, as people and adapters write it.

use crate::{
    cbor,
    content::{Content, Files, dedup_contents},
    declaration::Declaration,
    fault::{Fault, verdict},
    json,
    record::read_cbor,
    schema::{Form, RecordKind, Walk},
    value::Value,
};
use alloc::vec::Vec;

/// A declaration with the content that its source form gave by value.
#[derive(Clone, Debug)]
pub struct Source {
    /// The declaration, which holds content by reference only.
    pub declaration: Declaration,
    /// The content, each piece once.
    pub contents: Vec<Content>,
}

impl Source {
    /// Reads a declaration in any form: canonical CBOR, the JSON projection, or JSON with content by value.
    pub fn parse(input: &[u8], files: &mut dyn Files) -> Result<Self, Fault> {
        if cbor::starts_map(input) {
            return Declaration::from_cbor(input.to_vec())
                .map(|declaration| Self { declaration, contents: Vec::new() });
        }
        Self::from_value(json::parse(input)?, files)
    }

    /// Resolves and checks a declaration that was read from JSON or built by an adapter.
    pub fn from_value(value: Value<'_>, files: &mut dyn Files) -> Result<Self, Fault> {
        Self::with_contents(value, Vec::new(), files)
    }

    /// Resolves and checks a declaration that also refers to these contents.
    pub fn with_contents(
        mut value: Value<'_>,
        mut contents: Vec<Content>,
        files: &mut dyn Files,
    ) -> Result<Self, Fault> {
        let found = Walk::record(RecordKind::Declaration, &mut value, Form::Json, files).map_err(verdict)?;
        contents.extend(found.contents);
        dedup_contents(&mut contents);
        Ok(Self { declaration: Declaration::from_checked(found.bytes, found.references), contents })
    }
}

/// Returns every fault of a declaration in any form, the verdict first; the list is empty if it is a declaration.
pub fn check(input: &[u8], files: &mut dyn Files) -> Vec<Fault> {
    let read = if cbor::starts_map(input) {
        read_cbor(input).map(|value| (value, Form::Cbor))
    } else {
        json::parse(input).map(|value| (value, Form::Json))
    };
    match read {
        Ok((mut value, form)) => {
            Walk::record(RecordKind::Declaration, &mut value, form, files).err().unwrap_or_default()
        }
        Err(fault) => alloc::vec![fault],
    }
}

/// Returns every fault of a source form that was read from JSON or built by an adapter.
pub fn check_source(mut source: Value<'_>, files: &mut dyn Files) -> Vec<Fault> {
    Walk::record(RecordKind::Declaration, &mut source, Form::Json, files).err().unwrap_or_default()
}
