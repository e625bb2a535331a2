//! Exit codes. Scripts compare them: they do not change.

/// The work is done, or the evidence holds.
pub(crate) const DONE: u8 = 0;

/// A negative result: refused, not found, does not hold, differs.
pub(crate) const NO: u8 = 1;

/// No result: wrong usage, an I/O error, a file of another kind, a locked store.
pub(crate) const UNKNOWN: u8 = 2;

/// The store is damaged.
pub(crate) const DAMAGED: u8 = 3;

/// Only of `decl run`, as in shells and `env`: the command exists and cannot be executed.
pub(crate) const NOT_EXECUTABLE: u8 = 126;

/// `decl run` alone: the command does not exist.
pub(crate) const NO_COMMAND: u8 = 127;
