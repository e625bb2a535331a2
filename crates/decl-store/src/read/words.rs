//! A filter as text, as it stands in a hold.
//!
//! ```text
//! model=gpt-5.2&kind=generate&since=2026-03-01&until=2026-06-01
//! ```
//!
//! A condition is a name and a value, and all of them hold. The names are those of the [fields](Field), and `type`,
//! `since` and `until`. In a value, `%26` stands for `&` and `%25` for `%`. The form does not change: a hold stands in
//! the log for ever.

use super::Filter;
use crate::{
    index::{Field, Term},
    time,
};
use decl_core::{Identity, RecordKind, limits};
use std::str::FromStr;

impl FromStr for Filter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.is_empty() || text.len() > limits::QUERY_BYTES {
            return Err(format!("a query has 1 to {} bytes", limits::QUERY_BYTES));
        }
        let mut filter = Self::default();
        for condition in text.split('&') {
            let (name, value) = condition
                .split_once('=')
                .filter(|(_, value)| !value.is_empty())
                .ok_or_else(|| format!("{condition:?} is not NAME=VALUE"))?;
            let value = unescape(value)?;
            let twice = |given: bool| if given { Err(format!("{name} stands twice")) } else { Ok(()) };
            match name {
                "type" => {
                    twice(filter.kind.is_some())?;
                    let kind = RecordKind::ALL.iter().find(|kind| kind.as_str() == value);
                    filter.kind = Some(*kind.ok_or_else(|| format!("{value:?} is no type of records"))?);
                }
                "since" => {
                    twice(filter.since.is_some())?;
                    filter.since = Some(time::parse(&value)?);
                }
                "until" => {
                    twice(filter.until.is_some())?;
                    filter.until = Some(time::parse(&value)?);
                }
                name => filter.terms.push(term(name, &value)?),
            }
        }
        filter.kinds().map_err(|error| error.to_string())?;
        Ok(filter)
    }
}

fn term(name: &str, value: &str) -> Result<Term, String> {
    let field = Field::ALL.into_iter().find(|field| field.as_str() == name);
    let field = field.ok_or_else(|| {
        let names: Vec<_> = Field::ALL.iter().map(|field| field.as_str()).collect();
        format!("{name:?} is no field: {}, type, since, until", names.join(", "))
    })?;
    match field {
        Field::Instructions | Field::Content | Field::Subject => {
            let digest = Identity::from_str(value).map_err(|error| format!("{name}: {error}"))?;
            Ok(Term::digest(field, &digest))
        }
        _ => Ok(Term::text(field, value)),
    }
}

/// Replaces `%XX` by its byte.
fn unescape(text: &str) -> Result<String, String> {
    let wrong = || format!("{text:?}: a % is written %25");
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (code, rest) = part.split_at_checked(2).ok_or_else(wrong)?;
        let [byte] = decl_core::unhex(&code.to_ascii_lowercase()).ok_or_else(wrong)?;
        bytes.push(byte);
        bytes.extend(rest.as_bytes());
    }
    String::from_utf8(bytes).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_read() {
        let digest = Identity::of(b"some content");
        let filter: Filter = format!(
            "model=a%26b %25&kind=generate&content={digest}&tool=a=b&type=declaration&since=2026-03-01"
        )
        .parse()
        .unwrap();
        let terms = [
            Term::text(Field::Model, "a&b %"),
            Term::text(Field::Kind, "generate"),
            Term::digest(Field::Content, &digest),
            Term::text(Field::Tool, "a=b"),
        ];
        assert_eq!((filter.terms, filter.kind), (terms.to_vec(), Some(RecordKind::Declaration)));
        assert_eq!((filter.since, filter.until), (time::parse("2026-03-01").ok(), None));
    }

    #[test]
    fn what_is_no_query_is_refused() {
        let long = format!("model={}", "x".repeat(limits::QUERY_BYTES));
        for (text, why) in [
            ("", "a query has 1 to 1024 bytes"),
            (long.as_str(), "a query has 1 to 1024 bytes"),
            ("model", "\"model\" is not NAME=VALUE"),
            ("model=", "\"model=\" is not NAME=VALUE"),
            ("model=a&", "\"\" is not NAME=VALUE"),
            ("modell=a", "\"modell\" is no field: authority, model,"),
            ("model=100%", "a % is written %25"),
            ("model=%zz", "a % is written %25"),
            ("model=%ff", "a % is written %25"),
            ("content=abc", "content: "),
            ("type=run", "\"run\" is no type of records"),
            ("since=yesterday", "write 2026-11"),
            ("since=2026-01-01&since=2026-01-02", "since stands twice"),
            ("type=event&type=event", "type stands twice"),
            ("type=event&model=a", "no event has the field model: nothing can match"),
        ] {
            let error = Filter::from_str(text).unwrap_err();
            assert!(error.contains(why), "{text}: {error}");
        }
    }
}
