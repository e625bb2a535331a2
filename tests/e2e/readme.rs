//! The sessions of the README and of a guide, run as a reader would type them: in one shell, in an empty folder with
//! the examples.

use crate::support::{decl, root, text};
use std::{fs, path::Path, process::Command};

const DOCUMENTS: [&str; 7] = [
    "README.md",
    "docs/guide/evaluations.md",
    "docs/guide/find.md",
    "docs/guide/seal.md",
    "docs/guide/audit.md",
    "docs/guide/verifier.md",
    "docs/guide/runs.md",
];

#[test]
fn the_readme_says_what_happens() {
    says_what_happens(DOCUMENTS[0], 10);
}

#[test]
fn the_guide_to_evaluations_says_what_happens() {
    says_what_happens(DOCUMENTS[1], 7);
}

#[test]
fn the_guide_to_finding_runs_says_what_happens() {
    says_what_happens(DOCUMENTS[2], 10);
}

#[test]
fn the_guide_to_what_happened_says_what_happens() {
    says_what_happens(DOCUMENTS[6], 12);
}

fn says_what_happens(document: &str, least: usize) {
    let commands = sessions(&fs::read_to_string(root().join(document)).unwrap());
    assert!(commands.len() > least, "{document} has sessions");

    let home = tempfile::tempdir().unwrap();
    let examples = home.path().join("examples");
    fs::create_dir(&examples).unwrap();
    let entries = fs::read_dir(root().join("examples")).unwrap().map(|entry| entry.unwrap().path());
    for path in entries.filter(|path| path.is_file()) {
        fs::copy(&path, examples.join(path.file_name().unwrap())).unwrap();
    }
    let script: Vec<String> =
        commands.iter().map(|(command, _)| format!("{command}\necho '{MARK}'\n")).collect();
    let said = shell(home.path(), &script.concat());
    let outputs: Vec<&str> = said.split(&format!("{MARK}\n")).collect();
    assert_eq!(outputs.len(), commands.len() + 1, "every command was reached:\n{said}");
    for ((command, expected), output) in commands.iter().zip(outputs) {
        assert!(
            matches(expected, output),
            "$ {command}\n{document} says:\n{expected}\nit printed:\n{output}"
        );
    }
}

#[test]
fn one_rust_version_is_promised_and_tested() {
    let rust = env!("CARGO_PKG_RUST_VERSION");
    for (file, says) in [
        ("README.md", format!("Rust toolchain ({rust} or newer)")),
        ("rust-toolchain.toml", format!("channel = \"{rust}.0\"")),
        ("fuzz/Cargo.toml", format!("rust-version = \"{rust}\"")),
    ] {
        let text = fs::read_to_string(root().join(file)).unwrap();
        assert!(text.contains(&says), "{file} does not say {says}");
    }
}

#[test]
fn every_relative_link_leads_somewhere() {
    let mut links = 0;
    for document in DOCUMENTS.into_iter().chain([
        "ARCHITECTURE.md",
        "SECURITY.md",
        "CONTRIBUTING.md",
        "docs/spec/README.md",
    ]) {
        let path = root().join(document);
        let page = fs::read_to_string(&path).unwrap();
        for link in page.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
            if !link.is_empty() && !link.contains("://") {
                assert!(path.parent().unwrap().join(link).exists(), "{document} links to {link}");
                links += 1;
            }
        }
    }
    assert!(links > 30, "{links} links were followed");
}

const MARK: &str = "---- next ----";

fn shell(home: &Path, script: &str) -> String {
    let mut path = std::ffi::OsString::from(Path::new(env!("CARGO_BIN_EXE_decl")).parent().unwrap());
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    let mut shell = Command::new("sh");
    shell.envs(decl(home).get_envs().filter_map(|(key, value)| Some((key.to_owned(), value?.to_owned()))));
    let out = shell
        .env_remove("DECL_STORE")
        .env("PATH", path)
        .current_dir(home)
        .args(["-c", script])
        .output()
        .unwrap();
    text(&out.stdout)
}

/// The commands of the console blocks, each with the output that the page shows.
fn sessions(page: &str) -> Vec<(String, String)> {
    let mut commands: Vec<(String, String)> = Vec::new();
    for block in page.split("```console\n").skip(1).filter_map(|rest| rest.split("```").next()) {
        for line in block.lines() {
            match (line.strip_prefix("$ "), commands.last_mut()) {
                (Some(command), _) => commands.push((command.to_owned(), String::new())),
                (None, Some((_, expected))) => expected.extend([line, "\n"]),
                (None, None) => panic!("a session begins with a command, not {line}"),
            }
        }
    }
    commands
}

/// Lines in order; `...` alone stands for any lines, at the end of a line for the rest of it.
fn matches(expected: &str, output: &str) -> bool {
    let (expected, output): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), output.lines().collect());
    lines_match(&expected, &output)
}

fn lines_match(expected: &[&str], output: &[&str]) -> bool {
    match expected {
        [] => output.is_empty(),
        ["...", rest @ ..] => (0..=output.len()).any(|skipped| lines_match(rest, &output[skipped..])),
        [line, rest @ ..] => output.split_first().is_some_and(|(first, after)| {
            let same = line.strip_suffix("...").map_or(first == line, |start| first.starts_with(start));
            same && lines_match(rest, after)
        }),
    }
}

#[test]
fn the_comparison_can_fail() {
    assert!(matches("a\n...\nd\n", "a\nb\nc\nd\n") && matches("...\n", "") && matches("ab...\n", "abc\n"));
    assert!(
        !matches("a\n", "b\n")
            && !matches("a\n", "a\nb\n")
            && !matches("...\nd\n", "a\n")
            && !matches("", "x\n")
    );
}
