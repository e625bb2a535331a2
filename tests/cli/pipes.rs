//! What a session file cannot say: standard input, exact bytes, and readers that leave early.

use crate::World;
use decl_core::{Value, json};
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

pub(crate) fn world() -> (World, PathBuf) {
    let world = World::new();
    let dir = world.root().join("dir");
    fs::create_dir(&dir).unwrap();
    crate::inputs(&dir);
    crate::run(world.decl(&dir).arg("init"));
    (world, dir)
}

fn feed(command: &mut Command, input: &[u8]) -> Output {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn every_input_can_be_standard_input() {
    let (world, dir) = world();
    let hello = fs::read(dir.join("hello.json")).unwrap();
    let decl = |arguments: &[&str], input: &[u8]| {
        let output = feed(world.decl(&dir).args(arguments), input);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    assert_eq!(decl(&["id", "-"], &hello), decl(&["id", "hello.cbor"], b""));
    assert_eq!(decl(&["check", "-"], &hello), b"ok\n");
    decl(&["seal", "-"], &hello);
    let receipt = decl(&["seal", "-", "--receipt", "-"], &hello);
    assert!(receipt.starts_with(b"c2sp.org/tlog-proof@v1\n"));
    decl(&["seal", "--batch", "-"], &fs::read(dir.join("good.ndjson")).unwrap());
    let id = String::from_utf8(decl(&["id", "-"], &hello)).unwrap();
    let proof = decl(&["prove", id.trim_end(), "-o", "-"], b"");
    let key = fs::read_to_string(dir.join("store/vkey")).unwrap();
    decl(&["verify", "hello.cbor", "-", "--vkey", &key], &proof);
    decl(&["verify", "hello.cbor", "-", "--vkey", "@store/vkey"], &proof);
    decl(&["diff", "-", "hello.json"], &hello);
}

/// What is printed to be kept: keys, checkpoints and proofs, also of a log whose name is not ASCII.
#[test]
fn what_is_kept_is_printed_byte_for_byte() {
    let (world, dir) = world();
    for (number, origin) in
        ["лог.example/запуски", "हिन्दी.example", "a'b\"c\\d.example", "日本.example/😀"].iter().enumerate()
    {
        let store = format!("store-{number}");
        let decl = |line: &str| {
            let output = world.decl(&dir).args(line.split(' ')).args(["--store", &store]).output().unwrap();
            assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
            output.stdout
        };
        let key = decl(&format!("init --origin {origin}"));
        assert!(key.starts_with(format!("{origin}+").as_bytes()), "{}", String::from_utf8_lossy(&key));
        assert_eq!(key, fs::read(dir.join(&store).join("vkey")).unwrap());
        fs::write(dir.join("kept.vkey"), key).unwrap();
        let receipt = decl("seal hello.json --receipt -");
        assert_eq!(receipt, decl("prove 1b0be8fa"));
        fs::write(dir.join("kept.tlog-proof"), receipt).unwrap();
        decl("verify hello.cbor kept.tlog-proof --vkey @kept.vkey");
        fs::write(dir.join("kept.checkpoint"), decl("checkpoint")).unwrap();
        decl("consistency kept.checkpoint --vkey @kept.vkey");
    }
}

/// What `decl show` gives to programs is the declaration, as bytes and as a member; people get it all on one page.
#[test]
fn what_is_shown_can_be_piped() {
    let (world, dir) = world();
    let hello = fs::read_to_string(dir.join("hello.json")).unwrap();
    fs::write(dir.join("float.json"), hello.replace("0.5", "1e20")).unwrap();
    let id = crate::run(world.decl(&dir).args(["id", "float.json"]));
    crate::run(world.decl(&dir).args(["seal", "float.json"]));
    let again = |document: &[u8]| feed(world.decl(&dir).args(["id", "-"]), document).stdout;

    let shown = world.decl(&dir).args(["show", id.trim_end(), "--cbor"]).output().unwrap();
    assert_eq!(again(&shown.stdout), id.as_bytes());
    let shown = world.decl(&dir).args(["show", id.trim_end()]).output().unwrap();
    assert_eq!(shown.stderr, b"");
    let page = String::from_utf8(shown.stdout).unwrap();
    let open = page.split("\n\n").last().unwrap();
    assert!(open.starts_with("open: 10 places"), "{page}");
    assert_eq!(open.lines().count(), 11, "{page}");

    let shown = crate::run(world.decl(&dir).args(["show", id.trim_end(), "--json"]));
    let shown = json::parse(shown.as_bytes()).unwrap();
    assert_eq!(shown.get("identity").and_then(Value::as_str), Some(id.trim_end()));
    assert_eq!(again(json::pretty(shown.get("declaration").unwrap()).as_bytes()), id.as_bytes());
    assert!(matches!(shown.get("open"), Some(Value::Array(open)) if open.len() == 10));
    assert_eq!(shown.get("open_count"), Some(&Value::Uint(10)));
}

/// A thousand open places below one long key: the list ends, the number does not.
#[test]
fn a_list_of_open_places_is_no_longer_than_its_limit() {
    let (world, dir) = world();
    let hello = fs::read_to_string(dir.join("hello.json")).unwrap();
    let absent = vec![r#"{"absent": "default"}"#; 1_000].join(",");
    let many = format!(r#""temperature": 0.5, "{}": [{absent}]"#, "k".repeat(100_000));
    fs::write(dir.join("many.json"), hello.replace(r#""temperature": 0.5"#, &many)).unwrap();
    let checked = world.decl(&dir).args(["check", "many.json", "--json"]).output().unwrap().stdout;
    assert!(checked.len() < 2 << 20, "{} bytes", checked.len());
    let checked = json::parse(&checked).unwrap();
    assert_eq!(checked.get("open_count"), Some(&Value::Uint(1_010)));
    let stderr = world.decl(&dir).args(["check", "many.json"]).output().unwrap().stderr;
    assert!(stderr.len() < 2 << 20, "{} bytes", stderr.len());
    assert!(String::from_utf8(stderr).unwrap().lines().any(|line| line.ends_with(" more")));
}

#[test]
fn bytes_come_back_as_they_went_in() {
    let (world, dir) = world();
    let every: Vec<u8> = (0..=255).collect();
    let output = feed(world.decl(&dir).args(["content", "put", "-"]), &every);
    let digest = String::from_utf8(output.stdout).unwrap();
    assert_eq!(digest.trim_end(), decl_core::Identity::of(&every).to_string());
    let output = world.decl(&dir).args(["content", "get", digest.trim_end()]).output().unwrap();
    assert_eq!(output.stdout, every);
    crate::run(world.decl(&dir).args(["seal", "hello.json"]));
    let id = crate::run(world.decl(&dir).args(["id", "hello.json"]));
    let output = world.decl(&dir).args(["show", "--cbor", id.trim_end()]).output().unwrap();
    assert_eq!(output.stdout, fs::read(dir.join("hello.cbor")).unwrap());
}

/// A conversation: each line is sealed and answered while the next is not there. It would not end otherwise.
#[test]
fn a_batch_from_a_pipe_answers_as_lines_come() {
    let (world, dir) = world();
    let line = fs::read_to_string(dir.join("hello.json")).unwrap().replace('\n', " ");
    let mut command = world.decl(&dir);
    command
        .args(["seal", "--batch", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let (mut lines, answers) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let mut answers = BufReader::new(answers).lines();
    for number in 1..=3 {
        let line = line.replace("0.5", &format!("{number}"));
        lines.write_all(format!("{line}\n").as_bytes()).unwrap();
        let answer = answers.next().unwrap().unwrap();
        assert!(answer.starts_with(&format!(r#"{{"line":{number},"identity":""#)), "{answer}");
        assert!(answer.contains(&format!(r#""index":{number},"size":{},"#, number + 1)), "{answer}");
        // What was answered is there for others.
        assert_eq!(crate::run(world.decl(&dir).arg("log")).lines().count(), number);
    }
    // And what comes at once is answered in order.
    lines.write_all(format!("{line}\n{{}}\n").as_bytes()).unwrap();
    drop(lines);
    let rest: Vec<_> = answers.map(Result::unwrap).collect();
    assert!(
        rest[0].starts_with(r#"{"line":4,"identity""#) && rest[1].starts_with(r#"{"line":5,"refused""#),
        "{rest:?}"
    );
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stderr.starts_with(b"sealed 4, refused 1, "));
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let (world, dir) = world();
    let much = "more than a pipe holds\n".repeat(1 << 16);
    let digest = feed(world.decl(&dir).args(["content", "put", "-"]), much.as_bytes()).stdout;
    let digest = String::from_utf8(digest).unwrap();
    let mut command = world.decl(&dir);
    command.args(["content", "get", digest.trim_end()]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut out = child.stdout.take().unwrap();
    out.read_exact(&mut [0]).unwrap();
    drop(out);
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}

#[test]
fn without_a_name_the_store_is_in_the_data_directory() {
    let (world, dir) = world();
    crate::run(world.decl(&dir).env_remove("DECL_STORE").arg("init"));
    assert!(world.root().join("data/decl/decl.store").is_file());
    let heads = fs::read_dir(world.root().join("state/decl/heads")).unwrap().map(|head| head.unwrap().path());
    let heads = heads.filter(|head| head.extension().is_some_and(|extension| extension == "checkpoint"));
    assert_eq!(heads.count(), 2, "one for each key");
}

#[test]
fn completions_and_manual_come_from_the_same_tree() {
    let (world, dir) = world();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = crate::run(world.decl(&dir).args(["completions", shell]));
        assert!(script.contains("consistency"), "{shell}");
    }
    crate::run(world.decl(&dir).args(["man", "pages"]));
    for page in ["decl.1", "decl-seal.1", "decl-content-put.1"] {
        assert!(dir.join("pages").join(page).is_file(), "{page}");
    }
}
