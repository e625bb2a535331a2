//! Plans one commit: the rows that a batch of works needs, before any of them is written.

pub(crate) mod budget;
mod contents;
mod erase;
pub(crate) mod parts;
pub(crate) mod prepare;
pub(crate) mod receipt;
pub(crate) mod sequencer;
mod tags;

use crate::{
    absent::Absence,
    content::{Known, Stored},
    error::{Error, SealError},
    index::{self, Rebuilding, Term, rows::Postings},
    keys::state::KeyStates,
    occurrences::{Occurrences, Progress},
    purge::Purge,
    rocks::Db,
    rows::{self, UNFINISHED, is_of, tile_key},
    rules::{self, Sealed},
    tables::{Batch, Table},
};
use contents::Brought;
use decl_core::{Code, Fault, Identity, Occurrence, Record, RecordKind, Reference};
use decl_log::{Edge, Entry, leaf_hash};
use parts::Part;
use prepare::{Asked, Claim, Keys, Prepared, PreparedContent, Unresolved, unresolved, wrong_len};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    mem,
};

/// A request of a caller to write something.
pub(crate) enum Work {
    Seal(Prepared),
    /// Content, and the reason to bring it back if it was erased.
    Keep(PreparedContent, Option<String>),
    KeepPart(Part),
    /// What needs the store at rest. It has a commit of its own, so that it sees the database alone.
    Alone(Alone),
}

/// A work that plans its commit itself. All of its reads come before its first write.
pub(crate) type Alone = Box<dyn FnOnce(&mut Commit<'_>) -> Result<(), Error> + Send>;

impl Work {
    /// Returns the bytes that it holds in memory while it waits for the sequencer.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Seal(prepared) => prepared.bytes(),
            Self::Keep(content, _) => content.bytes.len(),
            Self::KeepPart(part) => part.bytes(),
            Self::Alone(_) => 0,
        }
    }
}

/// The result of a work.
pub(crate) enum Outcome {
    /// The record has this entry. Some of its content is erased, and stays so.
    Sealed { id: Identity, index: u64, entry: Vec<u8>, new: bool, erased: Vec<Identity> },
    /// The content is stored.
    Kept { new: bool },
    /// The content was erased by this entry, and stays so.
    Erased { entry: u64 },
    /// A work that went alone is done.
    Done,
    /// Nothing of it was written.
    Refused(Fault),
}

/// A commit being planned. Works are added in order, and each sees those before it as if they were sealed.
pub(crate) struct Commit<'a> {
    db: &'a Db,
    known: &'a Known,
    planned: Planned,
    sealed: HashMap<Identity, (u64, Vec<u8>)>,
    /// Content that will be absent unless a later work brings it.
    absent: HashMap<Identity, Absence>,
    /// Content of which only parts will be stored, unless a later work brings the rest.
    unfinished: HashSet<Identity>,
    postings: Postings,
    /// The terms of the declarations that will be sealed.
    terms: HashMap<Identity, Vec<Term>>,
    occurrences: Occurrences,
    keys: KeyStates,
    /// Declarations by the tags that they get.
    tags: BTreeMap<String, BTreeSet<Identity>>,
    /// The mark of the erasures, and of those before that are not finished.
    purge: Option<Purge>,
}

/// A batch, and the state of the store once it is written.
pub(crate) struct Planned {
    pub(crate) batch: Batch,
    pub(crate) edge: Edge,
    pub(crate) at: u64,
    pub(crate) contents: HashMap<Identity, Stored>,
    /// Content that is erased.
    pub(crate) erased: Vec<Identity>,
}

impl<'a> Commit<'a> {
    /// Returns an empty commit on top of a tree, with its time.
    pub(crate) fn begin(db: &'a Db, known: &'a Known, edge: Edge, at: u64) -> Self {
        let planned =
            Planned { batch: Batch::default(), edge, at, contents: HashMap::new(), erased: Vec::new() };
        Self {
            db,
            known,
            planned,
            sealed: HashMap::new(),
            absent: HashMap::new(),
            unfinished: HashSet::new(),
            postings: Postings::default(),
            terms: HashMap::new(),
            occurrences: Occurrences::default(),
            keys: KeyStates::default(),
            tags: BTreeMap::new(),
            purge: None,
        }
    }

    /// Returns the batch, with the postings of all works, and with the absences that remain and the occurrences as they
    /// are after all works.
    pub(crate) fn finish(mut self) -> Result<Planned, Error> {
        self.seal_tags()?;
        self.postings.write(&mut self.planned.batch);
        for (digest, absence) in self.absent {
            self.planned.batch.put(Table::Absent, digest.as_bytes(), absence.to_row());
        }
        for digest in self.unfinished {
            self.planned.batch.put(Table::Contents, digest.as_bytes(), UNFINISHED.to_vec());
        }
        self.occurrences.write(&mut self.planned.batch);
        self.keys.write(&mut self.planned.batch);
        if let Some(purge) = self.purge {
            purge.write(&mut self.planned.batch);
        }
        Ok(self.planned)
    }

    /// Adds a work. One that fails leaves nothing in the batch and does not affect the works around it.
    pub(crate) fn add(&mut self, work: Work) -> Result<Outcome, Error> {
        match work {
            Work::Seal(prepared) => refused(self.seal(prepared)),
            Work::Keep(content, restore) => refused(self.keep_alone(content, restore.as_deref())),
            Work::KeepPart(part) => self.keep_part(part),
            Work::Alone(work) => work(self).map(|()| Outcome::Done),
        }
    }

    fn seal(&mut self, mut prepared: Prepared) -> Result<Outcome, SealError> {
        let (mut withheld, mut erased) = (Vec::new(), Vec::new());
        if let Some(Unresolved { record, numbers }) = prepared.unresolved.as_deref() {
            for &number in numbers {
                let Reference { digest, keyed, .. } = &record.references()[number];
                let stored = self.stored(digest)?;
                let fault = match stored.and_then(|stored| stored.len) {
                    Some(len) if keyed.is_none() => wrong_len(record, number, len),
                    None if matches!(self.absence(digest)?, Some(Absence::Erased { .. })) => {
                        erased.push(*digest);
                        None
                    }
                    None if keyed.is_none() && !prepared.detached => Some(unresolved(record, number)),
                    // Keyed content may stay elsewhere without being called detached: nobody here could check it.
                    _ => {
                        withheld.extend(stored.is_none().then_some(*digest));
                        None
                    }
                };
                if let Some(fault) = fault {
                    return Err(fault.into());
                }
            }
        }
        if let Some(fault) = prepared.fault {
            return Err(fault.into());
        }
        // All reads come before the first write to the batch.
        let Asked { tag, restore } = prepared.asked.take().map_or_else(Asked::default, |asked| *asked);
        let mut contents = Vec::new();
        for content in mem::take(&mut prepared.contents) {
            let digest = content.digest;
            match self.keep(content, restore.as_deref())? {
                Brought::Stored => {}
                Brought::New(content) => contents.push(content),
                Brought::Erased { .. } => erased.push(digest),
            }
        }
        let Keys { event: key_event, used } = prepared.keys.take().map_or_else(Keys::default, |keys| *keys);
        for (name, fingerprint) in &used {
            self.keys.check_usable(name, fingerprint, self.db)?;
        }
        let id = prepared.id;
        let Some((index, entry)) = self.sealed_as(&id)? else {
            let key = match key_event {
                Some(event) => Some((self.keys.next(&event, self.planned.edge.size(), self.db)?, event.name)),
                None => None,
            };
            let occurrence = match prepared.claim.take() {
                Some(claim) => self.admit(&claim, &mut prepared.terms)?,
                None => None,
            };
            let mut absent = Vec::new();
            for digest in withheld {
                if !self.absent.contains_key(&digest) && !self.db.has(Table::Absent, digest.as_bytes())? {
                    absent.push(digest);
                }
            }
            let (index, entry) = self.append(prepared)?;
            if let Some((occurrence, progress)) = occurrence {
                self.occurrences.set(occurrence, progress);
            }
            if let Some((state, name)) = key {
                self.keys.set(name, state);
            }
            self.write_contents(contents)?;
            let absence = Absence::Detached { entry: index };
            self.absent.extend(absent.into_iter().map(|digest| (digest, absence)));
            self.tag(tag, id);
            return Ok(Outcome::Sealed { id, index, entry, new: true, erased });
        };
        let Prepared { packed, mends, .. } = prepared;
        let met = self.sealed.contains_key(&id);
        if !met && (mends || !self.db.has(Table::Records, id.as_bytes())?) {
            self.planned.batch.put(Table::Records, id.as_bytes(), packed);
            self.sealed.insert(id, (index, entry.clone()));
        }
        self.write_contents(contents)?;
        self.tag(tag, id);
        Ok(Outcome::Sealed { id, index, entry, new: false, erased })
    }

    fn tag(&mut self, tag: Option<String>, declaration: Identity) {
        if let Some(tag) = tag {
            self.tags.entry(tag).or_default().insert(declaration);
        }
    }

    /// Refuses a new supplement that does not follow from the works ahead. Returns its occurrence as it will be.
    fn admit(
        &mut self,
        claim: &Claim,
        terms: &mut Vec<Term>,
    ) -> Result<Option<(Occurrence, Progress)>, SealError> {
        if !claim.is_sealed {
            let sealed = self.sealed_as(&claim.subject)?;
            let subject = sealed.and_then(|(index, entry)| Sealed::from_entry(index, &entry));
            let subject = subject.ok_or_else(|| rules::not_sealed("/subject", &claim.subject))?;
            subject.check_is_declaration()?;
            terms.extend(self.inherited(&claim.subject)?);
        }
        if claim.started.is_some_and(|started| started > self.planned.at) {
            let message = "the execution began later than now, by the clock of the log";
            let fault = Fault::pointer(Code::Range, "/body/started", message);
            return Err(fault
                .with_hint("an execution is sealed after it began; do the clocks agree?")
                .into());
        }
        let Some((occurrence, step)) = claim.step else { return Ok(None) };
        Rebuilding::refuse(self.db)?; // or what is known of it cannot be relied upon
        let before = self.occurrences.get(&occurrence, self.db)?;
        let index_of = |id: &Identity| Ok(self.sealed_as(id)?.map(|(index, _)| index));
        let index = self.planned.edge.size();
        Ok(Some((occurrence, step.take(&occurrence, before, claim.subject, index, index_of)?)))
    }

    /// Returns the terms that a supplement has of a declaration which was sealed after it was prepared.
    fn inherited(&self, subject: &Identity) -> Result<Vec<Term>, Error> {
        if let Some(terms) = self.terms.get(subject) {
            return Ok(index::inherited(terms).collect());
        }
        let bytes = rows::stored_record(subject, &self.db.view())?;
        let record = Record::from_cbor(RecordKind::Declaration, bytes);
        let damaged = |_| Error::corrupt(format!("the stored record {subject} is damaged"));
        Ok(index::inherited(&index::terms(&record.map_err(damaged)?, "", None)).collect())
    }

    /// Appends the record to the log. Returns its index and its entry.
    fn append(&mut self, prepared: Prepared) -> Result<(u64, Vec<u8>), Error> {
        let Prepared { kind, id, sha256, by, packed, terms, .. } = prepared;
        let entry = Entry::Record { kind, id, sha256, at: self.planned.at, by }.encode()?;
        let index = self.planned.edge.size();
        let Planned { batch, edge, .. } = &mut self.planned;
        batch.put(Table::Records, id.as_bytes(), packed);
        batch.put(Table::IndexOf, id.as_bytes(), index.to_be_bytes().to_vec());
        batch.put(Table::Entries, &index.to_be_bytes(), entry.clone());
        for tile in edge.push(leaf_hash(&entry)) {
            batch.put(Table::Tiles, &tile_key(tile.id), tile.to_bytes());
        }
        self.postings.enter(kind, index, &terms);
        if kind == RecordKind::Declaration {
            self.terms.insert(id, terms);
        }
        self.sealed.insert(id, (index, entry.clone()));
        Ok((index, entry))
    }

    /// Returns the index and the entry of a record that is sealed already. That no row of the index was lost was checked
    /// when the record was [prepared](prepare::prepare).
    fn sealed_as(&self, id: &Identity) -> Result<Option<(u64, Vec<u8>)>, Error> {
        if let Some(sealed) = self.sealed.get(id) {
            return Ok(Some(sealed.clone()));
        }
        let Some(index) = self.db.get(Table::IndexOf, id.as_bytes())? else { return Ok(None) };
        // A row of the index that leads elsewhere would give the record the receipt of another one.
        let entry = self.db.get(Table::Entries, &index)?.filter(|entry| is_of(entry, id.as_bytes()));
        let damaged = || Error::corrupt(format!("the stored index of {id} leads to no entry of it"));
        let index = <[u8; 8]>::try_from(index).map_err(|_| damaged())?;
        Ok(Some((u64::from_be_bytes(index), entry.ok_or_else(damaged)?)))
    }
}

/// Turns a refusal into an outcome.
fn refused(done: Result<Outcome, SealError>) -> Result<Outcome, Error> {
    match done {
        Ok(outcome) => Ok(outcome),
        Err(SealError::Refused(fault)) => Ok(Outcome::Refused(fault)),
        Err(SealError::Store(error)) => Err(error),
    }
}
