//! `decl check`

use crate::args::Check;
use crate::exit;
use crate::failure::Failure;
use crate::input;
use crate::source::Format;
use crate::ui::{self, Ui};
use decl_core::Value;

pub(crate) fn run(ui: &Ui, args: &Check) -> Result<u8, Failure> {
    let format = Format::new(&args.source, &args.file)?;
    let faults = match input::document(&args.file) {
        Ok(document) => format.check(&document),
        Err(Failure::Refused(fault)) => vec![fault],
        Err(failure) => return Err(failure),
    };
    if ui.is_json() {
        ui.object(&Value::map([
            ("ok", Value::Bool(faults.is_empty())),
            ("faults", Value::Array(faults.iter().map(ui::refusal).collect())),
        ]))?;
    } else if faults.is_empty() {
        ui.line("ok")?;
    } else {
        for fault in &faults {
            ui.line(&fault.to_string())?;
        }
    }
    Ok(if faults.is_empty() { exit::DONE } else { exit::NO })
}
