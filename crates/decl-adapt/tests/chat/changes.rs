//! Trees that are one change away.

use decl_core::Value;

/// Every tree that is one change away: another scalar, another kind of value, something taken away, given twice, put
/// in another order or under another name.
pub(crate) fn changes<'a>(value: &Value<'a>) -> Vec<Value<'a>> {
    let mut out = match value {
        Value::Bool(b) => vec![Value::Bool(!b)],
        Value::Uint(n) => vec![Value::Uint(n + 1), Value::Float(0.25)],
        Value::Text(text) => {
            ["", "text", "x"].iter().map(|t| Value::text(format!("{text}{t}"))).skip(1).collect()
        }
        Value::Array(items) => {
            let mut out = Vec::new();
            for (i, item) in items.iter().enumerate() {
                out.extend(changes(item).into_iter().map(|item| replaced(items, i, &[item])));
                out.push(replaced(items, i, &[]));
                out.push(replaced(items, i, &[item.clone(), item.clone()]));
                if let Some(next) = items.get(i + 1) {
                    let mut swapped = items.clone();
                    swapped[i] = next.clone();
                    swapped[i + 1] = item.clone();
                    out.push(Value::Array(swapped));
                }
            }
            out
        }
        Value::Map(members) => {
            let mut out = Vec::new();
            for (i, (key, value)) in members.iter().enumerate() {
                let with = |key: &str, value: Option<Value<'a>>| {
                    let mut members = members.clone();
                    match value {
                        Some(value) => members[i] = (key.to_owned().into(), value),
                        None => drop(members.remove(i)),
                    }
                    Value::Map(members)
                };
                out.extend(changes(value).into_iter().map(|value| with(key, Some(value))));
                out.push(with(key, None));
                out.push(with(&format!("{key}x"), Some(value.clone())));
            }
            let mut turned = members.clone();
            turned.reverse();
            out.push(Value::Map(turned));
            out
        }
        _ => Vec::new(),
    };
    out.extend([
        Value::Null,
        Value::text(""),
        Value::Array(vec![]),
        Value::Map(vec![]),
        Value::Array(vec![value.clone()]),
    ]);
    out
}

fn replaced<'a>(items: &[Value<'a>], i: usize, by: &[Value<'a>]) -> Value<'a> {
    Value::Array([&items[..i], by, &items[i + 1..]].concat())
}
