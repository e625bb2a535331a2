//! The same answers from other people's code.

use crate::memory::{Log, entry};
use decl_log::{
    Hash, HashReader as _, SignedNote, SigningKey, TileId, leaf_hash, locate, node_hash, prove_consistency,
    prove_inclusion, split_stored_index, stored_index, tree_root,
};

const WORLD: u64 = 130;

/// `rs_merkle` builds the tree of RFC 6962 when its hasher separates leaves from nodes.
#[derive(Clone)]
struct Rfc6962;

impl rs_merkle::Hasher for Rfc6962 {
    type Hash = [u8; 32];

    fn hash(entry: &[u8]) -> [u8; 32] {
        *leaf_hash(entry).as_bytes()
    }

    fn concat_and_hash(left: &[u8; 32], right: Option<&[u8; 32]>) -> [u8; 32] {
        right
            .map_or(*left, |right| *node_hash(&Hash::from_bytes(*left), &Hash::from_bytes(*right)).as_bytes())
    }
}

#[test]
fn rs_merkle_has_the_same_roots_and_paths() {
    let log = Log::of(WORLD);
    let leaves: Vec<_> = log.leaves.iter().map(|leaf| *leaf.as_bytes()).collect();
    for size in 1..=WORLD {
        let tree = rs_merkle::MerkleTree::<Rfc6962>::from_leaves(&leaves[..at(size)]);
        assert_eq!(tree.root(), Some(*tree_root(size, &log).unwrap().as_bytes()));
        for leaf in 0..size {
            let proof = prove_inclusion(size, leaf, &log).unwrap();
            assert_eq!(tree.proof(&[at(leaf)]).to_bytes(), concat(&proof), "{leaf} of {size}");
        }
    }
}

#[test]
fn ct_merkle_has_the_same_roots_and_proofs_and_accepts_ours() {
    let log = Log::of(WORLD);
    let mut tree = ct_merkle::mem_backed_tree::MemoryBackedTree::<sha2_11::Sha256, Vec<u8>>::new();
    let mut roots = vec![tree.root()];
    for size in 1..=WORLD {
        tree.push(entry(size - 1));
        roots.push(tree.root());
        assert_eq!(tree.root().as_bytes()[..], tree_root(size, &log).unwrap().as_bytes()[..]);
        for leaf in 0..size {
            let proof = concat(&prove_inclusion(size, leaf, &log).unwrap());
            assert_eq!(tree.prove_inclusion(at(leaf)).as_bytes(), proof, "{leaf} of {size}");
            let proof = ct_merkle::InclusionProof::try_from_bytes(proof).unwrap();
            tree.root().verify_inclusion(&entry(leaf), leaf, &proof).unwrap();
        }
        for old in 1..size {
            let proof = concat(&prove_consistency(old, size, &log).unwrap());
            assert_eq!(tree.prove_consistency(at(size - old)).as_bytes(), proof, "{old} to {size}");
            let proof = ct_merkle::ConsistencyProof::try_from_bytes(proof).unwrap();
            tree.root().verify_consistency(&roots[at(old)], &proof).unwrap();
        }
    }
}

impl tlog_tiles::HashReader for Log {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, tlog_tiles::Error> {
        let hashes = decl_log::HashReader::read_hashes(self, indexes).unwrap();
        Ok(hashes.iter().map(|hash| tlog_tiles::Hash(*hash.as_bytes())).collect())
    }
}

fn theirs(hash: Hash) -> tlog_tiles::Hash {
    tlog_tiles::Hash(*hash.as_bytes())
}

fn same(proof: &[tlog_tiles::Hash], ours: &[Hash]) -> bool {
    proof.iter().map(|hash| hash.0).eq(ours.iter().map(|hash| *hash.as_bytes()))
}

#[test]
fn tlog_tiles_has_the_same_roots_and_proofs_and_accepts_ours() {
    let log = Log::of(WORLD);
    for size in 1..=WORLD {
        let root = log.tree(size).root;
        assert_eq!(tlog_tiles::tree_hash(size, &log).unwrap(), theirs(root));
        for leaf in 0..size {
            let proof = prove_inclusion(size, leaf, &log).unwrap();
            assert!(same(&tlog_tiles::prove_record(size, leaf, &log).unwrap(), &proof), "{leaf} of {size}");
            let proof = proof.into_iter().map(theirs).collect();
            tlog_tiles::check_record(&proof, size, theirs(root), leaf, theirs(log.leaves[at(leaf)])).unwrap();
        }
        for old in 1..=size {
            let proof = prove_consistency(old, size, &log).unwrap();
            assert!(same(&tlog_tiles::prove_tree(size, old, &log).unwrap(), &proof), "{old} to {size}");
            let proof = proof.into_iter().map(theirs).collect();
            tlog_tiles::check_tree(&proof, size, theirs(root), old, theirs(log.tree(old).root)).unwrap();
        }
    }
}

#[test]
fn tlog_tiles_agrees_about_a_log_of_three_tile_levels() {
    let log = Log::of(70_000);
    assert_eq!(tlog_tiles::tree_hash(70_000, &log).unwrap(), theirs(log.edge.root()));
    for n in [1, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 69_999] {
        let ours = prove_inclusion(70_000, n, &log).unwrap();
        assert!(same(&tlog_tiles::prove_record(70_000, n, &log).unwrap(), &ours), "{n}");
        let ours = prove_consistency(n, 70_000, &log).unwrap();
        assert!(same(&tlog_tiles::prove_tree(70_000, n, &log).unwrap(), &ours), "{n}");
    }
}

#[test]
fn tlog_tiles_stores_and_names_things_alike() {
    for index in 0..200_000 {
        let (level, number) = split_stored_index(index);
        assert_eq!(tlog_tiles::split_stored_hash_index(index), (level, number));
        assert_eq!(tlog_tiles::stored_hash_index(level, number), index);
        assert_eq!(stored_index(level, number), index);
        // Theirs is the tile at its least width, in the path of Go's checksum database.
        let tile = tlog_tiles::Tile::from_index(8, index);
        let (id, ..) = locate(index, (number + 1) << level).unwrap();
        assert_eq!((id.level, id.number), (tile.level(), tile.level_index()));
        let id = TileId { width: u16::try_from(tile.width()).unwrap(), ..id };
        assert_eq!(id.path(), tile.path().replace("tile/8/", "tile/"));
    }
}

#[test]
fn the_stored_hashes_are_those_that_tlog_tiles_would_store() {
    let log = Log::of(600);
    let mut next = 0;
    for leaf in 0..600 {
        for hash in tlog_tiles::stored_hashes(leaf, &entry(leaf), &log).unwrap() {
            assert_eq!(log.read_hashes(&[next]).map(|hashes| theirs(hashes[0])), Ok(hash), "{next}");
            next += 1;
        }
    }
}

#[test]
fn signed_note_opens_our_notes_and_we_open_its() {
    use signed_note::{Note, Signer as _, StandardSigner, StandardVerifier, Verifier as _, VerifierList};
    let ours = SigningKey::from_seed("example.com/log", [9; 32]).unwrap();
    let theirs = StandardSigner::new(&ours.to_text()).unwrap();
    assert_eq!(theirs.name(), ours.name());
    let verifiers = || {
        let verifier = StandardVerifier::new(&ours.verifier_key().to_string()).unwrap();
        VerifierList::new(vec![Box::new(verifier)])
    };
    for text in ["text\n", "a\n\nb\n", "é\n"] {
        let note = SignedNote::sign(text, &ours).unwrap().to_string();
        let opened = Note::from_bytes(note.as_bytes()).unwrap();
        let (verified, unverified) = opened.verify(&verifiers()).unwrap();
        assert_eq!((verified.len(), unverified.len(), opened.text()), (1, 0, text.as_bytes()));

        let mut signed = Note::new(text.as_bytes(), &[]).unwrap();
        signed.add_sigs(&[&theirs]).unwrap();
        assert_eq!(signed.to_bytes(), note.as_bytes(), "Ed25519 is deterministic");
    }
    let vkey = StandardVerifier::new(&ours.verifier_key().to_string()).unwrap();
    assert_eq!(vkey.key_id(), theirs.key_id());
}

fn concat(proof: &[Hash]) -> Vec<u8> {
    proof.iter().flat_map(|hash| *hash.as_bytes()).collect()
}

fn at(n: u64) -> usize {
    usize::try_from(n).unwrap()
}
