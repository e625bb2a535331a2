//! A content key, and what is done with it.

use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead as _, KeyInit as _, Payload},
};
use decl_core::Identity;
use std::{fmt, sync::Arc};
use zeroize::{Zeroize as _, Zeroizing};

/// The length of a key.
pub const KEY_BYTES: usize = 32;

/// The length of the nonce in front of a box.
pub const NONCE_BYTES: usize = 24;

/// How much longer a box is than its content: the nonce and the tag.
pub const OVERHEAD: usize = NONCE_BYTES + 16;

/// What the subkeys are for. The words are part of the format.
const DIGEST: &str = "ai-run-content-key/1 digest";
const ENCRYPTION: &str = "ai-run-content-key/1 encryption";
const FINGERPRINT: &str = "ai-run-content-key/1 fingerprint";

/// A named key. Its bytes are overwritten in memory when the last clone is dropped, and `Debug` does not show them.
#[derive(Clone)]
pub struct ContentKey(Arc<Inner>);

struct Inner {
    name: String,
    secret: Zeroizing<[u8; KEY_BYTES]>,
}

impl ContentKey {
    /// Returns the key of this name with these bytes, which must come from the operating system's random generator.
    pub fn new(name: impl Into<String>, secret: &[u8; KEY_BYTES]) -> Self {
        Self(Arc::new(Inner { name: name.into(), secret: Zeroizing::new(*secret) }))
    }

    /// Returns the name, by which references name the key.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Returns the bytes of the key.
    pub(crate) fn secret(&self) -> &[u8; KEY_BYTES] {
        &self.0.secret
    }

    /// Returns what may be told of the key: it differs for every key, and nobody learns the key from it.
    pub fn fingerprint(&self) -> [u8; 32] {
        blake3::derive_key(FINGERPRINT, self.secret())
    }

    /// Returns the digest of content under this key: the `kb3` of a reference.
    pub fn digest(&self, content: &[u8]) -> Identity {
        let mut hasher = blake3::Hasher::new_keyed(&self.subkey(DIGEST));
        let digest = hasher.update(content).finalize();
        hasher.zeroize();
        Identity::from_bytes(digest.into())
    }

    /// Returns a piece of content under this key.
    pub fn content(&self, bytes: Vec<u8>) -> KeyedContent {
        KeyedContent { digest: self.digest(&bytes), key: self.clone(), bytes }
    }

    /// Decrypts a box that is stored under this digest. Returns `None` if it is not the content of that digest,
    /// encrypted under this key.
    pub fn decrypt(&self, digest: &Identity, stored: &[u8]) -> Option<Vec<u8>> {
        let (nonce, encrypted) = stored.split_first_chunk::<NONCE_BYTES>()?;
        let payload = Payload { msg: encrypted, aad: digest.as_bytes() };
        let content = self.cipher().decrypt(&XNonce::from(*nonce), payload).ok()?;
        (self.digest(&content) == *digest).then_some(content)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.subkey(ENCRYPTION)).into())
    }

    fn subkey(&self, context: &str) -> Zeroizing<[u8; KEY_BYTES]> {
        Zeroizing::new(blake3::derive_key(context, self.secret()))
    }
}

impl fmt::Debug for ContentKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ContentKey({})", self.name())
    }
}

impl PartialEq for ContentKey {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name() && self.fingerprint() == other.fingerprint()
    }
}

impl Eq for ContentKey {}

/// A piece of content with the key that it is to be encrypted under, and its digest under that key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyedContent {
    digest: Identity,
    key: ContentKey,
    bytes: Vec<u8>,
}

impl KeyedContent {
    /// Returns the digest under the key.
    pub fn digest(&self) -> Identity {
        self.digest
    }

    /// Returns the key.
    pub fn key(&self) -> &ContentKey {
        &self.key
    }

    /// Returns the bytes in the clear.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Encrypts the content into a box: the nonce, the encrypted bytes, the tag. A nonce is 24 random bytes. Returns
    /// `None` for content beyond 256 GiB, which the cipher does not take.
    pub fn encrypt(&self, nonce: &[u8; NONCE_BYTES]) -> Option<Vec<u8>> {
        let payload = Payload { msg: &self.bytes, aad: self.digest.as_bytes() };
        let encrypted = self.key.cipher().encrypt(&XNonce::from(*nonce), payload).ok()?;
        Some([&nonce[..], &encrypted].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_opens_under_its_key_and_its_digest_alone() {
        let key = ContentKey::new("k", &[1; 32]);
        for bytes in [&b""[..], b"yes", &vec![7; 100_000]] {
            let content = key.content(bytes.to_vec());
            let stored = content.encrypt(&[9; NONCE_BYTES]).unwrap();
            assert_eq!(stored.len(), bytes.len() + OVERHEAD);
            let digest = content.digest();
            assert_eq!(key.decrypt(&digest, &stored).as_deref(), Some(bytes));
            assert_eq!(ContentKey::new("k", &[2; 32]).decrypt(&digest, &stored), None);
            assert_eq!(key.decrypt(&key.digest(b"no"), &stored), None);
        }
    }

    #[test]
    fn every_changed_bit_of_a_box_is_seen_and_every_cut() {
        let key = ContentKey::new("k", &[1; 32]);
        let content = key.content(b"My name is Ada.".to_vec());
        let (digest, stored) = (content.digest(), content.encrypt(&[9; NONCE_BYTES]).unwrap());
        for bit in 0..stored.len() * 8 {
            let mut changed = stored.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(key.decrypt(&digest, &changed), None, "bit {bit}");
        }
        for len in 0..stored.len() {
            assert_eq!(key.decrypt(&digest, &stored[..len]), None, "{len} bytes");
        }
        assert_eq!(key.decrypt(&digest, &[&stored[..], &[0]].concat()), None);
    }

    /// A writer who has the key could put other content under a digest. The digest is what was declared.
    #[test]
    fn what_the_key_itself_encrypted_under_another_digest_is_not_the_content() {
        let key = ContentKey::new("k", &[1; 32]);
        let forged = KeyedContent { digest: key.digest(b"yes"), ..key.content(b"no".to_vec()) };
        assert_eq!(key.decrypt(&key.digest(b"yes"), &forged.encrypt(&[0; NONCE_BYTES]).unwrap()), None);
    }

    #[test]
    fn a_key_is_not_shown() {
        let key = ContentKey::new("k", &[0xab; 32]);
        assert_eq!(format!("{key:?}"), "ContentKey(k)");
        assert_ne!(key.fingerprint(), [0xab; 32]);
        assert_ne!(key, ContentKey::new("k", &[0xac; 32]));
    }
}
