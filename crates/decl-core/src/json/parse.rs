//! Parses JSON text onto a tape.

use super::{
    number::number,
    tape::{Node, Tape, escape, special},
};
use crate::{
    code::Code,
    fault::{Fault, is_misleading, quoted},
    limits,
    value::Value,
};
use alloc::{borrow::Cow, boxed::Box, collections::BTreeSet, format, string::String};

/// Parses one JSON document (RFC 8259) that is the whole input. Text without escapes borrows from it.
///
/// Refuses, with the byte: input that is not UTF-8 (before anything else), a byte-order mark, a duplicate key, a lone
/// surrogate, NaN and infinities, numbers that cannot be held exactly as written, more than [`limits::DEPTH`] nested
/// containers, more than [`limits::VALUES`] values, anything after the document.
pub fn parse(input: &[u8]) -> Result<Value<'_>, Fault> {
    Ok(tape(input)?.into_tree())
}

/// Parses one JSON document in the same way, but returns the tape instead of a tree.
pub fn tape(input: &[u8]) -> Result<Tape<'_>, Fault> {
    read(input, 0)
}

fn read(input: &[u8], big: usize) -> Result<Tape<'_>, Fault> {
    if input.len() > limits::SOURCE_BYTES {
        return Err(Fault::pointer(Code::Size, "", "the document is larger than 64 MiB"));
    }
    let text = simdutf8::basic::from_utf8(input).map_err(|_| {
        let at = core::str::from_utf8(input).map_or_else(|e| e.valid_up_to(), str::len);
        Fault::byte(Code::Utf8, at, "not well-formed UTF-8")
    })?;
    Parser::new(text, big).document().map_err(|fault| *fault)
}

/// Parses a request body in the same way, but an integer may have up to [`limits::INTEGER_DIGITS`] digits, because it
/// may be inside JSON that becomes content. Everywhere else it is refused later, at its pointer.
pub fn parse_body(input: &[u8]) -> Result<Value<'_>, Fault> {
    Ok(body_tape(input)?.into_tree())
}

/// Parses a request body, but returns the tape instead of a tree.
pub fn body_tape(input: &[u8]) -> Result<Tape<'_>, Fault> {
    read(input, limits::INTEGER_DIGITS)
}

pub(super) struct Parser<'a> {
    text: &'a str,
    bytes: &'a [u8],
    pub(super) at: usize,
    tape: Tape<'a>,
    /// How many digits an integer beyond the range may have.
    big: usize,
}

/// The fault is boxed to keep `Result` small.
type Read<T> = Result<T, Box<Fault>>;

#[cold]
fn refuse<T>(code: Code, at: usize, message: impl Into<String>) -> Read<T> {
    Err(Box::new(Fault::byte(code, at, message)))
}

#[cold]
fn too_many() -> Read<()> {
    Err(Box::new(Fault::pointer(Code::Size, "", "the document has more than 4,194,304 values and keys")))
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str, big: usize) -> Self {
        Self { text, bytes: text.as_bytes(), at: 0, tape: Tape::new(text), big }
    }

    fn document(mut self) -> Read<Tape<'a>> {
        // An estimate: text is longer, keys and punctuation are shorter. It is bounded because a long document is
        // often one long text, and the memory of nodes that never come would be allocated and freed for nothing.
        const BYTES_OF_A_NODE: usize = 16;
        const MOST: usize = 1024;
        self.tape.nodes.reserve((self.bytes.len() / BYTES_OF_A_NODE).min(MOST));
        self.space();
        self.value(0)?;
        self.space();
        match self.peek() {
            None => Ok(self.tape),
            Some(_) => Err(self
                .syntax("more text after the document")
                .with_hint("a file holds one document; many, one a line, go to `decl seal --batch`")
                .into()),
        }
    }

    /// Passes over a value and keeps nothing of it.
    pub(super) fn skip(&mut self, depth: usize) -> Read<()> {
        self.value(depth)?;
        self.tape.nodes.clear();
        Ok(())
    }

    /// Parses a value onto the tape.
    fn value(&mut self, depth: usize) -> Read<()> {
        if self.tape.nodes.len() >= limits::VALUES {
            return too_many();
        }
        match self.peek() {
            Some(b'"') => self.string(),
            Some(b'{') => self.map(depth),
            Some(b'[') => self.array(depth),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Node::Bool(true)),
            Some(b'f') => self.word("false", Node::Bool(false)),
            Some(b'n') => self.word("null", Node::Null),
            Some(b'N') => self.not_finite("NaN", self.at),
            Some(b'I') => self.not_finite("Infinity", self.at),
            Some(0xef) if self.at == 0 && self.text.starts_with('\u{feff}') => {
                Err(self.syntax("a byte-order mark").with_hint("save the file as UTF-8 without one").into())
            }
            _ => Err(self.expected("a value").into()),
        }
    }

    fn map(&mut self, depth: usize) -> Read<()> {
        let depth = self.open(depth)?;
        let place = self.tape.open();
        let (mut members, mut keys) = (0, Keys::default());
        self.space();
        if self.eat(b'}') {
            self.tape.close(place, |end| Node::Map { members, end });
            return Ok(());
        }
        loop {
            let start = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.expected("a key in double quotes").into());
            }
            self.string()?;
            if !keys.insert(&self.tape, place + 1, members) {
                let key = quoted(&self.last_text());
                return refuse(Code::DupKey, start, format!("a key stands twice in this map: {key}"));
            }
            self.space();
            if !self.eat(b':') {
                return Err(self.expected("a colon after the key").into());
            }
            self.space();
            self.value(depth)?;
            members += 1;
            self.space();
            if self.eat(b'}') {
                self.tape.close(place, |end| Node::Map { members, end });
                return Ok(());
            }
            if !self.eat(b',') {
                return Err(self.expected("a comma or a closing brace").into());
            }
            self.space();
        }
    }

    fn array(&mut self, depth: usize) -> Read<()> {
        let depth = self.open(depth)?;
        let place = self.tape.open();
        let mut items = 0;
        self.space();
        if self.eat(b']') {
            self.tape.close(place, |end| Node::Array { items, end });
            return Ok(());
        }
        loop {
            self.value(depth)?;
            items += 1;
            self.space();
            if self.eat(b']') {
                self.tape.close(place, |end| Node::Array { items, end });
                return Ok(());
            }
            if !self.eat(b',') {
                return Err(self.expected("a comma or a closing bracket").into());
            }
            self.space();
        }
    }

    pub(super) fn open(&mut self, depth: usize) -> Read<usize> {
        if depth == limits::DEPTH {
            return refuse(Code::Depth, self.at, "more than 64 containers inside each other");
        }
        self.at += 1;
        Ok(depth + 1)
    }

    fn number(&mut self) -> Read<()> {
        // An integer of so many bytes is always in range.
        const SHORT: usize = 18;
        let start = self.at;
        self.eat(b'-');
        match self.peek() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits(),
            Some(b'I') if self.at > start => return self.not_finite("Infinity", start),
            _ => return Err(self.expected("a digit").into()),
        }
        let is_big = self.at - start - usize::from(self.bytes[start] == b'-') <= self.big;
        let (mut plain, mut is_integer) = (self.at - start <= SHORT, true);
        if self.eat(b'.') {
            self.some_digits()?;
            (plain, is_integer) = (false, false);
        }
        if self.eat(b'e') || self.eat(b'E') {
            let _ = self.eat(b'+') || self.eat(b'-');
            self.some_digits()?;
            (plain, is_integer) = (false, false);
        }
        if !(plain || is_integer && is_big)
            && let Err((code, message)) = number(&self.text[start..self.at])
        {
            return refuse(code, start, message);
        }
        self.tape.nodes.push(Node::number(start, self.at));
        Ok(())
    }

    fn some_digits(&mut self) -> Read<()> {
        if !matches!(self.peek(), Some(b'0'..=b'9')) {
            return Err(self.expected("a digit").into());
        }
        self.digits();
        Ok(())
    }

    fn digits(&mut self) {
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
    }

    fn word(&mut self, word: &str, node: Node) -> Read<()> {
        if !self.text[self.at..].starts_with(word) {
            return Err(self.expected("a value").into());
        }
        self.at += word.len();
        self.tape.nodes.push(node);
        Ok(())
    }

    /// Refuses a literal that JavaScript and Python read as a number.
    fn not_finite<T>(&self, word: &str, start: usize) -> Read<T> {
        if !self.text[self.at..].starts_with(word) {
            return Err(self.expected("a value").into());
        }
        refuse(Code::NumNan, start, format!("{word} is not a finite number"))
    }

    /// Parses text onto the tape.
    pub(super) fn string(&mut self) -> Read<()> {
        self.at += 1;
        let start = self.at;
        self.plain();
        if self.eat(b'"') {
            self.tape.nodes.push(Node::text(start, self.at - 1));
            return Ok(());
        }
        if self.tape.unescaped.is_empty() {
            // No escape is shorter than the bytes it stands for, so the rest fits and the buffer never moves.
            self.tape.unescaped.reserve(self.bytes.len() - start);
        }
        let (mut plain, first) = (start, self.tape.unescaped.len());
        loop {
            self.tape.unescaped.push_str(&self.text[plain..self.at]);
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    self.tape.nodes.push(Node::escaped(first, self.tape.unescaped.len()));
                    return Ok(());
                }
                Some(b'\\') => match escape(self.text, self.at) {
                    Ok((c, end)) => {
                        self.tape.unescaped.push(c);
                        self.at = end;
                    }
                    Err((code, at, message)) => return refuse(code, at, message),
                },
                Some(_) => {
                    return Err(self
                        .syntax("a control character inside text")
                        .with_hint("write it as an escape: \\n, \\t, \\u001b")
                        .into());
                }
                None => return Err(self.syntax("the document ends inside text").into()),
            }
            plain = self.at;
            self.plain();
        }
    }

    /// Skips text without escapes: up to a quote, a backslash or a control character.
    fn plain(&mut self) {
        let rest = &self.bytes[self.at..];
        self.at += special(rest).unwrap_or(rest.len());
    }

    /// Returns the text that was parsed last.
    pub(super) fn last_text(&self) -> Cow<'a, str> {
        self.tape.nodes.last().map(|text| self.tape.text_of(*text)).unwrap_or_default()
    }

    pub(super) fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(super) fn eat(&mut self, c: u8) -> bool {
        let found = self.peek() == Some(c);
        self.at += usize::from(found);
        found
    }

    #[cold]
    fn expected(&self, what: &str) -> Fault {
        let found = self.text.get(self.at..).and_then(|rest| rest.chars().next());
        self.syntax(match found {
            Some(found) if is_misleading(found) => {
                format!("{} where {what} is expected", found.escape_unicode())
            }
            Some(found) => format!("`{found}` where {what} is expected"),
            None => format!("the document ends where {what} is expected"),
        })
    }

    #[cold]
    fn syntax(&self, message: impl Into<String>) -> Fault {
        Fault::byte(Code::Syntax, self.at, message)
    }
}

/// The keys of one map. A small map is searched; a large one gets a set, so that a million keys take a million steps.
#[derive(Default)]
struct Keys<'a>(BTreeSet<Cow<'a, str>>);

impl<'a> Keys<'a> {
    const SMALL: u32 = 24;

    /// Returns whether the last key differs from the `count` keys before it, the first of which is node `first`.
    fn insert(&mut self, tape: &Tape<'a>, first: usize, count: u32) -> bool {
        let last = tape.nodes.len() - 1;
        let mut before = tape.entries(first, last, 1);
        if count < Self::SMALL {
            let key = tape.bytes(tape.nodes[last]);
            return before.all(|other| tape.bytes(tape.nodes[other]) != key);
        }
        if self.0.is_empty() {
            self.0.extend(before.map(|key| tape.text_of(tape.nodes[key])));
        }
        self.0.insert(tape.text_of(tape.nodes[last]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::At;
    use alloc::{string::ToString, vec::Vec};

    fn fault(text: &str) -> (Code, usize) {
        let fault = parse(text.as_bytes()).unwrap_err();
        let At::Byte(at) = fault.at else { panic!("{fault}") };
        (fault.code, at)
    }

    #[test]
    fn faults_name_the_byte() {
        for (text, code, at) in [
            ("", Code::Syntax, 0),
            ("  ", Code::Syntax, 2),
            ("{\"a\":1,}", Code::Syntax, 7),
            ("[1 2]", Code::Syntax, 3),
            ("01", Code::Syntax, 1),
            ("1.", Code::Syntax, 2),
            ("-", Code::Syntax, 1),
            ("+1", Code::Syntax, 0),
            ("\"\t\"", Code::Syntax, 1),
            ("\"\\x\"", Code::Syntax, 1),
            ("\"\\u12g4\"", Code::Syntax, 1),
            ("\"\\u12\"", Code::Syntax, 1),
            ("\"\\u", Code::Syntax, 1),
            ("\"a", Code::Syntax, 2),
            ("1 2", Code::Syntax, 2),
            ("\u{feff}1", Code::Syntax, 0),
            ("nul", Code::Syntax, 0),
            ("\"\\ud800\"", Code::Utf8, 1),
            ("\"\\udc00\"", Code::Utf8, 1),
            ("\"\\ud800\\u0041\"", Code::Utf8, 1),
            ("[NaN]", Code::NumNan, 1),
            ("[-Infinity]", Code::NumNan, 1),
            ("Infinity", Code::NumNan, 0),
            ("{\"a\":1,\"b\":2,\"a\":", Code::DupKey, 13),
        ] {
            assert_eq!(fault(text), (code, at), "{text:?}");
        }
    }

    #[test]
    fn utf8_is_checked_before_anything_else() {
        let fault = parse(b"[,\xff]").unwrap_err();
        assert_eq!((fault.code, fault.at), (Code::Utf8, At::Byte(2)));
    }

    #[test]
    fn depth_counts_containers() {
        let nested = |n: usize| "[".repeat(n) + "1" + &"]".repeat(n);
        assert!(parse(nested(64).as_bytes()).is_ok());
        assert_eq!(fault(&nested(65)), (Code::Depth, 64));
        assert_eq!(fault(&"[".repeat(1_000_000)), (Code::Depth, 64));
    }

    #[test]
    fn values_and_keys_are_counted() {
        // The map, its key and the list count as well as the items.
        let list = |items: usize| format!(r#"{{"k":[{}0]}}"#, "0,".repeat(items - 1));
        assert!(parse(list(limits::VALUES - 3).as_bytes()).is_ok());
        let fault = parse(list(limits::VALUES - 2).as_bytes()).unwrap_err();
        assert_eq!((fault.code, fault.at), (Code::Size, At::Pointer(String::new())));
        let unread = list(limits::VALUES) + "]";
        assert_eq!(parse(unread.as_bytes()).unwrap_err().code, Code::Size, "it is not read on");
    }

    #[test]
    fn escapes_and_pairs() {
        let value = parse(br#""a\u00e9\n\ud83d\ude00\/\u0000""#).unwrap();
        assert_eq!(value.as_str(), Some("a\u{e9}\n\u{1f600}/\0"));
    }

    #[test]
    fn a_key_twice_is_found_in_large_maps_too() {
        let members: Vec<String> = (0..1000).map(|i| format!("\"k{i}\":0")).collect();
        let text = members.join(",");
        assert!(parse(format!("{{{text}}}").as_bytes()).is_ok());
        assert_eq!(fault(&format!("{{{text},\"k500\":1}}")).0, Code::DupKey);
        assert_eq!(parse(b"{}").unwrap().type_name().to_string(), "a map");
    }
}
