//! Why content is absent is a fact of its digest: whoever brings it brings it for everybody.

use crate::{Place, cousin, damage, detached, in_parts, seal_one, submission, verify};
use decl_core::Identity;
use decl_store::{Absence, AuditOptions, DamageKind, Reader, Report, Submission};

fn audit(place: &Place) -> Report {
    Reader::open(&place.dir()).unwrap().audit(&AuditOptions::default(), &mut |_, _| ()).unwrap()
}

#[track_caller]
fn sound(place: &Place, absent: u64) {
    let report = audit(place);
    assert_eq!((report.damage, report.absent), (Vec::new(), absent));
}

const fn since(entry: u64) -> Absence {
    Absence::Detached { entry }
}

#[test]
fn a_detached_declaration_is_completed_by_sealing_it_again() {
    let place = Place::new();
    let store = place.create();
    let whole = submission("elsewhere");
    let digest = whole.contents[0].digest;
    let bare = detached(whole.clone());
    let first = seal_one(&store, bare.clone()).unwrap();
    verify(&first, &whole.record, store.verifier_key());
    let absence = || store.reader().absence(&digest).unwrap();
    assert_eq!(absence(), Some(since(1)));
    assert!(seal_one(&store, Submission { detached: false, ..bare.clone() }).is_err());
    seal_one(&store, bare).unwrap();
    assert_eq!(absence(), Some(since(1)));
    sound(&place, 1);

    let again = seal_one(&store, whole.clone()).unwrap();
    assert_eq!((again.index, again.sealed_at, again.new), (first.index, first.sealed_at, false));
    assert_eq!(absence(), None);
    assert_eq!(store.reader().content(&digest).unwrap().as_ref(), Some(&whole.contents[0].bytes));

    // Asked to seal detached what is all there, the store has nothing to remember.
    let there = Submission { detached: true, ..submission("here") };
    seal_one(&store, there.clone()).unwrap();
    assert_eq!(store.reader().absence(&there.contents[0].digest).unwrap(), None);
    drop(store);
    sound(&place, 0);
}

#[test]
fn in_one_commit_what_comes_at_all_is_there() {
    let (whole, bare) = (submission("both"), detached(submission("both")));
    for batch in [
        vec![bare.clone(), whole.clone()],
        vec![whole.clone(), bare],
        vec![detached(cousin(&whole)), whole.clone()],
    ] {
        let place = Place::new();
        let store = place.create();
        assert!(store.seal(batch).iter().all(Result::is_ok));
        assert_eq!(store.reader().absence(&whole.contents[0].digest).unwrap(), None);
        assert!(store.reader().content(&whole.contents[0].digest).unwrap().is_some());
        assert_eq!(store.stats().commits, 1);
        sound(&place, 0);
    }
}

#[test]
fn whoever_brings_content_brings_it_for_all() {
    let place = Place::new();
    let store = place.create();
    let parts = in_parts();
    let digests: Vec<_> = parts.record.references().iter().map(|reference| reference.digest).collect();
    let absent = || digests.iter().map(|digest| store.reader().absence(digest).unwrap()).collect::<Vec<_>>();
    let bytes = |digest: &Identity| {
        parts.contents.iter().find(|content| content.digest == *digest).unwrap().bytes.clone()
    };
    // One of three comes along.
    let mut first = parts.clone();
    first.detached = true;
    first.contents.retain(|content| content.digest == digests[0]);
    seal_one(&store, first).unwrap();
    assert_eq!(absent(), [None, Some(since(1)), Some(since(1))]);
    // The first entry that was sealed without it stays the one.
    seal_one(&store, detached(cousin(&parts))).unwrap();
    assert_eq!(absent(), [None, Some(since(1)), Some(since(1))]);
    sound(&place, 2);
    store.put_content(bytes(&digests[1])).unwrap();
    assert_eq!(absent(), [None, None, Some(since(1))]);
    sound(&place, 1);
    seal_one(&store, cousin(&parts)).unwrap();
    assert_eq!(absent(), [None; 3]);
    sound(&place, 0);
}

#[test]
fn absence_is_no_excuse_for_who_had_the_content() {
    let place = Place::new();
    let whole = submission("held");
    let digest = whole.contents[0].digest;
    seal_one(&place.create(), whole.clone()).unwrap();
    damage(&place, |raw| raw.delete("contents", digest.as_bytes()));
    // Neither to seal the same again, nor another with the same content.
    let store = place.open();
    seal_one(&store, detached(whole.clone())).unwrap();
    assert_eq!(store.reader().absence(&digest).unwrap(), None);
    seal_one(&store, detached(cousin(&whole))).unwrap();
    assert_eq!(store.reader().absence(&digest).unwrap(), Some(since(2)));
    drop(store);
    let report = audit(&place);
    let at = format!("{} at /input/0/parts/0/content", whole.record.identity());
    let found: Vec<_> = report.damage.iter().map(|damage| (damage.kind, damage.where_.as_str())).collect();
    assert_eq!(found, [(DamageKind::Content, at.as_str())]);
    assert_eq!(report.absent, 1);
}

#[test]
fn a_forged_row_is_counted_because_no_leaf_vouches() {
    let place = Place::new();
    let whole = submission("taken away");
    let digest = whole.contents[0].digest;
    seal_one(&place.create(), whole).unwrap();
    damage(&place, |raw| {
        raw.delete("contents", digest.as_bytes());
        raw.put("absent", digest.as_bytes(), &[0, 0, 0, 0, 0, 0, 0, 0, 1]);
    });
    sound(&place, 1);
}
