//! The two ways from a body to its declaration: by the tree, and straight from the text.

use decl_core::{
    Fault, NoFiles, Source, Value,
    adapter::{Adapter, Options},
};
use std::fmt::Write as _;

/// What a body comes to. An overlay makes the tree necessary, also one that says nothing: the two ways must agree, also
/// about the same body in another spelling.
pub(crate) fn both_ways(adapter: &Adapter, body: &str, options: &Options<'_>) -> Result<Source, Fault> {
    let nothing = Value::Map(Vec::new());
    let by_tree = Options { overlay: Some(options.overlay.unwrap_or(&nothing)), ..*options };
    let want = Source::from_body(adapter, body.as_bytes(), &by_tree, &mut NoFiles);
    for text in [body, &respelled(body)] {
        let got = Source::from_body(adapter, text.as_bytes(), options, &mut NoFiles);
        match (&got, &want) {
            (Ok(got), Ok(want)) => {
                assert_eq!(got.declaration.to_json(), want.declaration.to_json(), "{text}");
                assert_eq!(got.declaration, want.declaration, "{text}");
                assert_eq!(got.contents, want.contents, "{text}");
            }
            _ if text == body => assert_eq!(got.as_ref().err(), want.as_ref().err(), "{text}"),
            _ => assert_eq!(
                got.err().map(|fault| fault.code),
                want.as_ref().err().map(|fault| fault.code),
                "{text}"
            ),
        }
    }
    want
}

/// The same JSON with white space around every mark, an escape at the head of every text, and integers as reals.
fn respelled(text: &str) -> String {
    let mut out = String::new();
    let (mut inside, mut at_head) = (false, false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => {
                inside = !inside;
                at_head = inside;
                out.push(c);
                continue;
            }
            '\\' => out.extend([c, chars.next().unwrap()]),
            c if inside && at_head && c.is_ascii_alphanumeric() => {
                write!(out, "\\u{:04x}", u32::from(c)).unwrap();
            }
            c if inside => out.push(c),
            '{' | '}' | '[' | ']' | ':' | ',' => out.extend([' ', c, '\n']),
            c if c.is_ascii_digit() => {
                let mut token = String::from(c);
                while let Some(c) = chars.next_if(|c| c.is_ascii_alphanumeric() || "+-.".contains(*c)) {
                    token.push(c);
                }
                let is_short = token.len() < 15 && token.bytes().all(|c| c.is_ascii_digit());
                out += &token;
                out += if is_short { ".0" } else { "" };
            }
            c => out.push(c),
        }
        at_head = false;
    }
    out
}
