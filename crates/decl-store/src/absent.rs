//! Why content is absent: a fact of its digest, whichever declarations name it.
//!
//! ```text
//! 00, u64 index   detached: the entry of that index was sealed without this content
//! ```
//!
//! The first byte of a row is the reason. Other reasons (erasure) will have other numbers and name the entry that states
//! them. A reader that does not know a reason reports damage.

use crate::{Error, rocks::View, tables::Table};
use decl_core::Identity;
use std::fmt;

const DETACHED: u8 = 0;

/// Why content that a sealed declaration names is not in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Absence {
    /// It was sealed by its digest alone and nobody brought it since. No leaf vouches for that.
    Detached {
        /// The first entry that was sealed without it.
        entry: u64,
    },
}

impl Absence {
    /// The reason, for programs. Stable.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Detached { .. } => "detached",
        }
    }

    /// The entry that states it.
    pub const fn entry(self) -> u64 {
        match self {
            Self::Detached { entry } => entry,
        }
    }

    /// Reads the reason why content is absent, if the store has one.
    pub(crate) fn of(digest: &Identity, view: &View<'_>) -> Result<Option<Self>, Error> {
        let Some(row) = view.get(Table::Absent, digest.as_bytes())? else { return Ok(None) };
        let unknown = || Error::corrupt(format!("the stored reason why {digest} is absent is damaged"));
        Self::from_row(&row).map(Some).ok_or_else(unknown)
    }

    /// The row of `absent`.
    pub(crate) fn to_row(self) -> Vec<u8> {
        let Self::Detached { entry } = self;
        [&[DETACHED][..], &entry.to_be_bytes()].concat()
    }

    /// Reads a row, if it gives a reason that this version knows.
    pub(crate) fn from_row(row: &[u8]) -> Option<Self> {
        match row.split_first()? {
            (&DETACHED, entry) => Some(Self::Detached { entry: u64::from_be_bytes(entry.try_into().ok()?) }),
            _ => None,
        }
    }

    /// Whether it explains that an entry's content is not there. Who sealed before the content was detached had it.
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
