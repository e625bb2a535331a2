//! What a supplement or an event owes to the log that it is sealed in, beyond being well-formed.

use crate::{
    attestation,
    error::{Error, SealError},
    rocks::View,
    rows,
    tables::Table,
};
use decl_core::{
    Code, EventKind, Fault, Identity, Record, RecordKind, Supplement, SupplementKind, Value, hex,
};
use decl_log::{Entry, Hash, Tree};

/// The entry of a sealed record.
pub(crate) struct Sealed {
    pub(crate) index: u64,
    pub(crate) kind: RecordKind,
    pub(crate) at: u64,
    pub(crate) sha256: [u8; 32],
}

impl Sealed {
    /// Reads the entry `index` of a record.
    pub(crate) fn from_entry(index: u64, entry: &[u8]) -> Option<Self> {
        match Entry::parse(entry) {
            Ok(Entry::Record { kind, at, sha256, .. }) => Some(Self { index, kind, at, sha256 }),
            _ => None,
        }
    }

    /// Looks up a record among the first `before` entries. Returns `None` if it is not sealed there.
    pub(crate) fn find(id: &Identity, view: &View<'_>, before: u64) -> Result<Option<Self>, Error> {
        let damaged = || Error::corrupt(format!("the stored entry of {id} is damaged"));
        let Some(index) = view.get(Table::IndexOf, id.as_bytes())? else {
            // That it is not sealed is a claim too.
            return if view.get(Table::Records, id.as_bytes())?.is_none() {
                Ok(None)
            } else {
                Err(Error::corrupt(format!("the stored index of {id} is missing")))
            };
        };
        let entry = view.get(Table::Entries, &index)?.filter(|entry| rows::is_of(entry, id.as_bytes()));
        let sealed = Self::from_entry(rows::index_from(&index)?, &entry.ok_or_else(damaged)?);
        Ok(Some(sealed.ok_or_else(damaged)?).filter(|sealed| sealed.index < before))
    }

    /// Refuses to be the subject of a supplement unless it is a declaration.
    pub(crate) fn check_is_declaration(&self) -> Result<(), Fault> {
        let hint = match self.kind {
            RecordKind::Declaration => return Ok(()),
            RecordKind::Supplement => "attach it to the declaration; a review names a supplement as `about`",
            RecordKind::Event => "an event is about the log, and nothing is attached to it",
        };
        let message = format!("the subject is of the kind {}, not a declaration", self.kind.as_str());
        Err(Fault::pointer(Code::Range, "/subject", message).with_hint(hint))
    }
}

/// Returns the refusal of a record that names another which is not sealed here.
pub(crate) fn not_sealed(at: &str, id: &Identity) -> Fault {
    Fault::pointer(Code::Unresolved, at, format!("{id} is not sealed here"))
        .with_hint("name a record of this log by its identity, and seal it first")
}

/// Refuses a record that names another submitter than the log has authenticated.
pub(crate) fn check_by(record: &Record, by: &str) -> Result<(), Fault> {
    match record.value().get("by").and_then(Value::as_str) {
        Some(named) if named != by => {
            let message = format!("the record is submitted by {by}");
            Err(Fault::pointer(Code::Range, "/by", message)
                .with_hint("the store writes down who submits a record"))
        }
        _ => Ok(()),
    }
}

/// Refuses what only the store writes.
pub(crate) fn check_not_by_store(record: &Record) -> Result<(), Fault> {
    let value = record.value();
    let kind = value.get("kind").and_then(Value::as_str).unwrap_or_default();
    let by_store = match record.kind() {
        RecordKind::Declaration => false,
        RecordKind::Supplement => kind.parse().is_ok_and(SupplementKind::by_store_only),
        RecordKind::Event => kind.parse().is_ok_and(EventKind::by_store_only),
    };
    if by_store {
        return Err(Fault::pointer(
            Code::Range,
            "/kind",
            format!("only the store writes records of the kind {kind}"),
        ));
    }
    if value.get("body").is_some_and(|body| body.get("late").is_some()) {
        let fault = Fault::pointer(Code::Range, "/body/late", "only the store marks an execution as late");
        return Err(fault.with_hint("take it out: it is late if it began before its declaration was sealed"));
    }
    Ok(())
}

/// Refuses what is sealed in a commit of its own, among works that share one.
pub(crate) fn check_shares_a_commit(record: &Record) -> Result<(), Fault> {
    let alone = [EventKind::Hold, EventKind::Release].map(EventKind::as_str);
    let value = record.value();
    match value.get("kind").and_then(Value::as_str) {
        Some(kind) if record.kind() == RecordKind::Event && alone.contains(&kind) => {
            let message = format!("a {kind} is not sealed as other records are");
            Err(Fault::pointer(Code::Range, "/kind", message)
                .with_hint("`decl hold` places a hold, and `decl release` releases it"))
        }
        _ => Ok(()),
    }
}

/// Returns the tree of the log that an event is about, or `None` if it is about none.
pub(crate) fn tree_of(record: &Record) -> Option<Tree> {
    let value = record.value();
    let kind: EventKind = value.get("kind").and_then(Value::as_str)?.parse().ok()?;
    if record.kind() != RecordKind::Event || !matches!(kind, EventKind::Timestamp | EventKind::Anchor) {
        return None;
    }
    let body = value.get("body")?;
    match (body.get("size")?, body.get("root")?) {
        (Value::Uint(size), Value::Bytes(root)) => {
            Some(Tree { size: *size, root: Hash::from_bytes(root.as_ref().try_into().ok()?) })
        }
        _ => None,
    }
}

/// Returns the refusal of an event about a tree that the log never had.
pub(crate) fn no_such_tree(tree: &Tree) -> Fault {
    let message = format!("this log had no tree of {} entries with this root", tree.size);
    Fault::pointer(Code::Range, "/body/root", message)
        .with_hint("take size and root from a checkpoint of this log")
}

/// Returns whether a supplement is of an execution that began before its subject was sealed.
pub(crate) fn is_late(supplement: &Supplement, subject: &Sealed) -> bool {
    supplement.execution().is_some_and(|execution| execution.started < subject.at)
}

/// Refuses an execution whose mark does not say whether it is late.
pub(crate) fn check_late(supplement: &Supplement, subject: &Sealed) -> Result<(), Fault> {
    let marked = supplement.execution().is_some_and(|execution| execution.late);
    let message = match (is_late(supplement, subject), marked) {
        (true, false) => "the execution is late, and not marked",
        (false, true) => "the execution is marked as late, and is not",
        _ => return Ok(()),
    };
    Err(Fault::pointer(Code::Range, "/body/late", message))
}

/// Refuses a supplement that does not fit its subject, or that names what is not among the first `before` entries.
/// `content` returns the bytes of content that is at hand.
pub(crate) fn check(
    supplement: &Supplement,
    subject: &Sealed,
    view: &View<'_>,
    before: u64,
    content: impl Fn(&Identity) -> Result<Option<Vec<u8>>, Error>,
) -> Result<(), SealError> {
    let body = supplement.body();
    match supplement.kind() {
        SupplementKind::Timestamp => {
            let imprint = body.get("imprint").and_then(|imprint| imprint.get("value"));
            if !matches!(imprint, Some(Value::Bytes(imprint)) if **imprint == subject.sha256) {
                let message = "the imprint is not the SHA-256 of the declaration";
                let hint = format!("the declaration has the SHA-256 {}", hex(&subject.sha256));
                return Err(Fault::pointer(Code::Range, "/body/imprint/value", message)
                    .with_hint(hint)
                    .into());
            }
        }
        SupplementKind::Attestation => {
            if let [reference] = supplement.references()
                && reference.keyed.is_none()
            {
                let bytes = content(&reference.digest)?;
                attestation::check(&reference.media, bytes.as_deref(), &subject.sha256)?;
            }
        }
        SupplementKind::Link if body.get("external").is_none() => {
            let Some(target) = body.get("target").and_then(identity) else { return Ok(()) };
            match Sealed::find(&target, view, before)? {
                Some(sealed) if sealed.kind == RecordKind::Declaration => {}
                Some(sealed) => {
                    let message =
                        format!("the target is of the kind {}, not a declaration", sealed.kind.as_str());
                    return Err(Fault::pointer(Code::Range, "/body/target", message).into());
                }
                None => {
                    let fault = not_sealed("/body/target", &target);
                    return Err(fault
                        .with_hint("a declaration of another log has \"external\": true")
                        .into());
                }
            }
        }
        SupplementKind::Review => {
            let Some(about) = body.get("about").and_then(identity) else { return Ok(()) };
            let of = match Sealed::find(&about, view, before)? {
                Some(sealed) if sealed.kind == RecordKind::Supplement => subject_of(&about, view)?,
                Some(_) => None,
                None => return Err(not_sealed("/body/about", &about).into()),
            };
            if of != Some(supplement.subject()) {
                let message = "not a supplement of the same declaration";
                return Err(Fault::pointer(Code::Range, "/body/about", message).into());
            }
        }
        _ => {}
    }
    Ok(())
}

/// Returns the subject of a sealed supplement.
fn subject_of(id: &Identity, view: &View<'_>) -> Result<Option<Identity>, Error> {
    let bytes = rows::stored_record(id, view)?;
    Ok(Supplement::from_cbor(bytes).ok().map(|supplement| supplement.subject()))
}

fn identity(value: &Value<'_>) -> Option<Identity> {
    match value {
        Value::Bytes(bytes) => bytes.as_ref().try_into().ok().map(Identity::from_bytes),
        _ => None,
    }
}
