//! A file of another kind in every place that takes one: exit code 2, and the file is named. Exit code 1 is for files of
//! the right kind that contradict each other, and 3 for a damaged store.

use crate::pipes::world;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// Each place that takes a file, by what belongs there, and the command around it.
const PLACES: [(&str, &str); 17] = [
    ("declaration", "verify FILE right/proof --vkey @right/vkey"),
    ("proof", "verify right/declaration FILE --vkey @right/vkey"),
    ("vkey", "verify right/declaration right/proof --vkey @FILE"),
    ("checkpoint", "consistency FILE"),
    ("checkpoint", "consistency 1 FILE"),
    ("vkey", "consistency right/checkpoint --vkey @FILE"),
    ("checkpoint", "log --head FILE"),
    ("checkpoint", "checkpoint --head FILE"),
    ("checkpoint", "prove 1b0be8fa --head FILE"),
    ("checkpoint", "show 1b0be8fa --head FILE"),
    ("checkpoint", "audit --head FILE"),
    ("checkpoint", "seal right/declaration --head FILE"),
    ("checkpoint", "seal right/declaration --head FILE --adopt"),
    ("keys", "content-key list --content-keys FILE"),
    ("keys", "audit --content-keys FILE"),
    ("keys", "id hello.json --keyed k --content-keys FILE"),
    ("keys", "seal hello.json --keyed k --content-keys FILE"),
];

#[test]
fn a_file_of_another_kind_is_named_wherever_it_is_given() {
    let (world, dir) = world();
    let right = dir.join("right");
    fs::create_dir(&right).unwrap();
    crate::run(world.decl(&dir).args(["seal", "hello.json", "--receipt", "right/proof"]));
    crate::run(world.decl(&dir).args(["content-key", "new", "k", "--content-keys", "right/keys"]));
    fs::write(right.join("checkpoint"), crate::run(world.decl(&dir).arg("checkpoint"))).unwrap();
    fs::copy(dir.join("hello.cbor"), right.join("declaration")).unwrap();
    fs::copy(dir.join("store/vkey"), right.join("vkey")).unwrap();
    let run = |line: &str| {
        let output = world.decl(&dir).args(line.split(' ')).output().unwrap();
        (output.status.code(), output.stdout, String::from_utf8(output.stderr).unwrap())
    };
    for (wanted, line) in PLACES {
        let (code, _, said) = run(&line.replace("FILE", &format!("right/{wanted}")));
        assert_eq!(code, Some(0), "{line}: {said}");
        for file in make(&dir, wanted) {
            let (code, out, said) = run(&line.replace("FILE", &file));
            assert_eq!((code, out.is_empty()), (Some(2), true), "{line}, {file}: {said}");
            assert!(said.starts_with("error: ") && said.contains(&file), "{line}, {file}: {said}");
        }
    }
}

/// Makes a file of each kind that does not belong where this kind does.
fn make(dir: &Path, wanted: &str) -> Vec<String> {
    let right = |name: &str| fs::read(dir.join("right").join(name)).unwrap();
    let good = right(wanted);
    let mut kinds = vec![
        ("empty", Vec::new()),
        ("blank", b" \n".to_vec()),
        ("text", b"Dear sir\n".to_vec()),
        ("picture", b"\xff\xd8\xff\xe0".to_vec()),
        ("object", b"{}".to_vec()),
        ("list", b"[1]".to_vec()),
        ("body", br#"{"model": "m", "messages": []}"#.to_vec()),
        ("private-key", fs::read(dir.join("store/key")).unwrap()),
        ("cut", good[..good.len() / 2].to_vec()),
        ("one-byte", good[..1].to_vec()),
    ];
    if wanted == "declaration" {
        kinds.push(("longer", [&good[..], b"\0"].concat()));
    } else if wanted != "vkey" {
        // A key is one line: nothing of it is lost.
        let text = String::from_utf8(good).unwrap();
        kinds.push(("crlf", text.replace('\n', "\r\n").into_bytes()));
        kinds.push(("utf-16", format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()));
        kinds.push(("page", format!("<html>{text}</html>").into_bytes()));
    }
    for other in ["declaration", "proof", "checkpoint", "vkey"] {
        if other != wanted {
            kinds.push((other, right(other)));
        }
    }
    let wrong = dir.join("wrong").join(wanted);
    let _ = fs::remove_dir_all(&wrong);
    fs::create_dir_all(wrong.join("directory")).unwrap();
    for (name, bytes) in &kinds {
        fs::write(wrong.join(name), bytes).unwrap();
        fs::set_permissions(wrong.join(name), Permissions::from_mode(0o600)).unwrap(); // keys that others can read are refused
    }
    let names = kinds.iter().map(|(name, _)| *name).chain(["directory"]);
    names.map(|name| format!("wrong/{wanted}/{name}")).collect()
}
