//! Checks and packs a submission as far as possible on the caller's thread, before the sequencer sees it.

use super::{parts::too_large, receipt::Submission, tags};
use crate::{
    content::{self, CHUNK, Known, is_boxed, is_stored},
    erase::BY,
    error::{Error, ErrorKind, SealError},
    index::{self, Term},
    keys::state::KeyEvent,
    occurrences::Step,
    random,
    rocks::Db,
    rows,
    rules::{self, Sealed},
    tables::Table,
};
use decl_core::{
    Code, Content, Document, Fault, Identity, Occurrence, Record, RecordKind, Supplement, SupplementKind,
    limits,
};
use decl_keyed::{KeyedContent, NONCE_BYTES};
use decl_log::MAX_BY;
use std::collections::{BTreeMap, HashMap};

/// A submission that is checked except for what depends on works sealed before it.
pub(crate) struct Prepared {
    pub(crate) kind: RecordKind,
    pub(crate) id: Identity,
    pub(crate) sha256: [u8; 32],
    pub(crate) by: String,
    /// The packed bytes of the record.
    pub(crate) packed: Vec<u8>,
    /// What it is entered under in the index.
    pub(crate) terms: Vec<Term>,
    /// Whether its row is damaged and has to be rewritten.
    pub(crate) mends: bool,
    pub(crate) contents: Vec<PreparedContent>,
    pub(crate) detached: bool,
    /// What a new supplement needs of the works ahead.
    pub(crate) claim: Option<Box<Claim>>,
    /// What it has to do with content keys; most records have nothing.
    pub(crate) keys: Option<Box<Keys>>,
    /// What else is asked for; mostly nothing is.
    pub(crate) asked: Option<Box<Asked>>,
    /// References whose content was neither stored nor brought; a work ahead in the queue may bring it.
    pub(crate) unresolved: Option<Box<Unresolved>>,
    /// The first fault after all of `unresolved`, if there is one.
    pub(crate) fault: Option<Fault>,
}

/// What a submitter may ask for.
#[derive(Default)]
pub(crate) struct Asked {
    /// A tag for the declaration.
    pub(crate) tag: Option<String>,
    /// Why content that was erased may come back.
    pub(crate) restore: Option<String>,
}

/// What the works ahead decide about a supplement.
pub(crate) struct Claim {
    pub(crate) subject: Identity,
    /// Whether the subject was sealed when the supplement was prepared. A `start` may come with its declaration.
    pub(crate) is_sealed: bool,
    /// When the execution began.
    pub(crate) started: Option<u64>,
    /// The occurrence, and what becomes of it.
    pub(crate) step: Option<(Occurrence, Step)>,
}

/// What a record has to do with content keys.
#[derive(Default)]
pub(crate) struct Keys {
    /// The event in the life of a key that the record is.
    pub(crate) event: Option<KeyEvent>,
    /// The keys under which content came with the record, and their fingerprints.
    pub(crate) used: BTreeMap<String, [u8; 32]>,
}

/// Some references of a record, which is kept to locate them.
pub(crate) struct Unresolved {
    pub(crate) record: Record,
    /// In canonical order.
    pub(crate) numbers: Vec<usize>,
}

/// Content that the store did not have at the time of the check.
pub(crate) struct PreparedContent {
    pub(crate) digest: Identity,
    /// The content, or its box if there is a key.
    pub(crate) bytes: Vec<u8>,
    /// The name of the key.
    pub(crate) key: Option<String>,
    /// Whether there is a damaged row that has to be rewritten.
    pub(crate) mends: bool,
}

impl PreparedContent {
    /// Looks the content up. Returns `None` if the store has it.
    pub(crate) fn of(
        digest: Identity,
        bytes: Vec<u8>,
        db: &Db,
        known: &Known,
    ) -> Result<Option<Self>, Error> {
        let is = |number: u32, stored: &[u8]| {
            bytes.chunks(CHUNK).nth(number as usize).unwrap_or_default() == stored
        };
        if is_stored(&digest, bytes.len() as u64, is, db, known)? {
            return Ok(None);
        }
        let mends = !matches!(db.has(Table::Contents, digest.as_bytes()), Ok(false));
        Ok(Some(Self { digest, bytes, key: None, mends }))
    }

    /// Encrypts keyed content. Returns `None` if the store has it.
    fn boxed(content: &KeyedContent, db: &Db, known: &Known) -> Result<Option<Self>, Error> {
        if is_boxed(content, db, known)? {
            return Ok(None);
        }
        let digest = content.digest();
        let mends = !matches!(db.has(Table::Contents, digest.as_bytes()), Ok(false));
        let mut nonce = [0; NONCE_BYTES];
        random::fill(&mut nonce)?;
        let bytes = content.encrypt(&nonce).ok_or_else(too_large)?;
        Ok(Some(Self { digest, bytes, key: Some(content.key().name().to_owned()), mends }))
    }
}

impl Prepared {
    /// Returns a record that the store makes itself, about a subject with these bytes or about the log.
    pub(crate) fn by_store(record: &Record, subject: Option<&[u8]>) -> Self {
        let packed = rows::pack_record(record.as_bytes());
        Self { packed, terms: index::terms(record, BY, subject), ..Self::bare(record, BY.to_owned()) }
    }

    /// Returns a record that is not checked or packed yet.
    fn bare(record: &Record, by: String) -> Self {
        Self {
            kind: record.kind(),
            id: record.identity(),
            sha256: record.sha256(),
            by,
            packed: Vec::new(),
            terms: Vec::new(),
            mends: false,
            contents: Vec::new(),
            detached: false,
            claim: None,
            keys: None,
            asked: None,
            unresolved: None,
            fault: None,
        }
    }

    /// Returns the bytes that it holds in memory while it waits for the sequencer.
    pub(crate) fn bytes(&self) -> usize {
        let contents = self.contents.iter().map(|content| content.bytes.len()).sum::<usize>();
        let unresolved = self.unresolved.as_ref().map_or(0, |kept| kept.record.as_bytes().len());
        self.packed.len() + size_of_val(&*self.terms) + contents + unresolved
    }
}

/// Checks a submission against the store as it is now.
pub(crate) fn prepare(submission: Submission, db: &Db, known: &Known) -> Result<Prepared, Error> {
    let Submission { record, contents, keyed, detached, tag, restore, by } = submission;
    let (mut claim, mut subject, mut refused) = (None, None, None);
    let record = match judge(&record, &contents, &by, db) {
        Ok(None) => record,
        Ok(Some(judged)) => {
            (claim, subject) = (Some(Box::new(judged.claim)), judged.subject);
            judged.supplement.into()
        }
        Err(SealError::Refused(fault)) => {
            refused = Some(fault);
            record
        }
        Err(SealError::Store(error)) => return Err(error),
    };
    if let Some(tag) = &tag {
        refused = refused.or(tags::check(&record, tag).err());
    }
    let asked = (tag.is_some() || restore.is_some()).then(|| Box::new(Asked { tag, restore }));
    let keys = KeyEvent::of(&record).map(|event| Box::new(Keys { event: Some(event), ..Keys::default() }));
    let mut prepared =
        Prepared { detached, asked, claim, keys, fault: refused, ..Prepared::bare(&record, by) };
    if prepared.fault.is_some() {
        return Ok(prepared);
    }
    prepared.mends = is_damaged(&record, db)?;
    let mut given: HashMap<_, _> =
        contents.into_iter().map(|content| (content.digest, content.bytes)).collect();
    let mut locked: HashMap<_, _> =
        keyed.iter().map(|content| ((content.digest(), content.key().name()), Some(content))).collect();
    let mut taken = HashMap::new();
    let mut unresolved = Vec::new();
    for (number, reference) in record.references().iter().enumerate() {
        let digest = reference.digest;
        if let Some(key) = &reference.keyed {
            match locked.get_mut(&(digest, &**key)).map(Option::take) {
                Some(Some(content)) => {
                    let used = &mut prepared.keys.get_or_insert_default().used;
                    used.entry(key.clone()).or_insert_with(|| content.key().fingerprint());
                    prepared.contents.extend(PreparedContent::boxed(content, db, known)?);
                }
                Some(None) => {} // as before in this record
                None => unresolved.push(number),
            }
            continue;
        }
        let len = if let Some(len) = taken.get(&digest) {
            *len
        } else if let Some(bytes) = given.remove(&digest) {
            if let Some((code, message)) = misfit(&bytes, &digest) {
                prepared.fault = Some(fault(code, &record, number, message));
                break;
            }
            let len = bytes.len() as u64;
            taken.insert(digest, len);
            prepared.contents.extend(PreparedContent::of(digest, bytes, db, known)?);
            len
        } else if let Some(len) = content::stored(&digest, db, known)?.and_then(|stored| stored.len) {
            len
        } else {
            unresolved.push(number);
            continue;
        };
        if let Some(fault) = wrong_len(&record, number, len) {
            prepared.fault = Some(fault);
            break;
        }
    }
    if prepared.fault.is_none() {
        prepared.packed = rows::pack_record(record.as_bytes());
        prepared.terms = index::terms(&record, &prepared.by, subject.as_deref());
    }
    if !unresolved.is_empty() {
        prepared.unresolved = Some(Box::new(Unresolved { record, numbers: unresolved }));
    }
    Ok(prepared)
}

/// A new supplement that was judged.
struct Judged {
    /// As it will be sealed.
    supplement: Supplement,
    claim: Claim,
    /// The canonical bytes of its subject, if that is sealed.
    subject: Option<Vec<u8>>,
}

/// Judges who submits a record, and what it owes to the log. Returns a new supplement, or `None` for other records. What
/// is sealed already was judged then.
fn judge(record: &Record, contents: &[Content], by: &str, db: &Db) -> Result<Option<Judged>, SealError> {
    if !(1..=MAX_BY).contains(&by.len()) {
        return Err(Fault::pointer(Code::Range, "", "the submitter's handle has 1 to 256 bytes").into());
    }
    if record.kind() == RecordKind::Declaration || db.has(Table::IndexOf, record.identity().as_bytes())? {
        return Ok(None);
    }
    rules::check_by(record, by)?;
    rules::check_not_by_store(record)?;
    if record.kind() != RecordKind::Supplement {
        return Ok(None);
    }
    let mut supplement = Supplement::try_from(record.clone())?;
    let view = db.view();
    let id = supplement.subject();
    let subject = match Sealed::find(&id, &view, u64::MAX)? {
        None if supplement.kind() == SupplementKind::Start => None,
        None => return Err(rules::not_sealed("/subject", &id).into()),
        Some(subject) => {
            subject.check_is_declaration()?;
            let content = |digest: &Identity| match contents.iter().find(|given| given.digest == *digest) {
                Some(given) => Ok(Some(given.bytes.clone())),
                None => content::read(digest, &view),
            };
            rules::check(&supplement, &subject, &view, u64::MAX, content)?;
            if rules::is_late(&supplement, &subject) {
                supplement = supplement.marked_late()?;
            }
            Some(rows::stored_record(&id, &view)?)
        }
    };
    let claim = Claim {
        subject: id,
        is_sealed: subject.is_some(),
        started: supplement.execution().map(|execution| execution.started),
        step: Step::of(&supplement),
    };
    Ok(Some(Judged { supplement, claim, subject }))
}

/// Returns true if the record is sealed and its stored bytes are wrong. If the index lost a sealed record, that is an
/// error: sealing it again would give it a second entry.
fn is_damaged(record: &Record, db: &Db) -> Result<bool, Error> {
    let id = record.identity();
    // The record is read before the index, because a commit in between writes both.
    let right = match db.get(Table::Records, id.as_bytes()) {
        Ok(None) => return Ok(false),
        Ok(Some(packed)) => rows::unpack_record(&packed).is_ok_and(|bytes| bytes == record.as_bytes()),
        Err(error) if error.kind() == ErrorKind::Corrupt => false,
        Err(error) => return Err(error),
    };
    if db.has(Table::IndexOf, id.as_bytes())? {
        Ok(!right)
    } else {
        Err(Error::corrupt(format!("the stored index of {id} is missing")))
    }
}

/// Returns why these bytes cannot be the content of this digest, or `None` if they can.
fn misfit(bytes: &[u8], digest: &Identity) -> Option<(Code, &'static str)> {
    if Identity::of(bytes) != *digest {
        Some((Code::DigestMismatch, "the content that came with it has another digest"))
    } else if bytes.len() > limits::CONTENT_BYTES {
        Some((Code::Size, "the content is larger than 256 MiB"))
    } else {
        None
    }
}

/// Returns the refusal of a reference whose content has another length, or `None` if the length is right.
pub(crate) fn wrong_len(record: &Record, number: usize, len: u64) -> Option<Fault> {
    let declared = record.references()[number].len.filter(|declared| *declared != len)?;
    let message = format!("the content has {len} bytes, not {declared}");
    Some(
        fault(Code::LenMismatch, record, number, message)
            .with_hint(format!("write \"len\": {len}, if the digest is the one you mean")),
    )
}

/// Returns the refusal of a reference whose content is missing.
pub(crate) fn unresolved(record: &Record, number: usize) -> Fault {
    let message = format!("the content {} is not at hand", record.references()[number].digest);
    fault(Code::Unresolved, record, number, message)
        .with_hint("bring it with --content, or seal digests alone with --detached")
}

/// Returns a fault at reference `number`.
fn fault(code: Code, record: &Record, number: usize, message: impl Into<String>) -> Fault {
    let fault = Fault::pointer(code, record.place(number), message);
    if record.kind() == RecordKind::Declaration { fault.of(Document::Declaration) } else { fault }
}
