//! A policy erases what no record keeps any longer, and nothing else.

use crate::{
    Place,
    erase::{erase, sound},
    holds::answer,
    renamed, seal_one, submission,
};
use decl_core::{Identity, Supplement};
use decl_store::{Fate, Filter, NotErased, Page, Policy, Scope, Store, Submission, Term};

const DAY: u64 = 24 * 3_600_000;

const POLICY: &str = r#"
authority = "records-office"

[[class]]
name = "runs"
kind = ["generate"]
keep = "30 days"
then = "erase"
basis = "no longer needed"

[[class]]
name = "customers"
tag = ["customer"]
keep = "1 year"
then = "erase"
basis = "end of the contract"
"#;

fn policy() -> Policy {
    Policy::parse(POLICY).unwrap()
}

/// What a policy makes of content, in short.
fn fates(store: &Store, now: u64) -> Vec<(Identity, String)> {
    let policy = policy();
    let planned = store.reader().plan(&policy, now).unwrap().map(Result::unwrap).map(|planned| {
        let fate = match planned.fate {
            Fate::Goes(ended) => format!("goes, {} of {}", ended.class, ended.records),
            Fate::Held(ended, holds) => {
                format!("held by {}, {} of {}", holds[0].name, ended.class, ended.records)
            }
            Fate::Kept { entry, until: None } => format!("kept by entry {entry} for ever"),
            Fate::Kept { entry, until: Some((_, class)) } => format!("kept by entry {entry} as {class}"),
        };
        (planned.content, fate)
    });
    planned.collect()
}

#[test]
fn what_no_record_keeps_goes_and_the_longest_class_counts() {
    let place = Place::new();
    let store = place.create();
    let tagged = |submission: Submission| Submission { tag: Some("customer".to_owned()), ..submission };
    let [plain, shared, kept, held] = ["plain", "shared", "kept", "held"].map(submission);
    let [p, s, k, h] = [&plain, &shared, &kept, &held].map(|run| run.contents[0].digest);
    let receipt = seal_one(&store, plain.clone()).unwrap(); // entry 1
    seal_one(&store, shared.clone()).unwrap(); // 2
    seal_one(&store, tagged(renamed(&shared, "b"))).unwrap(); // 3, and its tag is 4
    seal_one(&store, held.clone()).unwrap(); // 5
    seal_one(&store, renamed(&plain, "c")).unwrap(); // 6
    let said = answer(&store, receipt.identity, 1, "an answer"); // 7 and 8
    seal_one(&store, tagged(kept)).unwrap(); // 9 and 10
    let now = store.reader().sealed_at(10).unwrap().unwrap().sealed_at;
    store.hold("case", &Scope::Content(h), "a claim").unwrap();

    assert_eq!(fates(&store, now + 29 * DAY), []);
    let month = [
        (p, "goes, runs of 2".to_owned()),
        (s, "kept by entry 3 as customers".to_owned()),
        (h, "held by case, runs of 1".to_owned()),
        (said, "goes, runs of 1".to_owned()),
    ];
    assert_eq!(fates(&store, now + 31 * DAY), month);
    let year = [
        (p, "goes, runs of 2".to_owned()),
        (s, "goes, customers of 2".to_owned()),
        (h, "held by case, runs of 1".to_owned()),
        (said, "goes, runs of 1".to_owned()),
        (k, "goes, customers of 1".to_owned()),
    ];
    assert_eq!(fates(&store, now + 367 * DAY), year);

    let mut seen = Vec::new();
    let applied = store.apply(&policy(), now + 31 * DAY, &mut |planned| seen.push(planned.content)).unwrap();
    assert_eq!((applied.erased, applied.kept, applied.held), (2, 1, 1));
    assert_eq!(seen, [p, s, h, said]);
    assert!(store.purge().unwrap());
    let there = |digest: &Identity| store.reader().content(digest).unwrap().is_some();
    assert_eq!([p, s, h, said, k].map(|digest| there(&digest)), [false, true, true, false, true]);
    let event = store.reader().sealed_at(applied.receipt.index).unwrap().unwrap().record;
    let event = event.value();
    let body = event.get("body").unwrap();
    let number = |name| decl_core::json::minimal(body.get(name).unwrap());
    assert_eq!(["erased", "kept", "held"].map(number), ["2", "1", "1"]);
    assert!(there(&Identity::of(POLICY.as_bytes())), "the policy is content of its event");
    let erasure = store.reader().sealed_at(12).unwrap().unwrap().record;
    let erasure = Supplement::try_from(erasure).unwrap();
    assert_eq!(erasure.subject(), receipt.identity);
    let body = erasure.body();
    let word = |name| body.get(name).unwrap().as_str().unwrap().to_owned();
    assert_eq!((word("basis"), word("authority")), ("no longer needed".into(), "records-office".into()));
    assert!(word("request").starts_with("retention: class runs, 20"), "{}", word("request"));

    // It has been done, and a second time says so.
    let again = store.apply(&policy(), now + 31 * DAY + 1, &mut |_| ()).unwrap();
    assert_eq!((again.erased, again.kept, again.held, again.receipt.new), (0, 1, 1, true));
    store.release("case", "settled").unwrap();
    let last = store.apply(&policy(), now + 367 * DAY, &mut |_| ()).unwrap();
    assert_eq!((last.erased, last.kept, last.held), (3, 0, 0));
    assert!(store.purge().unwrap());
    drop(store);
    sound(&place, 5);
}

/// The erasures of a run that was killed are done; the next one does the rest.
#[test]
fn a_run_that_was_stopped_is_gone_on_with() {
    let place = Place::in_memory();
    let store = place.create();
    let runs: Vec<_> = (0..600).map(|n| submission(&format!("run {n}"))).collect();
    let digests: Vec<_> = runs.iter().map(|run| run.contents[0].digest).collect();
    let now = store.seal(runs).pop().unwrap().unwrap().sealed_at;
    erase(&store, digests[3]);
    erase(&store, digests[500]);
    drop(store);
    let store = place.open();
    let applied = store.apply(&policy(), now + 40 * DAY, &mut |_| ()).unwrap();
    assert_eq!((applied.erased, applied.kept, applied.held), (598, 0, 0));
    assert!(digests.iter().all(|digest| store.reader().content(digest).unwrap().is_none()));
    assert!(store.purge().unwrap());
    drop(store);
    sound(&place, 600);
}

#[test]
fn words_that_cannot_stand_in_a_record_stop_it_before_anything_goes() {
    let place = Place::new();
    let store = place.create();
    let receipt = seal_one(&store, submission("run")).unwrap();
    let secret = POLICY.replace("no longer needed", &format!("sk-{}", "a".repeat(40)));
    let policy = Policy::parse(&secret).unwrap();
    let error = store.apply(&policy, receipt.sealed_at + 40 * DAY, &mut |_| ()).unwrap_err();
    assert!(matches!(error, NotErased::Refused(_)), "{error}");
    assert_eq!(store.reader().tree().unwrap().size, 2);
    drop(store);
    sound(&place, 0);
}

#[test]
fn tags_stand_in_the_commit_of_what_they_tag() {
    const RUNS: usize = 1_000;
    let place = Place::in_memory();
    let store = place.create();
    let tagged = |n: usize| {
        let tag = Some(["a", "b"][n % 2].to_owned());
        Submission { tag, ..submission(&format!("run {n}")) }
    };
    let receipts: Vec<_> =
        store.seal((0..RUNS).map(tagged).collect()).into_iter().map(Result::unwrap).collect();
    assert_eq!(store.stats().commits, 1);
    // Four events: two of each tag.
    assert_eq!(store.reader().tree().unwrap().size, 1 + RUNS as u64 + 4);
    let tags = |id: &Identity| {
        let terms = vec![Term::digest(decl_store::Field::Subject, id)];
        let kind = Some(decl_core::RecordKind::Event);
        let filter = Filter { kind, terms, ..Filter::default() };
        let found = store.reader().query(&filter, &Page::default()).unwrap().records();
        found
            .map(|found| {
                let value = found.unwrap().record.value().into_owned();
                value.get("body").unwrap().get("tag").unwrap().as_str().unwrap().to_owned()
            })
            .collect::<Vec<_>>()
    };
    assert_eq!([0, 1, 998, 999].map(|n| tags(&receipts[n].identity)), [["a"], ["b"], ["a"], ["b"]]);
    // Again, it is the same; another tag is one more; and what cannot be a tag is refused with its declaration.
    let size = || store.reader().tree().unwrap().size;
    let one = |n, tag: &str| Submission { tag: Some(tag.to_owned()), ..submission(&format!("run {n}")) };
    let new = seal_one(&store, one(5_000, "a")).unwrap();
    let before = size();
    assert!(!seal_one(&store, one(5_000, "a")).unwrap().new);
    assert_eq!(size(), before);
    seal_one(&store, one(5_000, "c")).unwrap();
    assert_eq!(tags(&new.identity), ["a", "c"]);
    let before = size();
    for tag in ["", "No Tag", "someone@example.com", &"x".repeat(65)] {
        assert!(seal_one(&store, one(6_000, tag)).is_err());
    }
    assert_eq!(size(), before);
    drop(store);
    sound(&place, 0);
}
