//! Paths are bytes: every argument that names a file takes any.

use crate::pipes::world;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

#[test]
fn every_file_may_have_a_name_that_is_no_text() {
    let (world, dir) = world();
    let odd = |name: &[u8]| OsStr::from_bytes(name).to_owned();
    let decl = |arguments: &[OsString]| crate::run(world.decl(&dir).args(arguments));
    let words = |line: &str| line.split(' ').map(OsString::from).collect::<Vec<_>>();
    let with = |line: &str, more: &[OsString]| decl(&[&words(line), more].concat());

    let (hello, overlay, content) = (odd(b"h\xff.json"), odd(b"o\xff"), odd(b"c\xff"));
    for (from, to) in [("hello.json", &hello), ("overlay.json", &overlay), ("content.json", &content)] {
        fs::copy(dir.join(from), dir.join(to)).unwrap();
    }
    fs::copy(dir.join("good.ndjson"), dir.join(odd(b"b\xff"))).unwrap();
    let (store, head) = (odd(b"s\xff"), odd(b"head\xff"));
    let place = |line: &str, more: &[OsString]| {
        let place = [OsString::from("--store"), store.clone(), "--head".into(), head.clone()];
        decl(&[&place, words(line).as_slice(), more].concat())
    };

    place("init", &[]);
    assert!(dir.join(&store).is_dir() && dir.join(&head).is_file());
    with("id", &[hello.clone(), "--cbor".into(), odd(b"h\xff.cbor")]);
    with("check", std::slice::from_ref(&hello));
    with("id chat.json --from chat --overlay", &[overlay]);
    place("seal", &[hello.clone(), "--content".into(), content, "--receipt".into(), odd(b"p\xff")]);
    place("seal --batch", &[odd(b"b\xff")]);
    place("run --declaration", &[hello.clone(), "--".into(), "true".into()]);
    place("content put", &[odd(b"p\xff")]);
    place("content-key new k --content-keys", &[odd(b"keys\xff")]);
    place("seal hello.json --keyed k --content-keys", &[odd(b"keys\xff")]);
    place("prove 1b0be8fa -o", &[odd(b"q\xff")]);
    fs::write(dir.join(odd(b"k\xff")), place("checkpoint", &[])).unwrap();
    place("consistency", &[odd(b"k\xff")]);
    place("diff", &[hello, odd(b"h\xff.cbor")]);
    place("export", &[odd(b"e\xff")]);
    with("man", &[odd(b"m\xff")]);

    let mut key = OsString::from("@");
    key.push(Path::new(&store).join("vkey"));
    with("verify", &[odd(b"h\xff.cbor"), odd(b"p\xff"), "--vkey".into(), key]);
}

/// A message about a file names it, also a name that is no text.
#[test]
fn a_file_that_is_not_there_is_named() {
    let (world, dir) = world();
    for line in ["id", "check", "seal", "seal --batch", "content put", "consistency", "hash-model"] {
        let output =
            world.decl(&dir).args(line.split(' ')).arg(OsStr::from_bytes(b"no\xffwhere")).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{line}: {said}");
        assert!(said.contains("no\u{fffd}where"), "{line}: {said}");
    }
}
