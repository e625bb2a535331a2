//! What a record is entered under.

use super::{Field, Term};
use crate::{error::Error, rocks::View, rows};
use decl_core::{Identity, Record, RecordKind, cbor::Item, limits};

/// Returns the terms of a record that `by` submitted, each once, in order. A supplement has those of its `subject`, the
/// canonical bytes of a declaration, that are about the run.
pub(crate) fn terms(record: &Record, by: &str, subject: Option<&[u8]>) -> Vec<Term> {
    let mut terms = Vec::with_capacity(16 + record.references().len());
    terms.push(Term::text(Field::By, by));
    terms.extend(record.references().iter().map(|reference| Term::digest(Field::Content, &reference.digest)));
    let item = Item::new(record.as_bytes());
    match record.kind() {
        RecordKind::Declaration => run(item, &mut terms),
        RecordKind::Supplement => {
            supplement(item, &mut terms);
            if let Some(subject) = subject {
                run(Item::new(subject), &mut terms);
            }
        }
        RecordKind::Event => event(item, &mut terms),
    }
    terms.sort_unstable();
    terms.dedup();
    terms
}

/// Returns the terms of a sealed record.
pub(crate) fn stored_terms(record: &Record, by: &str, view: &View<'_>) -> Result<Vec<Term>, Error> {
    let subject = Item::new(record.as_bytes()).get("subject").and_then(Item::bytes);
    let subject = subject.and_then(|bytes| bytes.try_into().ok()).map(Identity::from_bytes);
    let subject = subject.map(|subject| rows::stored_record(&subject, view)).transpose()?;
    Ok(terms(record, by, subject.as_deref()))
}

/// Returns the terms that a supplement has of its subject, given the terms of that declaration.
pub(crate) fn inherited(declaration: &[Term]) -> impl Iterator<Item = Term> {
    declaration.iter().copied().filter(|term| term.field().is_of_runs())
}

/// Adds what a declaration says of its run, in one pass over its members.
fn run(declaration: Item<'_>, terms: &mut Vec<Term>) {
    for (name, item) in declaration.members() {
        match name {
            "kind" => text(terms, Field::Kind, Some(item)),
            "model" => {
                text(terms, Field::Authority, item.get("authority"));
                text(terms, Field::Model, item.get("name"));
                text(terms, Field::Revision, item.get("revision"));
            }
            "tools" => item.items().for_each(|tool| text(terms, Field::Tool, tool.get("name"))),
            "environment" => text(terms, Field::Api, item.get("api").and_then(|api| api.get("name"))),
            "instructions" => instructions(item, limits::DEPTH, terms),
            _ => {}
        }
    }
}

/// Adds the digest of each reference to content inside an item.
fn instructions(item: Item<'_>, depth: usize, terms: &mut Vec<Term>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    item.items().for_each(|inner| instructions(inner, depth, terms));
    for (name, inner) in item.members() {
        match name {
            "b3" | "kb3" => digest(terms, Field::Instructions, Some(inner)),
            _ => instructions(inner, depth, terms),
        }
    }
}

/// Adds what a supplement says itself.
fn supplement(supplement: Item<'_>, terms: &mut Vec<Term>) {
    let body = supplement.get("body");
    text(terms, Field::Supplement, supplement.get("kind"));
    text(terms, Field::Status, body.and_then(|body| body.get("status")));
    text(terms, Field::Occurrence, body.and_then(|body| body.get("occurrence")));
    digest(terms, Field::Subject, supplement.get("subject"));
}

/// Adds what an event says. A tag is about the declarations that it names.
fn event(event: Item<'_>, terms: &mut Vec<Term>) {
    text(terms, Field::Kind, event.get("kind"));
    if let Some(subjects) = event.get("body").and_then(|body| body.get("subjects")) {
        subjects.items().for_each(|subject| digest(terms, Field::Subject, Some(subject)));
    }
}

/// Adds a value if it is text. What is absent is a map.
fn text(terms: &mut Vec<Term>, field: Field, item: Option<Item<'_>>) {
    terms.extend(item.and_then(Item::text).map(|text| Term::text(field, text)));
}

/// Adds a value if it is a digest.
fn digest(terms: &mut Vec<Term>, field: Field, item: Option<Item<'_>>) {
    let digest = item.and_then(Item::bytes).and_then(|bytes| bytes.try_into().ok());
    terms.extend(digest.map(|digest| Term::digest(field, &Identity::from_bytes(digest))));
}
