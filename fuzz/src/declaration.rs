//! A declaration in any form has one verdict by every code path, and one identity in every form.

use decl_core::{At, Declaration, Document, Fault, NoFiles, Source, Value, check, json, locate};
use decl_explain::{diff, openness, words};

/// Every way to read a document gives the same verdict and the same identity.
pub fn declaration(input: &[u8]) {
    let parsed = Source::parse(input, &mut NoFiles);
    let mut faults = check(input, &mut NoFiles);
    assert_eq!(faults.first(), parsed.as_ref().err(), "the verdict is the first fault");
    locate(input, Document::Input, &mut faults);
    assert!(faults.iter().all(|fault| fault.position.is_none_or(|at| at.line > 0 && at.column > 0)));
    faults.iter().for_each(assert_printable);

    if let Ok(value) = json::parse(input) {
        let verdict = verdict(&parsed);
        let again = Source::parse(json::pretty(&value).as_bytes(), &mut NoFiles);
        assert_eq!(verdict, self::verdict(&again), "white space and spelling do not count");
        let other = Source::from_value(reversed(value), &mut NoFiles);
        assert_eq!(verdict, self::verdict(&other), "the order of members does not count");
    }
    if let Ok(source) = parsed {
        assert_consistent(&source);
    }
}

/// Asserts what holds for every declaration.
pub fn assert_consistent(source: &Source) {
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

/// Returns the identity, or the code and place of the refusal.
pub fn verdict(source: &Result<Source, Fault>) -> Result<String, String> {
    match source {
        Ok(source) => Ok(source.declaration.identity().to_string()),
        Err(fault) => Err(format!("{} at {}", fault.code, fault.at)),
    }
}

/// Asserts that a fault can be printed on one line, with a hint.
pub fn assert_printable(fault: &Fault) {
    assert!(!fault.hint().is_empty());
    assert!(!fault.message.contains('\n'), "{fault}");
    if let At::Pointer(at) = &fault.at {
        assert!(at.is_empty() || at.starts_with('/'), "{fault}");
    }
}

/// Returns the document with the members of every map in reverse order, except in JSON that becomes content, where the
/// order counts.
pub fn reversed(value: Value<'_>) -> Value<'_> {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(reversed).collect()),
        Value::Map(members) => Value::Map(
            members
                .into_iter()
                .rev()
                .map(|(key, value)| if key == "json" { (key, value) } else { (key, reversed(value)) })
                .collect(),
        ),
        other => other,
    }
}
