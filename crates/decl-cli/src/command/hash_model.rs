//! `decl hash-model`

use crate::args::HashModel;
use crate::exit;
use crate::failure::Failure;
use crate::store;
use crate::ui::Ui;
use decl_core::json;
use decl_weights::{Cache, Model};

/// The most names that a diagnostic lists.
const SHOWN: usize = 8;

pub(crate) fn run(ui: &Ui, args: &HashModel) -> Result<u8, Failure> {
    let model = Model::open(&args.dir)?;
    let progress = ui.progress("bytes");
    let cache = store::cache().map_or(Cache::none(), |dir| Cache::at(dir.join("weights")));
    let hashed = model.hash(&cache, args.fresh, &mut |done, of| progress.set(done, of))?;
    drop(progress);
    for name in &hashed.silently_changed {
        ui.say(&format!(
            "warning: {name}: its bytes changed, and its length, times and inode did not; the digest is of the bytes now"
        ));
    }
    let shown = model.left_out.len().min(SHOWN);
    if shown > 0 {
        let more = match model.left_out.len() - shown {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        ui.say(&format!("left out: {}{more}", model.left_out[..shown].join(", ")));
    }
    let overlay = hashed.overlay();
    if ui.is_json() {
        ui.object(&overlay)?;
    } else {
        ui.text(&(json::pretty(&overlay) + "\n"))?;
    }
    Ok(exit::DONE)
}
