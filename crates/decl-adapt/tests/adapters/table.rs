//! What every table must be, so that the reader can trust it.

use super::at;
use decl_adapt::{Child, Class, Each, Holds, Missing, Object, Pick, Reads, Target};
use decl_core::{Value, json};
use std::collections::BTreeSet;

#[test]
fn every_table_is_well_formed() {
    for (name, least) in decl_adapt::NAMES.iter().zip([250, 180, 140, 110, 50, 45]) {
        let adapter = decl_adapt::named(name).unwrap();
        assert_eq!(adapter.name, *name);
        let base = json::parse(adapter.body.base.as_bytes()).unwrap();
        assert_eq!(at(&base, "/environment/api/name").and_then(Value::as_str), Some(adapter.api));
        let authority = at(&base, "/model/authority").unwrap();
        let open = *authority == Value::map([("absent", Value::text("undisclosed"))]);
        assert!(authority.as_str() == Some(adapter.authority()) || open && *name == "lm-eval", "{name}");
        let mut names = BTreeSet::new();
        object(&adapter.body, &mut names);
        assert!(names.len() > least, "{name}: {} members of {names:?}", names.len());
    }
    assert!(decl_adapt::named("").is_none());
}

/// Places of a declaration or of a tool that no body can fill, so that an overlay may say otherwise than the tables.
const PRESUMED: [&str; 6] = [
    "/kind",
    "/model/authority",
    "/parameters/unset",
    "/environment/executor",
    "/environment/api/name",
    "/data",
];

/// The names that an open map refuses.
fn forbidden(name: &str) -> bool {
    let folded = name.to_ascii_lowercase().replace(['-', '_', '.', ' '], "");
    include_str!("../../../../vectors/names/artefacts.txt").lines().any(|line| line == name)
        || include_str!("../../../../vectors/names/secrets.txt").lines().any(|line| {
            match line.strip_prefix('*') {
                Some(end) => folded.ends_with(end),
                None => folded == line,
            }
        })
}

fn parses(said: &str) {
    assert!(matches!(json::parse(said.as_bytes()), Ok(Value::Map(_))), "{said}");
}

fn object(object: &Object, names: &mut BTreeSet<String>) {
    if !object.base.is_empty() {
        parses(object.base);
    }
    let mut places = BTreeSet::new();
    for member in object.members {
        assert!(!member.name.contains(['/', '~']), "{} would need escapes", member.name);
        names.insert(format!("{}/{}", object.rest, member.name));
        if let Class::Defines(target) = &member.class {
            assert!(target.to.is_empty() || target.to.starts_with('/'), "{}", target.to);
            let name = if target.called.is_empty() { member.name } else { target.called };
            assert!(places.insert(name), "{name} twice in {}", object.rest);
            assert!(!PRESUMED.contains(&target.to), "{name} in {} says what an overlay may", object.rest);
            assert!(!forbidden(name), "{name} in {} would be taken for an artefact or a secret", object.rest);
            reads(&target.reads, names);
        } else {
            assert!(places.insert(member.name), "{} twice in {}", member.name, object.rest);
        }
    }
}

/// What a message says of itself goes into the attributes of its first part: neither may say the other's.
#[test]
fn a_message_and_its_first_part_never_say_the_same_name() {
    let mut messages = 0;
    for name in decl_adapt::NAMES {
        let body = &decl_adapt::named(name).unwrap().body;
        for member in body.members {
            let Class::Defines(target) = &member.class else { continue };
            let mut kinds = Vec::new();
            turns(&target.reads, &mut kinds);
            for message in kinds {
                let base = json::parse(message.base.as_bytes()).unwrap();
                let Some(attrs) = base.get("attrs") else { continue };
                let mut own = BTreeSet::new();
                said(attrs, &mut own);
                let mut of_parts = BTreeSet::new();
                for member in message.members {
                    let Class::Defines(target) = &member.class else { continue };
                    own.insert(
                        if target.called.is_empty() { member.name } else { target.called }.to_string(),
                    );
                    if target.to.starts_with("/parts") {
                        part(&target.reads, &mut of_parts);
                    }
                }
                if let Some(attrs) = at(&base, "/parts/0/attrs") {
                    said(attrs, &mut of_parts);
                }
                assert!(!own.contains("parts"), "{name}: {} and what says that there are none", message.base);
                let both: Vec<_> = own.intersection(&of_parts).collect();
                assert!(both.is_empty(), "{name}: {both:?} in {}", message.base);
                messages += 1;
            }
        }
    }
    assert!(messages >= 15, "{messages} messages");
}

fn said(attrs: &Value<'_>, names: &mut BTreeSet<String>) {
    let Value::Map(attrs) = attrs else { panic!("no attributes") };
    names.extend(attrs.iter().map(|(name, _)| name.to_string()));
}

fn turns(reads: &Reads, kinds: &mut Vec<&'static Object>) {
    match reads {
        Reads::Turns { each, .. } => objects(each, kinds),
        Reads::Message(one) => kinds.push(one),
        Reads::Either(a, b) => [a, b].into_iter().for_each(|reads| turns(reads, kinds)),
        _ => {}
    }
}

fn objects(all: &Each, kinds: &mut Vec<&'static Object>) {
    match all {
        Each::All(one) => kinds.push(one),
        Each::By { kinds: named, untagged, .. } => {
            if let Some(one) = untagged {
                objects(one, kinds);
            }
            named.iter().for_each(|(_, one)| objects(one, kinds));
        }
        Each::Having(named) => named.iter().for_each(|(_, one)| objects(one, kinds)),
        Each::External(_) => {}
    }
}

/// The names that the first part can have in its attributes.
fn part(reads: &Reads, names: &mut BTreeSet<String>) {
    let one = |object: &'static Object, names: &mut BTreeSet<String>| {
        if !object.base.is_empty() {
            let base = json::parse(object.base.as_bytes()).unwrap();
            base.get("attrs").iter().for_each(|attrs| said(attrs, names));
        }
        for member in object.members {
            let Class::Defines(target) = &member.class else { continue };
            let name = if target.called.is_empty() { member.name } else { target.called };
            // What is mandatory and stands at a place of its own is never in the open map.
            let placed = !target.to.is_empty() && matches!(target.missing, Missing::Refused);
            let text =
                matches!(target.reads, Reads::Name | Reads::Text(_) | Reads::Either(Reads::Text(_), _));
            if object.rest == "/attrs" && !(placed && text) {
                names.insert(name.to_string());
            }
            part(&target.reads, names);
        }
    };
    match reads {
        Reads::Parts(each) | Reads::List(each) | Reads::InsideBy(each) => {
            let mut kinds = Vec::new();
            objects(each, &mut kinds);
            for object in kinds {
                one(object, names);
            }
        }
        Reads::Inside(object) | Reads::Item(object) => one(object, names),
        Reads::Part(_) => _ = names.insert("member".to_string()),
        Reads::Either(a, b) => [a, b].into_iter().for_each(|reads| part(reads, names)),
        Reads::Implies(more, how) => {
            let more = json::parse(more.as_bytes()).unwrap();
            more.get("attrs").iter().for_each(|attrs| said(attrs, names));
            part(how, names);
        }
        _ => {}
    }
}

fn each(all: &Each, names: &mut BTreeSet<String>) {
    if let Each::By { kinds, .. } = all {
        let bases = kinds.iter().filter_map(|(_, kind)| match kind {
            Each::All(object) => Some(object.base).filter(|base| !["", "{}"].contains(base)),
            _ => None,
        });
        let mut seen = BTreeSet::new();
        bases.for_each(|base| assert!(seen.insert(base), "two kinds begin as {base}"));
    }
    match all {
        Each::All(one) => object(one, names),
        Each::By { kinds, untagged, .. } => {
            if let Some(one) = untagged {
                each(one, names);
            }
            distinct(kinds);
            kinds.iter().for_each(|(_, one)| each(one, names));
        }
        Each::Having(kinds) => {
            distinct(kinds);
            kinds.iter().for_each(|(_, one)| each(one, names));
        }
        Each::External(_) => {}
    }
}

fn distinct<T>(kinds: &[(&str, T)]) {
    let names: BTreeSet<_> = kinds.iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), kinds.len(), "a kind twice in {names:?}");
}

fn reads(how: &Reads, names: &mut BTreeSet<String>) {
    match how {
        Reads::Groups(one) => {
            let base = json::parse(one.base.as_bytes()).unwrap();
            assert_eq!(base, Value::map([("items", Value::Array(Vec::new()))]));
            assert!(one.members.iter().all(|member| member.name != "items"));
        }
        Reads::Choice(ways) => distinct(ways),
        Reads::Implies(said, _) => parses(said),
        Reads::Like(known, _) => {
            distinct(known);
            known.iter().for_each(|(_, said)| parses(said));
        }
        Reads::Stored(stored, _) => distinct(stored),
        Reads::Picks(_, also) | Reads::Arguments(also) => picks(also, names),
        Reads::NamedDefinitions(whole) | Reads::Definitions(whole) => {
            parses(whole.base);
            assert!(at(&json::parse(whole.base.as_bytes()).unwrap(), "/definition").is_none());
            picks(whole.picks, names);
        }
        _ => {}
    }
    for child in how.children() {
        match child {
            Child::Same(how) => reads(how, names),
            Child::Object(all) | Child::Items(all) => each(&all, names),
        }
    }
}

fn picks(picks: &[Pick], names: &mut BTreeSet<String>) {
    for pick in picks {
        assert!(pick.of.iter().all(|of| of.is_empty() || of.starts_with('/')), "{:?}", pick.of);
        assert!(pick.to.starts_with('/'), "{}", pick.to);
        reads(&pick.reads, names);
    }
}

/// Nobody reads what stands in these but the caller. Everything else that is left out has a table, or no members.
#[test]
fn only_the_callers_own_maps_are_left_out_unread() {
    let mut free = BTreeSet::new();
    for name in decl_adapt::NAMES {
        decl_adapt::named(name).unwrap().members(&mut |at, member| match member.class {
            Class::Transport(Holds::Free) => _ = free.insert(at.to_string()),
            Class::Secret(Holds::Free) => panic!("{name}: {at} may hold what defines the run"),
            Class::Transport(Holds::Members(below)) | Class::Secret(Holds::Members(below)) => {
                assert!(below.base.is_empty(), "{name}: {at} says something by being there");
                assert!(below.members.iter().all(|member| !matches!(
                    member.class,
                    Class::Defines(Target { missing: Missing::Refused | Missing::External(_), .. })
                )));
            }
            _ => {}
        });
    }
    assert_eq!(free.into_iter().collect::<Vec<_>>(), ["/client_metadata", "/labels", "/metadata", "/trace"]);
}

/// Calls `f` with an object and with all that are in it.
fn every_object(object: &'static Object, f: &mut dyn FnMut(&'static Object)) {
    fn of_reads(reads: &'static Reads, f: &mut dyn FnMut(&'static Object)) {
        for child in reads.children() {
            match child {
                Child::Same(reads) => of_reads(reads, f),
                Child::Object(each) | Child::Items(each) => {
                    let mut kinds = Vec::new();
                    objects(&each, &mut kinds);
                    for object in kinds {
                        every_object(object, f);
                    }
                }
            }
        }
    }
    f(object);
    for member in object.members {
        match &member.class {
            Class::Defines(target) => of_reads(&target.reads, f),
            Class::Transport(Holds::Members(below)) | Class::Secret(Holds::Members(below)) => {
                every_object(below, f);
            }
            _ => {}
        }
    }
}

/// What such a tool shows the model is in no body, whoever the vendor is.
#[test]
fn a_tool_that_looks_at_a_screen_a_shell_files_or_a_memory_is_open() {
    const LOOKING: [&str; 6] = ["bash", "browser", "computer", "memory", "shell", "text_editor"];
    let mut open = BTreeSet::new();
    for name in decl_adapt::NAMES {
        every_object(&decl_adapt::named(name).unwrap().body, &mut |object| {
            let Ok(base) = json::parse(object.base.as_bytes()) else { return };
            if base.get("t").and_then(Value::as_str) != Some("hosted") {
                return;
            }
            let kinds = [at(&base, "/config/type"), base.get("name")];
            let is_looking = |kind: &&str| {
                LOOKING.iter().any(|looking| kind.starts_with(looking) || *kind == "local_shell")
            };
            if let Some(kind) = kinds.into_iter().flatten().filter_map(Value::as_str).find(is_looking) {
                let data = base.get("data").and_then(Value::as_str);
                assert_eq!(data, Some("open"), "{name}: {kind}");
                open.insert(format!("{name} {kind}"));
            }
        });
    }
    assert!(open.len() >= 17, "{open:?}");
}

#[test]
fn a_table_shows_every_member_with_its_class_and_its_place() {
    for name in decl_adapt::NAMES {
        let adapter = decl_adapt::named(name).unwrap();
        let shown = adapter.to_string();
        let mut names = BTreeSet::new();
        object(&adapter.body, &mut names);
        for name in names {
            let name = name.rsplit('/').next().unwrap();
            assert!(
                shown.lines().any(|line| line.trim_start().trim_end_matches('*').starts_with(name)),
                "{name} is not shown"
            );
        }
    }
    let line = |adapter: &str, start: &str| -> String {
        let shown = decl_adapt::named(adapter).unwrap().to_string();
        let line = shown.lines().find(|line| line.starts_with(start)).unwrap_or_else(|| panic!("{start}"));
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(line("chat", "chat"), "chat 1: openai.com/chat.completions");
    assert_eq!(line("chat", "model"), "model* D name -> /model/name");
    assert_eq!(line("chat", "temperature"), "temperature D as it is -> /parameters/set/temperature");
    assert_eq!(line("chat", "stream"), "stream T");
    assert_eq!(
        line("chat", "messages"),
        "messages* D messages, leading system and developer -> /instructions, others -> /input"
    );
    assert_eq!(line("anthropic", "fallback_credit_token"), "fallback_credit_token S members");
    assert_eq!(line("anthropic", "    X"), "X send the messages of the thread");
    assert_eq!(line("chat", "data_sources").get(..14), Some("data_sources X"));
    assert_eq!(line("responses", "  [type message]"), "[type message]");
    assert_eq!(line("gemini", "  seed"), "seed D an integer, also as text -> /parameters/seed");
    assert_eq!(line("lm-eval", "configs"), "configs* D items by name -> /evaluation/tasks");
    assert_eq!(line("lm-eval", "  all of"), "all of it: content, JSON in the order given -> /definition");
    assert_eq!(
        line("lm-eval", "  also test_split"),
        "also test_split or validation_split: name -> /dataset/split"
    );
    assert_eq!(line("lm-eval", "results"), "results A take it out: it came out of the run");
    assert!(line("lm-eval", "    like local-*").ends_with(r#"also {"model": {"authority": "local"}}"#));
    assert_eq!(
        line("helm", "  input_prefix"),
        "input_prefix D part of content, JSON -> /evaluation/tasks/0/definition/json/adapter_spec/input_prefix"
    );
}
