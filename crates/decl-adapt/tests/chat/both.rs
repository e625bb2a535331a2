//! The two ways from a body to its declaration: by the tree, and straight from the text.

use decl_adapt::{Adapter, Options};
use decl_core::{Fault, NoFiles, Source, Value};
use std::fmt::Write as _;

/// What a body comes to by the tree, and straight from the text; or where the two differ. An overlay makes the tree
/// necessary, also one that says nothing.
pub(crate) fn two_ways(
    adapter: &Adapter,
    body: &str,
    options: &Options<'_>,
) -> Result<Result<Source, Fault>, String> {
    let nothing = Value::Map(Vec::new());
    let by_tree = Options { overlay: Some(options.overlay.unwrap_or(&nothing)), ..*options };
    let want = adapter.declare(body.as_bytes(), &by_tree, &mut NoFiles);
    let got = adapter.declare(body.as_bytes(), options, &mut NoFiles);
    match (&got, &want) {
        (Ok(got), Ok(want)) if got.declaration == want.declaration && got.contents == want.contents => {}
        (Err(got), Err(want)) if got == want => {}
        (Ok(got), Ok(want)) => {
            let [got, want] = [got, want].map(|source| source.declaration.to_json());
            return Err(format!("the two ways differ: {body}\n  straight: {got}\n  by the tree: {want}"));
        }
        _ => {
            let [got, want] = [got, want].map(Result::err);
            return Err(format!("the two ways differ: {body}\n  straight: {got:?}\n  by the tree: {want:?}"));
        }
    }
    Ok(want)
}

/// The same, also of the body in another spelling; a difference fails the test.
pub(crate) fn both_ways(adapter: &Adapter, body: &str, options: &Options<'_>) -> Result<Source, Fault> {
    let [want, other] = [body, &respelled(body)]
        .map(|text| two_ways(adapter, text, options).unwrap_or_else(|differ| panic!("{differ}")));
    match (&want, &other) {
        (Ok(want), Ok(other)) => {
            assert_eq!(want.declaration.to_json(), other.declaration.to_json(), "{body}");
            assert_eq!(want.declaration, other.declaration, "{body}");
            assert_eq!(want.contents, other.contents, "{body}");
        }
        _ => assert_eq!(
            want.as_ref().err().map(|fault| fault.code),
            other.as_ref().err().map(|fault| fault.code),
            "{body}"
        ),
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
