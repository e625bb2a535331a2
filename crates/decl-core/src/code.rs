//! The codes of refusals, each with its meaning and a hint.

use core::fmt;

/// One line per code: its name, its printed form, its meaning (the words of `docs/spec/declaration.md`), and the hint
/// for a place that has no better one.
macro_rules! codes {
    ($($name:ident $text:literal $meaning:literal, $hint:literal;)*) => {
        /// Why a document is refused. The set is closed and part of the format (`docs/spec/declaration.md`).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $meaning] $name,)*
        }

        impl Code {
            /// Every code, in the order of the spec.
            pub const ALL: [Self; [$($text),*].len()] = [$(Self::$name),*];

            /// Returns the code as it is printed and compared: `E-MISSING`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// Returns what the code says about a document.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => $meaning,)* }
            }

            /// Returns what to do about it, for people; never part of the verdict.
            pub const fn hint(self) -> &'static str {
                match self { $(Self::$name => $hint,)* }
            }
        }
    };
}

codes! {
    Utf8 "E-UTF8" "not well-formed UTF-8, or a lone surrogate",
        "save the document as UTF-8; an escape beyond U+FFFF is two halves, as in \\ud83d\\ude00";
    Syntax "E-SYNTAX" "not well-formed JSON or CBOR",
        "in JSON, keys and text stand in double quotes, a comma between two members and none after the last; there are no comments";
    DupKey "E-DUP-KEY" "a map has a key twice",
        "keep one of the two members; readers disagree on which one counts";
    NumRange "E-NUM-RANGE" "an integer outside the range; a number that overflows, or underflows to zero",
        "integers go from -2^63 to 2^64-1, other numbers from 5e-324 to 1.8e308; what lies beyond stands as text";
    NumPrecision "E-NUM-PRECISION" "a number that binary64 cannot hold as written",
        "write the number with at most 17 significant digits, an integer without fraction and exponent, or either as text";
    NumNan "E-NUM-NAN" "NaN or an infinity",
        "NaN and infinities have no identity; leave the member out or state its absence";
    Null "E-NULL" "null: absence is stated, never implied",
        r#"state the absence: {"absent": "none"}, {"absent": "default"} or {"absent": "undisclosed"}"#;
    Type "E-TYPE" "another type than this place takes, or than the profile has",
        "`decl template KIND` shows the form of every section";
    NonCanonical "E-NONCANONICAL" "well-formed CBOR, but not the canonical encoding",
        "let decl write the bytes: `decl id FILE --cbor OUT` from the JSON form";
    Depth "E-DEPTH" "more than 64 containers on a path",
        "at most 64 maps and lists may stand inside each other; what is deeper stands as text";
    Size "E-SIZE" "larger than its limit",
        "a document has at most 64 MiB, its canonical bytes 4 MiB, one piece of content 256 MiB, the body of a supplement or an event 16 KiB";
    Version "E-VERSION" "another version of the format",
        r#"this decl reads "ai-run-declaration/1""#;
    Missing "E-MISSING" "a mandatory member is not there",
        r#"every member is mandatory; state an absence with [], {} or {"absent": "none" | "default" | "undisclosed"}"#;
    UnknownMember "E-UNKNOWN-MEMBER" "a member that this place does not have",
        "what the format does not name is refused; `ext` takes what no adapter knows yet";
    Range "E-RANGE" "right type, but not a value that this place takes",
        "write a value that the line above allows";
    Artefact "E-ARTEFACT" "something that a run produces",
        "take it out: a declaration is made before its run; what an earlier run produced enters as `input` or as a `prior-output` context item";
    Secret "E-SECRET" "something that must stay secret",
        "take the secret out; it never defines a run and must not be stored";
    Unresolved "E-UNRESOLVED" "state or content that lives elsewhere and was not brought along; a file that cannot be read",
        "bring the state itself into the declaration; a reference elsewhere can change";
    DigestMismatch "E-DIGEST-MISMATCH" "content whose BLAKE3 is not the one declared",
        "the content is not what was declared; declare the content you have";
    LenMismatch "E-LEN-MISMATCH" "content whose length is not the one declared",
        "the content is not what was declared; declare the content you have";
    ExtKey "E-EXT-KEY" "an `ext` key that is not `authority/api#/json/pointer`",
        "write authority/api#/json/pointer, as in openai.com/chat.completions#/top_k";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{format, vec::Vec};

    #[test]
    fn the_spec_has_the_same_codes_in_the_same_words() {
        extern crate std;
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/spec/declaration.md");
        let spec = std::fs::read_to_string(path).unwrap();
        let table: Vec<_> = spec.lines().filter(|line| line.starts_with("| `E-")).collect();
        let published: Vec<_> = table.iter().map(|row| row.rsplit_once(" | ").unwrap().0).collect();
        let ours: Vec<_> = Code::ALL.iter().map(|code| format!("| `{code}` | {}", code.meaning())).collect();
        assert_eq!(published, ours);
    }
}
