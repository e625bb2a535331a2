//! What `decl log` looks for: a filter that the index answers, and conditions that the records answer.

use crate::args::{Digest, Filters};
use crate::failure::Failure;
use crate::input;
use crate::store;
use decl_core::{EventKind, Identity, IdentityHasher, RecordKind, Supplement, Value, cbor, limits, schema};
use decl_explain::Condition;
use decl_store::{Field, Filter, Match, Reader, Term};
use std::io::{self, Read as _};

/// The filters of a command line.
pub(crate) struct Search {
    pub(crate) filter: Filter,
    pub(crate) conditions: Vec<Condition>,
}

impl Search {
    /// Reads the files that the filters name, and looks their subject up. Filters that no record can match are refused.
    pub(crate) fn new(reader: &Reader, args: &Filters) -> Result<Self, Failure> {
        let mut terms = Vec::new();
        let subject = args.subject.as_deref().map(|subject| identity(reader, subject)).transpose()?;
        let text = |field, value: Option<&str>| value.map(|value| Term::text(field, value));
        terms.extend(text(Field::Authority, args.authority.as_deref()));
        terms.extend(text(Field::Model, args.model.as_deref()));
        terms.extend(text(Field::Revision, args.revision.as_deref()));
        terms.extend(text(Field::Api, args.api.as_deref()));
        terms.extend(text(Field::Kind, args.kind.as_deref()));
        terms.extend(args.tool.iter().map(|tool| Term::text(Field::Tool, tool)));
        terms.extend(text(Field::By, args.by.as_deref()));
        terms.extend(args.supplement.map(|kind| Term::text(Field::Supplement, kind.as_str())));
        terms.extend(args.status.map(|status| Term::text(Field::Status, status.as_str())));
        terms
            .extend(args.occurrence.map(|occurrence| Term::text(Field::Occurrence, &occurrence.to_string())));
        terms.extend(subject.map(|subject| Term::digest(Field::Subject, &subject)));
        for (field, contents) in
            [(Field::Instructions, &args.instructions), (Field::Content, &args.refers_to)]
        {
            for content in contents {
                terms.push(Term::digest(field, &digest(content)?));
            }
        }
        let kind = kind(args)?;
        let filter = Filter { kind, terms, since: args.since, until: args.until };
        filter.kinds()?;
        Ok(Self { filter, conditions: args.open_at.iter().chain(&args.at).cloned().collect() })
    }

    /// Returns whether a record that the index found meets the conditions.
    pub(crate) fn admits(&self, reader: &Reader, found: &Match) -> Result<bool, Failure> {
        let document = found.record.value();
        for condition in &self.conditions {
            let holds = match found.record.kind() {
                RecordKind::Supplement if condition.is_of_declarations() => {
                    let subject = Supplement::try_from(found.record.clone())?.subject();
                    let subject = reader.record(&subject)?.unwrap_or_default();
                    condition.holds(&cbor::decode(&subject).unwrap_or(Value::Null))
                }
                RecordKind::Event if condition.is_of_declarations() => false,
                _ => condition.holds(&document),
            };
            if !holds {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Returns the type of records that the filters ask for, as far as they say it.
fn kind(args: &Filters) -> Result<Option<RecordKind>, Failure> {
    let runs_alone = args.of.is_none()
        && args.refers_to.is_empty()
        && args.supplement.is_none()
        && args.status.is_none()
        && args.occurrence.is_none()
        && args.subject.is_none();
    let of_a_run = |kind: &String| schema::KINDS.contains(&kind.as_str());
    match (args.of, &args.kind) {
        (Some(RecordKind::Event), _) if !args.open_at.is_empty() => {
            Err(Failure::unknown("no event leaves a place open: nothing can match"))
        }
        (Some(RecordKind::Event), Some(kind)) if of_a_run(kind) => {
            Err(no_kind("event", kind, EventKind::NAMES))
        }
        (Some(of @ (RecordKind::Declaration | RecordKind::Supplement)), Some(kind)) if !of_a_run(kind) => {
            Err(no_kind(of.as_str(), kind, schema::KINDS))
        }
        (None, Some(kind)) if !of_a_run(kind) => Ok(Some(RecordKind::Event)),
        (None, _) if runs_alone && !args.open_at.is_empty() => Ok(Some(RecordKind::Declaration)),
        (of, _) => Ok(of),
    }
}

fn no_kind(of: &str, kind: &str, kinds: &[&str]) -> Failure {
    Failure::unknown(format_args!("no {of} has the kind {kind}: nothing can match"))
        .hint(format!("the kinds are {}", kinds.join(", ")))
}

/// Returns the identity that begins with this text. A whole one need not be sealed.
fn identity(reader: &Reader, text: &str) -> Result<Identity, Failure> {
    text.parse().or_else(|_| store::find(reader, text))
}

/// Returns the digest of a piece of content that is given as such or as a file.
fn digest(content: &Digest) -> Result<Identity, Failure> {
    let path = match content {
        Digest::Of(digest) => return Ok(*digest),
        Digest::File(path) => path,
    };
    let fail = |error: io::Error| Failure::file(path, &error);
    let mut hasher = IdentityHasher::default();
    let mut file = input::open(path).map_err(fail)?.take(limits::CONTENT_BYTES as u64 + 1);
    let (mut chunk, mut len) = (vec![0; 1 << 16], 0);
    loop {
        match file.read(&mut chunk).map_err(fail)? {
            0 => return Ok(hasher.finish()),
            n => {
                hasher.update(&chunk[..n]);
                len += n;
            }
        }
        if len > limits::CONTENT_BYTES {
            return Err(Failure::unknown(format_args!("{}: larger than any content", path.display())));
        }
    }
}
