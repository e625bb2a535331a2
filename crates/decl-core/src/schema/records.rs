//! `records.cddl`, member by member: supplements and events. Members stand in canonical order.

#![cfg_attr(not(test), expect(clippy::enum_glob_use, reason = "the tables read like the CDDL"))]

use super::{
    kinds::{EventKind, Status, SupplementKind},
    shape::{
        Kind,
        Rule::{self, Any, AtMost, ByStore, NotEmpty, NotSubject, One, Ordered},
        Shape::{self, *},
        member, optional,
    },
    tables::CONTENT,
};

/// A supplement of version 1.
pub static SUPPLEMENT: Shape = Map(&[
    member("v", Version("ai-run-supplement/1")),
    member("by", Name),
    member("body", Body(SUPPLEMENTS)),
    member("kind", Choice(SupplementKind::NAMES)),
    member("subject", Bytes32),
]);

/// An event of version 1.
pub static EVENT: Shape = Map(&[
    member("v", Version("ai-run-event/1")),
    member("by", Name),
    member("body", Body(EVENTS)),
    member("kind", Choice(EventKind::NAMES)),
]);

const fn kind(name: &'static str, body: Shape, rules: &'static [Rule]) -> Kind {
    Kind { name, body, rules }
}

/// The bodies of supplements.
pub static SUPPLEMENTS: &[Kind] = &[
    kind("start", Map(&[optional("refs", REFS), member("occurrence", Occurrence)]), &[]),
    kind(
        "execution",
        Map(&[
            optional("exit", Uint),
            optional("late", True),
            optional("refs", REFS),
            optional("ended", Uint),
            optional("amends", Bytes32),
            member("status", Choice(Status::NAMES)),
            member("started", Uint),
            member("occurrence", Occurrence),
            optional("response-id", Identifier),
            optional("reported-model", Name),
            optional("reported-fingerprint", Identifier),
        ]),
        &[Ordered("started", "ended"), AtMost("exit", 255)],
    ),
    kind(
        "output",
        Map(&[optional("finish", Name), member("content", CONTENT), member("occurrence", Occurrence)]),
        &[],
    ),
    kind("usage", Map(&[member("tokens", TOKENS), member("occurrence", Occurrence)]), &[NotEmpty("tokens")]),
    kind(
        "trace",
        Map(&[optional("refs", REFS), optional("content", CONTENT), member("occurrence", Occurrence)]),
        &[Any(&["refs", "content"])],
    ),
    kind(
        "score",
        Map(&[
            optional("task", Name),
            member("value", Num),
            member("metric", Name),
            optional("content", CONTENT),
            optional("samples", Uint),
            optional("occurrence", Occurrence),
        ]),
        &[Any(&["task", "occurrence"])],
    ),
    kind(
        "incident",
        Map(&[
            member("at", Uint),
            member("content", CONTENT),
            member("severity", Choice(&["low", "medium", "high", "critical"])),
            optional("reference", Identifier),
            optional("occurrence", Occurrence),
        ]),
        &[],
    ),
    kind(
        "review",
        Map(&[
            optional("about", Bytes32),
            optional("content", CONTENT),
            member("verdict", Choice(&["accepted", "rejected", "escalated"])),
            member("reviewer", Handle),
        ]),
        &[],
    ),
    kind(
        "link",
        Map(&[
            member("rel", Choice(&["parent", "follows", "retry-of", "plan"])),
            member("target", Bytes32),
            optional("external", True),
        ]),
        &[NotSubject("target")],
    ),
    kind("erasure", ERASURE, &[ByStore]),
    kind("timestamp", Map(&[member("content", CONTENT), member("imprint", IMPRINT)]), &[]),
    kind("attestation", Map(&[member("content", CONTENT)]), &[]),
    kind(
        "provider-report",
        Map(&[
            optional("at", Uint),
            member("source", Map(&[optional("row", Uint), member("kind", Name), member("sha256", Bytes32)])),
            optional("content", CONTENT),
            optional("occurrence", Occurrence),
            optional("response-id", Identifier),
            optional("reported-model", Name),
            optional("reported-fingerprint", Identifier),
        ]),
        &[],
    ),
];

/// The bodies of events.
pub static EVENTS: &[Kind] = &[
    kind(
        "hold",
        Map(&[
            member("name", Handle),
            member(
                "scope",
                Map(&[optional("query", Query), optional("content", Bytes32), optional("subject", Bytes32)]),
            ),
            member("reason", Name),
        ]),
        &[One("scope", &["query", "content", "subject"])],
    ),
    kind("release", Map(&[member("hold", Bytes32), member("reason", Name)]), &[]),
    kind(
        "key",
        Map(&[
            member("use", Choice(&["content"])),
            member("name", Handle),
            member("action", Choice(&["new", "destroy"])),
            member("fingerprint", Bytes32),
        ]),
        &[],
    ),
    kind(
        "policy",
        Cases(
            "action",
            &[
                (
                    &["set", "apply"],
                    &[
                        optional("held", Uint),
                        optional("kept", Uint),
                        member("action", Text),
                        optional("erased", Uint),
                        member("policy", CONTENT),
                    ],
                ),
                (
                    &["tag"],
                    &[member("tag", Handle), member("action", Text), member("subjects", List(1, &DIGEST))],
                ),
            ],
        ),
        &[],
    ),
    kind(
        "timestamp",
        Map(&[
            member("root", Bytes32),
            member("size", Uint),
            member("content", CONTENT),
            member("imprint", IMPRINT),
        ]),
        &[],
    ),
    kind(
        "export",
        Map(&[
            optional("to", Uint),
            optional("from", Uint),
            member("what", Choice(&["log", "period", "content", "bundle", "register"])),
            optional("content", Bytes32),
            optional("records", Uint),
            optional("recipient", Name),
        ]),
        &[Ordered("from", "to")],
    ),
    kind(
        "anchor",
        Map(&[
            member("root", Bytes32),
            member("size", Uint),
            member("where", Identifier),
            optional("content", CONTENT),
        ]),
        &[],
    ),
    kind("index", Map(&[member("root", Bytes32), member("size", Uint)]), &[]),
    kind("erasure", ERASURE, &[ByStore]),
    kind("restore", Map(&[member("reason", Name), member("content", Bytes32)]), &[ByStore]),
];

static DIGEST: Shape = Bytes32;

/// The same thing under its names elsewhere: a trace and its span, a call, a job.
const REFS: Shape = List(1, &REF);
static REF: Shape = Map(&[member("id", Identifier), member("system", Name)]);

const TOKENS: Shape = Map(&[
    optional("input", Uint),
    optional("output", Uint),
    optional("reasoning", Uint),
    optional("audio-input", Uint),
    optional("cache-write", Uint),
    optional("image-input", Uint),
    optional("audio-output", Uint),
    optional("cached-input", Uint),
]);

/// What a time-stamp is over.
const IMPRINT: Shape = Map(&[member("alg", Choice(&["sha256"])), member("value", Bytes32)]);

/// The digest is no reference: nothing has to have the content any more.
const ERASURE: Shape = Map(&[
    member("basis", Name),
    member("content", Bytes32),
    optional("request", Identifier),
    member("affected", Uint),
    member("authority", Name),
]);
