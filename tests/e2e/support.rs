//! A store in a temporary folder, and the binary under test.

use decl_core::{Value, json};
use std::{
    env, fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};
use tempfile::TempDir;

/// The binary, with no store and no state of the machine.
pub(crate) fn decl(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_decl"));
    command
        .env_remove("DECL_STORE")
        .env("XDG_STATE_HOME", home.join("state"))
        .env("XDG_DATA_HOME", home.join("data"));
    command
}

/// A store, gone at the end.
pub(crate) struct Store {
    pub(crate) home: TempDir,
    pub(crate) vkey: String,
}

impl Store {
    pub(crate) fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let out = ok(decl(home.path())
            .args(["init", "--origin", "test.example/log", "--store"])
            .arg(home.path().join("store")));
        Self { vkey: text(&out.stdout).trim().to_owned(), home }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    pub(crate) fn decl(&self) -> Command {
        let mut command = decl(self.home.path());
        command.env("DECL_STORE", self.path("store"));
        command
    }

    /// Seals a batch; the answers in order, and what was said about syncs.
    pub(crate) fn seal(&self, lines: &Path, more: &[&str]) -> (Vec<Value<'static>>, String) {
        let out = self.decl().args(["seal", "--batch"]).arg(lines).args(more).output().unwrap();
        assert!(matches!(out.status.code(), Some(0 | 1)), "{}", text(&out.stderr));
        let answers = out.stdout.split(|b| *b == b'\n').filter(|line| !line.is_empty());
        let answers = answers.map(|line| json::parse(line).unwrap().into_owned()).collect();
        (answers, text(&out.stderr))
    }

    pub(crate) fn export(&self, name: &str, more: &[&str]) -> PathBuf {
        let dir = self.path(name);
        ok(self.decl().arg("export").arg(&dir).args(more));
        dir
    }
}

/// Runs and insists on exit 0.
pub(crate) fn ok(command: &mut Command) -> Output {
    let out = command.output().unwrap();
    assert!(out.status.success(), "{command:?}: {}\n{}", text(&out.stdout), text(&out.stderr));
    out
}

/// Runs with this on standard input.
pub(crate) fn with_input(command: &mut Command, input: &[u8]) -> Output {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input).unwrap();
    drop(stdin);
    child.wait_with_output().unwrap()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub(crate) fn member<'v>(value: &'v Value<'_>, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_else(|| panic!("no {key} in {value:?}"))
}

/// The folder of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub(crate) fn example(name: &str) -> Vec<u8> {
    fs::read(root().join("examples").join(name)).unwrap()
}

/// A verifier that is not ours, where the test command installed it.
pub(crate) fn tool(variable: &str) -> Option<PathBuf> {
    let found = env::var_os(variable).map(PathBuf::from);
    if found.is_none() {
        println!("left out: {variable} is not set; ./tools/test.sh installs the verifiers that are not ours");
    }
    found
}

/// The smallest declaration that says something of its own: one line of a batch.
pub(crate) fn small(run: usize) -> String {
    let mut value = decl_explain::template("generate").unwrap();
    set(&mut value, &["model", "authority"], Value::text("example.com"));
    set(&mut value, &["model", "name"], Value::text("some-model-2026"));
    set(&mut value, &["parameters", "seed"], Value::Uint(run as u64));
    json::minimal(&value)
}

pub(crate) fn set(value: &mut Value<'static>, path: &[&str], to: Value<'static>) {
    let Value::Map(members) = value else { panic!("no map on the way to {path:?}") };
    let (_, member) = members.iter_mut().find(|(key, _)| key == path[0]).unwrap();
    if path.len() == 1 { *member = to } else { set(member, &path[1..], to) }
}

/// The bytes below a folder.
pub(crate) fn size_of(dir: &Path) -> u64 {
    let entries = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap());
    entries.map(|e| if e.path().is_dir() { size_of(&e.path()) } else { e.metadata().unwrap().len() }).sum()
}
