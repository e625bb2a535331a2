//! The whole path on real input, through the binary alone, checked by verifiers that share no code with it.

mod batch;
mod bodies;
mod export;
mod readme;
mod repeat;
mod support;
