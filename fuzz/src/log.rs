//! The files that are said about a log: each value has one spelling, and nobody but the key signs.

use decl_core::{Identity, sha256};
use decl_log::{
    Checkpoint, Edge, Entry, Hash, Mirror, Period, ProofFile, RecordKind, SignedNote, SigningKey, TileId,
    Tree, VerifierKey, encode_bundle, leaf_hash, parse_bundle,
};
use decl_verify::{
    Check,
    period::{self, Asked},
    verify,
};
use std::sync::LazyLock;

/// A log of two entries, the second a declaration's, and all that is said about it.
pub struct World {
    pub key: SigningKey,
    pub entry: Vec<u8>,
    pub checkpoint: Checkpoint,
    pub note: String,
    pub proof: String,
    /// The files of the period after its first entry, by their paths.
    pub files: Vec<(String, Vec<u8>)>,
}

const DECLARATION: &[u8] = include_bytes!("../../examples/local-llama.cbor");

/// The one log whose key is known here.
pub static WORLD: LazyLock<World> = LazyLock::new(|| world().expect("a log that can be"));

fn world() -> Result<World, decl_log::Refusal> {
    let origin = "log.example.org/runs".to_owned();
    let key = SigningKey::from_seed(&origin, [7; 32])?;
    let first = Entry::Genesis { origin: origin.clone(), at: 1 }.encode()?;
    let genesis = leaf_hash(&first);
    let entry = Entry::Record {
        kind: RecordKind::Declaration,
        id: Identity::of(DECLARATION),
        sha256: sha256(DECLARATION),
        at: 2,
        by: "local".to_owned(),
    }
    .encode()?;
    let mut mirror = Mirror::new(Edge::new())?;
    mirror.push(&first)?;
    let tree = |edge: &Edge| Tree { size: edge.size(), root: edge.root() };
    let before = Checkpoint { origin: origin.clone(), tree: tree(mirror.edge()) }.sign(&key)?;
    mirror.push(&entry)?;
    let checkpoint = Checkpoint { origin, tree: tree(mirror.edge()) };
    let note = checkpoint.sign(&key)?;
    let mut files: Vec<_> = mirror.finish().collect();
    for (path, note) in [(Period::CHECKPOINT, &note), (Period::BEFORE, &before)] {
        files.push((path.to_owned(), note.as_bytes().to_vec()));
    }
    let proof =
        ProofFile { extra: Some(entry.clone()), index: 1, path: vec![genesis], checkpoint: note.clone() }
            .to_string();
    Ok(World { key, entry, checkpoint, note, proof, files })
}

/// Identities, hashes and paths of tiles.
pub fn names(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else { return };
    if let Ok(identity) = text.parse::<Identity>() {
        assert_eq!(identity.to_string().strip_prefix("b3:"), Some(text.strip_prefix("b3:").unwrap_or(text)));
        assert_eq!(identity.cid().len(), "bafir4i".len() + 52);
    }
    if let Ok(hash) = text.parse::<Hash>() {
        assert_eq!(hash.to_string(), text);
    }
    if let Ok(tile) = TileId::parse(text) {
        assert_eq!(tile.path(), text);
    }
}

/// Both halves of a key.
pub fn key(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else { return };
    if let Ok(key) = text.parse::<VerifierKey>() {
        assert_eq!(key.to_string(), text);
        assert!(Checkpoint::open(&WORLD.note, &key).is_err() || key == *WORLD.key.verifier_key());
    }
    if let Ok(key) = SigningKey::parse(text) {
        assert_eq!(*key.to_text(), text);
        assert_eq!(key.verifier_key().to_string().parse().as_ref(), Ok(key.verifier_key()));
    }
}

/// A note prints as it was read; a checkpoint opens only if the key signed it.
pub fn note(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else { return };
    if let Ok(note) = SignedNote::parse(text) {
        assert_eq!(note.to_string(), text);
        let signed = note.verify(&[WORLD.key.verifier_key().clone()]).is_ok();
        assert_eq!(signed, note.text() == WORLD.checkpoint.to_string() && signed, "a forged note");
    }
    if let Ok(checkpoint) = Checkpoint::open(text, WORLD.key.verifier_key()) {
        assert_eq!(checkpoint, WORLD.checkpoint);
    }
    // What can be signed can be read, and holds.
    if let Ok(note) = SignedNote::sign(text, &WORLD.key)
        && let Ok(note) = SignedNote::parse(&note.to_string())
    {
        assert_eq!(note.text(), text);
        assert_eq!(note.verify(&[WORLD.key.verifier_key().clone()]), Ok(()));
    }
}

/// The three lines print as they were read, and can be signed by the key of their origin.
pub fn checkpoint(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else { return };
    let Ok(checkpoint) = Checkpoint::parse(text) else { return };
    assert_eq!(checkpoint.to_string(), text);
    let key = SigningKey::from_seed(&checkpoint.origin, [7; 32]).expect("an origin is the name of a key");
    let note = checkpoint.sign(&key).expect("what was read can be signed");
    assert_eq!(Checkpoint::open(&note, key.verifier_key()).as_ref(), Ok(&checkpoint));
    assert!(checkpoint.sign(&WORLD.key).is_err() || checkpoint.origin == WORLD.key.name());
}

/// A proof file prints as it was read; the declaration stands in the log only where it does stand.
pub fn proof(input: &[u8]) {
    let verified = verify(DECLARATION, input, WORLD.key.verifier_key());
    if let Ok(verified) = &verified {
        assert_eq!((verified.index, verified.tree), (1, WORLD.checkpoint.tree));
        assert_eq!(verified.checked, Check::ALL);
    }
    let Ok(text) = str::from_utf8(input) else { return };
    match ProofFile::parse(text) {
        Ok(proof) => assert_eq!(proof.to_string(), text),
        Err(_) => assert!(verified.is_err()),
    }
}

/// An entry is the encoding of what it says.
pub fn entry(input: &[u8]) {
    if let Ok(entry) = Entry::parse(input) {
        assert_eq!(entry.encode().as_deref(), Ok(input));
    }
}

/// A width in two bytes, then a bundle of so many entries.
pub fn bundle(input: &[u8]) {
    let Some((width, bundle)) = input.split_first_chunk() else { return };
    if let Ok(entries) = parse_bundle(bundle, u16::from_be_bytes(*width)) {
        assert_eq!(encode_bundle(entries).as_deref(), Ok(bundle));
    }
}

/// A file as part of an input: its length in two bytes, and its bytes. Without bytes it is not there.
pub fn part(file: &[u8]) -> Vec<u8> {
    let len = u16::try_from(file.len()).expect("a short file");
    [&len.to_be_bytes()[..], file].concat()
}

/// The files of a period. The key signed two trees: whatever holds has their tile and their entries.
pub fn period(input: &[u8]) {
    let (mut files, mut rest) = (Vec::new(), input);
    for (path, sound) in &WORLD.files {
        let Some((len, after)) = rest.split_first_chunk() else { break };
        let (file, after) = after.split_at(usize::from(u16::from_be_bytes(*len)).min(after.len()));
        if !file.is_empty() {
            files.push((path, file, sound));
        }
        rest = after;
    }
    let read = |path: &str, most: usize| {
        let file = files.iter().find(|(there, ..)| *there == path);
        Ok::<_, std::convert::Infallible>(file.map(|(_, file, _)| file[..file.len().min(most + 1)].to_vec()))
    };
    let key = WORLD.key.verifier_key();
    let verified = period::verify(key, &Asked::default(), read);
    let whole = files.len() == WORLD.files.len() && files.iter().all(|(_, file, sound)| file == sound);
    assert!(verified.is_ok() || !whole, "{verified:?}");
    if let Ok(verified) = verified {
        let period::Verified { origin, before, tree, entries, .. } = verified;
        assert_eq!((origin.as_str(), entries), (key.name(), before..tree.size));
        if tree == WORLD.checkpoint.tree {
            let tiles = files.iter().filter(|(path, ..)| path.starts_with("tile/"));
            assert_eq!(tiles.filter(|(_, file, sound)| file == sound).count(), 2, "forged");
        } else {
            assert_eq!(tree.size, 1, "a tree that the key did not sign");
        }
    }
}
