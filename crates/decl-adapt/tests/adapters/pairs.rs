//! Of every object of every table: every member and every pair of members, over small values. The two ways of a body
//! agree to the byte, and two bodies share an identity only if the table says that they are the same.
//!
//! `DECL_TEST_PAIRS` is how many bodies of pairs an object may have at most, roughly; more for a long run.

use super::{
    both::two_ways,
    stated,
    values::{Sample, minimal, objects_of, values},
};
use decl_adapt::{Adapter, Class, Each, Form, Holds, Mapping, Object, Options, Reads};
use decl_core::{Identity, Value, json};
use std::collections::{HashMap, HashSet};

/// A part of a body around the object that is tried.
type Frame<'f> = &'f dyn Fn(Sample) -> Sample;

/// What was tried of one table.
struct Tried {
    adapter: &'static Adapter,
    options: Options<'static>,
    budget: usize,
    objects: usize,
    bodies: usize,
    declared: usize,
    /// Of each identity: what its body says, and the body.
    identities: HashMap<Identity, (Identity, String)>,
    /// Of what a body says: its identity.
    sayings: HashMap<Identity, Identity>,
    /// What is left out, or becomes content, was tried at one place.
    seen: HashSet<String>,
    /// What was not as it has to be.
    wrong: Vec<String>,
}

impl Tried {
    fn of(name: &'static str) -> Self {
        let budget = std::env::var("DECL_TEST_PAIRS").ok().and_then(|text| text.parse().ok());
        let mut tried = Self {
            adapter: decl_adapt::named(name).unwrap(),
            options: stated(name),
            budget: budget.unwrap_or(1_000),
            objects: 0,
            bodies: 0,
            declared: 0,
            identities: HashMap::new(),
            sayings: HashMap::new(),
            seen: HashSet::new(),
            wrong: Vec::new(),
        };
        let body = &tried.adapter.body;
        tried.object(body, &[], &|said| said);
        println!(
            "{name}: {} objects, {} bodies tried both ways, {} declared, {} identities",
            tried.objects,
            tried.bodies,
            tried.declared,
            tried.identities.len()
        );
        assert!(
            tried.wrong.is_empty(),
            "{name}: {} wrong:\n{}",
            tried.wrong.len(),
            tried.wrong[..tried.wrong.len().min(40)].join("\n")
        );
        tried
    }

    /// Tries an object, told by these tags, and the objects in it.
    fn object(&mut self, object: &'static Object, tags: &[(&'static str, Sample)], frame: Frame<'_>) {
        self.objects += 1;
        let plain = minimal(object, tags);
        self.body(frame(plain.clone()));
        let mapping = self.adapter.mapping;
        let members: Vec<(&str, Vec<Sample>)> = object
            .members
            .iter()
            .filter(|member| tags.iter().all(|(tag, _)| *tag != member.name))
            .map(|member| (member.name, values(&member.class, mapping, 2)))
            .collect();
        for (name, values) in &members {
            self.body(frame(plain.without(name)));
            for value in values {
                let with = plain.with(name, value);
                if mapping == Mapping::Proto {
                    self.body(frame(with.respelled(name, &in_snake_case(name))));
                }
                self.body(frame(with));
            }
        }
        let pairs = members.len() * members.len().saturating_sub(1) / 2;
        let most = (self.budget / pairs.max(1)).isqrt().max(2);
        for (i, (name, values)) in members.iter().enumerate() {
            for (other, others) in &members[i + 1..] {
                for value in values.iter().take(most) {
                    let with = plain.with(name, value);
                    for other_value in others.iter().take(most) {
                        self.body(frame(with.with(other, other_value)));
                    }
                }
            }
        }
        for member in object.members {
            let around = |said: Sample| frame(plain.with(member.name, &said));
            match &member.class {
                Class::Defines(target) => self.inside(&target.reads, &around),
                Class::Transport(Holds::Members(object)) | Class::Secret(Holds::Members(object))
                    if self.is_new(object) =>
                {
                    self.object(object, &[], &|said| around(said.left_out()));
                }
                _ => {}
            }
        }
    }

    /// Is this the first place of an object that stands in many, and is read in the same way in all of them?
    fn is_new(&mut self, object: &Object) -> bool {
        let names = object.members.iter().flat_map(|member| [",", member.name]);
        self.seen.insert([object.base, object.rest].into_iter().chain(names).collect())
    }

    /// Tries the objects that a value read in this way can hold.
    fn inside(&mut self, reads: &'static Reads, frame: Frame<'_>) {
        let listed = |said: Sample| frame(Sample::list([said]));
        match reads {
            Reads::Inside(object) | Reads::Item(object) | Reads::Message(object) => {
                self.object(object, &[], frame);
            }
            Reads::InsideBy(each) => self.kinds(each, &[], frame),
            Reads::Groups(object) => self.object(object, &[], &listed),
            Reads::List(each)
            | Reads::Parts(each)
            | Reads::FirstMessage(_, each)
            | Reads::Turns { each, .. } => {
                self.kinds(each, &[], &listed);
            }
            Reads::Filtered(each) | Reads::Quote(Form::Filtered(each)) => {
                for (object, tags) in objects_of(each, &[]) {
                    if self.is_new(object) {
                        self.object(object, &tags, frame);
                        self.object(object, &tags, &listed);
                    }
                }
            }
            Reads::Either(text, other) => {
                self.inside(text, frame);
                self.inside(other, frame);
            }
            Reads::Choice(ways) => ways.iter().for_each(|(_, reads)| self.inside(reads, frame)),
            Reads::Implies(_, reads)
            | Reads::Like(_, reads)
            | Reads::Picks(reads, _)
            | Reads::Stored(_, reads)
            | Reads::Searched(reads)
            | Reads::Spelled(_, reads) => {
                self.inside(reads, frame);
            }
            _ => {}
        }
    }

    fn kinds(&mut self, each: &'static Each, tags: &[(&'static str, Sample)], frame: Frame<'_>) {
        for (object, tags) in objects_of(each, tags) {
            self.object(object, &tags, frame);
        }
    }

    /// Tries one body.
    fn body(&mut self, said: Sample) {
        let text = json::minimal(&said.wire);
        self.bodies += 1;
        let source = match two_ways(self.adapter, &text, &self.options) {
            Err(differ) => return self.wrong.push(differ),
            Ok(Err(_)) => return,
            Ok(Ok(source)) => source,
        };
        self.declared += 1;
        let says = json::minimal(&said.says.unwrap_or(Value::Null));
        let digest = Identity::of(says.as_bytes());
        let identity = source.declaration.identity();
        let (other, body) = self.identities.entry(identity).or_insert_with(|| (digest, text.clone()));
        if *other != digest {
            self.wrong.push(format!("one identity for two runs:\n    {body}\n    {text}"));
        } else if *self.sayings.entry(digest).or_insert(identity) != identity {
            self.wrong.push(format!("two identities for one run:\n    {text}\n    which says {says}"));
        }
    }
}

fn in_snake_case(name: &str) -> String {
    let snake = |c: char| {
        if c.is_ascii_uppercase() { format!("_{}", c.to_ascii_lowercase()) } else { c.into() }
    };
    name.chars().map(snake).collect()
}

macro_rules! every_pair {
    ($($test:ident $name:literal $objects:literal $declared:literal)*) => {$(
        #[test]
        fn $test() {
            let tried = Tried::of($name);
            assert!(tried.objects >= $objects, "{} objects", tried.objects);
            assert!(tried.declared >= $declared, "{} declared", tried.declared);
        }
    )*};
}

every_pair! {
    every_pair_of_chat "chat" 150 100_000
    every_pair_of_responses "responses" 250 100_000
    every_pair_of_anthropic "anthropic" 300 80_000
    every_pair_of_gemini "gemini" 130 40_000
    every_pair_of_lm_eval "lm-eval" 2 2_000
    every_pair_of_helm "helm" 5 2_500
}
