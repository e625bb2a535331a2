//! Every tree of 1 to 100 leaves, every leaf, every older size, and each hash of each proof spoiled.

use crate::{memory::Log, rfc6962};
use decl_log::{
    Hash, HashReader, MAX_SIZE, Refusal, Tree, check_consistency, check_inclusion, empty_root, leaf_hash,
    node_hash, prove_consistency, prove_inclusion, split_stored_index, tree_root,
};

const WORLD: u64 = 100;

#[test]
fn every_root() {
    let log = Log::of(WORLD);
    for size in 0..=WORLD {
        assert_eq!(tree_root(size, &log), Ok(rfc6962::mth(&log.leaves[..index(size)])), "{size}");
    }
}

#[test]
fn every_leaf_of_every_tree() {
    let log = Log::of(WORLD);
    let mut spoil = Spoil::default();
    for size in 1..=WORLD {
        let tree = log.tree(size);
        for leaf in 0..size {
            let hash = log.leaves[index(leaf)];
            log.reads.set(0);
            let proof = prove_inclusion(size, leaf, &log).unwrap();
            assert_eq!(log.reads.get(), 1, "one read a proof");
            assert_eq!(proof, rfc6962::path(index(leaf), &log.leaves[..index(size)]), "{leaf} of {size}");
            assert_eq!(check_inclusion(&proof, &tree, leaf, hash), Ok(()), "{leaf} of {size}");

            for (spoilt, refusal) in spoil.proof(&proof) {
                assert_eq!(check_inclusion(&spoilt, &tree, leaf, hash), Err(refusal), "{leaf} of {size}");
            }
            for other in (0..size).filter(|other| *other != leaf) {
                assert!(check_inclusion(&proof, &tree, other, hash).is_err(), "{leaf} as {other} of {size}");
            }
            // Other verifiers take leaf + k * 2^depth for leaf.
            for outside in [size, size + 1, leaf + size.next_power_of_two(), leaf | 1 << 63, u64::MAX] {
                let refusal = Refusal::IndexOutOfRange { index: outside, size };
                assert_eq!(check_inclusion(&proof, &tree, outside, hash), Err(refusal));
            }
            assert_eq!(check_inclusion(&proof, &tree, leaf, spoil.hash(hash)), Err(Refusal::WrongRoot));
            let other = Tree { root: spoil.hash(tree.root), ..tree };
            assert_eq!(check_inclusion(&proof, &other, leaf, hash), Err(Refusal::WrongRoot));
        }
    }
}

#[test]
fn every_older_tree_of_every_tree() {
    let log = Log::of(WORLD);
    let mut spoil = Spoil::default();
    for new in (0..=WORLD).map(|size| log.tree(size)) {
        for old in (0..=new.size).map(|size| log.tree(size)) {
            let sizes = (old.size, new.size);
            log.reads.set(0);
            let proof = prove_consistency(old.size, new.size, &log).unwrap();
            assert!(log.reads.get() <= 1, "one read a proof");
            let expected = if old.size == 0 {
                vec![] // the standard does not define it; nothing is needed
            } else {
                rfc6962::proof(index(old.size), &log.leaves[..index(new.size)])
            };
            assert_eq!(proof, expected, "{sizes:?}");
            assert_eq!(check_consistency(&proof, &old, &new), Ok(()), "{sizes:?}");

            for (spoilt, refusal) in spoil.proof(&proof) {
                assert_eq!(check_consistency(&spoilt, &old, &new), Err(refusal), "{sizes:?}");
            }
            let other = Tree { root: spoil.hash(old.root), ..old };
            assert_eq!(check_consistency(&proof, &other, &new), Err(Refusal::WrongRoot), "{sizes:?}");
            if old.size > 0 {
                // Any tree extends the empty one, so only then the new root is free.
                let other = Tree { root: spoil.hash(new.root), ..new };
                assert_eq!(check_consistency(&proof, &old, &other), Err(Refusal::WrongRoot), "{sizes:?}");
            }
            for size in (0..=new.size).filter(|size| *size != old.size) {
                let other = Tree { size, ..old };
                assert!(check_consistency(&proof, &other, &new).is_err(), "{sizes:?} as {size}");
            }
            if old.size < new.size {
                let refusal = Refusal::Shrunk { old: new.size, new: old.size };
                assert_eq!(check_consistency(&proof, &new, &old), Err(refusal));
                assert_eq!(prove_consistency(new.size, old.size, &log), Err(refusal));
            }
        }
    }
}

#[test]
fn the_empty_tree_has_one_root() {
    let forged = Tree { size: 0, root: leaf_hash(b"") };
    let empty = Tree { size: 0, root: empty_root() };
    assert_eq!(check_consistency(&[], &empty, &empty), Ok(()));
    for (old, new) in [(forged, forged), (empty, forged), (forged, empty)] {
        assert_eq!(check_consistency(&[], &old, &new), Err(Refusal::WrongRoot));
    }
    assert_eq!(
        check_inclusion(&[], &empty, 0, empty_root()),
        Err(Refusal::IndexOutOfRange { index: 0, size: 0 })
    );
}

#[test]
fn what_makes_no_sense_is_refused_before_anything_is_read() {
    struct Untouchable;
    impl HashReader for Untouchable {
        type Error = Refusal;
        fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Refusal> {
            panic!("asked for {indexes:?}")
        }
    }
    for size in [MAX_SIZE + 1, 1 << 63, u64::MAX] {
        let refusal = Refusal::TooLarge { size };
        let tree = Tree { size, root: empty_root() };
        assert_eq!(tree_root(size, &Untouchable), Err(refusal));
        assert_eq!(prove_inclusion(size, 0, &Untouchable), Err(refusal));
        assert_eq!(prove_consistency(1, size, &Untouchable), Err(refusal));
        assert_eq!(check_inclusion(&[], &tree, 0, empty_root()), Err(refusal));
        assert_eq!(check_consistency(&[], &tree, &tree), Err(refusal));
    }
    for (index, size) in [(0, 0), (1, 1), (7, 7), (u64::MAX, MAX_SIZE)] {
        assert_eq!(prove_inclusion(size, index, &Untouchable), Err(Refusal::IndexOutOfRange { index, size }));
    }
    assert_eq!(prove_consistency(2, 1, &Untouchable), Err(Refusal::Shrunk { old: 2, new: 1 }));
}

#[test]
fn a_reader_that_returns_another_number_of_hashes_is_noticed() {
    struct Wrong(usize);
    impl HashReader for Wrong {
        type Error = Refusal;
        fn read_hashes(&self, _: &[u64]) -> Result<Vec<Hash>, Refusal> {
            Ok(vec![empty_root(); self.0])
        }
    }
    for got in [0, 1, 2, 4] {
        let refusal = Refusal::PathLength { got, want: 3 };
        assert_eq!(tree_root(7, &Wrong(got)), Err(refusal));
        assert_eq!(prove_inclusion(8, 3, &Wrong(got)), Err(refusal));
        assert_eq!(prove_consistency(3, 4, &Wrong(got)), Err(refusal));
    }
}

/// A tree in which all leaves are equal, so that a node's hash is known from its level: a world of any size.
struct Uniform(Vec<Hash>);

impl Uniform {
    fn new() -> Self {
        let levels = std::iter::successors(Some(leaf_hash(b"")), |below| Some(node_hash(below, below)));
        Self(levels.take(63).collect())
    }
}

impl HashReader for Uniform {
    type Error = Refusal;
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Refusal> {
        Ok(indexes.iter().map(|index| self.0[usize::from(split_stored_index(*index).0)]).collect())
    }
}

#[test]
fn trees_up_to_the_largest() {
    let uniform = Uniform::new();
    let tree = |size| Tree { size, root: tree_root(size, &uniform).unwrap() };
    let mut sizes = vec![];
    for power in 0..=62 {
        sizes.extend([(1 << power) - 1, 1 << power, (1 << power) + 1, 0x2aaa_aaaa_aaaa_aaaa >> power]);
    }
    sizes.retain(|size| (1..=MAX_SIZE).contains(size));
    assert!(sizes.contains(&MAX_SIZE));
    let mut spoil = Spoil::default();
    for &size in &sizes {
        for leaf in [0, size / 3, size / 2, size - 1] {
            let proof = prove_inclusion(size, leaf, &uniform).unwrap();
            assert_eq!(check_inclusion(&proof, &tree(size), leaf, uniform.0[0]), Ok(()), "{leaf} of {size}");
            for (spoilt, refusal) in spoil.proof(&proof) {
                assert_eq!(check_inclusion(&spoilt, &tree(size), leaf, uniform.0[0]), Err(refusal));
            }
        }
        for old in sizes.iter().copied().filter(|old| *old <= size) {
            let proof = prove_consistency(old, size, &uniform).unwrap();
            assert_eq!(check_consistency(&proof, &tree(old), &tree(size)), Ok(()), "{old} to {size}");
        }
    }
}

/// Ways to break a proof, with the refusal that each deserves. Which bit is flipped moves on from proof to proof.
#[derive(Default)]
struct Spoil(usize);

impl Spoil {
    fn hash(&mut self, hash: Hash) -> Hash {
        self.0 = (self.0 + 1) % 256;
        let mut bytes = *hash.as_bytes();
        bytes[self.0 / 8] ^= 1 << (self.0 % 8);
        Hash::from_bytes(bytes)
    }

    fn proof(&mut self, proof: &[Hash]) -> Vec<(Vec<Hash>, Refusal)> {
        let want = proof.len();
        let mut spoilt = vec![];
        for at in 0..proof.len() {
            let mut flipped = proof.to_vec();
            flipped[at] = self.hash(flipped[at]);
            spoilt.push((flipped, Refusal::WrongRoot));
            let mut shorter = proof.to_vec();
            shorter.remove(at);
            spoilt.push((shorter, Refusal::PathLength { got: want - 1, want }));
        }
        for junk in [empty_root(), proof.last().copied().unwrap_or_else(empty_root)] {
            spoilt.push(([proof, &[junk]].concat(), Refusal::PathLength { got: want + 1, want }));
            spoilt.push(([&[junk], proof].concat(), Refusal::PathLength { got: want + 1, want }));
        }
        spoilt.push((vec![empty_root(); 1_000], Refusal::PathLength { got: 1_000, want }));
        spoilt
    }
}

fn index(n: u64) -> usize {
    usize::try_from(n).unwrap()
}
