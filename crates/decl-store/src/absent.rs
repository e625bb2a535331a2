//! Why content is absent: a fact of its digest, whichever declarations refer to it.
//!
//! ```text
//! 00, u64 index   detached: the entry of that index was sealed without this content
//! ```
//!
//! The first byte of a row is the reason. Other reasons (erasure) will have other numbers and name the entry that
//! states them. A reader that does not know a reason reports damage.

use crate::{error::Error, rocks::View, tables::Table};
use decl_core::Identity;
use std::fmt;

const DETACHED: u8 = 0;

/// Why content that a sealed declaration refers to is not in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Absence {
    /// It was sealed by its digest alone and has not been brought since. No leaf attests to that.
    Detached {
        /// The first entry that was sealed without it.
        entry: u64,
    },
}

impl Absence {
    /// Returns the reason for programs. It is stable.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Detached { .. } => "detached",
        }
    }

    /// Returns the entry that states it.
    pub const fn entry(self) -> u64 {
        match self {
            Self::Detached { entry } => entry,
        }
    }

    /// Returns the reason why content is absent, or `None` if the store has none.
    pub(crate) fn of(digest: &Identity, view: &View<'_>) -> Result<Option<Self>, Error> {
        let Some(row) = view.get(Table::Absent, digest.as_bytes())? else { return Ok(None) };
        let unknown = || Error::corrupt(format!("the stored reason why {digest} is absent is damaged"));
        Self::from_row(&row).map(Some).ok_or_else(unknown)
    }

    /// Encodes the row of `absent`.
    pub(crate) fn to_row(self) -> Vec<u8> {
        let Self::Detached { entry } = self;
        [&[DETACHED][..], &entry.to_be_bytes()].concat()
    }

    /// Decodes a row. Returns `None` if this version does not know its reason.
    pub(crate) fn from_row(row: &[u8]) -> Option<Self> {
        match row.split_first()? {
            (&DETACHED, entry) => Some(Self::Detached { entry: u64::from_be_bytes(entry.try_into().ok()?) }),
            _ => None,
        }
    }

    /// Returns whether it explains that an entry's content is missing: an entry before it was sealed with the content.
    pub(crate) fn excuses(self, index: u64) -> bool {
        match self {
            Self::Detached { entry } => entry <= index,
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
        let row = Absence::Detached { entry: 258 }.to_row();
        assert_eq!(row, [0, 0, 0, 0, 0, 0, 0, 1, 2]);
        assert_eq!(Absence::from_row(&row), Some(Absence::Detached { entry: 258 }));
        for row in [&[][..], &[0], &[1, 0, 0, 0, 0, 0, 0, 1, 2], &row[..8], &[&row[..], &[0]].concat()] {
            assert_eq!(Absence::from_row(row), None, "{row:?}");
        }
    }
}
