//! Encodes a value as canonical CBOR.

use super::{ARRAY, MAP, TEXT, head, scalar, string};
use crate::{
    code::Code,
    fault::{Fault, push_token},
    limits,
    value::{Value, key_order},
};
use alloc::{
    borrow::Cow,
    boxed::Box,
    format,
    string::{String, ToString as _},
    vec::Vec,
};

/// Returns the canonical encoding of a value.
///
/// Refuses a value that has none, with the place as a JSON pointer: null (`E-NULL`), NaN and infinities (`E-NUM-NAN`),
/// a float that is an integer or an integer in the wrong variant (`E-TYPE`), a duplicate key (`E-DUP-KEY`), more than
/// [`limits::DEPTH`] nested containers (`E-DEPTH`).
pub fn encode(value: &Value<'_>) -> Result<Vec<u8>, Fault> {
    let mut out = Vec::with_capacity(4096); // most declarations fit
    item(&mut out, value, 0).map_err(|refused| refused.into_fault())?;
    Ok(out)
}

type KeyValue<'a> = (Cow<'a, str>, Value<'a>);

fn item(out: &mut Vec<u8>, value: &Value<'_>, depth: usize) -> Result<(), Refused> {
    match value {
        Value::Array(_) | Value::Map(_) if depth == limits::DEPTH => {
            refuse(Code::Depth, "too many containers inside each other")
        }
        Value::Array(items) => {
            head(out, ARRAY, items.len() as u64);
            items
                .iter()
                .enumerate()
                .try_for_each(|(i, value)| item(out, value, depth + 1).map_err(inside(|| format!("{i}"))))
        }
        Value::Map(members) => {
            head(out, MAP, members.len() as u64);
            if members.is_sorted_by(|a, b| key_order(&a.0, &b.0).is_lt()) {
                return members.iter().try_for_each(|pair| member(out, pair, depth + 1));
            }
            let mut sorted: Vec<&KeyValue<'_>> = members.iter().collect();
            sorted.sort_by(|a, b| key_order(&a.0, &b.0));
            if let Some(pair) = sorted.windows(2).find(|pair| pair[0].0 == pair[1].0) {
                return refuse(Code::DupKey, "the key stands twice")
                    .map_err(inside(|| pair[1].0.to_string()));
            }
            sorted.into_iter().try_for_each(|pair| member(out, pair, depth + 1))
        }
        _ => scalar(out, value).or_else(|(code, message)| refuse(code, message)),
    }
}

fn member(out: &mut Vec<u8>, (key, value): &KeyValue<'_>, depth: usize) -> Result<(), Refused> {
    string(out, TEXT, key.as_bytes());
    item(out, value, depth).map_err(inside(|| key.to_string()))
}

type Refused = Box<Unencodable>;

/// Why a value has no encoding. The path is collected from the inside out, so that it costs nothing when there is no
/// fault. Boxed to keep `Result` small.
struct Unencodable {
    code: Code,
    message: &'static str,
    path: Vec<String>,
}

impl Unencodable {
    fn into_fault(self) -> Fault {
        let mut pointer = String::new();
        for token in self.path.iter().rev() {
            push_token(&mut pointer, token);
        }
        Fault::pointer(self.code, pointer, self.message)
    }
}

#[cold]
fn refuse<T>(code: Code, message: &'static str) -> Result<T, Refused> {
    Err(Box::new(Unencodable { code, message, path: Vec::new() }))
}

fn inside(token: impl FnOnce() -> String) -> impl FnOnce(Refused) -> Refused {
    |mut refused| {
        refused.path.push(token());
        refused
    }
}

#[cfg(test)]
mod tests {
    use super::{super::decode, *};
    use alloc::{string::String, vec};

    fn reference() -> Value<'static> {
        Value::map([
            ("b3", Value::Bytes(vec![7; 32].into())),
            ("len", Value::Uint(200)),
            ("type", Value::text("text/plain")),
        ])
    }

    fn message() -> Value<'static> {
        let part = Value::map([
            ("t", Value::text("text")),
            ("attrs", Value::Map(Vec::new())),
            ("content", reference()),
        ]);
        Value::map([("role", Value::text("user")), ("parts", Value::Array(vec![part]))])
    }

    /// Returns every value that differs from this one in one place: a value, a key, a member more or less, the order
    /// of two.
    fn others(value: &Value<'static>) -> Vec<Value<'static>> {
        match value {
            Value::Map(members) => {
                let mut others = Vec::new();
                let mut with = |change: &dyn Fn(&mut Vec<KeyValue<'static>>)| {
                    let mut members = members.clone();
                    change(&mut members);
                    others.push(Value::Map(members));
                };
                for at in 0..=members.len() {
                    with(&|members| members.insert(at, ("more".into(), Value::Uint(0))));
                }
                for (at, (key, value)) in members.iter().enumerate() {
                    with(&|members| drop(members.remove(at)));
                    with(&|members| members.swap(0, at));
                    for name in ["", "~", &format!("{key}~"), &format!("{}~", &key[1..]), "role", "t", "b3"] {
                        with(&|members| members[at].0 = String::from(name).into());
                    }
                    for other in self::others(value) {
                        with(&|members| members[at].1 = other.clone());
                    }
                }
                others
            }
            Value::Array(items) => {
                let mut others = vec![Value::Array(Vec::new()), Value::Array([&items[..], items].concat())];
                for (at, item) in items.iter().enumerate() {
                    others.extend(self::others(item).into_iter().map(|other| {
                        let mut items = items.clone();
                        items[at] = other;
                        Value::Array(items)
                    }));
                }
                others
            }
            _ => vec![
                Value::Bool(true),
                Value::Uint(24),
                Value::Nint(-1),
                Value::Float(0.5),
                Value::text("texu"),
                Value::text("a text of more than 24 bytes"),
                Value::Bytes(vec![7; 31].into()),
                Value::Bytes(vec![7; 33].into()),
                Value::Array(Vec::new()),
                Value::Map(Vec::new()),
            ],
        }
    }

    /// Returns the value with its members in canonical order, or `None` if a key occurs twice.
    fn in_order(value: &Value<'static>) -> Option<Value<'static>> {
        Some(match value {
            Value::Map(members) => {
                let mut members = members
                    .iter()
                    .map(|(k, v)| Some((k.clone(), in_order(v)?)))
                    .collect::<Option<Vec<_>>>()?;
                members.sort_by(|(a, _), (b, _)| key_order(a, b));
                if members.windows(2).any(|pair| pair[0].0 == pair[1].0) {
                    return None;
                }
                Value::Map(members)
            }
            Value::Array(items) => Value::Array(items.iter().map(in_order).collect::<Option<_>>()?),
            _ => value.clone(),
        })
    }

    #[track_caller]
    fn comes_back(value: &Value<'static>) {
        match (encode(value), in_order(value)) {
            (Ok(bytes), Some(value)) => assert_eq!(decode(&bytes).as_ref(), Ok(&value)),
            (Err(fault), None) => assert_eq!(fault.code, Code::DupKey, "{value:?}"),
            (encoded, _) => panic!("{encoded:?} of {value:?}"),
        }
    }

    #[test]
    fn every_change_of_a_message_has_its_own_encoding() {
        let others = others(&message());
        assert!(others.len() > 100, "{}", others.len());
        for value in others.into_iter().chain(self::others(&reference())).chain([message()]) {
            comes_back(&value);
        }
    }

    #[test]
    fn what_has_no_encoding_has_its_place() {
        let spoilt = |message: &mut Value<'static>, bad: Value<'static>| {
            let Value::Map(members) = message else { return };
            members[1].1 = Value::Array(vec![reference(), Value::map([("content", bad)])]);
        };
        let twice = Value::map([("a", Value::Uint(0)), ("b", Value::Uint(0)), ("a", Value::Uint(1))]);
        for (bad, code, place) in [
            (Value::Null, Code::Null, ""),
            (Value::Float(f64::NAN), Code::NumNan, ""),
            (Value::Float(2.0), Code::Type, ""),
            (Value::Nint(0), Code::Type, ""),
            (twice, Code::DupKey, "/a"),
        ] {
            for at in [0, 1, 99] {
                let mut messages = vec![message(); 100];
                spoilt(&mut messages[at], bad.clone());
                let fault = encode(&Value::map([("input", Value::Array(messages))])).unwrap_err();
                let pointer = format!("/input/{at}/parts/1/content{place}");
                assert_eq!((fault.code, fault.to_string().contains(&pointer)), (code, true), "{fault}");
            }
        }
    }

    #[test]
    fn containers_inside_each_other_are_counted() {
        fn containers(value: &Value<'_>) -> usize {
            match value {
                Value::Map(members) => 1 + members.iter().map(|(_, v)| containers(v)).max().unwrap_or(0),
                Value::Array(items) => 1 + items.iter().map(containers).max().unwrap_or(0),
                _ => 0,
            }
        }
        let part = |message: Value<'static>| message.get("parts").cloned();
        for inner in [
            message(),
            part(message()).unwrap(),
            reference(),
            Value::Map(Vec::new()),
            Value::Array(Vec::new()),
        ] {
            for around in limits::DEPTH - 5..=limits::DEPTH {
                let value = (0..around).fold(inner.clone(), |value, _| Value::Array(vec![value]));
                if containers(&value) <= limits::DEPTH {
                    comes_back(&value);
                } else {
                    assert_eq!(encode(&value).unwrap_err().code, Code::Depth);
                }
            }
        }
    }
}
