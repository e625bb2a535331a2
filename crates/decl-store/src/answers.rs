//! Answers of a store for programs. The names of the members are stable.

use crate::{
    audit::{Damage, Report},
    commit::receipt::Receipt,
    time::Utc,
};
use decl_core::Value;

impl Receipt {
    /// Returns the members of the receipt.
    pub fn members(&self) -> Vec<(&'static str, Value<'static>)> {
        let mut members = vec![
            ("identity", Value::text(self.identity.to_string())),
            ("index", Value::Uint(self.index)),
            ("size", Value::Uint(self.size)),
            ("root", Value::text(self.root.to_string())),
            ("new", Value::Bool(self.new)),
            ("sealed_at", Value::text(Utc(self.sealed_at).to_string())),
            ("proof", Value::text(self.proof.to_string())),
        ];
        if !self.erased.is_empty() {
            let erased = self.erased.iter().map(|digest| Value::text(digest.hex()));
            members.push(("erased", Value::Array(erased.collect())));
        }
        members
    }
}

impl Report {
    /// Returns the report as a map.
    pub fn to_value(&self) -> Value<'static> {
        let damage = |damage: &Damage| {
            Value::map([
                ("kind", Value::text(damage.kind.as_str())),
                ("what", Value::text(damage.what.clone())),
                ("where", Value::text(damage.where_.clone())),
            ])
        };
        Value::map([
            ("ok", Value::Bool(self.damage.is_empty())),
            ("entries", Value::Uint(self.entries)),
            ("absent", Value::Uint(self.absent)),
            ("erased", Value::Uint(self.erased)),
            ("purge_is_due", Value::Bool(self.purge_is_due)),
            ("unchecked", Value::Uint(self.unchecked)),
            ("uncheckable", Value::Uint(self.uncheckable)),
            ("head_record", Value::Bool(self.recorded)),
            ("damage", Value::Array(self.damage.iter().map(damage).collect())),
            ("unlisted", Value::Uint(self.unlisted)),
        ])
    }
}
