//! The log from outside: whole small worlds, then each of them broken; and the same answers from other people's code.

#![expect(clippy::unwrap_used, reason = "a helper that cannot go on has failed its test")]

mod edge;
mod entry;
mod memory;
mod note;
mod peers;
mod period;
mod proof_file;
mod rfc6962;
mod tree;
