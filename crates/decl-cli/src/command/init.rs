//! `decl init`

use crate::args::{Global, Init};
use crate::exit;
use crate::failure::Failure;
use crate::store;
use crate::ui::Ui;
use decl_core::{Value, hex};
use decl_store::{Options, Store};

pub(crate) fn run(ui: &Ui, global: &Global, args: &Init) -> Result<u8, Failure> {
    let dir = store::dir(global)?;
    let origin = match &args.origin {
        Some(origin) => origin.clone(),
        None => random_origin()?,
    };
    if global.head.is_none() {
        store::heads()?; // no store is made that could then not be opened
    }
    let created = Store::create(&dir, &origin, &Options { head: global.head.clone(), adopt: false })?;
    let key = created.verifier_key().clone();
    drop(created);
    if global.head.is_none() {
        // The default head record is named by the key, which did not exist before.
        drop(Store::open(&dir, &store::options(global, &key)?)?);
    }

    if ui.is_json() {
        ui.object(&Value::map([
            ("origin", Value::text(origin)),
            ("vkey", Value::text(key.to_string())),
            ("store", Value::text(store::shown(&dir))),
        ]))?;
    } else {
        ui.text(&format!("{key}\n"))?;
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
