//! Directives to a vendor's cache and stream, in APIs of several vendors: they move the request.

use super::table::{Object, Reads::Value, own, transport};

/// Anthropic's cache mark, which other servers pass on.
pub(super) const CACHE_CONTROL: Object =
    Object { base: "", rest: "", members: &[transport("type"), transport("ttl")] };

/// `OpenAI`'s mark.
pub(super) const BREAKPOINT: Object =
    Object { base: "", rest: "", members: &[transport("mode"), transport("ttl")] };

/// The options of the prompt cache. A request that only prepares the cache generates nothing, so it is another run.
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
