//! `declaration-v1.cddl`, member by member. Members stand in canonical order: shorter names first, then bytewise.

#![cfg_attr(not(test), expect(clippy::enum_glob_use, reason = "the tables read like the CDDL"))]

use super::shape::{
    Guard::{Artefacts, ArtefactsOnTop, Nothing},
    Member,
    Shape::{self, *},
    member, only, optional,
};
use alloc::vec::Vec;

/// A declaration of version 1.
pub static DECLARATION: Shape = Map(&[
    member("v", Version("ai-run-declaration/1")),
    member("ext", Ext),
    member("kind", Choice(KINDS)),
    only("agent-step", "agent", AGENT),
    member("input", List(0, &MESSAGE)),
    member("model", MODEL),
    member("tools", List(0, &TOOL)),
    member("context", CONTEXT),
    only("train", "training", TRAINING),
    only("evaluate", "evaluation", EVALUATION),
    member("parameters", PARAMETERS),
    member("constraints", CONSTRAINTS),
    member("environment", ENVIRONMENT),
    member("instructions", List(0, &MESSAGE)),
]);

/// The kinds of declarations.
pub const KINDS: &[&str] = &["generate", "embed", "agent-step", "evaluate", "train"];

// ---- shared ---------------------------------------------------------------------------------------------

pub(super) const CONTENT: Shape = Content("application/json");
const SCHEMA: Shape = Content("application/schema+json");
const NAME_OR_ABSENT: Shape = Either(&[Name, Absent]);
const IDENTIFIER_OR_ABSENT: Shape = Either(&[Identifier, Absent]);
const CONTENT_OR_ABSENT: Shape = Either(&[CONTENT, Absent]);
const SCHEMA_OR_ABSENT: Shape = Either(&[SCHEMA, Absent]);
const DIGEST_OR_ABSENT: Shape = Either(&[Digest, Absent]);
const DIGEST_CONTENT_OR_ABSENT: Shape = Either(&[Digest, CONTENT, Absent]);

pub(super) static ABSENT: &[Member] = &[member("absent", Choice(&["none", "default", "undisclosed"]))];
pub(super) static DIGEST: &[Member] = &[
    member("alg", Choice(&["sha256", "sha512", "sha1-git", "sha256-git", "blake3"])),
    member("value", DigestValue),
];
pub(super) static PLAIN_REFERENCE: &[Member] =
    &[member("b3", Bytes32), member("len", Uint), member("type", Media)];
pub(super) static KEYED_REFERENCE: &[Member] =
    &[member("kb3", Bytes32), member("key", Name), member("type", Media)];

/// Content by value. If a map has several of these members, the first counts.
pub(super) static SOURCES: &[(&str, &[Member])] = &[
    ("file", &[member("file", Text), optional("type", Media)]),
    ("json", &[member("json", Json), optional("type", Media)]),
    ("text", &[member("text", Text), optional("type", Media)]),
    ("base64", &[member("type", Media), member("base64", Base64)]),
];

/// The place of a context item: section, message, part.
pub static PLACE: Shape = Tuple(&[Choice(&["instructions", "input"]), Uint, Uint]);

static FILE: Shape = Map(&[member("len", Uint), member("path", Name), member("digest", Digest)]);
static NAMED_CONTENT: Shape = Map(&[member("name", Name), member("content", CONTENT)]);
static NAME: Shape = Name;
static TEXT: Shape = Text;
static UINT: Shape = Uint;

// ---- model ----------------------------------------------------------------------------------------------

const MODEL: Shape = Map(&[
    member("name", Name),
    member("weights", Either(&[WEIGHTS, Absent])),
    member("adapters", List(0, &ADAPTER)),
    member("revision", NAME_OR_ABSENT),
    member("template", CONTENT_OR_ABSENT),
    member("authority", Dns),
    member("fallbacks", List(0, &NAME)),
    member("tokenizer", DIGEST_CONTENT_OR_ABSENT),
]);

const WEIGHTS: Shape =
    Map(&[member("files", List(1, &FILE)), member("format", Name), member("quantization", NAME_OR_ABSENT)]);

static ADAPTER: Shape = Map(&[member("name", Name), member("files", List(1, &FILE)), member("scale", Num)]);

// ---- messages -------------------------------------------------------------------------------------------

/// A message: its role and its parts.
pub static MESSAGE: Shape = Map(&[
    member("role", Choice(&["system", "developer", "user", "assistant", "tool"])),
    member("parts", List(0, &PART)),
]);

const ATTRS: Shape = Open(Artefacts);

/// A part of a message, by its type.
pub static PART: Shape = Cases(
    "t",
    &[
        (&["text"], &[member("t", Text), member("attrs", ATTRS), member("content", CONTENT)]),
        (
            &["image", "audio", "video", "file"],
            &[member("t", Text), member("attrs", ATTRS), member("content", CONTENT)],
        ),
        (
            &["call"],
            &[
                member("t", Text),
                member("id", IDENTIFIER_OR_ABSENT),
                member("args", CONTENT),
                member("name", Name),
                member("attrs", ATTRS),
            ],
        ),
        (
            &["result"],
            &[
                member("t", Text),
                member("id", IDENTIFIER_OR_ABSENT),
                member("attrs", ATTRS),
                member("error", Bool),
                member("parts", List(0, &PART)),
            ],
        ),
        (
            &["opaque"],
            &[
                member("t", Text),
                member("attrs", ATTRS),
                member("content", CONTENT),
                member("authority", Dns),
            ],
        ),
    ],
);

// ---- context --------------------------------------------------------------------------------------------

const CONTEXT: Shape = Map(&[
    member("items", List(0, &CONTEXT_ITEM)),
    member("history", Either(&[HISTORY, Absent])),
    member("retrieval", Either(&[RETRIEVAL, Absent])),
]);

static CONTEXT_ITEM: Shape = Map(&[
    member("kind", Choice(&["retrieved", "memory", "file", "example", "resource", "prior-output"])),
    member("placed", Either(&[Placed, Absent])),
    member(
        "source",
        Map(&[
            member("uri", IDENTIFIER_OR_ABSENT),
            member("span", Either(&[Tuple(&[Uint, Uint]), Absent])),
            member("digest", DIGEST_CONTENT_OR_ABSENT),
        ]),
    ),
    member("content", CONTENT),
]);

const HISTORY: Shape = Map(&[
    member("params", Open(Artefacts)),
    member("policy", Choice(&["full", "window", "summary", "compaction"])),
]);

const RETRIEVAL: Shape = Map(&[
    member("index", Map(&[member("name", Name), member("snapshot", DIGEST_OR_ABSENT)])),
    member("query", CONTENT),
    member("params", Open(Artefacts)),
    member("embedder", Either(&[Map(&[member("name", Name), member("revision", NAME_OR_ABSENT)]), Absent])),
]);

// ---- tools ----------------------------------------------------------------------------------------------

static TOOL: Shape = Map(&[
    member("t", Choice(&["function", "custom", "hosted", "mcp"])),
    member("data", Choice(&["closed", "open"])),
    member("name", Name),
    member("config", Open(Artefacts)),
    member("schema", SCHEMA_OR_ABSENT),
    member("server", Either(&[SERVER, Absent])),
    member("description", CONTENT_OR_ABSENT),
    member("implementation", DIGEST_CONTENT_OR_ABSENT),
]);

const SERVER: Shape = Map(&[
    member("url", IDENTIFIER_OR_ABSENT),
    member("label", Name),
    member("listing", CONTENT_OR_ABSENT),
    member("protocol", NAME_OR_ABSENT),
]);

// ---- parameters and constraints -------------------------------------------------------------------------

const PARAMETERS: Shape = Map(&[
    member("set", Open(Artefacts)),
    member("seed", Either(&[Int, Absent])),
    member("unset", Either(&[Choice(&["executor-default", "exhaustive"]), CONTENT])),
]);

const CONSTRAINTS: Shape = Map(&[
    member("limits", Open(Artefacts)),
    member("output", OUTPUT),
    member("region", NAME_OR_ABSENT),
    member("safety", Open(ArtefactsOnTop)),
    member("policies", List(0, &NAMED_CONTENT)),
    member("tool-choice", Either(&[Text, Absent, Open(Nothing)])),
]);

const OUTPUT: Shape = Map(&[
    member("stop", List(0, &TEXT)),
    member("format", Name),
    member("return", Open(Nothing)),
    member("schema", SCHEMA_OR_ABSENT),
    member("modalities", List(0, &NAME)),
]);

// ---- environment ----------------------------------------------------------------------------------------

const ENVIRONMENT: Shape = Map(&[
    member("api", Either(&[Map(&[member("name", Name), member("version", NAME_OR_ABSENT)]), Absent])),
    member("code", CODE_OR_ABSENT),
    member("image", DIGEST_OR_ABSENT),
    member(
        "engine",
        Either(&[
            Map(&[
                member("name", Name),
                member("digest", DIGEST_OR_ABSENT),
                member("version", NAME_OR_ABSENT),
            ]),
            Absent,
        ]),
    ),
    member("executor", Choice(&["hosted", "local"])),
    member("hardware", Either(&[Absent, Open(Nothing)])),
    member("packages", CONTENT_OR_ABSENT),
    member("settings", Open(Artefacts)),
]);

const CODE_OR_ABSENT: Shape = Either(&[Map(&[member("repo", Name), member("commit", Digest)]), Absent]);

// ---- kinds ----------------------------------------------------------------------------------------------

const AGENT: Shape = Map(&[
    member("name", Name),
    member("step", Name),
    member("handoffs", List(0, &NAME)),
    member("settings", Open(Artefacts)),
    member("definition", CONTENT_OR_ABSENT),
    member("guardrails", List(0, &NAMED_CONTENT)),
]);

const EVALUATION: Shape = Map(&[
    member("seeds", Open(Nothing)),
    member("tasks", List(1, &TASK)),
    member("harness", Map(&[member("code", CODE_OR_ABSENT), member("name", Name), member("version", Name)])),
    member("metrics", List(0, &METRIC)),
    member("criteria", List(0, &CRITERION)),
]);

static TASK: Shape = Map(&[
    member("name", Name),
    member(
        "dataset",
        Map(&[
            member("name", Name),
            member("split", Name),
            member("config", NAME_OR_ABSENT),
            member("digest", DIGEST_CONTENT_OR_ABSENT),
            member("revision", NAME_OR_ABSENT),
        ]),
    ),
    member("fewshot", Open(Nothing)),
    member("repeats", Uint),
    member("samples", Either(&[Choice(&["all"]), List(0, &UINT), Uint])),
    member("version", NAME_OR_ABSENT),
    member("definition", CONTENT),
]);

static METRIC: Shape =
    Map(&[member("name", Name), member("params", Open(Artefacts)), member("definition", CONTENT_OR_ABSENT)]);

static CRITERION: Shape = Map(&[
    member("metric", Name),
    member("threshold", Num),
    member("comparator", Choice(&[">=", ">", "<=", "<", "=="])),
]);

const TRAINING: Shape = Map(&[
    member("seeds", Open(Nothing)),
    member("method", Name),
    member("datasets", List(1, &DATASET)),
    member("resume-from", DIGEST_OR_ABSENT),
    member("hyperparameters", Open(Nothing)),
]);

static DATASET: Shape = Map(&[
    member("name", Name),
    member("split", Name),
    member("digest", DIGEST_CONTENT_OR_ABSENT),
    member("revision", NAME_OR_ABSENT),
]);

/// Calls `f` for every closed map that a value of this shape can have, once for each table.
pub fn maps(shape: &'static Shape, f: &mut dyn FnMut(&'static [Member])) {
    fn visit(shape: &'static Shape, seen: &mut Vec<*const Shape>, f: &mut dyn FnMut(&'static [Member])) {
        if seen.contains(&core::ptr::from_ref(shape)) {
            return;
        }
        seen.push(shape);
        let mut map = |members: &'static [Member]| {
            f(members);
            for member in members {
                visit(&member.shape, seen, f);
            }
        };
        match shape {
            Map(members) => map(members),
            Cases(_, cases) => cases.iter().for_each(|(_, members)| map(members)),
            Digest => map(DIGEST),
            Absent => map(ABSENT),
            Content(_) => [PLAIN_REFERENCE, KEYED_REFERENCE].into_iter().for_each(map),
            Body(kinds) => kinds.iter().for_each(|kind| visit(&kind.body, seen, f)),
            Tuple(items) | Either(items) => items.iter().for_each(|item| visit(item, seen, f)),
            List(_, item) => visit(item, seen, f),
            _ => {}
        }
    }
    visit(shape, &mut Vec::new(), f);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::key_order;

    #[test]
    fn members_of_content_by_value_stand_in_canonical_order() {
        let ordered = |members: &[Member]| members.is_sorted_by(|a, b| key_order(a.name, b.name).is_lt());
        assert!(SOURCES.iter().all(|(_, members)| ordered(members)));
    }
}
