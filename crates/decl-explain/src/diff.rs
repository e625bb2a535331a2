//! Finds the places where two declarations differ.

use crate::{align::align, words::SECTIONS};
use decl_core::{Value, key_order, limits, push_token};
use std::borrow::Cow;
use std::cmp::Ordering;

/// One place where two declarations differ: its value was changed, or only one of them has it.
///
/// The pointers of the two sides differ if an item was inserted into or removed from a list before this place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference<'d> {
    /// The side of the first declaration; `None` if it does not have the place.
    pub a: Option<Side<'d>>,
    /// The side of the second; `None` likewise.
    pub b: Option<Side<'d>>,
}

/// One side of a difference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Side<'d> {
    /// The JSON pointer in this declaration.
    pub at: &'d str,
    /// The value there.
    pub value: &'d Value<'d>,
}

impl<'d> Difference<'d> {
    /// Returns the JSON pointer in the first declaration, or in the second if only that one has the place.
    pub fn at(&self) -> &'d str {
        self.a.or(self.b).map_or("", |side| side.at)
    }

    /// Returns the section of the declaration that contains the place.
    pub fn section(&self) -> &'d str {
        self.at().split('/').nth(1).unwrap_or_default()
    }
}

/// Calls `f` for every place where two declarations differ, section by section ([`SECTIONS`]), until it returns
/// `false`.
///
/// Descends as long as both have the place; content, digests, absences, spans and places in the prompt are compared as
/// a whole. Items of lists are aligned, not compared by number. The differences are complete: remove
/// from the first declaration what only that one has, the last first; insert what only the second has; replace what
/// was changed; and the first equals the second.
pub fn diff(a: &Value<'_>, b: &Value<'_>, f: &mut dyn FnMut(&Difference<'_>) -> bool) {
    Walk { at: <[String; 2]>::default(), depth: 0, f }.values(a, b);
}

/// Lists that are compared as a whole.
const TUPLES: [&str; 2] = ["/span", "/placed"];

/// A walk through both trees at once.
struct Walk<'f> {
    /// The pointers in the first and in the second.
    at: [String; 2],
    depth: usize,
    f: &'f mut dyn FnMut(&Difference<'_>) -> bool,
}

type KeyValue<'v> = (Cow<'v, str>, Value<'v>);

/// A step into a map or a list, and the value there, on a side that has it.
type Step<'d, 'v> = Option<(&'d str, &'d Value<'v>)>;

impl Walk<'_> {
    /// Compares two values. Returns whether to continue.
    fn values(&mut self, a: &Value<'_>, b: &Value<'_>) -> bool {
        match (a, b) {
            (a, b) if a == b => true,
            (a, b) if is_atomic(a) || is_atomic(b) || self.depth == limits::DEPTH => {
                self.found(Some(a), Some(b))
            }
            (Value::Map(a), Value::Map(b)) => self.maps(a, b),
            (Value::Array(a), Value::Array(b)) if !TUPLES.iter().any(|end| self.at[0].ends_with(end)) => {
                align(a, b).into_iter().all(|(i, j)| {
                    let (left, right) = (i.map(|i| format!("{i}")), j.map(|j| format!("{j}")));
                    let left = left.as_deref().zip(i.and_then(|i| a.get(i)));
                    let right = right.as_deref().zip(j.and_then(|j| b.get(j)));
                    self.step(left, right)
                })
            }
            (a, b) => self.found(Some(a), Some(b)),
        }
    }

    fn maps(&mut self, a: &[KeyValue<'_>], b: &[KeyValue<'_>]) -> bool {
        let order = if self.depth == 0 { section_order } else { key_order };
        let (left, right) = (sorted(a, order), sorted(b, order));
        let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
        loop {
            let order = match (left.peek(), right.peek()) {
                (None, None) => return true,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(a), Some(b)) => order(&a.0, &b.0),
            };
            let a = if order.is_le() { left.next() } else { None };
            let b = if order.is_ge() { right.next() } else { None };
            if !self.step(a.map(|(key, value)| (&**key, value)), b.map(|(key, value)| (&**key, value))) {
                return false;
            }
        }
    }

    fn step(&mut self, a: Step<'_, '_>, b: Step<'_, '_>) -> bool {
        let back = [self.at[0].len(), self.at[1].len()];
        for (at, side) in self.at.iter_mut().zip([a, b]) {
            if let Some((token, _)) = side {
                push_token(at, token);
            }
        }
        self.depth += 1;
        let go_on = match (a, b) {
            (Some((_, a)), Some((_, b))) => self.values(a, b),
            (a, b) => self.found(a.map(|(_, value)| value), b.map(|(_, value)| value)),
        };
        self.depth -= 1;
        self.at[0].truncate(back[0]);
        self.at[1].truncate(back[1]);
        go_on
    }

    fn found(&mut self, a: Option<&Value<'_>>, b: Option<&Value<'_>>) -> bool {
        (self.f)(&Difference {
            a: a.map(|value| Side { at: &self.at[0], value }),
            b: b.map(|value| Side { at: &self.at[1], value }),
        })
    }
}

fn sorted<'m, 'v>(members: &'m [KeyValue<'v>], order: fn(&str, &str) -> Ordering) -> Vec<&'m KeyValue<'v>> {
    let mut members: Vec<_> = members.iter().collect();
    members.sort_by(|a, b| order(&a.0, &b.0));
    members
}

/// Compares sections in the order of [`SECTIONS`]; other members come after them.
fn section_order(a: &str, b: &str) -> Ordering {
    let number = |key| SECTIONS.iter().position(|section| *section == key).unwrap_or(SECTIONS.len());
    number(a).cmp(&number(b)).then_with(|| key_order(a, b))
}

/// Returns whether the value is an absence, content or a digest, which are compared as a whole. Only the last two have
/// bytes.
fn is_atomic(value: &Value<'_>) -> bool {
    let Value::Map(members) = value else { return false };
    members.iter().any(|(key, value)| key == "absent" || matches!(value, Value::Bytes(_)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use decl_core::json::parse;

    /// Returns the pointers of both sides; that of a side without the place is empty.
    fn places(a: &str, b: &str) -> Vec<(String, String)> {
        let (a, b) = (parse(a.as_bytes()).unwrap(), parse(b.as_bytes()).unwrap());
        let mut out = Vec::new();
        diff(&a, &b, &mut |difference| {
            let at = |side: Option<Side<'_>>| side.map_or("", |side| side.at).to_owned();
            out.push((at(difference.a), at(difference.b)));
            true
        });
        out
    }

    #[test]
    fn differences_are_named_as_deep_as_both_sides_go() {
        let at = places(r#"{"x":[1,2],"y":{"k":1},"z":"s","only":0}"#, r#"{"x":[1,3,4],"y":7,"z":"s"}"#);
        let want = [("/x/1", "/x/1"), ("", "/x/2"), ("/y", "/y"), ("/only", "")];
        assert_eq!(at, want.map(|(a, b)| (a.to_owned(), b.to_owned())));
        assert!(places("[1]", "[1]").is_empty());
        assert_eq!(places("1", "2").len(), 1);
        assert_eq!(
            places(r#"{"span":[1,2]}"#, r#"{"span":[2,3]}"#),
            [("/span".to_owned(), "/span".to_owned())]
        );
    }

    #[test]
    fn the_model_comes_first_and_extensions_last() {
        let at = places(
            r#"{"ext":1,"input":1,"model":1,"kind":1,"unheard-of":1}"#,
            r#"{"kind":2,"model":2,"input":2,"ext":2,"unheard-of":2}"#,
        );
        let order: Vec<_> = at.iter().map(|(a, _)| &**a).collect();
        assert_eq!(order, ["/kind", "/model", "/input", "/ext", "/unheard-of"]);
    }

    #[test]
    fn absences_and_digests_are_compared_whole() {
        let at = places(r#"{"x":{"absent":"none"}}"#, r#"{"x":{"absent":"default"}}"#);
        assert_eq!(at, [("/x".to_owned(), "/x".to_owned())]);
        assert_eq!(places(r#"{"x":{"absent":"none"}}"#, r#"{"x":{"name":"y"}}"#).len(), 1);
        let digest = |byte| {
            let value = Value::Bytes(vec![byte].into());
            Value::map([("x", Value::map([("alg", Value::text("sha256")), ("value", value)]))])
        };
        let mut at = String::new();
        diff(&digest(1), &digest(2), &mut |difference| {
            at.push_str(difference.at());
            true
        });
        assert_eq!(at, "/x");
    }

    #[test]
    fn whoever_has_heard_enough_hears_no_more() {
        let (a, b) =
            (parse(br#"{"x":[1,2],"y":{"z":1}}"#).unwrap(), parse(br#"{"x":[3,4],"y":{"z":2}}"#).unwrap());
        for enough in 1..=3 {
            let mut heard = 0;
            diff(&a, &b, &mut |_| {
                heard += 1;
                heard < enough
            });
            assert_eq!(heard, enough);
        }
    }
}
