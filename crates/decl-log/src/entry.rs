//! Leaf entries, which state what was sealed and when, in canonical CBOR.

use crate::{refusal::Refusal, text};
use decl_core::{Identity, RecordKind, Value, cbor};

/// The longest `by` in bytes.
pub const MAX_BY: usize = 256;

const VERSION: &str = "ai-run-leaf/1";

/// One entry of a log; its [leaf hash](crate::leaf_hash) is over the encoded bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Entry 0 of every log. It puts the origin inside the tree and gives the first record a sibling.
    Genesis {
        /// The log's name.
        origin: String,
        /// The log's clock, in milliseconds since 1970.
        at: u64,
    },
    /// A record was sealed.
    Record {
        /// The kind of the record.
        kind: RecordKind,
        /// The identity of its bytes.
        id: Identity,
        /// SHA-256 of the same bytes.
        sha256: [u8; 32],
        /// The log's clock, in milliseconds since 1970; never decreasing along a log.
        at: u64,
        /// The submitter's handle, 1 to [`MAX_BY`] bytes; `local` in an embedded store.
        by: String,
    },
}

impl Entry {
    /// Returns the bytes that are hashed. Refuses what [`parse`](Self::parse) would refuse.
    pub fn encode(&self) -> Result<Vec<u8>, Refusal> {
        self.check()?;
        let value = match self {
            Self::Genesis { origin, at } => Value::map([
                ("t", Value::text("genesis")),
                ("v", Value::text(VERSION)),
                ("at", Value::Uint(*at)),
                ("origin", Value::text(origin)),
            ]),
            Self::Record { kind, id, sha256, at, by } => Value::map([
                ("t", Value::text(kind.as_str())),
                ("v", Value::text(VERSION)),
                ("at", Value::Uint(*at)),
                ("by", Value::text(by)),
                ("id", Value::Bytes(id.as_bytes().into())),
                ("sha256", Value::Bytes(sha256.into())),
            ]),
        };
        cbor::encode(&value).map_err(|_| MALFORMED)
    }

    /// Parses an entry. Refuses bytes that are not canonical, other members, and a member of another type or length.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let value =
            cbor::decode(bytes).map_err(|_| Refusal::Malformed("the leaf entry is not canonical CBOR"))?;
        let entry = Self::from_value(&value).ok_or(MALFORMED)?;
        entry.check()?;
        Ok(entry)
    }

    fn from_value(value: &Value<'_>) -> Option<Self> {
        let Value::Map(members) = value else { return None };
        if value.get("v")?.as_str()? != VERSION {
            return None;
        }
        let at = match value.get("at")? {
            Value::Uint(at) => *at,
            _ => return None,
        };
        let t = value.get("t")?.as_str()?;
        if t == "genesis" && members.len() == 4 {
            return Some(Self::Genesis { origin: value.get("origin")?.as_str()?.to_owned(), at });
        }
        let kind = t.parse().ok()?;
        if members.len() != 6 {
            return None;
        }
        let id = Identity::from_bytes(digest(value.get("id")?)?);
        let sha256 = digest(value.get("sha256")?)?;
        Some(Self::Record { kind, id, sha256, at, by: value.get("by")?.as_str()?.to_owned() })
    }

    fn check(&self) -> Result<(), Refusal> {
        match self {
            Self::Genesis { origin, .. } => text::check_name(origin),
            Self::Record { by, .. } if (1..=MAX_BY).contains(&by.len()) => Ok(()),
            Self::Record { .. } => Err(Refusal::Malformed("a submitter's handle is 1 to 256 bytes")),
        }
    }
}

const MALFORMED: Refusal = Refusal::Malformed("the leaf entry has not the members of ai-run-leaf/1");

fn digest(value: &Value<'_>) -> Option<[u8; 32]> {
    match value {
        Value::Bytes(bytes) => bytes.as_ref().try_into().ok(),
        _ => None,
    }
}
