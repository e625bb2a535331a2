//! The first build says how far it is, and ends as its command ends. Here the command is a shell that makes the object
//! files which a compiler would make, and then waits until it can read what was said about them.

use crate::support::root;
use std::{fs, process::Command};

#[test]
fn a_build_says_how_far_it_is() {
    for (compiled, exit) in [(2, 7), (3, 0)] {
        let home = tempfile::tempdir().unwrap();
        let source = home.path().join("registry/src/index").join(crate_of_rocksdb());
        let out = home.path().join("target/release/build/librocksdb-sys-0123456789abcdef/out");
        for dir in [&source, &out] {
            fs::create_dir_all(dir).unwrap();
        }
        fs::write(source.join("rocksdb_lib_sources.txt"), "a.cc\nb.cc\nc.cc\n").unwrap();
        let script = format!(
            r#"set -eu
            . tools/setup.sh
            building sh -c '
                i=0
                until [ $i = {compiled} ]; do
                    i=$((i + 1))
                    # The clock of files has steps, and the build may have begun in this one.
                    until [ {out}/$i.o -nt {target}/.begun-* ]; do : >{out}/$i.o; done
                done
                until grep -q "RocksDB: {compiled} of 3 files" {said} || [ $i = 60 ]; do i=$((i + 1)); sleep 1; done
                exit {exit}' 2>{said}"#,
            out = out.display(),
            target = home.path().join("target").display(),
            said = home.path().join("said").display(),
        );
        let ended = Command::new("sh")
            .args(["-c", &script, "tools/test.sh"])
            .current_dir(root())
            .env("CARGO_HOME", home.path())
            .env("CARGO_TARGET_DIR", home.path().join("target"))
            .status()
            .unwrap();
        let said = fs::read_to_string(home.path().join("said")).unwrap();
        assert_eq!(ended.code(), Some(exit), "{said}");
        assert!(said.contains(&format!("setup: RocksDB: {compiled} of 3 files, ")), "{said}");
        let left = fs::read_dir(home.path().join("target")).unwrap().count();
        assert_eq!(left, 1, "nothing but the build is left in the target directory");
    }
}

/// Name and version, as the lock file has them.
fn crate_of_rocksdb() -> String {
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let (_, package) = lock.split_once("name = \"librocksdb-sys\"\nversion = \"").unwrap();
    format!("librocksdb-sys-{}", package.split('"').next().unwrap())
}
