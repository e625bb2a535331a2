//! What can be checked and packed of a submission before the sequencer sees it, on the caller's own thread.

use super::receipt::Submission;
use crate::{Error, cache::Cache, rocks::Db, rows, tables::Table};
use decl_core::{Code, Declaration, Document, Fault, Identity, Reference, limits};
use decl_log::MAX_BY;
use std::collections::HashMap;

/// Lengths of content that the store is known to have: 90% of a declaration's content is that of the one before.
pub(crate) type Known = Cache<Identity, u64>;

/// A submission with only the questions left that depend on what is sealed before it.
pub(crate) struct Prepared {
    pub(crate) id: Identity,
    pub(crate) sha256: [u8; 32],
    pub(crate) by: String,
    pub(crate) declaration: Vec<u8>,
    pub(crate) contents: Vec<PreparedContent>,
    pub(crate) detached: bool,
    /// References whose content was not there yet; something ahead in the queue may bring it.
    pub(crate) unresolved: Option<Box<Unresolved>>,
    /// The first fault behind all of `unresolved`, if there is one.
    pub(crate) fault: Option<Fault>,
}

/// Some references of a declaration, which is kept to say where they stand.
pub(crate) struct Unresolved {
    pub(crate) declaration: Declaration,
    /// In canonical order.
    pub(crate) numbers: Vec<usize>,
}

/// Content that the store did not have when we looked.
pub(crate) struct PreparedContent {
    pub(crate) digest: Identity,
    pub(crate) len: u64,
    pub(crate) packed: Vec<u8>,
}

impl Prepared {
    /// Bytes that wait in memory for the sequencer.
    pub(crate) fn bytes(&self) -> usize {
        let contents = self.contents.iter().map(|content| content.packed.len()).sum::<usize>();
        let unresolved = self.unresolved.as_ref().map_or(0, |kept| kept.declaration.as_bytes().len());
        self.declaration.len() + contents + unresolved
    }
}

/// Checks a submission against the store as it is now.
pub(crate) fn prepare(submission: Submission, db: &Db, known: &Known) -> Result<Prepared, Error> {
    let Submission { declaration, contents, detached, by } = submission;
    let mut prepared = Prepared {
        id: declaration.identity(),
        sha256: declaration.sha256(),
        by,
        declaration: Vec::new(),
        contents: Vec::new(),
        detached,
        unresolved: None,
        fault: None,
    };
    if !(1..=MAX_BY).contains(&prepared.by.len()) {
        prepared.fault = Some(Fault::pointer(Code::Range, "", "the submitter's handle has 1 to 256 bytes"));
        return Ok(prepared);
    }
    let given: HashMap<_, _> = contents.iter().map(|content| (content.digest, content)).collect();
    let mut unresolved = Vec::new();
    for (number, reference) in checkable(&declaration) {
        let len = match given.get(&reference.digest) {
            Some(content) if Identity::of(&content.bytes) != reference.digest => {
                let message = "the content that came with it has another digest";
                prepared.fault = Some(fault(Code::DigestMismatch, &declaration, number, message));
                break;
            }
            Some(content) if content.bytes.len() > limits::CONTENT_BYTES => {
                let message = "the content is larger than 256 MiB";
                prepared.fault = Some(fault(Code::Size, &declaration, number, message));
                break;
            }
            Some(content) => {
                let len = content.bytes.len() as u64;
                let met = prepared.contents.iter().any(|content| content.digest == reference.digest);
                if !met && stored_len(&reference.digest, db, known)?.is_none() {
                    let packed = rows::pack_content(&reference.media, &content.bytes);
                    prepared.contents.push(PreparedContent { digest: reference.digest, len, packed });
                }
                len
            }
            None => {
                let Some(len) = stored_len(&reference.digest, db, known)? else {
                    unresolved.push(number);
                    continue;
                };
                len
            }
        };
        if let Some(fault) = wrong_len(&declaration, number, len) {
            prepared.fault = Some(fault);
            break;
        }
    }
    if prepared.fault.is_none() {
        prepared.declaration = rows::pack_declaration(declaration.as_bytes());
    }
    if !unresolved.is_empty() {
        prepared.unresolved = Some(Box::new(Unresolved { declaration, numbers: unresolved }));
    }
    Ok(prepared)
}

/// The references that are asked for their content, with their numbers. A keyed one is not: only who holds the key can
/// check it.
pub(crate) fn checkable(declaration: &Declaration) -> impl Iterator<Item = (usize, &Reference)> {
    declaration.references().iter().enumerate().filter(|(_, reference)| reference.keyed.is_none())
}

/// The refusal of a reference whose content has another length.
pub(crate) fn wrong_len(declaration: &Declaration, number: usize, len: u64) -> Option<Fault> {
    let declared = declaration.references()[number].len.filter(|declared| *declared != len)?;
    let message = format!("the content has {len} bytes, not {declared}");
    Some(
        fault(Code::LenMismatch, declaration, number, message)
            .with_hint(format!("write \"len\": {len}, if the digest is the one you mean")),
    )
}

/// The refusal of a reference whose content nobody has.
pub(crate) fn unresolved(declaration: &Declaration, number: usize) -> Fault {
    let message = format!("the content {} is not at hand", declaration.references()[number].digest);
    fault(Code::Unresolved, declaration, number, message)
        .with_hint("bring it with --content, or seal digests alone with --detached")
}

/// A fault of the reference of this number.
fn fault(code: Code, declaration: &Declaration, number: usize, message: impl Into<String>) -> Fault {
    Fault::pointer(code, declaration.place(number), message).of(Document::Declaration)
}

/// The length of content that the store has.
pub(crate) fn stored_len(digest: &Identity, db: &Db, known: &Known) -> Result<Option<u64>, Error> {
    if let Some(len) = known.get(digest) {
        return Ok(Some(len));
    }
    let Some(packed) = db.get(Table::Contents, digest.as_bytes())? else { return Ok(None) };
    let damaged = || Error::corrupt(format!("the stored content {digest} is damaged"));
    let len = rows::split_content(&packed).map(|(_, bytes)| bytes.len() as u64).ok_or_else(damaged)?;
    known.insert(*digest, len);
    Ok(Some(len))
}
