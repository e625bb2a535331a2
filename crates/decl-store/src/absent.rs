//! Why content is absent: a fact of its digest, whichever declarations refer to it.
//!
//! ```text
//! 00, u64 index   detached: the entry of that index was sealed without this content
//! 01, u64 index   erased: the record of that entry is the erasure
//! ```
//!
//! The first byte of a row is the reason. A reader that does not know a reason reports damage.

use crate::{error::Error, rocks::View, tables::Table};
use decl_core::Identity;
use std::fmt;

const DETACHED: u8 = 0;
const ERASED: u8 = 1;

/// Why content that a sealed declaration refers to is not in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Absence {
    /// It was sealed by its digest alone and has not been brought since. No leaf attests to that.
    Detached {
        /// The first entry that was sealed without it.
        entry: u64,
    },
    /// It was erased, and does not come back with the next declaration that brings it.
    Erased {
        /// The entry of the erasure, which a leaf attests to.
        entry: u64,
    },
}

impl Absence {
    /// Returns the reason for programs. It is stable.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Detached { .. } => "detached",
            Self::Erased { .. } => "erased",
        }
    }

    /// Returns the entry that states it.
    pub const fn entry(self) -> u64 {
        match self {
            Self::Detached { entry } | Self::Erased { entry } => entry,
        }
    }

    /// Returns the reason why content is absent, or `None` if the store has none.
    pub(crate) fn of(digest: &Identity, view: &View<'_>) -> Result<Option<Self>, Error> {
        Self::read(digest, view.get(Table::Absent, digest.as_bytes())?)
    }

    /// Reads the row of a digest, if there is one.
    pub(crate) fn read(digest: &Identity, row: Option<Vec<u8>>) -> Result<Option<Self>, Error> {
        let Some(row) = row else { return Ok(None) };
        let unknown = || Error::corrupt(format!("the stored reason why {digest} is absent is damaged"));
        Self::from_row(&row).map(Some).ok_or_else(unknown)
    }

    /// Encodes the row of `absent`.
    pub(crate) fn to_row(self) -> Vec<u8> {
        let reason = match self {
            Self::Detached { .. } => DETACHED,
            Self::Erased { .. } => ERASED,
        };
        [&[reason][..], &self.entry().to_be_bytes()].concat()
    }

    /// Decodes a row. Returns `None` if this version does not know its reason.
    pub(crate) fn from_row(row: &[u8]) -> Option<Self> {
        let (reason, entry) = row.split_first()?;
        let entry = u64::from_be_bytes(entry.try_into().ok()?);
        match *reason {
            DETACHED => Some(Self::Detached { entry }),
            ERASED => Some(Self::Erased { entry }),
            _ => None,
        }
    }

    /// Returns whether it explains that an entry's content is missing. What is erased is missing for all entries. What
    /// is detached is not missing for an entry before: that was sealed with the content.
    pub(crate) fn excuses(self, index: u64) -> bool {
        match self {
            Self::Detached { entry } => entry <= index,
            Self::Erased { .. } => true,
        }
    }
}

impl fmt::Display for Absence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} by entry {}", self.as_str(), self.entry())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_absent_row_has_a_known_reason_and_nothing_else() {
        for (absence, reason) in [(Absence::Detached { entry: 258 }, 0), (Absence::Erased { entry: 258 }, 1)]
        {
            let row = absence.to_row();
            assert_eq!(row, [reason, 0, 0, 0, 0, 0, 0, 1, 2]);
            assert_eq!(Absence::from_row(&row), Some(absence));
            for row in [&[][..], &[reason], &row[..8], &[&row[..], &[0]].concat()] {
                assert_eq!(Absence::from_row(row), None, "{row:?}");
            }
        }
        assert_eq!(Absence::from_row(&[2, 0, 0, 0, 0, 0, 0, 1, 2]), None);
    }
}
