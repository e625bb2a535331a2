//! Request bodies through the adapters, and overlays.

use crate::declaration::{assert_consistent, assert_printable, verdict};
use decl_adapt::{Options, Unknown, overlay as overlays};
use decl_core::{At, NoFiles, Source, Value, json};

/// The fast path and the reader give one verdict, the spelling of a body does not count, and `--unknown extend` changes
/// nothing that the table knows.
pub fn body(name: &str, input: &[u8]) {
    let adapter = decl_adapt::named(name).expect("a name of decl_adapt::NAMES");
    // Where the URL names the model, the body need not.
    let model = (name == "gemini").then_some("gemini-2.5-flash");
    let api_version = (name == "helm").then_some("0.5.16");
    let refuse = Options { model, api_version, ..Options::default() };
    let source = translated(name, input, &refuse);
    let extended = translated(name, input, &Options { unknown: Unknown::Extend, ..refuse });
    if let Ok(identity) = &source {
        assert_eq!(extended.as_ref(), Ok(identity), "nothing was unknown");
    }

    let Ok(value) = json::parse(input) else { return };
    let text = json::pretty(&reversed(value));
    for (options, before) in [(refuse, source), (Options { unknown: Unknown::Extend, ..refuse }, extended)] {
        let after = adapter.declare(text.as_bytes(), &options, &mut NoFiles);
        assert_eq!(before, verdict(&after), "white space, spelling and the order of members do not count");
    }
}

/// The input is a document and an overlay with a NUL between them. An overlay can be merged twice, with the same result.
pub fn overlay(input: &[u8]) {
    let Some(middle) = input.iter().position(|byte| *byte == 0) else { return };
    let (base, over) = (&input[..middle], &input[middle + 1..]);
    let (Ok(document), Ok(over)) = (json::parse(base), json::parse(over)) else { return };
    let options = Options { overlay: Some(&over), ..Options::default() };
    let _ = translated("chat", base, &options);

    match overlays::merge(document, over.clone()) {
        Err(fault) => {
            assert_printable(&fault);
            assert!(matches!(fault.at, At::Pointer(_)), "{fault}");
        }
        Ok(merged) => assert_eq!(overlays::merge(merged.clone(), over), Ok(merged)),
    }
}

/// Returns the identity or the refusal of a body, and asserts that every code path agrees: with an overlay, even an
/// empty one, the body is read through a tree.
fn translated(name: &str, body: &[u8], options: &Options<'_>) -> Result<String, String> {
    let adapter = decl_adapt::named(name).expect("a name of decl_adapt::NAMES");
    let source = adapter.declare(body, options, &mut NoFiles);
    let faults = adapter.check(body, options, &mut NoFiles);
    assert_eq!(faults.first(), source.as_ref().err(), "the verdict is the first fault");
    faults.iter().for_each(assert_printable);
    let nothing = Value::Map(Vec::new());
    if options.overlay.is_none() {
        let by_tree = Options { overlay: Some(&nothing), ..*options };
        let by_tree = adapter.declare(body, &by_tree, &mut NoFiles);
        let all = |source: Source| (source.declaration, source.contents);
        assert_eq!(source.clone().map(all), by_tree.map(all));
    }
    if let Ok(source) = &source {
        assert_consistent(source);
    }
    verdict(&source)
}

/// Lists of objects whose order of members does not count. In other lists, JSON may reach the model as it is.
const LISTS: [&str; 8] =
    ["messages", "input", "contents", "tools", "functions", "system", "mcp_servers", "safetySettings"];

/// Returns the body with its members in reverse order, and those of the objects in its [`LISTS`]. Deeper objects can be
/// JSON whose order counts.
fn reversed(mut body: Value<'_>) -> Value<'_> {
    if let Value::Map(members) = &mut body {
        members.reverse();
        for (_, list) in members.iter_mut().filter(|(name, _)| LISTS.contains(&&**name)) {
            let Value::Array(items) = list else { continue };
            for item in items {
                if let Value::Map(members) = item {
                    members.reverse();
                }
            }
        }
    }
    body
}
