//! A directory with a store, its head record, and the declarations that are sealed into it.

use decl_core::{NoFiles, Source, json};
use decl_explain::template;
use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    ops::Range,
    os::unix::process::ExitStatusExt as _,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio},
};
use tempfile::TempDir;

/// A temporary directory. In memory where that is possible: only a power cut needs a disk.
pub(crate) fn temporary() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap()
}

/// Where everything of a log is: `store`, and `state` with the head record.
#[derive(Clone, Debug)]
pub(crate) struct Place(pub(crate) PathBuf);

impl Place {
    /// Makes a store here; its public key.
    pub(crate) fn init(&self) -> String {
        let out = self.ok(&["init", "--origin", "test.example/log"]);
        String::from_utf8(out.stdout).unwrap().trim().to_owned()
    }

    /// Lets a command work on this store.
    pub(crate) fn within<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command
            .env("DECL_STORE", self.0.join("store"))
            .env("XDG_STATE_HOME", self.0.join("state"))
            .env("XDG_DATA_HOME", self.0.join("data"))
    }

    pub(crate) fn output(&self, command: &mut Command) -> Output {
        self.within(command).output().unwrap()
    }

    pub(crate) fn run(&self, args: &[&str]) -> Output {
        let out = self.output(Command::new(DECL).args(args));
        answered(&out, args);
        out
    }

    pub(crate) fn ok(&self, args: &[&str]) -> Output {
        let out = self.run(args);
        assert!(out.status.success(), "{args:?}: {out:?}");
        out
    }

    /// A file with one declaration a line.
    pub(crate) fn lines(&self, runs: Range<u64>) -> String {
        let text: String = runs.clone().map(|run| declaration(run) + "\n").collect();
        let file = self.0.join(format!("{}-{}.ndjson", runs.start, runs.end));
        fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    }

    /// Gives runs to a writer, one after the other. Ends early if the writer does.
    pub(crate) fn talk(&self, command: &mut Command, mut runs: Range<u64>) -> Output {
        let mut writer = Writer::new(self, command);
        while runs.next().is_some_and(|run| writer.seal(run)) {}
        writer.end()
    }

    /// The head records: none, or one.
    pub(crate) fn records(&self) -> Vec<PathBuf> {
        let heads = self.0.join("state/decl/heads");
        let files = fs::read_dir(heads).into_iter().flatten().map(|file| file.unwrap().path());
        files.filter(|path| path.extension().is_some_and(|extension| extension == "checkpoint")).collect()
    }

    /// Everything, as it is, at another place.
    pub(crate) fn copy_to(&self, to: &Path) -> Self {
        let _ = fs::remove_dir_all(to);
        copy(&self.0, to);
        Self(to.to_owned())
    }
}

/// A process that seals what it is given.
pub(crate) struct Writer {
    child: Child,
    lines: ChildStdin,
    answers: BufReader<ChildStdout>,
    stdout: Vec<u8>,
}

impl Writer {
    /// Starts `decl seal --batch -`, by a command that begins with whatever runs it.
    pub(crate) fn new(place: &Place, command: &mut Command) -> Self {
        let command = place.within(command.args(["seal", "--batch", "-"]));
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = child.stdin.take().unwrap();
        let answers = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines, answers, stdout: Vec::new() }
    }

    /// Seals a run, in a commit of its own. Answers whether it was answered.
    pub(crate) fn seal(&mut self, run: u64) -> bool {
        let asked = self.lines.write_all((declaration(run) + "\n").as_bytes());
        asked.is_ok() && self.answers.read_until(b'\n', &mut self.stdout).unwrap() > 0
    }

    /// Lets it close the store.
    pub(crate) fn end(mut self) -> Output {
        drop(self.lines);
        self.answers.read_to_end(&mut self.stdout).unwrap();
        let out = self.child.wait_with_output().unwrap();
        Output { stdout: self.stdout, ..out }
    }
}

pub(crate) const DECL: &str = env!("CARGO_BIN_EXE_decl");

/// Whatever happened to the disk, a process that was not killed ends with a documented exit code.
pub(crate) fn answered(out: &Output, what: impl std::fmt::Debug) {
    let killed = out.status.signal() == Some(9);
    assert!(killed || matches!(out.status.code(), Some(0..=3)), "{what:?}: {out:?}");
}

/// A declaration of its own, with one piece of content of its own.
pub(crate) fn declaration(run: u64) -> String {
    let input = format!(
        r#""input":[{{"role":"user","parts":[{{"t":"text","content":{{"text":"run {run}"}},"attrs":{{}}}}]}}]"#
    );
    json::minimal(&template("generate").unwrap())
        .replace(r#""authority":"""#, r#""authority":"example.com""#)
        .replace(r#""name":"""#, r#""name":"some-model""#)
        .replace(r#""input":[]"#, &input)
}

pub(crate) fn source(run: u64) -> Source {
    Source::parse(declaration(run).as_bytes(), &mut NoFiles).unwrap()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for file in fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        let target = to.join(file.file_name());
        if file.file_type().unwrap().is_dir() {
            copy(&file.path(), &target);
        } else {
            fs::copy(file.path(), target).unwrap();
        }
    }
}
