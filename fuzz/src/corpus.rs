//! Where the fuzzer starts: the golden vectors, the examples, and of every adapter's table a body for each member at
//! each depth. Made anew each time, so that a new vector or member is a new seed.

use crate::log::{self, WORLD};
use decl_adapt::{Child, Class, Each, Form, Holds, Missing, Object, Reads, Spelling, Target};
use decl_core::{Value, cbor, json};
use decl_explain::template;
use decl_log::{Edge, MAX_SIZE, TileId, encode_bundle, leaf_hash, stored_index};
use std::{borrow::Cow, collections::BTreeSet, fs, path::PathBuf};

type Members = Vec<(Cow<'static, str>, Value<'static>)>;

/// The seeds of a target, each once.
///
/// # Panics
///
/// If there is no such target, or if vectors or examples cannot be read.
pub fn seeds(target: &str) -> BTreeSet<Vec<u8>> {
    match target {
        "json" => vectors("json").into_iter().chain(lines(&read("examples/bodies.ndjson"), 60)).collect(),
        "cbor" => vectors("cbor").into_iter().chain(examples("cbor")).chain([WORLD.entry.clone()]).collect(),
        "declaration" => {
            let examples = examples("json").into_iter().chain(examples("cbor"));
            vectors("declaration").into_iter().chain(examples).collect()
        }
        "supplement" | "event" => vectors(target),
        "chat" => bodies("chat").chain(lines(&read("examples/bodies.ndjson"), 10)).collect(),
        "responses" | "anthropic" | "gemini" => {
            bodies(target).chain(lines(&read(&format!("examples/bodies-{target}.ndjson")), 3)).collect()
        }
        "lm-eval" | "helm" => bodies(target).chain([read(&format!("examples/{target}-run.json"))]).collect(),
        "overlay" => overlays(),
        "names" => names(),
        "key" => {
            let (public, private) = (WORLD.key.verifier_key().to_string(), WORLD.key.to_text());
            [public.into_bytes(), private.as_bytes().to_vec()].into()
        }
        "note" => {
            let two = WORLD.note.clone() + WORLD.note.rsplit_once("\n\n").map_or("", |(_, lines)| lines);
            [WORLD.note.clone(), two, "signed\n".to_owned()].map(String::into_bytes).into()
        }
        "checkpoint" => with_zeros(&WORLD.checkpoint.to_string()),
        "proof" => with_zeros(&WORLD.proof),
        "entry" => entries(),
        "bundle" => {
            let bundle = encode_bundle([&b"a"[..], b"", &WORLD.entry]).expect("short entries");
            [[&[0, 3][..], &bundle].concat()].into()
        }
        "period" => {
            let whole = [None, Some(1), Some(0), Some(3)].map(|without| {
                let files = WORLD.files.iter().enumerate();
                files
                    .flat_map(|(n, (_, bytes))| log::part(if Some(n) == without { &[] } else { bytes }))
                    .collect()
            });
            whole.into()
        }
        "edge" => [0, 1, 255, 256, 257, 70_000].into_iter().map(edge).collect(),
        "tree" => trees(),
        "safetensors" => safetensors(),
        "gguf" => gguf(),
        _ => panic!("no target {target}"),
    }
}

/// A dictionary for libFuzzer: the names and short texts of the seeds as they are written there, and what parts the
/// lines of the text formats.
pub fn dictionary(target: &str) -> String {
    let parts =
        ["\n\n", "— ", ".p/", "/x", "+", "extra ", "index ", "=="].map(|part| part.as_bytes().to_vec());
    let in_json = words(target).into_iter().flat_map(|word| {
        let text = json::minimal(&Value::text(word));
        [text.clone() + ":", text].map(String::into_bytes)
    });
    let mut in_cbor = BTreeSet::new();
    seeds(target)
        .iter()
        .filter_map(|seed| cbor::decode(seed).ok())
        .for_each(|tree| collect(&tree, &mut in_cbor));
    let in_cbor = in_cbor.into_iter().filter_map(|word| cbor::encode(&Value::text(word)).ok());
    let line = |word: Vec<u8>| format!("\"{}\"\n", word.into_iter().map(escape).collect::<String>());
    parts.into_iter().chain(in_json).chain(in_cbor).map(line).collect()
}

fn escape(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() { char::from(byte).into() } else { format!("\\x{byte:02x}") }
}

/// The names and short texts of the seeds that are JSON.
pub fn words(target: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for seed in seeds(target) {
        let documents = seed.split(|byte| *byte == 0);
        documents.filter_map(|text| json::parse(text).ok()).for_each(|tree| collect(&tree, &mut words));
    }
    words
}

fn collect(tree: &Value<'_>, words: &mut BTreeSet<String>) {
    let mut word = |text: &str| {
        if (1..=40).contains(&text.len()) {
            words.insert(text.to_owned());
        }
    };
    match tree {
        Value::Text(text) => word(text),
        Value::Array(items) => items.iter().for_each(|item| collect(item, words)),
        Value::Map(members) => {
            for (key, _) in members {
                word(key);
            }
            for (_, value) in members {
                collect(value, words);
            }
        }
        _ => {}
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> Vec<u8> {
    fs::read(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every n-th line.
fn lines(text: &[u8], n: usize) -> Vec<Vec<u8>> {
    text.split(|byte| *byte == b'\n').step_by(n).map(Vec::from).collect()
}

fn files(directory: &str, ending: &str) -> Vec<Vec<u8>> {
    let entries = fs::read_dir(root().join(directory)).unwrap_or_else(|e| panic!("{directory}: {e}"));
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let paths = paths.filter(|path| path.extension().is_some_and(|extension| extension == ending));
    paths.map(|path| fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))).collect()
}

fn examples(ending: &str) -> Vec<Vec<u8>> {
    files("examples", ending)
}

/// The inputs of the golden vectors.
fn vectors(group: &str) -> BTreeSet<Vec<u8>> {
    let input = |case: Vec<u8>| {
        let case = json::parse(&case).unwrap_or_else(|fault| panic!("{group}: {fault}"));
        let text = |member| case.get(member).and_then(Value::as_str);
        let byte = |hex: &[u8]| u8::from_str_radix(str::from_utf8(hex).ok()?, 16).ok();
        let hex = |hex: &str| hex.as_bytes().chunks(2).map(|pair| byte(pair).expect("hex")).collect();
        // Each names its input by the form that it has; in cbor/, what is called json is no input.
        match text("json").filter(|_| group != "cbor") {
            Some(json) => json.as_bytes().to_vec(),
            None => text("json_hex").or(text("cbor")).map(hex).expect("a case has an input"),
        }
    };
    files(&format!("vectors/{group}"), "json").into_iter().map(input).collect()
}

/// Documents, each with what may be laid over it.
fn overlays() -> BTreeSet<Vec<u8>> {
    let base = json::pretty(&template("generate").expect("a kind"));
    let pair =
        |base: &str, over: &Value<'_>| [base.as_bytes(), b"\0", json::minimal(over).as_bytes()].concat();
    let body = r#"{"model": "m", "messages": [{"role": "user", "content": "hi"}]}"#;
    let mut pairs = BTreeSet::new();
    for example in examples("json") {
        let Ok(Value::Map(sections)) = json::parse(&example) else { continue };
        for (name, section) in sections {
            let over = Value::map([(name, section)]);
            pairs.extend([pair(&base, &over), pair(body, &over)]);
        }
    }
    pairs
}

fn names() -> BTreeSet<Vec<u8>> {
    let tile = |level, number, width| TileId { level, number, width }.path().into_bytes();
    let identity = decl_core::Identity::of(b"a");
    [
        identity.to_string().into_bytes(),
        identity.hex().into_bytes(),
        leaf_hash(b"a").to_string().into_bytes(),
        tile(0, 0, 256),
        tile(63, 1_234_067, 8),
        tile(0, (MAX_SIZE >> 8) - 1, 255),
    ]
    .into()
}

/// The text, and the text with a zero before each of its characters: a number has one spelling.
fn with_zeros(text: &str) -> BTreeSet<Vec<u8>> {
    let zero = |at| [&text[..at], "0", &text[at..]].concat();
    let spoiled = text.char_indices().map(|(at, _)| zero(at));
    [text.to_owned()].into_iter().chain(spoiled).map(String::into_bytes).collect()
}

/// Both kinds of entries, and each with a member too many.
fn entries() -> BTreeSet<Vec<u8>> {
    let origin = WORLD.checkpoint.origin.clone();
    let genesis = decl_log::Entry::Genesis { origin, at: 1 }.encode().expect("an entry");
    let longer = |entry: &Vec<u8>| {
        let Ok(Value::Map(mut members)) = cbor::decode(entry) else { panic!("an entry is a map") };
        members.push(("also".into(), Value::Uint(0)));
        cbor::encode(&Value::Map(members)).expect("one more member")
    };
    let entries = [genesis, WORLD.entry.clone()];
    entries.iter().map(longer).chain(entries.clone()).collect()
}

fn edge(size: u64) -> Vec<u8> {
    let mut edge = Edge::new();
    (0..size).for_each(|leaf| drop(edge.push(leaf_hash(&leaf.to_be_bytes()))));
    edge.to_bytes()
}

fn trees() -> BTreeSet<Vec<u8>> {
    let most = MAX_SIZE;
    [
        [3, 1, 2, 1],
        [1000, 999, 998, 7],
        [most, most - 1, most - 1, 0],
        [most + 1, most, most, 1 << 61],
        [70_000, 4096, stored_index(16, 0), 1 << 16],
        [u64::MAX; 4],
        [0; 4],
    ]
    .into_iter()
    .map(|numbers: [u64; 4]| {
        let path = [1, 2].map(|hash| leaf_hash(&[hash])).map(|hash| *hash.as_bytes());
        [numbers.map(u64::to_be_bytes).as_flattened(), path.as_flattened()].concat()
    })
    .collect()
}

/// Two tensors, their order and their padding; a type that is no word; a length that is not the file's.
fn safetensors() -> BTreeSet<Vec<u8>> {
    let tensor = |dtype: &str, begin: u8, end: u8| {
        format!(r#"{{"dtype": "{dtype}", "shape": [{}], "data_offsets": [{begin}, {end}]}}"#, end - begin)
    };
    [
        format!(
            r#"{{"__metadata__": {{"format": "pt"}}, "a": {}, "b": {}}}  "#,
            tensor("BF16", 4, 8),
            tensor("I8", 0, 4)
        ),
        format!(r#"{{"a": {}}}"#, tensor("F8_E4M3", 0, 8)),
        format!(r#"{{"a": {}}}"#, tensor("F 8", 0, 8)),
        "{}".to_owned(),
    ]
    .iter()
    .flat_map(|header| {
        [8, 9].map(|data| {
            [
                &u64::try_from(header.len()).expect("short").to_le_bytes()[..],
                header.as_bytes(),
                &vec![0; data],
            ]
            .concat()
        })
    })
    .collect()
}

/// Each kind of value, in both byte orders; the parts of a split model; an adapter.
fn gguf() -> BTreeSet<Vec<u8>> {
    type Number = fn(u64, usize) -> Vec<u8>;
    let little: Number = |n, len| n.to_le_bytes()[..len].to_vec();
    let big: Number = |n, len| n.to_be_bytes()[8 - len..].to_vec();
    [little, big]
        .into_iter()
        .flat_map(|number| {
            let text = |text: &str| [number(text.len() as u64, 8), text.as_bytes().to_vec()].concat();
            let pair = |key: &str, kind: u64, value: Vec<u8>| [text(key), number(kind, 4), value].concat();
            let words = [number(8, 4), number(2, 8), text("a"), text("")].concat();
            let pairs = [
                pair("general.architecture", 8, text("llama")),
                pair("general.file_type", 4, number(15, 4)),
                pair("general.type", 8, text("adapter")),
                pair("split.count", 2, number(2, 2)),
                pair("split.no", 2, number(1, 2)),
                pair("tokens", 9, words),
                pair("scores", 9, [number(6, 4), number(2, 8), number(0, 8)].concat()),
                pair("freq_base", 12, number(7, 8)),
                pair("flag", 7, number(1, 1)),
            ];
            let tensor =
                [text("blk.0"), number(2, 4), number(4, 8), number(2, 8), number(12, 4), number(0, 8)]
                    .concat();
            let file = |version: u64, pairs: &[Vec<u8>]| {
                let counts = [number(version, 4), number(1, 8), number(pairs.len() as u64, 8)].concat();
                [b"GGUF".to_vec(), counts, pairs.concat(), tensor.clone()].concat()
            };
            let each = pairs.iter().map(|pair| file(2, std::slice::from_ref(pair)));
            each.chain([file(3, &pairs), file(3, &[])]).collect::<Vec<_>>()
        })
        .collect()
}

/// Of a table: a body for each member at each depth, all else as short as can be.
fn bodies(name: &str) -> impl Iterator<Item = Vec<u8>> {
    let adapter = decl_adapt::named(name).expect("a name of decl_adapt::NAMES");
    objects(&adapter.body).into_iter().map(|body| json::minimal(&body).into_bytes())
}

fn objects(object: &Object) -> Vec<Value<'static>> {
    let mandatory = |class: &Class| {
        matches!(class, Class::Defines(Target { missing: Missing::Refused | Missing::External(_), .. }))
    };
    let values = |class: &Class| match class {
        Class::Defines(target) => values(&target.reads),
        Class::Artefact(_) => vec![Value::Array(Vec::new())],
        Class::Transport(holds) | Class::Secret(holds) => match holds {
            Holds::Members(object) => objects(object),
            Holds::Scalars | Holds::Free => vec![Value::text("elsewhere")],
        },
        Class::External(_) => vec![Value::text("elsewhere")],
    };
    let least: Members = object
        .members
        .iter()
        .filter(|member| mandatory(&member.class))
        .filter_map(|member| Some((member.name.into(), values(&member.class).into_iter().next()?)))
        .collect();
    let with = |name: &'static str, value| {
        let others = least.iter().filter(|(key, _)| key != name).cloned();
        Value::Map(others.chain([(name.into(), value)]).collect())
    };
    let bodies = object.members.iter().flat_map(|member| {
        values(&member.class).into_iter().map(|value| with(member.name, value)).collect::<Vec<_>>()
    });
    [Value::Map(least.clone())].into_iter().chain(bodies).collect()
}

fn kinds(each: &Each) -> Vec<Value<'static>> {
    match each {
        Each::All(object) => objects(object),
        Each::By { tag, kinds: named, untagged } => {
            let untagged = untagged.iter().flat_map(|each| kinds(each));
            let tagged = named.iter().flat_map(|(name, each)| {
                kinds(each).into_iter().map(|object| {
                    let Value::Map(mut members) = object else { return object };
                    members.retain(|(key, _)| key != tag);
                    members.push(((*tag).into(), Value::text(*name)));
                    Value::Map(members)
                })
            });
            tagged.chain(untagged).collect()
        }
        Each::Having(named) => named.iter().flat_map(|(_, each)| kinds(each)).collect(),
        Each::External(_) => vec![Value::Map(Vec::new())], // refused by its tag alone
    }
}

fn lists(items: Vec<Value<'static>>) -> Vec<Value<'static>> {
    items.into_iter().map(|item| Value::Array(vec![item])).collect()
}

/// What a place takes: one value of each kind.
fn values(reads: &Reads) -> Vec<Value<'static>> {
    let one = |text: &'static str| vec![json::parse(text.as_bytes()).expect("JSON")];
    match reads {
        Reads::Pattern => one(r#""https://[a-z]+:[a-z]+@some""#),
        Reads::Headers => {
            one(r#"{"X-Dataset-Key": "some", "Authorization": "Bearer  some", "X-Pat": "some"}"#)
        }
        Reads::Value => one(r#"[1, 0.5, {"k": null}]"#),
        Reads::Bool => one("true"),
        Reads::Integer => one("3"),
        Reads::Spelled(Spelling::Number, _) => [one("3"), one(r#""3""#)].concat(),
        Reads::Spelled(Spelling::Bytes, _) => one(r#""-_8""#),
        Reads::Spelled(Spelling::Any, reads) => [one("null"), values(reads)].concat(),
        Reads::Name | Reads::Identifier | Reads::Text(_) => one(r#""some""#),
        Reads::Texts { .. } => [one(r#""some""#), one(r#"["some"]"#)].concat(),
        Reads::Json => form(Form::Json),
        Reads::Data(names) => form(Form::Data(names)),
        Reads::Quote(of) | Reads::Part(of) | Reads::Within(of) => form(*of),
        Reads::Arguments(_) => one(r#""pretrained=some,revision=0123""#),
        Reads::NamedDefinitions(_) => one(r#"{"some": {"dataset_path": "some", "num_fewshot": 1}}"#),
        Reads::Definitions(_) => one(r#"[{"class_name": "some"}]"#),
        Reads::DataUrl => form(Form::DataUrl),
        Reads::Base64 => one(r#""AAAA""#),
        Reads::Subtype(_) => one(r#""wav""#),
        Reads::Media | Reads::PartOfMedia => one(r#""image/png""#),
        Reads::Parts(each) | Reads::FirstMessage(_, each) => [one(r#""some""#), lists(kinds(each))].concat(),
        Reads::Choice([]) => one("null"),
        Reads::Choice(ways) => ways.iter().map(|(name, _)| Value::text(*name)).collect(),
        Reads::External(_) => one(r#""elsewhere""#),
        other => other
            .children()
            .into_iter()
            .flat_map(|child| match child {
                Child::Same(reads) => values(reads),
                Child::Object(each) => kinds(&each),
                Child::Items(each) => lists(kinds(&each)),
            })
            .collect(),
    }
}

fn form(form: Form) -> Vec<Value<'static>> {
    let schema = || Value::map([("type", Value::text("object")), ("a", Value::Uint(2))]);
    vec![match form {
        Form::Text => Value::text("some"),
        Form::DataUrl => Value::text("data:image/png;base64,AAAA"),
        Form::Json => schema(),
        Form::Filtered(each) => return lists(kinds(each)),
        Form::Data(names) => Value::map(names.iter().map(|name| (*name, schema())).chain([("z", schema())])),
    }]
}
