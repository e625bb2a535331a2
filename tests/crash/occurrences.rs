//! One declaration, run over and over from many threads, and killed: every occurrence is open or closed, as the log says.

use crate::{
    Random, number,
    place::{self, DECL, Place, answered, declaration, source},
    strace,
};
use decl_core::{Occurrence, Value, json};
use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead as _, BufReader, Read},
    process::{Command, Stdio},
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    thread,
};

const THREADS: u64 = 16;

/// What is known of an occurrence from outside of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Seen {
    /// `decl` was killed at any time.
    Nothing,
    /// Its start was acknowledged, then `decl` was killed.
    Begun,
    /// `decl` was killed while the command ran.
    Open,
    /// `decl` ended as its command did.
    Closed,
}

#[test]
fn every_occurrence_is_open_or_closed_and_none_is_lost() {
    let home = place::temporary();
    let place = Place(home.path().to_owned());
    place.init();
    fs::write(place.0.join("run.json"), declaration(0)).unwrap();
    let (runs, calls) = (number("DECL_CRASH_RUNS", 64), strace::works());
    let first = Random::new("occurrences").0;
    let next = AtomicU64::new(1);
    let seen: Vec<_> = thread::scope(|scope| {
        let work = |thread| {
            let mut random = Random(first.wrapping_mul(THREADS).wrapping_add(thread));
            let (place, next) = (&place, &next);
            scope.spawn(move || {
                let mut seen = Vec::new();
                while let n = next.fetch_add(1, Relaxed)
                    && n <= runs
                {
                    let occurrence = Occurrence::at(n, [0; 10]);
                    seen.push((occurrence.to_string(), one(place, &mut random, &occurrence, calls)));
                }
                seen
            })
        };
        let threads: Vec<_> = (0..THREADS).map(work).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(seen.len() as u64, runs);

    let subject = source(0).declaration.identity().hex();
    let supplements = lines(&place, &["show", &subject, "--supplements", "--json"]);
    let of = |kind: &str| {
        let of = supplements.iter().filter(|line| text(line, "kind") == kind);
        let names: Vec<_> = of.map(|line| text(line.get("body").unwrap(), "occurrence")).collect();
        let set: BTreeSet<_> = names.iter().cloned().collect();
        assert_eq!(names.len(), set.len(), "no occurrence has two of the kind {kind}");
        set
    };
    let (begun, closed) = (of("start"), of("execution"));
    let open: BTreeSet<_> =
        lines(&place, &["open", "--json"]).iter().map(|line| text(line, "occurrence")).collect();
    assert_eq!(open, &begun - &closed, "the open ones are those that did not end");
    assert!(closed.is_subset(&begun), "what ended began");
    let known: BTreeSet<_> = seen.iter().map(|(occurrence, _)| occurrence.clone()).collect();
    assert!(begun.is_subset(&known));
    for (occurrence, seen) in &seen {
        let (begun, closed) = (begun.contains(occurrence), closed.contains(occurrence));
        let right = match seen {
            Seen::Nothing => true,
            Seen::Begun => begun,
            Seen::Open => begun && !closed,
            Seen::Closed => closed,
        };
        assert!(right, "{occurrence}: {seen:?}, and the log: begun {begun}, closed {closed}");
    }
    place.ok(&["audit"]);
    println!("{runs} occurrences: {} closed, {} open, the others never began", closed.len(), open.len());
}

/// Runs the declaration once, and kills `decl` or lets it be.
fn one(place: &Place, random: &mut Random, occurrence: &Occurrence, calls: bool) -> Seen {
    let occurrence = occurrence.to_string();
    let file = place.0.join("run.json");
    let run = |command: &mut Command, script: &str| {
        command.args(["--wait", "600", "run", "--declaration"]).arg(&file);
        command.args(["--occurrence", &occurrence, "--", "sh", "-c", script]);
    };
    match random.below(5) {
        0 if calls => {
            let call = ["write", "fdatasync", "fsync", "rename"][usize::try_from(random.below(4)).unwrap()];
            let nth = 1 + random.below(if call == "write" { 60 } else { 8 });
            let mut command = strace::inject(call, None, &format!("signal=KILL:when={nth}"));
            run(&mut command, ":");
            let out = place.output(&mut command);
            answered(&out, &command);
            if out.status.success() { Seen::Closed } else { Seen::Nothing }
        }
        // As soon as the command says that it runs, or decl that the start is sealed.
        kind @ 1..3 => {
            let mut command = Command::new(DECL);
            run(&mut command, "echo begun; read line");
            let streams = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
            let mut decl = place.within(streams).spawn().unwrap();
            let (stdout, stderr) = (decl.stdout.take().unwrap(), decl.stderr.take().unwrap());
            if kind == 1 {
                wait_for(stdout, "begun");
                decl.kill().unwrap();
                decl.wait().unwrap();
                Seen::Open
            } else {
                decl.stdin = None; // the command ends at once
                wait_for(stderr, "begins");
                decl.kill().unwrap();
                decl.wait().unwrap();
                Seen::Begun
            }
        }
        _ => {
            let mut command = Command::new(DECL);
            run(&mut command, ":");
            let out = place.output(&mut command);
            assert!(out.status.success(), "{out:?}");
            Seen::Closed
        }
    }
}

/// Reads what a process says, up to a line with this word.
fn wait_for(stream: impl Read, word: &str) {
    let mut lines = BufReader::new(stream).lines();
    assert!(lines.any(|line| line.unwrap().contains(word)), "nobody said {word}");
}

fn lines(place: &Place, arguments: &[&str]) -> Vec<Value<'static>> {
    let out = place.ok(arguments);
    let lines = out.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| json::parse(line).unwrap().into_owned()).collect()
}

fn text(value: &Value<'_>, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}
