//! `decl-verify DECLARATION PROOF VKEY`: one line, and an exit code that says the same.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use decl_core::{Identity, sha256};
use decl_log::{Checkpoint, Entry, ProofFile, RecordKind, SigningKey, Tree, leaf_hash, node_hash};
use std::path::Path;
use std::process::Command;

const DECLARATION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/local-llama.cbor");

fn run(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_decl-verify")).args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_exit_code_is_the_answer() {
    let bytes = std::fs::read(DECLARATION).unwrap();
    let key = SigningKey::from_seed("log.example.org", [7; 32]).unwrap();
    let kind = RecordKind::Declaration;
    let (id, sha256) = (Identity::of(&bytes), sha256(&bytes));
    let entry = Entry::Record { kind, id, sha256, at: 2, by: "local".to_owned() }.encode().unwrap();
    let sibling = leaf_hash(b"0");
    let tree = Tree { size: 2, root: node_hash(&sibling, &leaf_hash(&entry)) };
    let checkpoint = Checkpoint { origin: "log.example.org".to_owned(), tree }.sign(&key).unwrap();
    let proof = ProofFile { extra: Some(entry), index: 1, path: vec![sibling], checkpoint }.to_string();

    let dir = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let write = |name: &str, text: &str| {
        let path = dir.join(name).to_str().unwrap().to_owned();
        std::fs::write(&path, text).unwrap();
        path
    };
    let vkey = key.verifier_key().to_string();
    let (good, bad) = (write("good", &proof), write("bad", &proof.replace("index 1", "index 0")));
    let file = write("vkey", &format!("{vkey}\n"));

    let holds = "holds: b3:5f63d968aa8bf0ede40380587453fd30a1a8adc08fa500ea171bb6b99cdd3427 is entry 1 of \
                 log.example.org, in a tree of 2\n";
    assert_eq!(run(&[DECLARATION, &good, &vkey]), (0, holds.to_owned(), String::new()));
    assert_eq!(run(&[DECLARATION, &good, &format!("@{file}")]), (0, holds.to_owned(), String::new()));

    let not = "does not hold: inclusion: the hashes do not lead to the root\n";
    assert_eq!(run(&[DECLARATION, &bad, &vkey]), (1, not.to_owned(), String::new()));

    let usage = "usage: decl-verify DECLARATION PROOF VKEY|@FILE\n";
    assert_eq!(run(&[]), (2, String::new(), usage.to_owned()));
    let (code, out, error) = run(&["no-such-file", &good, &vkey]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(error.starts_with("no-such-file: "), "{error}");
    assert_eq!(run(&[DECLARATION, &good, "log.example.org"]).0, 2);
}
