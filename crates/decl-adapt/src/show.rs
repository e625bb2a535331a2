//! Prints the tables for people: every member at every depth, its class and its place.

use super::table::{
    Adapter, Child, Class, Each, Field, Form, Holds, Missing, Object, Pick, Reads, Spelling, Target,
};
use std::fmt::{self, Display as _};

impl fmt::Display for Adapter {
    /// Writes one member a line: its class (D defines the run, T transport, S secret, X external state, A artefact of
    /// a run), how its value is read, and its place. Members of a member are indented below it. Kinds of objects are
    /// in brackets; adjacent kinds with the same members share them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {}: {}", self.name, self.version, self.api)?;
        writeln!(f, "{}", self.reference)?;
        writeln!(
            f,
            "D defines the run, T transport, S secret, X state kept elsewhere, A artefact; * mandatory"
        )?;
        writeln!(f)?;
        object(f, &self.body, 0)
    }
}

impl fmt::Display for Reads {
    /// Writes what a place accepts: `text`, `a list of objects`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Value | Self::Pattern | Self::Json | Self::Data(_) | Self::Within(_) => "a value",
            Self::Quote(form) | Self::Part(form) => match form {
                Form::Text => "text",
                Form::DataUrl => "a data: URL",
                Form::Json | Form::Data(_) => "a value",
                Form::Filtered(_) => "an object or a list",
            },
            Self::Headers => "an object of texts",
            Self::Bool => "true or false",
            Self::Choice([]) => "null",
            Self::Name | Self::Identifier | Self::Text(_) | Self::Subtype(_) | Self::Choice(_) => "text",
            Self::Media | Self::PartOfMedia => "a media type",
            Self::Integer => "an integer",
            Self::Texts { alone: true } => "text or a list of text",
            Self::Texts { alone: false } => "a list of text",
            Self::DataUrl => "a data: URL",
            Self::Base64 | Self::Spelled(Spelling::Bytes, _) => "base64 text",
            Self::Parts(_) | Self::FirstMessage(..) => "text or a list of parts",
            Self::Inside(_)
            | Self::InsideBy(_)
            | Self::Item(_)
            | Self::Message(_)
            | Self::NamedDefinitions(_) => "an object",
            Self::List(_) | Self::Groups(_) | Self::Turns { .. } | Self::Definitions(_) => "a list",
            Self::Filtered(_) => "an object or a list",
            Self::Arguments(_) => "an object or text",
            Self::Either(_, other) => return other.fmt(f),
            Self::Spelled(Spelling::Number, _) => "a number",
            Self::Implies(_, reads)
            | Self::Like(_, reads)
            | Self::Picks(reads, _)
            | Self::Stored(_, reads)
            | Self::Searched(reads)
            | Self::Spelled(Spelling::Names | Spelling::Schema | Spelling::Any, reads) => {
                return reads.fmt(f);
            }
            Self::External(_) => "nothing that lives elsewhere",
        })
    }
}

fn object(f: &mut fmt::Formatter<'_>, object: &Object, depth: usize) -> fmt::Result {
    object.members.iter().try_for_each(|one| member(f, object.rest, one, depth))
}

fn member(f: &mut fmt::Formatter<'_>, rest: &str, member: &Field, depth: usize) -> fmt::Result {
    const COLUMN: usize = 44;
    let star = match &member.class {
        Class::Defines(Target { missing: Missing::Refused | Missing::External(_), .. }) => "*",
        _ => "",
    };
    let indent = 2 * depth;
    let width = COLUMN.saturating_sub(indent + member.name.len() + star.len());
    write!(f, "{:indent$}{}{star}{:width$} ", "", member.name, "")?;
    match &member.class {
        Class::Transport(holds) => left_out(f, "T", *holds, depth),
        Class::Secret(holds) => left_out(f, "S", *holds, depth),
        Class::External(hint) | Class::Defines(Target { reads: Reads::External(hint), .. }) => {
            writeln!(f, "X  {hint}")
        }
        Class::Artefact(hint) => writeln!(f, "A  {hint}"),
        Class::Defines(target) => {
            write!(f, "D  ")?;
            let name = if target.called.is_empty() { member.name } else { target.called };
            encoding(f, &target.reads)?;
            if !matches!(target.reads, Reads::Inside(_) | Reads::InsideBy(_)) {
                match target.to {
                    "" => write!(f, " -> {rest}/{name}")?,
                    to => write!(f, " -> {to}")?,
                }
            }
            if let Missing::External(hint) = target.missing {
                write!(f, "; without it X: {hint}")?;
            }
            writeln!(f)?;
            inside(f, &target.reads, depth + 1)
        }
    }
}

fn left_out(f: &mut fmt::Formatter<'_>, class: &str, holds: Holds, depth: usize) -> fmt::Result {
    match holds {
        Holds::Scalars => writeln!(f, "{class}"),
        Holds::Members(below) => {
            writeln!(f, "{class}  members")?;
            object(f, below, depth + 1)
        }
        Holds::Free => writeln!(f, "{class}  names of your own"),
    }
}

/// Writes briefly how a value is read.
fn encoding(f: &mut fmt::Formatter<'_>, reads: &Reads) -> fmt::Result {
    match reads {
        Reads::Value | Reads::Pattern => f.write_str("as it is"),
        Reads::Headers => f.write_str("headers that carry no credentials"),
        Reads::Name => f.write_str("name"),
        Reads::Identifier => f.write_str("identifier"),
        Reads::Text(media) => write!(f, "content {media}"),
        Reads::Json => f.write_str("content, JSON in the order given"),
        Reads::Data(_) | Reads::Filtered(_) => f.write_str("content, JSON"),
        Reads::Quote(form) => write!(f, "reference to content{}", form_of(*form)),
        Reads::Part(form) => write!(f, "part{}", form_of(*form)),
        Reads::Subtype(kind) => write!(f, "type {kind}/..."),
        Reads::FirstMessage(role, _) => write!(f, "message of role {role}: text or a list of parts"),
        Reads::Inside(_) | Reads::InsideBy(_) => f.write_str("members"),
        Reads::Item(_) => f.write_str("item"),
        Reads::Message(_) => f.write_str("message"),
        Reads::List(_) | Reads::Definitions(_) => f.write_str("items"),
        Reads::Groups(_) => f.write_str("items of groups"),
        Reads::Turns { leading: [], .. } => f.write_str("messages"),
        Reads::Turns { leading, first, .. } => {
            write!(f, "messages, leading ")?;
            for (i, role) in leading.iter().enumerate() {
                write!(f, "{}{role}", if i == 0 { "" } else { " and " })?;
            }
            write!(f, " -> {first}, others")
        }
        Reads::Either(text, other) => {
            encoding(f, text)?;
            f.write_str(", or ")?;
            encoding(f, other)
        }
        Reads::Choice([]) => f.write_str("null"),
        Reads::Choice(ways) => ways.iter().enumerate().try_for_each(|(i, (name, reads))| {
            write!(f, "{}{name}: ", if i == 0 { "" } else { ", " })?;
            encoding(f, reads)
        }),
        Reads::Implies(said, reads) => {
            encoding(f, reads)?;
            write!(f, " (and {said})")
        }
        Reads::Like(_, reads) | Reads::Picks(reads, _) | Reads::Stored(_, reads) => encoding(f, reads),
        Reads::Searched(reads) => {
            encoding(f, reads)?;
            f.write_str(", searched for secrets")
        }
        Reads::Spelled(spelling, reads) => {
            match (spelling, reads) {
                (Spelling::Number, Reads::Value) => f.write_str("a number")?,
                _ => encoding(f, reads)?,
            }
            f.write_str(match spelling {
                Spelling::Number => ", also as text",
                Spelling::Bytes => ", any base64",
                Spelling::Names => ", names in either case",
                Spelling::Schema => ", fields of a schema in either case",
                Spelling::Any => ", null is a value",
            })
        }
        Reads::Arguments(_) => f.write_str("arguments, as they are"),
        Reads::Within(form) => write!(f, "part of content{}", form_of(*form)),
        Reads::NamedDefinitions(_) => f.write_str("items by name"),
        Reads::External(hint) => write!(f, "X ({hint})"),
        plain => plain.fmt(f),
    }
}

fn form_of(form: Form) -> &'static str {
    match form {
        Form::Text => ", text",
        Form::DataUrl => ", bytes of a data: URL",
        Form::Json => ", JSON in the order given",
        Form::Data(_) | Form::Filtered(_) => ", JSON",
    }
}

/// Writes what applies to parts of a value, then the members inside it.
fn inside(f: &mut fmt::Formatter<'_>, reads: &Reads, depth: usize) -> fmt::Result {
    let indent = 2 * depth;
    match reads {
        Reads::Stored(stored, _) => {
            for (pattern, hint) in *stored {
                writeln!(f, "{:indent$}like {pattern}: X  {hint}", "")?;
            }
        }
        Reads::Like(known, _) => {
            for group in known.chunk_by(|(_, a), (_, b)| a == b) {
                let patterns = group.iter().map(|(pattern, _)| *pattern).collect::<Vec<_>>().join(" or ");
                let said = group.first().map_or("", |(_, said)| said);
                writeln!(f, "{:indent$}like {patterns}: also {said}", "")?;
            }
        }
        Reads::Picks(_, also) | Reads::Arguments(also) => picks(f, also, depth)?,
        Reads::NamedDefinitions(whole) | Reads::Definitions(whole) => {
            picks(f, whole.picks, depth)?;
            if let Some((from, to)) = whole.raises {
                writeln!(f, "{:indent$}all /{from}, each once -> {to}", "")?;
            }
            if let Some((from, to)) = whole.takes {
                writeln!(f, "{:indent$}what stands at {from} -> {to}", "")?;
            }
            writeln!(f, "{:indent$}all of it: content, JSON in the order given -> /definition", "")?;
        }
        _ => {}
    }
    reads.children().into_iter().try_for_each(|child| match child {
        Child::Same(reads) => inside(f, reads, depth),
        Child::Object(each) | Child::Items(each) => kinds(f, &each, depth),
    })
}

/// Writes the values that also have their own place.
fn picks(f: &mut fmt::Formatter<'_>, picks: &[Pick], depth: usize) -> fmt::Result {
    for pick in picks {
        let of = pick.of.iter().map(|of| of.trim_start_matches('/')).collect::<Vec<_>>().join(" or ");
        let of = if of.is_empty() { "itself" } else { &of };
        write!(f, "{:indent$}also {of}: ", "", indent = 2 * depth)?;
        encoding(f, &pick.reads)?;
        writeln!(f, " -> {}", pick.to)?;
        inside(f, &pick.reads, depth + 1)?;
    }
    Ok(())
}

fn kinds(f: &mut fmt::Formatter<'_>, each: &Each, depth: usize) -> fmt::Result {
    match each {
        Each::All(one) => object(f, one, depth),
        Each::By { tag, kinds: named, untagged } => {
            let untagged = untagged.iter().map(|each| (format!("no {tag}"), **each));
            let named = named.iter().map(|(name, each)| (format!("{tag} {name}"), *each));
            together(f, untagged.chain(named), depth)
        }
        Each::Having(named) => {
            together(f, named.iter().map(|(name, each)| (format!("with {name}"), *each)), depth)
        }
        Each::External(hint) => writeln!(f, "{:indent$}X  {hint}", "", indent = 2 * depth),
    }
}

/// Writes kinds in order; adjacent kinds with the same members share them.
fn together(
    f: &mut fmt::Formatter<'_>,
    kinds: impl Iterator<Item = (String, Each)>,
    depth: usize,
) -> fmt::Result {
    let mut members: Option<String> = None;
    for (kind, each) in kinds {
        let these = Below(each, depth + 1).to_string();
        if members.as_ref().is_some_and(|before| *before != these) {
            f.write_str(&members.take().unwrap_or_default())?;
        }
        members = Some(these);
        writeln!(f, "{:indent$}[{kind}]", "", indent = 2 * depth)?;
    }
    f.write_str(&members.unwrap_or_default())
}

/// Displays the members of a kind at this depth.
struct Below(Each, usize);

impl fmt::Display for Below {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        kinds(f, &self.0, self.1)
    }
}
