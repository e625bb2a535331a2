//! Describes what a place accepts.

use super::shape::{Case, Guard, Member, Presence, Shape};
use core::fmt::{self, Display, Formatter};

/// Displays what a shape accepts, in full, for the hint of a refusal.
pub(super) struct Expected<'s>(pub(super) &'s Shape);

impl Display for Expected<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Shape::Version(version) => write!(f, "\"{version}\""),
            Shape::Choice(choices) => list(f, choices.iter(), "or", |f, choice| write!(f, "\"{choice}\"")),
            Shape::Name => f.write_str("text of 1 to 256 bytes"),
            Shape::Query => f.write_str("text of 1 to 1,024 bytes"),
            Shape::Handle => f.write_str(
                "a handle: 1 to 64 of a-z 0-9 . _ - : / that begin with a letter or a digit; never a person's name or address",
            ),
            Shape::Occurrence => f.write_str("a UUID in lower case, neither nil nor max: 01977c5e-6b3f-7cc3-98c4-dc0c0c07398f"),
            Shape::Millis => f.write_str("milliseconds since 1970, an integer from 0"),
            Shape::Identifier => f.write_str("text of at most 64 KiB"),
            Shape::Dns => f.write_str("a DNS name in lower case, like example.com"),
            Shape::Media => f.write_str("a media type in lower case, like text/plain"),
            Shape::Base64 => f.write_str("base64 with its padding (RFC 4648 section 4)"),
            Shape::Bytes32 => f.write_str("a digest as 64 lowercase hex digits"),
            Shape::DigestValue => f.write_str("the digest in lowercase hex, as long as `alg` makes it"),
            Shape::Digest => f.write_str(r#"{"alg": "sha256", "value": HEX} (or sha512, sha1-git, sha256-git, blake3)"#),
            Shape::Content(Shape::REFERENCE) => f.write_str(r#"content by reference: {"b3": HEX, "len": BYTES, "type": MEDIA}"#),
            Shape::Content(_) => f.write_str(
                r#"content: {"text": TEXT}, {"json": ANY}, {"file": PATH}, {"base64": BYTES, "type": MEDIA} or {"b3": HEX, "len": BYTES, "type": MEDIA}"#,
            ),
            Shape::Absent => f.write_str(r#"{"absent": "none" | "default" | "undisclosed"}"#),
            Shape::Open(_) => f.write_str("a map of your own names, {} if there is nothing to state"),
            Shape::Ext => f.write_str("a map with keys like openai.com/chat.completions#/top_k, {} if there are none"),
            Shape::Map(members) => {
                let may = |member: &&Member| matches!(member.presence, Presence::Optional);
                let must = || members.iter().filter(|member| !may(member));
                let name = |f: &mut Formatter<'_>, member: &Member| f.write_str(member.name);
                f.write_str(if must().next().is_some() { "a map with " } else { "a map" })?;
                list(f, must(), "and", name)?;
                if members.iter().any(|member| may(&member)) {
                    f.write_str(" and maybe ")?;
                    list(f, members.iter().filter(may), "and", name)?;
                }
                Ok(())
            }
            Shape::Cases(name, cases) => {
                write!(f, "a map whose \"{name}\" is ")?;
                list(f, kinds(cases), "or", |f, kind| write!(f, "\"{kind}\""))
            }
            Shape::List(0, _) => f.write_str("a list, [] if there is nothing to state"),
            Shape::List(..) => f.write_str("a list with at least one item"),
            Shape::Tuple(shapes) => {
                f.write_str("a list of ")?;
                list(f, shapes.iter(), "and", |f, shape| Expected(shape).fmt(f))
            }
            Shape::Placed => {
                f.write_str(r#"["input", MESSAGE, PART] or ["instructions", MESSAGE, PART], counted from 0"#)
            }
            Shape::Either(shapes) => {
                for (i, shape) in shapes.iter().enumerate() {
                    write!(f, "{}{}", if i == 0 { "" } else { ", or " }, Expected(shape))?;
                }
                Ok(())
            }
            plain => f.write_str(kind_of(plain)),
        }
    }
}

/// Displays the members of a closed map, and where other names go.
pub(super) struct MemberNames<'s>(pub(super) &'s [Member]);

impl Display for MemberNames<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("the members here are ")?;
        names(f, self.0)?;
        let open =
            |member: &&Member| matches!(&member.shape, Shape::Open(Guard::Artefacts | Guard::ArtefactsOnTop));
        if self.0.iter().any(|member| open(&member)) {
            f.write_str("; names of your own go into ")?;
            list(f, self.0.iter().filter(open), "or", |f, member| f.write_str(member.name))?;
        } else if self.0.iter().any(|member| matches!(member.shape, Shape::Ext)) {
            f.write_str("; what the format does not name goes into ext, under authority/api#/json/pointer")?;
        }
        Ok(())
    }
}

fn names(f: &mut Formatter<'_>, members: &[Member]) -> fmt::Result {
    list(f, members.iter(), "and", |f, member| f.write_str(member.name))
}

/// Returns every text that the distinguishing member can have.
pub(super) fn kinds(cases: &[Case]) -> impl Iterator<Item = &'static str> + Clone {
    cases.iter().flat_map(|(names, _)| *names).copied()
}

/// Writes `a, b and c`.
fn list<T>(
    f: &mut Formatter<'_>,
    items: impl Iterator<Item = T>,
    last: &str,
    each: impl Fn(&mut Formatter<'_>, T) -> fmt::Result,
) -> fmt::Result {
    let mut items = items.enumerate().peekable();
    while let Some((i, item)) = items.next() {
        match (i, items.peek()) {
            (0, _) => {}
            (_, Some(_)) => f.write_str(", ")?,
            (_, None) => write!(f, " {last} ")?,
        }
        each(f, item)?;
    }
    Ok(())
}

/// Returns the type that a place accepts, in a word or two.
pub(super) fn kind_of(shape: &Shape) -> &'static str {
    match shape {
        Shape::Json => "JSON",
        Shape::True => "true",
        Shape::Bool => "true or false",
        Shape::Uint | Shape::Millis => "an integer from 0",
        Shape::Int => "an integer",
        Shape::Num => "a number",
        Shape::Bytes32 | Shape::DigestValue | Shape::Digest => "a digest",
        Shape::Content(_) => "content",
        Shape::Absent | Shape::Open(_) | Shape::Ext | Shape::Map(_) | Shape::Cases(..) | Shape::Body(_) => {
            "a map"
        }
        Shape::List(..) | Shape::Tuple(_) | Shape::Placed => "a list",
        Shape::Either(shapes) => shapes.first().map_or("nothing", kind_of),
        _ => "text",
    }
}
