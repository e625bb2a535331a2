//! Names that an open map must not have, and the shapes of secrets.
//! `vectors/names/` has the same lists for other implementations.

use crate::{
    text::{is_base64, unbase64},
    value::Value,
};
use alloc::{borrow::ToOwned as _, vec::Vec};
use core::iter::{self, Peekable};

/// What a run produces. These are exact names, as they occur in practice.
const ARTEFACTS: &[&str] = &[
    "answer",
    "attempt",
    "cached_tokens",
    "candidates",
    "choices",
    "completed_at",
    "completion",
    "completion_tokens",
    "completions",
    "correlation_id",
    "cost",
    "created",
    "createdAt",
    "created_at",
    "date",
    "duration",
    "duration_ms",
    "elapsed",
    "elapsed_ms",
    "ended_at",
    "error",
    "errors",
    "eval_duration",
    "exception",
    "finishReason",
    "finish_reason",
    "finish_reasons",
    "finished_at",
    "generation",
    "generations",
    "hostname",
    "http_status",
    "input_tokens",
    "invocation_id",
    "ip",
    "ip_address",
    "latency",
    "latency_ms",
    "load_duration",
    "message_id",
    "metric_values",
    "output",
    "output_tokens",
    "outputs",
    "pid",
    "price",
    "prompt_eval_duration",
    "prompt_tokens",
    "recorded_at",
    "request_id",
    "response",
    "responseId",
    "response_id",
    "responses",
    "result",
    "results",
    "retries",
    "run_id",
    "score",
    "scores",
    "session_id",
    "spanId",
    "span_id",
    "started_at",
    "status",
    "status_code",
    "stop_details",
    "stop_reason",
    "system_fingerprint",
    "time",
    "time_to_first_token",
    "timestamp",
    "timings",
    "token_usage",
    "total_duration",
    "total_tokens",
    "traceId",
    "trace_id",
    "traceparent",
    "tracestate",
    "ttft",
    "usage",
    "usageMetadata",
    "usage_metadata",
];

/// Suffixes of the names of members that hold secrets, in lower case without separators: vendors write `tavilyApiKey`,
/// `openai_api_key` and `X-API-Key`. An `s` may follow, and a number after that: `api_keys`, `API_KEY_2`.
const SECRET_ENDS: &[&str] = &[
    "accesskey",
    "accesstoken",
    "accountkey",
    "apikey",
    "apitoken",
    "authkey",
    "authorization",
    "authorizationtoken",
    "authtoken",
    "bearertoken",
    "cookie",
    "credential",
    "credittoken",
    "gitlabtoken",
    "hftoken",
    "hubtoken",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "refreshtoken",
    "secret",
    "secretkey",
    "securitytoken",
    "sessiontoken",
    "signingkey",
    "subscriptionkey",
];

/// More such names, compared as a whole: too many harmless names end like them, such as `eos_token`, `fim_mid_token`
/// and `timings_per_token`.
const SECRET_WHOLE: &[&str] = &["idtoken", "token"];

/// The keys that mark a stated absence or content and so cannot be names in a map.
pub(crate) const RESERVED: [&str; 3] = ["absent", "b3", "kb3"];

/// Returns whether this is the name of something that a run produces.
pub fn artefact(name: &str) -> bool {
    ARTEFACTS.binary_search(&name).is_ok()
}

/// Returns whether the format reserves this name in every map whose names the declarer chooses.
pub fn reserved_name(name: &str) -> bool {
    RESERVED.contains(&name)
}

/// Returns whether a member of this name holds a secret if it holds any text.
pub fn secret_name(name: &str) -> bool {
    folded_ends_with(name, SECRET_ENDS)
        || SECRET_WHOLE.iter().any(|whole| folded(name).eq(whole.bytes().rev()))
}

/// Returns whether the name, in ASCII lower case and without separators, ends with one of `ends`; an `s` may follow, and
/// digits after that.
pub fn folded_ends_with(name: &str, ends: &[&str]) -> bool {
    let mut numbered = folded(name).peekable();
    while numbered.next_if(u8::is_ascii_digit).is_some() {}
    let starts = |mut folded: Peekable<_>, end: &str| end.bytes().rev().all(|c| folded.next() == Some(c));
    let mut plural = numbered.clone();
    let is_plural = plural.next_if_eq(&b's').is_some();
    ends.iter().any(|end| starts(numbered.clone(), end) || is_plural && starts(plural.clone(), end))
}

/// Returns the bytes of a name from the last to the first, in ASCII lower case and without separators.
fn folded(name: &str) -> impl Iterator<Item = u8> + Clone {
    name.bytes().rev().filter(|c| !b"-_. ".contains(c)).map(|c| c.to_ascii_lowercase())
}

/// Returns whether this member holds a secret.
pub fn secret_member(name: &str, value: &Value<'_>) -> bool {
    secret_name(name) && can_be_secret(value)
}

/// Returns whether a value can be a secret or hold one. Numbers, booleans, what is empty and a stated absence cannot:
/// `"token": 151657`, `"use_cookie": true`, `"api_key": ""`. A list can if one of its items can.
pub fn can_be_secret(value: &Value<'_>) -> bool {
    match value {
        Value::Text(text) => !text.is_empty(),
        Value::Array(items) => items.iter().any(can_be_secret),
        Value::Map(members) => match members.as_slice() {
            [] => false,
            [(name, _)] => name != "absent",
            _ => true,
        },
        Value::Bytes(_) => true,
        _ => false,
    }
}

/// Returns whether the text, without white space around it, has the shape of a known kind of secret. The shapes are
/// those that issuers publish.
pub fn secret_value(text: &str) -> bool {
    const ANY: usize = usize::MAX;
    let text = text.trim_matches(WHITE_SPACE);
    let rest = |prefix: &str, least: usize, most: usize, allowed: fn(u8) -> bool| {
        text.strip_prefix(prefix)
            .is_some_and(|rest| (least..=most).contains(&rest.len()) && rest.bytes().all(allowed))
    };
    let any =
        |prefixes: &[&str], least, allowed| prefixes.iter().any(|prefix| rest(prefix, least, ANY, allowed));
    let alnum = |c: u8| c.is_ascii_alphanumeric();
    let word = |c: u8| c.is_ascii_alphanumeric() || c == b'_';
    let dash = |c: u8| c.is_ascii_alphanumeric() || c == b'-';
    let base64url = |c: u8| c.is_ascii_alphanumeric() || c == b'_' || c == b'-';
    let dotted = |c: u8| c.is_ascii_alphanumeric() || b"_-.".contains(&c);
    let upper = |c: u8| c.is_ascii_uppercase() || c.is_ascii_digit();

    any(&["sk-", "nvapi-"], 20, base64url)
        || any(&["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "hf_"], 30, alnum)
        || any(&["gsk_", "xai-", "pplx-"], 20, alnum)
        || any(&["glpat-", "ya29."], 20, dotted)
        || any(&["github_pat_"], 30, word)
        || any(&["tvly-"], 20, dash)
        || ["AKIA", "ASIA"].iter().any(|p| rest(p, 16, 16, upper))
        || rest("AIza", 35, 35, base64url)
        || any(&["xoxb-", "xoxp-", "xoxa-", "xoxs-"], 10, dash)
        || authorization(text)
        || jwt(text)
        || text.len() >= PRIVATE_KEY && private_key(text)
}

/// What JSON counts as white space.
const WHITE_SPACE: [char; 4] = [' ', '\t', '\n', '\r'];

/// Returns whether this is the value of an `Authorization` header, in the schemes of RFC 6750 and RFC 7617.
fn authorization(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(WHITE_SPACE) else { return false };
    let rest = rest.trim_start_matches(WHITE_SPACE);
    if scheme.eq_ignore_ascii_case("bearer") {
        return rest.len() >= 16 && rest.bytes().all(|c| c.is_ascii_graphic());
    }
    scheme.eq_ignore_ascii_case("basic") && unpadded_base64(rest).is_some_and(|bytes| bytes.contains(&b':'))
}

/// Returns the bytes of base64 in the standard alphabet, with or without padding, or `None` if it is none.
fn unpadded_base64(text: &str) -> Option<Vec<u8>> {
    let bare = text.trim_end_matches('=');
    let mut padded = bare.to_owned();
    padded.extend(iter::repeat_n('=', bare.len().wrapping_neg() % 4));
    let padded = if bare == text { &padded } else { text };
    if is_base64(padded) { unbase64(padded) } else { None }
}

/// Length of the shortest marker of a private key: shorter text is not searched.
const PRIVATE_KEY: usize = "-----BEGIN PRIVATE KEY-----".len();

fn private_key(text: &str) -> bool {
    text.find("-----BEGIN ").is_some_and(|i| text[i..].contains("PRIVATE KEY-----"))
}

fn jwt(text: &str) -> bool {
    let mut parts = text.split('.');
    let part = |part: Option<&str>| {
        part.is_some_and(|p| {
            p.len() >= 10 && p.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_' || c == b'-')
        })
    };
    text.starts_with("eyJ")
        && part(parts.next())
        && part(parts.next())
        && part(parts.next())
        && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted_and_short_enough() {
        assert!(ARTEFACTS.is_sorted() && SECRET_ENDS.is_sorted());
    }

    #[test]
    fn look_alikes_of_artefacts_pass() {
        for name in [
            "max_tokens",
            "max_output_tokens",
            "min_tokens",
            "budget_tokens",
            "logprobs",
            "top_logprobs",
            "n_probs",
            "response_format",
            "responseSchema",
            "responseModalities",
            "stop",
            "stop_sequences",
            "include",
            "stream_options",
            "max_time",
            "output_scores",
            "timings_per_token",
            "Usage",
        ] {
            assert!(!artefact(name), "{name}");
        }
        assert!(artefact("usage") && artefact("finishReason"));
    }

    #[test]
    fn secret_names_are_known_by_their_ends() {
        for name in [
            "Authorization",
            "X-API-Key",
            "api_key",
            "AWS_SECRET_ACCESS_KEY",
            "tavilyApiKey",
            "openai.api.key",
            "token",
            "TO-KEN",
            "idToken",
        ] {
            assert!(secret_name(name), "{name}");
        }
        for end in SECRET_ENDS {
            assert!(secret_name(end) && secret_name(&("\u{e9}".to_owned() + end)), "{end}");
            assert!(
                secret_name(&((*end).to_owned() + "s")) && secret_name(&((*end).to_owned() + "-S_12")),
                "{end}"
            );
            assert!(
                !secret_name(&((*end).to_owned() + "s_of")) && !secret_name(&((*end).to_owned() + "ss")),
                "{end}"
            );
            assert!(!secret_name(&((*end).to_owned() + "1s")), "{end}");
        }
        for name in [
            "max_tokens",
            "",
            "s",
            "12",
            "tokens",
            "token2",
            "-",
            "eos_token",
            "fim_mid_token",
            "a_token_of_a_long_name",
            "timings_per_token",
        ] {
            assert!(!secret_name(name), "{name}");
        }
    }

    #[test]
    fn what_holds_no_text_holds_no_secret() {
        let absent = || Value::map([("absent", Value::text("default"))]);
        let none = || {
            [
                Value::Uint(151_657),
                Value::Nint(0),
                Value::Float(0.5),
                Value::Bool(true),
                Value::Null,
                absent(),
            ]
            .into_iter()
            .chain([Value::text(""), Value::Array(Vec::new()), Value::Map(Vec::new())])
        };
        for value in none().chain(none().map(|value| Value::Array([value].into()))) {
            assert!(!secret_member("token", &value) && !secret_member("api_keys", &value), "{value:?}");
        }
        let two = Value::map([("absent", Value::text("default")), ("a", Value::Uint(1))]);
        for value in [Value::text("x"), Value::map([("a", Value::Uint(1))]), two] {
            for value in [value.clone(), Value::Array([Value::Null, value].into())] {
                assert!(secret_member("token", &value) && !secret_member("tokens", &value), "{value:?}");
            }
        }
    }

    #[test]
    fn secret_shapes() {
        let x = |n: usize| "x".repeat(n);
        let jwt = ["eyJhbGciOiJI", &x(12), &x(43)].join(".");
        for text in [
            "sk-".to_owned() + &x(20),
            "ghp_".to_owned() + &x(36),
            "AKIA".to_owned() + &"A".repeat(16),
            "AIza".to_owned() + &x(35),
            "Bearer ".to_owned() + &x(16),
            "bEARER ".to_owned() + &x(16),
            "basic eDp4".to_owned(),
            "Basic eDp4eA==".to_owned(),
            "Basic eDp4eA".to_owned(),
            "Basic  eDp4".to_owned(),
            " Bearer \t".to_owned() + &x(16) + "\n",
            "\tsk-".to_owned() + &x(20) + " ",
            "gsk_".to_owned() + &x(20),
            "nvapi-x_".to_owned() + &x(18),
            "ya29.x-".to_owned() + &x(18),
            "tvly-x-".to_owned() + &x(18),
            "a -----BEGIN RSA PRIVATE KEY-----".to_owned(),
            jwt.clone(),
        ] {
            assert!(secret_value(&text), "{text}");
        }
        for text in [
            "sk-".to_owned() + &x(19),
            "sk-with space in it, so no key at all".to_owned(),
            "AKIA".to_owned() + &"A".repeat(17),
            jwt + ".x",
            "Bearer of bad news".to_owned(),
            "Basic eHh4".to_owned(),
            "Basic training".to_owned(),
            "Basic eDp4eA=".to_owned(),
            "Basic eDp4eB".to_owned(),
            "Bearer".to_owned() + &x(16),
            "\u{a0}sk-".to_owned() + &x(20),
            "xai-".to_owned() + &x(19),
            "-----BEGIN PUBLIC KEY-----".to_owned(),
        ] {
            assert!(!secret_value(&text), "{text}");
        }
    }

    extern crate std;
    use std::{borrow::ToOwned, vec::Vec};
}
