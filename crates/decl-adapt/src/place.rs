//! Reads and writes nodes under construction at the pointers of the tables.

use decl_core::Value;
use std::borrow::Cow;

/// A place in a node: a pointer of a table, and the name of a member there if it is not part of the pointer.
#[derive(Clone, Copy)]
pub(super) struct Spot {
    pub(super) pointer: &'static str,
    pub(super) name: Option<&'static str>,
}

impl From<&'static str> for Spot {
    fn from(pointer: &'static str) -> Self {
        Self { pointer, name: None }
    }
}

impl Spot {
    /// Returns the last name of the path.
    pub(super) fn last(self) -> &'static str {
        self.name.or(self.pointer.rsplit('/').next()).unwrap_or_default()
    }

    /// Returns the tokens of the path. The tables' own names contain neither `~` nor `/`, so nothing is escaped.
    fn tokens(self) -> impl Iterator<Item = &'static str> {
        let mut rest = self.pointer;
        let next = move || {
            let inside = rest.strip_prefix('/')?;
            let end = inside.bytes().position(|c| c == b'/').unwrap_or(inside.len());
            let token;
            (token, rest) = inside.split_at(end);
            Some(token)
        };
        std::iter::from_fn(next).chain(self.name)
    }
}

/// Returns the value at a spot, or `None` if there is none.
pub(super) fn at<'v, 'a>(node: &'v Value<'a>, spot: impl Into<Spot>) -> Option<&'v Value<'a>> {
    spot.into().tokens().try_fold(node, |value, token| match value {
        Value::Array(items) => items.get(token.parse::<usize>().ok()?),
        _ => value.get(token),
    })
}

/// Writes a value at a spot and creates what is missing on the way. It replaces an absence on the way, because the
/// body states what is below it.
pub(super) fn put<'a>(node: &mut Value<'a>, spot: impl Into<Spot>, value: Value<'a>) {
    *reach(node, spot.into()) = value;
}

/// Does the same for a member whose name is from the body.
pub(super) fn put_member<'a>(node: &mut Value<'a>, at: &'static str, name: Cow<'a, str>, value: Value<'a>) {
    *child(reach(node, at.into()), name) = value;
}

/// Removes a member of a node and returns it, or `None` if there is none.
pub(super) fn take<'a>(node: &mut Value<'a>, name: &str) -> Option<Value<'a>> {
    let Value::Map(members) = node else { return None };
    let i = members.iter().position(|(key, _)| key == name)?;
    Some(members.swap_remove(i).1)
}

/// Appends an item to the list at a spot.
pub(super) fn push<'a>(node: &mut Value<'a>, spot: impl Into<Spot>, item: Value<'a>) {
    match reach(node, spot.into()) {
        Value::Array(items) => {
            if items.is_empty() {
                items.reserve_exact(1); // most messages have one part
            }
            items.push(item);
        }
        other => *other = Value::Array([item].into()),
    }
}

/// Appends items to the list at a spot.
pub(super) fn extend<'a>(node: &mut Value<'a>, spot: impl Into<Spot>, items: Vec<Value<'a>>) {
    if items.is_empty() {
        return;
    }
    match reach(node, spot.into()) {
        Value::Array(there) if !there.is_empty() => there.extend(items),
        other => *other = Value::Array(items),
    }
}

/// Inserts an item at the front of the list at a spot.
pub(super) fn insert<'a>(node: &mut Value<'a>, spot: impl Into<Spot>, item: Value<'a>) {
    match reach(node, spot.into()) {
        Value::Array(items) => items.insert(0, item),
        other => *other = Value::Array([item].into()),
    }
}

/// Merges JSON into a node: maps member by member; an absence and any other value are replaced.
pub(super) fn lay<'a>(node: &mut Value<'a>, over: Value<'a>) {
    match over {
        Value::Map(empty) if empty.is_empty() => _ = map(node),
        Value::Map(members) if !members.iter().any(|(key, _)| key == "absent") => {
            for (key, value) in members {
                lay(child(node, key), value);
            }
        }
        over => *node = over,
    }
}

/// Returns true for `{"absent": ...}`.
pub(crate) fn is_absent(value: &Value<'_>) -> bool {
    value.get("absent").is_some()
}

fn reach<'v, 'a>(node: &'v mut Value<'a>, spot: Spot) -> &'v mut Value<'a> {
    spot.tokens().fold(node, |node, token| child(node, token.into()))
}

/// Turns a value that is not a container into an empty map.
fn map<'v, 'a>(value: &'v mut Value<'a>) -> &'v mut Value<'a> {
    if is_absent(value) || !matches!(value, Value::Map(_) | Value::Array(_)) {
        *value = Value::Map(Vec::new());
    }
    value
}

fn child<'v, 'a>(value: &'v mut Value<'a>, token: Cow<'a, str>) -> &'v mut Value<'a> {
    match map(value) {
        Value::Map(members) => {
            let i = members.iter().position(|(key, _)| *key == token).unwrap_or_else(|| {
                members.push((token, Value::Null));
                members.len() - 1
            });
            &mut members[i].1
        }
        Value::Array(items) => {
            let i = token.parse().unwrap_or(0);
            if items.len() <= i {
                items.resize(i + 1, Value::Null); // the tables name item 0 of a list that their base holds
            }
            &mut items[i]
        }
        other => other,
    }
}
