//! Explains declarations to people: what is open, where two differ, places in words, templates to fill in.
//!
//! ```
//! use decl_explain::{openness, template};
//!
//! let document = template("generate").unwrap();
//! let mut sentences = Vec::new();
//! openness(&document, &mut |at, open| {
//!     sentences.push(open.sentence(&document, at));
//!     true
//! });
//! assert_eq!(sentences[0], "the executor does not disclose the weights of the model");
//! ```
//!
//! It decides nothing, and nobody needs it to make, keep or verify a declaration.

mod align;
mod condition;
mod diff;
mod guessable;
mod openness;
mod template;
mod words;

pub use condition::{Condition, NotACondition};
pub use diff::{Difference, Side, diff};
pub use guessable::{GUESSABLE, guessable};
pub use openness::{Open, openness};
pub use template::template;
pub use words::{SECTIONS, words};
