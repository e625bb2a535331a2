//! The golden proofs and periods: every file of `vectors/proof` and `vectors/period`, with the step of
//! `docs/spec/proof.md` or `docs/spec/period.md` at which it fails.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use decl_core::{Identity, NoFiles, Record, RecordKind, Value, json, unhex};
use decl_log::{Checkpoint, Period};
use decl_verify::{
    Check, Refusal, Verified,
    period::{self, Asked, Error, Reason},
    verify,
};
use std::{collections::BTreeMap, convert::Infallible, fs, path::Path};

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
        return bytes(hex);
    }
    let text = text("json").unwrap();
    let kind = RecordKind::of_format(json::parse(text.as_bytes()).ok()?.get("v")?.as_str()?)?;
    Record::parse(kind, text.as_bytes(), &mut NoFiles).ok().map(|(record, _)| record.into_bytes())
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let pairs = hex.as_bytes().chunks(2).map(|pair| str::from_utf8(pair).ok().and_then(unhex::<1>));
    pairs.map(|byte| byte.map(|[byte]| byte)).collect()
}

/// Returns the number of the step of a period that failed. `left` are the tiles that hold what is left of the files.
fn step_of_period(refusal: &period::Refusal, left: &[String]) -> u64 {
    let of_checkpoint = [Period::CHECKPOINT, Period::BEFORE].contains(&refusal.place.as_str());
    match &refusal.reason {
        _ if refusal.is_unreadable() => 1,
        Reason::OpenStart | Reason::OpenEnd | Reason::Present(_) => 7,
        Reason::Log(decl_log::Refusal::WrongRoot) => 6,
        Reason::OtherLeaf(_) | Reason::OtherNode(_) => 5,
        _ if of_checkpoint => 2,
        _ if left.contains(&refusal.place) => 3,
        _ if refusal.place.starts_with("tile/") && !refusal.place.starts_with("tile/entries/") => 5,
        _ => 4,
    }
}

/// The files of a group of vectors, by name.
fn files(group: &str) -> impl Iterator<Item = (String, Vec<u8>)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors").join(group);
    fs::read_dir(directory).unwrap().map(|file| {
        let file = file.unwrap().path();
        (file.display().to_string(), fs::read(&file).unwrap())
    })
}

#[test]
fn periods_hold_and_fail_as_the_vectors_say() {
    let (mut held, mut failed) = (0, 0);
    for (name, text) in files("period") {
        let case = json::parse(&text).unwrap();
        let Some(Value::Map(files)) = case.get("files") else { panic!("{name}") };
        let files: BTreeMap<_, _> =
            files.iter().map(|(path, hex)| (path.as_ref(), bytes(hex.as_str().unwrap()).unwrap())).collect();
        let time = |name| match case.get(name) {
            Some(Value::Uint(time)) => Some(*time),
            None => None,
            other => panic!("{other:?}"),
        };
        let absent = match case.get("absent") {
            Some(Value::Array(absent)) => {
                absent.iter().map(|id| id.as_str().unwrap().parse::<Identity>().unwrap()).collect()
            }
            _ => Vec::new(),
        };
        let asked = Asked { since: time("since"), until: time("until"), absent };
        let key = case.get("vkey").and_then(Value::as_str).unwrap().parse().unwrap();
        let read = |path: &str, _: usize| Ok::<_, Infallible>(files.get(path).cloned());
        match (period::verify(&key, &asked, read), case.get("fails")) {
            (Err(Error::Refused(refusal)), Some(Value::Uint(fails))) => {
                let size = |name| {
                    let note = files.get(name).and_then(|note| str::from_utf8(note).ok());
                    let opened = note.and_then(|note| Checkpoint::open(note, &key).ok());
                    opened.map_or(0, |checkpoint| checkpoint.tree.size)
                };
                let period = Period { before: size(Period::BEFORE), size: size(Period::CHECKPOINT) };
                let mut left = Vec::new();
                let _ = period.edge(|id| {
                    left.push(id.path());
                    Ok::<_, Infallible>(decl_log::Tile { id, hashes: Vec::new() })
                });
                assert_eq!(step_of_period(&refusal, &left), *fails, "{name}: {refusal}");
                failed += 1;
            }
            (Ok(verified), None) => {
                let period::Verified { origin, before, tree, entries, .. } = verified;
                let entries = [entries.start, entries.end].map(Value::Uint);
                let found = Value::map([
                    ("origin", Value::text(origin)),
                    ("before", Value::Uint(before)),
                    ("size", Value::Uint(tree.size)),
                    ("entries", Value::Array(entries.into())),
                ]);
                assert_eq!(Some(&found), case.get("holds"), "{name}");
                held += 1;
            }
            (found, _) => panic!("{name}: {found:?}"),
        }
    }
    assert!(held >= 25 && failed >= 45, "{held} held, {failed} failed");
}

#[test]
fn proofs_hold_and_fail_as_the_vectors_say() {
    let (mut held, mut failed) = (0, 0);
    for (name, text) in files("proof") {
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
