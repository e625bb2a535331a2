//! Exit codes. Scripts compare them: they do not change.

/// Done, or it holds.
pub(crate) const DONE: u8 = 0;

/// The honest no: refused, not found, does not hold, differs.
pub(crate) const NO: u8 = 1;

/// Could not tell: usage, I/O, a locked store.
pub(crate) const UNKNOWN: u8 = 2;

/// The store is damaged.
pub(crate) const DAMAGED: u8 = 3;

/// `decl run` alone, as shells and `env` have it: the command is there and cannot be executed.
pub(crate) const NOT_EXECUTABLE: u8 = 126;

/// `decl run` alone: there is no such command.
pub(crate) const NO_COMMAND: u8 = 127;
