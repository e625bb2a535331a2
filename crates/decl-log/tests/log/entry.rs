//! Leaf entries.

use decl_core::{Identity, Value, cbor, hex};
use decl_log::{Entry, MAX_BY, RecordKind};

fn genesis() -> Entry {
    Entry::Genesis { origin: "example.com/log".into(), at: 1_795_333_800_000 }
}

fn record(kind: RecordKind, by: &str) -> Entry {
    let (id, sha256) = (Identity::of(b"declaration"), decl_core::sha256(b"declaration"));
    Entry::Record { kind, id, sha256, at: u64::MAX, by: by.into() }
}

#[test]
fn entries_round_trip() {
    let longest = "b".repeat(MAX_BY);
    for entry in [
        genesis(),
        record(RecordKind::Declaration, "local"),
        record(RecordKind::Supplement, "ü"),
        record(RecordKind::Event, &longest),
    ] {
        assert_eq!(Entry::parse(&entry.encode().unwrap()), Ok(entry));
    }
}

#[test]
fn the_bytes_of_a_genesis_entry() {
    assert_eq!(
        hex(&genesis().encode().unwrap()),
        "a4\
         6174 6767656e65736973\
         6176 6d61692d72756e2d6c6561662f31\
         626174 1b000001a2023bc040\
         666f726967696e 6f6578616d706c652e636f6d2f6c6f67"
            .replace(' ', "")
    );
}

#[test]
fn what_is_outside_the_limits_has_no_encoding() {
    let too_long = "b".repeat(MAX_BY + 1);
    for entry in [
        record(RecordKind::Declaration, ""),
        record(RecordKind::Declaration, &too_long),
        Entry::Genesis { origin: String::new(), at: 0 },
        Entry::Genesis { origin: "a log".into(), at: 0 },
    ] {
        assert!(entry.encode().is_err(), "{entry:?}");
    }
}

#[test]
fn every_member_is_demanded_and_no_other_allowed() {
    for entry in RecordKind::ALL.iter().map(|kind| record(*kind, "local")).chain([genesis()]) {
        let bytes = entry.encode().unwrap();
        let Ok(Value::Map(members)) = cbor::decode(&bytes) else { panic!("an entry is a map") };
        let refused = |members: Vec<_>| {
            let bytes = cbor::encode(&Value::Map(members)).unwrap();
            assert!(Entry::parse(&bytes).is_err(), "{}", hex(&bytes));
        };
        for at in 0..members.len() {
            let mut without = members.clone();
            without.remove(at);
            refused(without.clone());
            without.push(("x".into(), Value::Uint(0)));
            refused(without);
            let (key, old) = &members[at];
            let mut wrong = vec![
                Value::Bool(true),
                Value::Nint(-1),
                Value::Float(0.5),
                Value::text(""),
                Value::Array(vec![]),
                Value::Map(vec![]),
                Value::Bytes(vec![0; 31].into()),
                Value::Bytes(vec![0; 33].into()),
                Value::text("n".repeat(257)),
            ];
            if key != "at" {
                wrong.push(Value::Uint(0));
            }
            if key != "id" && key != "sha256" {
                wrong.push(Value::Bytes(vec![0; 32].into()));
            }
            for value in wrong {
                assert_ne!(value, *old);
                let mut other = members.clone();
                other[at].1 = value;
                refused(other);
            }
        }
        let mut more = members.clone();
        more.push(("x".into(), Value::Uint(0)));
        refused(more);
        for (key, value) in [("v", "ai-run-leaf/2"), ("t", "checkpoint"), ("t", "Genesis")] {
            let mut other = members.clone();
            other.iter_mut().find(|(k, _)| k == key).unwrap().1 = Value::text(value);
            refused(other);
        }
    }
    for bytes in [&[][..], &[0xa0], &[0x80], &[0x01], &[0xf6], &[0xbf, 0xff], &[0xff; 40]] {
        assert!(Entry::parse(bytes).is_err(), "{bytes:?}");
    }
}

#[test]
fn cut_entries_and_other_encodings_are_refused() {
    let bytes = record(RecordKind::Declaration, "local").encode().unwrap();
    for len in 0..bytes.len() {
        assert!(Entry::parse(&bytes[..len]).is_err(), "{len}");
    }
    assert!(Entry::parse(&[bytes.as_slice(), &[0]].concat()).is_err(), "one byte more");
    let mut longer_head = vec![0xb8, 6];
    longer_head.extend(&bytes[1..]);
    assert!(Entry::parse(&longer_head).is_err(), "a map head of two bytes");
}
