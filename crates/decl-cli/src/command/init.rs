//! `decl init`

use crate::args::{Global, Init};
use crate::exit;
use crate::failure::Failure;
use crate::store;
use crate::ui::Ui;
use decl_core::{Value, hex};
use decl_store::Store;

pub(crate) fn run(ui: &Ui, global: &Global, args: &Init) -> Result<u8, Failure> {
    let dir = store::dir(global)?;
    let origin = match &args.origin {
        Some(origin) => origin.clone(),
        None => random_origin()?,
    };
    let key = Store::new_key(&origin)?;
    let vkey = key.verifier_key().clone();
    store::head(global, &vkey)?; // one that cannot be known is an error
    let store = Store::create_with(&dir, key, |vkey| store::head(global, vkey).ok())?;
    store.notices().iter().for_each(|notice| store::tell(ui, notice));

    if ui.is_json() {
        ui.object(&Value::map([
            ("origin", Value::text(origin)),
            ("vkey", Value::text(vkey.to_string())),
            ("store", Value::text(store::shown(&dir))),
        ]))?;
    } else {
        ui.text(&format!("{vkey}\n"))?;
        ui.say(&format!("made a store at {} for the log {origin}", dir.display()));
        ui.say("give the line above to whoever verifies; the private key stays in the store");
    }
    Ok(exit::DONE)
}

/// Returns a unique name: two logs must not share one.
fn random_origin() -> Result<String, Failure> {
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(|error| Failure::unknown(format_args!("no randomness: {error}")))?;
    Ok(format!("decl.local/{}", hex(&random)))
}
