//! `decl open`

use crate::args::{Global, Open};
use crate::command::now;
use crate::exit;
use crate::failure::Failure;
use crate::store;
use crate::ui::Ui;
use decl_core::{Occurrence, Supplement, Value, cbor};
use decl_store::time::Utc;
use decl_store::{Match, Reader};

pub(crate) fn run(ui: &Ui, global: &Global, args: &Open) -> Result<u8, Failure> {
    let reader = store::reader(ui, global)?;
    let until = now().saturating_sub(args.older_than.unwrap_or(0));
    let mut count = 0;
    for open in reader.open_occurrences(0) {
        let (index, occurrence) = open?;
        let found = reader.sealed_at(index)?.ok_or_else(|| damaged(index))?;
        // Later starts are younger.
        if args.older_than.is_some() && found.sealed_at > until || ui.stdout_is_closed() {
            break;
        }
        print(ui, &reader, occurrence, &found)?;
        count += 1;
    }
    if count == 0 && !ui.is_json() {
        ui.say("no occurrence is open");
    }
    Ok(exit::DONE)
}

fn print(ui: &Ui, reader: &Reader, occurrence: Occurrence, start: &Match) -> Result<(), Failure> {
    let subject = Supplement::try_from(start.record.clone()).map_err(|_| damaged(start.index))?.subject();
    let declaration = reader.record(&subject)?.unwrap_or_default();
    let declaration = cbor::decode(&declaration).unwrap_or(Value::Null);
    let text = |value: Option<&Value<'_>>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let kind = text(declaration.get("kind"));
    let model = text(declaration.get("model").and_then(|model| model.get("name")));
    let (index, sealed_at) = (start.index, Utc(start.sealed_at).to_string());
    if ui.is_json() {
        ui.object(&Value::map([
            ("index", Value::Uint(index)),
            ("occurrence", Value::text(occurrence.to_string())),
            ("subject", Value::text(subject.to_string())),
            ("sealed_at", Value::text(sealed_at)),
            ("by", Value::text(start.by.as_str())),
            ("kind", Value::text(kind)),
            ("model", Value::text(model)),
        ]))?;
    } else {
        let subject = &subject.hex()[..12];
        ui.line(&format!("{index:>8}  {occurrence}  {sealed_at}  {subject}  {kind:10}  {model}"))?;
    }
    Ok(())
}

fn damaged(index: u64) -> Failure {
    Failure::Other {
        code: exit::DAMAGED,
        message: format!("entry {index} is not the start of an occurrence"),
        hint: Some("decl audit says what else is damaged".to_owned()),
    }
}
