//! Reads the headers of requests that a tool makes to another server.

use super::{Members, Translator, open::Open};
use decl_core::{
    Code, Value, key_order,
    names::{artefact, folded_ends_with, reserved_name, secret_name},
};

/// Suffixes of the names of headers that carry credentials, besides those of secrets anywhere; in lower case without
/// separators.
const CREDENTIALS: &[&str] = &["auth", "authentication", "jwt", "key", "signature", "token"];

impl<'a> Translator<'_, '_, 'a> {
    /// Returns the headers that define the run, or `None` if there are none.
    pub(super) fn headers(&mut self, members: Members<'a>) -> Option<Value<'a>> {
        let mut headers: Vec<_> =
            members.into_iter().map(|(key, value)| (key.to_ascii_lowercase(), key, value)).collect();
        headers.sort_by(|a, b| key_order(&a.0, &b.0).then_with(|| a.1.cmp(&b.1)));
        let mut kept: Members<'a> = Vec::new();
        let mut last = String::new();
        for (i, (name, key, value)) in headers.into_iter().enumerate() {
            let again = i > 0 && last == name;
            let value = self.inside(&*key, |translator| {
                if again {
                    translator.fault(Code::DupKey, "this header stands here in another case too");
                } else if reserved_name(&name) {
                    translator.reserved();
                } else if !matches!(value, Value::Text(_)) {
                    translator.expected(&value, "text");
                } else if artefact(&name) {
                    translator.fault(Code::Artefact, "a run produces this; it cannot define the run");
                }
                (!carries_credentials(&name)).then(|| translator.open("", value, Open::Parameter))
            });
            last.clone_from(&name);
            kept.extend(value.map(|value| (name.into(), value)));
        }
        (!kept.is_empty()).then_some(Value::Map(kept))
    }
}

fn carries_credentials(name: &str) -> bool {
    secret_name(name) || folded_ends_with(name, CREDENTIALS)
}
