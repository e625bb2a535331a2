//! A declaration in any form: one verdict by every way, one identity in every form.

use decl_core::{At, Declaration, Document, Fault, NoFiles, Source, Value, check, json, locate};
use decl_explain::{diff, openness, words};

/// See the asserts.
pub fn declaration(input: &[u8]) {
    let parsed = Source::parse(input, &mut NoFiles);
    let mut faults = check(input, &mut NoFiles);
    assert_eq!(faults.first(), parsed.as_ref().err(), "the verdict is the first fault");
    locate(input, Document::Given, &mut faults);
    assert!(faults.iter().all(|fault| fault.position.is_none_or(|at| at.line > 0 && at.column > 0)));
    faults.iter().for_each(said);

    if let Ok(value) = json::parse(input) {
        let verdict = verdict(&parsed);
        let again = Source::parse(json::pretty(&value).as_bytes(), &mut NoFiles);
        assert_eq!(verdict, self::verdict(&again), "white space and spelling do not count");
        let turned = Source::from_value(turned(value), &mut NoFiles);
        assert_eq!(verdict, self::verdict(&turned), "the order of members does not count");
    }
    if let Ok(source) = parsed {
        sound(&source);
    }
}

/// What holds for every declaration.
pub fn sound(source: &Source) {
    let Source { declaration, contents } = source;
    let from_cbor = Declaration::from_cbor(declaration.as_bytes().to_vec());
    assert_eq!(from_cbor.as_ref(), Ok(declaration));
    let from_json = Source::parse(declaration.to_json().as_bytes(), &mut NoFiles).map(|s| s.declaration);
    assert_eq!(from_json.as_ref(), Ok(declaration));

    let mut places = 0;
    declaration.places(&mut |at| {
        assert_eq!(declaration.place(places), at);
        places += 1;
        places < 100 // each costs a walk
    });
    assert_eq!(places, declaration.references().len().min(100));
    for content in contents {
        assert!(declaration.references().iter().any(|reference| reference.digest == content.digest));
    }
    let value = declaration.value();
    for (a, b, want) in [(&value, &value, 0), (&Value::Null, &value, 1), (&value, &Value::Null, 1)] {
        let mut differences = 0;
        diff(a, b, &mut |_| {
            differences += 1;
            true
        });
        assert_eq!(differences, want);
    }
    openness(&value, &mut |at, open| {
        assert!(at.starts_with('/') && !open.sentence(&value, at).is_empty());
        assert!(words(&value, at).len() < 1000, "words are for people");
        true
    });
}

/// The identity, or the code and place of the refusal.
pub fn verdict(source: &Result<Source, Fault>) -> Result<String, String> {
    match source {
        Ok(source) => Ok(source.declaration.identity().to_string()),
        Err(fault) => Err(format!("{} at {}", fault.code, fault.at)),
    }
}

/// Every fault can be said, on one line and with a hint.
pub fn said(fault: &Fault) {
    assert!(!fault.hint().is_empty());
    assert!(!fault.message.contains('\n'), "{fault}");
    if let At::Pointer(at) = &fault.at {
        assert!(at.is_empty() || at.starts_with('/'), "{fault}");
    }
}

/// The same document with the members of every map in the other order, but for JSON that is kept as text: there the
/// order is part of the content.
fn turned(value: Value<'_>) -> Value<'_> {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(turned).collect()),
        Value::Map(members) => Value::Map(
            members
                .into_iter()
                .rev()
                .map(|(key, value)| if key == "json" { (key, value) } else { (key, turned(value)) })
                .collect(),
        ),
        other => other,
    }
}
