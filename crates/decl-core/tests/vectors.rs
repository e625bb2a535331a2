//! The golden vectors: every file of `vectors/`, whose expectations were written by hand from the spec.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "helpers of tests; the counts are worth reading"
)]

use decl_core::{
    Code, Declaration, Event, Fault, NoFiles, Record, RecordKind, Source, Supplement, cbor, check, hex, json,
};
use serde_json::Value;
use std::{fs, path::PathBuf};

/// One file.
struct Case {
    name: String,
    members: serde_json::Map<String, Value>,
}

impl Case {
    /// Every case of a directory, in the order of the file names.
    fn all(group: &str) -> Vec<Self> {
        let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../vectors").join(group);
        let mut paths: Vec<PathBuf> =
            fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        let read = |path: PathBuf| {
            let name = format!("{group}/{}", path.file_name().unwrap().to_str().unwrap());
            let Value::Object(members) = serde_json::from_slice(&fs::read(path).unwrap()).unwrap() else {
                panic!("{name}: not a map");
            };
            Self { name, members }
        };
        paths.into_iter().map(read).collect()
    }

    /// The case has exactly one of these sets of members: a file that nothing here reads proves nothing.
    fn has_form(&self, forms: &[&[&str]]) {
        let mut members: Vec<&str> = self.members.keys().map(String::as_str).collect();
        members.sort_unstable();
        assert!(forms.contains(&&members[..]), "{}: unknown format {members:?}", self.name);
        assert!(!self.text("shows").unwrap().is_empty(), "{}", self.name);
    }

    fn text(&self, member: &str) -> Option<&str> {
        self.members
            .get(member)
            .map(|value| value.as_str().unwrap_or_else(|| panic!("{}: {member}", self.name)))
    }

    fn bytes(&self, member: &str) -> Option<Vec<u8>> {
        self.text(member)
            .map(|text| unhex(text).unwrap_or_else(|| panic!("{}: {member} is not hex", self.name)))
    }

    /// JSON as text, or as bytes where it is no UTF-8.
    fn json(&self) -> Option<Vec<u8>> {
        self.text("json").map(|text| text.as_bytes().to_vec()).or_else(|| self.bytes("json_hex"))
    }

    /// Where a refusal is expected: is it this one?
    fn refusal(&self, got: Option<&Fault>) -> Result<(), String> {
        let refused = &self.members["refused"];
        let known = |code: &&str| Code::ALL.iter().any(|c| c.as_str() == *code);
        let code =
            refused["code"].as_str().filter(known).unwrap_or_else(|| panic!("{}: no such code", self.name));
        let at = refused["at"].as_str().unwrap();
        match got {
            None => Err(format!("{}: accepted, want {code} at {at:?}", self.name)),
            Some(got) if (got.code.as_str(), &*got.at.to_string()) == (code, at) => Ok(()),
            Some(got) => Err(format!("{}: {got}; want {code} at {at:?}", self.name)),
        }
    }

    fn is_refused(&self) -> bool {
        self.members.contains_key("refused")
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(text.get(i..i + 2)?, 16).ok()).collect()
}

/// Runs every case of a group and lists all that disagree.
fn run(group: &str, at_least: usize, case: impl Fn(&Case) -> Result<(), String>) {
    let cases = Case::all(group);
    let wrong: Vec<String> = cases.iter().filter_map(|c| case(c).err()).collect();
    let refused = cases.iter().filter(|c| c.is_refused()).count();
    println!("{group}: {} cases, {refused} of them refusals", cases.len());
    assert!(wrong.is_empty(), "{} of {} disagree:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    assert!(cases.len() >= at_least, "{group}: only {} cases ran", cases.len());
}

#[expect(clippy::needless_pass_by_value, reason = "reads as: same(got, want)")]
fn same<T: PartialEq + std::fmt::Debug>(case: &Case, what: &str, got: T, want: T) -> Result<(), String> {
    if got == want { Ok(()) } else { Err(format!("{}: {what} is {got:?}, want {want:?}", case.name)) }
}

#[test]
fn cbor_is_read_and_refused_as_the_vectors_say() {
    run("cbor", 405, |case| {
        case.has_form(&[
            &["accepted", "cbor", "shows"],
            &["accepted", "cbor", "json", "shows"],
            &["cbor", "refused", "shows"],
        ]);
        let bytes = case.bytes("cbor").unwrap();
        let decoded = cbor::decode(&bytes);
        if case.is_refused() {
            return case.refusal(decoded.err().as_ref());
        }
        assert_eq!(case.members["accepted"], Value::Bool(true), "{}", case.name);
        let value = decoded.map_err(|fault| format!("{}: {fault}", case.name))?;
        same(case, "the encoding", hex(&cbor::encode(&value).unwrap()), hex(&bytes))?;
        let Some(text) = case.json() else { return Ok(()) };
        let from_json = json::parse(&text).map_err(|fault| format!("{}: its JSON: {fault}", case.name))?;
        same(case, "the encoding of its JSON", hex(&cbor::encode(&from_json).unwrap()), hex(&bytes))?;
        let printed = json::pretty(&value);
        let again =
            json::parse(printed.as_bytes()).map_err(|fault| format!("{}: {printed}: {fault}", case.name))?;
        same(case, "the encoding of the JSON printed", hex(&cbor::encode(&again).unwrap()), hex(&bytes))
    });
}

#[test]
fn json_is_read_and_refused_as_the_vectors_say() {
    run("json", 716, |case| {
        case.has_form(&[
            &["cbor", "json", "shows"],
            &["json", "refused", "shows"],
            &["json_hex", "refused", "shows"],
        ]);
        let text = case.json().unwrap();
        let encoded = json::parse(&text).and_then(|value| cbor::encode(&value));
        if case.is_refused() {
            return case.refusal(encoded.err().as_ref());
        }
        let bytes = encoded.map_err(|fault| format!("{}: {fault}", case.name))?;
        same(case, "the encoding", Some(hex(&bytes).as_str()), case.text("cbor"))?;
        same(
            case,
            "the encoding decoded and encoded",
            hex(&cbor::encode(&cbor::decode(&bytes).unwrap()).unwrap()),
            hex(&bytes),
        )
    });
}

#[test]
fn declarations_are_identified_and_refused_as_the_vectors_say() {
    run("declaration", 621, |case| {
        case.has_form(&[
            &["bytes", "cbor", "identity", "sha256", "shows"],
            &["bytes", "identity", "json", "sha256", "shows"],
            &["cbor", "refused", "shows"],
            &["json", "refused", "shows"],
            &["json_hex", "refused", "shows"],
        ]);
        let input = case.json().or_else(|| case.bytes("cbor")).unwrap();
        let parsed = Source::parse(&input, &mut NoFiles);
        let first = check(&input, &mut NoFiles).into_iter().next();
        same(case, "the first fault of check", first.as_ref(), parsed.as_ref().err())?;
        if case.is_refused() {
            return case.refusal(first.as_ref());
        }
        let Source { declaration, contents } = parsed.map_err(|fault| format!("{}: {fault}", case.name))?;
        let identity = declaration.identity().to_string();
        same(case, "the identity", Some(&*identity), case.text("identity"))?;
        same(case, "the SHA-256", Some(hex(&declaration.sha256()).as_str()), case.text("sha256"))?;
        same(case, "the length", Some(declaration.as_bytes().len() as u64), case.members["bytes"].as_u64())?;
        for content in contents {
            let named = declaration.references().iter().any(|reference| reference.digest == content.digest);
            same(case, "content that the declaration names", named, true)?;
        }
        let from_cbor = Declaration::from_cbor(declaration.as_bytes().to_vec());
        same(case, "the declaration from its bytes", from_cbor.as_ref(), Ok(&declaration))?;
        let from_json = Source::parse(declaration.to_json().as_bytes(), &mut NoFiles).map(|s| s.declaration);
        same(case, "the declaration from its JSON", from_json.as_ref(), Ok(&declaration))
    });
}

#[test]
fn supplements_and_events_are_identified_and_refused_as_the_vectors_say() {
    for (kind, at_least) in [(RecordKind::Supplement, 394), (RecordKind::Event, 239)] {
        run(kind.as_str(), at_least, |case| {
            case.has_form(&[
                &["bytes", "cbor", "identity", "sha256", "shows"],
                &["bytes", "identity", "json", "sha256", "shows"],
                &["cbor", "refused", "shows"],
                &["json", "refused", "shows"],
                &["json", "refused", "shows", "submitted"],
            ]);
            let input = case.json().or_else(|| case.bytes("cbor")).unwrap();
            let read = match case.members.get("submitted") {
                Some(_) => submit(kind, &input),
                None => Record::parse(kind, &input, &mut NoFiles).map(|(record, _)| record),
            };
            if case.is_refused() {
                return case.refusal(read.err().as_ref());
            }
            let record = read.map_err(|fault| format!("{}: {fault}", case.name))?;
            same(case, "the identity", Some(&*record.identity().to_string()), case.text("identity"))?;
            same(case, "the SHA-256", Some(hex(&record.sha256()).as_str()), case.text("sha256"))?;
            same(case, "the length", Some(record.as_bytes().len() as u64), case.members["bytes"].as_u64())?;
            let from_cbor = Record::from_cbor(kind, record.as_bytes().to_vec());
            same(case, "the record from its bytes", from_cbor.as_ref(), Ok(&record))?;
            let from_json = Record::parse(kind, record.to_json().as_bytes(), &mut NoFiles);
            same(case, "the record from its JSON", from_json.map(|(record, _)| record).as_ref(), Ok(&record))
        });
    }
}

/// Builds the record that a caller would submit with the kind, the subject and the body of this one.
fn submit(kind: RecordKind, record: &[u8]) -> Result<Record, Fault> {
    let mut record = json::parse(record)?;
    let body = record.remove("body").unwrap();
    let text = |name| record.get(name).and_then(decl_core::Value::as_str).unwrap();
    let (named, by) = (text("kind"), text("by"));
    if kind == RecordKind::Event {
        return Event::new(named.parse().unwrap(), body, by, &mut NoFiles).map(|(event, _)| event.into());
    }
    let subject = text("subject").parse().unwrap();
    let made = Supplement::new(named.parse().unwrap(), subject, body, by, &mut NoFiles);
    made.map(|(supplement, _)| supplement.into())
}

/// `names/`: each name as a parameter of the minimal declaration.
#[test]
fn reserved_names_are_refused_as_the_lists_say() {
    let names = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../vectors/names");
    let minimal =
        Case::all("declaration").into_iter().find(|c| c.name.ends_with("/tree-minimal.json")).unwrap();
    for (file, code, count) in [("artefacts.txt", Code::Artefact, 84), ("secrets.txt", Code::Secret, 29)] {
        let list = fs::read_to_string(names.join(file)).unwrap();
        let list: Vec<&str> = list.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(list.len(), count, "{file}");
        for name in list {
            // A star stands for any characters.
            for name in [name.replace('*', ""), name.replace('*', "any-")] {
                let set = format!(r#""set":{{"{name}":"x"}}"#);
                let given = minimal.text("json").unwrap().replace(r#""set":{}"#, &set);
                let fault = Source::parse(given.as_bytes(), &mut NoFiles).unwrap_err();
                assert_eq!((fault.code, fault.at.to_string()), (code, format!("/parameters/set/{name}")));
            }
        }
    }
}

#[test]
fn every_file_of_the_vectors_belongs_to_a_group() {
    let vectors = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../vectors");
    for entry in fs::read_dir(vectors).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let known = if entry.file_type().unwrap().is_dir() {
            [
                "cbor",
                "json",
                "declaration",
                "supplement",
                "event",
                "log",    // by the references
                "export", // by the references
                "proof",  // by the references and by decl-verify
                "period", // by the references and by decl-verify
                "keyed",
                "names",
                "requests",
                "__pycache__",
            ]
            .contains(&&*name)
        } else {
            name == "README.md" || entry.path().extension().is_some_and(|ending| ending == "py")
        };
        assert!(known, "nothing reads vectors/{name}");
    }
}
