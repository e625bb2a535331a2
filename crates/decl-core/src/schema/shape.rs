//! The vocabulary of the tables.

/// What one place takes. The tables in `tables.rs` are `declaration-v1.cddl` in these words.
#[derive(Debug)]
pub enum Shape {
    /// Exactly this text; another one is another version of the format.
    Version(&'static str),
    /// One of these texts.
    Choice(&'static [&'static str]),
    /// Text of 1 to 256 bytes.
    Name,
    /// Text of at most 64 KiB that others made: the id of a call, a URL.
    Identifier,
    /// Any text.
    Text,
    /// A DNS name in lower case.
    Dns,
    /// A media type.
    Media,
    /// false or true.
    Bool,
    /// An integer from 0.
    Uint,
    /// Any integer.
    Int,
    /// Any finite number.
    Num,
    /// Padded, canonical base64.
    Base64,
    /// Any JSON, null included: it becomes text.
    Json,
    /// 32 bytes; hex in JSON.
    Bytes32,
    /// A foreign digest with its algorithm.
    Digest,
    /// Its bytes, as many as the algorithm beside it gives.
    DigestValue,
    /// Content by reference. In the source form also by value; then JSON has this media type unless it states one.
    Content(&'static str),
    /// `{"absent": ...}`
    Absent,
    /// A map with members of the caller's choice.
    Open(Guard),
    /// The map of extensions.
    Ext,
    /// A closed map. Members in canonical order.
    Map(&'static [Member]),
    /// A closed map whose members depend on the text of its member `t`.
    Cases(&'static [(&'static [&'static str], &'static [Member])]),
    /// A list with at least so many items.
    List(usize, &'static Shape),
    /// A list of exactly these.
    Tuple(&'static [Shape]),
    /// The first alternative that the value looks like; there is no trying out.
    Either(&'static [Shape]),
    /// Where an item of context stands: section, message, part.
    Placed,
}

impl Shape {
    /// Stands in place of a media type, for content that cannot stand by value.
    pub const REFERENCE: &str = "";
}

/// What is looked for in an open map besides secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Artefacts of execution, by name, at any depth.
    Artefacts,
    /// The same in the first level only: below it, policies name what they judge.
    ArtefactsOnTop,
    /// Nothing: this map asks for results or describes hardware and seeds, so their names belong here.
    Nothing,
}

/// One member of a closed map.
#[derive(Debug)]
pub struct Member {
    /// Its key.
    pub name: &'static str,
    /// What it takes.
    pub shape: Shape,
    /// Whether it must be there.
    pub presence: Presence,
}

/// Whether a member must be there. In a declaration every member must; only content by value has one to leave out.
#[derive(Debug)]
pub enum Presence {
    /// It must be there.
    Mandatory,
    /// Mandatory in declarations of this kind, forbidden in the others.
    OfKind(&'static str),
    /// It may be left out.
    Optional,
}

impl Member {
    /// Returns whether a declaration of this kind must have the member.
    pub fn required(&self, kind: &str) -> bool {
        match self.presence {
            Presence::Mandatory => true,
            Presence::OfKind(only) => only == kind,
            Presence::Optional => false,
        }
    }
}

pub(super) const fn member(name: &'static str, shape: Shape) -> Member {
    Member { name, shape, presence: Presence::Mandatory }
}

pub(super) const fn only(kind: &'static str, name: &'static str, shape: Shape) -> Member {
    Member { name, shape, presence: Presence::OfKind(kind) }
}

pub(super) const fn optional(name: &'static str, shape: Shape) -> Member {
    Member { name, shape, presence: Presence::Optional }
}
