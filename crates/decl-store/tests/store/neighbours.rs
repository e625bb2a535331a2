//! What is wrong with one submission is its own affair, and the right bytes mend what is damaged.

use crate::{Place, Raw, chunk_key, damage, detached, large, seal_all, seal_one, submission, verify};
use decl_core::{At, Code, Identity, NoFiles, Source};
use decl_store::{AuditOptions, ErrorKind, Reader, SealError, Submission};

/// Damage to what an identity or a digest names.
type Write = fn(&Raw, &Identity);

fn sound(place: &Place) {
    let reader = Reader::open(&place.dir()).unwrap();
    let report = reader.audit(&AuditOptions::default(), &mut |_, _| ()).unwrap();
    assert_eq!(report.damage, []);
}

/// A new declaration over the content of `of`, which it does not bring.
fn by_digest(of: &Submission) -> Submission {
    let text = of.record.to_json().replace("some-model", "other-model");
    let declaration = Source::parse(text.as_bytes(), &mut NoFiles).unwrap().declaration;
    Submission::local(declaration, Vec::new())
}

#[test]
fn a_damaged_row_takes_no_answers_of_others() {
    let damages: [fn(&Raw, &Submission); 6] = [
        |raw, run| raw.put("contents", run.contents[0].digest.as_bytes(), &[0xff]),
        |raw, run| raw.put("index_of", run.record.identity().as_bytes(), b"short"),
        |raw, run| raw.put("index_of", run.record.identity().as_bytes(), &99_u64.to_be_bytes()),
        |raw, run| raw.put("index_of", run.record.identity().as_bytes(), &3_u64.to_be_bytes()),
        |raw, run| raw.delete("index_of", run.record.identity().as_bytes()),
        |raw, _| raw.delete("entries", &2_u64.to_be_bytes()),
    ];
    for (number, write) in damages.into_iter().enumerate() {
        let place = Place::new();
        seal_all(&place.create(), 0..3);
        let victim = submission("run 1");
        damage(&place, |raw| write(raw, &victim));
        let store = place.open();
        let asks = if number == 0 { by_digest(&victim) } else { victim };
        let batch = vec![submission("before"), asks, submission("run 2"), submission("behind")];
        let results = store.seal(batch);
        assert!(
            matches!(&results[1], Err(SealError::Store(error)) if error.kind() == ErrorKind::Corrupt),
            "damage {number}: {:?}",
            results[1]
        );
        let indexes = [0, 2, 3].map(|n| results[n].as_ref().unwrap().index);
        assert_eq!(indexes, [4, 3, 5], "damage {number}");
        let sealed = results[3].as_ref().unwrap();
        verify(sealed, &submission("behind").record, store.verifier_key());
        assert_eq!(store.reader().tree().unwrap().size, 6, "the failed one left nothing");
        // And the store goes on.
        seal_one(&store, submission("later")).unwrap();
    }
}

#[test]
fn content_of_a_submission_that_fails_is_not_kept() {
    let place = Place::new();
    seal_all(&place.create(), 0..3);
    let mut victim = submission("run 1");
    damage(&place, |raw| {
        raw.delete("contents", victim.contents[0].digest.as_bytes());
        raw.put("index_of", victim.record.identity().as_bytes(), b"short");
    });
    let store = place.open();
    let digest = victim.contents[0].digest;
    assert!(seal_one(&store, victim.clone()).is_err());
    assert_eq!(store.reader().content(&digest).unwrap(), None);
    victim = detached(victim);
    assert!(seal_one(&store, victim).is_err());
    assert_eq!(store.reader().absence(&digest).unwrap(), None);
}

#[test]
fn the_right_bytes_mend_damaged_rows() {
    let digest = |run: &Submission| run.contents[0].digest;
    let damages: [(&str, Write); 8] = [
        ("another byte", |raw, digest| raw.flip("contents", digest.as_bytes())),
        ("a row that is none", |raw, digest| raw.put("contents", digest.as_bytes(), &[0xff])),
        ("an empty row", |raw, digest| raw.put("contents", digest.as_bytes(), b"")),
        ("lost", |raw, digest| raw.delete("contents", digest.as_bytes())),
        ("another byte of a chunk", |raw, digest| raw.flip("chunks", &chunk_key(digest, 1))),
        ("a lost chunk", |raw, digest| raw.delete("chunks", &chunk_key(digest, 1))),
        ("a large row that is none", |raw, digest| raw.put("contents", digest.as_bytes(), &[0xff])),
        ("a lost large row", |raw, digest| raw.delete("contents", digest.as_bytes())),
    ];
    for (number, (what, write)) in damages.into_iter().enumerate() {
        for put in [true, false] {
            let place = Place::new();
            let run = if number < 4 { submission("small") } else { large('l') };
            seal_one(&place.create(), run.clone()).unwrap();
            damage(&place, |raw| write(raw, &digest(&run)));
            let store = place.open();
            if put {
                assert!(store.put_content(run.contents[0].bytes.clone()).unwrap().new, "{what}");
            } else {
                assert!(!seal_one(&store, run.clone()).unwrap().new, "{what}");
            }
            let mended = store.reader().content(&digest(&run)).unwrap();
            assert_eq!(mended.as_ref(), Some(&run.contents[0].bytes), "{what}");
            drop(store);
            sound(&place);
        }
    }
}

#[test]
fn to_seal_again_mends_a_declaration() {
    let damages: [Write; 3] = [
        |raw, id| raw.put("records", id.as_bytes(), &[9, 9]),
        |raw, id| raw.flip("records", id.as_bytes()),
        |raw, id| raw.delete("records", id.as_bytes()),
    ];
    for write in damages {
        let place = Place::new();
        seal_all(&place.create(), 0..3);
        let run = submission("run 1");
        let id = run.record.identity();
        damage(&place, |raw| write(raw, &id));
        let store = place.open();
        let results = store.seal(vec![run.clone(), run.clone()]);
        assert!(results.iter().all(|result| result.as_ref().is_ok_and(|receipt| !receipt.new)));
        let bytes = run.record.as_bytes();
        assert_eq!(store.reader().record(&id).unwrap().as_deref(), Some(bytes));
        // What is right is not written again.
        let before = store.stats();
        seal_one(&store, run).unwrap();
        assert_eq!(store.stats(), before);
        drop(store);
        sound(&place);
    }
}

#[test]
fn the_length_of_content_is_known_without_its_bytes() {
    let place = Place::new();
    let run = large('l');
    let len = run.contents[0].bytes.len();
    let digest = run.contents[0].digest;
    seal_one(&place.create(), run.clone()).unwrap();
    damage(&place, |raw| (0..2).for_each(|number| raw.delete("chunks", &chunk_key(&digest, number))));
    let store = place.open();
    seal_one(&store, by_digest(&run)).unwrap();
    let text = by_digest(&run).record.to_json();
    let text = text.replace(&format!(r#""len": {len}"#), r#""len": 5"#);
    let declaration = Source::parse(text.as_bytes(), &mut NoFiles).unwrap().declaration;
    match seal_one(&store, Submission::local(declaration, Vec::new())) {
        Err(SealError::Refused(fault)) => {
            let at = At::Pointer("/input/0/parts/0/content".to_owned());
            assert_eq!((fault.code, fault.at), (Code::LenMismatch, at));
        }
        other => panic!("{other:?}"),
    }
}
