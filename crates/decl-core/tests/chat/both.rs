//! The two ways from a body to its declaration: by the tree, and straight from the text.

use decl_core::{
    Fault, NoFiles, Source, Value,
    adapter::{Adapter, Options},
};

/// What a body comes to. An overlay makes the tree necessary, also one that says nothing: the two ways must agree.
pub(crate) fn both_ways(adapter: &Adapter, body: &str, options: &Options<'_>) -> Result<Source, Fault> {
    let nothing = Value::Map(Vec::new());
    let by_tree = Options { overlay: Some(options.overlay.unwrap_or(&nothing)), ..*options };
    let want = Source::from_body(adapter, body.as_bytes(), &by_tree, &mut NoFiles);
    let got = Source::from_body(adapter, body.as_bytes(), options, &mut NoFiles);
    match (&got, &want) {
        (Ok(got), Ok(want)) => {
            assert_eq!(got.declaration.to_json(), want.declaration.to_json(), "{body}");
            assert_eq!(got.declaration, want.declaration, "{body}");
            assert_eq!(got.contents, want.contents, "{body}");
        }
        _ => assert_eq!(got.as_ref().err(), want.as_ref().err(), "{body}"),
    }
    got
}
