//! Durable store of sealed declarations: RocksDB tables, one sequencer, one synced write per commit.
//!
//! ```
//! use decl_core::{NoFiles, Source, json};
//! use decl_explain::template;
//! use decl_log::{Checkpoint, check_inclusion, leaf_hash};
//! use decl_store::{Options, Reader, Store, Submission};
//!
//! # let home = tempfile::tempdir()?;
//! # let dir = &home.path().join("store");
//! let store = Store::create(dir, "example.com/runs", &Options::default())?;
//!
//! let text = json::pretty(&template("generate").unwrap())
//!     .replace(r#""authority": """#, r#""authority": "example.com""#)
//!     .replace(r#""name": """#, r#""name": "some-model""#);
//! let source = Source::parse(text.as_bytes(), &mut NoFiles)?;
//! let submission = Submission::local(source.declaration, source.contents);
//! let receipt = store.seal(vec![submission]).remove(0)?;
//!
//! // It is on disk, in the tree, and proved: anyone with the verifier key can check it without the store.
//! let proof = &receipt.proof;
//! let checkpoint = Checkpoint::open(&proof.checkpoint, store.verifier_key())?;
//! check_inclusion(&proof.path, &checkpoint.tree, proof.index, leaf_hash(proof.extra.as_ref().unwrap()))?;
//!
//! // Readers need neither the private key nor the writer's lock.
//! let reader = Reader::open(dir)?;
//! assert_eq!(reader.prove(&receipt.identity)?.as_ref(), Some(proof));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ```text
//! callers            check content, pack, ...                              ... prove, check the proof
//!    |  bounded queue                                                                  ^
//!    v                                                                                 | answers
//! sequencer          dedup, index, entry, leaf, tiles, edge, sign -> one batch -> one sync
//!                                                                                 |
//! head record        what left the process last, outside the store  <-- when idle, or a second later
//! ```
//!
//! The store does not judge declarations (`decl-core` does) and computes no trees of its own (`decl-log` does). It
//! cannot show that a log tells everyone the same: that takes witnesses, or proofs that have left.

mod absent;
mod answers;
mod attestation;
mod audit;
mod cache;
mod commit;
mod content;
mod erase;
mod error;
mod export;
#[cfg(test)]
mod faults;
mod files;
mod head;
mod holds;
mod index;
mod key_life;
mod keys;
mod occurrences;
mod opening;
mod purge;
mod random;
mod read;
mod reindex;
mod retention;
mod rocks;
mod rows;
mod rules;
mod store;
mod tables;
pub mod time;

pub use absent::Absence;
pub use audit::{AuditOptions, Damage, DamageKind, Report};
pub use commit::receipt::{Kept, Receipt, Stats, Submission};
pub use erase::{Erase, Erased, NotErased};
pub use error::{Error, ErrorKind, SealError};
pub use export::{Exported, ExportedPeriod};
pub use holds::{Hold, Scope};
pub use index::{Field, Term};
pub use keys::{file::read_content_keys, state::KeyState};
pub use occurrences::Progress;
pub use opening::Options;
pub use read::{Filter, Found, Match, Matches, Order, Page, Reader, Unlocked};
pub use retention::{Applied, Ended, Fate, Planned, Policy, PolicyError};
pub use store::{Notice, Store};
