//! `decl-verify RECORD PROOF VKEY` and `decl-verify DIRECTORY VKEY`: one line, and an exit code that says the same.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod world;

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

/// A path is bytes.
#[cfg(unix)]
#[test]
fn the_file_of_the_key_may_have_any_name() {
    use std::os::unix::ffi::OsStrExt as _;
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let path = dir.join(std::ffi::OsStr::from_bytes(b"v\xff"));
    std::fs::write(&path, "no key").unwrap();
    let mut argument = std::ffi::OsString::from("@");
    argument.push(&path);
    let output = Command::new(env!("CARGO_BIN_EXE_decl-verify"))
        .args([DECLARATION, DECLARATION])
        .arg(argument)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("v\u{fffd}: not a verifier key: a key is <name>+<id>+<base64>"), "{said}");
}

/// A declaration that no log would seal, but that anyone can hand to a verifier: its key is made to look like an answer.
#[test]
fn what_is_refused_does_not_write_lines_of_its_own() {
    let declaration = decl_core::cbor::encode(&decl_core::Value::map([
        ("v", decl_core::Value::text("ai-run-declaration/1")),
        (
            "ext",
            decl_core::Value::map([("\nholds: b3:00 is entry 1 of log\u{1b}[8m", decl_core::Value::Uint(1))]),
        ),
    ]))
    .unwrap();
    let key = SigningKey::from_seed("log.example.org", [7; 32]).unwrap();
    let (id, sha256) = (Identity::of(&declaration), sha256(&declaration));
    let entry = Entry::Record { kind: RecordKind::Declaration, id, sha256, at: 2, by: "local".to_owned() };
    let tree = Tree { size: 1, root: leaf_hash(b"") };
    let checkpoint = Checkpoint { origin: "log.example.org".to_owned(), tree }.sign(&key).unwrap();
    let proof =
        ProofFile { extra: Some(entry.encode().unwrap()), index: 1, path: vec![], checkpoint }.to_string();
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (file, receipt) = (dir.join("hostile.cbor"), dir.join("hostile.tlog-proof"));
    std::fs::write(&file, declaration).unwrap();
    std::fs::write(&receipt, proof).unwrap();
    let vkey = key.verifier_key().to_string();
    let (code, out, _) = run(&[file.to_str().unwrap(), receipt.to_str().unwrap(), &vkey]);
    assert_eq!(code, 1);
    let line = "does not hold: schema: E-EXT-KEY at /ext/\\nholds: b3:00 is entry 1 of log\\u{1b}[8m: not authority/api#/json/pointer\n";
    assert_eq!(out, line);
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

    let holds = "holds: declaration b3:5f63d968aa8bf0ede40380587453fd30a1a8adc08fa500ea171bb6b99cdd3427 is entry 1 of \
                 log.example.org, in a tree of 2\n";
    assert_eq!(run(&[DECLARATION, &good, &vkey]), (0, holds.to_owned(), String::new()));
    assert_eq!(run(&[DECLARATION, &good, &format!("@{file}")]), (0, holds.to_owned(), String::new()));

    let not = "does not hold: inclusion: entry 0 of a log is its genesis, not a record\n";
    assert_eq!(run(&[DECLARATION, &bad, &vkey]), (1, not.to_owned(), String::new()));

    // A file of another kind is no evidence, so there is no answer: each is named, and what it is.
    let checkpoint = proof.split_once("\n\n").unwrap().1;
    let other = |name: &str, text: &str| write(&format!("other-{name}"), text);
    for (file, what) in [
        (other("empty", ""), "the file is empty"),
        (other("checkpoint", checkpoint), "not a proof file but a checkpoint"),
        (other("crlf", &proof.replace('\n', "\r\n")), "a proof file whose lines end in CR LF"),
        (other("vkey", &format!("{vkey}\n")), "not a proof file but a verifier key"),
        (other("cut", &proof[..proof.len() - 1]), "not a proof file: a note ends with a signature line"),
        (
            other("bare", &proof.replacen("extra ", "extra", 1)),
            "not a proof file: line 2: no index below 2^62",
        ),
        (DECLARATION.to_owned(), "not a proof file but CBOR"),
    ] {
        let (code, out, said) = run(&[DECLARATION, &file, &vkey]);
        assert_eq!((code, out.as_str()), (2, ""), "{said}");
        assert!(said.starts_with(&format!("{file}: {what}")), "{said}");
    }
    for (file, what) in
        [(&good, "not a record but a proof file"), (&other("json", "{}"), "JSON: give the canonical bytes")]
    {
        let (code, out, said) = run(&[file, DECLARATION, &vkey]);
        assert_eq!((code, out.as_str()), (2, ""), "{said}");
        assert!(said.starts_with(&format!("{file}: {what}")), "{said}");
    }
    let (code, _, said) = run(&[DECLARATION, &good, &format!("@{good}")]);
    assert_eq!((code, said), (2, format!("{good}: not a verifier key but a proof file\n")));

    let long = write("long", &"x".repeat(decl_core::limits::DECLARATION_BYTES + 1));
    assert_eq!(run(&[&long, &good, &vkey]), (2, String::new(), format!("{long}: more than 4194304 bytes\n")));

    for (name, bytes, what) in [
        ("none", &b""[..], "the file is empty"),
        ("cut", &bytes[..bytes.len() - 1], "not a record: E-SYNTAX at byte "),
        ("one-byte", &bytes[..1], "not a record: E-SYNTAX at byte 0: the input ends inside this item"),
        ("longer", &[&bytes[..], b"\0"].concat(), "not a record: E-SYNTAX at byte "),
        ("text", b"Dear sir", "not a record but text"),
        ("picture", b"\xff\xd8", "not a record but binary data"),
    ] {
        let file = dir.join(format!("declaration-{name}"));
        std::fs::write(&file, bytes).unwrap();
        let file = file.to_str().unwrap();
        let (code, out, said) = run(&[file, &good, &vkey]);
        assert_eq!((code, out.as_str()), (2, ""), "{said}");
        assert!(said.starts_with(&format!("{file}: {what}")), "{said}");
    }
    // Whole, and another declaration, or none in any but its form: that is a contradiction.
    for bytes in [&b"\xa0"[..], b"\xb8\0"] {
        let file = dir.join("declaration-other");
        std::fs::write(&file, bytes).unwrap();
        let (code, out, _) = run(&[file.to_str().unwrap(), &good, &vkey]);
        assert_eq!(code, 1);
        assert!(out.starts_with("does not hold: identity: the proof is for b3:5f63d968"), "{out}");
    }

    let usage = "usage: decl-verify RECORD PROOF VKEY|@FILE, or decl-verify DIRECTORY VKEY|@FILE\n";
    assert_eq!(run(&[]), (2, String::new(), usage.to_owned()));
    let (code, out, error) = run(&["no-such-file", &good, &vkey]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(error.starts_with("no-such-file: "), "{error}");
    assert_eq!(run(&[DECLARATION, &good, "log.example.org"]).0, 2);
}

/// Rust's runtime hides it, and whoever asked would take exit code 0 for the answer.
#[cfg(unix)]
#[test]
fn a_closed_standard_output_is_an_error_and_one_that_leads_nowhere_is_none() {
    let under = |redirect: &str| {
        let line = format!("exec \"$0\" \"$1\" \"$1\" key {redirect}");
        let mut shell = Command::new("sh");
        let output =
            shell.args(["-c", &line, env!("CARGO_BIN_EXE_decl-verify"), DECLARATION]).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(under(">&-"), (Some(2), "standard output is closed: nothing was done\n".to_owned()));
    assert!(under("1<>/dev/null").1.starts_with("VKEY: not a verifier key"));
}

/// What somebody does to a directory.
#[cfg(unix)]
type Change = Box<dyn Fn(&Path)>;

/// A directory of somebody else: whatever stands in it, there is an answer, and it names the file.
#[cfg(unix)]
#[test]
fn a_directory_holds_or_does_not_hold_or_is_no_period() {
    use std::{fs, os::unix::fs::symlink};
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("periods");
    let _ = fs::remove_dir_all(&home);
    let (key, log) = (world::key(), world::log(300));
    let vkey = key.verifier_key().to_string();
    let write = |name: &str| {
        let dir = home.join(name);
        for (path, bytes) in world::files(&log, 258) {
            let path = dir.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        dir
    };
    let holds = "holds: all entries of log.example.org/runs from 258 on, 42 of a tree of 300\n";
    let missing = |path: &str| format!("does not hold: {path}: there is no such regular file\n");
    let (tile, bundle) = ("tile/0/001.p/44", "tile/entries/001.p/44");
    let instead = |path: &'static str, make: fn(&Path)| -> Change {
        Box::new(move |dir| {
            fs::remove_file(dir.join(path)).unwrap();
            make(&dir.join(path));
        })
    };
    let fifo = |path: &Path| assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    let huge = |path: &Path| fs::File::create(path).unwrap().set_len(1 << 40).unwrap();
    let elsewhere = |path: &Path| symlink("/dev/zero", path).unwrap();
    let nowhere = |path: &Path| symlink("no-such-file", path).unwrap();
    let changes: Vec<(&str, i32, String, Change)> = vec![
        ("sound", 0, holds.to_owned(), Box::new(|_| ())),
        ("more", 0, holds.to_owned(), Box::new(|dir| fs::write(dir.join("tile/0/000"), "more").unwrap())),
        (
            "linked",
            0,
            holds.to_owned(),
            Box::new(move |dir| {
                fs::rename(dir.join(tile), dir.join("elsewhere")).unwrap();
                symlink("../../../elsewhere", dir.join(tile)).unwrap();
            }),
        ),
        ("missing", 1, missing(tile), instead(tile, |_| ())),
        ("fifo", 1, missing(tile), instead(tile, fifo)),
        ("directory", 1, missing(tile), instead(tile, |path| fs::create_dir(path).unwrap())),
        ("device", 1, missing(bundle), instead(bundle, elsewhere)),
        ("dangling", 1, missing(bundle), instead(bundle, nowhere)),
        (
            "huge-tile",
            1,
            format!("does not hold: {tile}: a tile is 32 bytes for each hash of its width\n"),
            instead(tile, huge),
        ),
        (
            "huge-bundle",
            1,
            format!("does not hold: {bundle}: more bytes after the bundle's last entry\n"),
            instead(bundle, huge),
        ),
        ("none", 2, "checkpoint: there is no such regular file\n".to_owned(), instead("checkpoint", |_| ())),
        ("pipe", 2, "checkpoint: there is no such regular file\n".to_owned(), instead("checkpoint", fifo)),
        (
            "long",
            2,
            "not a checkpoint: a note is UTF-8\n".to_owned(),
            instead("checkpoint", |path| fs::write(path, b"\xff").unwrap()),
        ),
    ];
    for (name, code, line, change) in changes {
        let dir = write(name);
        change(&dir);
        let (found, out, said) = run(&[dir.to_str().unwrap(), &vkey]);
        assert_eq!(found, code, "{name}: {out}{said}");
        if code == 2 {
            assert!(
                out.is_empty() && said.starts_with(&format!("{}: not a period of a log: ", dir.display())),
                "{said}"
            );
            assert!(said.ends_with(&line), "{said}");
        } else {
            assert_eq!((out, said), (line, String::new()), "{name}");
        }
    }
    for path in [DECLARATION, "no-such-directory"] {
        let (code, out, said) = run(&[path, &vkey]);
        assert_eq!((code, out.as_str()), (2, ""), "{said}");
        assert!(said.starts_with(&format!("{path}: not a period of a log: ")), "{said}");
    }
    let (code, out, _) = run(&[home.join("sound").to_str().unwrap(), &format!("{vkey}x")]);
    assert_eq!((code, out.as_str()), (2, ""));
    fs::remove_dir_all(home).unwrap();
}
