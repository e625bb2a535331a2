//! The tables beside the vendors' own SDKs: `sdk/` has every member that each lets a request have, as
//! `tools/sdk-members.py` writes it.
#![expect(clippy::print_stdout, reason = "the counts are worth reading")]

use decl_adapt::named;
use std::{collections::BTreeSet, fs};

/// Members that a table lacks on purpose, and why.
const ON_PURPOSE: &[(&str, &str, &str)] = &[(
    "anthropic",
    "/messages/clear_at",
    "when the vendor takes an instruction back is not documented well enough",
)];

#[test]
fn a_table_has_every_member_that_the_sdk_has() {
    for api in ["chat", "responses", "anthropic", "gemini"] {
        let path = format!("{}/tests/sdk/{api}.txt", env!("CARGO_MANIFEST_DIR"));
        let text = fs::read_to_string(path).unwrap();
        let (version, members) = text.split_once('\n').unwrap();
        let mut table = Vec::new();
        named(api).unwrap().members(&mut |at, _| table.push(at.replace("/*", "")));
        let members = members.replace("/*", "");
        let known: BTreeSet<&str> = table.iter().map(String::as_str).collect();
        // A member that comes before its own members is read by a table, another one is taken as it is.
        let next = table.iter().skip(1).map(String::as_str).chain([""]);
        let inside = |(at, next): &(&String, &str)| next.starts_with(&format!("{at}/"));
        let whole: BTreeSet<&str> =
            table.iter().zip(next).filter(|pair| !inside(pair)).map(|(at, _)| &**at).collect();
        let lacks =
            |at: &&str| !known.contains(at) && !is_tag(at) && !around(at).any(|at| whole.contains(at));
        let lacking: BTreeSet<&str> = members.lines().filter(lacks).collect();
        let on_purpose: BTreeSet<&str> =
            ON_PURPOSE.iter().filter(|(of, ..)| *of == api).map(|(_, at, _)| *at).collect();
        println!(
            "{api}: {} members of {}, {} on purpose",
            members.lines().count(),
            &version[2..],
            on_purpose.len()
        );
        assert!(members.lines().count() > 100, "{api}");
        let missing: Vec<_> = lacking.difference(&on_purpose).collect();
        assert!(missing.is_empty(), "{api} lacks {} members: {missing:#?}", missing.len());
        let needless: Vec<_> = on_purpose.difference(&lacking).collect();
        assert!(needless.is_empty(), "{api} has these, or the SDK does not: {needless:#?}");
    }
}

/// Does this tell of what kind an object is? A table has its kinds, not the member.
fn is_tag(at: &str) -> bool {
    at.ends_with("/type") || at.ends_with("/role")
}

/// The members around a member.
fn around(at: &str) -> impl Iterator<Item = &str> {
    at.match_indices('/').map(move |(i, _)| &at[..i])
}
