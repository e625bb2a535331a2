//! References become keyed references, and nothing else changes.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use decl_core::{Code, Content, Files, Identity, NoFiles, Source, Value, json, unbase64};
use decl_explain::{SECTIONS, template};
use decl_keyed::{ContentKey, Keyed, KeyedContent, Keying};
use std::{collections::BTreeMap, fs, path::Path};

/// A declaration with content in every section that may have some, and one piece in two of them.
fn source() -> Source {
    let mut document = template("generate").unwrap();
    let content = |text: &str| Value::map([("text", Value::text(text.to_owned()))]);
    let message = |role: &'static str, text: &str| {
        let part = Value::map([
            ("t", Value::text("text")),
            ("content", content(text)),
            ("attrs", Value::Map(Vec::new())),
        ]);
        Value::map([("role", Value::text(role)), ("parts", Value::Array(vec![part]))])
    };
    let set = |document: &mut Value<'static>, path: &[&str], value: Value<'static>| {
        let mut at = document;
        for name in path {
            let Value::Map(members) = at else { panic!("{name}") };
            at = &mut members.iter_mut().find(|(key, _)| key == name).unwrap().1;
        }
        *at = value;
    };
    set(&mut document, &["model", "authority"], Value::text("example.com"));
    set(&mut document, &["model", "name"], Value::text("some-model"));
    set(&mut document, &["model", "template"], content("{{prompt}}"));
    set(&mut document, &["instructions"], Value::Array(vec![message("system", "Be brief.")]));
    set(
        &mut document,
        &["input"],
        Value::Array(vec![
            message("user", "My name is Ada."),
            message("user", "yes"),
            message("user", "yes"),
        ]),
    );
    let item = Value::map([
        ("kind", Value::text("file")),
        ("content", content("yes")),
        (
            "source",
            Value::map([
                ("uri", Value::absent("none")),
                ("span", Value::absent("none")),
                ("digest", Value::absent("none")),
            ]),
        ),
        ("placed", Value::absent("none")),
    ]);
    set(&mut document, &["context", "items"], Value::Array(vec![item]));
    set(&mut document, &["constraints", "output", "schema"], content("yes"));
    set(&mut document, &["environment", "packages"], content("decl 0.1"));
    Source::from_value(document, &mut NoFiles).unwrap()
}

fn key() -> ContentKey {
    ContentKey::new("customer-4411", &[7; 32])
}

fn keyed(source: Source, sections: &[&str]) -> Keyed {
    let sections = sections.iter().map(|&section| section.to_owned()).collect();
    Keying { key: key(), sections }.apply(source).unwrap()
}

/// The section of each reference.
fn sections_of(declaration: &decl_core::Declaration) -> Vec<String> {
    let mut sections = Vec::new();
    declaration.places(&mut |at| {
        sections.push(at.split('/').nth(1).unwrap().to_owned());
        true
    });
    sections
}

/// Checks everything that is to hold of a keyed declaration.
fn check(source: &Source, keyed: &Keyed, chosen: &[&str]) {
    let bytes: BTreeMap<Identity, &[u8]> =
        source.contents.iter().map(|content| (content.digest, &*content.bytes)).collect();
    let (before, after) = (source.declaration.references(), keyed.declaration.references());
    assert_eq!(before.len(), after.len());
    let (mut plain, mut under_key) = (Vec::new(), Vec::new());
    for ((before, after), section) in before.iter().zip(after).zip(sections_of(&keyed.declaration)) {
        if chosen.contains(&&*section) {
            assert_eq!(after.digest, key().digest(bytes[&before.digest]), "{section}");
            assert_eq!((after.len, after.keyed.as_deref()), (None, Some("customer-4411")));
            under_key.push(after.digest);
        } else {
            assert_eq!(before, after, "{section}");
            plain.push(after.digest);
        }
        assert_eq!(before.media, after.media);
    }
    let each_once = |mut digests: Vec<Identity>| {
        digests.sort_unstable();
        digests.dedup();
        digests
    };
    let mut digests: Vec<_> = keyed.keyed.iter().map(KeyedContent::digest).collect();
    digests.sort_unstable();
    assert_eq!(digests, each_once(under_key));
    assert_eq!(keyed.contents.iter().map(|content| content.digest).collect::<Vec<_>>(), each_once(plain));
    for content in &keyed.keyed {
        assert_eq!(key().digest(content.bytes()), content.digest());
    }
    // What is left of the clear text is what stays plain.
    let projection = Source::parse(keyed.declaration.to_json().as_bytes(), &mut NoFiles).unwrap();
    assert_eq!(projection.declaration, keyed.declaration);
}

#[test]
fn every_choice_of_sections_keys_their_content_and_nothing_else() {
    let with_content = ["model", "instructions", "input", "context", "constraints", "environment"];
    for choice in 0..1_u32 << with_content.len() {
        let chosen: Vec<&str> = with_content
            .iter()
            .enumerate()
            .filter(|(i, _)| choice >> i & 1 == 1)
            .map(|(_, name)| *name)
            .collect();
        check(&source(), &keyed(source(), &chosen), &chosen);
    }
    let all = keyed(source(), &SECTIONS);
    check(&source(), &all, &SECTIONS);
    assert!(all.contents.is_empty());
    assert_eq!(keyed(source(), &[]).declaration, source().declaration);
}

#[test]
fn a_keyed_reference_is_the_one_that_is_written_by_hand() {
    let made = keyed(source(), &["input"]).declaration;
    let mut by_hand = source().declaration.to_json();
    for text in ["My name is Ada.", "yes"] {
        let plain = json::pretty(&Content::new("text/plain", text.into()).reference());
        let plain: String = plain.split_whitespace().collect();
        let keyed = format!(
            r#"{{"key":"customer-4411","kb3":"{}","type":"text/plain"}}"#,
            key().digest(text.as_bytes()).hex()
        );
        let from = by_hand.find("\"input\"").unwrap();
        let to = by_hand.find("\"model\"").unwrap();
        let compact: String = by_hand[from..to].split_whitespace().collect();
        assert!(compact.contains(&plain), "{compact}");
        by_hand.replace_range(from..to, &compact.replace(&plain, &keyed));
    }
    assert_eq!(Source::parse(by_hand.as_bytes(), &mut NoFiles).unwrap().declaration, made);
}

#[test]
fn the_same_content_has_one_keyed_digest_under_one_key_and_another_under_another() {
    let [once, again] = [(); 2].map(|()| keyed(source(), &["input", "context"]).declaration.identity());
    assert_eq!(once, again);
    let other =
        Keying { key: ContentKey::new("customer-4411", &[8; 32]), sections: vec!["input".to_owned()] };
    assert_ne!(other.apply(source()).unwrap().declaration.identity(), once);
}

#[test]
fn content_that_is_not_at_hand_is_refused_at_its_place() {
    for (section, at) in [("input", "/input/1/parts/0/content"), ("context", "/context/items/0/content")] {
        let mut source = source();
        source.contents.retain(|content| content.bytes != b"yes");
        let fault = Keying { key: key(), sections: vec![section.to_owned()] }.apply(source).unwrap_err();
        assert_eq!((fault.code, fault.at.to_string()), (Code::Unresolved, at.to_owned()));
    }
}

struct Folder<'p>(&'p Path);

impl Files for Folder<'_> {
    fn read(&mut self, path: &str) -> Result<Vec<u8>, (Code, String)> {
        fs::read(self.0.join(path)).map_err(|error| (Code::Unresolved, error.to_string()))
    }
}

#[test]
fn the_examples_are_keyed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let parsed = fs::read(folder.join("content.json")).unwrap();
    let Value::Map(beside) = json::parse(&parsed).unwrap() else { panic!("content by digest") };
    let content = |(_, value): &(_, Value<'_>)| {
        let text = |name| value.get(name).and_then(Value::as_str);
        let bytes = text("text").map_or_else(|| unbase64(text("base64").unwrap()).unwrap(), Into::into);
        Content::new("text/plain", bytes)
    };
    let beside: Vec<Content> = beside.iter().map(content).collect();
    for name in ["rag.json", "chat-tools.json", "local-llama.json"] {
        let mut source = Source::parse(&fs::read(folder.join(name)).unwrap(), &mut Folder(&folder)).unwrap();
        let named: Vec<Identity> = source.declaration.references().iter().map(|of| of.digest).collect();
        source.contents.extend(beside.iter().filter(|content| named.contains(&content.digest)).cloned());
        check(&source, &keyed(source.clone(), &["input", "context"]), &["input", "context"]);
    }
}
