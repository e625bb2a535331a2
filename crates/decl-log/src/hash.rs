//! The hash of RFC 6962: SHA-256, with a prefix that separates leaves from nodes.

use crate::refusal::Refusal;
use decl_core::{base64, unbase64_into};
use sha2::{Digest as _, Sha256};
use std::{fmt, str::FromStr};

/// A leaf hash, the hash of a node, or a root. Its text form is canonical base64.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; 32]);

impl Hash {
    /// Returns the hash with these 32 bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns the 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Splits the bytes of a tile or an edge into hashes. Returns `None` if they are not a multiple of 32 bytes.
    pub(crate) fn all_from(bytes: &[u8]) -> Option<Vec<Self>> {
        let (hashes, rest) = bytes.as_chunks();
        rest.is_empty().then(|| hashes.iter().copied().map(Self).collect())
    }
}

/// Returns SHA-256(0x00 || entry).
pub fn leaf_hash(entry: &[u8]) -> Hash {
    Hash(Sha256::new_with_prefix([0x00]).chain_update(entry).finalize().into())
}

/// Returns SHA-256(0x01 || left || right).
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Hash(Sha256::new_with_prefix([0x01]).chain_update(left.0).chain_update(right.0).finalize().into())
}

/// Returns SHA-256 of the empty string: the root of the empty tree.
pub fn empty_root() -> Hash {
    Hash(Sha256::digest([]).into())
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base64(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl FromStr for Hash {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let mut bytes = [0; 32];
        unbase64_into(text, &mut bytes).ok_or(Refusal::Malformed("a hash is 32 bytes in base64"))?;
        Ok(Self(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_certificate_transparency() {
        // The empty tree and the empty leaf of the reference vectors that every implementation of RFC 6962 carries.
        assert_eq!(empty_root().to_string(), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        assert_eq!(leaf_hash(b"").to_string(), "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=");
    }

    #[test]
    fn text_round_trips_and_other_lengths_are_refused() {
        let hash = leaf_hash(b"a");
        assert_eq!(hash.to_string().parse(), Ok(hash));
        for bytes in [&[0; 31][..], &[0; 33]] {
            assert!(base64(bytes).parse::<Hash>().is_err());
        }
    }
}
