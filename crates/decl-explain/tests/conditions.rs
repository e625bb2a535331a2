//! Conditions on a record.

use decl_core::{Declaration, Value};
use decl_explain::{Condition, NotACondition};

const RAG: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/rag.cbor");

/// Every place of a document with its value.
fn places(value: &Value<'_>, at: &str, f: &mut dyn FnMut(&str, &Value<'_>)) {
    f(at, value);
    match value {
        Value::Map(members) => {
            for (key, value) in members {
                let key = key.replace('~', "~0").replace('/', "~1");
                places(value, &format!("{at}/{key}"), f);
            }
        }
        Value::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                places(item, &format!("{at}/{i}"), f);
            }
        }
        _ => {}
    }
}

fn reversed(value: &Value<'_>) -> Value<'static> {
    match value {
        Value::Map(members) => {
            Value::map(members.iter().rev().map(|(key, value)| (key.to_string(), reversed(value))))
        }
        Value::Array(items) => Value::Array(items.iter().map(reversed).collect()),
        value => value.clone().into_owned(),
    }
}

#[test]
fn each_place_has_its_own_value_and_no_other() {
    let declaration = Declaration::from_cbor(std::fs::read(RAG).unwrap()).unwrap();
    let document = declaration.value();
    let mut all = Vec::new();
    places(&document, "", &mut |at, value| all.push((at.to_owned(), reversed(value))));
    let mut differ = 0;
    for (at, _) in &all {
        for (other, value) in &all {
            let text = format!("{at}={}", decl_core::json::line(value));
            let holds = Condition::value(&text).unwrap().holds(&document);
            let same = all.iter().find(|(place, _)| place == at).unwrap().1 == *value;
            assert_eq!(holds, same, "{text} (of {other})");
            differ += usize::from(!holds);
        }
    }
    assert!(all.len() > 100 && differ > all.len());
}

#[test]
fn a_place_is_open_where_the_declaration_says_so_or_below() {
    let declaration = Declaration::from_cbor(std::fs::read(RAG).unwrap()).unwrap();
    let document = declaration.value();
    let mut open = Vec::new();
    decl_explain::openness(&document, &mut |at, _| {
        open.push(at.to_owned());
        true
    });
    let mut all = Vec::new();
    places(&document, "", &mut |at, _| all.push(at.to_owned()));
    for at in &all {
        let below = format!("{at}/");
        let expected = open.iter().any(|open| open == at || open.starts_with(&below));
        assert_eq!(Condition::open(at).unwrap().holds(&document), expected, "{at}");
    }
    for at in ["/model/weight", "/model/weights/", "/mode", "/nothing"] {
        assert!(!Condition::open(at).unwrap().holds(&document), "{at}");
    }
}

#[test]
fn a_name_may_have_an_equals_sign() {
    let document = Value::map([("a=1", Value::Uint(1)), ("a", Value::text("1=1"))]);
    for (text, holds) in [("/a=1=1", true), ("/a=1=2", false), (r#"/a="1=1""#, true), (r#"/a="1""#, false)] {
        assert_eq!(Condition::value(text).unwrap().holds(&document), holds, "{text}");
    }
}

#[test]
fn what_is_no_condition_is_refused() {
    for text in ["", "/a", "/a=", "/a=b", "/a={", "/a=1 2", "/a=0.30000000000000004441"] {
        assert_eq!(Condition::value(text), Err(NotACondition::Json), "{text}");
    }
    for text in ["a=1", "model/name=1", "/a~=1", "/a~2=1"] {
        assert_eq!(Condition::value(text), Err(NotACondition::Pointer), "{text}");
    }
    for text in ["a", "#/a", "/~"] {
        assert_eq!(Condition::open(text), Err(NotACondition::Pointer), "{text}");
    }
    let list = Value::Array(vec![Value::Uint(7)]);
    for (text, holds) in [("/0=7", true), ("/00=7", false), ("/-1=7", false), ("/1=7", false), ("=[7]", true)]
    {
        assert_eq!(Condition::value(text).unwrap().holds(&list), holds, "{text}");
    }
}
