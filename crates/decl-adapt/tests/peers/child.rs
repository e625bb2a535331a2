//! An implementation that runs beside this one: a line in, a line out.

use decl_core::hex;
use std::{
    env, fmt,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    thread,
};

pub(crate) struct Peer {
    pub(crate) name: &'static str,
    command: Command,
    running: Option<Running>,
}

struct Running {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Peer {
    /// Those that can run here; says which cannot.
    pub(crate) fn all() -> Vec<Self> {
        let reference = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../reference");
        let peers =
            [("python", "DECL_TEST_PYTHON", "verify.py"), ("javascript", "DECL_TEST_NODE", "verify.mjs")];
        let peer = |(name, program, file)| {
            let program = tool(program)?;
            let mut command = Command::new(program);
            command.arg(reference.join(file)).arg("ids").stdin(Stdio::piped()).stdout(Stdio::piped());
            Some(Self { name, command, running: None })
        };
        peers.into_iter().filter_map(peer).collect()
    }

    /// What it says of each of the documents.
    pub(crate) fn ask(&mut self, documents: &[Vec<u8>]) -> Vec<String> {
        let mut answers = self.exchange(documents);
        while answers.len() < documents.len() {
            answers.push("no verdict: the program ended".to_owned());
            self.stop();
            answers.extend(self.exchange(&documents[answers.len()..]));
        }
        answers
    }

    /// The answers up to the document that ends it, if one does.
    fn exchange(&mut self, documents: &[Vec<u8>]) -> Vec<String> {
        let Running { input, output, .. } =
            self.running.get_or_insert_with(|| Running::of(&mut self.command));
        thread::scope(|scope| {
            // a program that has ended reads nothing; that shows in what it answers
            scope.spawn(|| documents.iter().try_for_each(|document| writeln!(input, "{}", hex(document))));
            let answer = |_: &Vec<u8>| {
                let mut line = String::new();
                output.read_line(&mut line).ok()?;
                line.ends_with('\n').then(|| line.trim_end_matches('\n').to_owned())
            };
            documents.iter().map_while(answer).collect()
        })
    }

    fn stop(&mut self) {
        if let Some(Running { mut child, input, .. }) = self.running.take() {
            drop(input);
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Running {
    fn of(command: &mut Command) -> Self {
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let (input, output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, input, output }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.stop();
    }
}

impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// A program that is not ours, where the test command found or installed it.
fn tool(variable: &str) -> Option<PathBuf> {
    let found = env::var_os(variable).map(PathBuf::from);
    if found.is_none() {
        println!("left out: {variable} is not set; ./tools/test.sh sets it up");
    }
    found
}
