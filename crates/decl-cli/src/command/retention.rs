//! `decl retention plan`, `decl retention apply`

use super::erase::purge;
use crate::args::{Global, Retention as Args};
use crate::command::now;
use crate::exit;
use crate::failure::Failure;
use crate::input;
use crate::store;
use crate::ui::{Ui, count};
use decl_core::Value;
use decl_store::time::Utc;
use decl_store::{Ended, Fate, Hold, Planned, Policy};
use std::path::Path;

pub(crate) fn run(ui: &Ui, global: &Global, args: &Args) -> Result<u8, Failure> {
    match args {
        Args::Plan { policy, at } => plan(ui, global, policy, at.unwrap_or_else(now)),
        Args::Apply { policy } => apply(ui, global, policy),
    }
}

fn read(path: &Path) -> Result<Policy, Failure> {
    let refused = |why: &dyn std::fmt::Display| Failure::unknown(format_args!("{}: {why}", path.display()));
    let text = String::from_utf8(input::document(path)?).map_err(|_| refused(&"a policy is text (TOML)"))?;
    Policy::parse(&text).map_err(|error| refused(&error))
}

fn plan(ui: &Ui, global: &Global, policy: &Path, at: u64) -> Result<u8, Failure> {
    let policy = read(policy)?;
    let reader = store::reader(ui, global)?;
    let (mut pieces, mut goes) = (0, 0);
    for planned in reader.plan(&policy, at)? {
        let planned = planned?;
        print(ui, &planned)?;
        pieces += 1;
        goes += u64::from(matches!(planned.fate, Fate::Goes(_)));
        if ui.stdout_is_closed() {
            break;
        }
    }
    if !ui.is_json() {
        let pieces = count(pieces, "piece", "pieces");
        ui.say(&format!("{goes} of {pieces} of content would go at {}", Utc(at)));
    }
    Ok(exit::DONE)
}

fn apply(ui: &Ui, global: &Global, policy: &Path) -> Result<u8, Failure> {
    let policy = read(policy)?;
    let store = store::writer(ui, global)?;
    let mut shown = Ok(());
    let applied = store.apply(&policy, now(), &mut |planned| {
        if shown.is_ok() {
            shown = print(ui, planned);
        }
    })?;
    shown?;
    let purged = purge(ui, &store)?;
    let receipt = &applied.receipt;
    if ui.is_json() {
        ui.object(&Value::map([
            ("erased", Value::Uint(applied.erased)),
            ("kept", Value::Uint(applied.kept)),
            ("held", Value::Uint(applied.held)),
            ("event", Value::text(receipt.identity.to_string())),
            ("index", Value::Uint(receipt.index)),
            ("purged", Value::Bool(purged)),
        ]))?;
    } else {
        ui.line(&format!(
            "erased {}, kept {}, held {}: entry {} ({})",
            applied.erased, applied.kept, applied.held, receipt.index, receipt.identity
        ))?;
    }
    Ok(exit::DONE)
}

/// Prints what becomes of a piece of content.
fn print(ui: &Ui, planned: &Planned) -> Result<(), Failure> {
    let content = planned.content;
    let ended = |ended: &Ended| {
        let (class, at, sealed) = (&ended.class, Utc(ended.at), Utc(ended.sealed_at));
        let records = count(ended.records, "record", "records");
        format!("class {class} kept it until {at}, sealed {sealed}, named by {records}")
    };
    let names = |holds: &[Hold]| holds.iter().map(|hold| hold.name.clone()).collect::<Vec<_>>();
    if ui.is_json() {
        let members = |ended: &Ended| {
            vec![
                ("class", Value::text(ended.class.clone())),
                ("basis", Value::text(ended.basis.clone())),
                ("kept_until", Value::text(Utc(ended.at).to_string())),
                ("sealed_at", Value::text(Utc(ended.sealed_at).to_string())),
                ("records", Value::Uint(ended.records)),
            ]
        };
        let (fate, more) = match &planned.fate {
            Fate::Goes(ended) => ("goes", members(ended)),
            Fate::Held(ended, holds) => {
                let mut more = members(ended);
                more.push(("holds", Value::Array(names(holds).into_iter().map(Value::text).collect())));
                ("held", more)
            }
            Fate::Kept { entry, until } => {
                let mut more = vec![("by", Value::Uint(*entry))];
                if let Some((until, class)) = until {
                    more.push(("class", Value::text(class.clone())));
                    more.push(("kept_until", Value::text(Utc(*until).to_string())));
                }
                ("kept", more)
            }
        };
        let head = [("content", Value::text(content.to_string())), ("fate", Value::text(fate))];
        return Ok(ui.object(&Value::map(head.into_iter().chain(more)))?);
    }
    ui.line(&match &planned.fate {
        Fate::Goes(of) => format!("goes  {content}  {}", ended(of)),
        Fate::Held(of, holds) => format!("held  {content}  by {}; {}", names(holds).join(", "), ended(of)),
        Fate::Kept { entry, until: Some((until, class)) } => {
            format!("kept  {content}  by entry {entry}, class {class}, until {}", Utc(*until))
        }
        Fate::Kept { entry, until: None } => format!("kept  {content}  by entry {entry}, which has no class"),
    })?;
    Ok(())
}
