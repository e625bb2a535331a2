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
    /// Text of 1 to 1,024 bytes: what a search asks for.
    Query,
    /// 1 to 64 of `a-z 0-9 . _ - : /`, the first a letter or a digit: never the name or the address of a person.
    Handle,
    /// An [`Occurrence`](crate::Occurrence).
    Occurrence,
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
    /// A mark: `true`, or the member is absent.
    True,
    /// An unsigned integer.
    Uint,
    /// A time: milliseconds since 1970, an unsigned integer.
    Millis,
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
    /// A closed map whose members depend on the text of this one of its members.
    Cases(&'static str, &'static [Case]),
    /// What a record says; which of these it is, the record's member `kind` states.
    Body(&'static [Kind]),
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

    /// Returns whether it is text in every form.
    pub(super) fn is_text(&self) -> bool {
        matches!(
            self,
            Self::Version(_)
                | Self::Choice(_)
                | Self::Name
                | Self::Query
                | Self::Handle
                | Self::Occurrence
                | Self::Identifier
                | Self::Text
                | Self::Dns
                | Self::Media
                | Self::Base64
        )
    }
}

/// The members of a closed map for some texts of its distinguishing member.
pub type Case = (&'static [&'static str], &'static [Member]);

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

/// What a supplement or an event of one kind says.
#[derive(Debug)]
pub struct Kind {
    /// The text of `kind`.
    pub name: &'static str,
    /// What `body` accepts.
    pub body: Shape,
    /// What its members owe to each other.
    pub rules: &'static [Rule],
}

/// A rule over several members of a body. It is checked when each of them is well-formed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Only the store writes this kind; nobody submits it.
    ByStore,
    /// At least one of these members is there.
    Any(&'static [&'static str]),
    /// The map at this member has a member.
    NotEmpty(&'static str),
    /// The map at this member has exactly one of these.
    One(&'static str, &'static [&'static str]),
    /// The second number is not below the first.
    Ordered(&'static str, &'static str),
    /// The number is not above this one.
    AtMost(&'static str, u64),
    /// The digest is not the subject of the record.
    NotSubject(&'static str),
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

/// Whether a member must be present. In a declaration every member must; supplements,
/// events and content by value have optional ones.
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
