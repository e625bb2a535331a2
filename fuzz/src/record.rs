//! A supplement or an event in any form has one verdict by every way, and one identity in every form.

use crate::declaration::{assert_printable, reversed};
use decl_core::{
    At, Code, Event, Fault, NoFiles, Record, RecordKind, Supplement, SupplementKind, cbor, json, limits,
};

/// Every way to read a record of a kind gives the same verdict and the same identity.
pub fn record(kind: RecordKind, input: &[u8]) {
    let read = |input: &[u8]| Record::parse(kind, input, &mut NoFiles).map(|(record, _)| record);
    let verdict = |result: &Result<Record, Fault>| match result {
        Ok(record) => Ok(record.identity()),
        Err(fault) => Err((fault.code, fault.at.clone())),
    };
    let parsed = read(input);
    if let Ok(value) = json::parse(input) {
        let again = read(json::pretty(&value).as_bytes());
        assert_eq!(verdict(&parsed), verdict(&again), "white space and spelling do not count");
        let other = read(json::minimal(&reversed(value)).as_bytes());
        assert_eq!(verdict(&parsed), verdict(&other), "the order of members does not count");
    }
    match parsed {
        Ok(record) => {
            if cbor::starts_map(input) {
                assert_eq!(record.as_bytes(), input, "canonical bytes are kept");
            }
            assert_consistent(kind, &record);
        }
        Err(fault) => {
            assert_printable(&fault);
            // What is canonical is refused at a member, what is not at a byte.
            if cbor::starts_map(input) && input.len() <= limits::DECLARATION_BYTES {
                assert_eq!(matches!(fault.at, At::Byte(_)), cbor::decode(input).is_err(), "{fault}");
            }
        }
    }
}

fn assert_consistent(kind: RecordKind, record: &Record) {
    let bytes = record.as_bytes();
    let value = cbor::decode(bytes).expect("canonical bytes");
    assert_eq!(cbor::encode(&value).as_deref(), Ok(bytes));
    let body = value.get("body").expect("every record has a body");
    let size = cbor::encode(body).map(|body| body.len());
    assert!(size.is_ok_and(|size| size <= limits::BODY_BYTES));
    for of in RecordKind::ALL {
        let read = Record::from_cbor(*of, bytes.to_vec());
        match read {
            Ok(read) => assert!(*of == kind && read == *record),
            Err(fault) => {
                // `v` comes first in the walk of every kind.
                assert_eq!((fault.code, fault.at), (Code::Version, At::Pointer("/v".into())));
                assert_ne!(*of, kind);
            }
        }
    }
    let mut places = Vec::new();
    record.places(&mut |at| {
        places.push(at.to_owned());
        true
    });
    assert_eq!(places.len(), record.references().len());
    assert!(places.iter().all(|at| at.starts_with("/body/")));

    if kind == RecordKind::Event {
        let event = Event::try_from(record.clone()).expect("an event");
        assert_eq!(Some(event.kind().as_str()), value.get("kind").and_then(|kind| kind.as_str()));
        assert_eq!(event.body(), *body);
        assert!(Supplement::try_from(record.clone()).is_err());
        return;
    }
    let supplement = Supplement::try_from(record.clone()).expect("a supplement");
    assert_eq!(Some(supplement.kind().as_str()), value.get("kind").and_then(|kind| kind.as_str()));
    assert_eq!(supplement.occurrence().is_some(), body.get("occurrence").is_some());
    assert!(Event::try_from(record.clone()).is_err());
    let execution = supplement.execution();
    assert_eq!(execution.is_some(), supplement.kind() == SupplementKind::Execution);
    let Some(execution) = execution else { return };
    assert!(execution.ended.is_none_or(|ended| ended >= execution.started));
    if let Ok(late) = supplement.clone().marked_late() {
        assert_eq!(late.execution(), Some(decl_core::Execution { late: true, ..execution }));
        assert_eq!(late == supplement, execution.late);
        assert_eq!(late.subject(), supplement.subject());
    }
}
