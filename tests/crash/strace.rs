//! Faults at chosen system calls.

use crate::place::{DECL, Place};
use std::{
    collections::BTreeMap,
    fs,
    process::{Command, Output, Stdio},
};

/// What changes a disk or brings a change to it. A question mark: not on every machine.
const CALLS: [&str; 16] = [
    "write",
    "pwrite64",
    "writev",
    "?pwritev",
    "?pwritev2",
    "fsync",
    "fdatasync",
    "?sync_file_range",
    "?syncfs",
    "?rename",
    "?renameat",
    "?renameat2",
    "?link",
    "?unlink",
    "ftruncate",
    "?mkdir",
];

/// The n-th call of a kind that has to do with a path.
#[derive(Clone, Debug)]
pub(crate) struct Point {
    pub(crate) call: String,
    pub(crate) path: String,
    pub(crate) nth: usize,
}

/// Whether `strace` is there and may trace.
pub(crate) fn works() -> bool {
    let traced =
        Command::new("strace").args(["-f", "-qq", "-o", "/dev/null", "true"]).stderr(Stdio::null()).status();
    let works = traced.is_ok_and(|status| status.success());
    if !works {
        println!("left out: faults at system calls, because strace is not installed or may not trace");
    }
    works
}

/// Every call below the place in a trace.
pub(crate) fn points(place: &Place, trace: &str) -> Vec<Point> {
    let mut calls = BTreeMap::<_, usize>::new();
    for (call, path) in trace.lines().filter_map(|line| parse(line, place.0.to_str().unwrap())) {
        *calls.entry((call.to_owned(), path.to_owned())).or_default() += 1;
    }
    let each = |((call, path), count): ((String, String), usize)| {
        (1..=count).map(move |nth| Point { call: call.clone(), path: path.clone(), nth })
    };
    calls.into_iter().flat_map(each).collect()
}

/// The calls of a command, one a line, with the paths behind the descriptors.
pub(crate) fn trace(place: &Place, run: impl FnOnce(&mut Command) -> Output) -> String {
    let file = place.0.with_extension("trace");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-y", "-s", "0", "-o"]).arg(&file);
    let out = run(strace.args(["-e", &format!("trace={}", CALLS.join(",")), DECL]));
    assert!(out.status.success(), "{out:?}");
    fs::read_to_string(file).unwrap()
}

/// The call and the path of a line such as `17 fdatasync(9</store/db/000004.log>) = 0` or `17 rename("/a", "/b") = 0`.
pub(crate) fn parse<'l>(line: &'l str, below: &str) -> Option<(&'l str, &'l str)> {
    let (_, call) = line.split_once(' ')?;
    let (call, arguments) = call.trim_start().split_once('(')?;
    let path = match arguments.split_once('<') {
        Some((descriptor, rest)) if descriptor.bytes().all(|byte| byte.is_ascii_digit()) => {
            rest.split('>').next()
        }
        _ => arguments.split('"').nth(1),
    };
    path.filter(|path| path.starts_with(below)).map(|path| (call, path))
}

/// A command under faults: `fault` is as strace has it, such as `signal=KILL:when=3`.
pub(crate) fn inject(calls: &str, path: Option<&str>, fault: &str) -> Command {
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-o", "/dev/null"]);
    if let Some(path) = path {
        strace.args(["-P", path]);
    }
    strace.args(["-e", &format!("trace={calls}"), "-e", &format!("inject={calls}:{fault}"), DECL]);
    strace
}

impl Point {
    /// A command that is disturbed here.
    pub(crate) fn inject(&self, fault: &str) -> Command {
        inject(&self.call, Some(&self.path), &format!("{fault}:when={}", self.nth))
    }
}
