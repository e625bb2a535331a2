//! Checks proofs against what a checkpoint states, and nothing else.

use crate::{
    hash::{Hash, empty_root, node_hash},
    refusal::Refusal,
    tree::{Tree, check_index, check_size},
};

/// Checks that `leaf` is at `index` in the tree, as in RFC 9162 section 2.1.3.2.
///
/// Success does not prove the tree's size: the same path can lead to the same root from another size. Take the size
/// from a signed checkpoint.
pub fn check_inclusion(proof: &[Hash], tree: &Tree, index: u64, leaf: Hash) -> Result<(), Refusal> {
    check_size(tree.size)?;
    check_index(index, tree.size)?;
    let path = AuditPath::new(index, tree.size - 1);
    path.check_length(proof, 0)?;
    let root = path.sides().zip(proof).fold(leaf, |hash, (side, sibling)| side.join(&hash, sibling));
    if root == tree.root { Ok(()) } else { Err(Refusal::WrongRoot) }
}

/// Checks that the new tree begins with all of the old one, as in RFC 9162 section 2.1.4.2.
///
/// Success does not prove either size; see [`check_inclusion`].
pub fn check_consistency(proof: &[Hash], old: &Tree, new: &Tree) -> Result<(), Refusal> {
    check_size(new.size)?;
    if old.size > new.size {
        return Err(Refusal::Shrunk { old: old.size, new: new.size });
    }
    if old.size == 0 || old.size == new.size {
        // Nothing has to be proved, only roots compared: every tree begins with the empty tree and with itself.
        if !proof.is_empty() {
            return Err(Refusal::PathLength { got: proof.len(), want: 0 });
        }
        let holds =
            (old.size > 0 || old.root == empty_root()) && (old.size < new.size || old.root == new.root);
        return if holds { Ok(()) } else { Err(Refusal::WrongRoot) };
    }
    // Start at the largest complete node that ends where the old tree ends. It is the old root itself if the old
    // size is a power of two, else the first hash of the proof.
    let level = old.size.trailing_zeros();
    let path = AuditPath::new((old.size - 1) >> level, (new.size - 1) >> level);
    let (start, siblings) = if old.size.is_power_of_two() {
        path.check_length(proof, 0)?;
        (old.root, proof)
    } else {
        path.check_length(proof, 1)?;
        (proof[0], &proof[1..])
    };
    let (mut old_root, mut new_root) = (start, start);
    for (side, sibling) in path.sides().zip(siblings) {
        new_root = side.join(&new_root, sibling);
        if side == Side::Left {
            old_root = side.join(&old_root, sibling);
        }
    }
    if old_root == old.root && new_root == new.root { Ok(()) } else { Err(Refusal::WrongRoot) }
}

/// The path from a node to the root. On the first `inner` levels, the node's number tells the side of its sibling.
/// Above them it is the last node of its level; only `border` of those levels have a sibling, always on the left.
struct AuditPath {
    number: u64,
    inner: u32,
    border: u32,
}

/// The side of the sibling.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

impl AuditPath {
    /// Returns the path from node `number` of a level whose last node, complete or not, is `last`.
    fn new(number: u64, last: u64) -> Self {
        let inner = u64::BITS - (number ^ last).leading_zeros();
        Self { number, inner, border: (number >> inner).count_ones() }
    }

    fn sides(&self) -> impl Iterator<Item = Side> {
        let number = self.number;
        let inner =
            (0..self.inner).map(move |level| if number >> level & 1 == 1 { Side::Left } else { Side::Right });
        inner.chain((0..self.border).map(|_| Side::Left))
    }

    fn check_length(&self, proof: &[Hash], before: usize) -> Result<(), Refusal> {
        let want = (self.inner + self.border) as usize + before;
        if proof.len() == want { Ok(()) } else { Err(Refusal::PathLength { got: proof.len(), want }) }
    }
}

impl Side {
    fn join(self, hash: &Hash, sibling: &Hash) -> Hash {
        match self {
            Self::Left => node_hash(sibling, hash),
            Self::Right => node_hash(hash, sibling),
        }
    }
}
