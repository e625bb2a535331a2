//! `decl template`

use crate::args::Template;
use crate::exit;
use crate::failure::Failure;
use crate::ui::Ui;
use decl_core::json;

const KINDS: &str = "generate, embed, agent-step, evaluate, train";

pub(crate) fn run(ui: &Ui, args: &Template) -> Result<u8, Failure> {
    let template = decl_explain::template(&args.kind).ok_or_else(|| {
        Failure::unknown(format_args!("no run is of the kind {}", args.kind)).hint(format!("one of: {KINDS}"))
    })?;
    ui.text(&(json::pretty(&template) + "\n"))?;
    Ok(exit::DONE)
}
