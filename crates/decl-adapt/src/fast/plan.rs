//! Plans: compiled tables. For every kind of node, the constant bytes and the places between them; for every member,
//! the place that it fills.
//!
//! What a plan cannot express is [`Action::Fallback`]: then the tree decides.

use super::super::table::{Each, Form, Object};
use decl_core::{Value, schema::Shape};
use std::sync::OnceLock;

/// One kind of node: the declaration itself, a message, a part, a tool.
pub(super) struct Plan {
    /// The encoding, from the first byte to the last.
    pub(super) pieces: Vec<Piece>,
    pub(super) slots: Vec<Slot>,
    pub(super) maps: Vec<OpenMap>,
    pub(super) table: Table,
    /// The role of a message, if it is constant.
    pub(super) role: Option<&'static str>,
    /// The open map of a part's attributes.
    pub(super) attributes: Option<usize>,
    /// The open map of a message, whose entries go into the attributes of its first part.
    pub(super) of_first_part: Option<usize>,
}

/// The rank of a statement that goes before everything else in its list.
pub(super) const FIRST: usize = 0;

pub(super) enum Piece {
    Bytes(Vec<u8>),
    Slot(usize),
    Map(usize),
}

/// A place that members fill.
pub(super) struct Slot {
    pub(super) shape: &'static Shape,
    /// Its value if no member fills it.
    pub(super) default: Option<Value<'static>>,
    /// The encoding of that; `None` if the format does not accept it.
    pub(super) bytes: Option<Vec<u8>>,
    /// How many members can fill it.
    pub(super) members: usize,
    /// The open map that it becomes if a member states something in it.
    pub(super) map: Option<usize>,
}

/// A map with names of the caller.
pub(super) struct OpenMap {
    /// The entries that it always has.
    pub(super) entries: Vec<(&'static str, Vec<u8>)>,
    /// Maps that it has if a member states something in them.
    pub(super) inner: Vec<(&'static str, usize)>,
}

/// The members of an object, in canonical order.
pub(super) struct Table {
    fields: Vec<PlanField>,
    /// The index of the first field whose name has at least this length.
    of_length: Vec<usize>,
    /// How many of them are mandatory.
    pub(super) needed: usize,
}

impl Table {
    /// Returns the table of fields in canonical order.
    pub(super) fn new(fields: Vec<PlanField>) -> Self {
        let longest = fields.last().map_or(0, |field| field.name.len());
        let from = |length| fields.partition_point(|field| field.name.len() < length);
        let of_length = (0..=longest).map(from).collect();
        let needed = fields.iter().filter(|field| field.needed).count();
        Self { fields, of_length, needed }
    }

    /// Returns the member of this name, or `None` if there is none.
    pub(super) fn field(&self, name: &[u8]) -> Option<&PlanField> {
        let as_long = &self.fields[*self.of_length.get(name.len())?..];
        let mut as_long = as_long.iter().take_while(|field| field.name.len() == name.len());
        as_long.find(|field| field.name.as_bytes() == name)
    }
}

pub(super) struct PlanField {
    pub(super) name: &'static str,
    /// Members of a node are read in this order.
    pub(super) rank: usize,
    pub(super) needed: bool,
    pub(super) act: Action,
}

pub(super) enum Action {
    /// It is not part of the run, whatever it holds.
    Skip,
    /// It is not part of the run; an object in it is a fallback.
    Scalars,
    /// The same, but an object has these members.
    Members(Table),
    Define(Define),
    Fallback,
}

pub(super) struct Define {
    pub(super) to: Option<Place>,
    /// The member's own name in the open map of its object.
    pub(super) own: Option<Place>,
    /// The place where null is stated.
    pub(super) null: Option<Place>,
    /// Whether an empty list means the same as a missing member.
    pub(super) optional: bool,
    pub(super) encoding: Encoding,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Slot(usize),
    Entry(usize, &'static str),
}

/// How a value is encoded: `Reads`, as far as the fast path supports it.
pub(super) enum Encoding {
    /// Any value, in an open map.
    Value,
    /// A pattern or words, in an open map.
    Pattern,
    /// Text that stays text.
    Text(Texts),
    Bool,
    Integer,
    Texts {
        alone: bool,
        each: Texts,
    },
    /// Text that is content of this media type.
    Content(&'static str),
    /// Content in this form; JSON has this media type.
    Form(Form, &'static str),
    /// The same in an open map.
    Quote(Form),
    /// A part of its own, marked with this name.
    Part(Form, &'static str),
    Parts(Kinds),
    List(Kinds),
    Item(Kinds),
    Turns {
        kinds: Kinds,
        leading: &'static [&'static str],
        first: usize,
    },
    /// A message of these parts before any other, marked with the member's name.
    FirstMessage {
        role: &'static str,
        name: &'static str,
        parts: Box<Encoding>,
    },
    Inside(Table),
    /// Text as the first, anything else as the second.
    Either(Box<Encoding>, Box<Encoding>),
    /// Encoded so, unless it is text that matches one of these patterns.
    Stored(&'static [(&'static str, &'static str)], Box<Encoding>),
    /// Encoded so, unless it contains a secret.
    Searched(Box<Encoding>),
    /// State that lives elsewhere; an empty list is none.
    External,
    Fallback,
}

#[derive(Clone, Copy)]
pub(super) enum Texts {
    Any,
    Names,
    Identifiers,
}

/// [`Each`] with plans; the plan of a kind is compiled on first use.
pub(super) enum Kinds {
    All(&'static Object, &'static Shape, OnceLock<Option<Box<Plan>>>),
    By(&'static str, Vec<(&'static str, Kinds)>, Option<Box<Kinds>>),
    Having(Vec<(&'static str, Kinds)>),
}

impl Kinds {
    pub(super) fn new(each: &Each, shape: &'static Shape) -> Self {
        match each {
            Each::All(object) => Self::All(object, shape, OnceLock::new()),
            Each::By { tag, kinds, untagged } => {
                let untagged = untagged.map(|each| Box::new(Self::new(each, shape)));
                Self::By(tag, Self::named(kinds, shape), untagged)
            }
            Each::Having(kinds) => Self::Having(Self::named(kinds, shape)),
            Each::External(_) => Self::Having(Vec::new()), // never sure
        }
    }

    fn named(kinds: &[(&'static str, Each)], shape: &'static Shape) -> Vec<(&'static str, Self)> {
        kinds.iter().map(|(name, each)| (*name, Self::new(each, shape))).collect()
    }

    /// Returns the plan of objects of this kind, or `None` if it is several kinds or has no plan.
    pub(super) fn plan(&self) -> Option<&Plan> {
        let Self::All(object, shape, plan) = self else { return None };
        plan.get_or_init(|| Plan::new(object, shape).map(Box::new)).as_deref()
    }
}
