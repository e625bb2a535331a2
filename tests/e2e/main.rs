//! The whole path on real input, through the binary alone, checked by verifiers that share no code with it.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test says what it tried and fails where it stands"
)]

mod batch;
mod bodies;
mod export;
mod period;
mod properties;
mod readme;
mod repeat;
mod setup;
mod support;
