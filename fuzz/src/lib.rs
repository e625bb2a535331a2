//! What holds for every input: one function a target, called by the fuzzer, by the tests with everything that is kept,
//! and by whoever has a suspect file.
//!
//! ```
//! decl_fuzz::run("json", br#"{"a": [1.0, 1e0]}"#); // panics if the input breaks a property
//! ```
//!
//! The properties are stronger than "no panic": what is read is written as the same bytes, two ways to one answer
//! agree, and other people's readers (`serde_json`, `ciborium`) see the same document.

mod adapter;
mod cbor;
mod corpus;
mod declaration;
mod json;
mod log;
mod mutate;
mod record;
mod tree;
mod weights;

pub use corpus::{dictionary, seeds};
pub use mutate::mutate;

use decl_core::RecordKind;
use peak_alloc::PeakAlloc;
use std::sync::{Mutex, PoisonError};

/// A property: it panics if the input breaks it.
pub type Property = fn(&[u8]);

/// Every target.
pub const TARGETS: &[(&str, Property)] = &[
    ("json", json::json),
    ("cbor", cbor::cbor),
    ("declaration", declaration::declaration),
    ("supplement", |input| record::record(RecordKind::Supplement, input)),
    ("event", |input| record::record(RecordKind::Event, input)),
    ("chat", |input| adapter::body("chat", input)),
    ("responses", |input| adapter::body("responses", input)),
    ("anthropic", |input| adapter::body("anthropic", input)),
    ("gemini", |input| adapter::body("gemini", input)),
    ("lm-eval", |input| adapter::body("lm-eval", input)),
    ("helm", |input| adapter::body("helm", input)),
    ("overlay", adapter::overlay),
    ("names", log::names),
    ("key", log::key),
    ("note", log::note),
    ("checkpoint", log::checkpoint),
    ("proof", log::proof),
    ("entry", log::entry),
    ("bundle", log::bundle),
    ("period", log::period),
    ("edge", tree::edge),
    ("tree", tree::tree),
    ("safetensors", weights::safetensors),
    ("gguf", weights::gguf),
];

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Heap bytes for each byte of input, and for whatever input. Hostile JSON of empty maps and lists takes the most.
const PER_BYTE: usize = 200;
const FOR_ANY: usize = 4 << 20;

/// Holds an input against the property of a target, and against the bound on memory.
///
/// # Panics
///
/// If the input breaks the property, or if there is no such target.
pub fn run(name: &str, input: &[u8]) {
    static ALONE: Mutex<()> = Mutex::new(()); // the peak is the process's
    let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let (_, property) = TARGETS.iter().find(|(target, _)| *target == name).expect("a target of TARGETS");
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    property(input);
    // beside a test that frees memory, the peak can lie below
    let used = MEMORY.peak_usage().saturating_sub(before);
    assert!(used <= FOR_ANY + PER_BYTE * input.len(), "{used} bytes of heap for {} of input", input.len());
    drop(alone);
}
