//! Audits one entry against everything that is stored about it.

use super::{
    Damage, DamageKind,
    contents::Found,
    occurrences::{self, Tally},
};
use crate::{
    absent::Absence,
    cache::Cache,
    content,
    erase::Statement,
    error::{Error, SealError},
    index::{self, rows::List},
    keys::state::{Action, KeyEvent, KeyState},
    rocks::View,
    rows,
    rules::{self, Sealed},
    tables::Table,
};
use decl_core::{Identity, Record, Reference, Supplement};
use decl_log::{Entry, Hash, RecordKind, Tree, leaf_hash};
use std::collections::HashSet;

/// Checks entries on many threads.
pub(super) struct Checker<'a> {
    pub(super) view: &'a View<'a>,
    /// What was found under digests.
    pub(super) found: &'a Cache<Identity, Found>,
    /// The name of the log.
    pub(super) origin: Option<&'a str>,
    /// Whether the derived tables are complete.
    pub(super) derived: bool,
}

/// The result of checking an entry.
pub(super) struct Checked {
    pub(super) leaf: Hash,
    pub(super) at: Option<u64>,
    pub(super) is_record: bool,
    /// Whether it is an event in the life of a content key.
    pub(super) is_key_event: bool,
    /// How many pieces of content are detached since this entry.
    pub(super) absent: u64,
    /// What it states of erased content.
    pub(super) statement: Option<Statement>,
    /// The tree that it is about.
    pub(super) tree: Option<Tree>,
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
            is_key_event: false,
            absent: 0,
            statement: None,
            tree: None,
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
                checked.statement = Statement::of(&record);
                checked.tree = rules::tree_of(&record);
                self.references(index, &id, &record, &mut checked);
                if let Some(event) = KeyEvent::of(&record) {
                    checked.is_key_event = true;
                    checked.damage.extend(self.key(index, &event));
                }
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
        if !self.derived {
            return;
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
        let wrong: Vec<_> = record.references().iter().enumerate().filter_map(wrong).collect();
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
        match self.found(digest).map_err(|error| Damage::unreadable(Table::Contents, digest, &error))? {
            Found::Plain(found) => {
                let declared = len.filter(|declared| *declared != found);
                return Ok(declared.map(|declared| format!("the content has {found} bytes, not {declared}")));
            }
            Found::Boxed => return Ok(None),
            Found::Missing => {}
        }
        let row = self.view.get(Table::Absent, digest.as_bytes());
        let row = row.map_err(|error| Damage::unreadable(Table::Absent, digest, &error))?;
        match row.as_deref().and_then(Absence::from_row) {
            Some(absence) if absence.excuses(index) => {
                if absence == (Absence::Detached { entry: index }) {
                    absent.insert(*digest);
                }
                Ok(None)
            }
            _ => Ok(Some(format!("the content {digest} is missing"))),
        }
    }

    fn found(&self, digest: &Identity) -> Result<Found, Error> {
        if let Some(found) = self.found.get(digest) {
            return Ok(found);
        }
        let found = Found::of(self.view.get(Table::Contents, digest.as_bytes())?.as_deref());
        self.found.insert(*digest, found);
        Ok(found)
    }

    /// Returns what is wrong with the row of a content key, by an event in the life of the key.
    fn key(&self, index: u64, event: &KeyEvent) -> Option<Damage> {
        let name = &event.name;
        let state = match self.view.get(Table::Keys, name.as_bytes()) {
            Ok(None) => None,
            Ok(Some(row)) => Some(KeyState::from_row(&row)?), // that it cannot be read is reported elsewhere
            Err(error) => return Some(Damage::unreadable(Table::Keys, name, &error)),
        };
        let says = |state: KeyState| {
            state.fingerprint == event.fingerprint
                && match event.action {
                    Action::New => state.new == index,
                    Action::Destroy => state.destroyed == Some(index) && state.new < index,
                }
        };
        let what = format!("the row of the key does not say what entry {index} says");
        (!state.is_some_and(says)).then(|| Damage::new(DamageKind::ContentKey, name.clone(), what))
    }
}
