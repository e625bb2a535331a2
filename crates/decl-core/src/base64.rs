//! Padded, canonical base64: the one spelling that is taken.

use alloc::vec::Vec;
use base64ct::{Base64, Encoding as _};

/// Returns whether the text is padded, canonical base64, without decoding it.
pub fn is_base64(text: &str) -> bool {
    let plain = text.strip_suffix("==").or(text.strip_suffix('=')).unwrap_or(text).as_bytes();
    // Bits that no byte needs are zero.
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

/// Decodes padded, canonical base64. Returns `None` for any other text.
pub fn base64(text: &str) -> Option<Vec<u8>> {
    Base64::decode_vec(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{format, string::String};

    #[test]
    fn base64_is_what_the_decoder_takes() {
        let mut taken = 0;
        let mut texts = alloc::vec![String::new()];
        for _ in 0..6 {
            let longer =
                |text: &String| ["A", "Q", "E", "/", "=", "-", "\n", "\u{e9}"].map(|c| text.clone() + c);
            texts = texts.iter().flat_map(longer).chain([String::new()]).collect();
            for text in &texts {
                assert_eq!(is_base64(text), base64(text).is_some(), "{text:?}");
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
                assert_eq!(is_base64(&text), base64(&text).is_some(), "{text:?}");
            }
        }
    }
}
