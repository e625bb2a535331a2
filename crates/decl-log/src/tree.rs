//! The Merkle tree and its proofs.
//!
//! ```text
//! level 3                   .
//!                  ┌────────┴───────┐
//! level 2          6                .
//!              ┌───┴───┐        ┌───┴───┐
//! level 1      2       5        9       │
//!            ┌─┴─┐   ┌─┴─┐    ┌─┴─┐     │
//! level 0    0   1   3   4    7   8     10
//!
//! leaf       0   1   2   3    4   5     6
//! ```
//!
//! - *level, number*: a node is `level` levels above the leaves, the `number`-th from the left. It is *complete* when
//!   all its 2^level leaves exist; only complete nodes are stored, and a stored hash never changes.
//! - *stored index*: the position of a complete node in the order of completion (the numbers in the picture).
//! - *subtree*: any node, also one at the right edge (a dot), whose hash is computed from complete nodes on demand.
//!
//! Every prover first lists the stored indexes it needs, reads them in one call, then computes.

use crate::{
    hash::{Hash, empty_root, node_hash},
    refusal::Refusal,
};
use std::{ops::Range, slice};

/// The largest number of leaves of a tree. Above it, sums here could overflow; no log gets there.
pub const MAX_SIZE: u64 = 1 << 62;

/// The tree that a checkpoint states: its size and its root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tree {
    /// The number of leaves.
    pub size: u64,
    /// The root, which RFC 6962 calls the Merkle tree hash.
    pub root: Hash,
}

/// What a log needs from its storage.
pub trait HashReader {
    /// Why reading failed; an invalid request is refused through the same type.
    type Error: From<Refusal>;

    /// Returns the hashes at these [stored indexes](stored_index), all of them in that order. A reader that lacks one
    /// fails. It is called once per proof, and a hash once returned never changes.
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Self::Error>;
}

/// Returns the stored index of a complete node, or `u64::MAX` if no tree of [`MAX_SIZE`] leaves has that node.
pub fn stored_index(level: u8, number: u64) -> u64 {
    let end = (u128::from(number) + 1) << level.min(63);
    if end > u128::from(MAX_SIZE) {
        return u64::MAX;
    }
    // The node is stored with its last leaf, after the `level` nodes that the same leaf completes before it.
    let last = ((number + 1) << level) - 1;
    leaf_stored_index(last) + u64::from(level)
}

/// Returns the level and number of the node at a stored index: the inverse of [`stored_index`].
pub fn split_stored_index(index: u64) -> (u8, u64) {
    // Before leaf n there are n leaves and at most n inner nodes, so the leaf is index/2 or a few after it.
    let mut leaf = index / 2;
    let mut above = index - leaf_stored_index(leaf);
    let mut stored_with = nodes_completed_by(leaf);
    while above >= stored_with {
        above -= stored_with;
        leaf += 1;
        stored_with = nodes_completed_by(leaf);
    }
    #[expect(clippy::cast_possible_truncation, reason = "less than the 64 nodes one leaf can complete")]
    (above as u8, leaf >> above)
}

/// Returns n + n/2 + n/4 + ...
fn leaf_stored_index(leaf: u64) -> u64 {
    2 * leaf - u64::from(leaf.count_ones())
}

/// Returns how many nodes a leaf completes: itself, and every node whose last leaf it is.
fn nodes_completed_by(leaf: u64) -> u64 {
    u64::from(leaf.trailing_ones()) + 1
}

/// Returns the root of the first `size` leaves.
pub fn tree_root<R: HashReader>(size: u64, reader: &R) -> Result<Hash, R::Error> {
    check_size(size)?;
    if size == 0 {
        return Ok(empty_root());
    }
    Ok(subtree_hashes(slice::from_ref(&(0..size)), reader)?[0])
}

/// Returns the inclusion proof of leaf `index` in the tree of the first `size` leaves, the audit path of RFC 6962.
pub fn prove_inclusion<R: HashReader>(size: u64, index: u64, reader: &R) -> Result<Vec<Hash>, R::Error> {
    check_size(size)?;
    check_index(index, size)?;
    let mut siblings = Vec::new();
    let mut tree = 0..size;
    while tree.end - tree.start > 1 {
        let middle = split(&tree);
        if index < middle {
            siblings.push(middle..tree.end);
            tree.end = middle;
        } else {
            siblings.push(tree.start..middle);
            tree.start = middle;
        }
    }
    siblings.reverse();
    subtree_hashes(&siblings, reader)
}

/// Returns the consistency proof of RFC 6962 that the first `old` of `new` leaves are the tree of size `old`.
pub fn prove_consistency<R: HashReader>(old: u64, new: u64, reader: &R) -> Result<Vec<Hash>, R::Error> {
    check_size(new)?;
    if old > new {
        return Err(Refusal::Shrunk { old, new }.into());
    }
    if old == 0 {
        return Ok(Vec::new());
    }
    let mut subtrees = Vec::new();
    let mut tree = 0..new;
    while old < tree.end {
        let middle = split(&tree);
        if old <= middle {
            subtrees.push(middle..tree.end);
            tree.end = middle;
        } else {
            subtrees.push(tree.start..middle);
            tree.start = middle;
        }
    }
    // The rest ends where the old tree ends. If it is the old tree, the verifier knows its root.
    if tree.start > 0 {
        subtrees.push(tree);
    }
    subtrees.reverse();
    subtree_hashes(&subtrees, reader)
}

/// Returns the hashes of subtrees with one read for all of them.
fn subtree_hashes<R: HashReader>(subtrees: &[Range<u64>], reader: &R) -> Result<Vec<Hash>, R::Error> {
    let indexes: Vec<u64> = subtrees.iter().flat_map(complete_nodes).collect();
    let stored = reader.read_hashes(&indexes)?;
    if stored.len() != indexes.len() {
        return Err(Refusal::PathLength { got: stored.len(), want: indexes.len() }.into());
    }
    let mut rest = stored.as_slice();
    let hashes = subtrees.iter().map(|subtree| {
        let (nodes, after) = rest.split_at(complete_nodes(subtree).count());
        rest = after;
        fold(nodes)
    });
    Ok(hashes.collect())
}

/// Returns the stored indexes of the largest complete nodes that make up a subtree, from the left.
fn complete_nodes(subtree: &Range<u64>) -> impl Iterator<Item = u64> + use<> {
    let Range { mut start, end } = subtree.clone();
    std::iter::from_fn(move || {
        // A subtree starts at a multiple of a power of two that is not smaller than its size.
        let level = (end - start).checked_ilog2()?;
        let number = start >> level;
        start += 1 << level;
        #[expect(clippy::cast_possible_truncation, reason = "a logarithm of u64 is below 64")]
        Some(stored_index(level as u8, number))
    })
}

/// Returns the hash over complete nodes, largest first; they are joined from the right. Without nodes it is the empty
/// root.
pub(crate) fn fold(nodes: &[Hash]) -> Hash {
    let joined = nodes.iter().rev().copied().reduce(|right, left| node_hash(&left, &right));
    joined.unwrap_or_else(empty_root)
}

/// Returns where a subtree of two or more leaves splits: after the largest power of two smaller than its size.
fn split(tree: &Range<u64>) -> u64 {
    tree.start + (1 << (tree.end - tree.start - 1).ilog2())
}

pub(crate) fn check_size(size: u64) -> Result<(), Refusal> {
    if size > MAX_SIZE { Err(Refusal::TooLarge { size }) } else { Ok(()) }
}

pub(crate) fn check_index(index: u64, size: u64) -> Result<(), Refusal> {
    if index >= size { Err(Refusal::IndexOutOfRange { index, size }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_indexes_number_the_nodes_in_the_order_of_completion() {
        let mut next = 0;
        for leaf in 0..3000_u64 {
            for level in 0..nodes_completed_by(leaf) {
                let node = (u8::try_from(level).unwrap(), leaf >> level);
                assert_eq!(stored_index(node.0, node.1), next);
                assert_eq!(split_stored_index(next), node);
                next += 1;
            }
        }
    }

    #[test]
    fn stored_indexes_at_the_end_of_the_world() {
        assert_eq!(split_stored_index(stored_index(62, 0)), (62, 0));
        assert_eq!(split_stored_index(stored_index(0, MAX_SIZE - 1)), (0, MAX_SIZE - 1));
        for (level, number) in
            [(0, MAX_SIZE), (1, MAX_SIZE / 2), (62, 1), (63, 0), (255, 0), (255, u64::MAX), (0, u64::MAX)]
        {
            assert_eq!(stored_index(level, number), u64::MAX, "{level} {number}");
        }
        for index in u64::MAX - 200..=u64::MAX {
            let (level, number) = split_stored_index(index);
            assert!(u128::from(number) << level <= 1 << 63, "{index}");
        }
    }
}
