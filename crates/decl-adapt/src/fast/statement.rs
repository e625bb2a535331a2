//! The state of the fast path: a body on its tape, the statements of the objects around the current place, and the
//! bytes written so far. Its functions return `None` when it is unsure.

use super::plan::{Encoding, OpenMap, Place, Plan};
use decl_core::{Content, Reference, json::Tape};

/// A statement of an object, and where it goes.
#[derive(Clone, Copy)]
pub(super) struct Statement<'p> {
    pub(super) rank: usize,
    pub(super) place: Place,
    pub(super) output: Output<'p>,
}

#[derive(Clone, Copy)]
pub(super) enum Output<'p> {
    /// A value of the body, encoded so.
    Read(&'p Encoding, usize),
    /// A value that makes these items of a list.
    Items(&'p Encoding, usize, Span),
    /// Null, which is a stated default.
    Default,
    /// `[]`
    Empty,
    Word(&'static str),
    /// Constant bytes of the table.
    Bytes(&'p [u8]),
    /// A map of these entries.
    Map(MapEntries<'p>),
}

/// The entries of an open map among these statements.
#[derive(Clone, Copy)]
pub(super) struct MapEntries<'p> {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) map: usize,
    /// The plan of the map; `None` for a message without a plan.
    pub(super) plan: Option<&'p Plan>,
}

impl<'p> MapEntries<'p> {
    pub(super) fn open_map(self) -> Option<&'p OpenMap> {
        self.plan.map(|plan| &plan.maps[self.map])
    }
}

/// A range of items.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub(super) from: u32,
    pub(super) to: u32,
}

/// The members that tell an object's kind.
pub(super) type Tags = [Option<&'static str>; 2];

/// The state of one run of a plan over a body.
pub(super) struct Writer<'p, 't, 'a> {
    pub(super) tape: &'t Tape<'a>,
    pub(super) bytes: Vec<u8>,
    pub(super) references: Vec<Reference>,
    pub(super) contents: Vec<Content>,
    pub(super) quoted: Vec<Content>,
    /// The statements of the objects around this place, the innermost last.
    pub(super) statements: Vec<Statement<'p>>,
    /// The entries of the open maps around this place.
    pub(super) entries: Vec<(&'p str, Output<'p>)>,
}
