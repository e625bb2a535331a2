//! The golden proofs: every file of `vectors/proof`, with the step of `docs/spec/proof.md` at which it fails.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use decl_core::{NoFiles, Record, RecordKind, Value, json, unhex};
use decl_verify::{Check, Refusal, Verified, verify};
use std::{fs, path::Path};

/// Returns the number of the step that failed.
fn step(refusal: &Refusal) -> u64 {
    match refusal.check {
        Check::ProofSyntax | Check::Entry => 1,
        Check::Identity | Check::Sha256 => 2,
        Check::Canonical | Check::Schema => 3,
        Check::Inclusion => 5,
        Check::Signature => 6,
        Check::Origin => 7,
        other => panic!("{other}"),
    }
}

/// Returns the bytes of the record: those given, or those that the JSON gives. Step 1 is for whoever reads files, and
/// step 2 begins with the import, so a record that has no bytes is left to them.
fn record(case: &Value<'_>) -> Option<Vec<u8>> {
    let text = |name| case.get(name).and_then(Value::as_str);
    if let Some(hex) = text("cbor") {
        let pairs = hex.as_bytes().chunks(2).map(|pair| str::from_utf8(pair).ok().and_then(unhex::<1>));
        return pairs.map(|byte| byte.map(|[byte]| byte)).collect();
    }
    let text = text("json").unwrap();
    let kind = RecordKind::of_format(json::parse(text.as_bytes()).ok()?.get("v")?.as_str()?)?;
    Record::parse(kind, text.as_bytes(), &mut NoFiles).ok().map(|(record, _)| record.into_bytes())
}

#[test]
fn proofs_hold_and_fail_as_the_vectors_say() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/proof");
    let (mut held, mut failed) = (0, 0);
    for file in fs::read_dir(directory).unwrap() {
        let file = file.unwrap().path();
        let name = file.display();
        let text = fs::read(&file).unwrap();
        let case = json::parse(&text).unwrap();
        let member = |name| case.get(name).and_then(Value::as_str).unwrap();
        let Some(record) = record(&case) else {
            assert!(matches!(case.get("fails"), Some(Value::Uint(1 | 2))), "{name}");
            continue;
        };
        let result = verify(&record, member("proof"), &member("vkey").parse().unwrap());
        if let Some(Value::Uint(fails)) = case.get("fails") {
            // That the file of a record is whole is for the program that reads it.
            let found = result.map_err(|refusal| step(&refusal));
            assert!(found == Err(*fails) || *fails == 1 && found == Err(2), "{name}: {found:?}");
            failed += 1;
        } else {
            let Verified { identity, index, tree, origin, checked, .. } = result.unwrap();
            let found = Value::map([
                ("identity", Value::text(identity.to_string())),
                ("index", Value::Uint(index)),
                ("size", Value::Uint(tree.size)),
                ("origin", Value::text(origin)),
            ]);
            assert_eq!((Some(&found), checked.as_slice()), (case.get("holds"), &Check::ALL[..]), "{name}");
            held += 1;
        }
    }
    assert!(held >= 12 && failed >= 20, "{held} held, {failed} failed");
}
