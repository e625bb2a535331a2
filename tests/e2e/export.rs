//! Exported logs of the sizes where tiles begin and end, audited by golang.org/x/mod.

use crate::support::{Store, ok, small, text, tool};
use std::{fs, process::Command};

/// Around the first tile, the second, the first of level 2, and past it.
const SIZES: [usize; 12] = [1, 2, 3, 255, 256, 257, 511, 512, 513, 65_536, 65_537, 70_000];

#[test]
fn a_verifier_that_is_not_ours_accepts_every_export() {
    let Some(go) = tool("DECL_TEST_GO") else { return };
    let store = Store::new();
    let lines = store.path("lines.ndjson");
    let mut entries = 1; // the genesis entry
    for size in SIZES {
        if size > entries {
            fs::write(&lines, (entries..size).map(|run| small(run) + "\n").collect::<String>()).unwrap();
            let (answers, _) = store.seal(&lines, &[]);
            assert!(answers.iter().all(|answer| answer.get("index").is_some()));
            entries = size;
        }
        let dir = store.export(&format!("export-{size}"), &[]);
        let proof = store.path(&format!("{size}.tlog-proof"));
        let mut audit = Command::new(&go);
        audit.arg(&dir).arg(&store.vkey);
        if size > 1 {
            let last = small(size - 1);
            let id = crate::support::with_input(store.decl().args(["id", "-"]), last.as_bytes());
            let id = text(&id.stdout).lines().next().unwrap().to_owned();
            ok(store.decl().args(["prove", &id, "-o"]).arg(&proof));
            audit.arg(&proof);
        }
        let said = text(&ok(&mut audit).stdout);
        assert!(said.starts_with(&format!("ok: {size} entries")), "{said}");
        println!("golang.org/x/mod: {}", said.trim());
        if size == 513 {
            spoiled(&go, &dir, &store.vkey);
        }
        fs::remove_dir_all(dir).unwrap();
    }
    ok(store.decl().args(["audit", "--second-opinion"]));
}

/// The auditor has teeth: one bit in each kind of file is found.
fn spoiled(go: &std::path::Path, dir: &std::path::Path, vkey: &str) {
    for name in ["checkpoint", "tile/0/001", "tile/1/000.p/2", "tile/entries/000", "tile/entries/002.p/1"] {
        let path = dir.join(name);
        let whole = fs::read(&path).unwrap();
        let mut bytes = whole.clone();
        bytes[20] ^= 1;
        fs::write(&path, bytes).unwrap();
        let out = Command::new(go).arg(dir).arg(vkey).output().unwrap();
        assert!(!out.status.success(), "a flipped bit in {name} was not found");
        fs::write(&path, whole).unwrap();
    }
}
