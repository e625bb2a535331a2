//! Bytes as text. Each sequence of bytes has one spelling, and no other is read.

use alloc::{string::String, vec::Vec};
use data_encoding::{BASE32_NOPAD, BASE64, BASE64_NOPAD, HEXLOWER};

/// Encodes bytes as lowercase hex.
pub fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

/// Decodes exactly `N` bytes of lowercase hex. Returns `None` for any other text.
pub fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut out = [0; N];
    // A text of another length would be decoded into a buffer of another length.
    let whole = text.len() == 2 * N && HEXLOWER.decode_mut(text.as_bytes(), &mut out).is_ok();
    whole.then_some(out)
}

/// Encodes bytes as lowercase base32 without padding, as multibase writes it after a `b`.
pub(crate) fn base32(bytes: &[u8]) -> String {
    BASE32_NOPAD.encode(bytes).to_ascii_lowercase()
}

/// Encodes bytes as padded base64.
pub fn base64(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

/// Decodes padded, canonical base64. Returns `None` for any other text.
pub fn unbase64(text: &str) -> Option<Vec<u8>> {
    BASE64_NOPAD.decode(without_padding(text)?).ok()
}

/// Decodes exactly `N` bytes of padded, canonical base64 in place, so that no copy of a secret is left elsewhere.
/// Returns `None` for any other text.
pub fn unbase64_into<const N: usize>(text: &str, out: &mut [u8; N]) -> Option<()> {
    let plain = without_padding(text)?;
    let whole = BASE64_NOPAD.decode_len(plain.len()) == Ok(N) && BASE64_NOPAD.decode_mut(plain, out).is_ok();
    whole.then_some(())
}

/// Returns base64 without its padding, or `None` if the padding is wrong. (`BASE64` would also read padding in the
/// middle.)
fn without_padding(text: &str) -> Option<&[u8]> {
    let plain = text.trim_end_matches('=');
    (text.len() == plain.len().next_multiple_of(4)).then_some(plain.as_bytes())
}

/// Returns whether the text is padded, canonical base64, without decoding it.
pub fn is_base64(text: &str) -> bool {
    let plain = text.strip_suffix("==").or(text.strip_suffix('=')).unwrap_or(text).as_bytes();
    // The unused bits of the last character must be zero.
    let last: &[u8] = match text.len() - plain.len() {
        0 => ALPHABET,
        1 => b"AEIMQUYcgkosw048",
        _ => b"AQgw",
    };
    let other = |c: u8| u8::from(!matches!(c, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/'));
    text.len().is_multiple_of(4)
        && plain.iter().fold(0, |any, c| any | other(*c)) == 0
        && plain.last().is_none_or(|c| last.contains(c))
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{format, string::String};

    #[test]
    fn bytes_have_one_base64() {
        assert_eq!(unbase64("AAE="), Some(alloc::vec![0, 1]));
        assert_eq!(unbase64(""), Some(Vec::new()));
        for text in [
            "AAF=", "AAE", "AAE==", "AAE=\n", " AAE=", "AA-_", "AAE=AAE=", "AA==AA==", "AAEC====", "====",
            "A", "=", "é",
        ] {
            assert_eq!(unbase64(text), None, "{text:?}");
        }
        let mut two = [0; 2];
        assert_eq!(unbase64_into("AAE=", &mut two), Some(()));
        assert_eq!(two, [0, 1]);
        assert_eq!(unbase64_into("AA==", &mut two), None, "too few bytes");
        assert_eq!(unbase64_into("AAEC", &mut two), None, "too many bytes");
    }

    #[test]
    fn base64_is_what_the_decoder_takes() {
        let mut taken = 0;
        let mut texts = alloc::vec![String::new()];
        for _ in 0..6 {
            let longer =
                |text: &String| ["A", "Q", "E", "/", "=", "-", "\n", "\u{e9}"].map(|c| text.clone() + c);
            texts = texts.iter().flat_map(longer).chain([String::new()]).collect();
            for text in &texts {
                assert_eq!(is_base64(text), unbase64(text).is_some(), "{text:?}");
                taken += usize::from(is_base64(text));
            }
        }
        assert!(taken > 500, "{taken}");
        for last in 0..=127 {
            let text = |tail: &str| format!("abcd{}{tail}", char::from(last));
            for text in [
                text("==").replacen("abcd", "abcda", 1),
                text("=").replacen("abcd", "abcdab", 1),
                text("abc"),
            ] {
                assert_eq!(is_base64(&text), unbase64(&text).is_some(), "{text:?}");
            }
        }
    }
}
