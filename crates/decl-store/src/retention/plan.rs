//! What a policy would erase, and what keeps the rest.

use super::policy::{Class, Ends, Policy, Subject};
use crate::{
    cache::Cache,
    erase::declaration_of,
    error::Error,
    holds::Hold,
    index::{Field, Term},
    read::{Filter, Match, Order, Page, Reader},
    tables::Table,
};
use decl_core::{EventKind, Identity, RecordKind, Value};

/// How many subjects and decisions are cached.
const CACHED: usize = 1 << 16;

/// A piece of content that a record of the policy no longer keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// The digest of the content.
    pub content: Identity,
    /// What becomes of it.
    pub fate: Fate,
}

/// What becomes of content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is erased.
    Goes(Ended),
    /// It would be, without these holds.
    Held(Ended, Vec<Hold>),
    /// Another record keeps it.
    Kept {
        /// The entry of that record.
        entry: u64,
        /// Until when, in milliseconds since 1970, and by which class. A record without a class keeps it for ever.
        until: Option<(u64, String)>,
    },
}

/// Content that no record keeps any longer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The class that kept it the longest.
    pub class: String,
    /// Why it may be erased.
    pub basis: String,
    /// When that ended, in milliseconds since 1970.
    pub at: u64,
    /// When the record was sealed by which it ended.
    pub sealed_at: u64,
    /// How many records name it.
    pub records: u64,
}

/// A plan in the making.
struct Planner<'a> {
    reader: &'a Reader,
    policy: &'a Policy,
    now: u64,
    holds: Vec<Hold>,
    /// What a class looks at, by declaration.
    subjects: Cache<Identity, Subject>,
    /// Content that was met.
    met: Cache<Identity, ()>,
}

impl Reader {
    /// Returns what a policy would erase at a time, and what it would spare of that which some record no longer keeps.
    /// Each piece of content comes once.
    pub fn plan<'a>(
        &'a self,
        policy: &'a Policy,
        now: u64,
    ) -> Result<impl Iterator<Item = Result<Planned, Error>> + 'a, Error> {
        let plan = Planner {
            reader: self,
            policy,
            now,
            holds: self.holds()?,
            subjects: Cache::new(CACHED),
            met: Cache::new(CACHED),
        };
        // What was sealed later has not ended, and so it is no reason to look at content.
        let before = self.first_since(policy.horizon(now).saturating_add(1))?;
        let planned =
            (1..before).flat_map(move |entry| plan.of(entry).unwrap_or_else(|error| vec![Err(error)]));
        let mut failed = false;
        Ok(planned.take_while(move |planned| !std::mem::replace(&mut failed, planned.is_err())))
    }
}

impl Planner<'_> {
    /// Returns what becomes of the content that the record of an entry names and no longer keeps.
    fn of(&self, entry: u64) -> Result<Vec<Result<Planned, Error>>, Error> {
        let Some(found) = self.reader.sealed_at(entry)? else { return Ok(Vec::new()) };
        let references = found.record.references();
        if references.is_empty() || !self.has_ended(self.ends(&found)?) {
            return Ok(Vec::new());
        }
        let named = references.iter().map(|reference| reference.digest);
        Ok(named.filter_map(|content| self.judge(content, entry).transpose()).collect())
    }

    fn judge(&self, content: Identity, entry: u64) -> Result<Option<Planned>, Error> {
        if self.met.get(&content).is_some() {
            return Ok(None);
        }
        self.met.insert(content, ());
        if !self.reader.db().has(Table::Contents, content.as_bytes())? || self.was_met(&content, entry)? {
            return Ok(None);
        }
        let (mut records, mut last) = (0, None);
        // The newest is the likeliest to keep it.
        for found in self.reader.naming(&content, &Page { order: Order::Newest, ..Page::default() })? {
            let found = found?;
            let ends = self.ends(&found)?;
            if !self.has_ended(ends) {
                let until = match ends {
                    Ends::At(at, class) => Some((at, self.policy.classes[class].name.0.clone())),
                    Ends::Never => None,
                };
                return Ok(Some(Planned { content, fate: Fate::Kept { entry: found.index, until } }));
            }
            records += 1;
            last = last.max(Some((ends, found.sealed_at)));
        }
        let Some((Ends::At(at, class), sealed_at)) = last else { return Ok(None) };
        let Class { name, basis, .. } = &self.policy.classes[class];
        let ended = Ended { class: name.0.clone(), basis: basis.0.clone(), at, sealed_at, records };
        let mut holds = Vec::new();
        for hold in &self.holds {
            if self.reader.covers(hold, &content)? {
                holds.push(hold.clone());
            }
        }
        let fate = if holds.is_empty() { Fate::Goes(ended) } else { Fate::Held(ended, holds) };
        Ok(Some(Planned { content, fate }))
    }

    /// Returns whether a record before the entry led to the content, which a cache of what was met may have forgotten.
    fn was_met(&self, content: &Identity, entry: u64) -> Result<bool, Error> {
        for found in self.reader.naming(content, &Page { before: entry, ..Page::default() })? {
            if self.has_ended(self.ends(&found?)?) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn has_ended(&self, ends: Ends) -> bool {
        matches!(ends, Ends::At(at, _) if at <= self.now)
    }

    /// Returns until when a record keeps its content. A supplement is of the class of its subject, and keeps its content
    /// from when it was sealed itself. An event keeps it for ever.
    fn ends(&self, found: &Match) -> Result<Ends, Error> {
        let Some(declaration) = declaration_of(&found.record) else { return Ok(Ends::Never) };
        let subject = if let Some(subject) = self.subjects.get(&declaration) {
            subject
        } else {
            let subject = self.subject(declaration)?;
            self.subjects.insert(declaration, subject.clone());
            subject
        };
        Ok(self.policy.ends(&subject, found.sealed_at))
    }

    fn subject(&self, declaration: Identity) -> Result<Subject, Error> {
        let missing = || Error::corrupt(format!("the declaration {declaration} is missing"));
        let index = self.reader.index_of(&declaration)?.ok_or_else(missing)?;
        let Match { record, by, .. } = self.reader.sealed_at(index)?.ok_or_else(missing)?;
        let kind = record.value().get("kind").and_then(Value::as_str).unwrap_or_default().to_owned();
        let terms = vec![
            Term::text(Field::Kind, EventKind::Policy.as_str()),
            Term::digest(Field::Subject, &declaration),
        ];
        let filter = Filter { kind: Some(RecordKind::Event), terms, ..Filter::default() };
        let mut tags = Vec::new();
        for event in self.reader.query(&filter, &Page::default())?.records() {
            let tag = event?
                .record
                .value()
                .get("body")
                .and_then(|body| Some(body.get("tag")?.as_str()?.to_owned()));
            tags.extend(tag);
        }
        Ok(Subject { kind, by, tags })
    }
}
