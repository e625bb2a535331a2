//! Visits every member of a table.

use crate::{
    catalog::{NAMES, named},
    table::{
        Adapter, Child, Class, Each, Field, Form, Holds, Mapping, Missing, Object, Reads, Spelling, Target,
        schema_name,
    },
};
use decl_core::{inside, names::secret_name};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

impl Adapter {
    /// Calls `f` with every member at every depth and its place in a body: a JSON pointer, `*` for any item of a list.
    /// A member of several kinds of objects occurs once for each.
    pub fn members(&self, f: &mut dyn FnMut(&str, &Field)) {
        object(&self.body, &mut String::new(), f);
    }

    /// Returns true if the value of a member with this name has names that the caller chose, not the vendor.
    pub(super) fn holds_own_names(name: &str) -> bool {
        /// Maps of names that no table has, because they stand in a schema or in what no table knows.
        const OTHERS: [&str; 6] = ["$defs", "data", "definitions", "defs", "patternProperties", "properties"];
        static NAMES_OF_OWN: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
            let mut names = BTreeSet::new();
            for table in NAMES.iter().filter_map(|name| named(name)) {
                table.members(&mut |_, member| {
                    let is_free =
                        matches!(member.class, Class::Transport(Holds::Free) | Class::Secret(Holds::Free));
                    if is_free || table.mapping == Mapping::Proto && is_own(&member.class) {
                        names.insert(member.name);
                    }
                });
            }
            names
        });
        OTHERS.contains(&name) || schema_name(name) || NAMES_OF_OWN.contains(name)
    }

    /// Returns the one place of a body that takes a member of this name, or `None` if there are several, or none.
    pub(super) fn home(&self, name: &str) -> Option<String> {
        let mut homes = Vec::new();
        self.members(&mut |at, member| {
            if member.name == name && !homes.iter().any(|home| home == at) {
                homes.push(String::from(at));
            }
        });
        match homes.len() {
            1 => homes.pop(),
            _ => None,
        }
    }
}

/// Returns true if the value of a member of this class that defines the run is a map with names that the caller chose.
fn is_own(class: &Class) -> bool {
    fn is_kept(reads: &Reads) -> bool {
        match reads {
            Reads::Json | Reads::Data(_) | Reads::Headers => true,
            Reads::Quote(form) | Reads::Part(form) => matches!(form, Form::Json | Form::Data(_)),
            Reads::Spelled(Spelling::Names, _) => false, // the vendor's own message
            reads => {
                reads.children().iter().any(|child| matches!(child, Child::Same(reads) if is_kept(reads)))
            }
        }
    }
    matches!(class, Class::Defines(target) if is_kept(&target.reads))
}

/// Why no member of a name is carried along, wherever it occurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeptOut {
    /// It holds secrets.
    Secret,
    /// It names state that lives elsewhere, with this hint how to bring the state in.
    State(&'static str),
}

/// The names of one table, with the reason for those that it has only for secrets or only for state that lives
/// elsewhere.
type Names = BTreeMap<String, Option<KeptOut>>;

impl Adapter {
    /// Returns why no member of this name, in any spelling, is carried along: this table has the name only for
    /// secrets, or only for state that lives elsewhere. If it does not have the name, all tables that have it must
    /// agree, because servers accept members of other vendors. Returns `None` otherwise.
    pub(super) fn kept_out(&self, name: &str) -> Option<KeptOut> {
        let name = folded(name);
        let is_known = TABLES.iter().any(|(_, names)| names.contains_key(&name));
        let mut all = TABLES.iter().flat_map(|(_, names)| names);
        if !is_known && all.any(|(end, why)| *why == Some(KeptOut::Secret) && name.ends_with(&**end)) {
            return Some(KeptOut::Secret);
        }
        let of = |(table, names): &(&str, Names)| Some((*table == self.name, *names.get(&name)?));
        let mut known = TABLES.iter().filter_map(of);
        let first = known.next()?;
        known
            .try_fold(first, |(is_own, why), (is_own_too, why_too)| match (is_own, is_own_too) {
                (true, _) => Some((true, why)),
                (_, true) => Some((true, why_too)),
                _ => Some((false, why.and(why_too))),
            })?
            .1
    }

    fn names(&self) -> Names {
        let mut names = Names::new();
        self.members(&mut |_, member| {
            let why = match member.class {
                Class::Secret(Holds::Members(_)) | Class::Defines(Target { reads: Reads::Headers, .. }) => {
                    Some(KeptOut::Secret)
                }
                // A scalar can have a name that is used for anything, such as `value`.
                Class::Secret(_) if secret_name(member.name) => Some(KeptOut::Secret),
                Class::External(hint) | Class::Defines(Target { reads: Reads::External(hint), .. }) => {
                    Some(KeptOut::State(hint))
                }
                _ => None,
            };
            let known = names.entry(folded(member.name)).or_insert(why);
            *known = known.and(why);
        });
        names
    }
}

/// The names of every table, by adapter.
static TABLES: LazyLock<Vec<(&'static str, Names)>> =
    LazyLock::new(|| NAMES.iter().filter_map(|name| Some((*name, named(name)?.names()))).collect());

/// Returns one spelling of a name: vendors write `fileId`, `file_id` and `file-id`.
fn folded(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// The hint how to bring in what a URL points to.
pub(super) const REMOTE_URL: &str = "send the bytes: data:TYPE;base64,BYTES";

impl Field {
    /// Returns the hints how to bring in the state that this member, or its lack, leaves elsewhere; each hint once.
    pub fn external(&self) -> Vec<&'static str> {
        let mut hints = Vec::new();
        match &self.class {
            Class::External(hint) => hints.push(*hint),
            Class::Defines(Target { reads, missing, .. }) => {
                external(reads, &mut hints);
                if let Missing::External(hint) = missing
                    && !hints.contains(hint)
                {
                    hints.push(hint);
                }
            }
            Class::Transport(_) | Class::Secret(_) | Class::Artefact(_) => {}
        }
        hints
    }
}

fn external(reads: &Reads, hints: &mut Vec<&'static str>) {
    let own: Vec<&'static str> = match reads {
        Reads::External(hint) => vec![hint],
        Reads::DataUrl | Reads::Quote(Form::DataUrl) | Reads::Part(Form::DataUrl) => vec![REMOTE_URL],
        Reads::Stored(stored, _) => stored.iter().map(|(_, hint)| *hint).collect(),
        _ => Vec::new(),
    };
    for hint in own {
        if !hints.contains(&hint) {
            hints.push(hint);
        }
    }
    for child in reads.children() {
        if let Child::Same(reads) = child {
            external(reads, hints);
        }
    }
}

fn object(of: &Object, at: &mut String, f: &mut dyn FnMut(&str, &Field)) {
    for member in of.members {
        inside(at, member.name, |at| {
            f(at, member);
            match &member.class {
                Class::Defines(target) => value(&target.reads, at, f),
                Class::Transport(Holds::Members(below)) | Class::Secret(Holds::Members(below)) => {
                    object(below, at, f);
                }
                _ => {}
            }
        });
    }
}

fn value(reads: &Reads, at: &mut String, f: &mut dyn FnMut(&str, &Field)) {
    for child in reads.children() {
        match child {
            Child::Same(reads) => value(reads, at, f),
            Child::Object(each) => kinds(&each, at, f),
            Child::Items(each) => inside(at, "*", |at| kinds(&each, at, f)),
        }
    }
}

fn kinds(each: &Each, at: &mut String, f: &mut dyn FnMut(&str, &Field)) {
    match each {
        Each::All(one) => object(one, at, f),
        Each::By { kinds: named, untagged, .. } => {
            if let Some(untagged) = untagged {
                kinds(untagged, at, f);
            }
            named.iter().for_each(|(_, each)| kinds(each, at, f));
        }
        Each::Having(named) => named.iter().for_each(|(_, each)| kinds(each, at, f)),
        Each::External(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::named;

    #[test]
    fn a_member_of_a_body_has_one_home_or_none() {
        let home = |adapter: &str, name| named(adapter).unwrap().home(name);
        assert_eq!(home("gemini", "temperature").as_deref(), Some("/generationConfig/temperature"));
        assert_eq!(home("chat", "strict").as_deref(), None, "tools and schemas have it");
        assert_eq!(home("chat", "no_such_member"), None);
    }

    #[test]
    fn external_state_says_how_to_bring_it_in() {
        let mut found = Vec::new();
        named("responses").unwrap().members(&mut |at, member| {
            if at == "/previous_response_id" || at == "/tools/*/container" {
                found.extend(member.external());
            }
        });
        assert!(found.len() >= 2 && found[0].starts_with("send the items"), "{found:?}");
    }
}
