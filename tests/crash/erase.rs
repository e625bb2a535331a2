//! `kill -9` at every sync, write, rename and removal of an erasure.

use crate::{
    Random, number,
    place::{self, Place, answered},
    strace,
};
use decl_core::Identity;
use std::{fs, os::unix::process::ExitStatusExt as _, path::Path};

/// Bytes that do not compress, so that a file has them as they are.
fn noise(len: usize) -> Vec<u8> {
    let blocks = (0_u32..).flat_map(|n| *Identity::of(&n.to_be_bytes()).as_bytes());
    blocks.take(len).collect()
}

/// Returns the files of a store in which a part of the bytes stands.
fn found(dir: &Path, bytes: &[u8]) -> Vec<String> {
    let parts = [0, bytes.len() / 2, bytes.len() - 24].map(|at| &bytes[at..at + 24]);
    let mut found = Vec::new();
    for file in fs::read_dir(dir).unwrap() {
        let path = file.unwrap().path();
        if path.is_dir() {
            found.extend(self::found(&path, bytes));
        } else if fs::read(&path).unwrap().windows(24).any(|window| parts.contains(&window)) {
            found.push(path.display().to_string());
        }
    }
    found
}

#[test]
fn an_erasure_killed_anywhere() {
    if !strace::works() {
        return;
    }
    for len in [2_000, 200_000] {
        let home = place::temporary();
        let base = Place(home.path().join("base"));
        fs::create_dir(&base.0).unwrap();
        let vkey = base.init();
        let secret = noise(len);
        let backwards = secret.iter().rev().copied().collect();
        for (name, bytes) in [("secret", &secret), ("other", &backwards)] {
            fs::write(base.0.join(name), bytes).unwrap();
        }
        let put = |place: &Place, name: &str| {
            let out = place.ok(&["content", "put", place.0.join(name).to_str().unwrap()]);
            String::from_utf8(out.stdout).unwrap().trim().to_owned()
        };
        let (digest, other) = (put(&base, "secret"), put(&base, "other"));
        base.ok(&["seal", "--batch", &base.lines(0..5)]);
        let first = place::source(0).declaration;
        let id = first.identity().to_string();
        fs::write(base.0.join("first.cbor"), first.as_bytes()).unwrap();
        let proof = base.ok(&["prove", &id]).stdout;
        fs::write(base.0.join("first.tlog-proof"), proof).unwrap();

        let copy = || base.copy_to(&home.path().join("copy"));
        let erase = ["erase", &digest, "--basis", "a test", "--authority", "tester"];
        let place = copy();
        let points =
            strace::points(&place, &strace::trace(&place, |strace| place.output(strace.args(erase))));
        assert_eq!(found(&place.0.join("store"), &secret), [""; 0]);
        let all = points.len();
        let (mut killed, mut stated) = (0, 0);
        let count = number("DECL_CRASH_KILLS", 24);
        for point in Random::new("an erasure killed anywhere").some(points, count) {
            let place = copy();
            assert!(!found(&place.0.join("store"), &secret).is_empty(), "the control");
            let out = place.output(point.inject("signal=KILL").args(erase));
            answered(&out, &point);
            killed += u32::from(out.status.signal() == Some(9));
            // It is stated, and finished by whoever seals next, or nothing happened and it can be done again.
            let got = place.run(&["content", "get", &digest, "--json"]);
            if got.status.success() {
                assert!(!found(&place.0.join("store"), &secret).is_empty(), "{point:?}");
                place.ok(&erase);
            } else {
                let said = String::from_utf8_lossy(&got.stderr).into_owned();
                assert!(said.contains("was erased by entry 6: a test"), "{point:?}: {said}");
                stated += 1;
                place.ok(&["seal", "--batch", &place.lines(5..6)]);
            }
            assert_eq!(found(&place.0.join("store"), &secret), [""; 0], "{point:?}");
            let erased = place.ok(&["audit", "--json"]).stdout;
            let erased = String::from_utf8(erased).unwrap();
            assert!(erased.contains(r#""erased":1,"purge_is_due":false"#), "{point:?}: {erased}");
            assert!(place.ok(&["content", "get", &other, "--json"]).status.success());
            // Old proofs hold.
            let file = |name: &str| place.0.join(name).to_str().unwrap().to_owned();
            place.ok(&["verify", &file("first.cbor"), &file("first.tlog-proof"), "--vkey", &vkey]);
            place.ok(&["prove", &id]);
        }
        println!("{len} bytes: killed at {killed} of {all} points; {stated} erasures were stated by then");
        assert!(killed > 0 && stated > 0);
    }
}
