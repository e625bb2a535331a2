//! A declaration: the record of what defines one run.

use crate::{content::Reference, fault::Fault, record::Record, schema::RecordKind};
use alloc::vec::Vec;
use core::ops::Deref;

/// A record that is a valid declaration. It is kept as it was checked, so nothing re-encodes a declaration to compare
/// it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration(Record);

impl Declaration {
    /// Checks canonical bytes. Returns the first fault if they are not a declaration.
    pub fn from_cbor(bytes: Vec<u8>) -> Result<Self, Fault> {
        Record::from_cbor(RecordKind::Declaration, bytes).map(Self)
    }

    /// Returns the declaration with these canonical bytes and references, which the caller has already checked.
    ///
    /// It is for encoders that write only what the walk would accept, such as the fast path of `decl-adapt`, whose
    /// tests compare its output with the walk's. All other bytes come in through [`from_cbor`](Self::from_cbor).
    #[must_use]
    pub fn from_checked(bytes: Vec<u8>, references: Vec<Reference>) -> Self {
        debug_assert_eq!(
            Self::from_cbor(bytes.clone()).map(|declaration| declaration.references().to_vec()),
            Ok(references.clone())
        );
        Self(Record::from_checked(RecordKind::Declaration, bytes, references))
    }

    /// Returns the canonical bytes.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0.into_bytes()
    }
}

impl Deref for Declaration {
    type Target = Record;

    fn deref(&self) -> &Record {
        &self.0
    }
}

impl From<Declaration> for Record {
    fn from(declaration: Declaration) -> Self {
        declaration.0
    }
}
