//! How much memory the tree of a document takes, in the kinds of documents that are nearly nothing but values
//! (docs/benchmarks.md has the figures).
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]
#![expect(clippy::print_stdout, reason = "the figures are what the test is read for")]

use decl_core::{json, limits};
use std::{env, fs, process::Command};

/// Bytes of each document, unless it would have more values than a document may have.
const BYTES: usize = 8 << 20;

/// A line of `/proc/self/status`, in bytes.
fn status(name: &str) -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() << 10
}

/// Names the document to the child, which does nothing else: an allocator keeps what it once had.
const CHILD: &str = "DECL_TEST_MEMORY";

#[test]
fn a_tree_takes_so_many_times_the_bytes_of_its_document() {
    const NAME: &str = "a_tree_takes_so_many_times_the_bytes_of_its_document";
    if let Some(document) = env::var_os(CHILD) {
        return parse(&fs::read(document).unwrap());
    }
    let file = concat!(env!("CARGO_TARGET_TMPDIR"), "/many-values.json");
    for (what, document, most) in kinds() {
        fs::write(file, &document).unwrap();
        let mut child = Command::new(env::current_exe().unwrap());
        child.args(["--exact", NAME, "--nocapture"]).env(CHILD, file);
        let output = child.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        let taken = said.lines().find_map(|line| line.strip_prefix(TAKEN)?.parse::<usize>().ok()).unwrap();
        let tenths = 10 * taken / document.len();
        println!("| {what} | {}.{} x |", tenths / 10, tenths % 10);
        assert!(tenths <= 10 * most, "{what}: {tenths} tenths");
    }
}

/// The line of the child begins so.
const TAKEN: &str = "bytes of memory: ";

fn parse(document: &[u8]) {
    fs::write("/proc/self/clear_refs", "5").unwrap(); // the peak begins anew
    let before = status("VmRSS");
    let tree = json::parse(document).unwrap();
    println!("\n{TAKEN}{}", status("VmHWM") - before);
    drop(tree);
}

/// Documents of one kind of value, and how many times their bytes may be taken.
fn kinds() -> [(&'static str, String, usize); 10] {
    let repeated = |item: &str, values: usize| {
        let times = (BYTES / (item.len() + 1)).min((limits::VALUES - 1) / values);
        format!("[{}]", vec![item; times].join(","))
    };
    let counted = |open: &str, item: &dyn Fn(usize) -> String, close: &str| {
        let (mut text, mut n) = (open.to_owned(), 0);
        while text.len() < BYTES {
            text += &item(n);
            n += 1;
        }
        text.pop();
        text + close
    };
    let tokens = counted("[", &|n| format!("{},", 1_000 + n % 90_000), "]");
    let members = counted("{", &|n| format!("\"{n:x}\":0,"), "}");
    let messages = repeated(r#"{"role":"user","content":"Is a slow leak covered?"}"#, 5);
    [
        ("lists of one number", repeated("[0]", 2), 21),
        ("lists of two numbers", repeated("[0,0]", 3), 20),
        ("numbers", repeated("0", 1), 17),
        ("maps of one member", repeated(r#"{"":0}"#, 3), 15),
        ("texts of a line feed", repeated(r#""\n""#, 1), 14),
        ("empty lists", repeated("[]", 1), 12),
        ("empty texts", repeated(r#""""#, 1), 12),
        ("a map of many members", members, 9),
        ("token ids", tokens, 7),
        ("short messages", messages, 6),
    ]
}
