//! The vocabulary of the tables.
//!
//! A table says of every member at every depth of a request body what it is to the run ([`Class`]) and, where it
//! defines the run, how it is read and where it goes ([`Target`]). Places are JSON pointers into the *node* that is
//! being built: the declaration itself, one of its messages, parts or tools.

/// One API, as data.
#[derive(Debug)]
pub struct Adapter {
    /// What `--from` takes.
    pub name: &'static str,
    /// Another table, another version: a change of the table can change the identity of a body.
    pub version: u32,
    /// `environment.api.name`, and the head of the keys of `ext`: `authority/api`.
    pub api: &'static str,
    /// The vendor's page that the table was read from.
    pub reference: &'static str,
    /// The whole body; its node is the declaration in source form.
    pub body: Object,
}

impl Adapter {
    /// Who serves the API: the part of [`Adapter::api`] before the slash.
    pub fn authority(&self) -> &'static str {
        self.api.split_once('/').map_or(self.api, |(authority, _)| authority)
    }
}

/// A JSON object of the body: the members it may have.
#[derive(Debug)]
pub struct Object {
    /// The node before any member is read, as JSON: what holds when the body says nothing. Empty if the members
    /// belong to the node around the object.
    pub base: &'static str,
    /// The open map for what has no place of its own: members are kept there under their own name, and so is every
    /// statement that would otherwise look like silence (see [`Target`]).
    pub rest: &'static str,
    /// Every member that the API knows here. Another one is unknown.
    pub members: &'static [Member],
}

/// A member of an object.
#[derive(Debug)]
pub struct Member {
    /// The name on the wire.
    pub name: &'static str,
    /// What it is to the run.
    pub class: Class,
}

/// What a member is to the run.
#[derive(Debug)]
pub enum Class {
    /// D: it defines the run.
    Defines(Target),
    /// T: it moves, bills, stores or labels the request. Left out.
    Transport,
    /// S: a secret. Left out, never stored.
    Secret,
    /// X: it names state that lives elsewhere. Refused, with this hint how to bring the state in.
    External(&'static str),
}

/// Where a member goes.
///
/// Three things that a body can state have no place of their own: null where the declaration knows no absence, an
/// empty list or object, and the value that holds anyway. All three go under the member's own name into the open map
/// of its object, so that no statement is ever taken for silence.
#[derive(Debug)]
pub struct Target {
    /// JSON pointer into the node; empty for the member's own name in [`Object::rest`].
    pub to: &'static str,
    /// How the value is read.
    pub reads: Reads,
    /// Is the member mandatory?
    pub required: bool,
}

/// How a value is read.
#[derive(Debug)]
pub enum Reads {
    /// As it is; null inside is a stated default.
    Value,
    /// Text of 1 to 256 bytes.
    Name,
    /// An integer.
    Integer,
    /// A list of text; with `alone`, one text is the list of that text, which the API documents as the same.
    Texts {
        /// May a text stand for the list?
        alone: bool,
    },
    /// Text that is content of this media type.
    Text(&'static str),
    /// Text that is content, in an open map, where only the reference may stand.
    Quote,
    /// JSON whose member order can reach the model: content, in the order given.
    Json,
    /// A `data:` URL: content of the type it names. Another URL is external state.
    DataUrl,
    /// Base64: the bytes of content whose type another member gives.
    Base64,
    /// The subtype of a media type of this kind: `wav` of `audio`.
    Subtype(&'static str),
    /// Text: a text part of its own, marked with the member's name.
    Part,
    /// Text, which is one text part; or a list of parts. A list of one says so, or it would look like text.
    Parts(&'static Each),
    /// An object whose members belong to this node.
    Inside(&'static Object),
    /// An object that is one more item of the list.
    Item(&'static Object),
    /// A list of objects, each one more item of the list.
    List(&'static Each),
    /// The list of messages: those of the leading roles to the first place, from the first other one on to the second.
    Turns {
        /// The messages, by role.
        each: &'static Each,
        /// Roles that instruct as long as no other has spoken.
        leading: &'static [&'static str],
        /// Where the messages before any other role go.
        first: &'static str,
    },
    /// Text in the first way, anything else in the second.
    Either(&'static Reads, &'static Reads),
}

/// The objects in a list.
#[derive(Debug)]
pub enum Each {
    /// All of one kind.
    All(&'static Object),
    /// Told apart by the text of this member.
    By(&'static str, &'static [(&'static str, &'static Object)]),
}

/// D, under its own name.
pub(super) const fn own(name: &'static str, reads: Reads) -> Member {
    put(name, "", reads)
}

/// D, at a place.
pub(super) const fn put(name: &'static str, to: &'static str, reads: Reads) -> Member {
    Member { name, class: Class::Defines(Target { to, reads, required: false }) }
}

/// D, mandatory, at a place.
pub(super) const fn need(name: &'static str, to: &'static str, reads: Reads) -> Member {
    Member { name, class: Class::Defines(Target { to, reads, required: true }) }
}

/// T.
pub(super) const fn transport(name: &'static str) -> Member {
    Member { name, class: Class::Transport }
}

/// X.
pub(super) const fn external(name: &'static str, hint: &'static str) -> Member {
    Member { name, class: Class::External(hint) }
}
