//! The worked examples: their JSON and their bytes have the identities that were computed independently.

use decl_adapt::{Options, overlay};
use decl_core::{Code, Declaration, NoFiles, Source, Value, cbor, check, hex, json};
use std::{fs, path::PathBuf};

fn example(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name);
    fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

#[test]
fn every_example_has_its_identity_in_both_forms() {
    let identities = example("identities.json");
    let Value::Map(identities) = json::parse(&identities).unwrap() else { panic!("a map of examples") };
    assert_eq!(identities.len(), 3);
    for (name, want) in identities {
        let bytes = example(&format!("{name}.cbor"));
        let from_json = Source::parse(&example(&format!("{name}.json")), &mut NoFiles).unwrap().declaration;
        let from_cbor = Declaration::from_cbor(bytes.clone()).unwrap();
        assert_eq!(from_json, from_cbor, "{name}");
        assert_eq!(from_json.as_bytes(), bytes, "{name}");
        assert_eq!(Some(&*from_json.identity().to_string()), want.get("identity").unwrap().as_str());
        assert_eq!(Some(&*hex(&from_json.sha256())), want.get("sha256").unwrap().as_str());
        let again = Source::parse(from_json.to_json().as_bytes(), &mut NoFiles).unwrap();
        assert_eq!(again.declaration, from_json, "{name}: the projection reads back");
    }
}

/// A server of one's own: what its overlay says stands in the declaration, and nothing of the vendor whose API it speaks.
#[test]
fn the_overlays_of_the_servers_fit_their_bodies() {
    let chat = decl_adapt::named("chat").unwrap();
    for server in ["vllm", "llama.cpp", "ollama"] {
        let body = example(&format!("servers/{server}.json"));
        let text = example(&format!("servers/{server}.overlay.json"));
        let said = json::parse(&text).unwrap();
        let options = Options { overlay: Some(&said), ..Options::default() };
        let source =
            chat.declare(&body, &options, &mut NoFiles).unwrap_or_else(|fault| panic!("{server}: {fault}"));
        let declaration = source.declaration.to_json();
        assert!(!declaration.contains("openai.com"), "{server}: {declaration}");
        stands(&said, &json::parse(declaration.as_bytes()).unwrap(), server);

        let without = chat.declare(&body, &Options::default(), &mut NoFiles).unwrap();
        assert_ne!(without.declaration.identity(), source.declaration.identity(), "{server}");
        let contradicts = json::parse(br#"{"model": {"name": "another"}}"#).unwrap();
        let options = Options { overlay: Some(&contradicts), ..Options::default() };
        let fault = chat.declare(&body, &options, &mut NoFiles).unwrap_err();
        assert_eq!((fault.code, &*fault.at.to_string()), (Code::Range, "/model/name"), "{server}");
        let again = overlay::merge(json::parse(declaration.as_bytes()).unwrap(), contradicts).unwrap_err();
        assert_eq!(again.code, Code::Range, "{server}");
    }
}

/// Every value of an overlay stands in the declaration; content by its reference.
fn stands(said: &Value<'_>, there: &Value<'_>, at: &str) {
    match said {
        Value::Map(_) if said.get("text").or(said.get("json")).is_some() => {
            assert!(there.get("b3").is_some(), "{at}");
        }
        Value::Map(members) => members.iter().for_each(|(key, value)| {
            stands(value, there.get(key).unwrap_or_else(|| panic!("{at}/{key}")), &format!("{at}/{key}"));
        }),
        Value::Array(items) => {
            let Value::Array(there) = there else { panic!("{at}") };
            assert_eq!(items.len(), there.len(), "{at}");
            items.iter().zip(there).for_each(|(said, there)| stands(said, there, at));
        }
        value => assert_eq!(value, there, "{at}"),
    }
}

/// What a harness wrote after the run, without what its table says the run added, is what it was to do.
#[test]
fn a_results_file_without_what_the_run_added_describes_the_run() {
    let adapter = decl_adapt::named("lm-eval").unwrap();
    let identity = |body: &[u8], overlay: Option<&Value<'_>>| {
        let options = Options { overlay, ..Options::default() };
        adapter.declare(body, &options, &mut NoFiles).unwrap().declaration
    };
    let run = example("lm-eval-run.json");
    let results = example("lm-eval-results.json");
    let faults = adapter.check(&results, &Options::default(), &mut NoFiles);
    assert!(faults.len() > 10 && faults.iter().all(|fault| fault.code == Code::Artefact), "{faults:?}");
    let mut results = json::parse(&results).unwrap();
    for fault in faults {
        let at = fault.at.to_string();
        let (path, name) = at.rsplit_once('/').unwrap();
        let Some(Value::Map(members)) = reach(&mut results, path) else { panic!("{at}") };
        members.retain(|(key, _)| key != name);
    }
    let described = identity(json::minimal(&results).as_bytes(), None);
    assert_eq!(described, identity(&run, None));

    let overlay = example("lm-eval-overlay.json");
    let pinned = identity(&run, Some(&json::parse(&overlay).unwrap()));
    let open = |mut declared: Value<'_>, gap| reach(&mut declared, gap).unwrap().get("absent").is_some();
    for gap in [
        "/model/weights",
        "/model/tokenizer",
        "/environment/engine",
        "/environment/hardware",
        "/evaluation/harness/code",
        "/evaluation/tasks/0/dataset/digest",
        "/evaluation/tasks/1/dataset/revision",
    ] {
        assert!(open(described.value(), gap) && !open(pinned.value(), gap), "{gap}");
    }
}

fn reach<'t, 'a>(tree: &'t mut Value<'a>, path: &str) -> Option<&'t mut Value<'a>> {
    path.split('/').skip(1).try_fold(tree, |tree, name| match tree {
        Value::Map(members) => members.iter_mut().find(|(key, _)| key == name).map(|(_, value)| value),
        Value::Array(items) => items.get_mut(name.parse::<usize>().ok()?),
        _ => None,
    })
}

#[test]
fn the_description_of_helm_needs_the_version_of_helm() {
    let adapter = decl_adapt::named("helm").unwrap();
    let read = |api_version| {
        let options = Options { api_version, ..Options::default() };
        adapter.declare(&example("helm-run.json"), &options, &mut NoFiles)
    };
    let fault = read(None).unwrap_err();
    assert_eq!((fault.code, fault.at.to_string().as_str()), (Code::Type, "/evaluation/harness/version"));
    assert!(fault.hint.unwrap().contains("--api-version"));
    let identity = |version| read(Some(version)).unwrap().declaration.identity();
    assert_ne!(identity("0.5.16"), identity("0.5.15"));
}

/// Every member of every closed map is mandatory, and nothing else is allowed: remove each member of each example,
/// wherever it is, and add one beside it.
#[test]
fn removing_or_adding_a_member_anywhere_is_refused_or_changes_the_identity() {
    for name in ["chat-tools", "rag", "local-llama"] {
        let text = example(&format!("{name}.json"));
        let whole = Source::parse(&text, &mut NoFiles).unwrap().declaration.identity();
        let tree = json::parse(&text).unwrap();
        let (mut refused, mut other) = (0, 0);
        for path in maps(&tree) {
            for change in changes(&tree, &path) {
                match Source::from_value(change, &mut NoFiles) {
                    Err(fault) => {
                        let expected =
                            [Code::Missing, Code::UnknownMember, Code::Type, Code::Range, Code::ExtKey];
                        assert!(expected.contains(&fault.code), "{name}: {fault}");
                        refused += 1;
                    }
                    Ok(source) => {
                        assert_ne!(source.declaration.identity(), whole, "{name}: {path:?}");
                        other += 1;
                    }
                }
            }
        }
        assert!(refused > 100 && other > 5, "{name}: {refused} refused, {other} with another identity");
    }
}

/// The path of every map in the tree, as indices.
fn maps(tree: &Value<'_>) -> Vec<Vec<usize>> {
    let mut out = Vec::new();
    let mut todo = vec![(tree, Vec::new())];
    while let Some((value, path)) = todo.pop() {
        let children: Vec<&Value<'_>> = match value {
            Value::Map(members) => {
                out.push(path.clone());
                members.iter().map(|(_, v)| v).collect()
            }
            Value::Array(items) => items.iter().collect(),
            _ => continue,
        };
        for (i, child) in children.into_iter().enumerate() {
            todo.push((child, [&path[..], &[i]].concat()));
        }
    }
    out
}

/// The tree without each member of the map at `path`, and with one more.
fn changes<'a>(tree: &Value<'a>, path: &[usize]) -> Vec<Value<'a>> {
    let count = match at(&mut tree.clone(), path) {
        Value::Map(members) => members.len(),
        _ => 0,
    };
    let change = |i| {
        let mut copy = tree.clone();
        if let Value::Map(members) = at(&mut copy, path) {
            if i < count {
                members.remove(i);
            } else {
                members.push(("surprise".into(), Value::Uint(1)));
            }
        }
        copy
    };
    (0..=count).map(change).collect()
}

fn at<'t, 'a>(mut tree: &'t mut Value<'a>, path: &[usize]) -> &'t mut Value<'a> {
    for &i in path {
        tree = match tree {
            Value::Map(members) => &mut members[i].1,
            Value::Array(items) => &mut items[i],
            _ => panic!("the path leads into a scalar"),
        };
    }
    tree
}

#[test]
fn faults_come_in_canonical_order_whatever_the_order_of_the_document() {
    let a = br#"{"instructions":[],"bogus":1,"v":"x","kind":"nope","model":null,"agent":{}}"#;
    let b = br#"{"agent":{},"model":null,"kind":"nope","v":"x","bogus":1,"instructions":[]}"#;
    let list = |text: &[u8]| {
        check(text, &mut NoFiles).iter().map(|f| format!("{} {}", f.code, f.at)).collect::<Vec<_>>()
    };
    assert_eq!(list(a), list(b));
    assert_eq!(
        list(a),
        [
            "E-VERSION /v",
            "E-MISSING /ext",
            "E-RANGE /kind",
            "E-UNKNOWN-MEMBER /agent",
            "E-UNKNOWN-MEMBER /bogus",
            "E-MISSING /input",
            "E-NULL /model",
            "E-MISSING /tools",
            "E-MISSING /context",
            "E-MISSING /parameters",
            "E-MISSING /constraints",
            "E-MISSING /environment",
        ]
    );
}

/// Small documents that once took gigabytes or minutes: what is kept of them is bounded by their size.
#[test]
fn hostile_documents_cost_what_their_size_says() {
    // A thousand faults below one long key: the verdict is kept, the rest within a budget.
    let key = "k".repeat(1 << 20);
    let text = format!("{{\"parameters\":{{\"set\":{{\"{key}\":[{}]}}}}}}", vec!["null"; 1001].join(","));
    let faults = check(text.as_bytes(), &mut NoFiles);
    let kept: usize = faults.iter().map(|fault| fault.at.to_string().len()).sum();
    assert!(kept < 3 << 20, "{kept} bytes of pointers");
    assert_eq!(faults[0].code, Code::Missing);

    // Large maps are compared in one pass.
    let large = |extra: &str| {
        let members: Vec<String> = (0..200_000).map(|i| format!("\"{i:06}\":{i}")).collect();
        format!("{{{}{extra}}}", members.join(","))
    };
    let (a, b) = (large(""), large(",\"zzzzzzz\":1"));
    let (a, b) = (json::parse(a.as_bytes()).unwrap(), json::parse(b.as_bytes()).unwrap());
    let mut found = 0;
    decl_explain::diff(&a, &b, &mut |_| {
        found += 1;
        true
    });
    assert_eq!(found, 1);
}

/// What was not read but built by a caller goes through the same rules.
#[test]
fn trees_of_a_caller_are_refused_where_no_text_stands_for_them() {
    let code = |json| {
        let mut whole = decl_explain::template("generate").unwrap();
        let content = Value::map([("json", json)]);
        let part =
            Value::map([("t", Value::text("text")), ("attrs", Value::Map(vec![])), ("content", content)]);
        let message = Value::map([("role", Value::text("user")), ("parts", Value::Array(vec![part]))]);
        if let Value::Map(members) = &mut whole {
            members.iter_mut().find(|(key, _)| key == "input").unwrap().1 = Value::Array(vec![message]);
        }
        let fault = Source::from_value(whole, &mut NoFiles).unwrap_err();
        (fault.code, fault.at.to_string())
    };
    let at = "/input/0/parts/0/content/json".to_owned();
    assert_eq!(code(Value::Float(f64::NAN)), (Code::Type, at.clone()));
    assert_eq!(code(Value::Bytes(vec![1].into())), (Code::Type, at.clone()));
    assert_eq!(code(Value::map([("a", Value::Uint(1)), ("a", Value::Uint(2))])), (Code::Type, at.clone()));
    let deep = (0..65).fold(Value::Uint(1), |inner, _| Value::Array(vec![inner]));
    assert_eq!(code(deep), (Code::Type, at));
}

/// The walk writes the encoding: what it wrote is the encoding of the tree it read, and what has none is refused as the
/// encoder refuses it, unless something else is wrong.
#[test]
fn the_walk_and_the_encoder_agree() {
    let tree = || json::parse(&example("local-llama.json")).unwrap().into_owned();
    let declaration = Source::from_value(tree(), &mut NoFiles).unwrap().declaration;
    assert_eq!(declaration.as_bytes(), cbor::encode(&declaration.value()).unwrap());

    let deep = |n: usize| (0..n).fold(Value::Uint(0), |inner, _| Value::Array(vec![inner]));
    let twice = Value::map([("b", Value::Uint(1)), ("a", Value::Uint(1)), ("b", Value::Uint(1))]);
    for (value, verdict) in [
        (Value::Float(f64::NAN), "E-NUM-NAN at /parameters/set/x"),
        (Value::Float(2.0), "E-TYPE at /parameters/set/x"),
        (Value::Nint(2), "E-TYPE at /parameters/set/x"),
        (twice, "E-DUP-KEY at /parameters/set/x/b"),
        (deep(62), &*format!("E-DEPTH at /parameters/set/x{}", "/0".repeat(61))),
    ] {
        let with = |key: &'static str, value: &Value<'static>| {
            let mut tree = tree();
            set(&mut tree, key, value.clone());
            tree
        };
        let tree = with("x", &value);
        let refused = Source::from_value(tree.clone(), &mut NoFiles).unwrap_err();
        assert!(refused.to_string().starts_with(verdict), "{refused}");
        assert_eq!(cbor::encode(&tree).unwrap_err(), refused);

        let mut both = with("x", &value);
        set(&mut both, "usage", Value::Uint(1));
        let refused = Source::from_value(both, &mut NoFiles).unwrap_err();
        assert!(refused.to_string().starts_with("E-ARTEFACT at /parameters/set/usage"), "{refused}");
    }
}

/// Adds a parameter.
fn set(tree: &mut Value<'static>, key: &'static str, value: Value<'static>) {
    let mut at = tree;
    for name in ["parameters", "set"] {
        let Value::Map(members) = at else { panic!("a map") };
        let Some((_, member)) = members.iter_mut().find(|(key, _)| key == name) else { panic!("{name}") };
        at = member;
    }
    let Value::Map(members) = at else { panic!("a map") };
    members.push((key.into(), value));
}
