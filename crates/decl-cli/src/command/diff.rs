//! `decl diff`

use crate::args::{Diff, Global};
use crate::command::show;
use crate::exit;
use crate::failure::Failure;
use crate::input::{self, Beside};
use crate::store;
use crate::ui::Ui;
use decl_core::{Declaration, Source, Value, json};
use std::path::Path;

pub(crate) fn run(ui: &Ui, global: &Global, args: &Diff) -> Result<u8, Failure> {
    let (a, b) = (read(global, &args.a)?, read(global, &args.b)?);
    let (a, b) = (a.value(), b.value());
    let differences = decl_core::diff(&a, &b);
    for difference in &differences {
        if ui.is_json() {
            let side = |value: &Option<Value<'_>>| value.clone().map_or(Value::Null, Value::into_owned);
            ui.object(&Value::map([
                ("at", Value::text(difference.at.as_str())),
                ("a", side(&difference.a)),
                ("b", side(&difference.b)),
            ]))?;
        } else {
            let side = |value: &Option<Value<'_>>| {
                value.as_ref().map_or_else(|| "(nothing)".to_owned(), json::minimal)
            };
            ui.line(&format!("{}  {} -> {}", difference.at, side(&difference.a), side(&difference.b)))?;
        }
    }
    Ok(if differences.is_empty() { exit::DONE } else { exit::NO })
}

/// The declaration that an argument names: a file if there is one of that name, else a sealed record.
fn read(global: &Global, argument: &str) -> Result<Declaration, Failure> {
    let path = Path::new(argument);
    if input::is_stdin(path) || path.exists() {
        let mut files = &Beside::document(path);
        return Ok(Source::parse(&input::document(path)?, &mut files)?.declaration);
    }
    let reader = store::reader(global)?;
    let identity = store::find(&reader, argument)?;
    Ok(Declaration::from_cbor(show::declaration(&reader, &identity)?)?)
}
