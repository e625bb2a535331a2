//! The JSON reader and its two writers, against `serde_json`.

use decl_core::{At, Code, Fault, Value, cbor};
use serde_json::Value as Peer;

/// Where the rules are the same, the peer agrees; what is written is read as the same tree.
pub fn json(input: &[u8]) {
    let peer = serde_json::from_slice::<Peer>(input);
    let value = match decl_core::json::parse(input) {
        Ok(value) => value,
        Err(fault) => {
            lies_inside(&fault, input);
            let ours_alone = [Code::DupKey, Code::NumRange, Code::NumPrecision, Code::Depth];
            assert!(peer.is_err() || ours_alone.contains(&fault.code), "the peer reads it: {fault}");
            return;
        }
    };
    assert!(same(&value, &peer.expect("the peer reads what we read")));
    let pretty = decl_core::json::pretty(&value);
    assert_eq!(decl_core::json::parse(pretty.as_bytes()).as_ref(), Ok(&value));
    let minimal = decl_core::json::minimal(&value);
    assert!(same(&value, &serde_json::from_str(&minimal).expect("minimal text is JSON")));
    match cbor::encode(&value) {
        Ok(bytes) => {
            let decoded = cbor::decode(&bytes).expect("what was encoded is canonical");
            assert_eq!(cbor::encode(&decoded), Ok(bytes));
        }
        Err(fault) => assert_eq!(fault.code, Code::Null, "{fault}"),
    }
}

/// The place of a fault of reading is in the input.
pub fn lies_inside(fault: &Fault, input: &[u8]) {
    match &fault.at {
        At::Byte(at) => assert!(*at <= input.len(), "{fault}"),
        At::Pointer(at) => assert_eq!((fault.code, at.as_str()), (Code::Size, "")),
    }
}

/// Do the two trees say the same? The peer keeps 1.0 and 1 apart, we do not, and we keep the order of members.
fn same(ours: &Value<'_>, peers: &Peer) -> bool {
    match (ours, peers) {
        (Value::Null, Peer::Null) => true,
        (Value::Bool(a), Peer::Bool(b)) => a == b,
        (Value::Text(a), Peer::String(b)) => a == b,
        (Value::Array(a), Peer::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Map(a), Peer::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(&**key).is_some_and(|b| same(a, b)))
        }
        (number, Peer::Number(peer)) => match (peer.as_u64(), peer.as_i64(), peer.as_f64()) {
            (Some(n), ..) => *number == Value::Uint(n),
            (_, Some(n), _) => *number == Value::Nint(n),
            (.., x) => x.is_some_and(|x| *number == Value::from_f64(x)),
        },
        _ => false,
    }
}
