//! Declares the weights of a local model by content: its files, their headers, and their digests.
//!
//! ```
//! use decl_weights::{Cache, Model};
//! # let dir = tempfile::tempdir().unwrap();
//! # let header = r#"{"t": {"dtype": "F32", "data_offsets": [0, 0]}}"#;
//! # let bytes = [&[header.len() as u8, 0, 0, 0, 0, 0, 0, 0], header.as_bytes()].concat();
//! # std::fs::write(dir.path().join("model.safetensors"), bytes).unwrap();
//! # let dir = dir.path();
//! let model = Model::open(dir)?;
//! let hashed = model.hash(&Cache::none(), false, &mut |done, of| println!("{done} of {of} bytes"))?;
//! let overlay = hashed.overlay();
//! let weights = overlay.get("model").and_then(|model| model.get("weights")).unwrap();
//! assert_eq!(weights.get("format").and_then(|format| format.as_str()), Some("safetensors"));
//! # Ok::<(), decl_weights::Error>(())
//! ```
//!
//! ```text
//! discover    which files       header   what each file says about itself
//! one_model   do they fit?      hash     SHA-256, on every core             cache   what was hashed before
//! ```
//!
//! It reads safetensors and GGUF. It executes and prints nothing and interprets no tensor: a header is untrusted
//! input, and [`read_header`] reads at most [`HEADER_BYTES`] of it.

mod cache;
mod discover;
mod error;
mod file_state;
mod hash;
mod header;
mod model;
mod one_model;

pub use cache::Cache;
pub use error::Error;
pub use file_state::FileState;
pub use header::{HEADER_BYTES, Header, Role, read as read_header};
pub use model::{Hashed, Model};
