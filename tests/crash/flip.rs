//! One bit, flipped in every kind of file.

use crate::{
    Random,
    ledger::Ledger,
    number,
    place::{self, Place, source},
};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// A store with every kind of file: its log, tables, and values that lie outside of them.
fn used(home: &Path) -> (Place, Ledger, String) {
    let place = Place(home.join("base"));
    fs::create_dir(&place.0).unwrap();
    let mut ledger = Ledger::new(&place.init());
    let mut random = Random(7);
    let mut digest = String::new();
    for piece in 0..2 {
        let noise: Vec<_> = (0..9 << 17).flat_map(|_| random.below(u64::MAX).to_be_bytes()).collect();
        let file = place.0.join(format!("noise-{piece}"));
        fs::write(&file, noise).unwrap();
        let put = place.ok(&["content", "put", file.to_str().unwrap()]);
        String::from_utf8(put.stdout).unwrap().trim().clone_into(&mut digest);
        fs::remove_file(file).unwrap();
    }
    ledger.seal_all(&place, &(0..300));
    ledger.seal_all(&place, &(300..303));
    (place, ledger, digest)
}

/// The files of a place by their kind: `db/*.sst`, `store/vkey`, ...
fn kinds(place: &Place) -> BTreeMap<String, Vec<PathBuf>> {
    let mut kinds = BTreeMap::<_, Vec<_>>::new();
    let mut dirs = vec![place.0.join("store"), place.0.join("state")];
    while let Some(dir) = dirs.pop() {
        for file in fs::read_dir(dir).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                dirs.push(path);
                continue;
            }
            let name = path.file_name().unwrap().to_str().unwrap();
            let kind = match path.extension() {
                Some(extension) => format!("*.{}", extension.display()),
                _ if name.starts_with("LOG") => "LOG".to_owned(),
                None => name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-').to_owned(),
            };
            if path.metadata().unwrap().len() > 0 {
                kinds.entry(kind).or_default().push(path);
            }
        }
    }
    for paths in kinds.values_mut() {
        paths.sort();
    }
    kinds
}

#[test]
fn a_flipped_bit_never_makes_a_wrong_answer() {
    let home = place::temporary();
    let (base, sound, digest) = used(home.path());
    // Without what stands beside the answer: a store may say that it could not write.
    let id = source(7).declaration.identity().hex();
    let copy = || base.copy_to(&home.path().join("copy"));
    let export = home.path().join("export");
    let questions: [Vec<&str>; 8] = [
        vec!["show", &id, "--cbor"],
        vec!["prove", &id],
        vec!["--json", "log"],
        vec!["--json", "log", "--model", "some-model"],
        vec!["checkpoint"],
        vec!["consistency", "200"],
        vec!["content", "get", &digest],
        vec!["export", export.to_str().unwrap()],
    ];
    let ask = |place: &Place, question: &[&str]| {
        let _ = fs::remove_dir_all(&export);
        let out = place.run(question);
        (out.status.code(), out.stdout, out.stderr)
    };
    let place = copy();
    let answers: Vec<_> = questions.iter().map(|question| ask(&place, question)).collect();
    assert!(answers.iter().all(|(code, ..)| *code == Some(0)), "{answers:?}");
    let kinds = kinds(&place);
    let tried: Vec<_> = kinds.keys().map(String::as_str).collect();
    println!("kinds of files: {}", tried.join(" "));
    for kind in ["*.log", "*.sst", "*.blob", "*.checkpoint", "CURRENT", "MANIFEST", "key", "vkey", "*.store"]
    {
        assert!(kinds.contains_key(kind), "no {kind} in {tried:?}");
    }
    let mut random = Random::new("a flipped bit");
    for (kind, paths) in &kinds {
        let (mut noticed, mut harmless) = (0, 0);
        for _ in 0..number("DECL_CRASH_FLIPS", 3) {
            let place = copy();
            let path = &paths[usize::try_from(random.below(paths.len() as u64)).unwrap()];
            let mut bytes = fs::read(path).unwrap();
            let bit = random.below(8 * bytes.len() as u64);
            bytes[usize::try_from(bit / 8).unwrap()] ^= 1 << (bit % 8);
            fs::write(path, bytes).unwrap();
            let at = format!("bit {bit} of {}", path.display());
            let mut seen = false;
            for (question, (_, sound, _)) in questions.iter().zip(&answers) {
                let (code, stdout, stderr) = ask(&place, question);
                let said = String::from_utf8_lossy(&stderr);
                match code {
                    Some(0) if stdout == *sound => {}
                    // Less than there was, and it is said: the head record knows of more.
                    Some(0) if said.contains("rolled back") => seen = true,
                    Some(2 | 3) => seen = true,
                    code => panic!("{at}: {question:?} ends with {code:?} and another answer: {said}"),
                }
            }
            let audit = place.run(&["audit"]).status.code();
            assert!(matches!(audit, Some(0 | 2 | 3)), "{at}: audit ends with {audit:?}");
            if seen || audit != Some(0) {
                noticed += 1;
            } else {
                harmless += 1;
            }
            // Whoever seals on extends what was published, or seals nothing.
            let mut ledger = sound.clone();
            let runs = 400..402;
            let out = place.run(&["seal", "--batch", &place.lines(runs.clone())]);
            assert_ne!(out.status.code(), Some(1), "{at}: {out:?}");
            ledger.answers(&runs, &out.stdout);
            if out.status.success() && audit == Some(0) {
                ledger.check_all(&place);
            }
        }
        println!("{kind}: {noticed} noticed, {harmless} harmless");
    }
}
