//! Which content can be confirmed by a guess.

use decl_core::{Content, NoFiles, Source, Value};
use decl_explain::{GUESSABLE, guessable};
use std::{fs, path::PathBuf};

fn found(document: &Value<'_>) -> Vec<(String, u64)> {
    let mut found = Vec::new();
    guessable(document, &mut |at, len| {
        found.push((at.to_owned(), len));
        true
    });
    found
}

#[test]
fn content_is_guessable_below_the_limit_and_without_a_key() {
    let lens = [0, 1, GUESSABLE - 1, GUESSABLE, GUESSABLE + 1, 1 << 40];
    let plain = lens.map(|len| {
        Value::map([
            ("b3", Value::Bytes(vec![7; 32].into())),
            ("len", Value::Uint(len)),
            ("type", Value::text("text/plain")),
        ])
    });
    let keyed = Value::map([
        ("kb3", Value::Bytes(vec![7; 32].into())),
        ("key", Value::text("k")),
        ("type", Value::text("text/plain")),
    ]);
    let digest = Value::map([("alg", Value::text("sha256")), ("value", Value::Bytes(vec![7; 32].into()))]);
    let document = Value::map([
        ("plain", Value::Array(plain.to_vec())),
        ("others", Value::Array(vec![keyed, digest, Value::absent("none"), Value::Uint(1)])),
    ]);
    let expected = [("/plain/0", 0), ("/plain/1", 1), ("/plain/2", GUESSABLE - 1)];
    assert_eq!(found(&document), expected.map(|(at, len)| (at.to_owned(), len)));
}

/// The same places, by the references of the declaration.
#[test]
fn the_examples_have_their_short_content() {
    for (name, want) in [("rag", 5), ("chat-tools", 6), ("local-llama", 4)] {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name);
        let source = fs::read(path.with_extension("json")).unwrap();
        let declaration = Source::parse(&source, &mut NoFiles).unwrap().declaration;
        let mut places = Vec::new();
        declaration.places(&mut |at| {
            places.push(at.to_owned());
            true
        });
        let short = places.into_iter().zip(declaration.references());
        let short = short.filter_map(|(at, of)| Some((at, of.len.filter(|len| *len < GUESSABLE)?)));
        let short: Vec<_> = short.collect();
        assert_eq!((found(&declaration.value()), short.len()), (short.clone(), want), "{name}");
    }
}

#[test]
fn the_list_ends_when_it_is_told_to() {
    let content = Content::new("text/plain", b"yes".to_vec()).reference();
    let document = Value::Array(vec![content; 10]);
    let mut count = 0;
    guessable(&document, &mut |_, _| {
        count += 1;
        count < 3
    });
    assert_eq!(count, 3);
}
