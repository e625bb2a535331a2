//! Where secrets stand in text that is kept: in URLs, in literals, and in the headers of requests to other servers.

use decl_core::names::{folded_ends_with, secret_name, secret_value};
use std::borrow::Cow;

/// Returns true for text with a URL in it that holds a secret: who signs in, an argument, or a piece of its path. What
/// is percent-encoded is decoded first, also in a URL inside a URL.
pub(crate) fn secret_in_url(text: &str) -> bool {
    const LAYERS: usize = 3;
    let mut layer = Cow::Borrowed(text);
    for _ in 0..LAYERS {
        if secret_in_plain_url(&layer) {
            return true;
        }
        match percent_decoded(&layer) {
            Some(next) => layer = Cow::Owned(next),
            None => return false,
        }
    }
    secret_in_plain_url(&layer)
}

fn secret_in_plain_url(text: &str) -> bool {
    const PIECES: [char; 6] = ['/', '?', '&', '#', ';', '='];
    let mut urls = text.match_indices("://").map(|(i, _)| (&text[..i], &text[i + 3..])).peekable();
    let Some((_, rest)) = urls.peek().copied() else { return false };
    urls.any(|(before, rest)| signs_in(before, rest))
        || rest.split(PIECES).any(secret_value)
        || rest.split(['?', '&', '#', ';']).skip(1).any(secret_argument)
}

/// Returns true if the URL with this text before and after `://` says who signs in. Where servers are asked by HTTP, a
/// user without a password is a token.
fn signs_in(before: &str, rest: &str) -> bool {
    let ends = |c: char| c.is_whitespace() || ['/', '\\', '?', '#', '"', '\'', '<', '>'].contains(&c);
    let authority = rest.split(ends).next().unwrap_or_default();
    let user = authority.rsplit_once('@').map_or("", |(user, _)| user);
    let scheme = before.rsplit(|c: char| !c.is_ascii_alphanumeric() && !"+-.".contains(c)).next();
    let scheme = scheme.unwrap_or_default();
    let is_web = ["http", "https", "ws", "wss"].iter().any(|web| scheme.eq_ignore_ascii_case(web));
    user.contains(':') || !user.is_empty() && is_web
}

/// Returns true for `name=value` if this is a secret. A list has its index in the name: `token[0]=`.
fn secret_argument(argument: &str) -> bool {
    const KEYS: [&str; 6] = ["auth", "key", "pat", "pwd", "sid", "sig"];
    const SIGNED: &[&str] = &["sessionid", "signature"];
    const SWITCHES: [&str; 5] = ["", "0", "1", "false", "true"];
    let (name, value) = argument.split_once('=').unwrap_or((argument, ""));
    let value = value.split(char::is_whitespace).next().unwrap_or_default();
    if name.contains(char::is_whitespace) || SWITCHES.iter().any(|switch| value.eq_ignore_ascii_case(switch))
    {
        return false;
    }
    name.split(['[', ']']).any(|name| {
        let name = name.trim_end_matches(|c: char| c.is_ascii_digit());
        let is_key = KEYS.iter().any(|key| name.eq_ignore_ascii_case(key));
        is_key || secret_name(name) || folded_ends_with(name, SIGNED)
    })
}

/// Returns the text with what is percent-encoded in it (RFC 3986 section 2.1), or `None` if nothing is.
fn percent_decoded(text: &str) -> Option<String> {
    let mut pieces = text.split('%');
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let (hex, after) = piece.split_at_checked(2).unwrap_or_default();
        match u8::from_str_radix(hex, 16) {
            Ok(byte) if !hex.starts_with('+') => {
                bytes.push(byte);
                bytes.extend_from_slice(after.as_bytes());
            }
            _ => {
                bytes.push(b'%');
                bytes.extend_from_slice(piece.as_bytes());
            }
        }
    }
    (bytes.len() < text.len()).then(|| String::from_utf8_lossy(&bytes).into_owned())
}

/// Returns true for a secret in text that may be a literal of Python, such as `{'Authorization': '...'}`, or a piece
/// of one that was split at a comma.
pub(crate) fn secret_in_literal(text: &str) -> bool {
    let secret = |text: &str| secret_value(text) || secret_in_url(text);
    let mut pieces = text.split(['\'', '"']).peekable();
    while let Some(piece) = pieces.next() {
        let is_key = pieces.peek().is_some_and(|next| next.trim_start().starts_with(':'));
        if secret(piece) || is_key && secret_name(piece) {
            return true;
        }
    }
    secret(text)
}

/// Returns true for the name of a header that carries credentials.
pub(crate) fn carries_credentials(name: &str) -> bool {
    const ENDS: &[&str] =
        &["auth", "authentication", "bearer", "jwt", "key", "session", "sessionid", "signature", "token"];
    /// The last words of names; other words end like them, such as `compat`.
    const WORDS: [&str; 4] = ["otp", "pat", "pwd", "sid"];
    /// These say which data the server reads. `Idempotency-Key` and `Cache-Key` are not among them: they move a request.
    const DATA: &[&str] = &[
        "continuationtoken",
        "cursortoken",
        "datasetkey",
        "documentkey",
        "foreignkey",
        "indexkey",
        "issuekey",
        "nexttoken",
        "objectkey",
        "pagetoken",
        "partitionkey",
        "primarykey",
        "projectkey",
        "recordkey",
        "routingkey",
        "rowkey",
        "shardkey",
        "sortkey",
        "synctoken",
        "tablekey",
    ];
    let last = name.rsplit(['-', '_', '.', ' ']).next().unwrap_or_default();
    secret_name(name)
        || folded_ends_with(name, ENDS) && !folded_ends_with(name, DATA)
        || WORDS.iter().any(|word| last.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every way to write an argument, for every name of a secret.
    #[test]
    fn an_argument_is_found_however_it_is_written() {
        const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz";
        let encoded = |text: &str| text.bytes().fold(String::new(), |text, c| format!("{text}%{c:02x}"));
        for name in ["access_token", "apikey", "api_keys", "Token", "key", "sig", "X-Amz-Signature", "secret"]
        {
            for written in [
                name.to_owned(),
                encoded(name),
                encoded(&encoded(name)),
                format!("{name}[0]"),
                format!("{name}%5B%5D"),
                format!("a[{name}]"),
                format!("{name}2"),
            ] {
                for url in [
                    "https://h/?X=y",
                    "https://h/a?b=c&X=y",
                    "https://h/a#X=y",
                    "https://h/a;X=y",
                    "see https://h?X=y or not",
                ] {
                    let url = url.replace('X', &written);
                    assert!(secret_in_url(&url), "{url}");
                    let inner = format!("https://proxy/?to={}", encoded(&url));
                    assert!(secret_in_url(&inner), "{inner}");
                    for none in ["", "true", "False", "0", "1"] {
                        let none = url.replace("=y", &format!("={none}"));
                        assert!(!secret_in_url(&none), "{none}");
                    }
                }
            }
        }
        let key = format!("sk-{LETTERS}");
        for url in
            ["https://h/X", "https://h/X/mcp", "https://h/?a=X", "https://h/?X", "https://X@h", "ssh://X:p@h"]
        {
            assert!(secret_in_url(&url.replace('X', &key)), "{url}");
            assert!(secret_in_url(&url.replace('X', &encoded(&key))), "{url}");
        }
    }

    #[test]
    fn who_signs_in_is_found_in_every_url() {
        for user in ["u:p", "%75:p", "u%3ap", ":p", "token", "u%40x:p"] {
            for url in
                ["https://X@h/", "HTTP://X@h", "a https://X@h", "https://a/https://X@h/b", "wss://X@h?a=b"]
            {
                let url = url.replace('X', user);
                assert!(secret_in_url(&url), "{url}");
            }
        }
        for url in ["postgres://u:p@h/d", "https://h/?url=https%3A%2F%2Fu%3Ap%40g", "redis://:p@h"] {
            assert!(secret_in_url(url), "{url}");
        }
        for url in [
            "ssh://git@example.org/a",
            "git@example.org:a/b",
            "https://example.org/@user",
            "https://example.org, mail me@example.org",
            "https://example.org/a?use_cookie=true",
            "https://example.org/?eos_token=x&profile=key",
            "https://example.org/?a=100%&b=%zz%4",
            "https://example.org/; the token = x",
            "u:p@h",
            "a:b",
        ] {
            assert!(!secret_in_url(url), "{url}");
        }
        let long = "://".repeat(200_000) + &"%25".repeat(200_000);
        assert!(!secret_in_url(&long));
    }

    #[test]
    fn headers_carry_credentials_or_choose_data() {
        for name in [
            "authorization",
            "bearer",
            "x-bearer",
            "x-session",
            "mcp-session-id",
            "x-pat",
            "x-sid",
            "x-own-key",
            "key",
            "x-api-keys",
            "x-api-key-2",
            "x-auth-tokens",
            "x-goog-signature",
            "idempotency-key",
            "cache-key",
            "cookie",
        ] {
            assert!(carries_credentials(name), "{name}");
        }
        for name in [
            "x-dataset-key",
            "x-partition-key",
            "row-key",
            "x-page-token",
            "x-compat",
            "x-inside",
            "x-toolset",
            "accept",
            "x-session-mode",
            "x-keyboard",
        ] {
            assert!(!carries_credentials(name), "{name}");
        }
    }
}
