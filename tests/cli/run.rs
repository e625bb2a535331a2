//! `decl run`: the command is a child, and nothing of how it ends is lost.

use crate::{World, pipes::world};
use std::{
    io::{BufRead as _, BufReader},
    os::unix::process::ExitStatusExt as _,
    path::Path,
    process::{Command, ExitStatus, Stdio},
};

const OCCURRENCE: &str = "01977c5e-6b3f-7cc3-98c4-dc0c0c07398f";

/// Runs a command that ignores no signal, even if whoever runs the tests does.
const NONE_IGNORED: &str = "
import os, signal, sys
for name in 'HUP', 'INT', 'QUIT', 'TERM', 'USR1', 'USR2':
    signal.signal(signal.Signals['SIG' + name], signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])
";

/// `decl run` of a shell script.
fn script(world: &World, dir: &Path, script: &str) -> Command {
    let mut command = Command::new("python3");
    command.current_dir(dir).envs(world.variables()).args(["-c", NONE_IGNORED, crate::DECL]);
    command.args(["run", "--declaration", "hello.json", "--", "sh", "-c", script]);
    command
}

/// How many supplements of a kind the log has.
fn count(world: &World, dir: &Path, kind: &str) -> String {
    crate::run(world.decl(dir).args(["log", "--supplement", kind, "--count"]))
}

#[test]
fn decl_ends_as_the_command_does_and_the_log_says_how() {
    let (world, dir) = world();
    let cases: [(&str, Option<i32>, Option<i32>, &str); 7] = [
        ("exit 0", Some(0), None, "ok"),
        ("exit 7", Some(7), None, "error"),
        ("exit 255", Some(255), None, "error"),
        ("kill -TERM $$", None, Some(15), "cancelled"),
        ("kill -INT $$", None, Some(2), "cancelled"),
        ("kill -KILL $$", None, Some(9), "error"),
        ("kill -SEGV $$", None, Some(11), "error"),
    ];
    for (command, code, signal, status) in cases {
        let output = script(&world, &dir, command).output().unwrap();
        assert_eq!((output.status.code(), output.status.signal()), (code, signal), "{command}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(&format!("it ended ({status})")), "{command}: {said}");
    }
    assert_eq!(count(&world, &dir, "execution"), "7\n");
    crate::run(world.decl(&dir).arg("audit"));
}

#[test]
fn the_command_has_the_store_the_identity_and_the_occurrence() {
    let (world, dir) = world();
    let id = crate::run(world.decl(&dir).args(["id", "hello.json"]));
    let inner =
        format!(r#"echo $DECL_IDENTITY $DECL_INDEX $DECL_OCCURRENCE; "{}" seal chat.json"#, crate::DECL);
    let run = |occurrence: &str, command: &str| {
        let mut decl = world.decl(&dir);
        decl.args([
            "run",
            "--declaration",
            "hello.json",
            "--occurrence",
            occurrence,
            "--",
            "sh",
            "-c",
            command,
        ]);
        let output = decl.output().unwrap();
        let refused =
            String::from_utf8(output.stderr).unwrap().contains("refused: E-RANGE at /body/occurrence");
        (output.status.code(), String::from_utf8(output.stdout).unwrap(), refused)
    };
    // The store is free meanwhile: the inner seal is refused for its content, not for the lock.
    let expected = format!("{} 1 {OCCURRENCE}\n", id.trim_end());
    assert_eq!(run(OCCURRENCE, &inner), (Some(1), expected, false));
    assert_eq!(run(OCCURRENCE, "echo ran"), (Some(1), String::new(), true), "it is over");
    assert_eq!(count(&world, &dir, "execution"), "1\n");
}

#[test]
fn what_is_not_sealed_does_not_run() {
    let (world, dir) = world();
    let mut refused = world.decl(&dir);
    refused.args(["run", "--declaration", "bad/null.json", "--", "sh", "-c", "echo ran"]);
    let output = refused.output().unwrap();
    assert_eq!((output.status.code(), &output.stdout[..]), (Some(1), &b""[..]));
    assert_eq!(crate::run(world.decl(&dir).args(["log", "--count"])), "0\n");
}

/// Starts a command that says when it is ready, and returns it with its output.
fn started(mut command: Command) -> (std::process::Child, BufReader<std::process::ChildStdout>) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    assert_eq!(line, "ready\n");
    (child, output)
}

fn kill(signal: &str, pid: u32) {
    assert!(Command::new("kill").args([signal, &pid.to_string()]).status().unwrap().success());
}

fn rest(mut output: impl std::io::Read) -> String {
    let mut text = String::new();
    output.read_to_string(&mut text).unwrap();
    text
}

/// The command reads a pipe that nobody writes to, so only the signal ends it.
#[test]
fn signals_reach_the_command_once() {
    let (world, dir) = world();
    for signal in ["HUP", "INT", "QUIT", "TERM", "USR1", "USR2"] {
        let mut command = script(
            &world,
            &dir,
            &format!("trap 'echo {signal}; exit 5' {signal}; echo ready; while :; do read line; done"),
        );
        command.stdin(Stdio::piped());
        let (mut child, output) = started(command);
        kill(&format!("-{signal}"), child.id());
        assert_eq!(child.wait().unwrap().code(), Some(5), "{signal}");
        assert_eq!(rest(output), format!("{signal}\n"));
    }
    assert_eq!(count(&world, &dir, "execution"), "6\n");
}

#[test]
fn a_signal_that_is_ignored_is_ignored_by_the_command() {
    let (world, dir) = world();
    for signal in ["HUP", "INT", "QUIT", "TERM", "USR1", "USR2"] {
        let mut shell = Command::new("sh");
        let decl =
            r#"trap '' $0; exec "$@" run --declaration hello.json -- sh -c "kill -$0 \$\$; echo alive""#;
        shell.current_dir(&dir).envs(world.variables()).args(["-c", decl, signal, crate::DECL]);
        assert_eq!(crate::run(&mut shell), "alive\n", "{signal}");
    }
}

/// Runs a command by `decl run` in a terminal of its own: Python's pty. `script` drives it: `until(TEXT)` reads what is
/// printed, `terminal` takes keys, `decl` is the process.
fn in_terminal(world: &World, dir: &Path, command: &[&str], script: &str) -> String {
    let mut words =
        vec!["python3", "-c", NONE_IGNORED, crate::DECL, "run", "--declaration", "hello.json", "--"];
    words.extend(command);
    let python = format!(
        r#"
import os, pty, signal
decl, terminal = pty.fork()
if decl == 0:
    words = {words:?}
    os.execvp(words[0], words)
def until(end):
    text = b""
    while end not in text:
        text += os.read(terminal, 1)
until(b"ready")
{script}
print(os.waitstatus_to_exitcode(os.waitpid(decl, 0)[1]))
"#,
    );
    let mut terminal = Command::new("python3");
    terminal.current_dir(dir).envs(world.variables()).args(["-c", &python]);
    crate::run(&mut terminal)
}

#[test]
fn a_key_of_the_terminal_reaches_the_command() {
    let (world, dir) = world();
    let trap = "trap 'echo got it; exit 5' INT; echo ready; while :; do read line; done";
    let script = r#"os.write(terminal, b"\x03"); until(b"got it")"#;
    assert_eq!(in_terminal(&world, &dir, &["sh", "-c", trap], script), "5\n");
}

/// The terminal sends its keys to the whole process group, so `decl` passes none on, or the command would get them twice.
/// The command of this test is in a session of its own: what reaches it was passed on.
#[test]
fn a_key_of_the_terminal_is_not_passed_on() {
    let (world, dir) = world();
    let command = "\
import os, signal, sys
interrupts = []
def told(*_):
    print('interrupts:', len(interrupts), flush=True)
    sys.exit(5)
signal.signal(signal.SIGINT, lambda *_: interrupts.append(1))
signal.signal(signal.SIGUSR1, told)
os.setsid()
print('ready', flush=True)
while True:
    signal.pause()
";
    // Signals are passed on in the order of their numbers: when the last is there, the first would be, too.
    let script = r#"
os.write(terminal, b"\x03")
os.kill(decl, signal.SIGUSR1)
until(b"interrupts: 0")
"#;
    assert_eq!(in_terminal(&world, &dir, &["python3", "-c", command], script), "5\n");
}

#[test]
fn a_killed_decl_leaves_the_occurrence_open() {
    let (world, dir) = world();
    let mut command = script(&world, &dir, "echo ready; read line");
    command.stdin(Stdio::piped());
    let (mut child, _output) = started(command);
    kill("-KILL", child.id());
    let ended: ExitStatus = child.wait().unwrap();
    assert_eq!(ended.signal(), Some(9));
    assert_eq!(count(&world, &dir, "execution"), "0\n");
    assert_eq!(count(&world, &dir, "start"), "1\n");
    crate::run(world.decl(&dir).arg("audit"));
}

#[test]
fn if_the_end_cannot_be_sealed_that_is_said_and_the_exit_code_is_the_commands() {
    let (world, dir) = world();
    let output = script(&world, &dir, "mv store elsewhere; exit 4").output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("stays open; decl attach"), "{said}");
}

#[test]
fn with_exec_the_command_takes_the_place_of_decl() {
    let (world, dir) = world();
    let mut command = world.decl(&dir);
    command.args(["run", "--declaration", "hello.json", "--exec", "--", "sh", "-c", "echo $$"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let pid = child.id();
    assert_eq!(child.wait_with_output().unwrap().stdout, format!("{pid}\n").into_bytes());
    assert_eq!(count(&world, &dir, "execution"), "0\n");
}
