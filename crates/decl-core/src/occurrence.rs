//! The name of one occurrence of a run.

use crate::text::{hex, unhex};
use alloc::string::String;
use core::{fmt, str::FromStr};

/// One time that a declared run takes place: a UUID (RFC 9562) of any version, but not the nil and the max UUID.
///
/// A declaration that is run a thousand times is one identity and a thousand occurrences. It is written in lower case,
/// and no other spelling is read.
///
/// ```
/// use decl_core::Occurrence;
/// let occurrence = Occurrence::at(1_645_557_742_000, [0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f, 0x11]);
/// assert_eq!(occurrence.to_string(), "017f22e2-79b0-7318-84dc-0c0c07398f11");
/// assert_eq!("017f22e2-79b0-7318-84dc-0c0c07398f11".parse(), Ok(occurrence));
/// assert!("017F22E2-79B0-7318-84DC-0C0C07398F11".parse::<Occurrence>().is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Occurrence([u8; 16]);

/// Where the text form has a dash.
const DASHES: [usize; 4] = [8, 13, 18, 23];

impl Occurrence {
    /// Returns a UUID of version 7: this time, in milliseconds since 1970, and these random bytes.
    pub fn at(millis: u64, random: [u8; 10]) -> Self {
        let mut bytes = [0; 16];
        bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
        bytes[6..].copy_from_slice(&random);
        bytes[6] = 0x70 | bytes[6] & 0x0f;
        bytes[8] = 0x80 | bytes[8] & 0x3f;
        Self(bytes)
    }

    /// Returns the occurrence with these bytes, or `None` for the nil and the max UUID.
    pub fn from_bytes(bytes: [u8; 16]) -> Option<Self> {
        (bytes != [0; 16] && bytes != [0xff; 16]).then_some(Self(bytes))
    }

    /// Returns the 16 bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for Occurrence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = hex(&self.0);
        let group = |from, to| digits.get(from..to).unwrap_or_default();
        write!(f, "{}-{}-{}-{}-{}", group(0, 8), group(8, 12), group(12, 16), group(16, 20), group(20, 32))
    }
}

impl fmt::Debug for Occurrence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Occurrence({self})")
    }
}

/// The text is not the name of an occurrence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an occurrence is a UUID in lower case, neither nil nor max: 01977c5e-6b3f-7cc3-98c4-dc0c0c07398f")]
pub struct NotAnOccurrence;

impl FromStr for Occurrence {
    type Err = NotAnOccurrence;

    fn from_str(text: &str) -> Result<Self, NotAnOccurrence> {
        let dashed = text.len() == 36 && DASHES.iter().all(|at| text.as_bytes()[*at] == b'-');
        let digits: String = text.chars().filter(|c| *c != '-').collect();
        let bytes = unhex(&digits).filter(|_| dashed).ok_or(NotAnOccurrence)?;
        Self::from_bytes(bytes).ok_or(NotAnOccurrence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{format, string::ToString};

    #[test]
    fn there_is_one_spelling() {
        let text = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f";
        let occurrence: Occurrence = text.parse().unwrap();
        assert_eq!(occurrence.to_string(), text);
        assert_eq!(Occurrence::from_bytes(*occurrence.as_bytes()), Some(occurrence));
        for at in 0..text.len() {
            for other in ["", "-", "g", "A", "00", "\u{e9}"] {
                let changed = format!("{}{other}{}", &text[..at], &text[at + 1..]);
                assert_eq!(changed.parse::<Occurrence>().is_ok(), changed == text, "{changed}");
            }
        }
        for none in ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", ""] {
            assert_eq!(none.parse::<Occurrence>(), Err(NotAnOccurrence), "{none}");
        }
    }
}
