//! What is held is not erased, now and later, until it is released.

use crate::{
    Place,
    erase::{erase, erase_of, refused, sound},
    in_parts,
    keyed::keyed,
    renamed, seal_one, submission,
};
use decl_core::{Event, EventKind, Identity, NoFiles, Supplement, SupplementKind, json};
use decl_store::{Erase, NotErased, Scope, SealError, Store, Submission};
use std::thread;

/// Says of a run that it began, and what it produced; answers with the digest of that.
pub(crate) fn answer(store: &Store, subject: Identity, occurrence: u8, text: &str) -> Identity {
    let occurrence = format!("01977c5e-6b3f-7cc3-98c4-dc0c0c0739{occurrence:02x}");
    let seal = |kind, body: String| {
        let body = json::parse(body.as_bytes()).unwrap();
        let (about, contents) = Supplement::new(kind, subject, body, "local", &mut NoFiles).unwrap();
        let digests: Vec<_> = contents.iter().map(|content| content.digest).collect();
        seal_one(store, Submission::local(about, contents)).unwrap();
        digests
    };
    seal(SupplementKind::Start, format!(r#"{{"occurrence": "{occurrence}"}}"#));
    let body = format!(r#"{{"occurrence": "{occurrence}", "content": {{"text": "{text}"}}}}"#);
    seal(SupplementKind::Output, body).remove(0)
}

#[track_caller]
fn held_by(store: &Store, content: Identity, names: &[&str]) {
    let error = refused(store, &erase_of(content));
    let NotErased::Held { holds, .. } = &error else { panic!("{error}") };
    assert_eq!(holds.iter().map(|hold| hold.name.as_str()).collect::<Vec<_>>(), names);
    assert!(names.iter().all(|name| error.to_string().contains(name)), "{error}");
    assert!(matches!(store.reader().check_erase(&content), Err(NotErased::Held { .. })));
}

#[track_caller]
fn at(result: Result<decl_store::Receipt, SealError>) -> String {
    let Err(SealError::Refused(fault)) = result else { panic!("{result:?}") };
    fault.at.brief()
}

#[test]
fn a_hold_covers_what_it_names_now_and_later() {
    let place = Place::new();
    let store = place.create();
    let run = in_parts();
    let receipt = seal_one(&store, run.clone()).unwrap();
    let [one, two, three] = [0, 1, 2].map(|n| run.contents[n].digest);
    let other = seal_one(&store, submission("another")).unwrap();
    let answered = answer(&store, other.identity, 1, "an answer");

    // One piece of content.
    store.hold("one", &Scope::Content(one), "a claim").unwrap();
    held_by(&store, one, &["one"]);
    erase(&store, two);
    // What a record names, and what is said about it.
    store.hold("run", &Scope::Subject(receipt.identity), "a claim").unwrap();
    held_by(&store, one, &["one", "run"]);
    held_by(&store, three, &["run"]);
    let later = answer(&store, receipt.identity, 2, "a later answer");
    held_by(&store, later, &["run"]);
    // What a query finds, and what is said about that.
    let run_of = |model: &str, text: &str| renamed(&submission(text), model);
    let scope = Scope::Query("model=held-model&kind=generate".to_owned());
    store.hold("model", &scope, "a claim").unwrap();
    let (held, free) = (run_of("held-model", "held"), run_of("free-model", "free"));
    let held_content = held.contents[0].digest;
    let held_run = seal_one(&store, held).unwrap();
    let free_content = free.contents[0].digest;
    seal_one(&store, free).unwrap();
    held_by(&store, held_content, &["model"]);
    erase(&store, free_content);
    let held_answer = answer(&store, held_run.identity, 3, "another answer");
    held_by(&store, held_answer, &["model"]);
    // What is named by no held record can go, also if it is named by a supplement.
    let erased = erase(&store, answered);
    let record = store.reader().sealed_at(erased.index).unwrap().unwrap().record;
    assert_eq!(Supplement::try_from(record).unwrap().subject(), other.identity);

    let names =
        |store: &Store| store.reader().holds().unwrap().into_iter().map(|hold| hold.name).collect::<Vec<_>>();
    assert_eq!(names(&store), ["one", "run", "model"]);
    drop(store);
    let store = place.open();
    held_by(&store, three, &["run"]);
    store.release("run", "settled").unwrap();
    assert_eq!(names(&store), ["one", "model"]);
    erase(&store, three);
    held_by(&store, one, &["one"]);
    store.release("one", "settled").unwrap();
    erase(&store, one);
    assert!(store.purge().unwrap());
    drop(store);
    sound(&place, 5);
}

#[test]
fn a_hold_that_makes_no_sense_is_refused_at_its_place() {
    let place = Place::new();
    let store = place.create();
    let run = submission("run");
    let receipt = seal_one(&store, run.clone()).unwrap();
    let content = Scope::Content(run.contents[0].digest);
    let size = |store: &Store| store.reader().tree().unwrap().size;
    store.hold("case-1", &content, "a claim").unwrap();
    let before = size(&store);
    let unknown = Identity::of(b"unknown");
    let query = |text: &str| Scope::Query(text.to_owned());
    for (name, scope, reason, place) in [
        ("case-1", &content, "another claim", "/body/name"),
        ("case-1", &content, "a claim", "/body/name"),
        ("No Name", &content, "a claim", "/body/name"),
        ("case-2", &content, "", "/body/reason"),
        ("case-2", &Scope::Content(unknown), "a claim", "/body/scope/content"),
        ("case-2", &Scope::Subject(unknown), "a claim", "/body/scope/subject"),
        ("case-2", &query(""), "a claim", "/body/scope/query"),
        ("case-2", &query("modell=a"), "a claim", "/body/scope/query"),
        ("case-2", &query("type=event&model=a"), "a claim", "/body/scope/query"),
    ] {
        assert_eq!(at(store.hold(name, scope, reason)), place, "{name} {scope} {reason}");
    }
    assert_eq!(at(store.release("case-2", "settled")), "/body/hold");
    // Past the methods that see to it.
    let body = |text: &str| json::parse(text.as_bytes()).unwrap().into_owned();
    let hold = format!(
        r#"{{"name": "case-1", "scope": {{"subject": "{}"}}, "reason": "r"}}"#,
        receipt.identity.hex()
    );
    let (hold, _) = Event::new(EventKind::Hold, body(&hold), "local", &mut NoFiles).unwrap();
    assert_eq!(at(store.seal(vec![Submission::local(hold, Vec::new())]).remove(0)), "/kind");
    assert_eq!(size(&store), before);

    store.release("case-1", "settled").unwrap();
    assert_eq!(at(store.release("case-1", "settled")), "/body/hold");
    assert_eq!(at(store.hold("case-1", &content, "a claim")), "/body/reason", "its words were released");
    store.hold("case-1", &content, "another claim").unwrap();
    let release = format!(r#"{{"hold": "{}", "reason": "r"}}"#, store.reader().holds().unwrap()[0].id.hex());
    let (release, _) = Event::new(EventKind::Release, body(&release), "local", &mut NoFiles).unwrap();
    assert_eq!(at(store.seal(vec![Submission::local(release, Vec::new())]).remove(0)), "/kind");
    drop(store);
    sound(&place, 0);
}

/// Either the hold is first and the content stays, or the erasure is first and the hold holds nothing of it.
#[test]
fn a_hold_and_an_erasure_at_once() {
    let place = Place::in_memory();
    let store = place.create();
    let (mut kept, mut gone) = (0, 0);
    for round in 0..60 {
        let run = submission(&format!("round {round}"));
        let digest = run.contents[0].digest;
        seal_one(&store, run).unwrap();
        let name = format!("case-{round}");
        let (hold, erase) = thread::scope(|scope| {
            let hold = scope.spawn(|| store.hold(&name, &Scope::Content(digest), "a claim"));
            let erase = scope.spawn(|| store.erase(vec![erase_of(digest)]).remove(0));
            (hold.join().unwrap(), erase.join().unwrap())
        });
        let hold = hold.unwrap();
        match erase {
            Ok(erase) => {
                assert!(erase.index < hold.index);
                gone += 1;
            }
            Err(NotErased::Held { holds, .. }) => {
                assert_eq!((holds.len(), holds[0].name.as_str()), (1, name.as_str()));
                assert!(store.reader().content(&digest).unwrap().is_some());
                kept += 1;
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(kept + gone, 60);
    assert!(store.purge().unwrap());
    drop(store);
    sound(&place, gone);
}

/// Two of one name, and two erasures of one content.
#[test]
fn of_two_that_exclude_each_other_one_is_done() {
    let place = Place::in_memory();
    let store = place.create();
    for round in 0..20 {
        let run = submission(&format!("round {round}"));
        let digest = run.contents[0].digest;
        seal_one(&store, run).unwrap();
        let name = format!("case-{round}");
        let done: Vec<bool> = thread::scope(|scope| {
            let hold = |n: u32| {
                let (store, name) = (&store, &name);
                scope.spawn(move || store.hold(name, &Scope::Content(digest), &format!("{n}")).is_ok())
            };
            [0, 1].map(hold).into_iter().map(|hold| hold.join().unwrap()).collect()
        });
        assert_eq!(done.iter().filter(|done| **done).count(), 1);
        store.release(&name, "settled").unwrap();
        let done: Vec<bool> = thread::scope(|scope| {
            let erase = |n: u32| {
                let erase = Erase { request: Some(format!("{n}")), ..erase_of(digest) };
                let store = &store;
                scope.spawn(move || store.erase(vec![erase]).remove(0).is_ok())
            };
            [0, 1].map(erase).into_iter().map(|erase| erase.join().unwrap()).collect()
        });
        assert_eq!(done.iter().filter(|done| **done).count(), 1);
    }
    assert!(store.purge().unwrap());
    drop(store);
    sound(&place, 20);
}

/// To destroy a key is to erase everything under it.
#[test]
fn a_key_over_held_content_is_not_destroyed() {
    for scope in ["content", "subject", "query"] {
        let place = Place::new();
        let store = place.create();
        for name in ["ada", "bob"] {
            store.new_content_key(name, &place.keys()).unwrap();
        }
        let keys = store.content_keys(&place.keys()).unwrap().unwrap();
        let run = keyed("under ada", keys.get("ada").unwrap());
        let digest = run.keyed[0].digest();
        let receipt = seal_one(&store, run).unwrap();
        seal_one(&store, keyed("under bob", keys.get("bob").unwrap())).unwrap();
        let scope = match scope {
            "content" => Scope::Content(digest),
            "subject" => Scope::Subject(receipt.identity),
            _ => Scope::Query(format!("content={}", digest.hex())),
        };
        store.hold("case-1", &scope, "a claim").unwrap();
        held_by(&store, digest, &["case-1"]);
        let size = || store.reader().tree().unwrap().size;
        let before = size();
        assert_eq!(at(store.destroy_content_key("ada", &place.keys())), "/body/name");
        assert_eq!(size(), before);
        assert!(store.content_keys(&place.keys()).unwrap().unwrap().get("ada").is_some());
        store.destroy_content_key("bob", &place.keys()).unwrap();
        store.release("case-1", "settled").unwrap();
        store.destroy_content_key("ada", &place.keys()).unwrap();
        assert!(store.content_keys(&place.keys()).unwrap().unwrap().get("ada").is_none());
        erase(&store, digest);
        assert!(store.purge().unwrap());
        drop(store);
        sound(&place, 1);
    }
}
