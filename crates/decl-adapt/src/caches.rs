//! What is said to a vendor's cache and to a stream, in APIs of several vendors: it moves the request.

use super::table::{Object, Reads::Value, own, transport};

/// Anthropic's mark, which others pass on.
pub(super) const CACHE_CONTROL: Object =
    Object { base: "", rest: "", members: &[transport("type"), transport("ttl")] };

/// `OpenAI`'s mark.
pub(super) const BREAKPOINT: Object =
    Object { base: "", rest: "", members: &[transport("mode"), transport("ttl")] };

/// A request that only prepares the cache generates nothing: another run.
pub(super) const PROMPT_CACHE_OPTIONS: Object = Object {
    base: "",
    rest: "/parameters/set/prompt_cache_options",
    members: &[
        transport("mode"),
        transport("ttl"),
        transport("comparison_response_id"),
        own("prewarm", Value),
    ],
};
