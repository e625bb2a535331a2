//! Resolves the places of faults to lines and columns.

use crate::{
    cbor,
    fault::{At, Document, Fault, Position},
    json,
};
use alloc::vec::Vec;

/// Sets the positions of those faults that are in this document, given its text.
///
/// A member is located at its key, an item at its first byte. What is missing is located at the container that should
/// have it. The whole document has no position, and neither has anything in CBOR.
///
/// ```
/// use decl_core::{Document, NoFiles, Position, check, locate};
/// let text = b"{\n  \"v\": \"ai-run-declaration/1\",\n  \"ext\": {\"top_k\": 1}\n}";
/// let mut faults = check(text, &mut NoFiles);
/// locate(text, Document::Input, &mut faults);
/// assert_eq!(faults[0].position, Some(Position { line: 3, column: 11 }));
/// ```
pub fn locate<'f>(text: &[u8], document: Document, faults: impl IntoIterator<Item = &'f mut Fault>) {
    if cbor::starts_map(text) {
        return;
    }
    let faults: Vec<&mut Fault> = faults.into_iter().filter(|fault| fault.document == document).collect();
    let pointers: Vec<&str> = faults.iter().filter_map(|fault| pointer(fault)).collect();
    let mut found = if pointers.is_empty() { Vec::new() } else { json::offsets(text, &pointers) }.into_iter();
    let bytes: Vec<Option<usize>> = faults
        .iter()
        .map(|fault| match fault.at {
            At::Byte(byte) => Some(byte),
            At::Pointer(_) => pointer(fault).and_then(|_| found.next().flatten()),
        })
        .collect();

    let mut places: Vec<(usize, &mut Fault)> = bytes
        .into_iter()
        .zip(faults)
        .filter_map(|(byte, fault)| Some((byte?.min(text.len()), fault)))
        .collect();
    places.sort_by_key(|(byte, _)| *byte);
    let (mut at, mut position) = (0, Position { line: 1, column: 1 });
    for (byte, fault) in places {
        for c in &text[at..byte] {
            match c {
                b'\n' => position = Position { line: position.line.saturating_add(1), column: 1 },
                0x80..=0xbf => {} // not the first byte of a character
                _ => position.column = position.column.saturating_add(1),
            }
        }
        at = byte;
        fault.position = Some(position);
    }
}

/// Returns the pointer of a fault, or `None` if it is a byte or the whole document.
fn pointer(fault: &Fault) -> Option<&str> {
    match &fault.at {
        At::Pointer(pointer) if !pointer.is_empty() => Some(pointer),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Code;

    fn position(text: &str, fault: Fault) -> Option<(u32, u32)> {
        let mut faults = [fault];
        locate(text.as_bytes(), Document::Input, &mut faults);
        faults[0].position.map(|position| (position.line, position.column))
    }

    fn of_pointer(text: &str, pointer: &str) -> Option<(u32, u32)> {
        position(text, Fault::pointer(Code::Type, pointer, ""))
    }

    fn of_byte(text: &str, byte: usize) -> Option<(u32, u32)> {
        position(text, Fault::byte(Code::Syntax, byte, ""))
    }

    #[test]
    fn bytes_have_a_line_and_a_column() {
        assert_eq!(of_byte("", 0), Some((1, 1)));
        assert_eq!(of_byte("[1\n", 3), Some((2, 1)));
        assert_eq!(of_byte("[1\r\n, x", 6), Some((2, 3)));
        assert_eq!(of_byte("[\t\tx", 3), Some((1, 4)));
        assert_eq!(of_byte("[\"é漢😀\", x", "[\"é漢😀\", ".len()), Some((1, 9)));
        assert_eq!(of_byte("[", 9), Some((1, 2)), "a byte beyond the text is its end");
    }

    #[test]
    fn pointers_lead_to_keys_and_items() {
        let text = "{\"a\": {\"b/c\": [10,\n  {\"~\": 1}],\n\"\\u0064\": [[]]}, \"1\": 2}";
        assert_eq!(of_pointer(text, "/a"), Some((1, 2)));
        assert_eq!(of_pointer(text, "/a/b~1c"), Some((1, 8)));
        assert_eq!(of_pointer(text, "/a/b~1c/0"), Some((1, 16)));
        assert_eq!(of_pointer(text, "/a/b~1c/1"), Some((2, 3)));
        assert_eq!(of_pointer(text, "/a/b~1c/1/~0"), Some((2, 4)));
        assert_eq!(of_pointer(text, "/a/d/0"), Some((3, 12)));
        assert_eq!(of_pointer(text, "/1"), Some((3, 18)));
        assert_eq!(of_pointer(text, ""), None);
    }

    #[test]
    fn what_is_missing_is_where_it_should_be() {
        let text = "{\n\"a\": {\"b\": 1},\n \"c\": [2]}";
        assert_eq!(of_pointer(text, "/d"), Some((1, 1)));
        assert_eq!(of_pointer(text, "/a/d"), Some((2, 6)));
        assert_eq!(of_pointer(text, "/a/b/d/e"), Some((2, 12)), "below something that holds nothing");
        assert_eq!(of_pointer(text, "/c/1"), Some((3, 7)));
        assert_eq!(of_pointer("[", "/0"), Some((1, 2)), "as far as the text goes");
        assert_eq!(of_pointer("{\"a\"", "/a/b"), Some((1, 1)));
        assert_eq!(of_pointer("", "/a"), Some((1, 1)));
        assert_eq!(of_pointer(&"[".repeat(100), &"/0".repeat(1_000_000)), Some((1, 65)));
    }

    #[test]
    fn all_faults_of_one_document_are_looked_up_at_once() {
        let text = "[1,\n2,\n3]";
        let mut faults = [
            Fault::pointer(Code::Type, "/2", ""),
            Fault::pointer(Code::Type, "", ""),
            Fault::byte(Code::Type, 1, ""),
            Fault::pointer(Code::Type, "/1", "").of(Document::Overlay),
            Fault::pointer(Code::Type, "/1", ""),
            Fault::pointer(Code::Type, "/2", ""),
        ];
        locate(text.as_bytes(), Document::Input, &mut faults);
        let lines: Vec<_> = faults.iter().map(|fault| fault.position.map(|position| position.line)).collect();
        assert_eq!(lines, [Some(3), None, Some(1), None, Some(2), Some(3)]);
        locate(b"\xa0", Document::Overlay, &mut faults);
        assert_eq!(faults[3].position, None, "CBOR has no lines");
    }
}
