//! What a table comes to, for who writes the encoding at once: of every kind of node, what is the same each time, as
//! bytes, and the places between them; of every member, the place that it fills.
//!
//! Where a table says more than these words can, the plan is [`Act::Unsure`]: then the tree decides.

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
    /// The role of a message, if it is the same each time.
    pub(super) role: Option<&'static str>,
    /// The attributes of a part.
    pub(super) attributes: Option<usize>,
    /// The open map of a message, whose entries go into the attributes of its first part.
    pub(super) of_first_part: Option<usize>,
}

/// The rank of what goes before everything else in its list.
pub(super) const FIRST: usize = 0;

pub(super) enum Piece {
    Bytes(Vec<u8>),
    Slot(usize),
    Map(usize),
}

/// A place that members fill.
pub(super) struct Slot {
    pub(super) shape: &'static Shape,
    /// What stands there if none does.
    pub(super) silent: Option<Value<'static>>,
    /// The encoding of that; none if the format does not take it.
    pub(super) bytes: Option<Vec<u8>>,
    /// How many members can fill it.
    pub(super) members: usize,
    /// The open map that it becomes if a member says something in it.
    pub(super) map: Option<usize>,
}

/// A map of the caller's own names.
pub(super) struct OpenMap {
    /// What is in it always.
    pub(super) entries: Vec<(&'static str, Vec<u8>)>,
    /// Maps that are in it if a member says something in them.
    pub(super) inner: Vec<(&'static str, usize)>,
}

/// The members of an object, in canonical order.
pub(super) struct Table {
    fields: Vec<Field>,
    /// Where those begin whose names have this length or more.
    of_length: Vec<usize>,
    /// How many of them the API asks for.
    pub(super) needed: usize,
}

impl Table {
    /// Of fields in canonical order.
    pub(super) fn new(fields: Vec<Field>) -> Self {
        let longest = fields.last().map_or(0, |field| field.name.len());
        let from = |length| fields.partition_point(|field| field.name.len() < length);
        let of_length = (0..=longest).map(from).collect();
        let needed = fields.iter().filter(|field| field.needed).count();
        Self { fields, of_length, needed }
    }

    /// The member of this name.
    pub(super) fn field(&self, name: &[u8]) -> Option<&Field> {
        let as_long = &self.fields[*self.of_length.get(name.len())?..];
        let mut as_long = as_long.iter().take_while(|field| field.name.len() == name.len());
        as_long.find(|field| field.name.as_bytes() == name)
    }
}

pub(super) struct Field {
    pub(super) name: &'static str,
    /// Members of a node are read in this order.
    pub(super) rank: usize,
    pub(super) needed: bool,
    pub(super) act: Act,
}

pub(super) enum Act {
    /// Not part of the run, whatever it holds.
    Skip,
    /// Not part of the run, unless it holds an object.
    Scalars,
    /// The same, but an object has these members.
    Members(Table),
    Define(Define),
    Unsure,
}

pub(super) struct Define {
    pub(super) to: Option<Place>,
    /// The member's own name in the open map of its object.
    pub(super) own: Option<Place>,
    /// Where null is stated.
    pub(super) null: Option<Place>,
    /// Whether an empty list means the same as a missing member.
    pub(super) silent: bool,
    pub(super) way: Way,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Slot(usize),
    Entry(usize, &'static str),
}

/// How a value is read: `Reads`, as far as this goes.
pub(super) enum Way {
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
    /// A message of these parts, marked with the member's name, before any other.
    Said {
        role: &'static str,
        name: &'static str,
        parts: Box<Way>,
    },
    Inside(Table),
    /// Text in the first way, anything else in the second.
    Either(Box<Way>, Box<Way>),
    /// In this way, unless it is text like one of these.
    Stored(&'static [(&'static str, &'static str)], Box<Way>),
    /// In this way, unless there is a secret in it.
    Searched(Box<Way>),
    /// State that lives elsewhere, which is none if the list is empty.
    External,
    Unsure,
}

#[derive(Clone, Copy)]
pub(super) enum Texts {
    Any,
    Names,
    Identifiers,
}

/// [`Each`]; the plan of a kind is made when it is first met.
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

    /// The plan of objects of this kind, if it is one.
    pub(super) fn plan(&self) -> Option<&Plan> {
        let Self::All(object, shape, plan) = self else { return None };
        plan.get_or_init(|| Plan::new(object, shape).map(Box::new)).as_deref()
    }
}
