//! A hundred thousand declarations in one batch: how many syncs, and how many bytes.

use crate::support::{Store, ok, set, size_of, small};
use decl_core::{NoFiles, Source, Value, json};
use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufWriter, Write as _},
};

const RECORDS: usize = 100_000;
/// Messages of a declaration, of which only the last is its own: over 90% of the content is shared.
const MESSAGES: usize = 29;

#[test]
fn a_batch_of_a_hundred_thousand_costs_few_syncs_and_few_bytes() {
    let store = Store::new();
    let lines = store.path("lines.ndjson");
    let mut out = BufWriter::new(File::create(&lines).unwrap());
    let (mut declared, mut content, mut all_content) = (0, BTreeMap::new(), 0);
    for run in 0..RECORDS {
        let value = declaration(run);
        writeln!(out, "{}", json::minimal(&value)).unwrap();
        let source = Source::from_value(value, &mut NoFiles).unwrap();
        declared += source.declaration.as_bytes().len();
        for piece in source.contents {
            all_content += piece.bytes.len();
            content.insert(piece.digest, piece.bytes.len());
        }
    }
    out.flush().unwrap();
    let distinct = declared + content.values().sum::<usize>();
    let shared = 100 - 100 * content.values().sum::<usize>() / all_content;

    let (answers, said) = store.seal(&lines, &[]);
    let sealed = answers.iter().filter(|answer| answer.get("new") == Some(&Value::Bool(true))).count();
    assert_eq!(sealed, RECORDS);
    // "sealed 100000, refused 0, 25 commits, 25 syncs, 3.2 s"
    let syncs: usize =
        said.split(", ").find_map(|part| part.strip_suffix(" syncs")).unwrap().parse().unwrap();
    let disk = size_of(&store.path("store"));
    #[expect(clippy::cast_precision_loss, reason = "a ratio to print")]
    let ratio = disk as f64 / distinct as f64;
    println!(
        "{RECORDS} declarations of {} bytes, {shared}% of their content shared: {}; {syncs} syncs, \
         {disk} bytes on disk for {distinct} distinct bytes: {ratio:.2}",
        declared / RECORDS,
        said.trim(),
    );
    assert!(shared >= 90 && declared / RECORDS > 3_500, "the batch is what the test says");
    assert!(syncs * 1_000 <= RECORDS, "at most one sync per 1,000 records");
    assert!(ratio <= 1.5, "the store takes at most 1.5 times the distinct bytes");
}

fn declaration(run: usize) -> Value<'static> {
    let message = |text: String| {
        let content = Value::map([("text", Value::text(text))]);
        let part =
            Value::map([("t", Value::text("text")), ("content", content), ("attrs", Value::Map(Vec::new()))]);
        Value::map([("role", Value::text("user")), ("parts", Value::Array(vec![part]))])
    };
    let mut value = decl_explain::template("generate").unwrap();
    set(&mut value, &["model", "authority"], Value::text("example.com"));
    set(&mut value, &["model", "name"], Value::text("some-model-2026"));
    let shared =
        (1..MESSAGES).map(|i| message(format!("shared turn {i}: {}", "the same words again ".repeat(4))));
    set(
        &mut value,
        &["input"],
        Value::Array(shared.chain([message(format!("what about case {run}, please, today?"))]).collect()),
    );
    value
}

/// Many short writers, as an application makes them that wraps each of its calls in `decl run`.
#[test]
fn writers_that_come_together_take_turns() {
    let store = Store::new();
    let children: Vec<_> = (0..8)
        .map(|run| {
            let file = store.path(&format!("{run}.json"));
            std::fs::write(&file, small(run)).unwrap();
            let mut command = store.decl();
            command.args(["--wait", "120", "run", "--declaration"]).arg(file).args(["--", "true"]);
            command.spawn().unwrap()
        })
        .collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let listed = ok(store.decl().args(["--json", "log", "--type", "declaration", "--limit", "100"]));
    assert_eq!(listed.stdout.split(|b| *b == b'\n').filter(|line| !line.is_empty()).count(), 8);
    ok(store.decl().arg("audit"));
}
