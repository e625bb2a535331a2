//! The types of the tables.
//!
//! For every member at every depth of a request body, a table states what it is to the run ([`Class`]) and, if it
//! defines the run, how it is read and where it goes ([`Target`]). Places are JSON pointers into the *node* that is
//! being built: the declaration itself, one of its messages, parts or tools.

/// One API, as data.
#[derive(Debug)]
pub struct Adapter {
    /// The name for `--from`.
    pub name: &'static str,
    /// The version of the table: a change of the table can change the identity of a body.
    pub version: u32,
    /// `environment.api.name`, and the prefix of the keys of `ext`: `authority/api`.
    pub api: &'static str,
    /// The vendor's page that the table was read from.
    pub reference: &'static str,
    /// How the vendor reads JSON.
    pub mapping: Mapping,
    /// The whole body; its node is the declaration in source form.
    pub body: Object,
}

impl Adapter {
    /// Returns the server of the API: the part of [`Adapter::api`] before the slash.
    pub fn authority(&self) -> &'static str {
        self.api.split_once('/').map_or(self.api, |(authority, _)| authority)
    }
}

/// How a vendor reads JSON: which spellings are equivalent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mapping {
    /// One name per member; base64 in its canonical form.
    Plain,
    /// The JSON mapping of protocol buffers: a member's name in camel or in snake case, base64 in either alphabet with
    /// or without padding, null for an absent member, a model by its name or as a resource, `models/m`.
    Proto,
}

/// A JSON object of the body and its members.
#[derive(Debug)]
pub struct Object {
    /// The node before any member is read, as JSON: what holds if the body states nothing. If the members belong to
    /// the node around the object, it is what the presence of the object states about that node; often nothing, so it
    /// is empty.
    pub base: &'static str,
    /// The open map for what has no place of its own. Members are kept there under their own name, and so is every
    /// statement that would otherwise look like an absent member (see [`Target`]).
    pub rest: &'static str,
    /// Every member that the API has here. All others are unknown.
    pub members: &'static [Field],
}

/// A member of an object.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The name on the wire.
    pub name: &'static str,
    /// Its class.
    pub class: Class,
}

impl Field {
    /// Returns true if an object without this member is refused.
    pub(super) fn needed(&self) -> bool {
        matches!(self.class, Class::Defines(Target { missing: Missing::Refused | Missing::External(_), .. }))
    }
}

/// What a member is to the run.
#[derive(Clone, Copy, Debug)]
pub enum Class {
    /// D: it defines the run.
    Defines(Target),
    /// T: it moves, bills, stores or labels the request. It is left out.
    Transport(Holds),
    /// S: it is a secret. It is left out and never stored.
    Secret(Holds),
    /// X: it names state that lives elsewhere. It is refused, with this hint how to bring the state in.
    External(&'static str),
    /// A: a run produces it or finds it out. It is refused, with this hint, or left out if it is empty.
    Artefact(&'static str),
}

/// What a member that is left out may hold. A member that a vendor adds to it later is refused: what is left out
/// unread could define the run.
#[derive(Clone, Copy, Debug)]
pub enum Holds {
    /// Text, a number, true or false, or a list of them. An object is refused, because no table names its members.
    Scalars,
    /// An object with these members, or null; for a secret, also text, which is the credential itself. Each member has
    /// its own class, so it may define the run; any other value could say the same in a way that no table reads, so it
    /// is refused.
    Members(&'static Object),
    /// Anything: the caller chose the names in it, and the executor does not read them.
    Free,
}

/// Where a member goes.
///
/// Null where the declaration has no absence, an empty list or object, and an explicit default have no place of their
/// own. They are kept under the member's name in the open map of its object, so that an explicit value never hashes
/// like an absent one.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// JSON pointer into the node; empty for the member's own name in [`Object::rest`].
    pub to: &'static str,
    /// The member's name in [`Object::rest`], if the one on the wire is taken or would look like a run's product; else
    /// empty.
    pub called: &'static str,
    /// How the value is read.
    pub reads: Reads,
    /// What applies if the member is absent or null.
    pub missing: Missing,
}

/// What applies to a body without a member.
#[derive(Clone, Copy, Debug)]
pub enum Missing {
    /// The member is optional.
    Allowed,
    /// The body is refused: the member is mandatory.
    Refused,
    /// The body is refused with this hint: the state that the member would hold lives elsewhere.
    External(&'static str),
}

/// How a value is read.
#[derive(Clone, Copy, Debug)]
pub enum Reads {
    /// As it is; null inside is a stated default.
    Value,
    /// The same for a pattern or words: it may look like a URL with a password in it, and is none.
    Pattern,
    /// The headers of requests to another server. Those that carry credentials are left out; the others choose what
    /// the server does, so they define the run. Names are in lower case, because their case has no meaning.
    Headers,
    /// true or false.
    Bool,
    /// Text of 1 to 256 bytes.
    Name,
    /// Text of at most 64 KiB that somebody else chose: the id of a call, a URL. If the declaration has an absence for
    /// it, null is stated, even if the member is mandatory.
    Identifier,
    /// An integer.
    Integer,
    /// A list of text; with `alone`, one text stands for the list of that text, which the API documents as the same.
    Texts {
        /// Whether a text may stand for the list.
        alone: bool,
    },
    /// Text that is content of this media type.
    Text(&'static str),
    /// JSON whose member order can reach the model: content, in the order given.
    Json,
    /// JSON whose member order has no meaning except inside members of these names: content, the others in canonical
    /// order.
    Data(&'static [&'static str]),
    /// Objects of these kinds that are content: JSON, filtered by this table for what it leaves out or refuses.
    /// Members are in canonical order except inside what is read in the order given.
    Filtered(&'static Each),
    /// Content in an open map, which takes only the reference.
    Quote(Form),
    /// A part of its own, marked with the member's name.
    Part(Form),
    /// A `data:` URL: content of the type it names. Any other URL is external state.
    DataUrl,
    /// Base64: the bytes of content whose type another member gives.
    Base64,
    /// The subtype of a media type of this kind: `wav` of `audio`.
    Subtype(&'static str),
    /// A media type.
    Media,
    /// A media type, which also determines the kind of the part.
    PartOfMedia,
    /// Text, which is one text part, or a list of parts. A list of one is marked, or it would look like text.
    Parts(&'static Each),
    /// The same, as an additional message of this role before any other message, marked with the member's name.
    FirstMessage(&'static str, &'static Each),
    /// An object whose members belong to this node.
    Inside(&'static Object),
    /// The same, with several kinds of objects.
    InsideBy(&'static Each),
    /// An object that is one item of the list.
    Item(&'static Object),
    /// An object that is one message.
    Message(&'static Object),
    /// A list of objects, each one item of the list.
    List(&'static Each),
    /// A list of objects that hold the items of the list in `/items`. Unless it is one group with only items, what
    /// each held is stated under the member's own name.
    Groups(&'static Object),
    /// The list of messages: those of the leading roles go to the first place, all from the first other one on to the
    /// second.
    Turns {
        /// The messages, by role.
        each: &'static Each,
        /// Roles that instruct until another role speaks.
        leading: &'static [&'static str],
        /// The place of the messages before any other role.
        first: &'static str,
    },
    /// Text as the first, anything else as the second.
    Either(&'static Reads, &'static Reads),
    /// One of these texts, each read in its own way.
    Choice(&'static [(&'static str, Reads)]),
    /// Read so, and its presence implies this (JSON) on the node.
    Implies(&'static str, &'static Reads),
    /// Read so, and text that matches a pattern implies this (JSON) on the node; `*` at an end of a pattern matches
    /// any characters.
    Like(&'static [(&'static str, &'static str)], &'static Reads),
    /// Read so, but text that matches one of these patterns, in any case, names state that lives elsewhere, with this hint how to
    /// bring the state in.
    Stored(&'static [(&'static str, &'static str)], &'static Reads),
    /// Read so, and searched for secrets: the names in it are those of the caller or of another server.
    Searched(&'static Reads),
    /// JSON that is one member of content; the members around it are the others.
    Within(Form),
    /// Read so, and its values at these places are also copied elsewhere.
    Picks(&'static Reads, &'static [Pick]),
    /// Arguments, as an object or as the text `name=value,name=value`: kept as they are, and these are also copied
    /// elsewhere.
    Arguments(&'static [Pick]),
    /// An object of objects, each one item of the list, under its name.
    NamedDefinitions(&'static Definition),
    /// A list of objects, each one item of the list.
    Definitions(&'static Definition),
    /// Read so, after normalizing the spellings that the vendor treats as equal.
    Spelled(Spelling, &'static Reads),
    /// X: it names state that lives elsewhere, with this hint how to bring the state in.
    External(&'static str),
}

/// What the JSON mapping of protocol buffers allows in several spellings, besides the names of members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// A number, or the same number as text.
    Number,
    /// The base64 of bytes: either alphabet, with or without padding.
    Bytes,
    /// The names of members, at every depth.
    Names,
    /// The vendor's message for a schema: the names of its fields, and its numbers; not the names of properties.
    Schema,
    /// `google.protobuf.Value` or `NullValue`: null is a value here. In any other place it is an absent member.
    Any,
}

/// An object that is content as a whole, at `/definition` of its node, because its members are open and their order
/// can reach the model.
#[derive(Debug)]
pub struct Definition {
    /// The node before the object is read, as JSON.
    pub base: &'static str,
    /// Values that are also copied elsewhere.
    pub picks: &'static [Pick],
    /// Pointers to maps with names of the caller, which are searched for secrets.
    pub searched: &'static [&'static str],
    /// The member of the node whose items belong to a list of the node around it, each once: its name, and the list.
    pub raises: Option<(&'static str, &'static str)>,
    /// The number of the surrounding node that this node has too: from, to. Any other value leaves it open here.
    pub takes: Option<(&'static str, &'static str)>,
}

/// A value inside another that also has its own place. The outer value keeps it, so that nothing is lost.
#[derive(Clone, Copy, Debug)]
pub struct Pick {
    /// Pointers into the value; the first that leads to a value other than null counts.
    pub of: &'static [&'static str],
    /// JSON pointer into the node.
    pub to: &'static str,
    /// How it is read. A value that is not a name is skipped; a number is taken as its digits, a list of names as the
    /// names joined with `+`.
    pub reads: Reads,
}

/// What a way of reading descends into.
#[derive(Clone, Copy, Debug)]
pub enum Child {
    /// The same value, read as this.
    Same(&'static Reads),
    /// The value as an object of these kinds.
    Object(Each),
    /// Each item of the value as an object of these kinds.
    Items(Each),
}

impl Reads {
    /// Returns everything that this way of reading descends into. All visitors of a table use it, so that a new
    /// variant is visited by all of them.
    pub fn children(&self) -> Vec<Child> {
        match *self {
            Self::Inside(one) | Self::Item(one) | Self::Message(one) => vec![Child::Object(Each::All(one))],
            Self::InsideBy(each) => vec![Child::Object(*each)],
            Self::Groups(one) => vec![Child::Items(Each::All(one))],
            Self::List(each)
            | Self::Parts(each)
            | Self::Filtered(each)
            | Self::Quote(Form::Filtered(each))
            | Self::FirstMessage(_, each)
            | Self::Turns { each, .. } => vec![Child::Items(*each)],
            Self::Either(text, other) => vec![Child::Same(text), Child::Same(other)],
            Self::Choice(ways) => ways.iter().map(|(_, reads)| Child::Same(reads)).collect(),
            Self::Implies(_, reads)
            | Self::Like(_, reads)
            | Self::Picks(reads, _)
            | Self::Stored(_, reads)
            | Self::Searched(reads)
            | Self::Spelled(_, reads) => vec![Child::Same(reads)],
            _ => Vec::new(),
        }
    }

    /// Returns true if null is kept as JSON like any other value.
    pub(super) fn keeps_null(&self) -> bool {
        match self {
            Self::Within(_) => true,
            Self::Picks(reads, _) | Self::Searched(reads) => reads.keeps_null(),
            _ => false,
        }
    }

    /// Returns true if null is a value here also where the JSON mapping of protocol buffers has an absent member.
    pub(super) fn takes_any(&self) -> bool {
        match self {
            Self::Spelled(spelling, reads) => *spelling == Spelling::Any || reads.takes_any(),
            Self::Implies(_, reads) => reads.takes_any(),
            _ => false,
        }
    }

    /// Returns true if every value becomes a part of its own, even an empty list.
    pub(super) fn makes_part(&self) -> bool {
        match self {
            Self::Part(_) => true,
            Self::Either(_, reads) | Self::Implies(_, reads) | Self::Spelled(_, reads) => reads.makes_part(),
            _ => false,
        }
    }
}

/// Returns the hint of the first of these patterns that the text matches, in any case, or `None`.
pub(super) fn is_stored(stored: &[(&str, &'static str)], text: &str) -> Option<&'static str> {
    let text = text.to_ascii_lowercase();
    stored.iter().find(|(pattern, _)| is_like(pattern, &text)).map(|(_, hint)| *hint)
}

/// Returns true if the text matches the pattern, in which `*` at an end stands for any characters.
pub(super) fn is_like(pattern: &str, text: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(_), Some(_)) => text.contains(pattern.trim_matches('*')),
        (Some(end), None) => text.ends_with(end),
        (None, Some(start)) => text.starts_with(start),
        (None, None) => text == pattern,
    }
}

/// The kind of content that a value becomes.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// Text, `text/plain`.
    Text,
    /// JSON, in the order given.
    Json,
    /// JSON, members in canonical order except inside members of these names.
    Data(&'static [&'static str]),
    /// The bytes of a `data:` URL. Any other URL is external state.
    DataUrl,
    /// JSON, filtered by this table for what it leaves out or refuses.
    Filtered(&'static Each),
}

/// The objects in a list.
#[derive(Clone, Copy, Debug)]
pub enum Each {
    /// All are of one kind.
    All(&'static Object),
    /// The text of a member tells the kind.
    By {
        /// The member.
        tag: &'static str,
        /// The kinds by its text.
        kinds: &'static [(&'static str, Each)],
        /// The kind without the member.
        untagged: Option<&'static Each>,
    },
    /// The first of these members that is present and not null tells the kind.
    Having(&'static [(&'static str, Each)]),
    /// X: this kind names state that lives elsewhere, with this hint how to bring the state in.
    External(&'static str),
}

/// Members of a tool's or an answer's definition that hold its schema.
pub(super) const SCHEMAS: &[&str] = &["parameters", "input_schema", "output_schema", "schema"];

/// Returns true for the name of a schema. All such names in the vendors' tables have this form.
pub(super) fn schema_name(name: &str) -> bool {
    let tail = name.len().saturating_sub("schema".len());
    name == "parameters" || name.get(tail..).is_some_and(|tail| tail.eq_ignore_ascii_case("schema"))
}

/// Returns kinds that a mandatory tag determines.
pub(super) const fn by(tag: &'static str, kinds: &'static [(&'static str, Each)]) -> Each {
    Each::By { tag, kinds, untagged: None }
}

/// D, under its own name.
pub(super) const fn own(name: &'static str, reads: Reads) -> Field {
    put(name, "", reads)
}

/// D, at a place.
pub(super) const fn put(name: &'static str, to: &'static str, reads: Reads) -> Field {
    Field { name, class: Class::Defines(Target { to, called: "", reads, missing: Missing::Allowed }) }
}

/// D, mandatory, at a place.
pub(super) const fn need(name: &'static str, to: &'static str, reads: Reads) -> Field {
    Field { name, class: Class::Defines(Target { to, called: "", reads, missing: Missing::Refused }) }
}

/// D, under another name in the open map.
pub(super) const fn called(called: &'static str, member: Field) -> Field {
    match member.class {
        Class::Defines(target) => Field { class: Class::Defines(Target { called, ..target }), ..member },
        _ => member,
    }
}

/// A value inside another that also has a place of its own.
pub(super) const fn pick(of: &'static [&'static str], to: &'static str, reads: Reads) -> Pick {
    Pick { of, to, reads }
}

/// D, and without it the state is elsewhere.
pub(super) const fn or_external(member: Field, hint: &'static str) -> Field {
    match member.class {
        Class::Defines(target) => {
            let missing = Missing::External(hint);
            Field { class: Class::Defines(Target { missing, ..target }), ..member }
        }
        _ => member,
    }
}

/// T, a scalar.
pub(super) const fn transport(name: &'static str) -> Field {
    Field { name, class: Class::Transport(Holds::Scalars) }
}

/// T, an object.
pub(super) const fn transport_of(name: &'static str, object: &'static Object) -> Field {
    Field { name, class: Class::Transport(Holds::Members(object)) }
}

/// T, a map with names of the caller.
pub(super) const fn free(name: &'static str) -> Field {
    Field { name, class: Class::Transport(Holds::Free) }
}

/// S, a scalar.
pub(super) const fn secret(name: &'static str) -> Field {
    Field { name, class: Class::Secret(Holds::Scalars) }
}

/// S, an object.
pub(super) const fn secret_of(name: &'static str, object: &'static Object) -> Field {
    Field { name, class: Class::Secret(Holds::Members(object)) }
}

/// X.
pub(super) const fn external(name: &'static str, hint: &'static str) -> Field {
    Field { name, class: Class::External(hint) }
}

/// A.
pub(super) const fn artefact(name: &'static str, hint: &'static str) -> Field {
    Field { name, class: Class::Artefact(hint) }
}

/// X, and refused if it is absent.
pub(super) const fn elsewhere(name: &'static str, hint: &'static str) -> Field {
    or_external(own(name, Reads::External(hint)), hint)
}

/// The base of a declaration, before the body is read.
macro_rules! declaration {
    (authority $authority:literal, api $api:literal, format $format:literal, modalities $modalities:literal) => {
        concat!(
            r#"{"v": "ai-run-declaration/1", "kind": "generate", "model": {"authority": ""#,
            $authority,
            r#"", "revision": {"absent": "undisclosed"}, "weights": {"absent": "undisclosed"},
                "tokenizer": {"absent": "undisclosed"}, "template": {"absent": "undisclosed"},
                "adapters": [], "fallbacks": []},
            "instructions": [], "input": [],
            "context": {"items": [], "retrieval": {"absent": "none"}, "history": {"absent": "none"}},
            "tools": [],
            "parameters": {"set": {}, "unset": "executor-default", "seed": {"absent": "default"}},
            "constraints": {
                "output": {"format": ""#,
            $format,
            r#"", "schema": {"absent": "none"}, "modalities": "#,
            $modalities,
            r#", "stop": [], "return": {}},
                "tool-choice": {"absent": "default"}, "limits": {}, "safety": {}, "policies": [],
                "region": {"absent": "default"}},
            "environment": {
                "executor": "hosted", "api": {"name": ""#,
            $api,
            r#"", "version": {"absent": "default"}},
                "engine": {"absent": "undisclosed"}, "image": {"absent": "undisclosed"},
                "packages": {"absent": "undisclosed"}, "code": {"absent": "undisclosed"},
                "hardware": {"absent": "undisclosed"}, "settings": {}},
            "ext": {}}"#
        )
    };
}

/// The base of an evaluation, before the description is read. Mandatory members that only the description or an
/// overlay can state are left open.
macro_rules! evaluation {
    (api $api:literal, harness $harness:literal, executor $executor:literal, authority $authority:literal,
     tasks $tasks:expr) => {
        concat!(
            r#"{"v": "ai-run-declaration/1", "kind": "evaluate", "model": {"authority": "#,
            $authority,
            r#", "name": {"absent": "undisclosed"}, "revision": {"absent": "default"},
                "weights": {"absent": "default"}, "tokenizer": {"absent": "default"},
                "template": {"absent": "default"}, "adapters": [], "fallbacks": []},
            "instructions": [], "input": [],
            "context": {"items": [], "retrieval": {"absent": "none"}, "history": {"absent": "none"}},
            "tools": [],
            "parameters": {"set": {}, "unset": "executor-default", "seed": {"absent": "default"}},
            "constraints": {
                "output": {"format": "text", "schema": {"absent": "none"}, "modalities": ["text"], "stop": [],
                    "return": {}},
                "tool-choice": {"absent": "none"}, "limits": {}, "safety": {}, "policies": [],
                "region": {"absent": "default"}},
            "environment": {
                "executor": ""#,
            $executor,
            r#"", "api": {"name": ""#,
            $api,
            r#"", "version": {"absent": "default"}},
                "engine": {"absent": "default"}, "image": {"absent": "default"}, "packages": {"absent": "default"},
                "code": {"absent": "default"}, "hardware": {"absent": "default"}, "settings": {}},
            "evaluation": {
                "harness": {"name": ""#,
            $harness,
            r#"", "version": {"absent": "undisclosed"}, "code": {"absent": "default"}},
                "tasks": "#,
            $tasks,
            r#", "metrics": [], "criteria": [], "seeds": {}},
            "ext": {}}"#
        )
    };
}

/// The base of a tool, before the body is read: its form, its name if the vendor gave it, whether it reads data that
/// is not in the declaration, and what its kind implies.
macro_rules! tool {
    ($t:literal, $data:literal, $config:expr) => {
        tool!(@ concat!(r#"{"t": ""#, $t, r#"", "#), $data, $config)
    };
    ($t:literal, $name:literal, $data:literal, $config:expr) => {
        tool!(@ concat!(r#"{"t": ""#, $t, r#"", "name": ""#, $name, r#"", "#), $data, $config)
    };
    (@ $head:expr, $data:literal, $config:expr) => {
        concat!(
            $head,
            r#""description": {"absent": "none"}, "schema": {"absent": "none"}, "server": {"absent": "none"},
               "implementation": {"absent": "undisclosed"}, "data": ""#,
            $data,
            r#"", "config": "#,
            $config,
            "}"
        )
    };
}

pub(super) use {declaration, evaluation, tool};
