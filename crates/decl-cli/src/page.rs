//! Prints a record for people: its sections in reading order, a member a line, content by its first lines.

use crate::brief::{brief, cut, is_content};
use crate::failure::Failure;
use decl_core::{Identity, Value};
use decl_explain::SECTIONS;
use std::cell::RefCell;
use std::collections::HashSet;

/// How many lines of content are shown.
const PREVIEW: usize = 3;

/// The width of the column of names where values are aligned.
const NAME: usize = 16;

/// Members that identify an item of a list, in the order in which its line has them.
const TITLE: [&str; 5] = ["role", "t", "kind", "name", "path"];

/// The text of a piece of content, or a short reason why there is none to show.
pub(crate) type Shown = Result<String, String>;

type Read<'p> = dyn Fn(&Identity, Option<u64>) -> Result<Shown, Failure> + 'p;

/// The output of a declaration, and the source of its content.
pub(crate) struct Page<'p> {
    pub(crate) line: &'p dyn Fn(&str) -> Result<(), Failure>,
    /// Returns the text of content of this length; without a length, that of keyed content.
    pub(crate) text: &'p Read<'p>,
    /// Content that was shown: a declaration may refer to one piece in many places.
    pub(crate) seen: RefCell<HashSet<Identity>>,
}

impl Page<'_> {
    /// Prints the declaration. Stated absences are printed as words; only empty open maps are omitted.
    pub(crate) fn print(&self, declaration: &Value<'_>) -> Result<(), Failure> {
        (self.line)(&format!(
            "kind      {}",
            declaration.get("kind").and_then(Value::as_str).unwrap_or_default()
        ))?;
        for section in SECTIONS {
            let Some(value @ (Value::Map(_) | Value::Array(_))) = declaration.get(section) else { continue };
            if !is_empty_map(value) {
                (self.line)("")?;
                self.member(section, 0, value, 0)?;
            }
        }
        Ok(())
    }

    /// Prints the body of a supplement or an event.
    pub(crate) fn print_body(&self, body: &Value<'_>) -> Result<(), Failure> {
        match body {
            Value::Map(members) => self.members(members.iter().map(|(name, value)| (&**name, value)), 0),
            _ => Ok(()),
        }
    }

    /// Prints a member, its name padded to `width`.
    fn member(&self, name: &str, width: usize, value: &Value<'_>, depth: usize) -> Result<(), Failure> {
        match value {
            Value::Map(_) if is_brief(value) => self.brief(name, width, value, depth),
            Value::Map(members) => {
                self.indented(depth, name)?;
                self.members(members.iter().map(|(name, value)| (&**name, value)), depth + 1)
            }
            Value::Array(items) if items.is_empty() => self.indented(depth, &format!("{name:width$}  none")),
            Value::Array(items) if items.iter().any(|item| matches!(item, Value::Map(_))) => {
                self.indented(depth, name)?;
                self.items(items, depth + 1)
            }
            value => self.brief(name, width, value, depth),
        }
    }

    /// Prints members, those on one line first.
    fn members<'v>(
        &self,
        members: impl Iterator<Item = (&'v str, &'v Value<'v>)> + Clone,
        depth: usize,
    ) -> Result<(), Failure> {
        let short = |value: &Value<'_>| match value {
            Value::Map(_) => is_brief(value) && !is_content(value),
            Value::Array(items) => !items.iter().any(|item| matches!(item, Value::Map(_))),
            _ => true,
        };
        let shown = members.filter(|(_, value)| !is_empty_map(value));
        let width = shown.clone().filter(|(_, value)| short(value)).map(|(name, _)| name.chars().count());
        let width = width.max().unwrap_or(0).min(NAME);
        for on_one_line in [true, false] {
            for (name, value) in shown.clone().filter(|(_, value)| short(value) == on_one_line) {
                self.member(name, if on_one_line { width } else { 0 }, value, depth)?;
            }
        }
        Ok(())
    }

    /// Prints the items of a list, each with its number, its identifying members, and the others.
    fn items(&self, items: &[Value<'_>], depth: usize) -> Result<(), Failure> {
        for (number, item) in (1..).zip(items) {
            let Value::Map(members) = item else {
                self.indented(depth, &format!("{number}  {}", cut(&brief(item), 0)))?;
                continue;
            };
            let title =
                TITLE.iter().filter_map(|name| item.get(name)).filter(|value| value.as_str().is_some());
            let title: Vec<_> = title.map(|value| value.as_str().unwrap_or_default()).collect();
            let head = format!("{number} {}", cut(&title.join(" "), 0));
            match item.get("content") {
                Some(content) if is_content(content) => self.brief(&head, 0, content, depth)?,
                _ => self.indented(depth, &head)?,
            }
            let said = |name: &str, value: &Value<'_>| {
                TITLE.contains(&name) && value.as_str().is_some()
                    || name == "content" && is_content(value)
                    || name == "parts"
            };
            let rest = members.iter().map(|(name, value)| (&**name, value));
            self.members(rest.filter(|(name, value)| !said(name, value)), depth + 1)?;
            // The parts of a message need no heading.
            if let Some(Value::Array(parts)) = item.get("parts") {
                self.items(parts, depth + 1)?;
            }
        }
        Ok(())
    }

    /// Prints a value on the line of its name, and the first lines below it if it is content.
    fn brief(&self, name: &str, width: usize, value: &Value<'_>, depth: usize) -> Result<(), Failure> {
        self.indented(depth, &format!("{name:width$}  {}", cut(&brief(value), 0)))?;
        let (digest, len) = match (value.get("b3"), value.get("len"), value.get("kb3")) {
            (Some(Value::Bytes(digest)), Some(Value::Uint(len)), _) => (digest, Some(*len)),
            (None, _, Some(Value::Bytes(digest))) => (digest, None),
            _ => return Ok(()),
        };
        let Ok(digest) = <[u8; 32]>::try_from(&**digest).map(Identity::from_bytes) else { return Ok(()) };
        if !self.seen.borrow_mut().insert(digest) {
            return self.indented(depth + 1, "(as above)");
        }
        match (self.text)(&digest, len)? {
            Err(why) => self.indented(depth + 1, &format!("({why})")),
            Ok(text) => {
                for line in text.lines().take(PREVIEW) {
                    self.indented(depth + 1, &format!("| {}", cut(line, 0)))?;
                }
                match text.lines().count().saturating_sub(PREVIEW) {
                    0 => Ok(()),
                    1 => self.indented(depth + 1, "| and 1 more line"),
                    more => self.indented(depth + 1, &format!("| and {more} more lines")),
                }
            }
        }
    }

    fn indented(&self, depth: usize, text: &str) -> Result<(), Failure> {
        (self.line)(format!("{:1$}{text}", "", 2 * depth).trim_end())
    }
}

/// Returns whether a map is one value: an absence, content or a digest.
fn is_brief(value: &Value<'_>) -> bool {
    value.get("absent").is_some()
        || is_content(value)
        || matches!((value.get("alg"), value.get("value")), (Some(_), Some(Value::Bytes(_))))
}

fn is_empty_map(value: &Value<'_>) -> bool {
    matches!(value, Value::Map(members) if members.is_empty())
}
