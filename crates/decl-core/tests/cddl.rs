//! The CDDL of the specification, read by a CDDL tool that is not ours.
//!
//! The tool cannot validate whole declarations (keys by pattern, and maps as values of open maps, are beyond it), so it
//! says that the published text is CDDL, and validates the parts that it can: content, digests, absences, files.

use cddl::{cddl_from_str, validate_cbor_from_slice};
use decl_core::{Value, cbor};
use std::{fs, path::Path};

#[expect(clippy::unwrap_used, reason = "a panic is how a test fails")]
fn spec(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/spec").join(name)).unwrap()
}

/// The CDDL with another root rule before it.
fn rooted(root: &str, text: &str) -> String {
    format!("root = {root}\n{text}")
}

#[test]
fn the_published_texts_are_cddl() {
    for name in ["declaration-v1.cddl", "log.cddl"] {
        cddl_from_str(&spec(name), false).unwrap_or_else(|e| panic!("{name}: {e}"));
    }
    assert!(cddl_from_str("a = {", false).is_err(), "the tool can say no");
}

#[test]
fn the_parts_that_the_tool_can_validate_are_valid() {
    let text = spec("declaration-v1.cddl");
    let bytes = || Value::Bytes(vec![7; 32].into());
    let content = Value::map([("b3", bytes()), ("len", Value::Uint(3)), ("type", Value::text("text/plain"))]);
    let digest = Value::map([("alg", Value::text("sha256")), ("value", bytes())]);
    let file = Value::map([("len", Value::Uint(1)), ("path", Value::text("p")), ("digest", digest.clone())]);
    for (root, value) in [
        ("content", content.clone()),
        ("digest", digest.clone()),
        ("absent", Value::absent("none")),
        ("file", file),
    ] {
        let encoded = cbor::encode(&value).unwrap();
        validate_cbor_from_slice(&rooted(root, &text), &encoded, None)
            .unwrap_or_else(|e| panic!("{root}: {e}"));
    }
    for (root, value) in [
        ("content", digest),
        ("digest", content),
        ("absent", Value::absent("never")),
        ("absent", Value::map([("absent", Value::text("none")), ("x", Value::Uint(1))])),
    ] {
        let encoded = cbor::encode(&value).unwrap();
        assert!(validate_cbor_from_slice(&rooted(root, &text), &encoded, None).is_err(), "{root}");
    }
}
