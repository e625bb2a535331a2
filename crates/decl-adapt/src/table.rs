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
    /// How the vendor reads JSON.
    pub mapping: Mapping,
    /// The whole body; its node is the declaration in source form.
    pub body: Object,
}

impl Adapter {
    /// Who serves the API: the part of [`Adapter::api`] before the slash.
    pub fn authority(&self) -> &'static str {
        self.api.split_once('/').map_or(self.api, |(authority, _)| authority)
    }
}

/// How a vendor reads JSON: which ways to write the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mapping {
    /// One name for a member; base64 in its canonical form.
    Plain,
    /// The JSON mapping of protocol buffers: the name of a member in camel or in snake case, base64 in either
    /// alphabet with or without padding; a model by its name or as a resource, `models/m`.
    Proto,
}

/// A JSON object of the body: the members it may have.
#[derive(Debug)]
pub struct Object {
    /// The node before any member is read, as JSON: what holds when the body says nothing. If the members belong to
    /// the node around the object, what the object says of that node by being there; often nothing, so empty.
    pub base: &'static str,
    /// The open map for what has no place of its own: members are kept there under their own name, and so is every
    /// statement that would otherwise look like silence (see [`Target`]).
    pub rest: &'static str,
    /// Every member that the API knows here. Another one is unknown.
    pub members: &'static [Member],
}

/// A member of an object.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// The name on the wire.
    pub name: &'static str,
    /// What it is to the run.
    pub class: Class,
}

impl Member {
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
    /// T: it moves, bills, stores or labels the request. Left out.
    Transport(Holds),
    /// S: a secret. Left out, never stored.
    Secret(Holds),
    /// X: it names state that lives elsewhere. Refused, with this hint how to bring the state in.
    External(&'static str),
    /// A: a run produces it or finds it out. Refused, with this hint; left out where it holds nothing.
    Artefact(&'static str),
}

/// What a member that is left out may hold. A member that a vendor adds to it tomorrow is refused tomorrow: what is
/// left out unread could define the run.
#[derive(Clone, Copy, Debug)]
pub enum Holds {
    /// Text, a number, true or false, or a list of them. An object is refused: it has members that no table names.
    Scalars,
    /// The same, or an object with these members. Each has a class of its own, so it may define the run.
    Members(&'static Object),
    /// Anything: the names in it are the caller's own, and the executor does not read them.
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
    /// The member's name in [`Object::rest`], where the one on the wire would be taken for what a run produced or
    /// for a name that is taken; else empty.
    pub called: &'static str,
    /// How the value is read.
    pub reads: Reads,
    /// What if there is no such member, or null?
    pub missing: Missing,
}

/// What a body without a member is.
#[derive(Clone, Copy, Debug)]
pub enum Missing {
    /// Silent.
    Silent,
    /// Refused: the member is mandatory.
    Refused,
    /// Not the whole run: the state that the member would hold lives elsewhere. Refused, with this hint.
    External(&'static str),
}

/// How a value is read.
#[derive(Clone, Copy, Debug)]
pub enum Reads {
    /// As it is; null inside is a stated default.
    Value,
    /// The same of a pattern or of words: it may look like a URL with a password in it, and is none.
    Pattern,
    /// The headers of requests to another server. Those that carry credentials are left out; the others choose what
    /// the server does, so they define the run. Names are in lower case: the case of one says nothing.
    Headers,
    /// true or false.
    Bool,
    /// Text of 1 to 256 bytes.
    Name,
    /// Text of at most 64 KiB that others made: the id of a call, a URL. Where the declaration knows its absence, null
    /// is stated, though the member be mandatory.
    Identifier,
    /// An integer.
    Integer,
    /// A list of text; with `alone`, one text is the list of that text, which the API documents as the same.
    Texts {
        /// May a text stand for the list?
        alone: bool,
    },
    /// Text that is content of this media type.
    Text(&'static str),
    /// JSON whose member order can reach the model: content, in the order given.
    Json,
    /// JSON whose member order says nothing but inside members of these names: content, the others in canonical order.
    Data(&'static [&'static str]),
    /// Objects of these kinds that are content: JSON, read by this table for what it leaves out or refuses. Members stand
    /// in canonical order but inside what is read in the order given.
    Sifted(&'static Each),
    /// Content in an open map, where only the reference may stand.
    Quote(Form),
    /// A part of its own, marked with the member's name.
    Part(Form),
    /// A `data:` URL: content of the type it names. Another URL is external state.
    DataUrl,
    /// Base64: the bytes of content whose type another member gives.
    Base64,
    /// The subtype of a media type of this kind: `wav` of `audio`.
    Subtype(&'static str),
    /// A media type.
    Media,
    /// A media type, which also says what kind of part this is.
    PartOfMedia,
    /// Text, which is one text part; or a list of parts. A list of one says so, or it would look like text.
    Parts(&'static Each),
    /// The same, as a message of this role of its own, marked with the member's name, before any other message.
    Said(&'static str, &'static Each),
    /// An object whose members belong to this node.
    Inside(&'static Object),
    /// The same, of several kinds.
    InsideBy(&'static Each),
    /// An object that is one more item of the list.
    Item(&'static Object),
    /// An object that is one more message.
    Message(&'static Object),
    /// A list of objects, each one more item of the list.
    List(&'static Each),
    /// A list of objects that hold the items of the list in `/items`. Other than one group that holds some says what
    /// each held, under the member's own name.
    Groups(&'static Object),
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
    /// One of these texts, each in its own way.
    Choice(&'static [(&'static str, Reads)]),
    /// In this way, and it says this (JSON) of the node too.
    Says(&'static str, &'static Reads),
    /// In this way, and text like the first of these says this (JSON) of the node too; `*` at an end of a pattern stands
    /// for any characters.
    Like(&'static [(&'static str, &'static str)], &'static Reads),
    /// In this way; but text like one of these names state that lives elsewhere, with this hint how to bring the state in.
    Stored(&'static [(&'static str, &'static str)], &'static Reads),
    /// In this way, and it is searched for secrets: the names in it are those of the caller or of somebody's own server.
    Searched(&'static Reads),
    /// JSON that is a part of content; the members around it make the rest.
    Within(Form),
    /// In this way, and what it holds at these places also stands elsewhere.
    Picks(&'static Reads, &'static [Pick]),
    /// Arguments, as an object or as the text `name=value,name=value`: as they are, and these also stand elsewhere.
    Arguments(&'static [Pick]),
    /// An object of objects, each one more item of the list, under its name.
    Named(&'static Whole),
    /// A list of objects, each one more item of the list.
    Wholes(&'static Whole),
    /// In this way, once it is in the one spelling of several that the vendor takes for the same.
    Spelled(Spelling, &'static Reads),
    /// X: it names state that lives elsewhere, with this hint how to bring the state in.
    External(&'static str),
}

/// What the JSON mapping of protocol buffers lets be written in several ways, besides the names of members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// A number, or the same number as text.
    Number,
    /// The base64 of bytes: either alphabet, with or without padding.
    Bytes,
    /// The names of members, at every depth.
    Names,
    /// The vendor's message for a schema: the names of its fields, and its integers; not the names of properties.
    Schema,
}

/// An object that is content as a whole, at `/definition` of its node, because what it holds is open and the order
/// of it can reach the model.
#[derive(Debug)]
pub struct Whole {
    /// The node before the object is read, as JSON.
    pub base: &'static str,
    /// What stands elsewhere too.
    pub picks: &'static [Pick],
    /// Pointers to maps of the caller's own, which are searched for secrets.
    pub searched: &'static [&'static str],
    /// The member of the node whose items belong to a list of the node around it, each once; its name, and the list.
    pub raises: Option<(&'static str, &'static str)>,
    /// The number in the node around it that the node holds too, from, to. A value that is none leaves it open here.
    pub takes: Option<(&'static str, &'static str)>,
}

/// Something inside a value that also has a place of its own. The value keeps it, so that nothing is lost if it fits
/// nowhere else.
#[derive(Clone, Copy, Debug)]
pub struct Pick {
    /// Pointers into the value; the first that leads to more than null counts.
    pub of: &'static [&'static str],
    /// JSON pointer into the node.
    pub to: &'static str,
    /// How it is read. What is no name is not taken for one; a number stands for its digits, a list of names for the
    /// names with `+` between them.
    pub reads: Reads,
}

/// What a way of reading leads to.
#[derive(Clone, Copy, Debug)]
pub enum Child {
    /// The same value, read in this way.
    Same(&'static Reads),
    /// The value as an object of these kinds.
    Object(Each),
    /// Each item of the value as an object of these kinds.
    Items(Each),
}

impl Reads {
    /// Returns everything that this way of reading leads to. Whoever visits a table goes by this, so that a new way of
    /// reading is found by all of them.
    pub fn children(&self) -> Vec<Child> {
        match *self {
            Self::Inside(one) | Self::Item(one) | Self::Message(one) => vec![Child::Object(Each::All(one))],
            Self::InsideBy(each) => vec![Child::Object(*each)],
            Self::Groups(one) => vec![Child::Items(Each::All(one))],
            Self::List(each)
            | Self::Parts(each)
            | Self::Sifted(each)
            | Self::Quote(Form::Sifted(each))
            | Self::Said(_, each)
            | Self::Turns { each, .. } => vec![Child::Items(*each)],
            Self::Either(text, other) => vec![Child::Same(text), Child::Same(other)],
            Self::Choice(ways) => ways.iter().map(|(_, reads)| Child::Same(reads)).collect(),
            Self::Says(_, reads)
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

    /// Returns true if every value becomes a part of its own, even an empty list.
    pub(super) fn makes_part(&self) -> bool {
        match self {
            Self::Part(_) => true,
            Self::Either(_, reads) | Self::Says(_, reads) | Self::Spelled(_, reads) => reads.makes_part(),
            _ => false,
        }
    }
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

/// What kind of content a value becomes.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// Text, `text/plain`.
    Text,
    /// JSON, in the order given.
    Json,
    /// JSON, members in canonical order but inside members of these names.
    Data(&'static [&'static str]),
    /// The bytes of a `data:` URL. Another URL is external state.
    DataUrl,
    /// JSON, read by this table for what it leaves out or refuses.
    Sifted(&'static Each),
}

/// The objects in a list.
#[derive(Clone, Copy, Debug)]
pub enum Each {
    /// All of one kind.
    All(&'static Object),
    /// Told apart by the text of a member.
    By {
        /// The member.
        tag: &'static str,
        /// What its text stands for.
        kinds: &'static [(&'static str, Each)],
        /// What it is without the member.
        untagged: Option<&'static Each>,
    },
    /// Told apart by the first of these members that is there and not null.
    Having(&'static [(&'static str, Each)]),
    /// X: this kind names state that lives elsewhere, with this hint how to bring the state in.
    External(&'static str),
}

/// Where the definition of a tool or of an answer has its schema.
pub(super) const SCHEMAS: &[&str] = &["parameters", "input_schema", "output_schema", "schema"];

/// Told apart by a mandatory tag.
pub(super) const fn by(tag: &'static str, kinds: &'static [(&'static str, Each)]) -> Each {
    Each::By { tag, kinds, untagged: None }
}

/// D, under its own name.
pub(super) const fn own(name: &'static str, reads: Reads) -> Member {
    put(name, "", reads)
}

/// D, at a place.
pub(super) const fn put(name: &'static str, to: &'static str, reads: Reads) -> Member {
    Member { name, class: Class::Defines(Target { to, called: "", reads, missing: Missing::Silent }) }
}

/// D, mandatory, at a place.
pub(super) const fn need(name: &'static str, to: &'static str, reads: Reads) -> Member {
    Member { name, class: Class::Defines(Target { to, called: "", reads, missing: Missing::Refused }) }
}

/// D, called otherwise in the open map.
pub(super) const fn called(called: &'static str, member: Member) -> Member {
    match member.class {
        Class::Defines(target) => Member { class: Class::Defines(Target { called, ..target }), ..member },
        _ => member,
    }
}

/// A value inside another that also has a place of its own.
pub(super) const fn pick(of: &'static [&'static str], to: &'static str, reads: Reads) -> Pick {
    Pick { of, to, reads }
}

/// D, or else the state is elsewhere.
pub(super) const fn or_external(member: Member, hint: &'static str) -> Member {
    match member.class {
        Class::Defines(target) => {
            let missing = Missing::External(hint);
            Member { class: Class::Defines(Target { missing, ..target }), ..member }
        }
        _ => member,
    }
}

/// T, a scalar.
pub(super) const fn transport(name: &'static str) -> Member {
    Member { name, class: Class::Transport(Holds::Scalars) }
}

/// T, an object.
pub(super) const fn transport_of(name: &'static str, object: &'static Object) -> Member {
    Member { name, class: Class::Transport(Holds::Members(object)) }
}

/// T, a map of the caller's own.
pub(super) const fn free(name: &'static str) -> Member {
    Member { name, class: Class::Transport(Holds::Free) }
}

/// S, a scalar.
pub(super) const fn secret(name: &'static str) -> Member {
    Member { name, class: Class::Secret(Holds::Scalars) }
}

/// S, an object.
pub(super) const fn secret_of(name: &'static str, object: &'static Object) -> Member {
    Member { name, class: Class::Secret(Holds::Members(object)) }
}

/// X.
pub(super) const fn external(name: &'static str, hint: &'static str) -> Member {
    Member { name, class: Class::External(hint) }
}

/// A.
pub(super) const fn artefact(name: &'static str, hint: &'static str) -> Member {
    Member { name, class: Class::Artefact(hint) }
}

/// X, and without it there is nothing.
pub(super) const fn elsewhere(name: &'static str, hint: &'static str) -> Member {
    or_external(own(name, Reads::External(hint)), hint)
}

/// A declaration about which the body has said nothing yet.
macro_rules! silence {
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

/// An evaluation of which the description has said nothing yet. What a declaration must say stands open where only the
/// description or an overlay can say it.
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

/// A tool about which the body has said nothing yet: its form, its name if the vendor gave it, whether it reads data
/// that is not in the declaration, and what its kind says.
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

pub(super) use {evaluation, silence, tool};
