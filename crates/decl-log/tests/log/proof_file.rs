//! Proof files: a receipt is opened here as a verifier does, then every bit of it is flipped.

use crate::memory::{self, Log};
use decl_core::{Identity, sha256};
use decl_log::{
    Checkpoint, Entry, Hash, MAX_EXTRA, MAX_NOTE, MAX_PATH, MAX_SIZE, ProofFile, RecordKind, Refusal,
    SigningKey, VerifierKey, check_inclusion, leaf_hash, prove_inclusion, tree_root,
};

const ORIGIN: &str = "example.com/log";
const DECLARATION: &[u8] = b"stands for a declaration";

/// The proof of a declaration at `index` of a log of `size` entries.
fn receipt(index: u64, size: u64) -> (String, VerifierKey) {
    let entry = Entry::Record {
        kind: RecordKind::Declaration,
        id: Identity::of(DECLARATION),
        sha256: sha256(DECLARATION),
        at: 1_795_333_800_000,
        by: "local".into(),
    };
    let entry = entry.encode().unwrap();
    let mut log = Log::of(index);
    log.push(leaf_hash(&entry));
    log.grow_to(size);
    let key = SigningKey::from_seed(ORIGIN, [1; 32]).unwrap();
    let checkpoint = Checkpoint { origin: ORIGIN.into(), tree: log.tree(size) };
    let file = ProofFile {
        extra: Some(entry),
        index,
        path: prove_inclusion(size, index, &log).unwrap(),
        checkpoint: checkpoint.sign(&key).unwrap(),
    };
    assert_eq!(tree_root(size, &log), Ok(log.edge.root()));
    (file.to_string(), key.verifier_key().clone())
}

fn verify(file: &str, key: &VerifierKey) -> Result<(), Refusal> {
    let file = ProofFile::parse(file)?;
    let entry = file.extra.ok_or(Refusal::Malformed("no entry"))?;
    match Entry::parse(&entry)? {
        Entry::Record { id, sha256, .. }
            if id == Identity::of(DECLARATION) && sha256 == decl_core::sha256(DECLARATION) => {}
        _ => return Err(Refusal::Malformed("the entry of something else")),
    }
    let checkpoint = Checkpoint::open(&file.checkpoint, key)?;
    check_inclusion(&file.path, &checkpoint.tree, file.index, leaf_hash(&entry))
}

#[test]
fn receipts_verify_and_print_as_they_were_read() {
    for (index, size) in [(0, 1), (1, 2), (0, 2), (5, 7), (6, 7), (255, 256), (256, 257), (300, 70_000)] {
        let (file, key) = receipt(index, size);
        assert_eq!(ProofFile::parse(&file).unwrap().to_string(), file);
        assert_eq!(verify(&file, &key), Ok(()), "{index} of {size}");
    }
}

#[test]
fn every_flipped_bit_is_noticed() {
    for (index, size) in [(1, 2), (5, 7), (6, 7), (9, 100)] {
        let (file, key) = receipt(index, size);
        for bit in 0..file.len() * 8 {
            let mut bytes = file.clone().into_bytes();
            bytes[bit / 8] ^= 1 << (bit % 8);
            if let Ok(flipped) = std::str::from_utf8(&bytes) {
                assert!(verify(flipped, &key).is_err(), "bit {bit}: {flipped}");
            }
        }
    }
}

#[test]
fn every_cut_and_every_lost_or_doubled_line_is_noticed() {
    let (file, key) = receipt(5, 7);
    for at in (1..file.len()).filter(|at| file.is_char_boundary(*at)) {
        assert!(verify(&file[..at], &key).is_err(), "the first {at} bytes");
        assert!(verify(&file[at..], &key).is_err(), "from byte {at}");
    }
    assert!(verify("", &key).is_err());
    let lines: Vec<_> = file.split_inclusive('\n').collect();
    for at in 0..lines.len() {
        assert!(verify(&[&lines[..at], &lines[at + 1..]].concat().concat(), &key).is_err(), "without {at}");
        assert!(verify(&[&lines[..=at], &lines[at..]].concat().concat(), &key).is_err(), "twice {at}");
    }
}

#[test]
fn a_receipt_is_not_for_another_leaf_or_log() {
    let (file, key) = receipt(5, 7);
    for (from, to) in
        [("index 5", "index 4"), ("index 5", "index 7"), ("index 5", "index 13"), ("index 5", "index 05")]
    {
        assert!(verify(&file.replace(from, to), &key).is_err(), "{to}");
    }
    let stranger = SigningKey::from_seed(ORIGIN, [2; 32]).unwrap();
    assert_eq!(verify(&file, stranger.verifier_key()), Err(Refusal::UnknownKey));
    let mut other = ProofFile::parse(&file).unwrap();
    other.extra = Some(memory::entry(4));
    assert!(verify(&other.to_string(), &key).is_err());
    other.extra = None;
    assert_eq!(
        ProofFile::parse(&other.to_string()).as_ref(),
        Ok(&other),
        "the entry is optional in the format"
    );
    assert_eq!(verify(&other.to_string(), &key), Err(Refusal::Malformed("no entry")));
}

#[test]
fn limits_and_lines() {
    let file = |extra: usize, path: usize, checkpoint: usize| {
        ProofFile {
            extra: Some(vec![0; extra]),
            index: MAX_SIZE - 1,
            path: vec![Hash::from_bytes([7; 32]); path],
            checkpoint: "c".repeat(checkpoint),
        }
        .to_string()
    };
    assert!(ProofFile::parse(&file(MAX_EXTRA, MAX_PATH, 1)).is_ok());
    let at = |text: &str| match ProofFile::parse(text) {
        Err(Refusal::MalformedLine { line, .. }) => Some(line),
        other => panic!("{other:?}"),
    };
    assert_eq!(at(&file(MAX_EXTRA + 1, 0, 1)), Some(2));
    assert_eq!(at(&file(0, MAX_PATH + 1, 1)), Some(3 + 65));
    let head = file(0, 0, 0).len();
    assert!(ProofFile::parse(&file(0, 0, MAX_NOTE - head)).is_ok());
    assert_eq!(
        ProofFile::parse(&file(0, 0, MAX_NOTE - head + 1)),
        Err(Refusal::Malformed("a proof file is at most 1 MiB"))
    );
    let hash = Hash::from_bytes([7; 32]);
    for (line, text) in [
        (1, "\n\nc".to_owned()),
        (1, "c2sp.org/tlog-proof@v2\nindex 0\n\nc".into()),
        (1, " c2sp.org/tlog-proof@v1\nindex 0\n\nc".into()),
        (2, "c2sp.org/tlog-proof@v1\n\nc".into()),
        (2, "c2sp.org/tlog-proof@v1\nindex -1\n\nc".into()),
        (2, "c2sp.org/tlog-proof@v1\nindex 18446744073709551616\n\nc".into()),
        (2, "c2sp.org/tlog-proof@v1\nextra AA=\nindex 0\n\nc".into()),
        (3, "c2sp.org/tlog-proof@v1\nextra AA==\n\nc".into()),
        (3, "c2sp.org/tlog-proof@v1\nextra AA==\nextra AA==\nindex 0\n\nc".into()),
        (3, "c2sp.org/tlog-proof@v1\nindex 0\nextra AA==\n\nc".into()),
        (4, format!("c2sp.org/tlog-proof@v1\nindex 0\n{hash}\n {hash}\n\nc")),
        (3, "c2sp.org/tlog-proof@v1\nindex 0\nAA==\n\nc".into()),
    ] {
        assert_eq!(at(&text), Some(line), "{text:?}");
    }
    for text in ["", "c2sp.org/tlog-proof@v1\nindex 0\n", "c2sp.org/tlog-proof@v1\r\nindex 0\r\n\r\nc"] {
        assert_eq!(ProofFile::parse(text), Err(Refusal::Malformed("no checkpoint after the path")));
    }
}
