//! Writes a tree as JSON text, members in the order given.

use super::tape::special;
use super::tape::{Node, Tape};
use crate::{limits, text::hex, value::Value};
use alloc::{
    borrow::Cow,
    string::{String, ToString},
    vec::Vec,
};

/// Returns order-preserving minimal JSON text: no white space, scalars as in RFC 8785, members in the order given.
///
/// This is the content form of JSON, whose member order can reach the model. Integers are written exactly, also beyond
/// 2^53. Bytes, which JSON does not have, are written as lowercase hex.
pub fn minimal(value: &Value<'_>) -> String {
    let mut out = String::with_capacity(256);
    write(&mut out, value, false, None);
    out
}

/// Returns the JSON projection on one line. It reads back as the same declaration.
pub fn line(value: &Value<'_>) -> String {
    let mut out = String::new();
    write(&mut out, value, true, None);
    out
}

/// Returns whether exactly one JSON value corresponds to this tree, as for every tree read from JSON.
pub fn is_json(value: &Value<'_>) -> bool {
    fn at(value: &Value<'_>, depth: usize) -> bool {
        match value {
            Value::Bytes(_) => false,
            Value::Float(x) => x.is_finite(),
            Value::Array(items) => depth < limits::DEPTH && items.iter().all(|item| at(item, depth + 1)),
            Value::Map(members) => {
                depth < limits::DEPTH
                    && unique_keys(members)
                    && members.iter().all(|(_, value)| at(value, depth + 1))
            }
            _ => true,
        }
    }
    at(value, 0)
}

fn unique_keys(members: &[(Cow<'_, str>, Value<'_>)]) -> bool {
    const FEW: usize = 8;
    if members.len() <= FEW {
        return members.iter().enumerate().all(|(i, (key, _))| members[..i].iter().all(|(k, _)| k != key));
    }
    let mut keys: Vec<&str> = members.iter().map(|(key, _)| &**key).collect();
    keys.sort_unstable();
    keys.windows(2).all(|pair| pair[0] != pair[1])
}

/// Returns the JSON projection for people: one member a line, two spaces a level for the first eight. It reads back as
/// the same declaration.
pub fn pretty(value: &Value<'_>) -> String {
    let mut out = String::new();
    write(&mut out, value, true, Some(0));
    out
}

fn write(out: &mut String, value: &Value<'_>, projection: bool, indent: Option<usize>) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Value::Uint(n) => out.push_str(&n.to_string()),
        Value::Nint(n) => out.push_str(&n.to_string()),
        Value::BigInt(digits) => out.push_str(digits),
        Value::Float(x) => {
            let mut buffer = ryu_js::Buffer::new();
            let text = buffer.format(*x);
            out.push_str(text);
            // ECMAScript prints 1e20 as digits alone, which would read back as an integer out of range.
            if projection && !text.contains(['.', 'e']) {
                out.push_str("e0");
            }
        }
        Value::Text(text) => string(out, text),
        Value::Bytes(bytes) => string(out, &hex(bytes)),
        Value::Array(items) => {
            sequence(out, ['[', ']'], items, indent, |out, item, indent| {
                write(out, item, projection, indent);
            });
        }
        Value::Map(members) => sequence(out, ['{', '}'], members, indent, |out, (key, value), indent| {
            string(out, key);
            out.push_str(if indent.is_some() { ": " } else { ":" });
            write(out, value, projection, indent);
        }),
    }
}

/// Writing without building a tree.
impl Tape<'_> {
    /// Returns [`minimal`] of the value at node `i`.
    pub fn minimal(&self, i: usize) -> String {
        let mut out = String::with_capacity(256);
        self.write(&mut out, i);
        out
    }

    fn write(&self, out: &mut String, i: usize) {
        match self.node(i) {
            node @ Node::Text { .. } => {
                out.push('"');
                out.push_str(self.text(node));
                out.push('"');
            }
            node @ Node::Number { .. } if self.text(node).bytes().all(|c| c.is_ascii_digit()) => {
                out.push_str(self.text(node));
            }
            node @ Node::Escaped { .. } => string(out, self.text(node)),
            Node::Array { .. } => {
                sequence(out, ['[', ']'], self.items(i), None, |out, item, _| self.write(out, item));
            }
            Node::Map { .. } => sequence(out, ['{', '}'], self.keys(i), None, |out, key, _| {
                self.write(out, key);
                out.push(':');
                self.write(out, key + 1);
            }),
            _ => write(out, &self.value(i), false, None),
        }
    }
}

fn sequence<T>(
    out: &mut String,
    [open, close]: [char; 2],
    items: impl IntoIterator<Item = T>,
    indent: Option<usize>,
    each: impl Fn(&mut String, T, Option<usize>),
) {
    let inner = indent.map(|n| n + 1);
    out.push(open);
    let mut empty = true;
    for item in items {
        if !empty {
            out.push(',');
        }
        empty = false;
        new_line(out, inner);
        each(out, item, inner);
    }
    if !empty {
        new_line(out, indent);
    }
    out.push(close);
}

fn new_line(out: &mut String, indent: Option<usize>) {
    if let Some(levels) = indent {
        out.push('\n');
        // Beyond that depth, indentation would only multiply the size of hostile documents.
        out.extend(core::iter::repeat_n("  ", levels.min(8)));
    }
}

fn string(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    while let Some(i) = special(rest.as_bytes()) {
        out.push_str(&rest[..i]);
        match rest.as_bytes()[i] {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            0x08 => out.push_str("\\b"),
            0x09 => out.push_str("\\t"),
            0x0a => out.push_str("\\n"),
            0x0c => out.push_str("\\f"),
            0x0d => out.push_str("\\r"),
            c => {
                out.push_str("\\u00");
                out.push_str(&hex(&[c]));
            }
        }
        rest = &rest[i + 1..];
    }
    out.push_str(rest);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    #[test]
    fn minimal_text_keeps_order_and_values() {
        let text = r#"{"z":1,"a":[1.5,1e22,1e21,100000000000000000000e0,-0.000001,1e-7,true,null,"\u0007\"\\\/é\u007f\n"],"e":{},"l":[]}"#;
        // 1e20 is a float in the profile; ECMAScript prints all its digits.
        let want = "{\"z\":1,\"a\":[1.5,1e+22,1e+21,100000000000000000000,-0.000001,1e-7,true,null,\"\\u0007\\\"\\\\/é\u{7f}\\n\"],\"e\":{},\"l\":[]}";
        assert_eq!(minimal(&parse(text.as_bytes()).unwrap()), want);
    }

    #[test]
    fn the_projection_reads_back_equal() {
        let value = parse(br#"{"a":[],"b":{"c":[1,{"d":2}],"e":1e20}}"#).unwrap();
        assert_eq!(line(&value), r#"{"a":[],"b":{"c":[1,{"d":2}],"e":100000000000000000000e0}}"#);
        let text = pretty(&value);
        assert_eq!(parse(text.as_bytes()).unwrap(), value);
        assert!(text.contains("\n      {\n        \"d\": 2\n      }\n"), "{text}");
        assert!(text.starts_with("{\n  \"a\": [],\n"), "{text}");
    }
}
