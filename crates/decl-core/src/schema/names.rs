//! What must not stand in an open map, by exact name; and texts that look like secrets.
//! The same lists for other implementations: `vectors/names/`.

/// What a run produced. Exact names, as they occur in the wild.
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

/// Members that hold secrets, in lower case with `_` for `-`.
const SECRETS: &[&str] = &[
    "access_token",
    "api_key",
    "apikey",
    "auth_token",
    "authorization",
    "authorization_token",
    "aws_secret_access_key",
    "bearer_token",
    "client_secret",
    "cookie",
    "credentials",
    "fallback_credit_token",
    "hf_token",
    "hub_token",
    "id_token",
    "passwd",
    "password",
    "private_key",
    "proxy_authorization",
    "refresh_token",
    "secret",
    "secret_key",
    "set_cookie",
    "token",
    "x_api_key",
];

/// What tells a stated absence and content from a map of names.
pub(super) const RESERVED: [&str; 3] = ["absent", "b3", "kb3"];

/// Is this the name of something a run produced?
pub(crate) fn artefact(name: &str) -> bool {
    ARTEFACTS.binary_search(&name).is_ok()
}

/// Does the format keep this name for itself, in every map of a declarer's own names?
pub(crate) fn reserved_name(name: &str) -> bool {
    RESERVED.contains(&name)
}

/// Is this the name of a member that holds a secret?
pub(crate) fn secret_name(name: &str) -> bool {
    const LONGEST: usize = 21;
    let mut folded = [0; LONGEST];
    let Some(folded) = folded.get_mut(..name.len()) else { return false };
    for (to, c) in folded.iter_mut().zip(name.bytes()) {
        *to = if c == b'-' { b'_' } else { c.to_ascii_lowercase() };
    }
    SECRETS.binary_search_by(|known| known.as_bytes().cmp(folded)).is_ok()
}

/// Has this text the shape of a known kind of secret? Shapes are those that issuers publish.
pub(crate) fn secret_value(text: &str) -> bool {
    const ANY: usize = usize::MAX;
    let rest = |prefix: &str, least: usize, most: usize, allowed: fn(u8) -> bool| {
        text.strip_prefix(prefix)
            .is_some_and(|rest| (least..=most).contains(&rest.len()) && rest.bytes().all(allowed))
    };
    let alnum = |c: u8| c.is_ascii_alphanumeric();
    let word = |c: u8| c.is_ascii_alphanumeric() || c == b'_';
    let dash = |c: u8| c.is_ascii_alphanumeric() || c == b'-';
    let base64url = |c: u8| c.is_ascii_alphanumeric() || c == b'_' || c == b'-';
    let upper = |c: u8| c.is_ascii_uppercase() || c.is_ascii_digit();

    rest("sk-", 20, ANY, base64url)
        || ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "hf_"].iter().any(|p| rest(p, 30, ANY, alnum))
        || rest("github_pat_", 30, ANY, word)
        || ["AKIA", "ASIA"].iter().any(|p| rest(p, 16, 16, upper))
        || rest("AIza", 35, 35, base64url)
        || ["xoxb-", "xoxp-", "xoxa-", "xoxs-"].iter().any(|p| rest(p, 10, ANY, dash))
        || rest("Bearer ", 16, ANY, |c| c.is_ascii_graphic())
        || jwt(text)
        || text.len() >= PRIVATE_KEY && private_key(text)
}

/// The fewest bytes that can hold the marks of a private key: short text is not searched for them.
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
        assert!(ARTEFACTS.is_sorted() && SECRETS.is_sorted());
        assert_eq!(SECRETS.iter().map(|s| s.len()).max(), Some(21));
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
    fn secret_names_fold_case_and_dashes() {
        for name in ["Authorization", "X-API-Key", "api_key", "AWS_SECRET_ACCESS_KEY"] {
            assert!(secret_name(name), "{name}");
        }
        for name in ["max_tokens", "authorizations", "", "a_name_longer_than_every_secret"] {
            assert!(!secret_name(name), "{name}");
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
            "-----BEGIN PUBLIC KEY-----".to_owned(),
        ] {
            assert!(!secret_value(&text), "{text}");
        }
    }

    extern crate std;
    use std::borrow::ToOwned;
}
