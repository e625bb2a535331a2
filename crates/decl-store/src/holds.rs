//! Holds: what must not be erased.
//!
//! A hold and its release are events of the log, and nothing else is stored of them. A hold is in force if no release
//! names it.

use crate::{
    error::Error,
    index::{Field, Term},
    read::{Filter, Match, Page, Reader},
};
use decl_core::{EventKind, Identity, Record, RecordKind, Value};
use std::{collections::HashSet, fmt};

/// A hold that is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Its name, which no other hold in force has.
    pub name: String,
    /// What it holds.
    pub scope: Scope,
    /// Why it was placed.
    pub reason: String,
    /// The identity of its event.
    pub id: Identity,
    /// The index of its entry.
    pub index: u64,
    /// The log's clock when it was placed, in milliseconds since 1970.
    pub sealed_at: u64,
}

/// What a hold covers, now and later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One piece of content.
    Content(Identity),
    /// Everything that a record refers to, and everything that the supplements about it refer to.
    Subject(Identity),
    /// Everything that the records refer to which a [filter](Filter) finds, and the supplements about them.
    Query(String),
}

impl Scope {
    /// Returns the name of its member in the event.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Content(_) => "content",
            Self::Subject(_) => "subject",
            Self::Query(_) => "query",
        }
    }

    /// Returns the member `scope` of the event, in its source form.
    pub(crate) fn value(&self) -> Value<'_> {
        let scope = match self {
            Self::Content(digest) | Self::Subject(digest) => Value::text(digest.hex()),
            Self::Query(query) => Value::text(query.as_str()),
        };
        Value::map([(self.as_str(), scope)])
    }

    fn from_value(value: &Value<'_>) -> Option<Self> {
        let digest = |name| digest_of(value.get(name)?);
        digest("content")
            .map(Self::Content)
            .or_else(|| digest("subject").map(Self::Subject))
            .or_else(|| value.get("query")?.as_str().map(|query| Self::Query(query.to_owned())))
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Content(digest) | Self::Subject(digest) => write!(f, "{} {digest}", self.as_str()),
            Self::Query(query) => write!(f, "{} {query}", self.as_str()),
        }
    }
}

impl Reader {
    /// Returns the holds that are in force, the oldest first.
    pub fn holds(&self) -> Result<Vec<Hold>, Error> {
        let mut released = HashSet::new();
        for release in self.events(EventKind::Release)? {
            released
                .extend(release?.record.value().get("body").and_then(|body| digest_of(body.get("hold")?)));
        }
        let mut holds = Vec::new();
        for hold in self.events(EventKind::Hold)? {
            let Match { index, sealed_at, record, .. } = hold?;
            let id = record.identity();
            if released.contains(&id) {
                continue;
            }
            let value = record.value();
            let text = |body: &Value<'_>, name| Some(body.get(name)?.as_str()?.to_owned());
            let read = || {
                let body = value.get("body")?;
                let scope = Scope::from_value(body.get("scope")?)?;
                Some(Hold {
                    name: text(body, "name")?,
                    scope,
                    reason: text(body, "reason")?,
                    id,
                    index,
                    sealed_at,
                })
            };
            // Its bytes were checked when they were read.
            holds.push(
                read().ok_or_else(|| Error::corrupt(format!("the hold of entry {index} cannot be read")))?,
            );
        }
        Ok(holds)
    }

    /// Returns whether a hold covers a piece of content.
    pub(crate) fn covers(&self, hold: &Hold, content: &Identity) -> Result<bool, Error> {
        let named = Term::digest(Field::Content, content);
        let found = |mut filter: Filter| {
            filter.terms.push(named);
            let records = self.query(&filter, &Page::default())?.records();
            for found in records {
                if refers(&found?.record, content) {
                    return Ok(true);
                }
            }
            Ok(false)
        };
        match &hold.scope {
            Scope::Content(digest) => Ok(digest == content),
            Scope::Subject(id) => {
                let subject = self.index_of(id)?.map(|index| self.sealed_at(index)).transpose()?.flatten();
                let about = Term::digest(Field::Subject, id);
                let about =
                    || Filter { kind: Some(RecordKind::Supplement), terms: vec![about], ..Filter::default() };
                Ok(subject.is_some_and(|subject| refers(&subject.record, content)) || found(about())?)
            }
            // Whoever placed it may have had a newer version: what cannot be read holds everything.
            Scope::Query(query) => query.parse().map_or(Ok(true), found),
        }
    }

    /// Returns whether a hold covers content under a content key.
    pub(crate) fn covers_key(&self, hold: &Hold, key: &str) -> Result<bool, Error> {
        let under = |record: &Record| record.references().iter().any(|of| of.keyed.as_deref() == Some(key));
        let any = |filter: &Filter| {
            for found in self.query(filter, &Page::default())?.records() {
                if under(&found?.record) {
                    return Ok(true);
                }
            }
            Ok(false)
        };
        let about = |kind, terms: &[Term], of: &Filter| Filter {
            kind: Some(kind),
            terms: terms.to_vec(),
            ..of.clone()
        };
        let whole = Filter::default();
        match &hold.scope {
            Scope::Content(digest) => {
                any(&Filter { terms: vec![Term::digest(Field::Content, digest)], ..whole })
            }
            Scope::Subject(id) => {
                let subject = self.index_of(id)?.map(|index| self.sealed_at(index)).transpose()?.flatten();
                let terms = [Term::digest(Field::Subject, id)];
                Ok(subject.is_some_and(|subject| under(&subject.record))
                    || any(&about(RecordKind::Supplement, &terms, &whole))?)
            }
            Scope::Query(query) => {
                let Ok(filter) = query.parse::<Filter>() else { return Ok(true) };
                for kind in RecordKind::ALL {
                    let fits = filter.terms.iter().all(|term| term.field().is_of(*kind));
                    if fits
                        && filter.kind.is_none_or(|of| of == *kind)
                        && any(&about(*kind, &filter.terms, &filter))?
                    {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
        }
    }

    fn events(&self, kind: EventKind) -> Result<impl Iterator<Item = Result<Match, Error>> + use<'_>, Error> {
        let terms = vec![Term::text(Field::Kind, kind.as_str())];
        let filter = Filter { kind: Some(RecordKind::Event), terms, ..Filter::default() };
        Ok(self.query(&filter, &Page::default())?.records())
    }
}

/// Returns whether a record refers to content.
pub(crate) fn refers(record: &Record, content: &Identity) -> bool {
    record.references().iter().any(|reference| reference.digest == *content)
}

/// Returns the digest in a member of a record.
pub(crate) fn digest_of(value: &Value<'_>) -> Option<Identity> {
    match value {
        Value::Bytes(bytes) => bytes.as_ref().try_into().ok().map(Identity::from_bytes),
        _ => None,
    }
}
