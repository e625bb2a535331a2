//! The key pair of a log: Ed25519 in the text forms of [signed-note](https://c2sp.org/signed-note) and Go.

use crate::{refusal::Refusal, text};
use decl_core::{base64, hex, sha256, unbase64_into, unhex};
use ed25519_dalek::{Signature, Signer as _};
use std::{fmt, str::FromStr};
use zeroize::{Zeroize as _, Zeroizing};

/// The type of an Ed25519 signature over the note text, the one type that every verifier knows.
const ED25519: u8 = 0x01;

pub(crate) const PRIVATE: &str = "PRIVATE+KEY+";

/// The first four bytes of SHA-256(name || 0x0a || type || public key), which distinguish the keys of one name.
pub(crate) type KeyId = [u8; 4];

/// The public key of a log, with the log's name. Its text form is the vkey:
///
/// ```text
/// example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: KeyId,
    key: ed25519_dalek::VerifyingKey,
}

impl VerifierKey {
    /// Returns the name of the signer: for a log, its origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn id(&self) -> KeyId {
        self.id
    }

    /// Verifies strictly: a signature or key of small order is refused, so that one signature fits one text.
    pub(crate) fn verify(&self, text: &str, signature: &[u8]) -> Result<(), Refusal> {
        let signature = Signature::from_slice(signature).map_err(|_| Refusal::BadSignature)?;
        self.key.verify_strict(text.as_bytes(), &signature).map_err(|_| Refusal::BadSignature)
    }

    fn new(name: &str, key: ed25519_dalek::VerifyingKey) -> Result<Self, Refusal> {
        text::check_name(name)?;
        let mut hashed = Vec::from(name);
        hashed.push(b'\n');
        hashed.extend(tagged(key.as_bytes()));
        let [a, b, c, d, ..] = sha256(&hashed);
        Ok(Self { name: name.to_owned(), id: [a, b, c, d], key })
    }

    fn with_id(self, id: KeyId) -> Result<Self, Refusal> {
        if self.id == id { Ok(self) } else { Err(Refusal::Malformed("the key id is not that of the key")) }
    }
}

impl FromStr for VerifierKey {
    type Err = Refusal;

    fn from_str(vkey: &str) -> Result<Self, Refusal> {
        let (name, id, tagged) = fields(vkey)?;
        let public = tagged
            .strip_prefix(&[ED25519])
            .ok_or(Refusal::Malformed("a key of another type than Ed25519"))?;
        let public = public.try_into().map_err(|_| Refusal::Malformed("an Ed25519 key is 32 bytes"))?;
        let key = ed25519_dalek::VerifyingKey::from_bytes(public)
            .ok()
            .filter(|key| !key.is_weak() && is_reduced(public))
            .ok_or(Refusal::Malformed("not a sound Ed25519 public key"))?;
        Self::new(name, key).and_then(|key| key.with_id(id))
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{}+{}", self.name, hex(&self.id), base64(&tagged(self.key.as_bytes())))
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifierKey({self})")
    }
}

/// The private key of a log. It is overwritten in memory when dropped and never shown by `Debug`.
pub struct SigningKey {
    public: VerifierKey,
    key: ed25519_dalek::SigningKey,
}

impl SigningKey {
    /// Derives the key from a seed, which must come from the operating system's random generator. The name must
    /// consist of characters that can be printed and seen, because people keep the verifier key as text.
    pub fn from_seed(name: &str, seed: [u8; 32]) -> Result<Self, Refusal> {
        text::check_new_name(name)?;
        Self::new(name, seed)
    }

    fn new(name: &str, mut seed: [u8; 32]) -> Result<Self, Refusal> {
        let key = ed25519_dalek::SigningKey::from_bytes(&seed);
        seed.zeroize();
        Ok(Self { public: VerifierKey::new(name, key.verifying_key())?, key })
    }

    /// Parses `PRIVATE+KEY+<name>+<hex id>+<base64>`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let text =
            text.strip_prefix(PRIVATE).ok_or(Refusal::Malformed("a private key begins with PRIVATE+KEY+"))?;
        let (name, id, tagged) = fields(text)?;
        let [ED25519, seed @ ..] = &*tagged else {
            return Err(Refusal::Malformed("a key of another type than Ed25519"));
        };
        let key = Self::new(name, *seed)?;
        Ok(Self { public: key.public.with_id(id)?, key: key.key })
    }

    /// Returns the text that [`parse`](Self::parse) reads. Keep it in a file that nobody else can read.
    pub fn to_text(&self) -> Zeroizing<String> {
        let seed = Zeroizing::new(tagged(self.key.as_bytes()));
        let seed = Zeroizing::new(base64(&*seed));
        Zeroizing::new(format!("{PRIVATE}{}+{}+{}", self.public.name, hex(&self.public.id), *seed))
    }

    /// Returns the name of the signer: for a log, its origin.
    pub fn name(&self) -> &str {
        &self.public.name
    }

    /// Returns the public key.
    pub fn verifier_key(&self) -> &VerifierKey {
        &self.public
    }

    pub(crate) fn sign(&self, text: &str) -> Vec<u8> {
        self.key.sign(text.as_bytes()).to_vec()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({}+{})", self.public.name, hex(&self.public.id))
    }
}

/// Splits a key into its name, its id, and its type with the 32 bytes of the key, which may be the private one.
fn fields(text: &str) -> Result<(&str, KeyId, Zeroizing<[u8; 33]>), Refusal> {
    let mut fields = text.splitn(3, '+'); // base64 has plus signs of its own
    let (Some(name), Some(id), Some(key)) = (fields.next(), fields.next(), fields.next()) else {
        return Err(Refusal::Malformed("a key is <name>+<id>+<base64>"));
    };
    let id = unhex(id).ok_or(Refusal::Malformed("a key id is 8 lowercase hex digits"))?;
    let mut tagged = Zeroizing::new([0; 33]);
    unbase64_into(key, &mut tagged).ok_or(Refusal::Malformed("a key is its type and 32 bytes in base64"))?;
    Ok((name, id, tagged))
}

fn tagged(key: &[u8; 32]) -> [u8; 33] {
    let mut tagged = [ED25519; 33];
    tagged[1..].copy_from_slice(key);
    tagged
}

/// Returns whether the coordinate is below 2^255 - 19, so that a key has one encoding.
fn is_reduced(public: &[u8; 32]) -> bool {
    public[31] & 0x7f != 0x7f || public[1..31].iter().any(|byte| *byte != 0xff) || public[0] < 0xed
}
