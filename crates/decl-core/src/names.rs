//! Names that an open map must not have, and the shapes of secrets.
//! `vectors/names/` has the same lists for other implementations.

use crate::{
    text::{is_base64, unbase64},
    value::Value,
};

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
/// `openai_api_key` and `X-API-Key`.
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
    "credentials",
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

/// Returns whether a member of this name holds a secret, unless its value is a number or a boolean.
pub fn secret_name(name: &str) -> bool {
    folded_ends_with(name, SECRET_ENDS)
        || SECRET_WHOLE.iter().any(|whole| folded(name).eq(whole.bytes().rev()))
}

/// Returns whether the name, in ASCII lower case and without separators, ends with one of `ends`.
pub fn folded_ends_with(name: &str, ends: &[&str]) -> bool {
    ends.iter().any(|end| {
        let mut folded = folded(name);
        end.bytes().rev().all(|c| folded.next() == Some(c))
    })
}

/// Returns the bytes of a name from the last to the first, in ASCII lower case and without separators.
fn folded(name: &str) -> impl Iterator<Item = u8> {
    name.bytes().rev().filter(|c| !b"-_. ".contains(c)).map(|c| c.to_ascii_lowercase())
}

/// Returns whether this member holds a secret. Numbers and booleans are none: `"token": 151657`, `"use_cookie": true`.
pub fn secret_member(name: &str, value: &Value<'_>) -> bool {
    !matches!(value, Value::Bool(_) | Value::Uint(_) | Value::Nint(_) | Value::Float(_) | Value::BigInt(_))
        && secret_name(name)
}

/// Returns whether the text has the shape of a known kind of secret. The shapes are those that issuers publish.
pub fn secret_value(text: &str) -> bool {
    const ANY: usize = usize::MAX;
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

/// Returns whether this is the value of an `Authorization` header, in the schemes of RFC 6750 and RFC 7617.
fn authorization(text: &str) -> bool {
    let after = |scheme: &str| {
        let (head, rest) = text.split_at_checked(scheme.len())?;
        head.eq_ignore_ascii_case(scheme).then_some(rest)
    };
    let bearer = |rest: &str| rest.len() >= 16 && rest.bytes().all(|c| c.is_ascii_graphic());
    let basic = |rest: &str| is_base64(rest) && unbase64(rest).is_some_and(|bytes| bytes.contains(&b':'));
    after("bearer ").is_some_and(bearer) || after("basic ").is_some_and(basic)
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
            assert!(!secret_name(&((*end).to_owned() + "s_of")), "{end}");
        }
        for name in [
            "max_tokens",
            "authorizations",
            "",
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
    fn a_number_and_a_switch_are_no_secrets() {
        for value in [Value::Uint(151_657), Value::Nint(0), Value::Float(0.5), Value::Bool(true)] {
            assert!(!secret_member("token", &value));
        }
        for value in [Value::Null, Value::text("x"), Value::Array(Vec::new()), Value::Map(Vec::new())] {
            assert!(secret_member("token", &value) && !secret_member("tokens", &value));
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
            "xai-".to_owned() + &x(19),
            "-----BEGIN PUBLIC KEY-----".to_owned(),
        ] {
            assert!(!secret_value(&text), "{text}");
        }
    }

    extern crate std;
    use std::{borrow::ToOwned, vec::Vec};
}
