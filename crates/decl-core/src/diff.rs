//! Where two declarations differ.

use crate::{Value, fault::inside, key_order};
use alloc::{string::String, vec::Vec};
use core::cmp::Ordering;

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
    match (a, b) {
        (a, b) if a == b => {}
        (Some(Value::Map(left)), Some(Value::Map(right))) => {
            let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
            loop {
                let order = match (left.peek(), right.peek()) {
                    (None, None) => break,
                    (Some(_), None) => Ordering::Less,
                    (None, Some(_)) => Ordering::Greater,
                    (Some(a), Some(b)) => key_order(&a.0, &b.0),
                };
                let a = if order.is_le() { left.next() } else { None };
                let b = if order.is_ge() { right.next() } else { None };
                let key = a.or(b).map_or("", |(key, _)| key);
                let (a, b) = (a.map(|(_, value)| value), b.map(|(_, value)| value));
                inside(at, key, |at| compare(a, b, at, out));
            }
        }
        (Some(Value::Array(left)), Some(Value::Array(right))) => {
            for i in 0..left.len().max(right.len()) {
                inside(at, &alloc::format!("{i}"), |at| compare(left.get(i), right.get(i), at, out));
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
