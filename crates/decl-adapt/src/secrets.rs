//! Where secrets stand in text that is kept.

use decl_core::names::{folded_ends_with, secret_name, secret_value};

/// Returns true for a URL with a password or with an argument that is a secret.
pub(crate) fn secret_in_url(text: &str) -> bool {
    const SIGNED: &[&str] = &["signature"];
    const KEYS: [&str; 3] = ["auth", "key", "sig"];
    let mut colons = text.match_indices(':');
    let Some(rest) = colons.find_map(|(i, _)| text[i..].strip_prefix("://")) else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let user = host.rsplit_once('@').map_or("", |(user, _)| user);
    let secret = |argument: &str| {
        let (name, value) = argument.split_once('=').unwrap_or((argument, ""));
        let is_key = |name: &str| KEYS.iter().any(|key| name.eq_ignore_ascii_case(key));
        !value.is_empty() && (secret_name(name) || is_key(name) || folded_ends_with(name, SIGNED))
            || secret_value(value)
    };
    user.contains(':') || secret_value(user) || rest.split(['?', '&', '#']).skip(1).any(secret)
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
