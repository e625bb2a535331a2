//! The identity of a declaration, and the encodings of its digest.

use crate::text::{base32, hex, unhex};
use alloc::string::String;
use core::{cmp::Ordering, fmt, str::FromStr};
use data_encoding::HEXLOWER;

/// The identity of a declaration, a supplement or a piece of content: plain BLAKE3-256 of its bytes.
///
/// It is written as `b3:` and 64 lowercase hex digits, and read with or without the `b3:`. `b3sum` over the bytes
/// prints the same digits.
///
/// ```
/// use decl_core::Identity;
/// let id = Identity::of(b"hello");
/// assert_eq!(id.to_string(), "b3:ea8f163db38682925e4491c5e58d4bb3506ef8c14eb78a86e908c5624a67200f");
/// assert_eq!(id.cid(), "bafir4ihkr4ld3m4gqkjf4reryxsy2s5tkbxprqkow6fin2iiyvreuzzab4");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Identity([u8; 32]);

/// The order of the bytes. The first eight nearly always decide, in one comparison.
impl Ord for Identity {
    fn cmp(&self, other: &Self) -> Ordering {
        let head = |id: &Self| id.0.first_chunk().map(|head| u64::from_be_bytes(*head));
        head(self).cmp(&head(other)).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for Identity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Identity {
    /// Hashes the bytes, without key or prefix.
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// Returns the identity with these 32 bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns the 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Returns the 64 hex digits without `b3:`.
    pub fn hex(&self) -> String {
        hex(&self.0)
    }

    /// Returns the `CIDv1`: multibase base32 of `01 51 1e 20` (version 1, CBOR, BLAKE3, 32 bytes) and the digest.
    pub fn cid(&self) -> String {
        let mut bytes = [0; 36];
        bytes[..4].copy_from_slice(&[0x01, 0x51, 0x1e, 0x20]);
        bytes[4..].copy_from_slice(&self.0);
        ["b", &base32(&bytes)].concat()
    }
}

/// Computes the identity of bytes that arrive in pieces.
///
/// ```
/// use decl_core::{Identity, IdentityHasher};
/// let mut hasher = IdentityHasher::default();
/// hasher.update(b"hel");
/// hasher.update(b"lo");
/// assert_eq!(hasher.finish(), Identity::of(b"hello"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct IdentityHasher(blake3::Hasher);

impl IdentityHasher {
    /// Adds the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Returns the identity of all bytes added so far.
    pub fn finish(&self) -> Identity {
        Identity(*self.0.finalize().as_bytes())
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b3:{}", HEXLOWER.encode_display(&self.0))
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({self})")
    }
}

/// The text is not an identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an identity is 64 lowercase hex digits, with or without `b3:` before them")]
pub struct NotAnIdentity;

impl FromStr for Identity {
    type Err = NotAnIdentity;

    fn from_str(text: &str) -> Result<Self, NotAnIdentity> {
        unhex(text.strip_prefix("b3:").unwrap_or(text)).map(Self).ok_or(NotAnIdentity)
    }
}

/// Returns the SHA-256 of the bytes, for tools that do not know BLAKE3.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    use sha2::Digest as _;
    sha2::Sha256::digest(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn text_form_round_trips_with_and_without_prefix() {
        let id = Identity::of(b"");
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.hex().parse(), Ok(id));
    }

    #[test]
    fn other_spellings_are_refused() {
        let hex = Identity::of(b"").hex();
        for text in
            ["", "b3:", &hex[1..], &hex.to_uppercase(), &("B3:".to_string() + &hex), &(hex.clone() + "0")]
        {
            assert_eq!(text.parse::<Identity>(), Err(NotAnIdentity), "{text}");
        }
    }
}
