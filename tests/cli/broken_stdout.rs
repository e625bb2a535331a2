//! Output that does not arrive: a reader that has left changes no answer, and a full disk is an error.

use crate::pipes::world;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::process::{Command, Output, Stdio};

/// Runs with a standard output whose reader is gone before the first byte.
fn unread(command: &mut Command) -> Output {
    let (reader, writer) = io::pipe().unwrap();
    drop(reader);
    command.stdout(writer).stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap()
}

#[test]
fn no_answer_changes_because_nobody_reads_it() {
    let (world, dir) = world();
    crate::run(world.decl(&dir).args(["seal", "hello.json", "--receipt", "hello.tlog-proof"]));
    crate::run(world.decl(&dir).args(["init", "--store", "other"]));
    crate::run(world.decl(&dir).args(["init", "--store", "damaged"]));
    fs::write(dir.join("damaged/db/CURRENT"), "x").unwrap();
    for (line, code) in [
        ("verify hello.cbor hello.tlog-proof --vkey @store/vkey", 0),
        ("verify hello.cbor hello.tlog-proof --vkey @other/vkey", 1),
        ("--json verify hello.cbor hello.tlog-proof --vkey @other/vkey", 1),
        ("check hello.json", 0),
        ("check bad/null.json", 1),
        ("check bad/null.json --json", 1),
        ("diff hello.json hello.cbor", 0),
        ("diff hello.json local-llama.json", 1),
        ("diff hello.json local-llama.json --json", 1),
        ("seal bad/null.json --json", 1),
        ("seal hello.json", 0),
        ("consistency 1 2", 0),
        ("log", 0),
        ("--json log", 0),
        ("audit", 0),
        ("audit --store damaged", 3),
        ("audit --store damaged --json", 3),
        ("--help", 0),
    ] {
        let output = unread(world.decl(&dir).args(line.split(' ')));
        assert_eq!(output.status.code(), Some(code), "{line}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!said.contains("error"), "{line}: {said}");
    }
}

#[test]
fn a_batch_seals_every_line_though_nobody_reads_the_answers() {
    let (world, dir) = world();
    // More lines than are answered at a time, so that the reader is gone long before the last.
    let line = fs::read_to_string(dir.join("hello.json")).unwrap().replace('\n', " ");
    let lines: Vec<_> = (0..10_000).map(|seed| line.replace("0.5", &format!("{seed}"))).collect();
    fs::write(dir.join("many.ndjson"), lines.join("\n") + "\n{}\n").unwrap();
    let output = unread(world.decl(&dir).args(["seal", "--batch", "many.ndjson"]));
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("sealed 10000, refused 1, "), "{said}");
}

#[test]
fn a_full_disk_is_an_error_that_says_what_is_sealed() {
    let (world, dir) = world();
    let full = |line: &str| {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = world.decl(&dir).args(line.split(' ')).stdout(full).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    for line in ["--help", "help", "help seal", "--version", "check hello.json"] {
        let said = "error: standard output: no space left on device\n".to_owned();
        assert_eq!(full(line), (Some(2), said), "{line}");
    }
    for line in ["seal hello.json", "--json seal hello.json", "seal hello.json --receipt -"] {
        let (code, said) = full(line);
        assert_eq!(code, Some(2), "{line}");
        assert!(said.contains("\nhint: it is sealed; decl prove b3:1b0be8fa"), "{line}: {said}");
    }
    let (code, said) = full("seal --batch good.ndjson");
    assert_eq!(code, Some(2));
    assert!(said.contains("\nhint: more is sealed than was answered"), "{said}");
}

/// Waiting for the reader of the lines would wait for the line that never comes: the test would not end.
#[test]
fn a_batch_that_cannot_go_on_does_not_wait_for_more_lines() {
    let (world, dir) = world();
    let full = File::options().write(true).open("/dev/full").unwrap();
    let mut command = world.decl(&dir);
    command.args(["seal", "--batch", "-"]).stdin(Stdio::piped()).stdout(full).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut lines = child.stdin.take().unwrap();
    lines.write_all("{}\n".repeat(4096).as_bytes()).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(2));
    drop(lines);
}
