//! Lists what a declaration leaves open.

use crate::words::words;
use decl_core::{Value, inside, limits};

/// Why a place is open. Content that is given only by its digest is not open: the digest pins it, whoever holds the
/// bytes. Nor is `{"absent": "none"}`, which says that the run has no such thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    /// `{"absent": "default"}`: the declarer did not set it, and the executor's own value applies.
    Default,
    /// `{"absent": "undisclosed"}`: it exists, and the executor does not show it to the declarer.
    Undisclosed,
    /// `executor-default` at `/parameters/unset`: the executor decides every parameter that is not set.
    ExecutorDefault,
    /// `open` at the `data` of a tool: it reads state that is resolved only at run time.
    OpenData,
}

impl Open {
    /// Returns the text of the declaration at the place: `default`, `undisclosed`, `executor-default` or `open`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Undisclosed => "undisclosed",
            Self::ExecutorDefault => "executor-default",
            Self::OpenData => "open",
        }
    }

    /// Returns a sentence for people, without a full stop: `the executor decides the seed`.
    pub fn sentence(self, document: &Value<'_>, at: &str) -> String {
        match self {
            Self::Default => format!("the executor decides {}", words(document, at)),
            Self::Undisclosed => format!("the executor does not disclose {}", words(document, at)),
            Self::ExecutorDefault => "the executor decides every parameter that is not set".to_string(),
            Self::OpenData => {
                let tool = at.rsplit_once('/').map_or(at, |(tool, _)| tool);
                format!("{} reads state that is resolved only at run time", words(document, tool))
            }
        }
    }
}

/// Calls `f` with the JSON pointer of every place that a declaration leaves open, in canonical order, until it returns
/// `false`.
///
/// Openness is computed from the declaration and not part of it, so anybody can tell how complete a declaration is.
///
/// ```
/// use decl_explain::{Open, openness, template};
///
/// let document = template("generate").unwrap();
/// let mut open = Vec::new();
/// openness(&document, &mut |at, why| {
///     open.push((at.to_string(), why));
///     true
/// });
/// assert_eq!(open[0], ("/model/weights".to_string(), Open::Undisclosed));
/// assert_eq!(open[0].1.sentence(&document, &open[0].0), "the executor does not disclose the weights of the model");
/// assert!(open.contains(&("/parameters/unset".to_string(), Open::ExecutorDefault)));
/// assert!(!open.iter().any(|(at, _)| at == "/context/history")); // {"absent": "none"}
/// ```
pub fn openness(document: &Value<'_>, f: &mut dyn FnMut(&str, Open) -> bool) {
    walk(document, &mut String::new(), 0, f);
}

/// Walks a value. Returns whether to continue.
fn walk(value: &Value<'_>, at: &mut String, depth: usize, f: &mut dyn FnMut(&str, Open) -> bool) -> bool {
    if let Some(open) = open(value, at) {
        return f(at, open);
    }
    if depth == limits::DEPTH {
        return true; // no declaration is deeper
    }
    match value {
        Value::Map(members) => {
            members.iter().all(|(key, value)| inside(at, key, |at| walk(value, at, depth + 1, f)))
        }
        Value::Array(items) => {
            let mut items = items.iter().enumerate();
            items.all(|(i, item)| inside(at, &format!("{i}"), |at| walk(item, at, depth + 1, f)))
        }
        _ => true,
    }
}

fn open(value: &Value<'_>, at: &str) -> Option<Open> {
    match value {
        // `absent` is reserved in every map whose names the declarer chooses.
        Value::Map(_) => match value.get("absent")?.as_str()? {
            "default" => Some(Open::Default),
            "undisclosed" => Some(Open::Undisclosed),
            _ => None,
        },
        Value::Text(text) if text == "executor-default" && at == "/parameters/unset" => {
            Some(Open::ExecutorDefault)
        }
        Value::Text(text) if text == "open" && is_data_of_a_tool(at) => Some(Open::OpenData),
        _ => None,
    }
}

fn is_data_of_a_tool(at: &str) -> bool {
    let tool = at.strip_prefix("/tools/").and_then(|rest| rest.strip_suffix("/data"));
    tool.is_some_and(|tool| tool.bytes().all(|b| b.is_ascii_digit()))
}
