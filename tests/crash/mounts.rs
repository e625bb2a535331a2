//! File systems that are mounted for a test and gone after it.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// Runs a tool and answers whether it did its work.
pub(crate) fn tool(command: &mut Command) -> bool {
    command.output().is_ok_and(|out| out.status.success())
}

/// A mounted file system.
pub(crate) struct Mount(pub(crate) PathBuf);

impl Mount {
    /// Mounts, unless this user or this machine cannot.
    pub(crate) fn new(arguments: &[&str], what: &Path, at: &Path) -> Option<Self> {
        std::fs::create_dir_all(at).unwrap();
        tool(Command::new("mount").args(arguments).arg(what).arg(at)).then(|| Self(at.to_owned()))
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        tool(Command::new("umount").arg(&self.0));
    }
}
