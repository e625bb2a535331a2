//! What a machine refuses: memory, threads, the size of a file, a standard output. Each ends with a message and exit code
//! 2, and the store is as good as after a power cut.

use crate::World;
use crate::pipes::world;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

/// Runs `decl` in a shell that has set a limit first.
fn under(world: &World, dir: &Path, limit: &str, line: &str) -> Output {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{limit}; exec \"$0\" {line}"), crate::DECL]);
    shell.current_dir(dir).envs(world.variables()).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn refused_memory_and_file_sizes_are_messages() {
    let (world, dir) = world();
    let line = fs::read_to_string(dir.join("hello.json")).unwrap().replace('\n', " ");
    let lines: Vec<_> = (0..5_000).map(|seed| line.replace("0.5", &format!("{seed}"))).collect();
    fs::write(dir.join("many.ndjson"), lines.join("\n") + "\n").unwrap();
    let (mut stopped, mut last) = (0, None);
    // From too little to start a store to enough for all.
    for kilobytes in [100_000, 150_000, 200_000, 250_000, 300_000, 350_000, 400_000, 500_000, 8_000_000] {
        let limit = format!("ulimit -v {kilobytes}");
        let output = under(&world, &dir, &limit, "seal --batch many.ndjson");
        let code = output.status.code();
        assert!(matches!(code, Some(0 | 2)), "{limit}: {:?}: {}", output.status, said(&output));
        assert!(code == Some(0) || said(&output).contains("error: "), "{limit}: {}", said(&output));
        stopped += usize::from(code == Some(2));
        last = code;
    }
    assert!(stopped > 0 && last == Some(0), "{stopped} of the limits were felt");

    let output = under(&world, &dir, "ulimit -f 100", "content put many.ndjson");
    assert_eq!(output.status.code(), Some(2), "{:?}: {}", output.status, said(&output));
    assert!(said(&output).to_lowercase().contains("too large"), "{}", said(&output));

    crate::run(world.decl(&dir).arg("audit"));
    crate::run(world.decl(&dir).args(["seal", "--batch", "many.ndjson"]));
}

/// Root may have as many threads as it likes, so the command runs as somebody else, from where they can read it.
#[test]
fn refused_threads_are_messages() {
    const NOBODY: &str = "setpriv --reuid 65534 --regid 65534 --clear-groups";
    const MANY: u32 = 1_000;
    let able = Command::new("sh").args(["-c", &format!("{NOBODY} true")]).output();
    if !able.is_ok_and(|output| output.status.success()) {
        return; // only root can become somebody else
    }
    let world = World::new();
    fs::set_permissions(world.root(), Permissions::from_mode(0o777)).unwrap();
    let dir = world.root().join("dir");
    fs::create_dir(&dir).unwrap();
    fs::set_permissions(&dir, Permissions::from_mode(0o777)).unwrap();
    crate::inputs(&dir);
    fs::copy(crate::DECL, dir.join("decl")).unwrap();
    let decl = |threads: u32, line: &str| {
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("exec prlimit --nproc={threads} {NOBODY} ./decl {line}")]);
        shell.current_dir(&dir).envs(world.variables()).output().unwrap()
    };
    let made = decl(MANY, "init");
    assert!(made.status.success(), "{}", said(&made));
    let mut stopped = 0;
    for threads in [1, 2, 3, 5, 8] {
        for line in ["seal hello.json", "log", "audit", &format!("init --store store-{threads}")] {
            let output = decl(threads, line);
            let (code, said) = (output.status.code(), said(&output));
            assert!(matches!(code, Some(0 | 2)), "{line}, {threads} threads: {:?}: {said}", output.status);
            assert!(code == Some(0) || said.contains("error: "), "{line}, {threads} threads: {said}");
            stopped += usize::from(code == Some(2));
        }
    }
    assert!(stopped > 0, "the limit was felt");
    assert!(decl(MANY, "seal hello.json").status.success());
}

#[test]
fn a_document_of_many_small_items_takes_no_more_than_eight_times_its_bytes() {
    let (world, dir) = world();
    let bytes = 60 << 20;
    let list = [b"[".as_slice(), &b"0,".repeat(bytes / 2 - 1), b"0]"].concat();
    let around = |list: &[u8]| [br#"{"v": "ai-run-declaration/1", "ext": "#.as_slice(), list, b"}"].concat();
    fs::write(dir.join("many.json"), around(&list)).unwrap();
    for line in ["id many.json", "id many.json --from chat", "check many.json", "diff many.json hello.json"] {
        let output = under(&world, &dir, &format!("ulimit -v {}", 8 * bytes / 1024), line);
        assert_eq!(output.status.code(), Some(1), "{line}: {}", said(&output));
        let told = said(&output) + &String::from_utf8_lossy(&output.stdout);
        assert!(told.contains("E-SIZE at the top") && told.contains("4,194,304 values"), "{line}: {told}");
    }
}

/// Also before anything is done: what cannot be answered is not sealed.
#[test]
fn a_closed_standard_output_is_an_error_of_every_command() {
    let (world, dir) = world();
    crate::run(world.decl(&dir).args(["seal", "hello.json", "--receipt", "hello.tlog-proof"]));
    for line in [
        "--help",
        "--version",
        "init --store new",
        "template generate",
        "id hello.json",
        "check hello.json",
        "seal local-llama.json --content content.json",
        "seal --batch good.ndjson",
        "run --declaration hello.json -- true",
        "show 1b0be8fa",
        "content put question.txt",
        "content get 73909e68b6952af1efd9e9ea64e0b991db7700873f81ed4b4e7cf8d0ffd7e026",
        "log",
        "prove 1b0be8fa",
        "verify hello.cbor hello.tlog-proof --vkey @store/vkey",
        "checkpoint",
        "consistency 1",
        "diff hello.json hello.cbor",
        "audit",
        "export out",
        "adapters show chat",
        "hash-model .",
        "completions bash",
        "man pages",
    ] {
        let output = under(&world, &dir, "exec >&-", line);
        let told = "error: standard output is closed: nothing was done\n";
        assert_eq!((output.status.code(), said(&output).as_str()), (Some(2), told), "{line}");
    }
    assert!(!dir.join("new").exists() && !dir.join("out").exists());
    assert_eq!(crate::run(world.decl(&dir).arg("log")).lines().count(), 1);
    // Who throws the answer away on purpose has it thrown away.
    let output = under(&world, &dir, "exec <>/dev/null >&0", "checkpoint");
    assert_eq!((output.status.code(), said(&output).as_str()), (Some(0), ""));
}
