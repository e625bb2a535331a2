//! The verification of a record.

use crate::{
    check::Check,
    refusal::{Reason, Refusal},
};
use decl_core::{At, Identity, Record, Value, sha256};
use decl_log::{
    Checkpoint, Entry, ProofFile, RecordKind, SignedNote, Tree, VerifierKey, check_inclusion, leaf_hash,
};

/// A record that is in a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The kind of the record.
    pub kind: RecordKind,
    /// The identity of the record.
    pub identity: Identity,
    /// Its index in the log.
    pub index: u64,
    /// The checkpoint's tree. Its size is signed; an audit path alone does not determine it.
    pub tree: Tree,
    /// The name of the log.
    pub origin: String,
    /// The log's clock when it sealed the record, in milliseconds since 1970. Only the log says so.
    pub at: u64,
    /// The submitter, as the log states it.
    pub by: String,
    /// The steps that were done, all of which held.
    pub checked: Vec<Check>,
}

/// Checks that these bytes are a valid record of the kind that the proof states, and are in the log of this key.
///
/// The steps are those of [`Check::ALL`], in that order; the first that fails is the answer. Only the key is trusted.
/// See the [`crate`] for what success does not prove.
pub fn verify(record: &[u8], proof: impl AsRef<[u8]>, key: &VerifierKey) -> Result<Verified, Refusal> {
    let mut steps = Steps(Vec::with_capacity(Check::ALL.len()));

    let (proof, note, checkpoint) = steps.check(Check::ProofSyntax, || {
        let proof = str::from_utf8(proof.as_ref())
            .map_err(|_| decl_log::Refusal::Malformed("a proof file is UTF-8"))?;
        let proof = ProofFile::parse(proof)?;
        let note = SignedNote::parse(&proof.checkpoint)?;
        let checkpoint = Checkpoint::parse(note.text())?;
        Ok((proof, note, checkpoint))
    })?;
    let leaf = steps.check(Check::Entry, || Leaf::of(&proof))?;
    let identity = Identity::of(record);
    steps.check(Check::Identity, || {
        let named = leaf.id;
        if named == identity { Ok(()) } else { Err(Reason::OtherRecord { proof: named, record: identity }) }
    })?;
    steps.check(Check::Sha256, || {
        if leaf.sha256 == sha256(record) { Ok(()) } else { Err(Reason::OtherSha256) }
    })?;
    // One call answers both steps: bytes that are not canonical have a fault at a byte, all others at a member.
    let (encoding, schema) = match Record::from_cbor(leaf.kind, record.to_vec()) {
        Err(fault) if matches!(fault.at, At::Byte(_)) => (Err(fault), None),
        checked => (Ok(()), Some(checked)),
    };
    steps.check(Check::Canonical, || Ok(encoding?))?;
    steps.check(Check::Schema, || schema.map_or(Ok(()), |record| leaf.submitted(&record?)))?;
    steps.check(Check::Inclusion, || {
        if proof.index == 0 {
            return Err(decl_log::Refusal::Malformed("entry 0 of a log is its genesis, not a record").into());
        }
        Ok(check_inclusion(&proof.path, &checkpoint.tree, proof.index, leaf_hash(leaf.bytes))?)
    })?;
    steps.check(Check::Signature, || match note.verify(std::slice::from_ref(key)) {
        Err(decl_log::Refusal::UnknownKey) if checkpoint.origin != key.name() => {
            Err(Reason::OtherLog { proof: checkpoint.origin.clone(), key: key.name().to_owned() })
        }
        verified => Ok(verified?),
    })?;
    steps.check(Check::Origin, || {
        if checkpoint.origin == key.name() { Ok(()) } else { Err(decl_log::Refusal::WrongOrigin.into()) }
    })?;

    let Checkpoint { origin, tree } = checkpoint;
    let Leaf { kind, at, by, .. } = leaf;
    Ok(Verified { kind, identity, index: proof.index, tree, origin, at, by, checked: steps.0 })
}

/// The steps that held so far.
struct Steps(Vec<Check>);

impl Steps {
    /// Does one step. A step is recorded only if it was done and held.
    fn check<T>(&mut self, check: Check, step: impl FnOnce() -> Result<T, Reason>) -> Result<T, Refusal> {
        match step() {
            Ok(found) => {
                self.0.push(check);
                Ok(found)
            }
            Err(reason) => Err(Refusal { check, reason, checked: std::mem::take(&mut self.0) }),
        }
    }
}

/// The leaf entry of a record, and the bytes that were hashed.
struct Leaf<'p> {
    bytes: &'p [u8],
    kind: RecordKind,
    id: Identity,
    sha256: [u8; 32],
    at: u64,
    by: String,
}

impl<'p> Leaf<'p> {
    fn of(proof: &'p ProofFile) -> Result<Self, Reason> {
        let bytes = proof.extra.as_deref().ok_or(Reason::NoEntry)?;
        match Entry::parse(bytes)? {
            Entry::Record { kind, id, sha256, at, by } => Ok(Self { bytes, kind, id, sha256, at, by }),
            Entry::Genesis { .. } => Err(Reason::Genesis),
        }
    }

    /// Checks that the record, if it names a submitter, names the one of the entry.
    fn submitted(&self, record: &Record) -> Result<(), Reason> {
        let value = record.value();
        match value.get("by").and_then(Value::as_str) {
            Some(by) if by != self.by => {
                Err(Reason::OtherSubmitter { record: by.to_owned(), entry: self.by.clone() })
            }
            _ => Ok(()),
        }
    }
}
