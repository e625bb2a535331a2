//! Reads the headers of requests that a tool makes to another server.

use super::{super::secrets::carries_credentials, Members, Translator, open::Open};
use decl_core::{
    Code, Value, key_order,
    names::{artefact, reserved_name},
};

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
            if self.is_secret_name(&key) {
                continue;
            }
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
