//! The index: for every field and every value, the entries of the records that have it.
//!
//! ```text
//! index   leaf type u8, field u8, digest of the value 16 bytes, u64 entry -> further entries
//! ```
//!
//! The entries of one leaf type, field and value are a **list**, in ascending order. A list only grows, at its end: each
//! commit adds one row, with the first new entry in its key. The table is derived from the records, so it can be
//! [rebuilt](crate::Store::reindex), and an audit compares the two.

pub(crate) mod rows;
mod state;
mod terms;

pub(crate) use state::Rebuilding;
pub(crate) use terms::{inherited, stored_terms, terms};

use decl_core::{EventKind, Identity, RecordKind, SupplementKind, schema};
use std::fmt;

/// Returns the field of the kind that records of one leaf type have among themselves, and every such kind. A record has
/// exactly one of them.
pub(crate) const fn own_kinds(of: RecordKind) -> (Field, &'static [&'static str]) {
    match of {
        RecordKind::Declaration => (Field::Kind, schema::KINDS),
        RecordKind::Supplement => (Field::Supplement, SupplementKind::NAMES),
        RecordKind::Event => (Field::Kind, EventKind::NAMES),
    }
}

/// A field by which records are found.
///
/// A supplement has the fields of its subject that are about the run, besides its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Field {
    /// The authority of the model.
    Authority = 1,
    /// The name of the model.
    Model = 2,
    /// The revision of the model, if it is stated.
    Revision = 3,
    /// The name of the API, if it is stated.
    Api = 4,
    /// The kind of a declaration; of an event, its own.
    Kind = 5,
    /// A piece of content of the instructions.
    Instructions = 6,
    /// A piece of content that the record refers to, anywhere.
    Content = 7,
    /// The name of a tool.
    Tool = 8,
    /// The submitter.
    By = 9,
    /// The kind of a supplement.
    Supplement = 10,
    /// The status of an execution.
    Status = 11,
    /// An occurrence of the run.
    Occurrence = 12,
    /// The declaration that a supplement is about; those that an event tags.
    Subject = 13,
}

impl Field {
    /// Every field.
    pub const ALL: [Self; 13] = [
        Self::Authority,
        Self::Model,
        Self::Revision,
        Self::Api,
        Self::Kind,
        Self::Instructions,
        Self::Content,
        Self::Tool,
        Self::By,
        Self::Supplement,
        Self::Status,
        Self::Occurrence,
        Self::Subject,
    ];

    /// Returns the name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Authority => "authority",
            Self::Model => "model",
            Self::Revision => "revision",
            Self::Api => "api",
            Self::Kind => "kind",
            Self::Instructions => "instructions",
            Self::Content => "content",
            Self::Tool => "tool",
            Self::By => "by",
            Self::Supplement => "supplement",
            Self::Status => "status",
            Self::Occurrence => "occurrence",
            Self::Subject => "subject",
        }
    }

    /// Returns whether records of a kind have the field.
    pub const fn is_of(self, kind: RecordKind) -> bool {
        match kind {
            RecordKind::Declaration => !self.is_of_supplements(),
            RecordKind::Supplement => true,
            RecordKind::Event => matches!(self, Self::Kind | Self::By | Self::Content | Self::Subject),
        }
    }

    /// Returns whether the field is about the run, so that a supplement has it from its subject.
    pub const fn is_of_runs(self) -> bool {
        !self.is_of_supplements() && !matches!(self, Self::By | Self::Content)
    }

    /// Returns whether the field is one of supplements alone, if nothing else is said: events are found by their subjects
    /// only when events are looked for.
    pub const fn is_of_supplements(self) -> bool {
        matches!(self, Self::Supplement | Self::Status | Self::Occurrence | Self::Subject)
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A field with a value, which the index knows by 16 bytes of its digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Term {
    field: Field,
    digest: [u8; 16],
}

impl Term {
    /// Returns the term of a value that is text: a name, a kind, an occurrence.
    pub fn text(field: Field, value: &str) -> Self {
        Self::digest(field, &Identity::of(value.as_bytes()))
    }

    /// Returns the term of a value that is a digest: content, or the identity of a record.
    pub fn digest(field: Field, value: &Identity) -> Self {
        let mut digest = [0; 16];
        digest.copy_from_slice(&value.as_bytes()[..16]);
        Self { field, digest }
    }

    /// Returns the field.
    pub const fn field(&self) -> Field {
        self.field
    }
}
