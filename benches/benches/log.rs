//! The tree beside the published Merkle crates, and the price of checking a receipt.

#![expect(missing_docs, reason = "criterion_group makes a function that nobody calls by name")]

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use decl_benches::declaration;
use decl_log::{
    Checkpoint, Edge, Entry, Hash, HashReader, ProofFile, RecordKind, Refusal, SigningKey, Tree,
    check_inclusion, leaf_hash, node_hash, prove_inclusion, split_stored_index, stored_index,
};
use std::hint::black_box;

/// Leaves in the tree that is proved over and appended to.
const SIZE: u64 = 65_536;
/// Leaves appended at a time.
const BATCH: u64 = 1_000;

/// Every stored hash of a tree, in memory.
struct Memory(Vec<Hash>);

impl Memory {
    fn of(size: u64) -> Self {
        let mut hashes: Vec<Hash> = Vec::new();
        for leaf in 0..size {
            let mut hash = leaf_hash(&entry(leaf));
            hashes.push(hash);
            for level in 1..=leaf.trailing_ones() {
                let level = u8::try_from(level).expect("below 64");
                let left = stored_index(level - 1, (leaf >> (level - 1)) - 1);
                hash = node_hash(&hashes[usize::try_from(left).expect("in memory")], &hash);
                hashes.push(hash);
            }
        }
        debug_assert_eq!(split_stored_index(hashes.len() as u64 - 1).1, 0);
        Self(hashes)
    }
}

impl HashReader for Memory {
    type Error = Refusal;
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Refusal> {
        Ok(indexes.iter().map(|i| self.0[usize::try_from(*i).expect("in memory")]).collect())
    }
}

fn entry(i: u64) -> Vec<u8> {
    let id = decl_core::Identity::of(&i.to_be_bytes());
    let by = "local".to_owned();
    Entry::Record { kind: RecordKind::Declaration, id, sha256: *id.as_bytes(), at: 1_800_000_000_000 + i, by }
        .encode()
        .expect("a short name")
}

#[derive(Clone)]
struct Rfc6962;

impl rs_merkle::Hasher for Rfc6962 {
    type Hash = [u8; 32];
    fn hash(data: &[u8]) -> [u8; 32] {
        *leaf_hash(data).as_bytes()
    }
    fn concat_and_hash(left: &[u8; 32], right: Option<&[u8; 32]>) -> [u8; 32] {
        right
            .map_or(*left, |right| *node_hash(&Hash::from_bytes(*left), &Hash::from_bytes(*right)).as_bytes())
    }
}

fn append(c: &mut Criterion) {
    let leaves: Vec<Hash> = (0..SIZE + BATCH).map(|i| leaf_hash(&entry(i))).collect();
    let (old, new) = leaves.split_at(usize::try_from(SIZE).expect("in memory"));
    let mut group = c.benchmark_group("append-1000-to-65536");
    group.throughput(Throughput::Elements(BATCH));

    let mut edge = Edge::new();
    for leaf in old {
        drop(edge.push(*leaf));
    }
    group.bench_function("decl", |b| {
        b.iter_batched(
            || edge.clone(),
            |mut edge| {
                for leaf in new {
                    drop(black_box(edge.push(*leaf)));
                }
                edge.root()
            },
            BatchSize::SmallInput,
        );
    });

    let raw = |leaves: &[Hash]| leaves.iter().map(|h| *h.as_bytes()).collect::<Vec<_>>();
    let tree = rs_merkle::MerkleTree::<Rfc6962>::from_leaves(&raw(old));
    let mut more = raw(new);
    group.sample_size(10);
    group.bench_function("rs_merkle", |b| {
        b.iter_batched(
            || tree.clone(),
            |mut tree| {
                tree.append(&mut more.clone()).commit();
                tree.root()
            },
            BatchSize::LargeInput,
        );
    });
    more.clear();
    group.finish();
}

fn proofs(c: &mut Criterion) {
    let memory = Memory::of(SIZE);
    let mut edge = Edge::new();
    let mut peer = ct_merkle::mem_backed_tree::MemoryBackedTree::<sha2_11::Sha256, Vec<u8>>::new();
    for i in 0..SIZE {
        drop(edge.push(leaf_hash(&entry(i))));
        peer.push(entry(i));
    }
    let tree = Tree { size: SIZE, root: edge.root() };
    let index = 12_345;
    let leaf = leaf_hash(&entry(index));
    let path = prove_inclusion(SIZE, index, &memory).expect("in the tree");
    assert!(check_inclusion(&path, &tree, index, leaf).is_ok(), "the bench measures a proof that holds");
    let rs = rs_merkle::MerkleTree::<Rfc6962>::from_leaves(
        &(0..SIZE).map(|i| *leaf_hash(&entry(i)).as_bytes()).collect::<Vec<_>>(),
    );
    let at = usize::try_from(index).expect("in memory");

    let mut group = c.benchmark_group("prove-in-65536");
    group.bench_function("decl", |b| b.iter(|| prove_inclusion(SIZE, black_box(index), &memory)));
    group.bench_function("rs_merkle", |b| b.iter(|| rs.proof(&[black_box(at)])));
    group.bench_function("ct-merkle", |b| b.iter(|| peer.prove_inclusion(black_box(at))));
    group.finish();

    let (rs_proof, rs_root) = (rs.proof(&[at]), rs.root().expect("a root"));
    let (peer_proof, peer_root) = (peer.prove_inclusion(at), peer.root());
    let entry = entry(index);
    let mut group = c.benchmark_group("check-in-65536");
    group.bench_function("decl", |b| {
        b.iter(|| check_inclusion(black_box(&path), &tree, index, leaf_hash(&entry)));
    });
    group.bench_function("rs_merkle", |b| {
        b.iter(|| rs_proof.verify(black_box(rs_root), &[at], &[*leaf_hash(&entry).as_bytes()], 65_536));
    });
    group.bench_function("ct-merkle", |b| {
        b.iter(|| peer_root.verify_inclusion(black_box(&entry), index, &peer_proof));
    });
    group.finish();
}

fn receipt(c: &mut Criterion) {
    let key = SigningKey::from_seed("bench.example/log", [7; 32]).expect("a name that keys take");
    let declaration = declaration(0, 16).declaration;
    let record = Entry::Record {
        kind: RecordKind::Declaration,
        id: declaration.identity(),
        sha256: declaration.sha256(),
        at: 1_800_000_000_000,
        by: "local".to_owned(),
    }
    .encode()
    .expect("a short name");
    let (mut edge, other) = (Edge::new(), leaf_hash(&entry(1)));
    drop(edge.push(other));
    drop(edge.push(leaf_hash(&record)));
    let tree = Tree { size: 2, root: edge.root() };
    let checkpoint = Checkpoint { origin: key.name().to_owned(), tree }.sign(&key).expect("its own origin");
    let proof =
        ProofFile { extra: Some(record), index: 1, path: vec![other], checkpoint: checkpoint.clone() }
            .to_string();

    let mut group = c.benchmark_group("receipt");
    group.bench_function("verify", |b| {
        b.iter(|| decl_verify::verify(black_box(declaration.as_bytes()), &proof, key.verifier_key()));
    });
    group.bench_function("signature-alone", |b| {
        b.iter(|| Checkpoint::open(black_box(&checkpoint), key.verifier_key()));
    });
    group.finish();
}

criterion_group!(benches, append, proofs, receipt);
criterion_main!(benches);
