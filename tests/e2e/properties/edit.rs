//! One change to a body, by chance.

use super::api::Api;
use decl_core::Value;
use proptest::{
    prelude::{Just, Strategy, any, prop_oneof},
    sample::Index,
};

/// A change, and how the changed body is written.
#[derive(Clone, Debug)]
pub(super) struct Edit {
    /// Which value of the body, of all below the top.
    place: Index,
    what: What,
    /// Keep unknown members instead of refusing them?
    pub(super) extend: bool,
    /// How it is written; see [`super::write::text`].
    pub(super) style: u64,
}

/// What happens to the value.
#[derive(Clone, Debug)]
enum What {
    /// Nothing: the body is only written in another way.
    Written,
    /// A transport member of the body gets another value.
    Moved(Index, Scrap),
    /// Something else stands there.
    Replaced(Scrap),
    /// The value is another one of its own type.
    Altered,
    /// It goes.
    Removed,
    /// It stands there twice; a member, under another name too.
    Doubled,
    /// It changes places with its next sibling.
    Swapped,
    /// Its member gets another name.
    Renamed,
    /// A sibling comes after it.
    Joined(Scrap),
}

/// A small value.
#[derive(Clone, Copy, Debug)]
enum Scrap {
    Null,
    True,
    Zero,
    Empty,
    Text,
    List,
    Map,
    /// A map whose order of members would show.
    Pair,
}

pub(super) fn edit() -> impl Strategy<Value = Edit> {
    let scrap = || {
        use Scrap::{Empty, List, Map, Null, Pair, Text, True, Zero};
        prop_oneof![
            Just(Null),
            Just(True),
            Just(Zero),
            Just(Empty),
            Just(Text),
            Just(List),
            Just(Map),
            Just(Pair)
        ]
    };
    let what = prop_oneof![
        2 => Just(What::Written),
        2 => (any::<Index>(), scrap()).prop_map(|(which, scrap)| What::Moved(which, scrap)),
        3 => Just(What::Altered),
        2 => Just(What::Removed),
        2 => Just(What::Doubled),
        2 => Just(What::Swapped),
        2 => scrap().prop_map(What::Replaced),
        1 => Just(What::Renamed),
        2 => scrap().prop_map(What::Joined),
    ];
    (any::<Index>(), what, any::<bool>(), any::<u64>()).prop_map(|(place, what, extend, style)| Edit {
        place,
        what,
        extend,
        style,
    })
}

impl Edit {
    /// The body after the change.
    pub(super) fn apply<'a>(&self, body: &Value<'a>, api: &Api) -> Value<'a> {
        let mut body = body.clone();
        if let What::Moved(which, scrap) = &self.what
            && !api.transport.is_empty()
        {
            let name = *which.get(api.transport);
            if let Value::Map(members) = &mut body {
                members.retain(|(key, _)| api.name(key) != name);
                members.push((name.into(), scrap.value()));
            }
            return body;
        }
        let below = size(&body) - 1;
        if below > 0 {
            let mut left = self.place.index(below);
            change(&mut body, &mut left, &self.what);
        }
        body
    }
}

/// Values in a tree.
fn size(value: &Value<'_>) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Map(members) => members.iter().map(|(_, value)| size(value)).sum(),
        _ => 0,
    }
}

/// Goes to the value that `left` others stand before, and changes it; answers whether that was here.
fn change(value: &mut Value<'_>, left: &mut usize, what: &What) -> bool {
    let children = match value {
        Value::Array(items) => items.len(),
        Value::Map(members) => members.len(),
        _ => 0,
    };
    for i in 0..children {
        if *left == 0 {
            match value {
                Value::Array(items) => change_item(items, i, what),
                Value::Map(members) => change_member(members, i, what),
                _ => {}
            }
            return true;
        }
        *left -= 1;
        let child = match value {
            Value::Array(items) => &mut items[i],
            Value::Map(members) => &mut members[i].1,
            _ => return false,
        };
        if change(child, left, what) {
            return true;
        }
    }
    false
}

fn change_item(items: &mut Vec<Value<'_>>, i: usize, what: &What) {
    match what {
        What::Replaced(scrap) => items[i] = scrap.value(),
        What::Altered => alter(&mut items[i]),
        What::Removed => drop(items.remove(i)),
        What::Doubled => items.insert(i, items[i].clone()),
        What::Swapped if i + 1 < items.len() => items.swap(i, i + 1),
        What::Swapped | What::Written | What::Moved(..) | What::Renamed => {}
        What::Joined(scrap) => items.insert(i + 1, scrap.value()),
    }
}

fn change_member<'a>(members: &mut Vec<(std::borrow::Cow<'a, str>, Value<'a>)>, i: usize, what: &What) {
    let other = format!("{}x", members[i].0);
    match what {
        What::Replaced(scrap) => members[i].1 = scrap.value(),
        What::Altered => alter(&mut members[i].1),
        What::Removed => drop(members.remove(i)),
        What::Swapped if i + 1 < members.len() => members.swap(i, i + 1),
        What::Swapped | What::Written | What::Moved(..) => {}
        // a member of that name may be there
        _ if members.iter().any(|(key, _)| *key == other) => {}
        What::Renamed => members[i].0 = other.into(),
        What::Doubled => members.push((other.into(), members[i].1.clone())),
        What::Joined(scrap) => members.push((other.into(), scrap.value())),
    }
}

fn alter(value: &mut Value<'_>) {
    match value {
        Value::Null => *value = Value::Bool(false),
        Value::Bool(b) => *b = !*b,
        Value::Uint(n) => *n ^= 1,
        Value::Nint(n) => *n = if *n == -1 { -2 } else { *n + 1 },
        Value::Float(x) => *value = Value::from_f64(*x * 2.0 + 0.5),
        Value::BigInt(digits) => digits.to_mut().push('0'),
        Value::Text(text) => text.to_mut().push('x'),
        Value::Bytes(bytes) => bytes.to_mut().push(0),
        Value::Array(items) => items.reverse(),
        Value::Map(members) => members.reverse(),
    }
}

impl Scrap {
    fn value(self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::True => Value::Bool(true),
            Self::Zero => Value::Uint(0),
            Self::Empty => Value::text(""),
            Self::Text => Value::text("x"),
            Self::List => Value::Array(Vec::new()),
            Self::Map => Value::Map(Vec::new()),
            Self::Pair => Value::map([("b", Value::Uint(1)), ("a", Value::Null)]),
        }
    }
}
