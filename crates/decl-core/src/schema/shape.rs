//! The types of the tables.

/// What one place accepts. The tables in `tables.rs` are `declaration-v1.cddl` in these terms.
#[derive(Debug)]
pub enum Shape {
    /// Exactly this text; any other text is another version of the format.
    Version(&'static str),
    /// One of these texts.
    Choice(&'static [&'static str]),
    /// Text of 1 to 256 bytes.
    Name,
    /// Text of at most 64 KiB that somebody else chose: the id of a call, a URL.
    Identifier,
    /// Any text.
    Text,
    /// A DNS name in lower case.
    Dns,
    /// A media type.
    Media,
    /// false or true.
    Bool,
    /// An unsigned integer.
    Uint,
    /// Any integer.
    Int,
    /// Any finite number.
    Num,
    /// Padded, canonical base64.
    Base64,
    /// Any JSON, null included; it becomes text.
    Json,
    /// 32 bytes; hex in JSON.
    Bytes32,
    /// A digest of another system, with its algorithm.
    Digest,
    /// The bytes of that digest, as many as its algorithm gives.
    DigestValue,
    /// Content by reference, in the source form also by value. JSON by value has this media type unless it states one.
    Content(&'static str),
    /// `{"absent": ...}`
    Absent,
    /// A map with members of the caller's choice.
    Open(Guard),
    /// The map of extensions.
    Ext,
    /// A closed map, its members in canonical order.
    Map(&'static [Member]),
    /// A closed map whose members depend on the text of its member `t`.
    Cases(&'static [(&'static [&'static str], &'static [Member])]),
    /// A list with at least this many items.
    List(usize, &'static Shape),
    /// A list of exactly these items.
    Tuple(&'static [Shape]),
    /// The first alternative whose type and distinguishing member match the value; there is no backtracking.
    Either(&'static [Shape]),
    /// The place of a context item: section, message, part.
    Placed,
}

impl Shape {
    /// Takes the place of a media type for content that cannot be given by value.
    pub const REFERENCE: &str = "";
}

/// What an open map must not have, besides secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Artefacts of execution, by name, at any depth.
    Artefacts,
    /// The same at the first level only: below it, policies name what they judge.
    ArtefactsOnTop,
    /// Nothing else: this map asks for results or describes hardware and seeds, so these names belong here.
    Nothing,
}

/// One member of a closed map.
#[derive(Debug)]
pub struct Member {
    /// The key.
    pub name: &'static str,
    /// What it accepts.
    pub shape: Shape,
    /// Whether it must be present.
    pub presence: Presence,
}

/// Whether a member must be present. In a declaration every member must; only content by value has an optional one.
#[derive(Debug)]
pub enum Presence {
    /// It must be present.
    Mandatory,
    /// Mandatory in declarations of this kind, forbidden in the others.
    OfKind(&'static str),
    /// It may be absent.
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
