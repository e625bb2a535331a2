//! Supplements and events, kind by kind: `records.cddl` in the terms of `shape.rs`.

#![cfg_attr(not(test), expect(clippy::enum_glob_use, reason = "the tables read like the CDDL"))]

use super::{
    lists::{Status, names},
    shape::{
        Kind,
        Rule::{Any, AtMost, ByStore, NotEmpty, NotSubject, One, Ordered},
        Shape::{self, *},
        member as must, optional as may,
    },
    tables::CONTENT,
};

/// Defines the kinds of a record: their names, and what a body of each has. Members stand in canonical order.
macro_rules! kinds {
    ($(#[$doc:meta])* $enum:ident $table:ident
     $($(#[$what:meta])* $variant:ident $name:literal $body:expr, [$($rule:expr),*];)*) => {
        names! { $(#[$doc])* $enum { $($(#[$what])* $variant $name,)* } }

        /// The bodies of these kinds.
        pub static $table: &[Kind] = &[$(Kind { name: $name, body: $body, rules: &[$($rule),*] }),*];

        impl $enum {
            /// Returns whether only the store writes it.
            pub fn by_store_only(self) -> bool {
                let own = |kind: &&Kind| kind.name == self.as_str();
                $table.iter().find(own).is_some_and(|kind| kind.rules.contains(&ByStore))
            }
        }
    };
}

/// A supplement of version 1.
pub static SUPPLEMENT: Shape = Map(&[
    must("v", Version("ai-run-supplement/1")),
    must("by", Name),
    must("body", Body(SUPPLEMENTS)),
    must("kind", Choice(SupplementKind::NAMES)),
    must("subject", Bytes32),
]);

/// An event of version 1.
pub static EVENT: Shape = Map(&[
    must("v", Version("ai-run-event/1")),
    must("by", Name),
    must("body", Body(EVENTS)),
    must("kind", Choice(EventKind::NAMES)),
]);

kinds! {
    /// What a supplement states about its subject.
    SupplementKind SUPPLEMENTS

    /// An occurrence is about to begin.
    Start "start" Map(&[may("refs", REFS), must("occurrence", Occurrence)]), [];

    /// An occurrence ended.
    Execution "execution" Map(&[
        may("exit", Uint), may("late", True), may("refs", REFS), may("ended", Millis), may("amends", Bytes32),
        must("status", Choice(Status::NAMES)), must("started", Millis), must("occurrence", Occurrence),
        may("response-id", Identifier), may("reported-model", Name), may("reported-fingerprint", Identifier),
    ]), [Ordered("started", "ended"), AtMost("exit", 255)];

    /// What an occurrence produced.
    Output "output" Map(&[may("finish", Name), must("content", CONTENT), must("occurrence", Occurrence)]), [];

    /// The tokens that an occurrence took.
    Usage "usage" Map(&[must("tokens", TOKENS), must("occurrence", Occurrence)]), [NotEmpty("tokens")];

    /// What was recorded of an occurrence, here or elsewhere.
    Trace "trace" Map(&[may("refs", REFS), may("content", CONTENT), must("occurrence", Occurrence)]),
        [Any(&["refs", "content"])];

    /// A metric and its value.
    Score "score" Map(&[
        may("task", Name), must("value", Num), must("metric", Name), may("content", CONTENT),
        may("samples", Uint), may("occurrence", Occurrence),
    ]), [Any(&["task", "occurrence"])];

    /// Something that went wrong.
    Incident "incident" Map(&[
        must("at", Millis), must("content", CONTENT), must("severity", Choice(&["low", "medium", "high", "critical"])),
        may("reference", Identifier), may("occurrence", Occurrence),
    ]), [];

    /// A verdict of a reviewer.
    Review "review" Map(&[
        may("about", Bytes32), may("content", CONTENT),
        must("verdict", Choice(&["accepted", "rejected", "escalated"])), must("reviewer", Handle),
    ]), [];

    /// A relation to another declaration.
    Link "link" Map(&[
        must("rel", Choice(&["parent", "follows", "retry-of", "plan"])), must("target", Bytes32),
        may("external", True),
    ]), [NotSubject("target")];

    /// Content that the declaration names was erased.
    Erasure "erasure" ERASURE, [ByStore];

    /// A time-stamp over the declaration's bytes.
    Timestamp "timestamp" Map(&[must("content", CONTENT), must("imprint", IMPRINT)]), [];

    /// A statement that somebody else signed.
    Attestation "attestation" Map(&[must("content", CONTENT)]), [];

    /// What the provider's own export says.
    ProviderReport "provider-report" Map(&[
        may("at", Millis),
        must("source", Map(&[may("row", Uint), must("kind", Name), must("sha256", Bytes32)])),
        may("content", CONTENT), may("occurrence", Occurrence), may("response-id", Identifier),
        may("reported-model", Name), may("reported-fingerprint", Identifier),
    ]), [];
}

kinds! {
    /// What an event states about the log.
    EventKind EVENTS

    /// Content must not be erased.
    Hold "hold" Map(&[
        must("name", Handle),
        must("scope", Map(&[may("query", Query), may("content", Bytes32), may("subject", Bytes32)])),
        must("reason", Name),
    ]), [One("scope", &["query", "content", "subject"])];

    /// A hold ended.
    Release "release" Map(&[must("hold", Bytes32), must("reason", Name)]), [];

    /// A key for content was made or destroyed.
    Key "key" Map(&[
        must("use", Choice(&["content"])), must("name", Handle), must("action", Choice(&["new", "destroy"])),
        must("fingerprint", Bytes32),
    ]), [];

    /// A policy of retention was set or applied, or declarations were tagged for it.
    Policy "policy" Cases("action", &[
        (&["set", "apply"], &[
            may("at", Millis), may("held", Uint), may("kept", Uint), must("action", Text), may("erased", Uint),
            must("policy", CONTENT),
        ]),
        (&["tag"], &[must("tag", Handle), must("action", Text), must("subjects", List(1, &DIGEST))]),
    ]), [];

    /// A time-stamp over a checkpoint.
    Timestamp "timestamp" Map(&[
        must("root", Bytes32), must("size", Uint), must("content", CONTENT), must("imprint", IMPRINT),
    ]), [];

    /// Something left the store.
    Export "export" Map(&[
        may("to", Uint), may("from", Uint),
        must("what", Choice(&["log", "period", "content", "bundle", "register"])),
        may("content", Bytes32), may("records", Uint), may("recipient", Name),
    ]), [Ordered("from", "to")];

    /// A checkpoint was deposited elsewhere.
    Anchor "anchor" Map(&[
        must("root", Bytes32), must("size", Uint), must("where", Identifier), may("content", CONTENT),
    ]), [];

    /// The root of the index at a size.
    Index "index" Map(&[must("root", Bytes32), must("size", Uint)]), [];

    /// Content that no declaration names was erased.
    Erasure "erasure" ERASURE, [ByStore];

    /// Erased content was sealed again on purpose.
    Restore "restore" Map(&[must("reason", Name), must("content", Bytes32)]), [ByStore];
}

static DIGEST: Shape = Bytes32;

/// The same thing under its names elsewhere: a trace and its span, a call, a job.
const REFS: Shape = List(1, &REF);
static REF: Shape = Map(&[must("id", Identifier), must("system", Name)]);

const TOKENS: Shape = Map(&[
    may("input", Uint),
    may("output", Uint),
    may("reasoning", Uint),
    may("audio-input", Uint),
    may("cache-write", Uint),
    may("image-input", Uint),
    may("audio-output", Uint),
    may("cached-input", Uint),
]);

/// What a time-stamp is over.
const IMPRINT: Shape = Map(&[must("alg", Choice(&["sha256"])), must("value", Bytes32)]);

/// The digest is no reference: nothing has to have the content any more.
const ERASURE: Shape = Map(&[
    must("basis", Name),
    must("content", Bytes32),
    may("request", Identifier),
    must("affected", Uint),
    must("authority", Name),
]);
