//! Names places in words. It interprets nothing: it puts the format's own names in the order of a sentence.

use decl_core::{
    Value, quoted,
    schema::{DECLARATION, Member, PLACE, Shape},
};

/// The sections of a declaration in the order for people: what runs, on what, how. The canonical order is another.
pub const SECTIONS: [&str; 14] = [
    "v",
    "kind",
    "model",
    "instructions",
    "input",
    "context",
    "tools",
    "parameters",
    "constraints",
    "agent",
    "evaluation",
    "training",
    "environment",
    "ext",
];

/// The words for a member whose own name does not read well.
struct Word {
    member: &'static str,
    /// The member; empty if it goes without saying.
    whole: &'static str,
    /// One item of it, or one member of an open map; empty if it has none.
    item: &'static str,
    /// The member of an item that distinguishes items. A name replaces the number.
    label: &'static str,
}

const fn word(member: &'static str, whole: &'static str) -> Word {
    Word { member, whole, item: "", label: "" }
}

const fn items(member: &'static str, whole: &'static str, item: &'static str, label: &'static str) -> Word {
    Word { member, whole, item, label }
}

static WORDS: &[Word] = &[
    // sections
    word("v", "the version of the format"),
    word("context", ""),
    word("parameters", ""),
    word("constraints", ""),
    word("evaluation", ""),
    word("environment", ""),
    items("ext", "the extensions", "extension", ""),
    items("input", "the input", "message", "role"),
    items("instructions", "the instructions", "instruction", "role"),
    items("tools", "the tools", "tool", "name"),
    // closed maps
    word("t", "the type"),
    word("id", "the id of the call"),
    word("api", "the API"),
    word("uri", "the URI"),
    word("url", "the URL"),
    word("repo", "the repository"),
    word("args", "the arguments"),
    word("image", "the container image"),
    word("unset", "the parameters that are not set"),
    word("error", "the error flag"),
    word("placed", "the place in the prompt"),
    word("template", "the chat template"),
    word("resume-from", "the checkpoint to resume from"),
    // lists
    items("parts", "the parts", "part", "t"),
    items("items", "the items of context", "context item", "kind"),
    items("files", "the files", "file", "path"),
    items("adapters", "the adapters", "adapter", "name"),
    items("fallbacks", "the fallbacks", "fallback", ""),
    items("policies", "the policies", "policy", "name"),
    items("guardrails", "the guardrails", "guardrail", "name"),
    items("handoffs", "the handoffs", "handoff", ""),
    items("tasks", "the tasks", "task", "name"),
    items("samples", "the samples", "sample", ""),
    items("metrics", "the metrics", "metric", "name"),
    items("criteria", "the criteria", "criterion", "metric"),
    items("datasets", "the datasets", "dataset", "name"),
    items("stop", "the stop sequences", "stop sequence", ""),
    items("modalities", "the modalities", "modality", ""),
    // open maps
    items("set", "the parameters that are set", "parameter", ""),
    items("attrs", "the attributes", "attribute", ""),
    items("params", "the parameters", "parameter", ""),
    items("config", "the configuration", "setting", ""),
    items("settings", "the settings", "setting", ""),
    items("limits", "the limits", "limit", ""),
    items("safety", "the safety settings", "safety setting", ""),
    items("return", "what is returned with the output", "option", ""),
    items("tool-choice", "the choice of tools", "choice of tools", ""),
    items("hardware", "the hardware", "hardware", ""),
    items("fewshot", "the few-shot settings", "few-shot setting", ""),
    items("seeds", "the seeds", "seed", ""),
    items("hyperparameters", "the hyperparameters", "hyperparameter", ""),
];

/// Returns a place of a declaration in words: `the revision of the model`, `the content of part 1 (text) of message 2
/// (user)`, `parameter "temperature"`.
///
/// Words count from 1, pointers from 0. Names that the declarer chose are quoted, and long ones cut; a place deep
/// inside a map of such names is named by the first and the last of them. Only the pointer is exact.
pub fn words(document: &Value<'_>, at: &str) -> String {
    let mut tokens = at.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~"));
    let (mut shape, mut value, mut collection) = (&DECLARATION, Some(document), None);
    let mut phrases: Vec<String> = Vec::new();
    while let Some(token) = tokens.next() {
        match inside(shape, &token) {
            Inside::Member(next) => {
                let word = WORDS.iter().find(|word| word.member == token);
                let whole = word.map_or_else(|| format!("the {token}"), |word| word.whole.to_owned());
                phrases.extend((!whole.is_empty()).then_some(whole));
                value = value.and_then(|value| value.get(&token));
                (shape, collection) = (next, word.filter(|word| !word.item.is_empty()));
            }
            Inside::Item(next) => {
                value = match value {
                    Some(Value::Array(items)) => token.parse().ok().and_then(|i: usize| items.get(i)),
                    _ => None,
                };
                if collection.is_some() {
                    phrases.pop(); // the item's word names its list
                }
                phrases.push(item(collection.take(), &token, value));
                shape = next;
            }
            Inside::Name => {
                let mut outer = quoted(&token);
                if let Some(word) = collection {
                    phrases.pop();
                    outer = format!("{} {outer}", word.item);
                }
                phrases.push(match tokens.last() {
                    Some(last) => format!("{} in {outer}", quoted(&last)),
                    None => outer,
                });
                break;
            }
        }
    }
    if phrases.is_empty() {
        return "the declaration".to_owned();
    }
    phrases.reverse();
    phrases.join(" of ")
}

fn item(collection: Option<&Word>, token: &str, item: Option<&Value<'_>>) -> String {
    let number =
        token.parse().ok().and_then(|i: usize| i.checked_add(1)).map_or(token.to_owned(), |n| n.to_string());
    let Some(word) = collection else { return format!("item {number}") };
    let label = item.and_then(|item| item.get(word.label)).and_then(Value::as_str);
    match label {
        Some(name) if matches!(word.label, "name" | "path") => format!("{} {}", word.item, quoted(name)),
        Some(label) => format!("{} {number} ({})", word.item, label),
        None => format!("{} {number}", word.item),
    }
}

/// The target of a step.
enum Inside {
    /// A member of a closed map.
    Member(&'static Shape),
    /// An item of a list.
    Item(&'static Shape),
    /// A name that the declarer chose, or that the format does not have.
    Name,
}

fn inside(shape: &'static Shape, token: &str) -> Inside {
    let member = |members: &'static [Member]| members.iter().find(|member| member.name == token);
    let found = match shape {
        Shape::Map(members) => member(members),
        Shape::Cases(_, cases) => cases.iter().find_map(|(_, members)| member(members)),
        Shape::List(_, item) => return Inside::Item(item),
        Shape::Tuple([item, ..]) => return Inside::Item(item),
        Shape::Placed => return inside(&PLACE, token),
        Shape::Either(shapes) => {
            let found = shapes.iter().map(|shape| inside(shape, token));
            return found.into_iter().find(|found| !matches!(found, Inside::Name)).unwrap_or(Inside::Name);
        }
        _ => None,
    };
    found.map_or(Inside::Name, |member| Inside::Member(&member.shape))
}

#[cfg(test)]
mod tests {
    use super::*;
    use decl_core::{json::parse, schema::maps};

    #[test]
    fn places_have_words() {
        let document = parse(
            br#"{"input":[{"role":"user","parts":[{"t":"text"},{"t":"result","parts":[{"t":"image"}]}]}],
                "instructions":[{"role":"system","parts":[]}],
                "tools":[{"name":"search","t":"function"}],
                "context":{"items":[{"kind":"retrieved"}]},
                "model":{"weights":{"files":[{"path":"a/b.gguf"}]}},
                "evaluation":{"tasks":[{"name":"gsm8k"}],"criteria":[{"metric":"accuracy"}]}}"#,
        )
        .unwrap();
        for (at, want) in [
            ("", "the declaration"),
            ("/v", "the version of the format"),
            ("/model/revision", "the revision of the model"),
            ("/model/weights/files/0/digest", "the digest of file \"a/b.gguf\" of the weights of the model"),
            ("/model/fallbacks/1", "fallback 2 of the model"),
            ("/input/0", "message 1 (user)"),
            ("/input/9", "message 10"),
            ("/input/0/parts/0/content", "the content of part 1 (text) of message 1 (user)"),
            ("/input/0/parts/1/parts/0", "part 1 (image) of part 2 (result) of message 1 (user)"),
            ("/input/0/parts/0/attrs/x~1y", "attribute \"x/y\" of part 1 (text) of message 1 (user)"),
            ("/instructions/0/role", "the role of instruction 1 (system)"),
            ("/context/items/0/source/span", "the span of the source of context item 1 (retrieved)"),
            ("/context/items/0/placed/1", "item 2 of the place in the prompt of context item 1 (retrieved)"),
            ("/context/retrieval/params/k", "parameter \"k\" of the retrieval"),
            ("/tools/0/schema", "the schema of tool \"search\""),
            ("/tools/0/server/url", "the URL of the server of tool \"search\""),
            ("/parameters/set/temperature", "parameter \"temperature\""),
            (
                "/parameters/set/response_format/json_schema/strict",
                "\"strict\" in parameter \"response_format\"",
            ),
            ("/parameters/seed", "the seed"),
            ("/constraints/output/stop/0", "stop sequence 1 of the output"),
            ("/constraints/tool-choice", "the choice of tools"),
            ("/constraints/tool-choice/name", "choice of tools \"name\""),
            ("/environment/hardware/gpu", "hardware \"gpu\""),
            ("/environment/engine/version", "the version of the engine"),
            ("/evaluation/tasks/0/dataset/revision", "the revision of the dataset of task \"gsm8k\""),
            ("/evaluation/criteria/0/threshold", "the threshold of criterion 1 (accuracy)"),
            ("/ext/example.com~1v1#~1top_k", "extension \"example.com/v1#/top_k\""),
            ("/surprise/x", "\"x\" in \"surprise\""),
        ] {
            assert_eq!(words(&document, at), want, "{at}");
        }
        // Untrusted text is cut, escaped, and shows no secret.
        let at = ["/parameters/set/", &"k".repeat(100)].concat();
        assert_eq!(words(&document, &at), format!("parameter \"{}...\"", "k".repeat(60)));
        assert_eq!(words(&document, "/parameters/set/\u{1b}[2J"), "parameter \"\\u{1b}[2J\"");
    }

    #[test]
    fn every_section_has_its_place_and_every_word_its_member() {
        let Shape::Map(members) = &DECLARATION else { panic!("a map") };
        let mut sections = SECTIONS.to_vec();
        let mut known: Vec<&str> = members.iter().map(|member| member.name).collect();
        sections.sort_unstable();
        known.sort_unstable();
        assert_eq!(sections, known);
        let mut names = Vec::new();
        maps(&DECLARATION, &mut |members| names.extend(members.iter().map(|member| member.name)));
        for word in WORDS {
            assert!(names.contains(&word.member), "{}", word.member);
            assert!(word.label.is_empty() || names.contains(&word.label), "{}", word.label);
        }
    }
}
