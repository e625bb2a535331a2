//! One run, one identity; another run, another one. Over every body at hand, edited and written anew by chance.
//!
//! What must be equal is decided here, by rules of the test's own ([`Api::run`]); the adapters' tables are not asked.

mod api;
mod edit;
mod write;

use api::{APIS, Api};
use decl_adapt::{Adapter, Options, Unknown};
use decl_core::{Identity, NoFiles, Value, json};
use edit::Edit;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use rayon::prelude::*;
use std::{collections::HashMap, ops::AddAssign, sync::Mutex};

/// A large body is edited less often: as often as this many bytes allow.
const EDITED_BYTES: usize = 1 << 20;

/// What was tried.
#[derive(Default)]
struct Counts {
    bodies: usize,
    edited: usize,
    refused: usize,
    same: usize,
    other: usize,
}

/// The run behind each identity, and the identity of each run. Both by digest: there are hundreds of thousands.
#[derive(Default)]
struct Seen {
    run: HashMap<Identity, Identity>,
    identity: HashMap<Identity, Identity>,
}

#[test]
fn an_identity_is_one_run_and_a_run_one_identity() {
    for api in &APIS {
        let mut bodies = api.shipped();
        bodies.extend(api.real());
        bodies.sort();
        bodies.dedup_by(|a, b| a.0 == b.0);
        let seen = Mutex::default();
        let edits = api.edits.max(200 / u32::try_from(bodies.len()).unwrap());
        let counts = bodies
            .par_iter()
            .enumerate()
            .map(|(number, (body, meta))| {
                vary(api, edits, body, api.model(meta).as_deref(), number as u64, &seen)
            })
            .try_reduce(Counts::default, |mut a, b| {
                a += b;
                Ok(a)
            });
        let counts = counts.unwrap_or_else(|found| panic!("{found}"));
        let Counts { bodies, edited, refused, same, other } = counts;
        let runs = seen.into_inner().unwrap().run.len();
        println!(
            "{}: {bodies} bodies, {edited} edits: {same} gave the same run and identity, {other} another run and \
             identity, {refused} were refused; {runs} runs, {runs} identities",
            api.name
        );
        assert!(bodies > 0 && same > bodies && other > bodies, "{}", api.name);
    }
}

/// Edits one body so often.
fn vary(
    api: &Api,
    edits: u32,
    body: &[u8],
    model: Option<&str>,
    number: u64,
    seen: &Mutex<Seen>,
) -> Result<Counts, String> {
    let adapter = decl_adapt::named(api.name).unwrap();
    let mut counts = Counts::default();
    let Ok(tree) = json::parse(body) else { return Ok(counts) };
    let api_version = (api.name == "helm").then_some("0.5.16"); // no description of HELM says it
    let plain = Options { model, api_version, ..Options::default() };
    let Some(identity) = identify(adapter, body, &plain) else { return Ok(counts) };
    counts.bodies = 1;
    let run = api.run(&tree, model);
    remember(seen, identity, &run, || format!("{}: the body of number {number}", api.name))?;

    let cases = edits.min(u32::try_from(EDITED_BYTES / body.len()).unwrap_or(edits)).max(2);
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[number.to_be_bytes(); 4].concat());
    let tried = std::cell::RefCell::new(&mut counts);
    let outcome = TestRunner::new_with_rng(config, rng).run(&edit::edit(), |edit: Edit| {
        let changed = edit.apply(&tree, api);
        let text = write::text(&changed, edit.style, api);
        let unknown = if edit.extend { Unknown::Extend } else { Unknown::Refuse };
        let mut tried = tried.borrow_mut();
        tried.edited += 1;
        let changed_run = api.run(&changed, model);
        let what = || format!("{}, body {number}: {edit:?}\n{text}", api.name);
        let verdict = match identify(adapter, text.as_bytes(), &Options { unknown, ..plain }) {
            None if changed_run == run => "refused in another form",
            Some(found) if found == identity && changed_run != run => "one identity for two runs",
            Some(found) if found != identity && changed_run == run => "two identities for one run",
            None => {
                tried.refused += 1;
                return Ok(());
            }
            Some(found) => {
                let count = if found == identity { &mut tried.same } else { &mut tried.other };
                *count += 1;
                return remember(seen, found, &changed_run, what).map_err(TestCaseError::fail);
            }
        };
        Err(TestCaseError::fail(format!("{verdict}\n{}", what())))
    });
    outcome.map_err(|error| error.to_string())?;
    Ok(counts)
}

/// Enters a pair, unless one half of it has another partner already.
fn remember(
    seen: &Mutex<Seen>,
    identity: Identity,
    run: &str,
    what: impl Fn() -> String,
) -> Result<(), String> {
    let run = Identity::of(run.as_bytes());
    let mut seen = seen.lock().unwrap();
    if *seen.run.entry(identity).or_insert(run) != run {
        return Err(format!("an identity that another run has: {}", what()));
    }
    if *seen.identity.entry(run).or_insert(identity) != identity {
        return Err(format!("a run that has another identity: {}", what()));
    }
    Ok(())
}

/// By both ways, which agree: an overlay makes a tree of the body necessary, also one that says nothing.
fn identify(adapter: &Adapter, body: &[u8], options: &Options<'_>) -> Option<Identity> {
    let read = |overlay| {
        let options = Options { overlay, ..*options };
        adapter.declare(body, &options, &mut NoFiles).map(|made| (made.declaration, made.contents))
    };
    let (straight, by_tree) = (read(None), read(Some(&Value::Map(Vec::new()))));
    assert_eq!(straight, by_tree, "{}", String::from_utf8_lossy(body));
    straight.ok().map(|(declaration, _)| declaration.identity())
}

impl AddAssign for Counts {
    fn add_assign(&mut self, more: Self) {
        self.bodies += more.bodies;
        self.edited += more.edited;
        self.refused += more.refused;
        self.same += more.same;
        self.other += more.other;
    }
}
