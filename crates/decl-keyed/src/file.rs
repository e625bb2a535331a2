//! The text of a key file.
//!
//! ```text
//! decl content keys 1
//! log.example.org/runs+15845329+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4
//! customer-4411 2f9a...64 hex digits
//! ```
//!
//! The second line is the verifier key of the log that the keys belong to. Keys stand in the order of their names.

use crate::key::{ContentKey, KEY_BYTES};
use decl_core::{hex, schema::is_handle, unhex};
use std::{collections::BTreeMap, fmt};
use zeroize::Zeroizing;

const HEAD: &str = "decl content keys 1";

/// The content keys of one log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyFile {
    log: String,
    keys: BTreeMap<String, ContentKey>,
}

/// Why a text is not a key file. It never quotes the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadKeyFile {
    /// The line, from 1 on.
    pub line: usize,
    /// What is wrong with it.
    pub what: &'static str,
}

impl fmt::Display for BadKeyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

impl std::error::Error for BadKeyFile {}

impl KeyFile {
    /// Returns the file of a log, given by its verifier key, without keys.
    pub fn new(log: impl Into<String>) -> Self {
        Self { log: log.into(), keys: BTreeMap::new() }
    }

    /// Parses the text of a key file.
    pub fn parse(text: &str) -> Result<Self, BadKeyFile> {
        let bad = |line, what| BadKeyFile { line, what };
        if !text.ends_with('\n') {
            return Err(bad(text.lines().count().max(1), "the file breaks off"));
        }
        let mut lines = (1..).zip(text.split_terminator('\n'));
        match lines.next() {
            Some((_, HEAD)) => {}
            _ => return Err(bad(1, "not `decl content keys 1`")),
        }
        let (_, log) = lines.next().filter(|(_, log)| !log.is_empty()).ok_or(bad(2, "names no log"))?;
        let mut file = Self::new(log);
        for (line, text) in lines {
            let (name, digits) = text.split_once(' ').ok_or(bad(line, "not a name and a key"))?;
            let mut secret = Zeroizing::new([0; KEY_BYTES]);
            *secret = unhex(digits).ok_or(bad(line, "a key is 64 lowercase hex digits"))?;
            if !is_handle(name) {
                return Err(bad(line, "not the name of a key"));
            }
            if file.keys.last_key_value().is_some_and(|(last, _)| **last >= *name) {
                return Err(bad(line, "the names are not in order"));
            }
            file.insert(ContentKey::new(name, &secret));
        }
        Ok(file)
    }

    /// Returns the text that [`parse`](Self::parse) reads.
    pub fn to_text(&self) -> Zeroizing<String> {
        // Room for all of it: a text that grows leaves copies behind.
        let room = self.keys.keys().map(|name| name.len() + 2 * KEY_BYTES + 2).sum::<usize>();
        let mut text = Zeroizing::new(String::with_capacity(HEAD.len() + self.log.len() + 2 + room));
        text.extend([HEAD, "\n", &self.log, "\n"]);
        for (name, key) in &self.keys {
            let digits = Zeroizing::new(hex(key.secret()));
            text.extend([name, " ", &digits, "\n"]);
        }
        text
    }

    /// Returns the verifier key of the log.
    pub fn log(&self) -> &str {
        &self.log
    }

    /// Returns the key of this name, or `None` if the file does not have it.
    pub fn get(&self, name: &str) -> Option<&ContentKey> {
        self.keys.get(name)
    }

    /// Returns the keys in the order of their names.
    pub fn keys(&self) -> impl Iterator<Item = &ContentKey> {
        self.keys.values()
    }

    /// Adds a key, in the place of one of the same name.
    pub fn insert(&mut self, key: ContentKey) {
        self.keys.insert(key.name().to_owned(), key);
    }

    /// Removes a key. Returns whether it was there.
    pub fn remove(&mut self, name: &str) -> bool {
        self.keys.remove(name).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "example.com/runs+15845329+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";

    fn two_keys() -> KeyFile {
        let mut file = KeyFile::new(LOG);
        file.insert(ContentKey::new("b", &[2; 32]));
        file.insert(ContentKey::new("a", &[1; 32]));
        file
    }

    #[test]
    fn what_is_written_is_read() {
        for file in [KeyFile::new(LOG), two_keys()] {
            let text = file.to_text();
            assert_eq!(KeyFile::parse(&text), Ok(file));
        }
        let text = two_keys().to_text();
        let expected = format!("{HEAD}\n{LOG}\na {}\nb {}\n", "01".repeat(32), "02".repeat(32));
        assert_eq!(*text, expected);
        assert_eq!(text.capacity(), text.len(), "nothing was copied while it grew");
    }

    #[test]
    fn every_other_text_is_refused_at_its_line() {
        let (a, b) = ("01".repeat(32), "02".repeat(32));
        for (text, line) in [
            (String::new(), 1),
            ("decl content keys 1".to_owned(), 1),
            (format!("decl content keys 2\n{LOG}\n"), 1),
            (format!("{HEAD}\n"), 2),
            (format!("{HEAD}\n\n"), 2),
            (format!("{HEAD}\n{LOG}\n\n"), 3),
            (format!("{HEAD}\n{LOG}\na\n"), 3),
            (format!("{HEAD}\n{LOG}\n {a}\n"), 3),
            (format!("{HEAD}\n{LOG}\na {}\n", &a[1..]), 3),
            (format!("{HEAD}\n{LOG}\na {}\n", a.replace('1', "A")), 3),
            (format!("{HEAD}\n{LOG}\na {a} \n"), 3),
            (format!("{HEAD}\r\n{LOG}\r\na {a}\r\n"), 1),
            (format!("{HEAD}\n{LOG}\na {a}\na {b}\n"), 4),
            (format!("{HEAD}\n{LOG}\nb {b}\na {a}\n"), 4),
            (format!("{HEAD}\n{LOG}\na {a}\nb {b}"), 4),
            (format!("{HEAD}\n{LOG}\nA {a}\n"), 3),
            (format!("{HEAD}\n{LOG}\n{} {a}\n", "a".repeat(65)), 3),
        ] {
            assert_eq!(KeyFile::parse(&text).map_err(|bad| bad.line), Err(line), "{text:?}");
        }
    }

    #[test]
    fn no_key_is_quoted() {
        let secret = "01".repeat(31);
        let bad = KeyFile::parse(&format!("{HEAD}\n{LOG}\na {secret}\n")).unwrap_err();
        assert_eq!(bad.to_string(), "line 3: a key is 64 lowercase hex digits");
        assert_eq!(format!("{:?}", two_keys().get("a")), "Some(ContentKey(a))");
    }
}
