//! Request bodies with their right answers: every row of `vectors/requests/cases.json`.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking; the counts are worth reading"
)]

#[path = "chat/both.rs"]
mod both;

use decl_adapt::{Adapter, Options, Unknown};
use decl_core::{Fault, NoFiles, Source};
use std::{collections::BTreeSet, fs, path::PathBuf};

/// A row of the table.
struct Row {
    /// The file with the body, or with one body a line if its name ends in `.ndjson`.
    file: String,
    /// The adapter.
    from: String,
    /// Options of `decl id`.
    options: Vec<String>,
    /// `accept`, `same`, `distinct`, or `refuse` with a code and a place, where they matter.
    expect: String,
}

impl Row {
    fn read(row: &serde_json::Value) -> Self {
        let names: Vec<&String> = row.as_object().unwrap().keys().collect();
        assert_eq!(names, ["expect", "file", "from", "note", "options"], "a member that nothing here reads");
        let text = |name: &str| row[name].as_str().unwrap().to_owned();
        let options = row["options"].as_array().unwrap().iter();
        Self {
            file: text("file"),
            from: text("from"),
            options: options.map(|option| option.as_str().unwrap().to_owned()).collect(),
            expect: text("expect"),
        }
    }

    fn bodies(&self) -> Vec<Vec<u8>> {
        let bytes = fs::read(directory().join(&self.file)).unwrap();
        if !self.file.ends_with(".ndjson") {
            return vec![bytes];
        }
        bytes.split(|c| *c == b'\n').filter(|line| !line.is_empty()).map(<[u8]>::to_vec).collect()
    }

    fn options(&self) -> Options<'_> {
        let mut options = Options::default();
        for pair in self.options.chunks(2) {
            match pair {
                [name, value] if name == "--model" => options.model = Some(value),
                [name, value] if name == "--api-version" => options.api_version = Some(value),
                [name, value] if name == "--unknown" && value == "extend" => {
                    options.unknown = Unknown::Extend;
                }
                other => panic!("{}: no such option {other:?}", self.file),
            }
        }
        options
    }

    /// What is wrong, if anything is.
    fn run(&self) -> Result<(), String> {
        let adapter =
            decl_adapt::named(&self.from).unwrap_or_else(|| panic!("{}: no such adapter", self.file));
        let options = self.options();
        let answers: Vec<_> = self.bodies().iter().map(|body| read(adapter, body, &options)).collect();
        let mut words = self.expect.split(' ');
        let expect = words.next().unwrap();
        if expect == "refuse" {
            let (code, place) = (words.next(), words.next());
            for answer in &answers {
                let Err(fault) = answer else { return Err("accepted".to_owned()) };
                let as_said = code.is_none_or(|code| code == fault.code.as_str())
                    && place.is_none_or(|place| place == fault.at.to_string());
                if !as_said {
                    return Err(fault.to_string());
                }
            }
            return Ok(());
        }
        let mut identities = BTreeSet::new();
        for answer in &answers {
            let source = answer.as_ref().map_err(ToString::to_string)?;
            identities.insert(source.declaration.identity().hex());
        }
        let wanted = match expect {
            "accept" => return Ok(()),
            "same" => 1,
            "distinct" => answers.len(),
            other => panic!("{}: no such expectation {other:?}", self.file),
        };
        match identities.len() {
            found if found == wanted => Ok(()),
            found => Err(format!("{found} identities of {} bodies", answers.len())),
        }
    }
}

/// Reads a body by the fast path and by the tree; what is no text has one way.
fn read(adapter: &Adapter, body: &[u8], options: &Options<'_>) -> Result<Source, Fault> {
    match std::str::from_utf8(body) {
        Ok(text) => both::both_ways(adapter, text, options),
        Err(_) => adapter.declare(body, options, &mut NoFiles),
    }
}

fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../vectors/requests")
}

fn rows() -> Vec<Row> {
    let table: Vec<serde_json::Value> =
        serde_json::from_slice(&fs::read(directory().join("cases.json")).unwrap()).unwrap();
    table.iter().map(Row::read).collect()
}

#[test]
fn every_row_gives_its_answer() {
    let (mut wrong, mut bodies) = (Vec::new(), 0);
    for row in rows() {
        bodies += row.bodies().len();
        if let Err(fault) = row.run() {
            wrong.push(format!("{}: {fault}, where {} is right", row.file, row.expect));
        }
    }
    println!("{} rows, {bodies} bodies", rows().len());
    assert!(wrong.is_empty(), "{} rows fail:\n{}", wrong.len(), wrong.join("\n"));
}

/// What to do about a body is said where it is refused.
#[test]
fn refusals_have_hints_that_help() {
    let long = format!(
        r#"{{"model": "m", "messages": [{{"role": "tool", "tool_call_id": "{}", "content": "x"}}]}}"#,
        "i".repeat(65_537)
    );
    let read = |file: &str| fs::read(directory().join(file)).unwrap();
    let cases: [(&str, Vec<u8>, Options<'_>, &str, &str); 8] = [
        ("chat", read("16-extra-body.json"), Options::default(), "/extra_body", "one level up"),
        ("chat", read("23-list.json"), Options::default(), "", "decl seal --batch"),
        ("chat", read("23-body-as-text.json"), Options::default(), "", "encoded twice"),
        ("chat", read("23-gzip.json"), Options::default(), "byte 1", "gzip"),
        ("chat", read("23-zlib.json"), Options::default(), "byte 4", "deflate"),
        ("chat", read("23-multipart.json"), Options::default(), "byte 53", "multipart"),
        ("chat", long.into_bytes(), Options::default(), "/messages/0/tool_call_id", "member of its own"),
        (
            "anthropic",
            read("20-vertex-version-twice.json"),
            Options { model: Some("m"), api_version: Some("2023-06-01"), ..Options::default() },
            "/anthropic_version",
            "--api-version",
        ),
    ];
    for (adapter, body, options, at, hint) in cases {
        let adapter = decl_adapt::named(adapter).unwrap();
        let fault = adapter.declare(&body, &options, &mut NoFiles).unwrap_err();
        assert_eq!(fault.at.to_string(), at, "{fault}");
        assert!(fault.hint.as_ref().is_some_and(|said| said.contains(hint)), "{fault}: {:?}", fault.hint);
        let listed = adapter.check(&body, &options, &mut NoFiles);
        assert_eq!(listed.first(), Some(&fault));
    }
}

/// A file that no row names proves nothing, and neither does a row without a file.
#[test]
fn every_file_has_its_row() {
    let files: BTreeSet<String> = fs::read_dir(directory())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "cases.json")
        .collect();
    let rows = rows();
    let named: BTreeSet<String> = rows.iter().map(|row| row.file.clone()).collect();
    assert_eq!(files, named);
    assert_eq!(rows.len(), named.len(), "a file has one row");
}
