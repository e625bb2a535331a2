//! The fast path: it compiles a table into a plan and writes canonical bytes straight from the tape, without a tree.
//!
//! Nearly every body is well-formed, and nearly all of its declaration is the same each time. So each kind of node is
//! compiled once into a [`plan`](plan::Plan): the constant bytes, and the places between them. A body is then written
//! place by place, in canonical order, each byte once.
//!
//! The fast path never refuses a body. When it is unsure (an unusual form, a member that no table names, anything that
//! could be refused), it returns `None`, and the body goes through the tree from the start:
//! [`translate`](crate::Adapter::translate) and the schema's walk. Only those give verdicts, and every declaration
//! made here equals theirs; the tests compare the two.

mod compile;
mod plan;
mod scan;
mod statement;
mod write;

use crate::{
    catalog::{NAMES, named},
    table::{Adapter, Each, Mapping},
};
use decl_core::{json::Tape, schema::DECLARATION};
use plan::Kinds;
use std::sync::LazyLock;
pub(crate) use write::Written;

/// Plans of the adapters whose members have one spelling. (Descriptions of evaluations always need the tree.)
static PLANS: LazyLock<Vec<(&'static Adapter, Kinds)>> = LazyLock::new(|| {
    let adapters = NAMES.iter().filter_map(|name| named(name));
    adapters
        .filter(|adapter| adapter.mapping == Mapping::Plain)
        .map(|adapter| (adapter, Kinds::new(&Each::All(&adapter.body), &DECLARATION)))
        .collect()
});

/// Returns the declaration of a body to which nothing is added, or `None` if the fast path is unsure.
pub(crate) fn write(adapter: &Adapter, body: &Tape<'_>) -> Option<Written> {
    let (_, kinds) = PLANS.iter().find(|(of, _)| std::ptr::eq(*of, adapter))?;
    write::declaration(kinds, body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use decl_core::json;

    fn is_written(adapter: &str, body: &str) -> bool {
        write(named(adapter).unwrap(), &json::tape(body.as_bytes()).unwrap()).is_some()
    }

    /// What most bodies consist of. The tests of the tables check that the tree gives the same.
    #[test]
    fn the_usual_body_needs_no_tree() {
        for (adapter, body) in [
            (
                "chat",
                r#"{
                    "model": "m", "temperature": 0.2, "seed": 7, "max_tokens": 100, "stream": true, "stop": ["a"],
                    "tool_choice": "auto", "logit_bias": {"50256": -100}, "top_p": null,
                    "messages": [
                        {"role": "system", "content": "be brief"},
                        {"role": "user", "name": "n", "content": [{"type": "text", "text": "caf\u00e9"}]},
                        {"role": "assistant", "content": null, "tool_calls": [
                            {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
                        ]},
                        {"role": "tool", "tool_call_id": "c", "content": "1"}
                    ],
                    "tools": [{"type": "function", "function": {
                        "name": "f", "description": "d", "strict": true, "parameters": {"type": "object", "a": [1.0]}
                    }}]
                }"#,
            ),
            (
                "responses",
                r#"{
                    "model": "m", "instructions": "be brief", "include": ["reasoning.encrypted_content"],
                    "input": [
                        {"role": "user", "content": "hi"},
                        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "hi"}]},
                        {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
                        {"type": "function_call_output", "call_id": "c", "output": "1"}
                    ],
                    "tools": [{"type": "function", "name": "f", "parameters": {}, "strict": false}]
                }"#,
            ),
            (
                "anthropic",
                r#"{
                    "model": "m", "max_tokens": 9, "system": [{"type": "text", "text": "be brief"}],
                    "messages": [
                        {"role": "user", "content": "hi"},
                        {"role": "assistant", "content": [{"type": "tool_use", "id": "c", "name": "f", "input": {}}]},
                        {"role": "user", "content": [
                            {"type": "tool_result", "tool_use_id": "c", "content": "1", "is_error": false}
                        ]}
                    ],
                    "tools": [{"name": "f", "description": "d", "input_schema": {"type": "object"}}]
                }"#,
            ),
        ] {
            assert!(is_written(adapter, body), "{adapter}");
        }
    }

    #[test]
    fn what_could_be_refused_is_left_to_the_tree() {
        let with = |member: &str| {
            format!(r#"{{"model": "m", "messages": [{{"role": "user", "content": "hi"}}]{member}}}"#)
        };
        assert!(is_written("chat", &with("")));
        for member in [
            r#", "no_such_member": 1"#,
            r#", "seed": 0.5"#,
            r#", "seed": 1, "random_seed": 1"#,
            r#", "stop": [1]"#,
            r#", "options": {"usage": 1}"#,
            r#", "options": {"absent": "none"}"#,
            r#", "options": {"api_key": "x"}"#,
            r#", "user_location": 1"#,
            r#", "task": "https://user:password@example.com/""#,
            r#", "tools": ["f"]"#,
            r#", "kv_transfer_params": {}"#,
        ] {
            assert!(!is_written("chat", &with(member)), "{member}");
        }
        for body in ["[]", "1", "{}", r#"{"model": "", "messages": []}"#, r#"{"model": "m"}"#] {
            assert!(!is_written("chat", body), "{body}");
        }
    }
}
