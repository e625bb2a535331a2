//! Conditions on a record that are answered by reading it.

use crate::openness::openness;
use decl_core::{Value, hex, json};
use std::fmt;

/// What is asked of a record at a place.
///
/// ```
/// use decl_explain::{Condition, template};
///
/// let document = template("generate").unwrap();
/// let holds = |text| Condition::value(text).map(|condition| condition.holds(&document));
/// assert_eq!(holds(r#"/kind="generate""#), Ok(true));
/// assert_eq!(holds(r#"/model/revision={"absent": "undisclosed"}"#), Ok(true));
/// assert_eq!(holds("/parameters/set/temperature=0.7"), Ok(false));
/// assert!(holds("/kind=generate").is_err());
/// assert!(Condition::open("/model").unwrap().holds(&document));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// A JSON pointer.
    at: String,
    /// The value of the place, or `None` if the place is to be open.
    is: Option<Value<'static>>,
}

/// The text is not a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotACondition {
    /// It does not begin with a JSON pointer.
    Pointer,
    /// No value in JSON follows after a `=`.
    Json,
}

impl fmt::Display for NotACondition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pointer => "write a JSON pointer, which begins with a slash: /model/weights",
            Self::Json => r#"write a JSON pointer, = and a value in JSON: /model/name="gpt-5.2""#,
        })
    }
}

impl std::error::Error for NotACondition {}

impl Condition {
    /// Reads `POINTER=JSON`: the place has this value. A digest is written in hex.
    pub fn value(text: &str) -> Result<Self, NotACondition> {
        // Names may have a `=`, too.
        let parts = text.match_indices('=').map(|(i, _)| (&text[..i], &text[i + 1..]));
        let mut parts =
            parts.filter_map(|(at, is)| Some((at, json::parse(is.as_bytes()).ok()?.into_owned())));
        let (at, is) = parts.next().ok_or(NotACondition::Json)?;
        Ok(Self { at: pointer(at)?, is: Some(is) })
    }

    /// Reads a pointer: the place, or one below it, is [open](openness).
    pub fn open(at: &str) -> Result<Self, NotACondition> {
        Ok(Self { at: pointer(at)?, is: None })
    }

    /// Returns whether it is about openness, which only declarations have.
    pub fn is_of_declarations(&self) -> bool {
        self.is.is_none()
    }

    /// Returns whether it holds for a record.
    pub fn holds(&self, document: &Value<'_>) -> bool {
        let Some(is) = &self.is else { return self.is_open(document) };
        let mut tokens = self.at.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~"));
        tokens.try_fold(document, |value, token| below(value, &token)).is_some_and(|value| equal(value, is))
    }

    fn is_open(&self, document: &Value<'_>) -> bool {
        let mut found = false;
        openness(document, &mut |at, _| {
            let rest = at.strip_prefix(&self.at);
            found = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
            !found
        });
        found
    }
}

/// Checks a JSON pointer (RFC 6901).
fn pointer(text: &str) -> Result<String, NotACondition> {
    let escaped = text.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
    let begins = text.is_empty() || text.starts_with('/');
    if begins && escaped { Ok(text.to_owned()) } else { Err(NotACondition::Pointer) }
}

fn below<'v, 'd>(value: &'v Value<'d>, token: &str) -> Option<&'v Value<'d>> {
    match value {
        Value::Array(items) => {
            let index: usize = token.parse().ok()?;
            if index.to_string() == token { items.get(index) } else { None }
        }
        map => map.get(token),
    }
}

/// Returns whether a value of a record is the one that was written in JSON, which has digests in hex, and members in any
/// order.
fn equal(value: &Value<'_>, json: &Value<'_>) -> bool {
    match (value, json) {
        (Value::Bytes(bytes), Value::Text(text)) => hex(bytes) == *text,
        (Value::Array(values), Value::Array(items)) => {
            values.len() == items.len() && values.iter().zip(items).all(|(value, item)| equal(value, item))
        }
        (Value::Map(values), Value::Map(members)) => {
            values.len() == members.len()
                && values.iter().all(|(key, value)| json.get(key).is_some_and(|member| equal(value, member)))
        }
        (value, json) => value == json,
    }
}
