//! Content keys: what the log says of them, the file that has them, and whether one may be used.
//!
//! The log has the last word. A key is on disk before its event `new` is sealed, and in no file after its event
//! `destroy` is; a process that dies in between leaves that to the next writer. A key that was destroyed is not used,
//! whoever still has it.

pub(crate) mod file;
pub(crate) mod state;
pub(crate) mod usable;
