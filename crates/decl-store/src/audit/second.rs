//! A second opinion: roots computed by an independent implementation.

use decl_core::sha256;
use decl_log::{Edge, Hash};
use rs_merkle::{Hasher, MerkleTree};

/// Returns whether an independent implementation computes the same root.
pub(super) fn agrees(hashes: &[Hash]) -> bool {
    let mut edge = Edge::new();
    for hash in hashes {
        edge.push(*hash);
    }
    let leaves: Vec<_> = hashes.iter().map(|hash| *hash.as_bytes()).collect();
    MerkleTree::<Rfc6962>::from_leaves(&leaves).root() == Some(*edge.root().as_bytes())
}

#[derive(Clone)]
struct Rfc6962;

impl Hasher for Rfc6962 {
    type Hash = [u8; 32];

    fn hash(data: &[u8]) -> [u8; 32] {
        sha256(&[&[0x00], data].concat())
    }

    fn concat_and_hash(left: &[u8; 32], right: Option<&[u8; 32]>) -> [u8; 32] {
        right.map_or(*left, |right| sha256(&[&[0x01], &left[..], right].concat()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use decl_log::leaf_hash;

    #[test]
    fn agrees_at_every_width() {
        let hashes: Vec<_> = (0..=255_u8).map(|n| leaf_hash(&[n])).collect();
        for width in 1..=256 {
            assert!(agrees(&hashes[..width]), "{width}");
        }
    }
}
