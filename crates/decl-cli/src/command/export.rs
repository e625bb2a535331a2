//! `decl export`

use crate::args::{Export, Global};
use crate::exit;
use crate::failure::Failure;
use crate::store;
use crate::ui::{Ui, count};
use decl_core::Value;

pub(crate) fn run(ui: &Ui, global: &Global, args: &Export) -> Result<u8, Failure> {
    let reader = store::reader(ui, global)?;
    let progress = ui.progress("entries");
    let exported = reader.export(&args.dir, args.records, &mut |done, of| progress.set(done, of))?;
    drop(progress);
    if ui.is_json() {
        ui.object(&Value::map([
            ("dir", Value::text(store::shown(&args.dir))),
            ("origin", Value::text(reader.origin())),
            ("entries", Value::Uint(exported.entries)),
            ("records", Value::Uint(exported.records)),
            ("files", Value::Uint(exported.files)),
        ]))?;
    } else {
        let (entries, files) =
            (count(exported.entries, "entry", "entries"), count(exported.files, "file", "files"));
        ui.say(&format!("wrote {entries} in {files} to {}", args.dir.display()));
    }
    Ok(exit::DONE)
}
