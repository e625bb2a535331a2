//! `decl adapters`

use crate::args::Adapters;
use crate::exit;
use crate::failure::Failure;
use crate::source;
use crate::ui::Ui;

pub(crate) fn run(ui: &Ui, args: &Adapters) -> Result<u8, Failure> {
    let Adapters::Show { name } = args;
    ui.text(&source::adapter(name)?.to_string())?;
    Ok(exit::DONE)
}
