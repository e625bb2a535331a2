//! A Merkle log that others can check: the tree of RFC 6962, and the C2SP file formats that describe it.
//!
//! ```
//! use decl_log::{Edge, ExpandedTile, Hash, HashReader, Refusal, Tree};
//! use decl_log::{check_consistency, check_inclusion, leaf_hash, locate, prove_consistency, prove_inclusion};
//!
//! // A log of three entries, small enough to be all edge.
//! let mut edge = Edge::new();
//! edge.push(leaf_hash(b"zero"));
//! let old = Tree { size: edge.size(), root: edge.root() };
//! edge.push(leaf_hash(b"one"));
//! edge.push(leaf_hash(b"two"));
//! let tree = Tree { size: edge.size(), root: edge.root() };
//!
//! // Proofs need stored hashes. A store reads tiles; here there is one, and it is partial.
//! struct OneTile(ExpandedTile, u64);
//! impl HashReader for OneTile {
//!     type Error = Refusal;
//!     fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Refusal> {
//!         let read = |&index| locate(index, self.1).and_then(|(_, sub_level, offset)| self.0.get(sub_level, offset));
//!         indexes.iter().map(read).collect::<Option<_>>().ok_or(Refusal::Malformed("no such hash"))
//!     }
//! }
//! let reader = OneTile(ExpandedTile::new(edge.partial(0)), tree.size);
//!
//! // Entry 2 is in the tree, and the tree of one entry is how it began.
//! let proof = prove_inclusion(tree.size, 2, &reader)?;
//! check_inclusion(&proof, &tree, 2, leaf_hash(b"two"))?;
//! assert_eq!(check_inclusion(&proof, &tree, 1, leaf_hash(b"two")), Err(Refusal::PathLength { got: 1, want: 2 }));
//! let proof = prove_consistency(old.size, tree.size, &reader)?;
//! check_consistency(&proof, &old, &tree)?;
//! # Ok::<(), Refusal>(())
//! ```
//!
//! A [`Checkpoint`] is a [`Tree`] that a log signed; a [`ProofFile`] carries one with an inclusion proof and the
//! [`Entry`] it is about.
//!
//! This crate has no storage, clock, network or source of randomness, and does not remember what was signed before.
//! The store keeps the tiles and ensures that no two trees are signed for one size; witnesses ensure that everybody is
//! shown the same tree.

mod bundle;
mod checkpoint;
mod edge;
mod entry;
mod file;
mod hash;
mod key;
mod mirror;
mod note;
mod period;
mod proof;
mod refusal;
mod text;
mod tile;
mod tree;
mod verify;

pub use bundle::{MAX_ENTRY, encode_bundle, parse_bundle};
pub use checkpoint::Checkpoint;
pub use decl_core::RecordKind;
pub use edge::Edge;
pub use entry::{Entry, MAX_BY};
pub use file::FileKind;
pub use hash::{Hash, empty_root, leaf_hash, node_hash};
pub use key::{SigningKey, VerifierKey};
pub use mirror::Mirror;
pub use note::{MAX_NOTE, MAX_SIGNATURES, SignedNote};
pub use period::Period;
pub use proof::{MAX_EXTRA, MAX_PATH, ProofFile};
pub use refusal::Refusal;
pub use tile::{ExpandedTile, TILE_WIDTH, Tile, TileId, entries_path, locate};
pub use tree::{
    HashReader, MAX_SIZE, Tree, prove_consistency, prove_inclusion, split_stored_index, stored_index,
    tree_root,
};
pub use verify::{check_consistency, check_inclusion};
