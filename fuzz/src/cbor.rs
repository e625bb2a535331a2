//! The CBOR codec, against `ciborium`.

use crate::json::lies_inside;
use ciborium::Value as Peer;
use decl_core::{Value, cbor as codec, json, to_value};

/// Accepted bytes are the encoding of what they hold, and the peer reads the same; bytes that the peer reads and that
/// are the encoding of it are accepted.
pub fn cbor(input: &[u8]) {
    let decoded = codec::decode(input);
    let peer = peer(input);
    match decoded {
        Ok(value) => {
            assert_eq!(codec::encode(&value).as_deref(), Ok(input));
            assert!(same(&value, &peer.expect("the peer reads what we read")));
            if !holds_bytes(&value) {
                let text = json::pretty(&value);
                let again = json::parse(text.as_bytes()).expect("the projection is JSON");
                assert_eq!(again, value, "{text}");
            }
        }
        Err(fault) => {
            lies_inside(&fault, input);
            let canonical = peer.and_then(|tree| codec::encode(&to_value(&tree).ok()?).ok());
            assert_ne!(canonical.as_deref(), Some(input), "canonical all the same: {fault}");
        }
    }
}

fn peer(input: &[u8]) -> Option<Peer> {
    let mut rest = input;
    let tree = ciborium::from_reader(&mut rest).ok()?;
    rest.is_empty().then_some(tree)
}

fn same(ours: &Value<'_>, peers: &Peer) -> bool {
    match (ours, peers) {
        (Value::Bool(a), Peer::Bool(b)) => a == b,
        (Value::Uint(a), Peer::Integer(b)) => i128::from(*a) == i128::from(*b),
        (Value::Nint(a), Peer::Integer(b)) => i128::from(*a) == i128::from(*b),
        (Value::Float(a), Peer::Float(b)) => a.to_bits() == b.to_bits(),
        (Value::Text(a), Peer::Text(b)) => a == b,
        (Value::Bytes(a), Peer::Bytes(b)) => a.as_ref() == b.as_slice(),
        (Value::Array(a), Peer::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Map(a), Peer::Map(b)) => {
            let members = a.iter().zip(b);
            a.len() == b.len()
                && members.into_iter().all(|((k, a), (l, b))| l.as_text() == Some(&**k) && same(a, b))
        }
        _ => false,
    }
}

fn holds_bytes(value: &Value<'_>) -> bool {
    match value {
        Value::Bytes(_) => true,
        Value::Array(items) => items.iter().any(holds_bytes),
        Value::Map(members) => members.iter().any(|(_, value)| holds_bytes(value)),
        _ => false,
    }
}
