//! The parts that the text formats share: decimal numbers and names. Each value has one spelling, so that what was
//! parsed prints as the same bytes.

use crate::refusal::Refusal;

/// Parses a decimal number. Returns `None` if it has a sign or leading zeros or does not fit.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let canonical = text == "0" || !text.starts_with('0');
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    if canonical && digits { text.parse().ok() } else { None }
}

/// The longest key name and origin, in bytes.
pub(crate) const MAX_NAME: usize = 255;

/// Checks a key name, and so an origin: a signature line and a vkey must be able to carry it without ambiguity.
pub(crate) fn check_name(name: &str) -> Result<(), Refusal> {
    if name.is_empty() || name.len() > MAX_NAME {
        return Err(Refusal::Malformed("a key name is 1 to 255 bytes"));
    }
    if name.chars().any(|c| c == '+' || c.is_whitespace() || c.is_control()) {
        return Err(Refusal::Malformed("a key name has no spaces, plus signs or control characters"));
    }
    Ok(())
}

/// Checks the name of a new key. It is stricter than [`check_name`], which accepts names that other programs chose: a
/// vkey is printed once and kept for years, so all of its characters must be visible and printable.
pub(crate) fn check_new_name(name: &str) -> Result<(), Refusal> {
    check_name(name)?;
    if name.chars().all(is_visible) {
        Ok(())
    } else {
        Err(Refusal::Malformed(
            "a new key's name has no invisible, private or unassigned characters and no direction marks",
        ))
    }
}

/// Returns whether the character can be seen. The standard library knows the unprintable ones: controls, format
/// characters (direction marks and zero widths among them), private use, non-characters and unassigned code points. In
/// addition, some letters and marks are invisible by definition (`Default_Ignorable_Code_Point` of Unicode).
fn is_visible(c: char) -> bool {
    let ignorable = matches!(c,
        '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{e0100}'..='\u{e01ef}');
    // Follows a letter, because a combining mark alone would be escaped.
    let printable =
        matches!(c, '"' | '\'' | '\\') || ['a', c].iter().collect::<String>().escape_debug().count() == 2;
    printable && !ignorable
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_name_can_be_seen_and_an_old_one_can_be_read() {
        for name in [
            "log.example.org/runs",
            "лог.example",
            "हिन्दी.example",
            "e\u{301}t\u{e9}",
            "日本語/😀",
            "a'b\"c\\d-~",
        ] {
            assert_eq!(check_new_name(name), Ok(()), "{name}");
        }
        for c in [
            '\u{200b}',
            '\u{200d}',
            '\u{200e}',
            '\u{200f}',
            '\u{202e}',
            '\u{2060}',
            '\u{2066}',
            '\u{61c}',
            '\u{ad}',
            '\u{feff}',
            '\u{e000}',
            '\u{f8ff}',
            '\u{fdd0}',
            '\u{ffff}',
            '\u{10ffff}',
            '\u{e0041}',
            '\u{fe0f}',
            '\u{34f}',
            '\u{3164}',
            '\u{180e}',
            '\u{378}',
        ] {
            let name = format!("log{c}.example");
            assert!(check_new_name(&name).is_err(), "{c:?}");
            assert_eq!(check_name(&name), Ok(()), "{c:?}: the notes of others may have it");
        }
        for name in ["", "a b", "a+b", "a\nb", "a\u{9b}b", "a\u{2028}b", "a\u{a0}b"] {
            assert!(check_new_name(name).is_err() && check_name(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn a_number_has_one_spelling() {
        for n in [0, 1, 10, u64::MAX] {
            assert_eq!(decimal(&n.to_string()), Some(n));
        }
        for text in ["", "00", "01", "+1", "-1", " 1", "1 ", "1_0", "0x1", "१", "18446744073709551616"] {
            assert_eq!(decimal(text), None, "{text:?}");
        }
    }

    #[test]
    fn names_are_one_word() {
        for name in ["a", "example.com/log", "é", &"n".repeat(255)] {
            assert_eq!(check_name(name), Ok(()), "{name:?}");
        }
        for name in ["", " ", "a b", "a+b", "a\n", "a\u{a0}b", "a\u{2003}b", "a\0", &"n".repeat(256)] {
            assert!(check_name(name).is_err(), "{name:?}");
        }
    }
}
