//! Verifies that a record is in a log: a declaration, a supplement or an event. Verifies that a [`period`] of a log is
//! complete.
//!
//! ```
//! use decl_core::{Declaration, Identity, sha256};
//! use decl_log::{Checkpoint, Edge, Entry, ProofFile, RecordKind, SigningKey, Tree, leaf_hash};
//! use decl_verify::{Check, verify};
//!
//! # let declaration = include_bytes!("../tests/local-llama.cbor");
//! // A log of two entries: the genesis and one declaration.
//! let origin = "log.example.org/runs".to_owned();
//! let key = SigningKey::from_seed(&origin, [7; 32])?;
//! let genesis = leaf_hash(&Entry::Genesis { origin: origin.clone(), at: 1 }.encode()?);
//! let (id, sha256) = (Identity::of(declaration), sha256(declaration));
//! let entry = Entry::Record { kind: RecordKind::Declaration, id, sha256, at: 2, by: "local".into() }.encode()?;
//! let mut edge = Edge::new();
//! edge.push(genesis);
//! edge.push(leaf_hash(&entry));
//! let checkpoint = Checkpoint { origin, tree: Tree { size: edge.size(), root: edge.root() } }.sign(&key)?;
//! let proof = ProofFile { extra: Some(entry), index: 1, path: vec![genesis], checkpoint }.to_string();
//!
//! // These three are enough: no store, no network, no clock.
//! let verified = verify(declaration, &proof, key.verifier_key())?;
//! assert_eq!((verified.identity, verified.index, verified.tree.size), (id, 1, 2));
//! assert_eq!(verified.checked, Check::ALL);
//!
//! // Another record does not verify.
//! let refusal = verify(b"\xa0", &proof, key.verifier_key()).unwrap_err();
//! assert_eq!((refusal.check, refusal.code()), (Check::Identity, "other_record"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Success proves that the owner of the key signed a tree of `size` leaves, and that these bytes, a valid record of its
//! kind, are leaf `index` of it.
//!
//! It does not prove that the run obeyed the declaration, or happened at all; that anybody still holds the content it
//! refers to; that the time in the leaf is right (only the log says so); or that the log shows everyone the same tree.
//! The caller has to know whose key it is.
//!
//! This crate opens no store and no file, and it does not read the JSON form. The bytes are the identity.

mod check;
mod consistency;
pub mod period;
mod refusal;
mod verify;

pub use check::Check;
pub use consistency::consistency;
pub use refusal::{Reason, Refusal};
pub use verify::{Verified, verify};
