//! Text to tree.

use super::number::number;
use crate::{Code, Fault, Value, fault::quoted, limits, misleads};
use alloc::{borrow::Cow, boxed::Box, collections::BTreeSet, format, string::String, vec::Vec};

/// Reads one JSON document (RFC 8259) that is the whole input. Text without escapes borrows from it.
///
/// Refuses, at the byte: what is not UTF-8 (before anything else), a byte-order mark, a key twice in a map, a lone
/// surrogate, NaN and infinities, numbers that cannot be held exactly as written, more than [`limits::DEPTH`]
/// containers inside each other, anything after the document.
pub fn parse(input: &[u8]) -> Result<Value<'_>, Fault> {
    if input.len() > limits::SOURCE_BYTES {
        return Err(Fault::pointer(Code::Size, "", "the document is larger than 64 MiB"));
    }
    let text = simdutf8::basic::from_utf8(input).map_err(|_| {
        let at = core::str::from_utf8(input).map_or_else(|e| e.valid_up_to(), str::len);
        Fault::byte(Code::Utf8, at, "not well-formed UTF-8")
    })?;
    Reader::new(text).document().map_err(|fault| *fault)
}

pub(super) struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    pub(super) at: usize,
    /// What the containers around this place hold so far: each is allocated once, when its size is known.
    keys: Vec<Cow<'a, str>>,
    values: Vec<Value<'a>>,
}

/// In a box, so that results stay small.
type Read<T> = Result<T, Box<Fault>>;

#[cold]
fn refuse<T>(code: Code, at: usize, message: impl Into<String>) -> Read<T> {
    Err(Box::new(Fault::byte(code, at, message)))
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, bytes: text.as_bytes(), at: 0, keys: Vec::new(), values: Vec::new() }
    }

    fn document(mut self) -> Read<Value<'a>> {
        self.space();
        self.value(0)?;
        self.space();
        match self.peek() {
            None => Ok(self.values.pop().unwrap_or(Value::Null)), // there is one
            Some(_) => Err(self
                .syntax("more text after the document")
                .with_hint("a file holds one document; many, one a line, go to `decl seal --batch`")
                .into()),
        }
    }

    /// Passes over a value.
    pub(super) fn skip(&mut self, depth: usize) -> Read<()> {
        self.value(depth)?;
        self.values.clear();
        Ok(())
    }

    /// Reads a value onto the stack.
    fn value(&mut self, depth: usize) -> Read<()> {
        match self.peek() {
            Some(b'"') => {
                let text = self.string()?;
                self.values.push(Value::Text(text));
                Ok(())
            }
            Some(b'{') => self.map(depth),
            Some(b'[') => self.array(depth),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
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
        let (first, value) = (self.keys.len(), self.values.len());
        let mut seen = Keys::default();
        self.space();
        if self.eat(b'}') {
            self.values.push(Value::Map(Vec::new()));
            return Ok(());
        }
        loop {
            let start = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.expected("a key in double quotes").into());
            }
            let key = self.string()?;
            if !seen.insert(&key, &self.keys[first..]) {
                let message = format!("a key stands twice in this map: {}", quoted(&key));
                return refuse(Code::DupKey, start, message);
            }
            self.space();
            if !self.eat(b':') {
                return Err(self.expected("a colon after the key").into());
            }
            self.space();
            self.keys.push(key);
            self.value(depth)?;
            self.space();
            if self.eat(b'}') {
                let values = self.values.drain(value..);
                let members = self.keys.drain(first..).zip(values).collect();
                self.values.push(Value::Map(members));
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
        let first = self.values.len();
        self.space();
        if self.eat(b']') {
            self.values.push(Value::Array(Vec::new()));
            return Ok(());
        }
        loop {
            self.value(depth)?;
            self.space();
            if self.eat(b']') {
                let items = self.values.drain(first..).collect();
                self.values.push(Value::Array(items));
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
        let start = self.at;
        self.eat(b'-');
        match self.peek() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits(),
            Some(b'I') if self.at > start => return self.not_finite("Infinity", start),
            _ => return Err(self.expected("a digit").into()),
        }
        if self.eat(b'.') {
            self.some_digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            let _ = self.eat(b'+') || self.eat(b'-');
            self.some_digits()?;
        }
        match number(&self.text[start..self.at]) {
            Ok(value) => self.values.push(value),
            Err((code, message)) => return refuse(code, start, message),
        }
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

    fn word(&mut self, word: &str, value: Value<'a>) -> Read<()> {
        if !self.text[self.at..].starts_with(word) {
            return Err(self.expected("a value").into());
        }
        self.at += word.len();
        self.values.push(value);
        Ok(())
    }

    /// The refusal of a word that JavaScript and Python read as a number.
    fn not_finite<T>(&self, word: &str, start: usize) -> Read<T> {
        if !self.text[self.at..].starts_with(word) {
            return Err(self.expected("a value").into());
        }
        refuse(Code::NumNan, start, format!("{word} is not a finite number"))
    }

    pub(super) fn string(&mut self) -> Read<Cow<'a, str>> {
        self.at += 1;
        let start = self.at;
        self.plain();
        if self.eat(b'"') {
            return Ok(Cow::Borrowed(&self.text[start..self.at - 1]));
        }
        // Most text with one escape has more of them: room for them, so that few texts move.
        let mut out = String::with_capacity(2 * (self.at - start) + 32);
        out.push_str(&self.text[start..self.at]);
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Cow::Owned(out));
                }
                Some(b'\\') => out.push(self.escape()?),
                Some(_) => {
                    return Err(self
                        .syntax("a control character inside text")
                        .with_hint("write it as an escape: \\n, \\t, \\u001b")
                        .into());
                }
                None => return Err(self.syntax("the document ends inside text").into()),
            }
            let start = self.at;
            self.plain();
            out.push_str(&self.text[start..self.at]);
        }
    }

    /// Skips text that stands for itself: up to a quote, a backslash or a control character.
    fn plain(&mut self) {
        let rest = &self.bytes[self.at..];
        self.at += special(rest).unwrap_or(rest.len());
    }

    fn escape(&mut self) -> Read<char> {
        let start = self.at;
        self.at += 1;
        let Some(c) = self.peek() else {
            return Err(self.syntax("the document ends inside text").into());
        };
        let plain = match c {
            b'"' | b'\\' | b'/' => char::from(c),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(start),
            _ => return refuse(Code::Syntax, start, "an escape that JSON does not have"),
        };
        self.at += 1;
        Ok(plain)
    }

    fn unicode(&mut self, start: usize) -> Read<char> {
        let lone = || Box::new(Fault::byte(Code::Utf8, start, "a lone surrogate"));
        self.at += 1;
        let high = self.hex4(start)?;
        if !(0xd800..0xe000).contains(&high) {
            return char::from_u32(high).ok_or_else(lone);
        }
        if high >= 0xdc00 || !self.text[self.at..].starts_with("\\u") {
            return Err(lone());
        }
        self.at += 2;
        let low = self.hex4(start)?;
        if !(0xdc00..0xe000).contains(&low) {
            return Err(lone());
        }
        char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)).ok_or_else(lone)
    }

    fn hex4(&mut self, start: usize) -> Read<u32> {
        let digits = self.bytes.get(self.at..self.at + 4).unwrap_or_default();
        let mut n = 0;
        for &c in digits {
            let digit = char::from(c).to_digit(16);
            n = n * 16
                + digit.ok_or_else(|| Fault::byte(Code::Syntax, start, "\\u takes four hex digits"))?;
        }
        if digits.is_empty() {
            return refuse(Code::Syntax, start, "\\u takes four hex digits");
        }
        self.at += 4;
        Ok(n)
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
            Some(found) if misleads(found) => format!("{} where {what} is expected", found.escape_unicode()),
            Some(found) => format!("`{found}` where {what} is expected"),
            None => format!("the document ends where {what} is expected"),
        })
    }

    #[cold]
    fn syntax(&self, message: impl Into<String>) -> Fault {
        Fault::byte(Code::Syntax, self.at, message)
    }
}

/// Where the first byte is that ends plain text.
pub(super) fn special(text: &[u8]) -> Option<usize> {
    const CHUNK: usize = 16;
    // Without a branch inside, a chunk is a few vector instructions.
    let ends = |c: u8| u8::from(c == b'"') | u8::from(c == b'\\') | u8::from(c < 0x20);
    let plain = |chunk: &&[u8]| chunk.iter().fold(0, |any, &c| any | ends(c)) == 0;
    let skipped = CHUNK * text.chunks_exact(CHUNK).take_while(plain).count();
    let end = text[skipped..].iter().position(|&c| c == b'"' || c == b'\\' || c < 0x20)?;
    Some(skipped + end)
}

/// The keys of one map. A small map is searched; a large one gets a set, so that a million keys stay a million steps.
#[derive(Default)]
struct Keys(BTreeSet<String>);

impl Keys {
    const SMALL: usize = 24;

    fn insert(&mut self, key: &str, keys: &[Cow<'_, str>]) -> bool {
        if keys.len() < Self::SMALL {
            return keys.iter().all(|k| k != key);
        }
        if self.0.is_empty() {
            self.0.extend(keys.iter().map(|k| String::from(&**k)));
        }
        self.0.insert(String::from(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::At;
    use alloc::string::ToString;

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
    fn plain_text_ends_where_it_ends_at_every_offset() {
        for at in 0..70 {
            for end in ['"', '\\', '\u{1f}', '\0'] {
                let text = "é~\u{7f} ".repeat(20).chars().take(at).collect::<String>();
                let whole = format!("{text}{end}\"\\{text}");
                assert_eq!(special(whole.as_bytes()), Some(text.len()), "{end:?} after {at}");
                assert_eq!(special(text.as_bytes()), None);
            }
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
