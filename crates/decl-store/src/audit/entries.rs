//! Audits one entry against everything that is stored about it.

use super::{
    Damage, DamageKind,
    occurrences::{self, Tally},
};
use crate::{
    absent::Absence,
    cache::Cache,
    commit::checkable,
    content,
    error::{Error, SealError},
    index::{self, rows::List},
    rocks::View,
    rows,
    rules::{self, Sealed},
    tables::Table,
};
use decl_core::{Identity, Record, Reference, Supplement};
use decl_log::{Entry, Hash, RecordKind, leaf_hash};
use std::collections::HashSet;

/// Checks entries on many threads.
pub(super) struct Checker<'a> {
    pub(super) view: &'a View<'a>,
    /// Cached lengths of content; `None` for content that is missing.
    pub(super) lengths: &'a Cache<Identity, Option<u64>>,
    /// The name of the log.
    pub(super) origin: Option<&'a str>,
}

/// The result of checking an entry.
pub(super) struct Checked {
    pub(super) leaf: Hash,
    pub(super) at: Option<u64>,
    pub(super) is_record: bool,
    /// How many pieces of content are absent since this entry.
    pub(super) absent: u64,
    /// The lists of the index that have the entry; `None` if that cannot be known, because something is damaged.
    pub(super) lists: Option<Vec<List>>,
    /// What it says about an occurrence.
    pub(super) tally: Tally,
    pub(super) damage: Vec<Damage>,
}

impl Checker<'_> {
    pub(super) fn check(&self, index: u64, entry: &[u8]) -> Checked {
        let mut checked = Checked {
            leaf: leaf_hash(entry),
            at: None,
            is_record: false,
            absent: 0,
            lists: None,
            tally: Tally::default(),
            damage: Vec::new(),
        };
        let place = || format!("entry {index}");
        match Entry::parse(entry) {
            Ok(Entry::Genesis { origin, at }) => {
                checked.at = Some(at);
                if index != 0 {
                    checked.damage.push(Damage::new(DamageKind::Entry, place(), "a second beginning"));
                } else if self.origin.is_some_and(|name| name != origin) {
                    checked.damage.push(Damage::new(
                        DamageKind::Entry,
                        place(),
                        "the log begins with another origin",
                    ));
                }
                checked.lists = Some(Vec::new());
            }
            Ok(Entry::Record { kind, id, sha256, at, by }) => {
                checked.at = Some(at);
                checked.is_record = true;
                if index == 0 {
                    checked.damage.push(Damage::new(
                        DamageKind::Entry,
                        place(),
                        "the log begins with no origin",
                    ));
                }
                checked.damage.extend(self.index(index, &id));
                let Some(record) = self.record(kind, &id, &sha256, &mut checked.damage) else {
                    return checked;
                };
                if checked.damage.is_empty() {
                    let terms = index::stored_terms(&record, &by, self.view).ok();
                    let lists = |terms: Vec<_>| terms.iter().map(|term| List::new(kind, term)).collect();
                    checked.lists = terms.map(lists);
                }
                self.references(index, &id, &record, &mut checked);
                self.duties(index, at, &by, record, &mut checked);
            }
            Err(refusal) => checked.damage.push(Damage::new(DamageKind::Entry, place(), refusal.to_string())),
        }
        checked
    }

    fn index(&self, index: u64, id: &Identity) -> Option<Damage> {
        let what = match self.view.get(Table::IndexOf, id.as_bytes()) {
            Ok(Some(stored)) if stored == index.to_be_bytes() => return None,
            Ok(Some(_)) => format!("the index does not lead to entry {index}"),
            Ok(None) => format!("entry {index} is not in the index"),
            Err(error) => return Some(Damage::unreadable(Table::IndexOf, id, &error)),
        };
        Some(Damage::new(DamageKind::Index, id.to_string(), what))
    }

    /// Returns the record of an entry, or `None` if its bytes are not those that were sealed.
    fn record(
        &self,
        kind: RecordKind,
        id: &Identity,
        sha256: &[u8; 32],
        damage: &mut Vec<Damage>,
    ) -> Option<Record> {
        let mut damaged = |what: String| damage.push(Damage::new(DamageKind::Record, id.to_string(), what));
        let packed = match self.view.get(Table::Records, id.as_bytes()) {
            Ok(Some(packed)) => packed,
            Ok(None) => {
                damaged(format!("the {} is missing", kind.as_str()));
                return None;
            }
            Err(error) => {
                damage.push(Damage::unreadable(Table::Records, id, &error));
                return None;
            }
        };
        let Ok(bytes) = rows::unpack_record(&packed) else {
            damaged(format!("the {} cannot be read", kind.as_str()));
            return None;
        };
        let record = match Record::from_cbor(kind, bytes) {
            Ok(record) => record,
            Err(fault) => {
                damaged(fault.to_string());
                return None;
            }
        };
        if record.identity() != *id {
            damaged("the bytes have another identity".to_owned());
            return None;
        }
        if record.sha256() != *sha256 {
            damaged("the bytes have another SHA-256 than their entry says".to_owned());
        }
        Some(record)
    }

    /// Checks what a supplement or an event owes to the log, by the rules of sealing. What these cannot read is damage
    /// elsewhere.
    fn duties(&self, index: u64, at: u64, by: &str, record: Record, checked: &mut Checked) {
        let id = record.identity();
        let mut damaged =
            |what: String| checked.damage.push(Damage::new(DamageKind::Record, id.to_string(), what));
        if record.kind() == RecordKind::Declaration {
            return;
        }
        if let Err(fault) = rules::check_by(&record, by) {
            damaged(fault.to_string());
        }
        let Ok(supplement) = Supplement::try_from(record) else { return };
        match Sealed::find(&supplement.subject(), self.view, index) {
            Ok(None) => damaged(rules::not_sealed("/subject", &supplement.subject()).to_string()),
            Ok(Some(subject)) => match self.fits(index, &supplement, &subject) {
                Err(SealError::Refused(fault)) => damaged(fault.to_string()),
                Err(SealError::Store(_)) | Ok(()) => {}
            },
            Err(_) => {}
        }
        if supplement.execution().is_some_and(|execution| execution.started > at) {
            damaged("the execution began after it was sealed".to_owned());
        }
        match occurrences::entry(self.view, index, &supplement) {
            Ok(tally) => checked.tally = tally,
            Err(damage) => checked.damage.push(damage),
        }
    }

    fn fits(&self, index: u64, supplement: &Supplement, subject: &Sealed) -> Result<(), SealError> {
        subject.check_is_declaration()?;
        let absent = || Error::corrupt("the content is absent");
        let content = |digest: &Identity| content::read(digest, self.view)?.ok_or_else(absent).map(Some);
        rules::check(supplement, subject, self.view, index, content)?;
        Ok(rules::check_late(supplement, subject)?)
    }

    /// Checks the references of a record. The places of the damaged ones are looked up once for all of them.
    fn references(&self, index: u64, id: &Identity, record: &Record, checked: &mut Checked) {
        let mut absent = HashSet::new();
        let wrong = |(number, reference)| {
            let what = self.reference(index, reference, &mut absent).transpose()?;
            Some((number, what))
        };
        let wrong: Vec<_> = checkable(record).filter_map(wrong).collect();
        checked.absent = absent.len() as u64;
        let mut wrong = wrong.into_iter().peekable();
        if wrong.peek().is_none() {
            return;
        }
        let mut number = 0;
        record.places(&mut |at| {
            if let Some((_, what)) = wrong.next_if(|(wrong, _)| *wrong == number) {
                checked.damage.push(match what {
                    Ok(what) => Damage::new(DamageKind::Content, format!("{id} at {at}"), what),
                    Err(unreadable) => unreadable,
                });
            }
            number += 1;
            wrong.peek().is_some()
        });
    }

    /// Returns what is wrong with the content of a reference, or the damage that prevents the check. Content that is
    /// absent since this entry goes into `absent`.
    fn reference(
        &self,
        index: u64,
        reference: &Reference,
        absent: &mut HashSet<Identity>,
    ) -> Result<Option<String>, Damage> {
        let Reference { digest, len, .. } = reference;
        let found =
            self.len_of(digest).map_err(|error| Damage::unreadable(Table::Contents, digest, &error))?;
        if let Some(found) = found {
            let declared = len.filter(|declared| *declared != found);
            return Ok(declared.map(|declared| format!("the content has {found} bytes, not {declared}")));
        }
        let row = self.view.get(Table::Absent, digest.as_bytes());
        let row = row.map_err(|error| Damage::unreadable(Table::Absent, digest, &error))?;
        match row.as_deref().and_then(Absence::from_row) {
            Some(absence) if absence.excuses(index) => {
                if absence.entry() == index {
                    absent.insert(*digest);
                }
                Ok(None)
            }
            _ => Ok(Some(format!("the content {digest} is missing"))),
        }
    }

    fn len_of(&self, digest: &Identity) -> Result<Option<u64>, Error> {
        if let Some(len) = self.lengths.get(digest) {
            return Ok(len);
        }
        let row = self.view.get(Table::Contents, digest.as_bytes())?;
        let len = row.as_deref().and_then(rows::read_content_row).and_then(|row| row.len());
        self.lengths.insert(*digest, len);
        Ok(len)
    }
}
