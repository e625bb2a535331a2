//! `decl content-key new`, `decl content-key list`, `decl content-key destroy`

use crate::args::{ContentKey as Args, Global};
use crate::exit;
use crate::failure::Failure;
use crate::store;
use crate::ui::Ui;
use decl_core::{Value, hex};
use decl_keyed::KeyFile;
use decl_store::time::Utc;
use decl_store::{KeyState, Receipt, Store, read_content_keys};
use std::path::Path;

pub(crate) fn run(ui: &Ui, global: &Global, args: &Args) -> Result<u8, Failure> {
    match args {
        Args::New { name } => new(ui, global, name),
        Args::List => list(ui, global),
        Args::Destroy { name } => destroy(ui, global, name),
    }
}

fn new(ui: &Ui, global: &Global, name: &str) -> Result<u8, Failure> {
    let store = store::writer(ui, global)?;
    let path = store::content_keys(global, Some(store.verifier_key()))?;
    let receipt = store.new_content_key(name, &path)?;
    answer(ui, &store, name, &path, &receipt)?;
    if !ui.is_json() {
        ui.say("keep a copy of that file where no copy of the store goes: without the key, content under it is lost");
    }
    Ok(exit::DONE)
}

fn destroy(ui: &Ui, global: &Global, name: &str) -> Result<u8, Failure> {
    let store = store::writer(ui, global)?;
    let path = store::content_keys(global, Some(store.verifier_key()))?;
    let receipt = store.destroy_content_key(name, &path)?;
    answer(ui, &store, name, &path, &receipt)?;
    if !ui.is_json() {
        ui.say(
            "content under it is unreadable in every copy of the store; destroy the copies of that file, too",
        );
    }
    Ok(exit::DONE)
}

fn answer(ui: &Ui, store: &Store, name: &str, path: &Path, receipt: &Receipt) -> Result<(), Failure> {
    let state = store.reader().content_key(name)?;
    let fingerprint = state.map(|state| hex(&state.fingerprint)).unwrap_or_default();
    if ui.is_json() {
        let head = [
            ("name", Value::text(name)),
            ("fingerprint", Value::text(fingerprint)),
            ("file", Value::text(store::shown(path))),
        ];
        return Ok(ui.object(&Value::map(head.into_iter().chain(receipt.members())))?);
    }
    let note = if receipt.new { "" } else { " (it was sealed before)" };
    ui.line(&format!("key          {name}"))?;
    ui.line(&format!("fingerprint  {fingerprint}"))?;
    ui.line(&format!(
        "entry        {} of {}, in a tree of {}{note}",
        receipt.index,
        store.reader().origin(),
        receipt.size
    ))?;
    ui.line(&format!("sealed       {}", Utc(receipt.sealed_at)))?;
    Ok(ui.line(&format!("file         {}", path.display()))?)
}

fn list(ui: &Ui, global: &Global) -> Result<u8, Failure> {
    let reader = store::reader(ui, global)?;
    let log = reader.verifier_key()?;
    let path = store::content_keys(global, Some(&log))?;
    let here = read_content_keys(&path, Some(&log))?.unwrap_or_default();
    let states = reader.content_keys()?;
    for (name, state) in &states {
        line(ui, name, Some(state), &here, &path)?;
    }
    // What a process left that was killed while it made a key.
    for key in here.keys().filter(|key| !states.iter().any(|(name, _)| name == key.name())) {
        line(ui, key.name(), None, &here, &path)?;
    }
    Ok(exit::DONE)
}

fn line(ui: &Ui, name: &str, state: Option<&KeyState>, here: &KeyFile, path: &Path) -> Result<(), Failure> {
    let key = here.get(name);
    let (what, words) = match (state, key) {
        (Some(KeyState { new, destroyed: Some(entry), .. }), _) => {
            ("destroyed", format!("made by entry {new}, destroyed by entry {entry}"))
        }
        (Some(KeyState { new, fingerprint, .. }), Some(key)) if key.fingerprint() == *fingerprint => {
            ("usable", format!("made by entry {new}"))
        }
        (Some(KeyState { new, .. }), _) => {
            ("lost", format!("made by entry {new}, and not in {}", path.display()))
        }
        (None, _) => ("unsealed", format!("not in the log yet: decl content-key new {name} finishes it")),
    };
    if !ui.is_json() {
        return Ok(ui.line(&format!("{name}  {words}"))?);
    }
    let fingerprint = state.map(|state| state.fingerprint).or(key.map(decl_keyed::ContentKey::fingerprint));
    let mut members = vec![
        ("name", Value::text(name.to_owned())),
        ("state", Value::text(what)),
        ("fingerprint", Value::text(hex(&fingerprint.unwrap_or_default()))),
    ];
    members.extend(state.map(|state| ("new", Value::Uint(state.new))));
    members.extend(state.and_then(|state| state.destroyed).map(|entry| ("destroyed", Value::Uint(entry))));
    Ok(ui.object(&Value::map(members))?)
}
