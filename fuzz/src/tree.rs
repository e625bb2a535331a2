//! Trees up to the largest there can be, from sizes and indexes that nobody checked.

use decl_log::{
    Edge, Hash, HashReader, MAX_SIZE, Refusal, Tile, Tree, check_consistency, check_inclusion, leaf_hash,
    locate, node_hash, prove_consistency, prove_inclusion, split_stored_index, stored_index, tree_root,
};

/// Four numbers, then the hashes of a path.
pub fn tree(input: &[u8]) {
    let (numbers, rest) = input.as_chunks::<8>();
    let [size, old, index, other, ..] = numbers else { return };
    let [size, old, index, other] = [size, old, index, other].map(|bytes| u64::from_be_bytes(*bytes));
    let path: Vec<Hash> =
        numbers[4..].as_flattened().as_chunks().0.iter().copied().map(Hash::from_bytes).collect();

    let (level, number) = split_stored_index(index);
    let stored = stored_index(level, number);
    assert!(stored == index || stored == u64::MAX);
    if let Some((tile, sub_level, offset)) = locate(index, size) {
        assert!(sub_level < 8 && offset < tile.width >> sub_level);
    }
    let _ = locate(other, old);

    // Whatever a proof is made of, the answer is one.
    let root = path.first().copied().unwrap_or_else(|| leaf_hash(rest));
    let (claimed, before) = (Tree { size, root }, Tree { size: old, root });
    let _ = check_inclusion(&path, &claimed, index, root);
    let _ = check_consistency(&path, &before, &claimed);

    let world = AllButOne::new(index);
    let tree = match tree_root(size, &world) {
        Ok(root) => Tree { size, root },
        Err(refusal) => {
            assert_eq!(refusal, Refusal::TooLarge { size });
            assert!(size > MAX_SIZE && prove_inclusion(size, index, &world).is_err());
            assert!(prove_consistency(old, size, &world).is_err());
            return;
        }
    };
    match prove_inclusion(size, index, &world) {
        Ok(proof) => {
            assert!(index < size);
            assert_eq!(check_inclusion(&proof, &tree, index, leaf(true)), Ok(()));
            assert!(check_inclusion(&proof, &tree, index, leaf(false)).is_err());
            assert!(other == index || check_inclusion(&proof, &tree, other, leaf(true)).is_err());
            assert!(path == proof || check_inclusion(&path, &tree, index, leaf(true)).is_err());
        }
        Err(refusal) => assert_eq!(refusal, Refusal::IndexOutOfRange { index, size }),
    }
    match prove_consistency(old, size, &world) {
        Ok(proof) => {
            let before = Tree { size: old, root: tree_root(old, &world).expect("it is no larger") };
            assert_eq!(check_consistency(&proof, &before, &tree), Ok(()));
            let another = Tree { root: leaf_hash(b"another"), ..before };
            assert!(check_consistency(&proof, &another, &tree).is_err());
            let another = Tree { root: leaf_hash(b"another"), ..tree };
            assert!(old == 0 || check_consistency(&proof, &before, &another).is_err());
        }
        Err(refusal) => assert_eq!(refusal, Refusal::Shrunk { old, new: size }),
    }
}

/// The right edge of a tree as it is stored; then it grows.
pub fn edge(input: &[u8]) {
    let Ok(mut edge) = Edge::from_bytes(input) else { return };
    assert_eq!(edge.to_bytes(), input);
    for tile in edge.partials() {
        assert_eq!(Tile::from_bytes(tile.id, &tile.to_bytes()), Ok(tile));
    }
    for _ in 0..3 {
        let size = edge.size();
        for tile in edge.push(leaf(true)) {
            assert_eq!((tile.id.width, tile.hashes.len()), (256, 256));
        }
        assert_eq!(edge.size(), size + 1);
    }
    if edge.size() <= MAX_SIZE {
        let again = Edge::from_bytes(&edge.to_bytes());
        assert_eq!(again.as_ref().map(Edge::root), Ok(edge.root()));
        assert_eq!(again, Ok(edge));
    }
}

/// A tree of any size in which all leaves are the same but one: every complete node is known without storage.
struct AllButOne {
    one: u64,
    plain: Vec<Hash>, // by level
}

fn leaf(the_one: bool) -> Hash {
    leaf_hash(if the_one { b"one" } else { b"any" })
}

impl AllButOne {
    fn new(one: u64) -> Self {
        let above = |below: &Hash| Some(node_hash(below, below));
        Self { one, plain: std::iter::successors(Some(leaf(false)), above).take(64).collect() }
    }

    fn node(&self, level: u8, number: u64) -> Hash {
        if self.one >> level != number {
            return self.plain[usize::from(level)];
        }
        (0..level).fold(leaf(true), |hash, level| {
            let sibling = &self.plain[usize::from(level)];
            if self.one >> level & 1 == 1 { node_hash(sibling, &hash) } else { node_hash(&hash, sibling) }
        })
    }
}

impl HashReader for AllButOne {
    type Error = Refusal;

    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Refusal> {
        let node = |index: &u64| split_stored_index(*index);
        Ok(indexes.iter().map(node).map(|(level, number)| self.node(level, number)).collect())
    }
}
