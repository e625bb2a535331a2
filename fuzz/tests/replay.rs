//! Everything that was ever kept, and every seed, through the properties: no fuzzer needed.

use decl_fuzz::{TARGETS, mutate, run, seeds};
use std::{fs, path::Path};

#[test]
fn what_was_found_stays_fixed() {
    let regressions = Path::new(env!("CARGO_MANIFEST_DIR")).join("regressions");
    let mut replayed = 0;
    for entry in fs::read_dir(regressions).unwrap() {
        let directory = entry.unwrap();
        let target = directory.file_name();
        for entry in fs::read_dir(directory.path()).unwrap() {
            let path = entry.unwrap().path();
            println!("{}", path.display());
            run(target.to_str().unwrap(), &fs::read(path).unwrap());
            replayed += 1;
        }
    }
    assert!(replayed > 0, "nothing is kept");
}

#[test]
fn every_seed_has_the_properties() {
    for (name, _) in TARGETS {
        let seeds = seeds(name);
        println!("{name}: {} seeds", seeds.len());
        assert!(!seeds.is_empty());
        for seed in &seeds {
            run(name, seed);
        }
    }
}

#[test]
fn every_target_is_built() {
    let manifest = include_str!("../Cargo.toml");
    let mut built: Vec<_> =
        manifest.lines().filter_map(|line| line.strip_prefix("path = \"fuzz_targets/")).collect();
    let mut wanted: Vec<_> = TARGETS.iter().map(|(name, _)| format!("{name}.rs\"")).collect();
    built.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(built, wanted);
}

#[test]
fn a_mutation_of_a_document_is_another_document_and_the_same_for_the_same_seed() {
    let body = br#"{"model": "m", "messages": [{"role": "user", "content": "hi"}], "n": 1}"#;
    let mutated = |seed| {
        let mut data = body.to_vec();
        data.resize(1000, b' ');
        let size = mutate("chat", &mut data, body.len(), 1000, seed)?;
        data.truncate(size);
        Some(data)
    };
    let documents: Vec<_> = (0..1000).filter_map(mutated).collect();
    assert_eq!(documents, (0..1000).filter_map(mutated).collect::<Vec<_>>());
    let read = documents.iter().filter(|text| decl_core::json::parse(text).is_ok()).count();
    assert!(documents.len() > 600 && read == documents.len(), "{read} of {}", documents.len());
    let others: std::collections::BTreeSet<_> = documents.into_iter().collect();
    assert!(others.len() > 400, "{}", others.len());
}
