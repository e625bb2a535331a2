//! What declarations leave open, counted in another way.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use decl_core::{NoFiles, Source, Value, json};
use decl_explain::{Open, openness, template};
use std::{fs, path::PathBuf};

const KINDS: [&str; 5] = ["generate", "embed", "agent-step", "evaluate", "train"];

fn open(document: &Value<'_>) -> Vec<(String, Open)> {
    let mut out = Vec::new();
    openness(document, &mut |at, why| {
        out.push((at.to_owned(), why));
        true
    });
    out
}

fn example(name: &str) -> Vec<u8> {
    fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name)).unwrap()
}

/// The same number, from the text alone.
fn count(document: &Value<'_>) -> usize {
    let text = json::minimal(document);
    let words = [
        r#"{"absent":"default"}"#,
        r#"{"absent":"undisclosed"}"#,
        r#""unset":"executor-default""#,
        r#""data":"open""#,
    ];
    words.iter().map(|word| text.matches(word).count()).sum()
}

#[test]
fn every_open_place_of_every_template_is_found() {
    for kind in KINDS {
        let template = template(kind).unwrap();
        let found = open(&template);
        assert_eq!(found.len(), count(&template), "{kind}");
        assert!(found.len() > 10, "{kind}");
        let mut places: Vec<_> = found.iter().map(|(at, _)| at).collect();
        places.dedup();
        assert_eq!(places.len(), found.len(), "{kind}: each once");
    }
}

#[test]
fn the_examples_have_their_numbers() {
    for (name, want) in [("rag", 11), ("chat-tools", 13), ("local-llama", 2)] {
        let declaration = Source::parse(&example(&format!("{name}.json")), &mut NoFiles).unwrap().declaration;
        let value = declaration.value();
        assert_eq!(open(&value).len(), want, "{name}");
        assert_eq!(count(&value), want, "{name}");
    }
}

/// Sets every place of every template that can be absent to each of the three absences: open with two of them, at that
/// place and at no other.
#[test]
fn each_absence_is_told_from_the_others() {
    let mut changed = 0;
    for kind in KINDS {
        let template = template(kind).unwrap();
        let before = open(&template);
        for place in absences(&template, "") {
            for (why, want) in
                [("none", None), ("default", Some(Open::Default)), ("undisclosed", Some(Open::Undisclosed))]
            {
                let mut document = template.clone();
                *at(&mut document, &place) = Value::absent(why);
                let found = open(&document);
                assert_eq!(found.iter().find(|(at, _)| *at == place).map(|(_, why)| *why), want, "{place}");
                let others = |list: &[(String, Open)]| {
                    list.iter().filter(|(at, _)| *at != place).cloned().collect::<Vec<_>>()
                };
                assert_eq!(others(&found), others(&before), "{place}");
                changed += 1;
            }
        }
    }
    assert!(changed > 200, "{changed} changes");
}

#[test]
fn only_what_the_format_calls_open_is_open() {
    let tool = |data: &str| {
        format!(r#"{{"data":"{data}","name":"n","config":{{"data":"open","unset":"executor-default"}}}}"#)
    };
    let text = format!(
        r#"{{"tools":[{},{}],
            "parameters":{{"set":{{"unset":"executor-default","data":"open","x":[{{"absent":"default"}}]}},"unset":"executor-default"}},
            "constraints":{{"tool-choice":"open"}},
            "ext":{{"example.com/v1#/data":"open","example.com/v1#/x":{{"absent":"none"}}}}}}"#,
        tool("closed"),
        tool("open")
    );
    let document = json::parse(text.as_bytes()).unwrap();
    let want = [
        ("/tools/1/data", Open::OpenData, "tool \"n\" reads state that is resolved only at run time"),
        ("/parameters/set/x/0", Open::Default, "the executor decides \"0\" in parameter \"x\""),
        ("/parameters/unset", Open::ExecutorDefault, "the executor decides every parameter that is not set"),
    ];
    assert_eq!(open(&document), want.map(|(at, why, _)| (at.to_owned(), why)));
    for (at, why, sentence) in want {
        assert_eq!(why.sentence(&document, at), sentence);
    }
    for unset in
        [r#""exhaustive""#, r#"{"b3":"00","len":0,"type":"text/plain"}"#, r#"{"kb3":"00","key":"k"}"#]
    {
        let text = format!(r#"{{"parameters":{{"unset":{unset}}}}}"#);
        assert_eq!(open(&json::parse(text.as_bytes()).unwrap()), [], "{unset}");
    }
}

#[test]
fn whoever_has_heard_enough_hears_no_more() {
    let template = template("generate").unwrap();
    for enough in 1..=5 {
        let mut heard = 0;
        openness(&template, &mut |_, _| {
            heard += 1;
            heard < enough
        });
        assert_eq!(heard, enough);
    }
}

/// The pointers of all absences.
fn absences(value: &Value<'_>, at: &str) -> Vec<String> {
    match value {
        Value::Map(_) if value.get("absent").is_some() => vec![at.to_owned()],
        Value::Map(members) => {
            members.iter().flat_map(|(key, value)| absences(value, &format!("{at}/{key}"))).collect()
        }
        Value::Array(items) => {
            items.iter().enumerate().flat_map(|(i, item)| absences(item, &format!("{at}/{i}"))).collect()
        }
        _ => vec![],
    }
}

fn at<'t, 'a>(mut tree: &'t mut Value<'a>, pointer: &str) -> &'t mut Value<'a> {
    for token in pointer.split('/').skip(1) {
        tree = match tree {
            Value::Map(members) => &mut members.iter_mut().find(|(key, _)| key == token).unwrap().1,
            Value::Array(items) => &mut items[token.parse::<usize>().unwrap()],
            _ => panic!("{pointer} leads into a scalar"),
        };
    }
    tree
}
