//! Exit codes. Scripts compare them: they do not change.

/// Done, or it holds.
pub(crate) const DONE: u8 = 0;

/// The honest no: refused, not found, does not hold, differs.
pub(crate) const NO: u8 = 1;

/// Could not tell: usage, I/O, a locked store.
pub(crate) const UNKNOWN: u8 = 2;

/// The store is damaged.
pub(crate) const DAMAGED: u8 = 3;
