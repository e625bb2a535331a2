//! `decl check`

use crate::args::{Check, Global};
use crate::command::seal;
use crate::exit;
use crate::failure::Failure;
use crate::input;
use crate::open::{Guessable, Openness};
use crate::source::Format;
use crate::ui::Ui;
use decl_core::{Fault, Value};

pub(crate) fn run(ui: &Ui, global: &Global, args: &Check) -> Result<u8, Failure> {
    let contents = seal::contents(global, args.content.as_deref(), &args.source)?;
    let format = Format::new(&args.source, &args.file)?;
    let document = match input::document(&args.file) {
        Ok(document) => document,
        Err(Failure::Refused(fault)) => return refused(ui, &[fault]),
        Err(failure) => return Err(failure),
    };
    let faults = format.check(&document);
    if !faults.is_empty() {
        return refused(ui, &faults);
    }
    let declaration = match contents.complete(format.parse(&document)?) {
        Ok(keyed) => keyed.declaration,
        Err(fault) => return refused(ui, &[format.located(&document, fault)]),
    };
    let value = declaration.value();
    let (open, guessable) = (Openness::of(&value), Guessable::of(&value));
    if ui.is_json() {
        let head = [("ok", Value::Bool(true)), ("faults", Value::Array(Vec::new()))];
        ui.object(&Value::map(head.into_iter().chain(open.members()).chain(guessable.members())))?;
    } else {
        ui.line("ok")?;
        open.lines(&value).iter().for_each(|line| ui.say(line));
        guessable.lines(&value).iter().for_each(|line| ui.say(line));
    }
    Ok(exit::DONE)
}

fn refused(ui: &Ui, faults: &[Fault]) -> Result<u8, Failure> {
    if ui.is_json() {
        ui.object(&Value::map([
            ("ok", Value::Bool(false)),
            ("faults", Value::Array(faults.iter().map(Fault::to_value).collect())),
        ]))?;
    } else {
        // Adjacent faults with one hint show it once.
        for same in faults.chunk_by(|a, b| a.hint() == b.hint()) {
            for fault in same {
                ui.line(&fault.to_string())?;
            }
            ui.line(&format!("  hint: {}", same[0].hint()))?;
        }
    }
    Ok(exit::NO)
}
