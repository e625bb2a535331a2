//! Three implementations that share no line, on the same documents: the same verdict, bytes and identity.
//!
//! Rust is this crate; Python and JavaScript are `reference/`. `DECL_TEST_SEED` chooses other documents than those that
//! every run sees.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "helpers of tests; the counts are worth reading"
)]

mod change;
mod child;
mod invent;
mod random;
mod shrink;
mod tree;
mod write;

use change::{Corpus, damage};
use child::Peer;
use decl_core::{Code, NoFiles, Source, Value, check, hex, json, limits};
use invent::Words;
use random::Random;
use std::{collections::BTreeMap, env, fs, path::PathBuf, thread};
use tree::Node;
use write::{Twist, to_cbor, to_json};

/// Every fifth is CBOR.
const DOCUMENTS: u64 = 125_000;
const BATCH: u64 = 2_500;

#[test]
fn three_implementations_agree_on_generated_documents() {
    let mut peers = Peer::all();
    if peers.is_empty() {
        return;
    }
    let seed = env::var("DECL_TEST_SEED").map_or(1, |seed| seed.parse().expect("DECL_TEST_SEED is a number"));
    let generator = Generator::new(seed);
    let (mut counts, mut written): (BTreeMap<String, [usize; 2]>, _) = (BTreeMap::new(), 0);
    for first in (0..DOCUMENTS).step_by(usize::try_from(BATCH).unwrap()) {
        let documents: Vec<_> = (first..first + BATCH).map(|n| generator.document(n)).collect();
        let bytes: Vec<_> = documents.iter().map(|document| document.bytes.clone()).collect();
        written += bytes.iter().map(Vec::len).sum::<usize>();
        let verdicts = verdicts(&mut peers, &bytes);
        for (n, document) in documents.into_iter().enumerate() {
            if verdicts.iter().any(|of| of[n] != verdicts[0][n]) {
                let smallest = document.shrink(&mut |bytes| disagree(&mut peers, bytes));
                panic!(
                    "seed {seed}, document {}, made small:\n{}",
                    first + n as u64,
                    report(&mut peers, &smallest)
                );
            }
            let verdict = verdicts[0][n].split(' ').next().unwrap();
            let verdict = if verdict.starts_with("b3:") { "accepted" } else { verdict };
            counts.entry(verdict.to_owned()).or_default()[usize::from(document.is_cbor())] += 1;
        }
    }
    let total = |form: usize| counts.values().map(|count| count[form]).sum::<usize>();
    println!(
        "seed {seed}: rust and {peers:?} agree on {} documents of JSON and {} of CBOR, {} bytes each",
        total(0),
        total(1),
        written / (total(0) + total(1))
    );
    for (verdict, [json, cbor]) in &counts {
        println!("  {verdict:17} {json:6} {cbor:6}");
    }
    assert!(total(0) >= 100_000);
    for form in [0, 1] {
        assert!(counts["accepted"][form] * 5 > total(form), "more than a fifth is accepted");
    }
    for code in Code::ALL {
        // size has a test of its own; these two are about content, of which a document alone says nothing
        let elsewhere = [Code::Size, Code::DigestMismatch, Code::LenMismatch].contains(&code);
        assert_eq!(counts.contains_key(code.as_str()), !elsewhere, "{code}");
    }
}

#[test]
fn three_implementations_agree_at_the_limits_of_size() {
    const TEXT: usize = 1 << 16;
    let mut peers = Peer::all();
    if peers.is_empty() {
        return;
    }
    let declaration = String::from_utf8(example("rag.json")).unwrap();
    let with = |text: usize| {
        let member = format!(r#""set": {{"x": "{}", "#, "x".repeat(text));
        declaration.replace(r#""set": {"#, &member).into_bytes()
    };
    let canonical = |json: &[u8]| Source::parse(json, &mut NoFiles).unwrap().declaration.into_bytes();
    let around_text = canonical(&with(TEXT)).len() - TEXT;
    let largest = with(limits::DECLARATION_BYTES - around_text);
    let too_large = with(limits::DECLARATION_BYTES - around_text + 1);
    let spaces = |n: usize| [declaration.as_bytes(), &b" ".repeat(n - declaration.len())].concat();
    // A map, its key and a list stand before the items.
    let values = |n: usize| format!(r#"{{"v":[{}0]}}"#, "0,".repeat(n - 4)).into_bytes();
    let cbor = canonical(&largest);
    let documents = [
        [&cbor[..], b"\0"].concat(), // its size is looked at before its end
        cbor,
        largest,
        too_large,
        spaces(limits::SOURCE_BYTES),
        spaces(limits::SOURCE_BYTES + 1),
        values(limits::VALUES),
        values(limits::VALUES + 1),
    ];
    let verdicts = verdicts(&mut peers, &documents);
    for of in &verdicts {
        let refused: Vec<_> = of.iter().map(|verdict| verdict == r#"E-SIZE """#).collect();
        assert_eq!(refused, [true, false, false, true, false, true, false, true]);
        assert_eq!(*of, verdicts[0]);
    }
    println!("rust and {peers:?} agree on {} documents at the limits of size", documents.len());
}

struct Generator {
    seed: u64,
    json: Corpus,
    cbor: Corpus,
    words: Words,
}

/// A document, and how a smaller tree would be written.
struct Document {
    bytes: Vec<u8>,
    tree: Node,
    twist: Option<(usize, Twist)>,
}

impl Generator {
    /// Declarations to start from: the examples, the vectors, and what the adapter makes of the request bodies.
    fn new(seed: u64) -> Self {
        let vectors = root().join("vectors");
        let mut texts: Vec<_> = ["rag.json", "chat-tools.json", "local-llama.json"].map(example).into();
        let mut files: Vec<_> =
            fs::read_dir(vectors.join("declaration")).unwrap().map(|f| f.unwrap().path()).collect();
        files.sort();
        for file in files {
            let case = json::parse(&fs::read(file).unwrap()).unwrap().into_owned();
            texts.extend(case.get("json").and_then(Value::as_str).map(|json| json.as_bytes().to_vec()));
        }
        let adapter = decl_adapt::named("chat").unwrap();
        for body in example("bodies.ndjson").split(|byte| *byte == b'\n') {
            let made = adapter.declare(body, &decl_adapt::Options::default(), &mut NoFiles);
            texts.extend(made.map(|source| source.declaration.to_json().into_bytes()));
        }
        let (mut json, mut cbor) = (Vec::new(), Vec::new());
        for text in texts {
            let Ok(source) = Source::parse(&text, &mut NoFiles) else { continue };
            json.push(Node::of(&json::parse(&text).unwrap()));
            cbor.push(Node::of(&source.declaration.value()));
        }
        println!("{} declarations to start from", json.len());
        Self { seed, json: Corpus::new(json), cbor: Corpus::new(cbor), words: Words::read(&vectors) }
    }

    fn document(&self, n: u64) -> Document {
        const TWISTS: &[Twist] = &[
            Twist::Wide,
            Twist::Indefinite,
            Twist::Longer,
            Twist::Before(b"\xc0"),
            Twist::Before(b"\xd9\xd9\xf7"),
            Twist::Unsorted,
        ];
        let mut random = Random::new(self.seed, n);
        let is_cbor = n % 5 == 4;
        let tree = if is_cbor { &self.cbor } else { &self.json }.declaration(&mut random, &self.words);
        let mut twist = None;
        let mut bytes = if is_cbor {
            twist = random.percent(25).then(|| (random.below(2 * tree.places().len()), random.pick(TWISTS)));
            to_cbor(&tree, twist)
        } else {
            let liberties = random.percent(40).then(|| Random::new(self.seed, !n));
            to_json(&tree, liberties)
        };
        if random.percent(15) {
            damage(&mut bytes, &mut random);
        }
        Document { bytes, tree, twist }
    }
}

impl Document {
    fn is_cbor(&self) -> bool {
        matches!(self.bytes.first(), Some(0xa0..=0xbf))
    }

    /// Smaller as a tree, in the plainest form in which they still disagree, then as bytes.
    fn shrink(self, wrong: &mut dyn FnMut(&[u8]) -> bool) -> Vec<u8> {
        let Self { bytes, tree, twist } = self;
        let write = |form, tree: &Node| match form {
            0 => to_json(tree, None),
            1 => to_cbor(tree, None),
            _ => to_cbor(tree, twist),
        };
        let bytes = match (0..3).find(|form| wrong(&write(*form, &tree))) {
            Some(form) => write(form, &shrink::tree(tree, &mut |tree| wrong(&write(form, tree)))),
            None => bytes,
        };
        shrink::bytes(bytes, wrong)
    }
}

/// What each implementation says of each document, in lines that are equal exactly if they agree.
fn verdicts(peers: &mut [Peer], documents: &[Vec<u8>]) -> Vec<Vec<String>> {
    thread::scope(|scope| {
        let asked: Vec<_> = peers.iter_mut().map(|peer| scope.spawn(|| peer.ask(documents))).collect();
        let own = documents.iter().map(|document| verdict(document)).collect();
        [own].into_iter().chain(asked.into_iter().map(|answers| answers.join().unwrap())).collect()
    })
}

/// What Rust says, by both of its ways to read a document.
fn verdict(document: &[u8]) -> String {
    let first = check(document, &mut NoFiles).into_iter().next();
    match Source::parse(document, &mut NoFiles) {
        Ok(Source { declaration, .. }) if first.is_none() => {
            format!("{} {}", declaration.identity(), hex(declaration.as_bytes()))
        }
        Err(fault) if first.as_ref() == Some(&fault) => {
            format!("{} {}", fault.code, json::minimal(&Value::text(fault.at.to_string())))
        }
        parsed => {
            format!("parse: {:?}, check: {first:?}", parsed.map(|source| source.declaration.identity()))
        }
    }
}

fn disagree(peers: &mut [Peer], document: &[u8]) -> bool {
    let verdicts = verdicts(peers, &[document.to_vec()]);
    verdicts.iter().any(|of| of != &verdicts[0])
}

/// The document and what each says of it.
fn report(peers: &mut [Peer], document: &[u8]) -> String {
    let names: Vec<_> = ["rust"].into_iter().chain(peers.iter().map(|peer| peer.name)).collect();
    let verdicts = verdicts(peers, &[document.to_vec()]);
    let shown = match std::str::from_utf8(document) {
        Ok(text) if !matches!(document.first(), Some(0xa0..=0xbf)) => text.to_owned(),
        _ => hex(document),
    };
    let lines =
        names.iter().zip(&verdicts).map(|(name, of)| format!("  {name:10} {}", brief(&of[0], &verdicts)));
    format!("{shown}\n{}", lines.collect::<Vec<_>>().join("\n"))
}

/// A verdict, of whose canonical bytes those are shown where the verdicts begin to differ.
fn brief(verdict: &str, verdicts: &[Vec<String>]) -> String {
    let Some((identity, bytes)) = verdict.split_once(' ').filter(|(first, _)| first.starts_with("b3:"))
    else {
        return verdict.to_owned();
    };
    let others = verdicts.iter().filter_map(|of| of[0].strip_prefix("b3:")?.split_once(' '));
    let same =
        |(_, other): (&str, &str)| bytes.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    let first = others.map(same).min().unwrap_or_default() / 2 * 2;
    let end = bytes.len().min(first + 32);
    format!("{identity} of {} bytes, at {}: {}", bytes.len() / 2, first / 2, &bytes[first.min(end)..end])
}

fn example(name: &str) -> Vec<u8> {
    fs::read(root().join("examples").join(name)).unwrap()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}
