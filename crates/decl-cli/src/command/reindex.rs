//! `decl reindex`

use crate::args::Global;
use crate::exit;
use crate::failure::Failure;
use crate::store;
use crate::ui::{Ui, count};
use decl_core::Value;
use decl_store::Store;

pub(crate) fn run(ui: &Ui, global: &Global) -> Result<u8, Failure> {
    let progress = ui.progress("entries");
    let store = store::opened(ui, global, |dir, options| {
        Store::reindex(dir, options, &mut |done, of| progress.set(done, of))
    })?;
    drop(progress);
    let (origin, entries) = (store.reader().origin(), store.reader().tree()?.size);
    if ui.is_json() {
        ui.object(&Value::map([("origin", Value::text(origin)), ("entries", Value::Uint(entries))]))?;
    } else {
        ui.line(&format!("rebuilt: the index over {} of {origin}", count(entries, "entry", "entries")))?;
    }
    Ok(exit::DONE)
}
