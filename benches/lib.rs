//! The documents that the benchmarks share, made here: no file, no randomness, the same everywhere.

use decl_core::{Content, Declaration, NoFiles, Source, Value, json};
use decl_explain::template;

/// A chat request body as an agent sends it: a system prompt, so many messages of so many bytes each (a user asks, the
/// assistant calls a tool, the tool answers, the assistant replies) and three tools.
pub fn chat_body(messages: usize, bytes: usize) -> Vec<u8> {
    let system = Value::map([("role", Value::text("system")), ("content", Value::text(prose(9_999, 2_000)))]);
    let messages = (0..messages).map(|i| chat_message(i, prose(i, bytes)));
    let body = Value::map([
        ("model", Value::text("gpt-5.2-2026-02-11")),
        ("temperature", Value::from_f64(0.2)),
        ("seed", Value::Uint(7)),
        ("max_completion_tokens", Value::Uint(600)),
        ("messages", Value::Array([system].into_iter().chain(messages).collect())),
        ("tools", Value::Array((0..3).map(tool).collect())),
    ]);
    json::minimal(&body).into_bytes()
}

fn chat_message(i: usize, text: String) -> Value<'static> {
    let call = |i: usize| Value::text(format!("call_{:024x}", i / 4));
    let text = Value::text(text);
    match i % 4 {
        0 => Value::map([("role", Value::text("user")), ("content", text)]),
        1 => {
            let arguments = format!("{{\"order_id\": {i}, \"reason\": \"arrived broken\"}}");
            let function =
                Value::map([("name", Value::text("tool_1")), ("arguments", Value::text(arguments))]);
            let calls = [("id", call(i)), ("type", Value::text("function")), ("function", function)];
            Value::map([
                ("role", Value::text("assistant")),
                ("content", text),
                ("tool_calls", Value::Array(vec![Value::map(calls)])),
            ])
        }
        2 => Value::map([("role", Value::text("tool")), ("tool_call_id", call(i)), ("content", text)]),
        _ => Value::map([("role", Value::text("assistant")), ("content", text)]),
    }
}

/// A declaration with this many turns; `run` makes it differ from the others, its instructions do not.
pub fn declaration(run: usize, turns: usize) -> Source {
    let mut value = template("generate").expect("a kind that exists");
    set(&mut value, &["model", "authority"], Value::text("example.com"));
    set(&mut value, &["model", "name"], Value::text("some-model-2026"));
    let message = |role: &'static str, text: String| {
        let part = Value::map([
            ("t", Value::text("text")),
            ("content", Value::map([("text", Value::text(text))])),
            ("attrs", Value::Map(Vec::new())),
        ]);
        Value::map([("role", Value::text(role)), ("parts", Value::Array(vec![part]))])
    };
    let shared =
        (1..turns).map(|i| message(if i.is_multiple_of(2) { "user" } else { "assistant" }, prose(i, 200)));
    let own = message("user", prose(1_000_000 + run, 200));
    set(&mut value, &["instructions"], Value::Array(vec![message("system", prose(0, 2_000))]));
    set(&mut value, &["input"], Value::Array(shared.chain([own]).collect()));
    set(&mut value, &["parameters", "set"], Value::map([("temperature", Value::from_f64(0.7))]));
    Source::from_value(value, &mut NoFiles).expect("a valid declaration")
}

/// A declaration as those of many applications are: kinds, models, tools, APIs and prompts differ, some are frequent and
/// some are rare. The input of each is its own.
pub fn varied(run: usize) -> Source {
    // One of `most`, of which the first ones are the most frequent.
    let skewed = |salt: usize, most: usize| {
        let spread = (run + salt).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
        (spread % most) * (spread / most % most) / most
    };
    let text = |text: String| Value::text(text);
    let mut value =
        template(["generate", "embed"][usize::from(skewed(1, 10) > 6)]).expect("a kind that exists");
    let model = skewed(2, 60);
    set(&mut value, &["model", "authority"], text(format!("vendor-{}.example", model % 5)));
    set(&mut value, &["model", "name"], text(format!("model-{model}")));
    set(&mut value, &["model", "revision"], text(format!("2026-{:02}", 1 + skewed(3, 12))));
    let api = [("name", text(format!("api-{}", model % 7))), ("version", Value::absent("default"))];
    set(&mut value, &["environment", "api"], Value::map(api));
    let absent = |name: &'static str| (name, Value::absent("none"));
    let tool = |n: usize| {
        Value::map([
            ("t", Value::text("function")),
            ("data", Value::text("closed")),
            ("name", text(format!("tool-{}", skewed(10 + n, 400)))),
            ("config", Value::Map(Vec::new())),
            absent("schema"),
            absent("server"),
            absent("description"),
            absent("implementation"),
        ])
    };
    set(&mut value, &["tools"], Value::Array((0..skewed(4, 8)).map(tool).collect()));
    let message = |role: &'static str, said: String| {
        let part = Value::map([
            ("t", Value::text("text")),
            ("content", Value::map([("text", text(said))])),
            ("attrs", Value::Map(Vec::new())),
        ]);
        Value::map([("role", Value::text(role)), ("parts", Value::Array(vec![part]))])
    };
    let prompt = message("system", prose(skewed(5, 900), 600));
    set(&mut value, &["instructions"], Value::Array(vec![prompt]));
    set(&mut value, &["input"], Value::Array(vec![message("user", prose(10_000_000 + run, 200))]));
    let temperature = Value::from_f64([0.0, 0.2, 0.7, 1.0][skewed(6, 4)]);
    set(&mut value, &["parameters", "set"], Value::map([("temperature", temperature)]));
    Source::from_value(value, &mut NoFiles).expect("a valid declaration")
}

/// The parts of a [`declaration`], for who seals it.
pub fn parts(source: Source) -> (Declaration, Vec<Content>) {
    (source.declaration, source.contents)
}

fn set(value: &mut Value<'static>, path: &[&str], to: Value<'static>) {
    let Value::Map(members) = value else { return };
    let Some((_, member)) = members.iter_mut().find(|(key, _)| key == path[0]) else { return };
    if path.len() == 1 { *member = to } else { set(member, &path[1..], to) }
}

fn tool(i: usize) -> Value<'static> {
    let text = |text: &str| Value::text(text.to_owned());
    let property =
        |kind: &str| Value::map([("type", text(kind)), ("description", text("What it is for, in a line."))]);
    let schema = Value::map([
        ("type", text("object")),
        ("properties", Value::map([("order_id", property("integer")), ("reason", property("string"))])),
        ("required", Value::Array(vec![text("order_id")])),
        ("additionalProperties", Value::Bool(false)),
    ]);
    let function = Value::map([
        ("name", Value::text(format!("tool_{i}"))),
        ("description", text("Looks something up and answers in one line.")),
        ("parameters", schema),
    ]);
    Value::map([("type", text("function")), ("function", function)])
}

/// So many bytes of words in lines, mostly ASCII, different for every seed.
fn prose(seed: usize, bytes: usize) -> String {
    const WORDS: [&str; 16] = [
        "order",
        "refund",
        "the",
        "kettle",
        "arrived",
        "naïve",
        "policy",
        "of",
        "a",
        "customer",
        "写",
        "within",
        "thirty",
        "days",
        "and",
        "replacement",
    ];
    let mut out = format!("{seed}: ");
    let mut state = seed as u64;
    while out.len() < bytes {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        out.push_str(WORDS[(state >> 33) as usize % WORDS.len()]);
        out.push(if (state >> 40).is_multiple_of(16) { '\n' } else { ' ' });
    }
    out
}
