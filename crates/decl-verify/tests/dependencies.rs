//! What a verifier has to trust: the list is short, and it does not grow unseen.

use std::collections::BTreeSet;
use std::process::Command;

const LIST: &str = include_str!("dependencies.txt");

#[test]
fn the_list_of_crates_is_the_committed_one() {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "-p", "decl-verify", "-e", "normal", "--prefix", "none", "-f", "{p}"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).expect("UTF-8");
    let found: BTreeSet<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    let committed: BTreeSet<&str> = LIST.lines().collect();
    assert_eq!(found, committed, "tests/dependencies.txt is the list to change, with a reason");
    for heavy in ["clap", "librocksdb-sys", "rocksdb", "serde", "tokio"] {
        assert!(!found.contains(heavy), "{heavy} has no place in a verifier");
    }
}
