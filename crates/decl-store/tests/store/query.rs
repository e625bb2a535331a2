//! Queries against a plain list of what was sealed.

use crate::{Place, damage, seal_all};
use decl_core::{Identity, NoFiles, RecordKind, Source, Value, json};
use decl_explain::template;
use decl_store::{ErrorKind, Field, Filter, Order, Page, Reader, Store, Submission, Term};
use std::collections::BTreeSet;

const MODELS: [(&str, &str); 3] =
    [("example.com", "some-model"), ("example.com", "small-model"), ("example.org", "some-model")];
const TOOLS: [&str; 3] = ["search", "total", "example.com"];
const PROMPTS: [&str; 3] = ["Answer.", "Answer briefly.", "some-model"];

/// What a run has, by the names that the test gave it.
type Has = BTreeSet<(Field, String)>;

/// A declaration that is made by the digits of a number.
fn run(n: usize) -> (Submission, Has) {
    let digit = |place: u32, base: usize| n / 3_usize.pow(place) % base;
    let mut has = Has::new();
    let mut give = |field, text: &str| {
        has.insert((field, text.to_owned()));
        Value::text(text.to_owned())
    };
    let kind = ["generate", "embed"][digit(0, 2)];
    let mut tree = template(kind).unwrap();
    give(Field::Kind, kind);
    let by = if n.is_multiple_of(5) { "some-model" } else { "local" };
    give(Field::By, by);
    let (authority, model) = MODELS[digit(1, 3)];
    set(&mut tree, &["model", "authority"], give(Field::Authority, authority));
    set(&mut tree, &["model", "name"], give(Field::Model, model));
    if digit(2, 3) > 0 {
        set(
            &mut tree,
            &["model", "revision"],
            give(Field::Revision, ["2026", "some-model"][digit(2, 3) - 1]),
        );
    }
    if digit(3, 3) > 0 {
        let name = give(Field::Api, ["chat", "local"][digit(3, 3) - 1]);
        let api = Value::map([("name", name), ("version", Value::absent("default"))]);
        set(&mut tree, &["environment", "api"], api);
    }
    let tools = TOOLS.iter().enumerate().filter(|(place, _)| ((n / 7) >> place) & 1 == 1);
    // A tool may be there twice.
    let tools = tools.flat_map(|(place, name)| std::iter::repeat_n(name, 1 + place % 2));
    let tools = tools.map(|name| {
        Value::map([
            ("t", Value::text("function")),
            ("data", Value::text("closed")),
            ("name", give(Field::Tool, name)),
            ("config", Value::Map(Vec::new())),
            ("schema", Value::absent("none")),
            ("server", Value::absent("none")),
            ("description", Value::absent("none")),
            ("implementation", Value::absent("undisclosed")),
        ])
    });
    set(&mut tree, &["tools"], Value::Array(tools.collect()));
    let mut message = |fields: &[Field], role: &'static str, texts: &[&str]| {
        let parts = texts.iter().map(|text| {
            for field in fields {
                give(*field, text);
            }
            Value::map([
                ("t", Value::text("text")),
                ("attrs", Value::Map(Vec::new())),
                ("content", Value::map([("text", Value::text(text.to_string()))])),
            ])
        });
        let parts = Value::Array(parts.collect());
        Value::Array(vec![Value::map([("role", Value::text(role)), ("parts", parts)])])
    };
    let prompts = [PROMPTS[digit(4, 3)], PROMPTS[n % 2]];
    let instructions = message(&[Field::Instructions, Field::Content], "system", &prompts);
    let input = message(&[Field::Content], "user", &[PROMPTS[n / 2 % 3], &format!("run {n}")]);
    set(&mut tree, &["instructions"], instructions);
    set(&mut tree, &["input"], input);
    let Source { declaration, contents } =
        Source::parse(json::minimal(&tree).as_bytes(), &mut NoFiles).unwrap();
    (Submission { by: by.to_owned(), ..Submission::local(declaration, contents) }, has)
}

fn set(tree: &mut Value<'static>, path: &[&str], new: Value<'static>) {
    let [name, path @ ..] = path else { return *tree = new };
    let Value::Map(members) = tree else { panic!("no map above {name}") };
    set(&mut members.iter_mut().find(|(key, _)| key == name).unwrap().1, path, new);
}

/// Seals runs in commits of these sizes, and answers with what each entry has. Entry 0 has nothing.
fn seal(store: &Store, from: usize, commits: &[usize]) -> Vec<Has> {
    let mut n = from;
    let mut entries = Vec::new();
    for commit in commits {
        let (batch, has): (Vec<_>, Vec<_>) = (n..n + commit).map(run).unzip();
        assert!(store.seal(batch).iter().all(|sealed| sealed.as_ref().unwrap().new));
        entries.extend(has);
        n += commit;
    }
    entries
}

fn term(field: Field, value: &str) -> Term {
    match field {
        Field::Instructions | Field::Content => Term::digest(field, &Identity::of(value.as_bytes())),
        _ => Term::text(field, value),
    }
}

/// Fields and values that some runs have, and some that none has.
fn pool() -> Vec<(Field, &'static str)> {
    let values = [
        "some-model",
        "local",
        "example.com",
        "search",
        "Answer.",
        "2026",
        "chat",
        "embed",
        "run 17",
        "none",
    ];
    let fields = Field::ALL.into_iter().filter(|field| !field.is_of_supplements());
    fields.flat_map(|field| values.map(|value| (field, value))).collect()
}

fn filter(terms: &[(Field, &str)]) -> Filter {
    Filter { terms: terms.iter().map(|(field, value)| term(*field, value)).collect(), ..Filter::default() }
}

fn indexes(reader: &Reader, filter: &Filter, page: &Page, limit: usize) -> Vec<u64> {
    reader.query(filter, page).unwrap().take(limit).map(Result::unwrap).collect()
}

/// What a plain search through everything finds.
fn plain(entries: &[Has], terms: &[(Field, &str)], page: &Page, limit: usize) -> Vec<u64> {
    let has = |has: &Has| terms.iter().all(|(field, value)| has.contains(&(*field, (*value).to_owned())));
    let found = (1..).zip(&entries[1..]).filter(|(_, entry)| has(entry)).map(|(index, _)| index);
    let mut found: Vec<u64> = found.filter(|index| (page.from..page.before).contains(index)).collect();
    if page.order == Order::Newest {
        found.reverse();
    }
    found.truncate(limit);
    found
}

const COMMITS: [usize; 12] = [1, 1, 300, 1, 1, 1, 1, 1, 1, 1, 64, 200];

#[test]
fn every_filter_finds_what_a_plain_search_finds() {
    let place = Place::in_memory();
    let store = place.create();
    let mut entries = vec![Has::new()];
    entries.extend(seal(&store, 0, &COMMITS));
    let reader = store.reader();
    let pool = pool();
    let mut some = 0;
    let mut try_all = |terms: &[(Field, &str)]| {
        let filter = filter(terms);
        for order in [Order::Oldest, Order::Newest] {
            for (from, before, limit) in
                [(0, u64::MAX, usize::MAX), (2, 303, usize::MAX), (150, 420, 7), (303, 303, 7)]
            {
                let page = Page { order, from, before };
                let expected = plain(&entries, terms, &page, limit);
                assert_eq!(indexes(reader, &filter, &page, limit), expected, "{terms:?} {page:?}");
                some += usize::from(!expected.is_empty() && expected.len() < entries.len() - 1);
                if limit == usize::MAX {
                    let total = reader.query(&filter, &page).unwrap().total().unwrap();
                    assert_eq!(total, expected.len() as u64, "{terms:?} {page:?}");
                }
            }
        }
    };
    try_all(&[]);
    for (a, first) in pool.iter().enumerate() {
        try_all(&[*first]);
        for (b, second) in pool.iter().enumerate().skip(a + 1) {
            try_all(&[*first, *second]);
            for third in pool.iter().skip(b + 1).step_by(11) {
                try_all(&[*first, *second, *third]);
            }
        }
    }
    assert!(some > 1_000, "{some} answers that tell something");
}

#[test]
fn pages_follow_each_other_while_the_log_grows() {
    let place = Place::in_memory();
    let store = place.create();
    let mut entries = vec![Has::new()];
    entries.extend(seal(&store, 0, &COMMITS));
    let terms = [(Field::Model, "some-model"), (Field::Tool, "search")];
    let filter = filter(&terms);
    let whole = plain(&entries, &terms, &Page::default(), usize::MAX);
    let (mut up, mut down): (Vec<u64>, Vec<u64>) = (Vec::new(), Vec::new());
    let (mut from, mut before) = (0, entries.len() as u64);
    for round in 0.. {
        let page = Page { order: Order::Oldest, from, ..Page::default() };
        let next = indexes(store.reader(), &filter, &page, 13);
        up.extend(next.iter().filter(|index| **index < entries.len() as u64));
        from = next.last().map_or(from, |last| last + 1);
        let page = Page { order: Order::Newest, before, ..Page::default() };
        let next = indexes(store.reader(), &filter, &page, 13);
        let Some(last) = next.last() else { break };
        before = *last;
        down.extend(next);
        seal(&store, 1_000 + round * 3, &[1, 2]);
    }
    assert_eq!(up, whole);
    down.reverse();
    assert_eq!(down, whole);
}

#[test]
fn times_are_found_by_the_clock_of_the_log() {
    let place = Place::in_memory();
    let store = place.create();
    seal(&store, 0, &[1, 20, 3, 1, 1]);
    let reader = store.reader();
    let at = |index| reader.sealed_at(index).unwrap().unwrap().sealed_at;
    let times: BTreeSet<_> = (1..=26).flat_map(|index| [at(index) - 1, at(index), at(index) + 1]).collect();
    for since in &times {
        for until in &times {
            let expected: Vec<_> = (1..=26).filter(|index| (*since..*until).contains(&at(*index))).collect();
            let filter = Filter { since: Some(*since), until: Some(*until), ..Filter::default() };
            assert_eq!(indexes(reader, &filter, &Page::default(), usize::MAX), expected);
        }
    }
    assert_eq!(reader.first_since(u64::MAX).unwrap(), 27);
}

#[test]
fn records_come_with_their_entries() {
    let place = Place::in_memory();
    let store = place.create();
    seal(&store, 0, &COMMITS);
    let page = Page { order: Order::Newest, ..Page::default() };
    let found = store.reader().query(&filter(&[(Field::By, "some-model")]), &page).unwrap().records();
    let found: Vec<_> = found.map(Result::unwrap).collect();
    assert_eq!(found.len(), COMMITS.iter().sum::<usize>().div_ceil(5));
    for found in found {
        let n = usize::try_from(found.index).unwrap() - 1;
        let (submission, _) = run(n);
        assert_eq!(found.record, submission.record);
        assert_eq!((found.by.as_str(), found.sha256), ("some-model", submission.record.sha256()));
    }
}

#[test]
fn a_filter_that_cannot_match_is_refused() {
    let place = Place::in_memory();
    let store = place.create();
    let ask = |kind, field| {
        let filter = Filter { kind, terms: vec![Term::text(field, "x")], ..Filter::default() };
        store.reader().query(&filter, &Page::default()).map(Iterator::count).map_err(|error| error.kind())
    };
    for field in Field::ALL {
        assert_eq!(ask(None, field), Ok(0), "{field}");
        assert_eq!(ask(Some(RecordKind::Supplement), field), Ok(0), "{field}");
        let declared = if field.is_of_supplements() { Err(ErrorKind::Argument) } else { Ok(0) };
        assert_eq!(ask(Some(RecordKind::Declaration), field), declared, "{field}");
        let of_events = matches!(field, Field::Kind | Field::By | Field::Content | Field::Subject);
        let stated = if of_events { Ok(0) } else { Err(ErrorKind::Argument) };
        assert_eq!(ask(Some(RecordKind::Event), field), stated, "{field}");
    }
}

/// The row of the list of a model that begins with an entry.
fn row(model: &str, first: u64) -> Vec<u8> {
    [&[1, 2], &Identity::of(model.as_bytes()).as_bytes()[..16], &first.to_be_bytes()].concat()
}

#[test]
fn a_damaged_index_is_named() {
    let cases: [(&str, &[u8], &str); 2] =
        [("some-model", &[0], "cannot be read"), ("none", &[], "does not match")];
    for (model, value, message) in cases {
        let place = Place::new();
        seal_all(&place.create(), 0..5);
        damage(&place, |raw| raw.put("index", &row(model, 1), value));
        let reader = Reader::open(&place.dir()).unwrap();
        for order in [Order::Oldest, Order::Newest] {
            let page = Page { order, ..Page::default() };
            let matches = reader.query(&filter(&[(Field::Model, model)]), &page).unwrap();
            let results: Vec<_> = matches.records().collect();
            let [Err(error)] = &results[..] else { panic!("{results:?}") };
            assert_eq!(error.kind(), ErrorKind::Corrupt);
            assert!(error.to_string().contains(message) && error.hint().unwrap().contains("decl reindex"));
        }
    }
}

#[test]
fn a_store_that_was_rolled_back_does_not_claim_to_have_everything() {
    let place = Place::new();
    let store = Store::create(&place.dir(), crate::ORIGIN, &place.guarded(false)).unwrap();
    seal_all(&store, 0..3);
    drop(store);
    let kept = place.dir().with_extension("kept");
    crate::copy(&place.dir(), &kept);
    seal_all(&Store::open(&place.dir(), &place.guarded(false)).unwrap(), 3..5);
    let reader = Reader::open_recorded(&kept, Some(&place.record())).unwrap();
    let rolled_back = |found: Option<decl_store::Error>| {
        assert_eq!(found.map(|error| error.kind()), Some(ErrorKind::RolledBack));
    };
    for terms in [&[][..], &[(Field::Model, "some-model")], &[(Field::Model, "none")]] {
        let expected = if terms.first().is_some_and(|(_, value)| *value == "none") { 0 } else { 3 };
        let filter = filter(terms);
        let up: Vec<_> = reader.query(&filter, &Page::default()).unwrap().collect();
        assert_eq!(up.iter().filter(|entry| entry.is_ok()).count(), expected);
        rolled_back(up.into_iter().last().unwrap().err());
        rolled_back(reader.query(&filter, &Page::default()).unwrap().total().err());
        rolled_back(reader.query(&filter, &Page { order: Order::Newest, ..Page::default() }).err());
        // What is older is known.
        let page = Page { order: Order::Newest, before: 4, ..Page::default() };
        let down = reader.query(&filter, &page).unwrap();
        assert_eq!(down.map_while(Result::ok).count(), expected);
    }
}
