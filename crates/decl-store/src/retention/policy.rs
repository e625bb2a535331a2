//! A policy of retention: classes of records, and how long the content of each is kept.

use decl_core::{
    limits,
    schema::{KINDS, is_handle},
};
use jiff::{Span, Timestamp, tz::TimeZone};
use serde::Deserialize;
use std::{fmt, str::FromStr};

/// Classes of records, as read from a file in TOML.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The file, as it was read.
    #[serde(skip)]
    pub(crate) text: String,
    /// Who decided it. It stands in every erasure.
    pub(crate) authority: Words,
    #[serde(rename = "class")]
    pub(crate) classes: Vec<Class>,
}

/// A class of records. It has those declarations that meet every condition, and what was sealed about them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Class {
    pub(crate) name: Handle,
    /// The declaration is of one of these kinds, or of any if this is empty.
    #[serde(default)]
    kind: Vec<Kind>,
    /// One of these handles submitted it.
    #[serde(default)]
    by: Vec<String>,
    /// It has one of these tags.
    #[serde(default)]
    tag: Vec<Handle>,
    /// How long its content is kept.
    keep: Period,
    /// What happens then.
    #[serde(rename = "then")]
    _then: Then,
    /// Why it may be erased. It stands in every erasure.
    pub(crate) basis: Words,
}

/// What a class looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Subject {
    /// The kind of the declaration.
    pub(crate) kind: String,
    /// Who submitted it.
    pub(crate) by: String,
    pub(crate) tags: Vec<String>,
}

/// When a record no longer keeps its content. The later is the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Ends {
    /// At a time in milliseconds since 1970, by the class of this number.
    At(u64, usize),
    /// It keeps it for ever: it has no class, or the calendar ends before.
    Never,
}

impl Policy {
    /// Reads a policy. A refusal names the line and the column.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let mut policy: Self = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            PolicyError { at: position(text, at), message: error.message().to_owned() }
        })?;
        let refused = |message: String| Err(PolicyError { at: (1, 1), message });
        if policy.classes.is_empty() {
            return refused("a policy has one class or more: [[class]]".to_owned());
        }
        for (number, class) in policy.classes.iter().enumerate() {
            if policy.classes[..number].iter().any(|before| before.name == class.name) {
                return refused(format!("two classes have the name {:?}", class.name.0));
            }
        }
        text.clone_into(&mut policy.text);
        Ok(policy)
    }

    /// Returns when a record of this subject, sealed at `at`, no longer keeps its content: by the class that keeps it
    /// the longest.
    pub(crate) fn ends(&self, subject: &Subject, at: u64) -> Ends {
        let classes = self.classes.iter().enumerate().filter(|(_, class)| class.has(subject));
        let ends = classes
            .map(|(number, class)| class.keep.after(at).map_or(Ends::Never, |time| Ends::At(time, number)));
        ends.max().unwrap_or(Ends::Never)
    }

    /// Returns a time after which no record was sealed that had ended by `now`.
    pub(crate) fn horizon(&self, now: u64) -> u64 {
        const MONTHS_DIFFER: u64 = 4 * 24 * 3_600_000; // in days, so to add is not the reverse of to subtract
        let before = self.classes.iter().map(|class| class.keep.before(now));
        before.max().unwrap_or(0).saturating_add(MONTHS_DIFFER)
    }
}

impl Class {
    fn has(&self, subject: &Subject) -> bool {
        (self.kind.is_empty() || self.kind.iter().any(|kind| kind.0 == subject.kind))
            && (self.by.is_empty() || self.by.contains(&subject.by))
            && (self.tag.is_empty() || self.tag.iter().any(|tag| subject.tags.contains(&tag.0)))
    }
}

/// Why a text is no policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError {
    at: (usize, usize),
    message: String,
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.at.0, self.at.1, self.message)
    }
}

impl std::error::Error for PolicyError {}

/// Returns the line and the column of a byte, both from 1.
fn position(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or_default();
    (1 + before.matches('\n').count(), 1 + line.chars().count())
}

/// What happens to content that no record keeps any longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Then {
    Erase,
}

/// A span of days, weeks, months or years.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
struct Period(Span);

impl PartialEq for Period {
    fn eq(&self, other: &Self) -> bool {
        self.0.fieldwise() == other.0.fieldwise()
    }
}

impl Eq for Period {}

impl Period {
    /// Returns the time that is this long after another, in UTC, or `None` if no calendar here goes as far.
    fn after(&self, at: u64) -> Option<u64> {
        let at = Timestamp::from_millisecond(i64::try_from(at).ok()?).ok()?;
        let end = at.to_zoned_datetime(TimeZone::UTC).checked_add(self.0).ok()?;
        u64::try_from(end.timestamp().as_millisecond()).ok()
    }

    /// Returns the time that is this long before another; 0 if that is before 1970.
    fn before(&self, at: u64) -> u64 {
        let before = || {
            let at = Timestamp::from_millisecond(i64::try_from(at).ok()?).ok()?;
            let start = at.to_zoned_datetime(TimeZone::UTC).checked_sub(self.0).ok()?;
            u64::try_from(start.timestamp().as_millisecond()).ok()
        };
        before().unwrap_or(0)
    }
}

impl TryFrom<String> for Period {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        const FORM: &str = "a period is written as \"180 days\", \"6 months\" or \"10 years\"";
        let span = Span::from_str(&text).map_err(|_| FORM)?;
        let days = Span::new().years(span.get_years()).months(span.get_months());
        let days = days.weeks(span.get_weeks()).days(span.get_days());
        if span.is_positive() && span.fieldwise() == days { Ok(Self(span)) } else { Err(FORM) }
    }
}

/// The name of a class or of a tag.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Handle(pub(crate) String);

impl TryFrom<String> for Handle {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let message = "a name has 1 to 64 of a-z 0-9 . _ - : / and begins with a letter or a digit";
        if is_handle(&text) { Ok(Self(text)) } else { Err(message) }
    }
}

/// A text that stands in the log.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Words(pub(crate) String);

impl TryFrom<String> for Words {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let fits = (1..=limits::NAME_BYTES).contains(&text.len());
        if fits { Ok(Self(text)) } else { Err("this text has 1 to 256 bytes") }
    }
}

/// A kind of declarations.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
struct Kind(String);

impl TryFrom<String> for Kind {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if KINDS.contains(&&*text) {
            Ok(Self(text))
        } else {
            Err(format!("{text:?} is no kind of declarations: {}", KINDS.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time;

    const EXAMPLE: &str = r#"
authority = "records-office"

[[class]]
name = "evaluations"
kind = ["evaluate", "train"]
keep = "10 years"
then = "erase"
basis = "end of the documentation period"

[[class]]
name = "customers"
kind = ["generate"]
by = ["local", "gateway"]
tag = ["eu", "uk"]
keep = "6 months"
then = "erase"
basis = "no longer needed"

[[class]]
name = "rest"
kind = ["generate", "embed"]
keep = "30 days"
then = "erase"
basis = "no longer needed"
"#;

    fn subject(kind: &str, by: &str, tags: &[&str]) -> Subject {
        let tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
        Subject { kind: kind.to_owned(), by: by.to_owned(), tags }
    }

    #[test]
    fn the_class_that_keeps_the_longest_counts() {
        let policy = Policy::parse(EXAMPLE).unwrap();
        let at = |text| time::parse(text).unwrap();
        let sealed = at("2024-01-31T10:00:00Z");
        for (subject, ends) in [
            (subject("evaluate", "local", &[]), Ends::At(at("2034-01-31T10:00:00Z"), 0)),
            (subject("train", "nobody", &["eu"]), Ends::At(at("2034-01-31T10:00:00Z"), 0)),
            (subject("generate", "gateway", &["us", "uk"]), Ends::At(at("2024-07-31T10:00:00Z"), 1)),
            (subject("generate", "gateway", &["us"]), Ends::At(at("2024-03-01T10:00:00Z"), 2)),
            (subject("generate", "another", &["eu"]), Ends::At(at("2024-03-01T10:00:00Z"), 2)),
            (subject("embed", "local", &["eu"]), Ends::At(at("2024-03-01T10:00:00Z"), 2)),
            (subject("agent-step", "local", &["eu"]), Ends::Never),
        ] {
            assert_eq!(policy.ends(&subject, sealed), ends, "{subject:?}");
        }
        assert!(Ends::At(u64::MAX, 9) < Ends::Never);
    }

    /// Over every day of some years, and beyond the calendar.
    #[test]
    fn nothing_that_ended_was_sealed_after_the_horizon() {
        const DAY: u64 = 24 * 3_600_000;
        for keep in ["1 day", "1 month", "6 months", "11 months", "1 year", "3 weeks", "1 year 1 month 1 day"]
        {
            let policy = Policy::parse(&format!(
                "authority = \"a\"\n[[class]]\nname = \"x\"\nkeep = \"{keep}\"\nthen = \"erase\"\nbasis = \"b\"\n"
            ))
            .unwrap();
            let now = time::parse("2024-03-31T23:00:00Z").unwrap();
            for now in (0..800).map(|day| now + day * DAY) {
                let horizon = policy.horizon(now);
                let ended = |at| matches!(policy.ends(&subject("embed", "", &[]), at), Ends::At(end, 0) if end <= now);
                assert!(ended(horizon - 6 * DAY), "{keep}");
                assert!((0..40).all(|half| !ended(horizon + 1 + half * DAY / 2)), "{keep} before {now}");
            }
        }
        let policy = Policy::parse(&EXAMPLE.replace("10 years", "9999 years")).unwrap();
        assert_eq!(policy.ends(&subject("train", "", &[]), 0), Ends::Never);
        assert_eq!(policy.ends(&subject("embed", "", &[]), u64::MAX), Ends::Never);
    }

    #[test]
    fn what_is_no_policy_is_refused_with_its_place() {
        let line = |n: usize| EXAMPLE.lines().nth(n).unwrap();
        let with = |from: &str, to: &str| {
            assert!(EXAMPLE.contains(from), "{from}");
            EXAMPLE.replacen(from, to, 1)
        };
        assert_eq!(line(3), "[[class]]");
        for (text, at, what) in [
            (String::new(), (1, 1), "missing field `authority`"),
            ("authority = \"a\"\nclass = []".to_owned(), (1, 1), "a policy has one class or more"),
            ("authority = ".to_owned(), (1, 13), ""),
            (with("10 years", "10 yards"), (7, 8), "a period is written as"),
            (with("10 years", "10 hours"), (7, 8), "a period is written as"),
            (with("10 years", "0 days"), (7, 8), "a period is written as"),
            (with("10 years", "-3 days"), (7, 8), "a period is written as"),
            (with("10 years", ""), (7, 8), "a period is written as"),
            (with("\"10 years\"", "10"), (7, 8), "invalid type: integer"),
            (with("evaluate", "evaluation"), (6, 8), "is no kind of declarations"),
            (with("\"erase\"", "\"move\""), (8, 8), "unknown variant"),
            (with("then = \"erase\"\n", ""), (4, 1), "missing field `then`"),
            (with("keep =", "kept ="), (7, 1), "unknown field `kept`"),
            (with("customers", "evaluations"), (1, 1), "two classes have the name"),
            (with("customers", "no name"), (12, 8), "a name has 1 to 64"),
            (with("records-office", ""), (2, 13), "this text has 1 to 256 bytes"),
        ] {
            let error = Policy::parse(&text).unwrap_err();
            assert_eq!(error.at, at, "{error}");
            assert!(error.to_string().contains(what), "{error}");
        }
    }
}
