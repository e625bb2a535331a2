//! Where two declarations differ.

use crate::{Value, fault::push_token, key_order};
use alloc::{string::String, vec::Vec};

/// One place at which two documents differ. A side that does not have the place is `None`.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference<'a> {
    /// JSON pointer.
    pub at: String,
    /// What stands there in the first document.
    pub a: Option<Value<'a>>,
    /// What stands there in the second.
    pub b: Option<Value<'a>>,
}

/// Every place at which two canonical documents differ, in canonical order, as deep as both have the place.
pub fn diff<'a>(a: &Value<'a>, b: &Value<'a>) -> Vec<Difference<'a>> {
    let mut out = Vec::new();
    compare(Some(a), Some(b), &mut String::new(), &mut out);
    out
}

fn compare<'a>(a: Option<&Value<'a>>, b: Option<&Value<'a>>, at: &mut String, out: &mut Vec<Difference<'a>>) {
    let mut inside =
        |token: &str, a: Option<&Value<'a>>, b: Option<&Value<'a>>, out: &mut Vec<Difference<'a>>| {
            let len = at.len();
            push_token(at, token);
            compare(a, b, at, out);
            at.truncate(len);
        };
    match (a, b) {
        (a, b) if a == b => {}
        (Some(Value::Map(left)), Some(Value::Map(right))) => {
            let mut keys: Vec<&str> = left.iter().chain(right).map(|(key, _)| &**key).collect();
            keys.sort_by(|a, b| key_order(a, b));
            keys.dedup();
            for key in keys {
                let find = |members: &'_ [(_, Value<'a>)]| {
                    members.iter().position(|(k, _): &(alloc::borrow::Cow<'_, str>, _)| k == key)
                };
                inside(key, find(left).map(|i| &left[i].1), find(right).map(|i| &right[i].1), out);
            }
        }
        (Some(Value::Array(left)), Some(Value::Array(right))) => {
            for i in 0..left.len().max(right.len()) {
                inside(&alloc::format!("{i}"), left.get(i), right.get(i), out);
            }
        }
        (a, b) => out.push(Difference { at: at.clone(), a: a.cloned(), b: b.cloned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    #[test]
    fn differences_are_named_as_deep_as_both_sides_go() {
        let a = parse(br#"{"x":[1,2],"y":{"k":1},"z":"s","only":0}"#).unwrap();
        let b = parse(br#"{"x":[1,3,4],"y":7,"z":"s"}"#).unwrap();
        let at: Vec<String> = diff(&a, &b).into_iter().map(|d| d.at).collect();
        assert_eq!(at, ["/x/1", "/x/2", "/y", "/only"]);
        assert!(diff(&a, &a).is_empty());
    }
}
