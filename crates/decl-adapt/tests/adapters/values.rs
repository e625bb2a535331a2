//! Small values for whatever a table says, each with what it says of the run.

use decl_adapt::{Class, Each, Form, Holds, Mapping, Missing, Object, Reads, Spelling, Target};
use decl_core::{Value, key_order};
use std::borrow::Cow;

/// A value as it stands in a body, and what it says: the same in one spelling, without what is left out. Of two bodies
/// that say the same there is one identity, and only of those.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    pub(super) wire: Value<'static>,
    /// Nothing, if it is left out.
    pub(super) says: Option<Value<'static>>,
}

impl From<Value<'static>> for Sample {
    fn from(value: Value<'static>) -> Self {
        Self { says: Some(value.clone()), wire: value }
    }
}

impl From<&'static str> for Sample {
    fn from(text: &'static str) -> Self {
        Value::text(text).into()
    }
}

impl Sample {
    /// A value that says what another does.
    fn like(wire: impl Into<Self>, says: impl Into<Self>) -> Self {
        Self { wire: wire.into().wire, says: says.into().says }
    }

    fn nothing(wire: Value<'static>) -> Self {
        Self { wire, says: None }
    }

    /// An object that is left out, but for those of its members that say something.
    pub(super) fn left_out(self) -> Self {
        Self { says: self.says.filter(|says| *says != Value::Map(Vec::new())), wire: self.wire }
    }

    pub(super) fn list(items: impl IntoIterator<Item = Self>) -> Self {
        let (mut wire, mut says) = (Vec::new(), Vec::new());
        for item in items {
            wire.push(item.wire);
            says.extend(item.says);
        }
        Self { wire: Value::Array(wire), says: Some(Value::Array(says)) }
    }

    /// The object with this member, whether it had one or not.
    pub(super) fn with(&self, name: &str, value: &Self) -> Self {
        let mut with = self.without(name);
        let entry = |value: &Value<'static>| (Cow::Owned(name.to_owned()), value.clone());
        if let Value::Map(members) = &mut with.wire {
            members.push(entry(&value.wire));
        }
        if let (Some(Value::Map(members)), Some(says)) = (&mut with.says, &value.says) {
            members.push(entry(says));
            members.sort_by(|a, b| key_order(&a.0, &b.0));
        }
        with
    }

    /// The same object with a member under another name on the wire.
    pub(super) fn respelled(&self, name: &str, wire: &str) -> Self {
        let mut other = self.clone();
        if let Value::Map(members) = &mut other.wire {
            members
                .iter_mut()
                .filter(|(key, _)| key == name)
                .for_each(|(key, _)| *key = Cow::Owned(wire.to_owned()));
        }
        other
    }

    pub(super) fn without(&self, name: &str) -> Self {
        let without = |value: &Value<'static>| match value {
            Value::Map(members) => {
                Value::Map(members.iter().filter(|(key, _)| key != name).cloned().collect())
            }
            other => other.clone(),
        };
        Self { wire: without(&self.wire), says: self.says.as_ref().map(without) }
    }
}

/// Members that a description can do without, but its declaration cannot.
const NEEDED: [&str; 3] = ["model", "model_args", "lm_eval_version"];

/// The object of this kind that says no more than it must.
pub(super) fn minimal(object: &'static Object, tags: &[(&'static str, Sample)]) -> Sample {
    let mut said = Sample::from(Value::Map(Vec::new()));
    for member in object.members {
        let Class::Defines(Target { missing, reads, .. }) = &member.class else { continue };
        let needed = object.rest.starts_with("/environment/settings") && NEEDED.contains(&member.name);
        if needed || !matches!(missing, Missing::Allowed) {
            said = said.with(member.name, &usual(reads));
        }
    }
    tags.iter().fold(said, |said, (tag, value)| said.with(tag, value))
}

/// The kinds of objects, each with the members that tell it.
pub(super) fn objects_of(
    each: &'static Each,
    tags: &[(&'static str, Sample)],
) -> Vec<(&'static Object, Vec<(&'static str, Sample)>)> {
    let with = |tag: &'static str, value: Sample| [tags, &[(tag, value)]].concat();
    match each {
        Each::All(object) => vec![(object, tags.to_vec())],
        Each::External(_) => Vec::new(),
        Each::By { tag, kinds, untagged } => {
            let mut all: Vec<_> = untagged.iter().flat_map(|each| objects_of(each, tags)).collect();
            all.extend(kinds.iter().flat_map(|(name, each)| objects_of(each, &with(tag, (*name).into()))));
            all
        }
        // The member that tells is one of the object's own.
        Each::Having(kinds) => kinds.iter().flat_map(|(_, each)| objects_of(each, tags)).collect(),
    }
}

/// A value that is always right.
fn usual(reads: &'static Reads) -> Sample {
    valid(reads, Mapping::Plain, 0).into_iter().next().unwrap_or_else(|| "a".into())
}

/// What a member of this class may be given, what is right or nearly right first.
pub(super) fn values(class: &'static Class, mapping: Mapping, depth: usize) -> Vec<Sample> {
    let everything = || EVERYTHING.iter().map(|text| parsed(text));
    let nothing = |value: &Value<'_>| matches!(value, Value::Null) || *value == Value::Array(Vec::new());
    match class {
        Class::Transport(holds) | Class::Secret(holds) => {
            // Where there is a table, only it and null may leave a value out; and the text of a secret.
            let (members, other): (_, fn(Value<'static>) -> Sample) = match holds {
                Holds::Members(object) => (
                    of_object(object, &[], mapping, depth),
                    if matches!(class, Class::Secret(_)) { loose_secret } else { loose_object },
                ),
                Holds::Scalars | Holds::Free => (Vec::new(), Sample::nothing),
            };
            let members = members.into_iter().map(Sample::left_out);
            members.chain(everything().map(other)).collect()
        }
        Class::External(_) => everything()
            .map(|value| match (&value, mapping) {
                (Value::Null, Mapping::Proto) => Sample::nothing(value),
                _ => value.into(),
            })
            .collect(),
        Class::Artefact(_) => {
            let empty = |value: &Value<'_>| nothing(value) || *value == Value::Map(Vec::new());
            everything()
                .map(|value| if empty(&value) { Sample::nothing(value) } else { value.into() })
                .collect()
        }
        Class::Defines(target) => {
            let mut all = valid(&target.reads, mapping, depth);
            let few = all.len().min(1);
            let rest = all.split_off(few);
            let unset = |value: &Value<'_>| {
                *value == Value::Null && mapping == Mapping::Proto && !takes_any(&target.reads)
            };
            let loose = |value: Value<'static>| {
                if unset(&value) { Sample::nothing(value) } else { loose(&target.reads, value) }
            };
            all.extend(["null", "[]", "\"\"", "{}"].map(|text| loose(parsed(text))));
            all.extend(rest);
            all.extend(everything().map(loose));
            let mut seen = Vec::new();
            all.retain(|said| {
                let new = !seen.contains(&said.wire);
                seen.push(said.wire.clone());
                new
            });
            all
        }
    }
}

/// Is null a value here, and no absent member?
fn takes_any(reads: &Reads) -> bool {
    match reads {
        Reads::Spelled(Spelling::Any, _) => true,
        Reads::Implies(_, reads) => takes_any(reads),
        _ => false,
    }
}

/// Any value where an object is left out by its table.
fn loose_object(value: Value<'static>) -> Sample {
    let nothing = matches!(value, Value::Null) || value == Value::Map(Vec::new());
    if nothing { Sample::nothing(value) } else { value.into() }
}

/// The same where the object holds a secret, which may also stand there as text.
fn loose_secret(value: Value<'static>) -> Sample {
    if matches!(value, Value::Text(_)) { Sample::nothing(value) } else { loose_object(value) }
}

/// Any small value.
const EVERYTHING: [&str; 17] = [
    "null",
    "[]",
    "{}",
    "\"\"",
    "\"a\"",
    "\"b\"",
    "true",
    "false",
    "0",
    "1",
    "0.5",
    "[\"a\"]",
    "{\"a\": 1}",
    "{\"absent\": \"default\"}",
    "{\"b3\": \"a\"}",
    "{\"kb3\": \"a\"}",
    "[null]",
];

fn parsed(text: &'static str) -> Value<'static> {
    decl_core::json::parse(text.as_bytes()).unwrap()
}

/// Any value, and what it says to a member that is read in this way.
fn loose(reads: &Reads, value: Value<'static>) -> Sample {
    match (reads, &value) {
        (Reads::Texts { alone: true }, Value::Text(_)) => {
            Sample::like(value.clone(), Value::Array(vec![value]))
        }
        (Reads::Headers, Value::Map(_)) => Sample::from(value).left_out(),
        (Reads::Either(text, _), Value::Text(_)) => loose(text, value),
        (
            Reads::Either(_, reads)
            | Reads::Implies(_, reads)
            | Reads::Like(_, reads)
            | Reads::Picks(reads, _)
            | Reads::Stored(_, reads)
            | Reads::Searched(reads),
            _,
        ) => loose(reads, value),
        _ => value.into(),
    }
}

/// Values that are right, the most usual first.
fn valid(reads: &'static Reads, mapping: Mapping, depth: usize) -> Vec<Sample> {
    let texts = |texts: &[&'static str]| texts.iter().map(|text| Sample::from(*text)).collect::<Vec<_>>();
    let parse =
        |texts: &[&'static str]| texts.iter().map(|text| parsed(text).into()).collect::<Vec<Sample>>();
    match reads {
        Reads::Value | Reads::Json | Reads::Data(_) | Reads::Within(_) => {
            parse(&["\"a\"", "{\"a\": {\"b\": 1}}", "[{}]", "1"])
        }
        Reads::Pattern => texts(&["a", "https://[a-z]:b@c"]),
        Reads::Headers => vec![
            Sample::like(parsed("{\"A\": \"b\"}"), parsed("{\"a\": \"b\"}")),
            Sample::nothing(parsed("{\"X-Key\": \"a\"}")),
            Sample::like(parsed("{\"Authorization\": \"a\", \"a\": \"c\"}"), parsed("{\"a\": \"c\"}")),
        ],
        Reads::Bool => parse(&["true", "false"]),
        Reads::Name => texts(&["a", "b"]),
        Reads::Integer => parse(&["1", "0"]),
        Reads::Texts { alone } => {
            let mut all = parse(&["[\"a\"]", "[\"a\", \"\"]"]);
            if *alone {
                all.extend(["", "a"].map(|text| Sample::like(text, Value::Array(vec![Value::text(text)]))));
            }
            all
        }
        Reads::Text(_) | Reads::Identifier => texts(&["a", ""]),
        Reads::Quote(form) | Reads::Part(form) => match form {
            Form::Text => texts(&["a", ""]),
            Form::DataUrl => texts(&DATA_URLS),
            Form::Json | Form::Data(_) => parse(&["{\"a\": 1}", "\"\"", "\"a\""]),
            Form::Filtered(each) => filtered(each, mapping, depth),
        },
        Reads::DataUrl => texts(&DATA_URLS),
        Reads::Base64 => texts(&["aGk=", ""]),
        Reads::Subtype(_) => texts(&["wav", "mp3"]),
        Reads::Media | Reads::PartOfMedia => {
            texts(&["image/png", "text/plain", "audio/wav", "application/octet-stream"])
        }
        Reads::Parts(each) | Reads::FirstMessage(_, each) => {
            let mut all = texts(&["a", ""]);
            all.extend(lists(each, mapping, depth));
            all
        }
        Reads::List(each) | Reads::Turns { each, .. } => lists(each, mapping, depth),
        Reads::Filtered(each) => filtered(each, mapping, depth),
        Reads::Inside(object) | Reads::Item(object) | Reads::Message(object) => {
            of_object(object, &[], mapping, depth)
        }
        Reads::InsideBy(each) => of_kinds(each, mapping, depth),
        Reads::Groups(object) => {
            let one = of_object(object, &[], mapping, depth);
            let two = one.iter().zip(one.iter().skip(1)).map(|(a, b)| Sample::list([a.clone(), b.clone()]));
            let two: Vec<_> = two.collect();
            one.into_iter().map(|one| Sample::list([one])).chain(two).collect()
        }
        Reads::Either(text, other) => {
            let mut all = valid(other, mapping, depth);
            all.extend(
                valid(text, mapping, depth).into_iter().filter(|said| matches!(said.wire, Value::Text(_))),
            );
            all
        }
        Reads::Choice(ways) => ways.iter().map(|(name, reads)| loose(reads, Value::text(*name))).collect(),
        Reads::Like(known, reads) => {
            let known = known.iter().map(|(like, _)| Value::text(like.replace('*', "x")).into());
            known.chain(valid(reads, mapping, depth)).collect()
        }
        Reads::Implies(_, reads)
        | Reads::Picks(reads, _)
        | Reads::Stored(_, reads)
        | Reads::Searched(reads)
        | Reads::Spelled(Spelling::Any, reads) => valid(reads, mapping, depth),
        Reads::Spelled(spelling, _) => spelled(*spelling),
        Reads::Arguments(_) => parse(&[
            r#""pretrained=a""#,
            r#"{"pretrained": "a"}"#,
            r#"{"pretrained": "/a", "revision": "b"}"#,
            r#""model=a,b=2""#,
            r#""a""#,
        ]),
        Reads::NamedDefinitions(_) => parse(&[
            r#"{"t": {"dataset_path": "d", "test_split": "s"}}"#,
            r#"{"t": {"dataset_path": "d", "validation_split": "s"}}"#,
            r#"{"t": {"dataset_path": "d", "test_split": "s", "num_fewshot": 1}}"#,
            r#"{"t": {"dataset_path": "d", "test_split": "s", "metric_list": [{"metric": "a"}]}}"#,
            r#"{"t": {"dataset_path": "d", "test_split": "s", "metadata": {"version": 1}}}"#,
            r#"{"u": {"dataset_path": "d", "test_split": "s", "dataset_kwargs": {"revision": "a"}}}"#,
        ]),
        Reads::Definitions(_) => parse(&["[{}]", "[{\"metric\": \"a\"}]"]),
        Reads::External(_) => texts(&["a"]),
    }
}

/// The same in several spellings.
fn spelled(spelling: Spelling) -> Vec<Sample> {
    match spelling {
        Spelling::Number => vec![number("1"), Sample::like("1", number("1")), number("0"), number("0.5")],
        Spelling::Bytes => {
            [("+/8=", "+/8="), ("-_8", "+/8="), ("-_8=", "+/8="), ("+/8", "+/8="), ("", ""), ("aGk", "aGk=")]
                .map(|(wire, says)| Sample::like(wire, says))
                .to_vec()
        }
        Spelling::Names => like(&[
            (r#"{"aB": {"cD": 1}}"#, r#"{"aB": {"cD": 1}}"#),
            (r#"{"a_b": {"c_d": 1}}"#, r#"{"aB": {"cD": 1}}"#),
            (r#"[{"args": {"c_d": 1}}]"#, r#"[{"args": {"c_d": 1}}]"#),
            (r#"{"args": {"cD": 1}}"#, r#"{"args": {"cD": 1}}"#),
            (r#"{"schema": {"properties": {"c_d": 1}}}"#, r#"{"schema": {"properties": {"c_d": 1}}}"#),
            (r#"{"schema": {"properties": {"cD": 1}}}"#, r#"{"schema": {"properties": {"cD": 1}}}"#),
            (r#"{"text": {"c_d": 1}}"#, r#"{"text": {"cD": 1}}"#),
            (r#"{"text": {"cD": 1}}"#, r#"{"text": {"cD": 1}}"#),
            (r#"{"text": {"cD": 1, "eF": null}, "a": null}"#, r#"{"text": {"cD": 1}}"#),
            (r#"{"text": {"schema": null}}"#, r#"{"text": {"schema": null}}"#),
        ]),
        Spelling::Any => Vec::new(),
        Spelling::Schema => like(&[
            (r#"{"anyOf": [{"minItems": 1}]}"#, r#"{"anyOf": [{"minItems": 1}]}"#),
            (r#"{"any_of": [{"min_items": "1"}]}"#, r#"{"anyOf": [{"minItems": 1}]}"#),
            (r#"{"properties": {"any_of": {}}}"#, r#"{"properties": {"any_of": {}}}"#),
            (r#"{"properties": {"anyOf": {}}}"#, r#"{"properties": {"anyOf": {}}}"#),
            (
                r#"{"anyOf": [{"minItems": 1, "minimum": null, "title": null}]}"#,
                r#"{"anyOf": [{"minItems": 1}]}"#,
            ),
            (r#"{"default": null}"#, r#"{"default": null}"#),
            (r#"{"properties": {"title": null}}"#, r#"{"properties": {"title": null}}"#),
            (r#"{"properties": {"a": {"max_length": 1}}}"#, r#"{"properties": {"a": {"maxLength": 1}}}"#),
        ]),
    }
}

fn number(text: &'static str) -> Sample {
    parsed(text).into()
}

fn like(pairs: &[(&'static str, &'static str)]) -> Vec<Sample> {
    pairs.iter().map(|(wire, says)| Sample::like(parsed(wire), parsed(says))).collect()
}

const DATA_URLS: [&str; 3] =
    ["data:image/png;base64,aGk=", "data:image/png;base64,", "data:text/plain;base64,"];

/// The same, and an object of each kind.
fn filtered(each: &'static Each, mapping: Mapping, depth: usize) -> Vec<Sample> {
    let mut all = lists(each, mapping, depth);
    all.extend(of_kinds(each, mapping, depth));
    all
}

/// Lists of one object of each kind, and of two.
fn lists(each: &'static Each, mapping: Mapping, depth: usize) -> Vec<Sample> {
    let one = of_kinds(each, mapping, depth);
    let two: Vec<_> = one.iter().take(2).map(|one| Sample::list([one.clone(), one.clone()])).collect();
    one.into_iter().map(|one| Sample::list([one])).chain(two).collect()
}

fn of_kinds(each: &'static Each, mapping: Mapping, depth: usize) -> Vec<Sample> {
    objects_of(each, &[])
        .into_iter()
        .flat_map(|(object, tags)| of_object(object, &tags, mapping, depth))
        .collect()
}

/// The smallest object of a kind, and those that say one thing more or another.
fn of_object(
    object: &'static Object,
    tags: &[(&'static str, Sample)],
    mapping: Mapping,
    depth: usize,
) -> Vec<Sample> {
    const EACH: usize = 4;
    let plain = minimal(object, tags);
    let mut all = vec![plain.clone()];
    if depth > 0 {
        for member in object.members {
            if tags.iter().all(|(tag, _)| *tag != member.name) {
                let values = values(&member.class, mapping, depth - 1);
                all.extend(values.iter().take(EACH).map(|value| plain.with(member.name, value)));
            }
        }
    }
    all
}
