//! Queries over a million varied declarations: the first page of each filter alone, of three combined, and counts.
//!
//! `DECL_BENCH_RECORDS` sets another number of declarations.

#![expect(clippy::print_stdout, clippy::cast_precision_loss, reason = "prints times for people")]

use decl_benches::{parts, varied};
use decl_core::{Identity, json};
use decl_store::{Field, Filter, Match, Options, Order, Page, Reader, Store, Submission, Term};
use std::{
    env,
    path::Path,
    time::{Duration, Instant},
};

const BATCH: usize = 4_096;
/// After so many batches some declarations are sealed one by one.
const ALONE_EVERY: usize = 16;
const ALONE: usize = 64;
const PAGE: usize = 20;
const TRIES: usize = 101;

fn main() {
    // `cargo test --benches` and friends pass flags that ask for no measurement.
    if env::args().any(|argument| argument == "--test" || argument == "--list") {
        return;
    }
    let records = env::var("DECL_BENCH_RECORDS").map_or(1_000_000, |text| text.parse().expect("a number"));
    let home = tempfile::tempdir().expect("a temporary folder");
    let dir = home.path().join("store");
    let rate = seal(&dir, records);
    println!("sealed {records} varied declarations, {rate:.0}/s in batches of {BATCH}");
    let reader = Reader::open(&dir).expect("the store opens");
    // The terms of some record that has all of these fields.
    let terms = |n: usize, fields: &[Field]| {
        let found = (0..).map(|k| {
            let index = 1 + ((n + k * TRIES) * 7_919 % records) as u64;
            let found = reader.sealed_at(index).expect("a record").expect("a record");
            fields.iter().filter_map(|field| term_of(&found, *field)).collect::<Vec<_>>()
        });
        found.into_iter().find(|terms| terms.len() == fields.len()).expect("a record with these fields")
    };
    println!("\n| filter | matches | page of indexes, p50 | page of records, p50 | count |");
    println!("| --- | ---: | ---: | ---: | ---: |");
    let single = Field::ALL.into_iter().filter(|field| !field.is_of_supplements()).map(|field| vec![field]);
    let three = [
        vec![Field::Model, Field::Instructions, Field::Tool],
        vec![Field::Authority, Field::Kind, Field::Revision],
    ];
    for fields in single.chain(three) {
        measure(&reader, &fields, |n| terms(n, &fields));
    }
}

/// Seals declarations; the rate does not count how they are made.
fn seal(dir: &Path, records: usize) -> f64 {
    let store = Store::create(dir, "bench.example/log", &Options::default()).expect("a new store");
    let submission = |run| {
        let (declaration, contents) = parts(varied(run));
        Submission::local(declaration, contents)
    };
    let (mut next, mut batched, mut spent) = (0, 0, Duration::ZERO);
    for number in 0.. {
        if next == records {
            break;
        }
        let alone = number % ALONE_EVERY == ALONE_EVERY - 1;
        let len = if alone { ALONE } else { BATCH }.min(records - next);
        let batch: Vec<_> = (next..next + len).map(submission).collect();
        next += len;
        let begun = Instant::now();
        if alone {
            for one in batch {
                assert!(store.seal(vec![one]).remove(0).is_ok(), "it seals");
            }
        } else {
            assert!(store.seal(batch).iter().all(Result::is_ok), "everything seals");
            spent += begun.elapsed();
            batched += len;
        }
    }
    batched as f64 / spent.as_secs_f64()
}

/// Returns what a record has in a field, read past the index.
fn term_of(found: &Match, field: Field) -> Option<Term> {
    let value = found.record.value();
    let text = |path: &[&str]| {
        let value = path.iter().try_fold(&value, |value, key| value.get(key));
        value.and_then(|value| value.as_str()).map(|text| Term::text(field, text))
    };
    let mut digests = found.record.references().iter().map(|reference| reference.digest);
    match field {
        Field::Authority => text(&["model", "authority"]),
        Field::Model => text(&["model", "name"]),
        Field::Revision => text(&["model", "revision"]),
        Field::Api => text(&["environment", "api", "name"]),
        Field::Kind => text(&["kind"]),
        Field::By => Some(Term::text(field, &found.by)),
        Field::Tool => {
            let tools = json::minimal(value.get("tools").expect("a member"));
            let name = tools.split("\"name\":\"").nth(1).and_then(|rest| rest.split('"').next());
            name.map(|name| Term::text(field, name))
        }
        // The instructions come last.
        Field::Instructions => digests.next_back().map(|digest| Term::digest(field, &digest)),
        Field::Content => digests.next().map(|digest: Identity| Term::digest(field, &digest)),
        _ => None,
    }
}

fn measure(reader: &Reader, fields: &[Field], terms: impl Fn(usize) -> Vec<Term>) {
    let page = Page { order: Order::Newest, ..Page::default() };
    let filters: Vec<_> = (0..TRIES).map(|n| Filter { terms: terms(n), ..Filter::default() }).collect();
    let query = |filter: &Filter| reader.query(filter, &page).expect("an answer");
    let median = |run: &dyn Fn(&Filter)| {
        let mut times: Vec<_> = filters
            .iter()
            .map(|filter| {
                let begun = Instant::now();
                run(filter);
                begun.elapsed()
            })
            .collect();
        times.sort();
        times[times.len() / 2]
    };
    let indexes = median(&|filter| assert!(query(filter).take(PAGE).all(|found| found.is_ok())));
    let records = median(&|filter| assert!(query(filter).records().take(PAGE).all(|found| found.is_ok())));
    let few: Vec<_> = filters.iter().take(5).map(|filter| query(filter).total().expect("a count")).collect();
    let begun = Instant::now();
    let count = query(&filters[0]).total().expect("a count");
    let counted = begun.elapsed();
    let names: Vec<_> = fields.iter().map(|field| field.as_str()).collect();
    println!(
        "| {} | {} | {:.3} ms | {:.3} ms | {count} in {:.1} ms |",
        names.join(", "),
        few.iter().sum::<u64>() / few.len() as u64,
        indexes.as_secs_f64() * 1e3,
        records.as_secs_f64() * 1e3,
        counted.as_secs_f64() * 1e3,
    );
}
