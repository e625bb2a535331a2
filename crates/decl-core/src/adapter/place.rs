//! Nodes under construction: reading and writing at the pointers of the tables.

use crate::Value;
use alloc::{
    borrow::{Cow, ToOwned},
    vec::Vec,
};

/// What stands at a pointer of a table.
pub(super) fn at<'v, 'a>(node: &'v Value<'a>, pointer: &str) -> Option<&'v Value<'a>> {
    tokens(pointer).try_fold(node, |value, token| match value {
        Value::Array(items) => items.get(token.parse::<usize>().ok()?),
        _ => value.get(token),
    })
}

/// Writes a value at a pointer of a table, through whatever is not there yet. An absence on the way gives way: the
/// body states what is below it.
pub(super) fn put<'a>(node: &mut Value<'a>, pointer: &str, value: Value<'a>) {
    *reach(node, pointer) = value;
}

/// Takes a member of a node away.
pub(super) fn take<'a>(node: &mut Value<'a>, name: &str) -> Option<Value<'a>> {
    let Value::Map(members) = node else { return None };
    let i = members.iter().position(|(key, _)| key == name)?;
    Some(members.swap_remove(i).1)
}

/// Appends an item to the list at a pointer.
pub(super) fn push<'a>(node: &mut Value<'a>, pointer: &str, item: Value<'a>) {
    match reach(node, pointer) {
        Value::Array(items) => items.push(item),
        other => *other = Value::Array([item].into()),
    }
}

/// Puts an item before those in the list at a pointer.
pub(super) fn insert<'a>(node: &mut Value<'a>, pointer: &str, item: Value<'a>) {
    match reach(node, pointer) {
        Value::Array(items) => items.insert(0, item),
        other => *other = Value::Array([item].into()),
    }
}

/// Lays JSON over a node: maps member by member, an absence gives way, anything else is replaced.
pub(super) fn lay<'a>(node: &mut Value<'a>, over: Value<'a>) {
    match over {
        Value::Map(members) if !members.iter().any(|(key, _)| key == "absent") => {
            for (key, value) in members {
                lay(child(node, &key), value);
            }
        }
        over => *node = over,
    }
}

/// Is this `{"absent": ...}`?
pub(crate) fn is_absent(value: &Value<'_>) -> bool {
    value.get("absent").is_some()
}

fn reach<'v, 'a>(node: &'v mut Value<'a>, pointer: &str) -> &'v mut Value<'a> {
    tokens(pointer).fold(node, child)
}

fn child<'v, 'a>(value: &'v mut Value<'a>, token: &str) -> &'v mut Value<'a> {
    if is_absent(value) || !matches!(value, Value::Map(_) | Value::Array(_)) {
        *value = Value::Map(Vec::new());
    }
    match value {
        Value::Map(members) => {
            let i = members.iter().position(|(key, _)| key == token).unwrap_or_else(|| {
                members.push((Cow::Owned(token.to_owned()), Value::Null));
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

/// The tables' own names hold neither `~` nor `/`, so nothing is escaped.
fn tokens(pointer: &str) -> impl Iterator<Item = &str> {
    pointer.split('/').skip(1)
}
