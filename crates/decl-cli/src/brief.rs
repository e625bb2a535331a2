//! Formats values of a declaration briefly.

use decl_core::{Value, hex, json};

/// The most characters of a value on one line.
pub(crate) const SHOWN: usize = 120;

/// Returns a value for people: absences as words, content and digests by their first digits, the rest as JSON.
pub(crate) fn brief(value: &Value<'_>) -> String {
    let text = |member| value.get(member).and_then(Value::as_str).unwrap_or_default();
    let digits = |member| match value.get(member) {
        Some(Value::Bytes(bytes)) => Some(hex(bytes).chars().take(12).collect::<String>()),
        _ => None,
    };
    if value.get("absent").is_some() {
        text("absent").to_owned()
    } else if let Some(digits) = digits("b3") {
        let len = value.get("len").map_or_else(String::new, json::line);
        format!("{}, {len} bytes, b3:{digits}", text("type"))
    } else if let Some(digits) = digits("kb3") {
        format!("{}, kb3:{digits} under the key {}", text("type"), json::line(&Value::text(text("key"))))
    } else if let Some(digits) = digits("value") {
        format!("{}:{digits}", text("alg"))
    } else {
        json::line(value)
    }
}

/// Returns at most [`SHOWN`] characters, from this one on.
pub(crate) fn cut(text: &str, from: usize) -> String {
    let head = if from > 0 { "..." } else { "" };
    let tail = if text.chars().nth(from + SHOWN).is_some() { "..." } else { "" };
    let shown: String = text.chars().skip(from).take(SHOWN).collect();
    [head, &shown, tail].concat()
}

/// Returns whether a value is a reference to content.
pub(crate) fn is_content(value: &Value<'_>) -> bool {
    value.get("b3").or(value.get("kb3")).is_some()
}
