//! The command line as people meet it. Each file of `sessions/` is a session; it runs in a directory of its own that
//! holds `inputs/` and what the modules here make.
//!
//! `TRYCMD=overwrite cargo test --release -p decl-cli --test cli` rewrites the sessions and the page of refusals. `[..]`
//! stands for keys, roots and times; in the sessions every `\` is a `/`, because trycmd compares as if all of them were
//! paths.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod bodies;
mod broken_stdout;
mod documents;
mod find;
mod limits;
mod paths;
mod pipes;
mod proofs;
mod refusals;
mod run;
mod stores;
mod weights;
mod wrong_files;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const DECL: &str = env!("CARGO_BIN_EXE_decl");

#[test]
fn sessions() {
    let world = World::new();
    let sessions = fs::read_dir(here("sessions")).unwrap().map(|entry| entry.unwrap().path());
    let mut held = Vec::new();
    for session in sessions {
        let dir = world.enter(&session);
        if session.ends_with("hash-model.trycmd") {
            weights::make(&dir);
        }
        held.extend(stores::make(&world, session.file_stem().unwrap().to_str().unwrap(), &dir));
    }
    let cases = trycmd::TestCases::new();
    cases.register_bin("decl", Path::new(DECL));
    for (name, value) in world.variables() {
        cases.env(name, value.to_str().unwrap());
    }
    cases.case(world.root().join("*.trycmd"));
    cases.run();
}

/// A directory that stands for the home of a user who has just installed decl.
struct World(tempfile::TempDir);

impl World {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn root(&self) -> &Path {
        self.0.path()
    }

    fn variables(&self) -> [(&'static str, OsString); 7] {
        let root = self.root();
        [
            ("HOME", root.into()),
            ("XDG_CACHE_HOME", root.join("cache").into()),
            ("XDG_DATA_HOME", root.join("data").into()),
            ("XDG_STATE_HOME", root.join("state").into()),
            ("DECL_STORE", "store".into()),
            // Whoever runs the tests may have told clap otherwise.
            ("COLUMNS", "100".into()),
            ("CLICOLOR_FORCE", "".into()),
        ]
    }

    /// The directory of a session, with the inputs in it.
    fn enter(&self, session: &Path) -> PathBuf {
        let copy = self.root().join(session.file_name().unwrap());
        fs::copy(session, &copy).unwrap();
        let dir = copy.with_extension("in");
        fs::create_dir(&dir).unwrap();
        inputs(&dir);
        dir
    }

    /// `decl` in a directory.
    fn decl(&self, dir: &Path) -> Command {
        let mut command = Command::new(DECL);
        command.current_dir(dir).envs(self.variables());
        command
    }
}

/// `TRYCMD=overwrite` rewrites the copies: take them back.
impl Drop for World {
    fn drop(&mut self) {
        if std::env::var_os("TRYCMD").is_some_and(|mode| mode == "overwrite") {
            for file in fs::read_dir(self.root()).unwrap().map(|entry| entry.unwrap().path()) {
                if file.extension().is_some_and(|extension| extension == "trycmd") {
                    fs::copy(&file, here("sessions").join(file.file_name().unwrap())).unwrap();
                }
            }
        }
    }
}

fn here(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cli").join(name)
}

/// The inputs of every session.
fn inputs(dir: &Path) {
    for input in fs::read_dir(here("inputs")).unwrap().map(Result::unwrap) {
        fs::write(dir.join(input.file_name()), fs::read(input.path()).unwrap()).unwrap();
    }
    documents::make(dir);
}

/// Runs a command that must succeed, and gives what it printed.
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
