//! Lists the content of a declaration that can be confirmed by a guess once it is erased.

use decl_core::{Value, inside, limits};

/// Content shorter than this can be guessed, in bytes: a name, a yes or no, a date, a line of a form letter.
pub const GUESSABLE: u64 = 64;

/// Calls `f` with the JSON pointer and the length of every piece of short content that is declared by its plain digest, in
/// canonical order, until it returns `false`.
///
/// Erasing content leaves its digest and its length in the declaration. Whoever guesses a short text can then confirm the
/// guess; under a key (`kb3`), nobody can.
///
/// ```
/// use decl_core::{Content, Value};
/// use decl_explain::guessable;
///
/// let [name, letter] = ["Ada Lovelace", &"Dear Sir or Madam, ".repeat(10)]
///     .map(|text| Content::new("text/plain", text.as_bytes().to_vec()).reference());
/// let document = Value::map([("input", Value::Array(vec![name, letter]))]);
/// let mut found = Vec::new();
/// guessable(&document, &mut |at, len| {
///     found.push((at.to_owned(), len));
///     true
/// });
/// assert_eq!(found, [("/input/0".to_owned(), 12)]);
/// ```
pub fn guessable(document: &Value<'_>, f: &mut dyn FnMut(&str, u64) -> bool) {
    walk(document, &mut String::new(), 0, f);
}

/// Walks a value. Returns whether to continue.
fn walk(value: &Value<'_>, at: &mut String, depth: usize, f: &mut dyn FnMut(&str, u64) -> bool) -> bool {
    match value {
        Value::Map(members) => {
            if let (Some(Value::Bytes(_)), Some(Value::Uint(len))) = (value.get("b3"), value.get("len")) {
                return *len >= GUESSABLE || f(at, *len);
            }
            let mut members = members.iter();
            depth == limits::DEPTH
                || members.all(|(key, value)| inside(at, key, |at| walk(value, at, depth + 1, f)))
        }
        Value::Array(items) => {
            let mut items = items.iter().enumerate();
            depth == limits::DEPTH
                || items.all(|(i, item)| inside(at, &format!("{i}"), |at| walk(item, at, depth + 1, f)))
        }
        _ => true,
    }
}
