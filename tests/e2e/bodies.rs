//! Request bodies: those that the project ships, and real ones where the folder with them is.

use crate::support::{Store, member, ok, root, text, tool};
use decl_core::{Code, Declaration, Identity, NoFiles, Value, hex, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{Seek as _, Write as _},
    process::Command,
};

/// Refusals that a reader of the body agrees with: state that lives elsewhere, and what no declaration can hold.
/// Anything else has to be looked at, so it fails the test.
const AGREED: [Code; 2] = [Code::Unresolved, Code::Secret];

#[test]
fn the_bodies_that_the_project_ships_seal_and_verify() {
    let lines = root().join("examples/bodies.ndjson");
    let store = Store::new();
    let (answers, _) = store.seal(&lines, &["--from", "chat"]);
    let refused = answers.iter().filter(|answer| answer.get("refused").is_some()).count();
    println!("{} bodies, {refused} refused", answers.len());
    assert!(answers.len() >= 300, "{}", answers.len());
    assert_eq!(refused, 6, "the six that examples/README.md names");
    verify_all(&store, &answers);
}

#[test]
fn real_bodies_seal_and_verify() {
    let bodies: Vec<_> = real("openai.chat").into_iter().map(|(body, _)| body).collect();
    if bodies.is_empty() {
        return;
    }
    assert!(bodies.len() > 10_000, "the corpora hold more than {} chat bodies", bodies.len());

    let store = Store::new();
    let lines = store.path("bodies.ndjson");
    fs::write(&lines, bodies.join(&b'\n')).unwrap();
    let (answers, said) = store.seal(&lines, &["--from", "chat"]);
    assert_eq!(answers.len(), bodies.len(), "one answer a body");

    let mut refusals: BTreeMap<(String, String), usize> = BTreeMap::new();
    for refused in answers.iter().filter_map(|answer| answer.get("refused")) {
        *refusals.entry((member(refused, "code").into(), general(member(refused, "at")))).or_default() += 1;
    }
    let refused: usize = refusals.values().sum();
    println!("{} bodies tried, {} sealed, {refused} refused; {said}", bodies.len(), bodies.len() - refused);
    for ((code, at), n) in &refusals {
        println!("  {n:5} {code} at {at}");
    }
    assert!(bodies.len() - refused >= 2_000);
    let disputed: usize = refusals
        .iter()
        .filter(|((code, _), _)| AGREED.iter().all(|c| c.as_str() != code))
        .map(|(_, n)| n)
        .sum();
    assert!(
        disputed * 1_000 < bodies.len(),
        "{disputed} refusals for other reasons than state that lives elsewhere"
    );
    verify_all(&store, &answers);
}

/// All but a few of the bodies of the other APIs have a declaration, or lean on state that lives elsewhere.
#[test]
fn real_bodies_of_other_apis_have_declarations() {
    for (name, kind) in [
        ("responses", "openai.responses"),
        ("anthropic", "anthropic.messages"),
        ("gemini", "gemini.generateContent"),
    ] {
        let adapter = decl_adapt::named(name).unwrap();
        let (mut declared, mut unresolved, mut others) = (Vec::new(), 0, Vec::new());
        for (body, meta) in real(kind) {
            // Gemini has the model in the URL: /v1beta/models/MODEL:generateContent
            let url = member(&json::parse(&meta).unwrap(), "url_path").to_owned();
            let model = url.split("/models/").nth(1).and_then(|rest| rest.split(':').next());
            let model = if name == "gemini" { model } else { None };
            let options = decl_adapt::Options { model, ..decl_adapt::Options::default() };
            match adapter.declare(&body, &options, &mut NoFiles) {
                Ok(source) => declared.push(source.declaration),
                Err(fault) if fault.code == Code::Unresolved => unresolved += 1,
                Err(fault) => others.push(fault.to_string()),
            }
        }
        let tried = declared.len() + unresolved + others.len();
        if tried > 0 {
            println!(
                "{name}: {tried} bodies tried, {} declared, {unresolved} unresolved, {others:?}",
                declared.len()
            );
            assert!(tried > 2_000 && others.len() * 500 < tried, "{name}: {} others", others.len());
            identify_all(&declared);
        }
    }
}

/// Over 99% of the descriptions of evaluations have a declaration, and no two of them the same.
#[test]
fn real_descriptions_of_evaluations_have_declarations_of_their_own() {
    for (name, corpus, kinds) in [
        ("lm-eval", "lm-eval-runs", &["lm_eval.task", "lm_eval.group"][..]),
        ("helm", "helm-runspecs", &["helm.run_spec"]),
    ] {
        let adapter = decl_adapt::named(name).unwrap();
        let (mut tried, mut others) = (0, Vec::new());
        let mut documents: BTreeMap<Identity, String> = BTreeMap::new();
        for (body, meta) in kinds.iter().flat_map(|kind| of_corpora(&[corpus], kind)) {
            // What wrote a description of HELM stands beside it: crfm-helm==0.5.16 + ...
            let source = member(&json::parse(&meta).unwrap(), "src").to_owned();
            let version = source.strip_prefix("crfm-helm==").and_then(|rest| rest.split(' ').next());
            let options = decl_adapt::Options { api_version: version, ..decl_adapt::Options::default() };
            tried += 1;
            match adapter.declare(&body, &options, &mut NoFiles) {
                Ok(source) => {
                    let document = json::minimal(&json::parse(&body).unwrap());
                    let one =
                        documents.entry(source.declaration.identity()).or_insert_with(|| document.clone());
                    assert_eq!(*one, document, "{name}: one identity for two runs");
                }
                Err(fault) if fault.code == Code::Unresolved => {}
                Err(fault) => others.push(fault.to_string()),
            }
        }
        if tried > 0 {
            println!("{name}: {tried} descriptions tried, {} declarations, {others:?}", documents.len());
            assert!(tried > 6_000 && others.len() * 100 < tried, "{name}: {} others", others.len());
            assert!(documents.len() * 100 >= tried * 99, "{name}: {} declarations", documents.len());
        }
    }
}

/// The real bodies of an API, each with what is known of it; none where the folder with them is not.
pub(crate) fn real(kind: &str) -> Vec<(Vec<u8>, Vec<u8>)> {
    of_corpora(&["cassettes", "bfcl", "openai-evals", "agents"], kind)
}

/// The same, from these corpora.
pub(crate) fn of_corpora(corpora: &[&str], kind: &str) -> Vec<(Vec<u8>, Vec<u8>)> {
    let data = root().join("../shared/data");
    if !data.is_dir() {
        println!("left out: no folder of real bodies ({kind}) beside this repository");
        return Vec::new();
    }
    let mut bodies = Vec::new();
    for corpus in corpora {
        let read = |kind: &str| {
            zstd::decode_all(&fs::read(data.join(format!("{corpus}.{kind}.zst"))).unwrap()[..]).unwrap()
        };
        let (meta, lines) = (read("meta.ndjson"), read("ndjson"));
        let lines = lines.split(|b| *b == b'\n').zip(meta.split(|b| *b == b'\n'));
        let of_kind = lines.filter(|(_, meta)| text(meta).contains(&format!("\"kind\": \"{kind}\"")));
        bodies.extend(of_kind.map(|(body, meta)| (body.to_vec(), meta.to_vec())));
    }
    bodies
}

/// A pointer without the numbers in it.
fn general(pointer: &str) -> String {
    let number = |token: &str| !token.is_empty() && token.bytes().all(|c| c.is_ascii_digit());
    pointer.split('/').map(|token| if number(token) { "*" } else { token }).collect::<Vec<_>>().join("/")
}

/// Every sealed record verifies with its proof, in Rust, Python and JavaScript, and none does after one flipped bit.
fn verify_all(store: &Store, answers: &[Value<'_>]) {
    let exported = store.export("export", &["--declarations"]);
    let pairs = store.path("pairs");
    fs::create_dir(&pairs).unwrap();
    let vkey = store.vkey.parse().unwrap();
    let (mut seen, mut declarations) = (BTreeSet::new(), Vec::new());
    for answer in answers.iter().filter(|answer| answer.get("identity").is_some()) {
        let identity: Identity = member(answer, "identity").parse().unwrap();
        if !seen.insert(identity) {
            continue; // sealed before: the same record
        }
        let hex = identity.hex();
        let declaration =
            fs::read(exported.join("declarations").join(&hex[..2]).join(format!("{hex}.cbor"))).unwrap();
        let proof = member(answer, "proof");
        let verified = decl_verify::verify(&declaration, proof, &vkey).unwrap();
        assert_eq!(verified.identity, identity);

        // One bit in each of the three: which one is decided by the identity, so every record has another.
        let pick = |n: usize, of: usize| {
            usize::from_be_bytes(identity.as_bytes()[n * 8..][..8].try_into().unwrap()) % (of * 8)
        };
        let flip = |bytes: &[u8], bit: usize| {
            let mut bytes = bytes.to_vec();
            bytes[bit / 8] ^= 1 << (bit % 8);
            bytes
        };
        let spoiled = flip(&declaration, pick(0, declaration.len()));
        assert!(decl_verify::verify(&spoiled, proof, &vkey).is_err(), "{identity}: a bit of the declaration");
        let checkpoint = proof.find("\n\n").unwrap();
        for bit in [pick(1, checkpoint), checkpoint * 8 + pick(2, proof.len() - checkpoint)] {
            // A text that is no UTF-8 any more cannot even be handed over.
            if let Ok(spoiled) = String::from_utf8(flip(proof.as_bytes(), bit)) {
                assert!(
                    decl_verify::verify(&declaration, &spoiled, &vkey).is_err(),
                    "{identity}: bit {bit} of the proof"
                );
            }
        }
        fs::write(pairs.join(format!("{hex}.cbor")), &declaration).unwrap();
        fs::write(pairs.join(format!("{hex}.tlog-proof")), proof).unwrap();
        declarations.push(Declaration::from_cbor(declaration).unwrap());
    }
    println!("{} records verify with decl-verify, and none after one flipped bit", seen.len());
    for (verb, each) in [("batch", 1), ("flips", 2)] {
        for (mut command, name) in references() {
            let out = ok(command.arg(verb).arg(&pairs).arg(&store.vkey));
            let last = text(&out.stdout).trim().lines().last().unwrap_or_default().to_owned();
            assert_eq!(last, format!("{} passed, 0 failed", each * seen.len()), "{name} {verb}");
            println!("{name} {verb}: {last}");
        }
    }
    identify_all(&declarations);
}

/// What the adapters made is a declaration of the same identity and bytes in Python and JavaScript, as CBOR and JSON.
fn identify_all(declarations: &[Declaration]) {
    let (mut documents, mut expected) = (tempfile::tempfile().unwrap(), Vec::new());
    for declaration in declarations {
        let bytes = declaration.as_bytes();
        writeln!(documents, "{}\n{}", hex(bytes), hex(declaration.to_json().as_bytes())).unwrap();
        expected.extend([(); 2].map(|()| format!("{} {}", declaration.identity(), hex(bytes))));
    }
    for (mut command, name) in references() {
        documents.rewind().unwrap();
        let out = ok(command.arg("ids").stdin(documents.try_clone().unwrap()));
        let answers = text(&out.stdout);
        let wrong = answers.lines().zip(&expected).find(|(answer, expected)| answer != expected);
        assert_eq!((answers.lines().count(), wrong), (expected.len(), None), "{name}");
        println!("{name} ids: {} declarations, each as CBOR and as JSON", declarations.len());
    }
}

/// The second and the third implementation, where the test command set them up.
fn references() -> Vec<(Command, &'static str)> {
    let found =
        [("DECL_TEST_PYTHON", "verify.py"), ("DECL_TEST_NODE", "verify.mjs")].map(|(program, name)| {
            let mut command = Command::new(tool(program)?);
            command.arg(root().join("reference").join(name));
            Some((command, name))
        });
    found.into_iter().flatten().collect()
}

#[test]
fn places_without_numbers() {
    assert_eq!(general("/messages/12/content/0/type"), "/messages/*/content/*/type");
    assert_eq!(general(""), "");
}
