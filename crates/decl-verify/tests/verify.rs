//! Each step of the verification, and that nothing spoiled passes.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use decl_core::{Event, EventKind, Identity, NoFiles, Supplement, SupplementKind, json, sha256};
use decl_log::{
    Checkpoint, Edge, Entry, Hash, ProofFile, RecordKind, SigningKey, Tree, VerifierKey, leaf_hash, node_hash,
};
use decl_verify::{Check, Refusal, Verified, consistency, verify};

const DECLARATION: &[u8] = include_bytes!("local-llama.cbor");
const ORIGIN: &str = "log.example.org/runs";

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(ORIGIN, [seed; 32]).unwrap()
}

fn entry_of(declaration: &[u8]) -> Vec<u8> {
    entry(RecordKind::Declaration, Identity::of(declaration), sha256(declaration))
}

fn entry(kind: RecordKind, id: Identity, sha256: [u8; 32]) -> Vec<u8> {
    Entry::Record { kind, id, sha256, at: 2, by: "local".to_owned() }.encode().unwrap()
}

/// A log of three entries, the one in question in the middle, and its proof.
fn prove(entry: Vec<u8>, origin: &str, key: &SigningKey) -> ProofFile {
    let before = leaf_hash(&Entry::Genesis { origin: ORIGIN.to_owned(), at: 1 }.encode().unwrap());
    let after = leaf_hash(b"another");
    let root = node_hash(&node_hash(&before, &leaf_hash(&entry)), &after);
    let checkpoint = Checkpoint { origin: origin.to_owned(), tree: Tree { size: 3, root } };
    ProofFile { extra: Some(entry), index: 1, path: vec![before, after], checkpoint: sign(&checkpoint, key) }
}

/// Signs also what a log would not.
fn sign(checkpoint: &Checkpoint, key: &SigningKey) -> String {
    decl_log::SignedNote::sign(&checkpoint.to_string(), key).unwrap().to_string()
}

fn example() -> (String, VerifierKey) {
    (prove(entry_of(DECLARATION), ORIGIN, &key(7)).to_string(), key(7).verifier_key().clone())
}

fn refused(result: Result<Verified, Refusal>, check: Check, code: &str) {
    let refusal = result.unwrap_err();
    assert_eq!((refusal.check, refusal.code()), (check, code), "{refusal}");
    // Step 1 of the specification, and nothing else, says that there is no proof to fail.
    let unreadable = matches!(check, Check::ProofSyntax | Check::Entry);
    assert_eq!(refusal.is_unreadable(), unreadable, "{refusal}");
    let before = Check::ALL.iter().position(|c| *c == check).unwrap();
    assert_eq!(refusal.checked, Check::ALL[..before], "{refusal}");
}

#[test]
fn it_holds_and_says_what_was_checked() {
    let (proof, key) = example();
    let verified = verify(DECLARATION, &proof, &key).unwrap();
    assert_eq!(verified.identity, Identity::of(DECLARATION));
    assert_eq!((verified.index, verified.tree.size, verified.at), (1, 3, 2));
    assert_eq!((verified.origin.as_str(), verified.by.as_str()), (ORIGIN, "local"));
    assert_eq!(verified.checked, Check::ALL);
}

#[test]
fn each_step_refuses_for_its_own_reason() {
    let (good, vkey) = example();
    let proved = |entry| prove(entry, ORIGIN, &key(7)).to_string();

    refused(verify(DECLARATION, "", &vkey), Check::ProofSyntax, "malformed");
    refused(verify(DECLARATION, b"\xff", &vkey), Check::ProofSyntax, "malformed");

    let bare = ProofFile { extra: None, ..ProofFile::parse(&good).unwrap() };
    refused(verify(DECLARATION, bare.to_string(), &vkey), Check::Entry, "no_entry");
    let genesis = Entry::Genesis { origin: ORIGIN.to_owned(), at: 1 }.encode().unwrap();
    refused(verify(DECLARATION, proved(genesis), &vkey), Check::Entry, "genesis");
    let supplement = entry(RecordKind::Supplement, Identity::of(DECLARATION), sha256(DECLARATION));
    refused(verify(DECLARATION, proved(supplement), &vkey), Check::Schema, "E-VERSION");

    refused(verify(b"another", &good, &vkey), Check::Identity, "other_record");

    let lied = entry(RecordKind::Declaration, Identity::of(DECLARATION), [0; 32]);
    refused(verify(DECLARATION, proved(lied), &vkey), Check::Sha256, "other_sha256");

    // Logs do not seal such bytes; a dishonest one could.
    let not_canonical = b"\xb8\x00";
    refused(
        verify(not_canonical, proved(entry_of(not_canonical)), &vkey),
        Check::Canonical,
        "E-NONCANONICAL",
    );
    let not_valid = b"\xa0";
    refused(verify(not_valid, proved(entry_of(not_valid)), &vkey), Check::Schema, "E-MISSING");

    let spoil = |change: &dyn Fn(&mut ProofFile)| {
        let mut proof = ProofFile::parse(&good).unwrap();
        change(&mut proof);
        verify(DECLARATION, proof.to_string(), &vkey)
    };
    refused(spoil(&|proof| proof.index = 0), Check::Inclusion, "malformed");
    refused(spoil(&|proof| proof.index = 2), Check::Inclusion, "path_length");
    refused(spoil(&|proof| proof.index = 3), Check::Inclusion, "index_out_of_range");
    refused(spoil(&|proof| proof.path.push(Hash::from_bytes([0; 32]))), Check::Inclusion, "path_length");
    refused(spoil(&|proof| proof.path.truncate(1)), Check::Inclusion, "path_length");
    refused(spoil(&|proof| proof.path.swap(0, 1)), Check::Inclusion, "wrong_root");

    refused(verify(DECLARATION, &good, key(8).verifier_key()), Check::Signature, "unknown_key");
    let other = SigningKey::from_seed("log.example.org/other", [7; 32]).unwrap();
    let refusal = verify(DECLARATION, &good, other.verifier_key()).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "signature: the proof is of the log log.example.org/runs, the key is of log.example.org/other"
    );
    refused(Err(refusal), Check::Signature, "unknown_key");

    let elsewhere = prove(entry_of(DECLARATION), "log.example.org/other", &key(7)).to_string();
    refused(verify(DECLARATION, elsewhere, &vkey), Check::Origin, "wrong_origin");
}

#[test]
fn no_bit_of_the_declaration_is_free() {
    let (proof, key) = example();
    for bit in 0..DECLARATION.len() * 8 {
        let mut spoiled = DECLARATION.to_vec();
        spoiled[bit / 8] ^= 1 << (bit % 8);
        assert!(verify(&spoiled, &proof, &key).is_err(), "bit {bit}");
    }
}

#[test]
fn no_bit_of_the_proof_or_its_checkpoint_is_free() {
    let (proof, key) = example();
    for bit in 0..proof.len() * 8 {
        let mut spoiled = proof.clone().into_bytes();
        spoiled[bit / 8] ^= 1 << (bit % 8);
        assert!(verify(DECLARATION, &spoiled, &key).is_err(), "bit {bit}");
    }
}

#[test]
fn nothing_is_cut_off_or_added() {
    let (proof, key) = example();
    for end in 0..proof.len() {
        assert!(verify(DECLARATION, &proof.as_bytes()[..end], &key).is_err(), "the first {end} bytes");
    }
    for tail in ["\n", " ", "x", "\0", "\n\n", "\r\n"] {
        assert!(verify(DECLARATION, format!("{proof}{tail}"), &key).is_err(), "{tail:?}");
        assert!(verify(DECLARATION, format!("{tail}{proof}"), &key).is_err(), "{tail:?}");
        assert!(verify(&[DECLARATION, tail.as_bytes()].concat(), &proof, &key).is_err(), "{tail:?}");
    }
}

#[test]
fn consistency_wants_both_signatures_and_the_proof() {
    let leaves = [leaf_hash(b"0"), leaf_hash(b"1"), leaf_hash(b"2")];
    let mut edge = Edge::new();
    let notes = leaves.map(|leaf| {
        edge.push(leaf);
        let tree = Tree { size: edge.size(), root: edge.root() };
        sign(&Checkpoint { origin: ORIGIN.to_owned(), tree }, &key(7))
    });
    let (vkey, proof) = (key(7).verifier_key().clone(), [leaves[2]]);
    let (old, new) = consistency(&notes[1], &notes[2], &proof, &vkey).unwrap();
    assert_eq!((old.tree.size, new.tree.size), (2, 3));

    let code = |old: &str, new: &str, proof: &[Hash], key: &VerifierKey| {
        consistency(old, new, proof, key).unwrap_err().code()
    };
    assert_eq!(code(&notes[1], &notes[2], &proof, key(8).verifier_key()), "unknown_key");
    assert_eq!(code(&notes[2], &notes[1], &[], &vkey), "shrunk");
    assert_eq!(code(&notes[1], &notes[2], &[], &vkey), "path_length");
    assert_eq!(code(&notes[1], &notes[2], &[leaves[0]], &vkey), "wrong_root");
    assert_eq!(code(&notes[1], &notes[2].replace("\n3\n", "\n4\n"), &proof, &vkey), "bad_signature");
}

/// Every kind of record; one under an entry of another kind; and one whose entry names another submitter.
#[test]
fn a_record_is_of_the_kind_and_of_the_submitter_of_its_entry() {
    let subject = Identity::of(DECLARATION);
    let body = |text: &'static str| json::parse(text.as_bytes()).unwrap();
    let score = body(r#"{"metric": "exact-match", "value": 0.5, "task": "gsm8k"}"#);
    let (supplement, _) =
        Supplement::new(SupplementKind::Score, subject, score, "local", &mut NoFiles).unwrap();
    let index =
        body(r#"{"size": 2, "root": "5f63d968aa8bf0ede40380587453fd30a1a8adc08fa500ea171bb6b99cdd3427"}"#);
    let (event, _) = Event::new(EventKind::Index, index, "local", &mut NoFiles).unwrap();
    let records = [
        (RecordKind::Declaration, DECLARATION),
        (RecordKind::Supplement, supplement.as_bytes()),
        (RecordKind::Event, event.as_bytes()),
    ];
    let vkey = key(7).verifier_key().clone();
    for (kind, bytes) in records {
        let (id, sha256) = (Identity::of(bytes), sha256(bytes));
        let proved = |entry| prove(entry, ORIGIN, &key(7)).to_string();
        for stated in RecordKind::ALL {
            let verified = verify(bytes, proved(entry(*stated, id, sha256)), &vkey);
            if *stated == kind {
                let verified = verified.unwrap();
                assert_eq!((verified.kind, verified.identity), (kind, id));
            } else {
                assert_eq!(verified.unwrap_err().check, Check::Schema);
            }
        }
        let by = "gateway".to_owned();
        let other = Entry::Record { kind, id, sha256, at: 2, by }.encode().unwrap();
        let verified = verify(bytes, proved(other), &vkey);
        if kind == RecordKind::Declaration {
            assert_eq!(verified.unwrap().by, "gateway", "a declaration names no submitter");
        } else {
            refused(verified, Check::Schema, "other_submitter");
        }
    }
}
