//! `decl diff`

use crate::args::{Diff, Global};
use crate::brief::{SHOWN, brief, cut, is_content};
use crate::command::show;
use crate::exit;
use crate::failure::Failure;
use crate::input::{self, RelativeFiles};
use crate::store;
use crate::ui::Ui;
use decl_core::{Declaration, Source, Value, json};
use decl_explain::{Difference, words};
use std::ffi::OsStr;
use std::path::Path;

pub(crate) fn run(ui: &Ui, global: &Global, args: &Diff) -> Result<u8, Failure> {
    let (a, b) = (read(ui, global, &args.a)?, read(ui, global, &args.b)?);
    let same = a.identity() == b.identity();
    if !ui.is_json() {
        if same {
            ui.line(&format!("the same declaration: {}", a.identity()))?;
        } else {
            ui.line(&format!("a  {}", a.identity()))?;
            ui.line(&format!("b  {}", b.identity()))?;
        }
    }
    let (a, b) = (a.value(), b.value());
    let (mut section, mut printed) = (String::new(), Ok(()));
    decl_explain::diff(&a, &b, &mut |found| {
        printed = if ui.is_json() {
            ui.object(&object(found))
        } else {
            let heading = if section == found.section() { Ok(()) } else { ui.line(found.section()) };
            found.section().clone_into(&mut section);
            heading.and_then(|()| ui.line(&format!("  {}", explained(found, &a, &b))))
        };
        printed.is_ok() && !ui.stdout_is_closed()
    });
    printed?;
    Ok(if same { exit::DONE } else { exit::NO })
}

fn object(found: &Difference<'_>) -> Value<'static> {
    let value = |value: Option<&Value<'_>>| value.map_or(Value::Null, |value| value.clone().into_owned());
    let mut members = vec![
        ("at", Value::text(found.at().to_owned())),
        ("a", value(found.a.map(|side| side.value))),
        ("b", value(found.b.map(|side| side.value))),
    ];
    members.extend(elsewhere(found).map(|at| ("at_b", Value::text(at.to_owned()))));
    Value::map(members)
}

/// Returns the pointer in the second declaration, if both have the place and the pointers differ.
fn elsewhere<'d>(found: &Difference<'d>) -> Option<&'d str> {
    found.a.zip(found.b).filter(|(a, b)| a.at != b.at).map(|(_, b)| b.at)
}

/// Returns a difference in words, to follow its pointer.
fn explained(found: &Difference<'_>, a: &Value<'_>, b: &Value<'_>) -> String {
    let at = found.at();
    let moved = elsewhere(found).map_or_else(String::new, |at| format!(" (in b {at})"));
    let place = words(if found.a.is_some() { a } else { b }, at);
    let what = match (found.a.map(|side| side.value), found.b.map(|side| side.value)) {
        (Some(a), Some(b)) => changed(a, b),
        (Some(a), None) => [" was removed", &aside(a)].concat(),
        (None, Some(b)) => [" was added", &aside(b)].concat(),
        (None, None) => String::new(),
    };
    format!("{at}{moved}  {place}{what}")
}

fn changed(a: &Value<'_>, b: &Value<'_>) -> String {
    let (mut left, mut right) = (brief(a), brief(b));
    if left == right {
        (left, right) = (json::line(a), json::line(b)); // the digits that were left out tell them apart
    }
    let mut doubt = "";
    if is_content(a) && is_content(b) {
        let media = a.get("type").and_then(Value::as_str).unwrap_or_default();
        right = right.strip_prefix(&format!("{media}, ")).unwrap_or(&right).to_owned(); // once is enough
        if a.get("key") != b.get("key") {
            doubt = " (keyed differently: whether the bytes are the same, nobody can tell from this)";
        }
    }
    // Long values are shown from a little before the first difference.
    let alike = left.chars().zip(right.chars()).take_while(|(a, b)| a == b).count();
    let from = if alike < SHOWN / 2 { 0 } else { alike - SHOWN / 4 };
    format!(": {} -> {}{doubt}", cut(&left, from), cut(&right, from))
}

/// Returns an added or removed value, if it is short enough to read.
fn aside(value: &Value<'_>) -> String {
    let text = brief(value);
    match value {
        Value::Map(_) if text.chars().nth(SHOWN).is_some() => String::new(),
        _ => [": ", &cut(&text, 0)].concat(),
    }
}

/// Returns the declaration of an argument: a file if there is one of that name, else a sealed record.
fn read(ui: &Ui, global: &Global, argument: &OsStr) -> Result<Declaration, Failure> {
    let path = Path::new(argument);
    if input::is_stdin(path) || path.exists() {
        let mut files = &RelativeFiles::to_document(path);
        let document = input::document(path)?;
        let source = Source::parse(&document, &mut files)
            .map_err(|fault| input::in_file(path, input::located(&document, fault)))?;
        return Ok(source.declaration);
    }
    let reader = store::reader(ui, global)?;
    let identity = store::find(&reader, &argument.to_string_lossy())?;
    Ok(Declaration::from_cbor(show::declaration(&reader, &identity)?)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_shown_however_long_the_value_is() {
        let text = |end: &str| Value::text(["word ".repeat(1_000), end.to_owned()].concat());
        let line = changed(&text("a \u{1f600}"), &text("b"));
        assert!(line.contains("word a \u{1f600}\" -> ...") && line.ends_with("word b\""), "{line}");
        assert!(line.chars().count() < 300, "{line}");
        assert_eq!(changed(&Value::text("a"), &Value::text("b")), ": \"a\" -> \"b\"");

        // The first digits are the same.
        let digest = |last: u8| {
            let bytes = [&[7; 31][..], &[last]].concat();
            Value::map([("alg", Value::text("sha256")), ("value", Value::Bytes(bytes.into()))])
        };
        let line = changed(&digest(1), &digest(2));
        assert!(line.contains("0701\"} -> ") && line.ends_with("0702\"}"), "{line}");
    }

    #[test]
    fn what_came_or_went_is_shown_where_it_is_short() {
        assert_eq!(aside(&Value::Uint(40)), ": 40");
        assert_eq!(aside(&Value::absent("none")), ": none");
        assert_eq!(aside(&Value::map([("x", Value::text("y".repeat(200)))])), "");
        assert_eq!(aside(&Value::text("y".repeat(200))), [": \"", &"y".repeat(119), "..."].concat());
    }
}
