//! `decl checkpoint`

use crate::args::Global;
use crate::exit;
use crate::failure::Failure;
use crate::store;
use crate::ui::Ui;
use decl_core::Value;

pub(crate) fn run(ui: &Ui, global: &Global) -> Result<u8, Failure> {
    let reader = store::reader(ui, global)?;
    let note = reader.checkpoint()?;
    if ui.is_json() {
        let tree = reader.tree()?;
        ui.object(&Value::map([
            ("origin", Value::text(reader.origin())),
            ("size", Value::Uint(tree.size)),
            ("root", Value::text(tree.root.to_string())),
            ("checkpoint", Value::text(note)),
        ]))?;
    } else {
        ui.text(&note)?;
    }
    Ok(exit::DONE)
}
