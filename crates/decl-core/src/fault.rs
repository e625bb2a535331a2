//! Refusals: a code, the place, and one line for people.

use crate::{code::Code, limits, names::secret_value, value::Value};
use alloc::{
    borrow::{Cow, ToOwned},
    format,
    string::{String, ToString as _},
    vec,
    vec::Vec,
};
use core::fmt;

/// The place of a fault: a byte offset in input that could not be parsed, otherwise a JSON pointer (RFC 6901).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum At {
    /// Offset of the first byte of the offending token or item.
    Byte(usize),
    /// JSON pointer of the offending member; the empty pointer is the whole document.
    Pointer(String),
}

impl fmt::Display for At {
    /// Writes `byte 41` or `/model/revision`; nothing for the whole document (the empty pointer).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Byte(n) => write!(f, "byte {n}"),
            Self::Pointer(p) => f.write_str(p),
        }
    }
}

/// The document that contains a place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Document {
    /// The input: a declaration in any form, or a request body.
    #[default]
    Input,
    /// The declaration that an adapter made from the body.
    Declaration,
    /// The overlay to a body.
    Overlay,
    /// The content that comes with a declaration.
    Content,
}

impl Document {
    /// Returns the name of the document, or `None` for the input.
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::Input => None,
            Self::Declaration => Some("declaration"),
            Self::Overlay => Some("overlay"),
            Self::Content => Some("content"),
        }
    }
}

/// A place in a text, for people and their editors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Counted from 1. A line ends with `\n` or `\r\n`.
    pub line: u32,
    /// Counted from 1, in Unicode scalar values: a tab is one, so is every character of an emoji.
    pub column: u32,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// One refusal. The code and the place are the verdict, the same in every implementation; the rest is help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The rule that is broken.
    pub code: Code,
    /// The place.
    pub at: At,
    /// The document that contains the place.
    pub document: Document,
    /// The position in its text, once [`locate`](crate::locate) has looked it up.
    pub position: Option<Position>,
    /// What was found, in one line. Never quotes a secret.
    pub message: String,
    /// What to do, if the place has a better hint than [`Code::hint`].
    pub hint: Option<Cow<'static, str>>,
}

impl Fault {
    /// Returns a fault at a byte of malformed input.
    pub fn byte(code: Code, at: usize, message: impl Into<String>) -> Self {
        Self::new(code, At::Byte(at), message.into())
    }

    /// Returns a fault at a member.
    pub fn pointer(code: Code, at: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(code, At::Pointer(at.into()), message.into())
    }

    fn new(code: Code, at: At, message: String) -> Self {
        Self { code, at, document: Document::Input, position: None, message, hint: None }
    }

    /// Returns the same fault in another document.
    #[must_use]
    pub fn of(self, document: Document) -> Self {
        Self { document, ..self }
    }

    /// Returns the same fault with a better hint than its code's.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Returns what to do about it.
    pub fn hint(&self) -> &str {
        self.hint.as_deref().unwrap_or_else(|| self.code.hint())
    }

    /// The fault for programs: code, place, document and position where it has them, message, hint. The names are
    /// stable.
    pub fn to_value(&self) -> Value<'static> {
        let mut members =
            vec![("code", Value::text(self.code.as_str())), ("at", Value::text(self.at.to_string()))];
        members.extend(self.document.name().map(|name| ("document", Value::text(name))));
        if let Some(position) = self.position {
            members.push(("line", Value::Uint(position.line.into())));
            members.push(("column", Value::Uint(position.column.into())));
        }
        members.push(("message", Value::text(self.message.clone())));
        members.push(("hint", Value::text(self.hint().to_owned())));
        Value::map(members)
    }
}

impl At {
    /// Returns the place for people: a long pointer, which can be as long as the document, is cut in the middle.
    pub fn brief(&self) -> String {
        const FIRST: usize = 300;
        const LAST: usize = 100;
        let whole = self.to_string();
        if whole.chars().nth(FIRST + LAST).is_none() {
            return whole;
        }
        let first: String = whole.chars().take(FIRST).collect();
        let mut last: Vec<char> = whole.chars().rev().take(LAST).collect();
        last.reverse();
        format!("{first}...{}", last.into_iter().collect::<String>())
    }
}

impl fmt::Display for Fault {
    /// Writes `E-MISSING at /model/revision (line 12, column 12): the member is missing`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.at {
            At::Pointer(p) if p.is_empty() => write!(f, "{} at the top", self.code)?,
            at => write!(f, "{} at {}", self.code, at.brief())?,
        }
        if let Some(name) = self.document.name() {
            write!(f, " of the {name}")?;
        }
        if let Some(position) = self.position {
            write!(f, " ({position})")?;
        }
        write!(f, ": {}", self.message)
    }
}

impl core::error::Error for Fault {}

/// The faults of one document, the verdict first. The verdict is always kept. The others are help, and only as many
/// are kept as stay within [`limits::FAULTS`] and [`limits::FAULT_BYTES`].
#[derive(Debug, Default)]
pub struct Faults {
    list: Vec<Fault>,
    bytes: usize,
    found: usize,
}

impl Faults {
    /// Counts a fault and returns it if it is kept. The message of a fault that is not kept is never formatted.
    pub fn add(&mut self, code: Code, at: &Place<'_>, message: impl fmt::Display) -> Option<&mut Fault> {
        self.found += 1;
        let room = self.list.len() < limits::FAULTS && self.bytes + at.len() <= limits::FAULT_BYTES;
        if !room && !self.list.is_empty() {
            return None;
        }
        self.bytes += at.len();
        self.list.push(Fault::pointer(code, at.pointer(), message.to_string()));
        self.list.last_mut()
    }

    /// Adds a fault that was found elsewhere.
    pub fn push(&mut self, fault: Fault) {
        self.found += 1;
        self.list.push(fault);
    }

    /// Returns how many faults there were, kept or not.
    pub fn found(&self) -> usize {
        self.found
    }

    /// Returns the faults that were kept, the verdict first.
    pub fn into_list(self) -> Vec<Fault> {
        self.list
    }
}

/// A place in a document, as a linked list on the visitor's stack. It becomes a JSON pointer only if there is a fault.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place<'p>(Option<(&'p Place<'p>, Step<'p>)>);

/// A step from a place to one inside it.
#[derive(Clone, Copy, Debug)]
pub enum Step<'p> {
    /// To a member of a map.
    Member(&'p str),
    /// To an item of a list.
    Item(usize),
    /// Several steps: a JSON pointer.
    Below(&'p str),
}

impl<'p> From<&'p str> for Step<'p> {
    fn from(key: &'p str) -> Self {
        Self::Member(key)
    }
}

impl From<usize> for Step<'_> {
    fn from(i: usize) -> Self {
        Self::Item(i)
    }
}

impl<'p> Place<'p> {
    /// Returns the place one step further in.
    #[must_use]
    pub fn inside(&'p self, step: impl Into<Step<'p>>) -> Self {
        Self(Some((self, step.into())))
    }

    /// Returns the JSON pointer of the place.
    pub fn pointer(&self) -> String {
        let Some((around, step)) = self.0 else { return String::new() };
        let mut pointer = around.pointer();
        match step {
            Step::Member(key) => push_token(&mut pointer, key),
            Step::Item(i) => push_token(&mut pointer, &format!("{i}")),
            Step::Below(more) => pointer.push_str(more),
        }
        pointer
    }

    /// Returns an upper bound of the pointer's length in bytes.
    fn len(&self) -> usize {
        let step = |step| match step {
            Step::Member(key) => 1 + 2 * key.len(),
            Step::Item(_) => 1 + 20,
            Step::Below(more) => more.len(),
        };
        self.0.map_or(0, |(around, last)| around.len() + step(last))
    }
}

/// Appends one reference token to a JSON pointer, escaped as RFC 6901 asks.
pub fn push_token(pointer: &mut String, token: &str) {
    pointer.push('/');
    if token.contains(['~', '/']) {
        pointer.push_str(&token.replace('~', "~0").replace('/', "~1"));
    } else {
        pointer.push_str(token);
    }
}

/// Calls `f` with the pointer extended by one reference token, and returns what `f` returns. The pointer is then
/// restored.
pub fn inside<T>(pointer: &mut String, token: &str, f: impl FnOnce(&mut String) -> T) -> T {
    let len = pointer.len();
    push_token(pointer, token);
    let out = f(pointer);
    pointer.truncate(len);
    out
}

/// Returns the verdict: the first of the faults that a walk found.
pub fn verdict(faults: Vec<Fault>) -> Fault {
    let mut faults = faults.into_iter();
    faults.next().unwrap_or_else(|| Fault::pointer(Code::Syntax, "", "nothing that could be read"))
}

/// Returns the refusal of a declaration that is too large.
pub(crate) fn too_large() -> Fault {
    Fault::pointer(Code::Size, "", "the canonical declaration is larger than 4 MiB")
}

/// Returns whether the character moves the cursor or reorders the text around it. Untrusted text is printed without
/// such characters.
pub fn is_misleading(c: char) -> bool {
    let reorders =
        matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || reorders
}

/// Returns untrusted text for a message: shortened, made printable, and without repeating a secret.
pub fn quoted(text: &str) -> String {
    const SHOWN: usize = 60;
    if secret_value(text) {
        return "text of the shape of a secret".to_owned();
    }
    let short: String = text.chars().take(SHOWN).flat_map(char::escape_debug).collect();
    if text.chars().nth(SHOWN).is_some() {
        format!("\"{short}...\"")
    } else {
        "\"".to_owned() + &short + "\""
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_place_is_cut_for_people_and_whole_in_the_verdict() {
        for (len, cut) in [(1, false), (399, false), (400, true), (30_000, true)] {
            let pointer = format!("/{}", "é".repeat(len));
            let fault = Fault::pointer(Code::Null, pointer.as_str(), "null");
            assert_eq!(fault.at.to_string(), pointer);
            let brief = fault.at.brief();
            assert_eq!(brief != pointer, cut);
            assert_eq!(brief.chars().count(), if cut { 403 } else { len + 1 });
            assert_eq!(fault.to_string(), format!("E-NULL at {brief}: null"));
        }
    }
}
