//! What the fast path works on: a body on its tape, what the objects around the current place state, and the bytes that
//! were written so far.

use super::plan::{OpenMap, Place, Plan, Way};
use decl_core::{Content, Reference, json::Tape};

/// `None` wherever this is not sure.
pub(super) type Sure<T = ()> = Option<T>;

/// A statement of an object, and where it goes.
#[derive(Clone, Copy)]
pub(super) struct Found<'p> {
    pub(super) rank: usize,
    pub(super) place: Place,
    pub(super) what: What<'p>,
}

#[derive(Clone, Copy)]
pub(super) enum What<'p> {
    /// A value of the body, read in this way.
    Read(&'p Way, usize),
    /// A value that makes so many items of a list; of messages, those from one to another.
    Items(&'p Way, usize, Span),
    /// Null: a stated default.
    Default,
    /// `[]`
    Empty,
    Word(&'static str),
    /// What the table says each time.
    Bytes(&'p [u8]),
    /// A map of what was said in it.
    Map(Said<'p>),
}

/// What was said in an open map: its entries among these statements.
#[derive(Clone, Copy)]
pub(super) struct Said<'p> {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) map: usize,
    /// Whose map it is; none of a message that no plan makes.
    pub(super) plan: Option<&'p Plan>,
}

impl<'p> Said<'p> {
    pub(super) fn open_map(self) -> Option<&'p OpenMap> {
        self.plan.map(|plan| &plan.maps[self.map])
    }
}

/// From one item to another.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub(super) from: u32,
    pub(super) to: u32,
}

/// The members that told of what kind an object is.
pub(super) type Tags = [Option<&'static str>; 2];

/// The state of one run of a plan over a body.
pub(super) struct Writer<'p, 't, 'a> {
    pub(super) tape: &'t Tape<'a>,
    pub(super) bytes: Vec<u8>,
    pub(super) references: Vec<Reference>,
    pub(super) contents: Vec<Content>,
    pub(super) quoted: Vec<Content>,
    /// What the objects around this place state, the innermost last.
    pub(super) found: Vec<Found<'p>>,
    /// The entries of the open maps around this place.
    pub(super) entries: Vec<(&'p str, What<'p>)>,
}
