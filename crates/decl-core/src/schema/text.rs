//! The formats of text in the schema.

use crate::{limits, text::unhex};
use alloc::{string::String, vec::Vec};

/// Decodes lowercase hex of at most 64 bytes. Returns `None` if the text is anything else.
pub(super) fn from_hex(text: &str) -> Option<Vec<u8>> {
    if text.len() > 128 || !text.len().is_multiple_of(2) {
        return None;
    }
    text.as_bytes()
        .chunks(2)
        .map(|pair| core::str::from_utf8(pair).ok().and_then(unhex::<1>).map(|[b]| b))
        .collect()
}

fn label(c: u8) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-'
}

/// Returns whether the text matches `[a-z0-9-]+([.][a-z0-9-]+)*`.
pub(super) fn dns(text: &str) -> bool {
    text.split('.').all(|part| !part.is_empty() && part.bytes().all(label))
}

/// Returns whether the text is a media type: `[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*(;[a-z0-9=_-]+)?`,
/// at most 256 bytes.
pub fn media(text: &str) -> bool {
    let start = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit();
    let name = |part: &str| {
        part.bytes().next().is_some_and(start) && part.bytes().all(|c| start(c) || b"!#$&^_.+-".contains(&c))
    };
    let (essence, parameter) = text.split_once(';').map_or((text, None), |(a, b)| (a, Some(b)));
    let parameter_is_well = |p: &str| !p.is_empty() && p.bytes().all(|c| start(c) || b"=_-".contains(&c));
    text.len() <= limits::NAME_BYTES
        && essence.split_once('/').is_some_and(|(a, b)| name(a) && name(b))
        && parameter.is_none_or(parameter_is_well)
}

/// Returns whether the text is a handle: `[a-z0-9][a-z0-9._:/-]{0,63}`.
pub fn is_handle(text: &str) -> bool {
    let start = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.len() <= limits::HANDLE_BYTES
        && text.bytes().next().is_some_and(start)
        && text.bytes().all(|c| start(c) || b"._-:/".contains(&c))
}

/// Returns the last reference token, unescaped, of a key `[a-z0-9-]+([.][a-z0-9-]+)+/[A-Za-z0-9._-]+#(/[^/]*)+`.
/// Returns `None` for any other text.
pub(super) fn extension_name(key: &str) -> Option<String> {
    let (authority, rest) = key.split_once('/')?;
    let (api, pointer) = rest.split_once('#')?;
    let api_is_well =
        !api.is_empty() && api.bytes().all(|c| c.is_ascii_alphanumeric() || b"._-".contains(&c));
    let token = pointer.strip_prefix('/')?.rsplit('/').next()?;
    (authority.contains('.') && dns(authority) && api_is_well)
        .then(|| token.replace("~1", "/").replace("~0", "~"))
}
