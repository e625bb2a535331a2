//! Tags of declarations, by which policies of retention know them.

use super::{Commit, prepare::Prepared};
use crate::{erase::BY, error::Error};
use decl_core::{Code, Event, EventKind, Fault, Identity, NoFiles, Record, RecordKind, Value};
use std::mem;

/// The most declarations that an event tags: its body has at most 16 KiB.
const SUBJECTS: usize = 400;

/// Checks that a record can have a tag.
pub(super) fn check(record: &Record, tag: &str) -> Result<(), Fault> {
    if record.kind() != RecordKind::Declaration {
        return Err(Fault::pointer(Code::Range, "/v", "only a declaration is tagged"));
    }
    event(tag, &[record.identity()]).map(drop)
}

fn event(tag: &str, subjects: &[Identity]) -> Result<Event, Fault> {
    let subjects = subjects.iter().map(|subject| Value::text(subject.hex()));
    let body = Value::map([
        ("tag", Value::text(tag)),
        ("action", Value::text("tag")),
        ("subjects", Value::Array(subjects.collect())),
    ]);
    Event::new(EventKind::Policy, body, BY, &mut NoFiles).map(|(event, _)| event)
}

impl Commit<'_> {
    /// Seals the tags of the works of this commit. The same tag of the same declarations is sealed once.
    pub(super) fn seal_tags(&mut self) -> Result<(), Error> {
        for (tag, subjects) in mem::take(&mut self.tags) {
            for subjects in Vec::from_iter(subjects).chunks(SUBJECTS) {
                let refused = |fault| Error::corrupt("a tag was checked and is refused").because(fault);
                let event = Record::from(event(&tag, subjects).map_err(refused)?);
                if self.sealed_as(&event.identity())?.is_none() {
                    self.append(Prepared::by_store(&event, None))?;
                }
            }
        }
        Ok(())
    }
}
