//! Refusals: a code, the place, and one line for people.

use crate::{limits, schema::secret_value};
use alloc::{borrow::ToOwned, format, string::String, vec::Vec};
use core::fmt;

/// What a refusal says about a document. The set is closed and part of the format (`docs/spec/declaration.md`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    /// Not well-formed UTF-8, or a lone surrogate.
    Utf8,
    /// Not well-formed JSON or CBOR.
    Syntax,
    /// A map names a member twice.
    DupKey,
    /// A number outside -2^63 ..= 2^64-1, or a real number that overflows or underflows binary64.
    NumRange,
    /// A number that binary64 cannot hold as written.
    NumPrecision,
    /// NaN or an infinity.
    NumNan,
    /// null: absence is stated, never implied.
    Null,
    /// Another type than this place takes.
    Type,
    /// Well-formed CBOR that is not the canonical encoding.
    NonCanonical,
    /// More than [`limits::DEPTH`](crate::limits::DEPTH) containers inside each other.
    Depth,
    /// Larger than its limit.
    Size,
    /// Another version of the format.
    Version,
    /// A mandatory member is not there.
    Missing,
    /// A member that this place does not have.
    UnknownMember,
    /// A value outside what this place takes.
    Range,
    /// Something a run produced.
    Artefact,
    /// Something that must stay secret.
    Secret,
    /// State that lives elsewhere and was not brought in.
    Unresolved,
    /// Content whose BLAKE3 is not the one declared.
    DigestMismatch,
    /// Content whose length is not the one declared.
    LenMismatch,
    /// An extension key that is not `authority/api#/json/pointer`.
    ExtKey,
}

impl Code {
    /// Every code, in the order of the spec.
    pub const ALL: [Self; 21] = [
        Self::Utf8,
        Self::Syntax,
        Self::DupKey,
        Self::NumRange,
        Self::NumPrecision,
        Self::NumNan,
        Self::Null,
        Self::Type,
        Self::NonCanonical,
        Self::Depth,
        Self::Size,
        Self::Version,
        Self::Missing,
        Self::UnknownMember,
        Self::Range,
        Self::Artefact,
        Self::Secret,
        Self::Unresolved,
        Self::DigestMismatch,
        Self::LenMismatch,
        Self::ExtKey,
    ];

    /// The code as it is printed and compared: `E-MISSING`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Utf8 => "E-UTF8",
            Self::Syntax => "E-SYNTAX",
            Self::DupKey => "E-DUP-KEY",
            Self::NumRange => "E-NUM-RANGE",
            Self::NumPrecision => "E-NUM-PRECISION",
            Self::NumNan => "E-NUM-NAN",
            Self::Null => "E-NULL",
            Self::Type => "E-TYPE",
            Self::NonCanonical => "E-NONCANONICAL",
            Self::Depth => "E-DEPTH",
            Self::Size => "E-SIZE",
            Self::Version => "E-VERSION",
            Self::Missing => "E-MISSING",
            Self::UnknownMember => "E-UNKNOWN-MEMBER",
            Self::Range => "E-RANGE",
            Self::Artefact => "E-ARTEFACT",
            Self::Secret => "E-SECRET",
            Self::Unresolved => "E-UNRESOLVED",
            Self::DigestMismatch => "E-DIGEST-MISMATCH",
            Self::LenMismatch => "E-LEN-MISMATCH",
            Self::ExtKey => "E-EXT-KEY",
        }
    }

    /// What to do about it, for people; never part of the verdict.
    pub const fn hint(self) -> &'static str {
        match self {
            Self::Utf8 => "save the file as UTF-8 without replacement of half surrogate pairs",
            Self::Syntax => {
                "the document breaks off or holds what JSON (or CBOR) does not allow at that byte"
            }
            Self::DupKey => "keep one of the two members; readers disagree on which one counts",
            Self::NumRange => "integers go from -2^63 to 2^64-1; write larger ones as text",
            Self::NumPrecision => "write the number with at most 17 significant digits, or as text",
            Self::NumNan => "NaN and infinities have no identity; leave the member out or state its absence",
            Self::Null => {
                r#"state the absence: {"absent": "none"}, {"absent": "default"} or {"absent": "undisclosed"}"#
            }
            Self::Type => "`decl template KIND` shows the form of every section",
            Self::NonCanonical => "let decl write the bytes: `decl id FILE --cbor OUT` from the JSON form",
            Self::Depth => "at most 64 maps and lists may stand inside each other",
            Self::Size => "see Limits in docs/spec/declaration.md",
            Self::Version => r#"this decl reads "ai-run-declaration/1""#,
            Self::Missing => {
                r#"every member is mandatory; state an absence with [], {} or {"absent": "none" | "default" | "undisclosed"}"#
            }
            Self::UnknownMember => {
                "what the format does not name is refused; `ext` takes what no adapter knows yet"
            }
            Self::Range => "see docs/spec/declaration.md for what this place takes",
            Self::Artefact => {
                "a declaration is made before the run; attach what came out of it as a supplement"
            }
            Self::Secret => "take the secret out; it never defines a run and must not be stored",
            Self::Unresolved => {
                "bring the state itself into the declaration; a reference elsewhere can change"
            }
            Self::DigestMismatch | Self::LenMismatch => {
                "the content is not what was declared; declare the content you have"
            }
            Self::ExtKey => "write authority/api#/json/pointer, as in openai.com/chat.completions#/top_k",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where the fault is: a byte for input that could not be read, a JSON pointer (RFC 6901) for the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum At {
    /// Offset of the first byte of the offending token or item.
    Byte(usize),
    /// JSON pointer of the offending member; the empty pointer is the whole document.
    Pointer(String),
}

impl fmt::Display for At {
    /// `byte 41`, `/model/revision`, or nothing at all for the whole document (the empty pointer).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Byte(n) => write!(f, "byte {n}"),
            Self::Pointer(p) => f.write_str(p),
        }
    }
}

/// One refusal. The code and the place are the verdict, the same on every implementation; the message is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which rule.
    pub code: Code,
    /// Where.
    pub at: At,
    /// What was found, in a line. Never quotes a secret.
    pub message: String,
    /// What to do, where this place knows better than [`Code::hint`].
    pub hint: Option<&'static str>,
}

impl Fault {
    /// A fault at a byte of malformed input.
    pub fn byte(code: Code, at: usize, message: impl Into<String>) -> Self {
        Self { code, at: At::Byte(at), message: message.into(), hint: None }
    }

    /// A fault at a member.
    pub fn pointer(code: Code, at: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code, at: At::Pointer(at.into()), message: message.into(), hint: None }
    }

    /// The same fault with a better hint than its code's.
    #[must_use]
    pub fn with_hint(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        self.hint.unwrap_or_else(|| self.code.hint())
    }
}

impl fmt::Display for Fault {
    /// `E-MISSING at /model/revision: the member is missing`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.at {
            At::Pointer(p) if p.is_empty() => write!(f, "{} at the top: {}", self.code, self.message),
            at => write!(f, "{} at {at}: {}", self.code, self.message),
        }
    }
}

impl core::error::Error for Fault {}

/// The faults of one document, the verdict first. The verdict is always kept; of the others, which are help, as many
/// as stay within [`limits::FAULTS`] and [`limits::FAULT_BYTES`].
#[derive(Default)]
pub(crate) struct Faults {
    list: Vec<Fault>,
    bytes: usize,
    found: usize,
}

impl Faults {
    pub(crate) fn add(
        &mut self,
        code: Code,
        at: &Place<'_>,
        message: impl Into<String>,
        hint: Option<&'static str>,
    ) {
        self.found += 1;
        let room = self.list.len() < limits::FAULTS && self.bytes + at.len() <= limits::FAULT_BYTES;
        if room || self.list.is_empty() {
            self.bytes += at.len();
            self.list.push(Fault { hint, ..Fault::pointer(code, at.pointer(), message) });
        }
    }

    /// One that something else found.
    pub(crate) fn push(&mut self, fault: Fault) {
        self.found += 1;
        self.list.push(fault);
    }

    /// How many there were, kept or not.
    pub(crate) fn found(&self) -> usize {
        self.found
    }

    pub(crate) fn into_list(self) -> Vec<Fault> {
        self.list
    }
}

/// A place in a document, on the stack of who visits it: it becomes a JSON pointer only if there is a fault.
#[derive(Clone, Copy, Default)]
pub(crate) struct Place<'p>(Option<(&'p Place<'p>, Step<'p>)>);

/// From a place to one inside it.
#[derive(Clone, Copy)]
pub(crate) enum Step<'p> {
    Member(&'p str),
    Item(usize),
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
    pub(crate) fn inside(&'p self, step: impl Into<Step<'p>>) -> Self {
        Self(Some((self, step.into())))
    }

    pub(crate) fn pointer(&self) -> String {
        let Some((around, step)) = self.0 else { return String::new() };
        let mut pointer = around.pointer();
        match step {
            Step::Member(key) => push_token(&mut pointer, key),
            Step::Item(i) => push_token(&mut pointer, &format!("{i}")),
        }
        pointer
    }

    /// At most how many bytes the pointer has.
    fn len(&self) -> usize {
        let step = |step| match step {
            Step::Member(key) => 1 + 2 * key.len(),
            Step::Item(_) => 1 + 20,
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

/// Does something at the place one reference token further in; the pointer is then as it was.
pub(crate) fn inside<T>(pointer: &mut String, token: &str, f: impl FnOnce(&mut String) -> T) -> T {
    let len = pointer.len();
    push_token(pointer, token);
    let out = f(pointer);
    pointer.truncate(len);
    out
}

/// Does this character move the cursor or reorder the text around it? On a terminal, text from outside is shown
/// without such characters.
pub fn misleads(c: char) -> bool {
    let reorders =
        matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || reorders
}

/// Text from outside, shortened and made printable, for a message. A secret is not repeated.
pub(crate) fn quoted(text: &str) -> String {
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
