//! Every member that a table names.

use super::table::{Adapter, Class, Each, Form, Member, Missing, Object, Reads, Target};
use crate::fault::inside;
use alloc::{collections::BTreeMap, string::String, vec::Vec};

impl Adapter {
    /// Calls `f` with every member at every depth and its place in a body: a JSON pointer, `*` for any item of a list.
    /// Members that several kinds of objects have come once for each.
    pub fn members(&self, f: &mut dyn FnMut(&str, &Member)) {
        object(&self.body, &mut String::new(), f);
    }

    /// The names that it has only for secrets and for state that lives elsewhere.
    pub(super) fn kept_out(&self) -> BTreeMap<&'static str, Class> {
        let mut names: BTreeMap<&'static str, Option<Class>> = BTreeMap::new();
        self.members(&mut |_, member| {
            let class = match member.class {
                class @ (Class::Secret | Class::External(_)) => Some(class),
                Class::Defines(Target { reads: Reads::External(hint), .. }) => Some(Class::External(hint)),
                _ => None,
            };
            let known = names.entry(member.name).or_insert(class);
            *known = known.and(class);
        });
        names.into_iter().filter_map(|(name, class)| Some((name, class?))).collect()
    }

    /// The one place of a body that takes a member of this name; none if several do.
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

/// How to bring in what a URL points to.
pub(super) const REMOTE_URL: &str = "send the bytes: data:TYPE;base64,BYTES";

impl Member {
    /// How to bring in the state that this member, or its lack, leaves elsewhere; each way once.
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
            Class::Transport | Class::Secret | Class::Artefact(_) => {}
        }
        hints
    }
}

fn external(reads: &Reads, hints: &mut Vec<&'static str>) {
    match reads {
        Reads::External(hint) if !hints.contains(hint) => hints.push(hint),
        Reads::DataUrl | Reads::Quote(Form::DataUrl) | Reads::Part(Form::DataUrl) => hints.push(REMOTE_URL),
        Reads::Either(text, other) => {
            external(text, hints);
            external(other, hints);
        }
        Reads::Choice(ways) => ways.iter().for_each(|(_, reads)| external(reads, hints)),
        Reads::Says(_, reads) | Reads::Like(_, reads) | Reads::Picks(reads, _) => external(reads, hints),
        _ => {}
    }
}

fn object(object: &Object, at: &mut String, f: &mut dyn FnMut(&str, &Member)) {
    for member in object.members {
        inside(at, member.name, |at| {
            f(at, member);
            if let Class::Defines(target) = &member.class {
                value(&target.reads, at, f);
            }
        });
    }
}

fn value(reads: &Reads, at: &mut String, f: &mut dyn FnMut(&str, &Member)) {
    match reads {
        Reads::Inside(below) | Reads::Item(below) | Reads::Message(below) => object(below, at, f),
        Reads::InsideBy(each) => kinds(each, at, f),
        Reads::Groups(below) => inside(at, "*", |at| object(below, at, f)),
        Reads::List(each)
        | Reads::Parts(each)
        | Reads::Sifted(each)
        | Reads::Said(_, each)
        | Reads::Turns { each, .. } => {
            inside(at, "*", |at| kinds(each, at, f));
        }
        Reads::Either(text, other) => {
            value(text, at, f);
            value(other, at, f);
        }
        Reads::Choice(ways) => ways.iter().for_each(|(_, reads)| value(reads, at, f)),
        Reads::Says(_, reads) | Reads::Like(_, reads) | Reads::Picks(reads, _) => value(reads, at, f),
        _ => {}
    }
}

fn kinds(each: &Each, at: &mut String, f: &mut dyn FnMut(&str, &Member)) {
    match each {
        Each::All(one) => object(one, at, f),
        Each::By { kinds: named, untagged, .. } => {
            if let Some(untagged) = untagged {
                kinds(untagged, at, f);
            }
            named.iter().for_each(|(_, each)| kinds(each, at, f));
        }
        Each::Having(named) => named.iter().for_each(|(_, each)| kinds(each, at, f)),
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
        let mut found = alloc::vec::Vec::new();
        named("responses").unwrap().members(&mut |at, member| {
            if at == "/previous_response_id" || at == "/tools/*/container" {
                found.extend(member.external());
            }
        });
        assert!(found.len() >= 2 && found[0].starts_with("send the items"), "{found:?}");
    }
}
