//! The tables beside the vendors' own SDKs: `sdk/` has every type of object that each lets a request have, as
//! `tools/sdk-members.py` writes it. Both are walked together, kind by kind.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, its helpers too; the counts are worth reading"
)]

use decl_adapt::{Child, Class, Each, Form, Holds, Object, Reads, named};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

/// Members that a table lacks on purpose, and why: the type that has them in the SDK, and the member.
const ON_PURPOSE: &[(&str, &str, &str, &str)] = &[(
    "anthropic",
    "BetaSystemMessageParam",
    "clear_at",
    "when the vendor takes an instruction back is not documented well enough",
)];

/// A type of objects in an SDK.
#[derive(Default)]
struct Kind<'s> {
    /// The members whose text tells it, with their texts.
    tags: BTreeMap<&'s str, Vec<&'s str>>,
    /// Its members, each with the types that it can have; a star is a list.
    members: Vec<(&'s str, Vec<&'s str>)>,
}

/// A walk over an SDK and a table.
struct Walk<'s> {
    kinds: BTreeMap<&'s str, Kind<'s>>,
    seen: BTreeSet<(usize, &'s str)>,
    compared: usize,
    lacking: BTreeSet<(&'s str, &'s str)>,
}

#[test]
fn a_table_has_every_member_of_every_kind_that_the_sdk_has() {
    for (api, least) in [("chat", 140), ("responses", 550), ("anthropic", 800), ("gemini", 300)] {
        let path = format!("{}/tests/sdk/{api}.txt", env!("CARGO_MANIFEST_DIR"));
        let text = fs::read_to_string(path).unwrap();
        let (version, kinds) = text.split_once('\n').unwrap();
        let mut walk =
            Walk { kinds: parse(kinds), seen: BTreeSet::new(), compared: 0, lacking: BTreeSet::new() };
        walk.object(&named(api).unwrap().body, "Request");
        println!("{api}: {} members of kinds of {}", walk.compared, &version[2..]);
        assert!(walk.compared > least, "{api}: {}", walk.compared);
        let on_purpose: BTreeSet<_> = ON_PURPOSE
            .iter()
            .filter(|(of, ..)| *of == api)
            .map(|(_, kind, member, _)| (*kind, *member))
            .collect();
        let missing: Vec<_> = walk.lacking.difference(&on_purpose).collect();
        assert!(missing.is_empty(), "{api} lacks {} members: {missing:#?}", missing.len());
        let needless: Vec<_> = on_purpose.difference(&walk.lacking).collect();
        assert!(needless.is_empty(), "{api} has these, or the SDK does not: {needless:#?}");
    }
}

fn parse(text: &str) -> BTreeMap<&str, Kind<'_>> {
    let mut kinds: BTreeMap<&str, Kind<'_>> = BTreeMap::new();
    let mut last = "";
    for line in text.lines() {
        let mut words = line.trim_start().split(' ');
        let name = words.next().unwrap();
        if line.starts_with(' ') {
            kinds.get_mut(last).unwrap().members.push((name, words.collect()));
        } else {
            last = name;
            let tags = words.map(|tag| tag.split_once('=').unwrap());
            let tags = tags.map(|(tag, texts)| (tag, texts.split('|').collect())).collect();
            assert!(kinds.insert(name, Kind { tags, members: Vec::new() }).is_none(), "{name} twice");
        }
    }
    kinds
}

impl<'s> Walk<'s> {
    /// Compares an object of a table with the type of the SDK that it is.
    fn object(&mut self, object: &'static Object, kind: &'s str) {
        if !self.seen.insert((std::ptr::from_ref(object).addr(), kind)) {
            return;
        }
        for (name, types) in self.kinds[kind].members.clone() {
            self.compared += 1;
            let tells = self.kinds[kind].tags.contains_key(name);
            match object.members.iter().find(|member| member.name == name).map(|member| &member.class) {
                None if tells => {} // a table has the kinds, not the member
                None => drop(self.lacking.insert((kind, name))),
                Some(Class::Defines(target)) => {
                    for of in types {
                        if !self.value(&target.reads, of) {
                            self.lacking.insert((kind, name));
                        }
                    }
                }
                Some(Class::Transport(Holds::Members(below)) | Class::Secret(Holds::Members(below))) => {
                    for of in types {
                        self.object(below, of);
                    }
                }
                Some(_) => {}
            }
        }
    }

    /// Compares a value of this type as a table reads it. Returns whether the table reads such a value.
    fn value(&mut self, reads: &'static Reads, of: &'s str) -> bool {
        if let Reads::Either(_, other) = reads {
            return self.value(other, of); // the first is text
        }
        if let Reads::External(_) = reads {
            return true;
        }
        let alone = matches!(reads, Reads::Filtered(_) | Reads::Quote(Form::Filtered(_))); // an object too
        let children = reads.children();
        let mut known = children.is_empty();
        for child in children {
            known |= match (child, of.strip_prefix('*')) {
                (Child::Same(reads), _) => self.value(reads, of),
                (Child::Items(each), Some(item)) if !item.starts_with('*') => self.kind(each, item),
                (Child::Object(each), None) => self.kind(each, of),
                (Child::Items(each), None) if alone => self.kind(each, of),
                _ => false,
            };
        }
        known
    }

    /// Compares a type with the kind that it is among these. Returns whether there is one.
    fn kind(&mut self, each: Each, of: &'s str) -> bool {
        match each {
            Each::All(object) => {
                self.object(object, of);
                true
            }
            Each::External(_) => true,
            Each::By { tag, kinds, untagged } => match self.kinds[of].tags.get(tag).cloned() {
                Some(texts) => texts.into_iter().all(|text| {
                    let named = kinds.iter().find(|(name, _)| *name == text);
                    named.is_some_and(|(_, each)| self.kind(*each, of))
                }),
                None => match untagged {
                    Some(each) => self.kind(*each, of),
                    None => {
                        kinds.iter().map(|(_, each)| self.kind(*each, of)).fold(false, |any, one| any | one)
                    }
                },
            },
            Each::Having(kinds) => self.having(kinds, of),
        }
    }

    /// Compares a type with kinds that the presence of a member tells. The SDK has one type for all of them, so each of
    /// its members is one of some kind.
    fn having(&mut self, kinds: &'static [(&'static str, Each)], of: &'s str) -> bool {
        let mut lacking = std::mem::take(&mut self.lacking);
        let mut of_all: Option<BTreeSet<_>> = None;
        for (_, each) in kinds {
            self.kind(*each, of);
            let (own, inside): (BTreeSet<_>, _) =
                std::mem::take(&mut self.lacking).into_iter().partition(|(kind, _)| *kind == of);
            lacking.extend::<BTreeSet<_>>(inside);
            of_all = Some(of_all.map_or(own.clone(), |all| all.intersection(&own).copied().collect()));
        }
        self.lacking = lacking;
        self.lacking.extend(of_all.unwrap_or_default());
        true
    }
}
