//! A body as another program might write it.

use super::api::Api;
use decl_core::{Value, json};
use std::fmt::Write as _;

/// The JSON text of a body. White space, escapes, the forms of numbers and, where it says nothing, the order of
/// members follow from `style`.
pub(super) fn text(body: &Value<'_>, style: u64, api: &Api) -> String {
    let mut writer = Writer { out: String::new(), style, api };
    writer.value(body, "", false);
    writer.out
}

struct Writer<'w> {
    out: String,
    style: u64,
    api: &'w Api,
}

impl Writer<'_> {
    /// One of `n` choices (splitmix64).
    fn choice(&mut self, n: usize) -> usize {
        self.style = self.style.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.style;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % n as u64).unwrap()
    }

    fn space(&mut self) {
        let space = ["", "", "", " ", "\n  ", "\t", "\r\n"][self.choice(7)];
        self.out.push_str(space);
    }

    fn value(&mut self, value: &Value<'_>, around: &str, ordered: bool) {
        self.space();
        match value {
            Value::Map(members) => {
                let mut order: Vec<_> = members.iter().collect();
                if !ordered {
                    for i in (1..order.len()).rev() {
                        let j = self.choice(i + 1);
                        order.swap(i, j);
                    }
                }
                self.out.push('{');
                for (i, (key, value)) in order.into_iter().enumerate() {
                    if i > 0 {
                        self.out.push(',');
                    }
                    self.space();
                    self.string(key);
                    self.space();
                    self.out.push(':');
                    self.value(value, &self.api.name(key), ordered || self.api.keeps_order(around, key));
                }
                self.out.push('}');
            }
            Value::Array(items) => {
                self.out.push('[');
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        self.out.push(',');
                    }
                    self.value(item, "", ordered);
                }
                self.out.push(']');
            }
            Value::Text(text) => self.string(text),
            number @ (Value::Uint(_) | Value::Nint(_) | Value::Float(_)) => self.number(number),
            other => self.out.push_str(&json::minimal(other)),
        }
        self.space();
    }

    fn number(&mut self, number: &Value<'_>) {
        let plain = json::minimal(number);
        // An integer beyond 2^53 has one form: with a fraction or an exponent it would be read as a real number.
        let exact =
            matches!(number, Value::Uint(0..=0x1f_ffff_ffff_ffff) | Value::Nint(-0x1f_ffff_ffff_ffff..));
        let form = match self.choice(4) {
            1 if exact => plain + ".0",
            2 if exact => plain + "E+00",
            3 if exact && plain != "0" => plain + "0e-1",
            1 if plain.contains('.') && !plain.contains('e') => plain + "0",
            2 if !plain.contains('e') => plain + "e0",
            _ => plain,
        };
        self.out.push_str(&form);
    }

    fn string(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            let escaped = match c {
                '"' | '\\' | '\0'..='\u{1f}' => self.choice(2) == 0 || !matches!(c, '"' | '\\' | '\n' | '\t'),
                _ => self.choice(24) == 0,
            };
            match c {
                _ if escaped => {
                    for unit in c.encode_utf16(&mut [0; 2]) {
                        // writing to a string cannot fail
                        let _ = write!(self.out, "\\u{unit:04x}");
                    }
                }
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\t' => self.out.push_str("\\t"),
                c => self.out.push(c),
            }
        }
        self.out.push('"');
    }
}
