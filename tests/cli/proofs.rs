//! `decl verify` over the golden proofs of `vectors/proof`: every kind of record, as bytes and as JSON.

use crate::{World, here};
use decl_core::{Value, json, unhex};
use std::{fs, process::Command};

#[test]
fn golden_proofs_hold_fail_or_are_none() {
    let (world, mut codes) = (World::new(), [0; 3]);
    let (record, proof) = (world.root().join("record"), world.root().join("proof"));
    for file in fs::read_dir(here("../../vectors/proof")).unwrap() {
        let file = file.unwrap().path();
        let text = fs::read(&file).unwrap();
        let case = json::parse(&text).unwrap();
        let member = |name| case.get(name).and_then(Value::as_str);
        let bytes = match (member("cbor"), member("json")) {
            (Some(hex), _) => hex
                .as_bytes()
                .chunks(2)
                .map(|pair| unhex::<1>(str::from_utf8(pair).unwrap()).unwrap()[0])
                .collect(),
            (_, json) => json.unwrap().as_bytes().to_vec(),
        };
        fs::write(&record, bytes).unwrap();
        fs::write(&proof, member("proof").unwrap()).unwrap();
        let mut decl = Command::new(crate::DECL);
        decl.arg("verify").args([&record, &proof]).args(["--vkey", member("vkey").unwrap()]);
        let output = decl.envs(world.variables()).output().unwrap();
        let expected = match case.get("fails") {
            None => 0,
            // Step 1: there is no proof, or no record, that could fail to hold.
            Some(Value::Uint(1)) => 2,
            Some(_) => 1,
        };
        let said = String::from_utf8_lossy(if expected == 2 { &output.stderr } else { &output.stdout });
        assert_eq!(output.status.code(), Some(expected), "{}: {said}", file.display());
        let last = said.lines().find(|line| !line.starts_with("  ")).unwrap();
        let begins = ["holds: entry ", "does not hold: ", "error: "];
        let begins = begins[usize::try_from(expected).unwrap()];
        assert!(last.starts_with(begins), "{}: {said}", file.display());
        codes[usize::try_from(expected).unwrap()] += 1;
    }
    assert!(codes.iter().all(|count| *count >= 4), "{codes:?}");
}
