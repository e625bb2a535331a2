//! `decl hold`, `decl release`, `decl holds`

use super::erase::digest;
use crate::args::{Global, Hold as Args, Release};
use crate::exit;
use crate::failure::Failure;
use crate::store;
use crate::ui::Ui;
use decl_core::Value;
use decl_store::time::Utc;
use decl_store::{Receipt, Scope, Store};

pub(crate) fn hold(ui: &Ui, global: &Global, args: &Args) -> Result<u8, Failure> {
    let store = store::writer(ui, global)?;
    let scope = match (&args.content, &args.subject, &args.query) {
        (Some(content), ..) => Scope::Content(digest(content)?),
        (_, Some(subject), _) => Scope::Subject(store::find(store.reader(), subject)?),
        (.., Some(query)) => Scope::Query(query.clone()),
        (None, None, None) => return Err(Failure::unknown("no scope")),
    };
    let receipt = store.hold(&args.name, &scope, &args.reason)?;
    answer(ui, &store, &receipt, &format!("hold      {}, over {scope}", args.name))
}

pub(crate) fn release(ui: &Ui, global: &Global, args: &Release) -> Result<u8, Failure> {
    let store = store::writer(ui, global)?;
    let receipt = store.release(&args.name, &args.reason)?;
    answer(ui, &store, &receipt, &format!("released  {}", args.name))
}

fn answer(ui: &Ui, store: &Store, receipt: &Receipt, said: &str) -> Result<u8, Failure> {
    if ui.is_json() {
        ui.object(&Value::map(receipt.members()))?;
    } else {
        ui.line(said)?;
        super::seal::people(ui, receipt, store.reader().origin(), None)?;
    }
    Ok(exit::DONE)
}

pub(crate) fn list(ui: &Ui, global: &Global) -> Result<u8, Failure> {
    let holds = store::reader(ui, global)?.holds()?;
    for hold in &holds {
        let (name, reason, at) = (hold.name.as_str(), hold.reason.as_str(), Utc(hold.sealed_at).to_string());
        if ui.is_json() {
            let scope = match &hold.scope {
                Scope::Content(digest) | Scope::Subject(digest) => Value::text(digest.to_string()),
                Scope::Query(query) => Value::text(query.as_str()),
            };
            ui.object(&Value::map([
                ("name", Value::text(name)),
                (hold.scope.as_str(), scope),
                ("reason", Value::text(reason)),
                ("identity", Value::text(hold.id.to_string())),
                ("index", Value::Uint(hold.index)),
                ("sealed_at", Value::text(at)),
            ]))?;
        } else {
            ui.line(&format!("{:>8}  {at}  {name}  {}  {reason}", hold.index, hold.scope))?;
        }
    }
    if holds.is_empty() && !ui.is_json() {
        ui.say("no hold is in force");
    }
    Ok(exit::DONE)
}
