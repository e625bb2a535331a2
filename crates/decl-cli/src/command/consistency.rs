//! `decl consistency`

use crate::args::{Consistency, Global};
use crate::command::verify;
use crate::exit;
use crate::failure::Failure;
use crate::input;
use crate::store;
use crate::ui::Ui;
use decl_core::Value;
use decl_log::{Checkpoint, Hash, MAX_NOTE, Refusal, Tree, VerifierKey, check_consistency};
use decl_store::Reader;
use std::path::Path;

pub(crate) fn run(ui: &Ui, global: &Global, args: &Consistency) -> Result<u8, Failure> {
    let reader = store::reader(global)?;
    let key = match &args.vkey {
        Some(text) => verify::key(text)?,
        None => reader.verifier_key()?,
    };
    let old = tree(&reader, &key, &args.old)?;
    let new = match &args.new {
        Some(new) => tree(&reader, &key, new)?,
        None => Checkpoint::open(&reader.checkpoint()?, &key).map(|checkpoint| checkpoint.tree),
    };
    let (old, new) = match (old, new) {
        (Ok(old), Ok(new)) => (old, new),
        (Err(refusal), _) | (_, Err(refusal)) => return answer(ui, None, &[], Some(refusal)),
    };
    let proof = if old.size <= new.size { reader.consistency(old.size, new.size)? } else { Vec::new() };
    answer(ui, Some((old, new)), &proof, check_consistency(&proof, &old, &new).err())
}

/// The tree that an argument names. A checkpoint that does not open is an answer.
fn tree(reader: &Reader, key: &VerifierKey, argument: &str) -> Result<Result<Tree, Refusal>, Failure> {
    if let Ok(size) = argument.parse() {
        return Ok(Ok(Tree { size, root: reader.root_at(size)? }));
    }
    let note = input::text(Path::new(argument), MAX_NOTE)?;
    Ok(Checkpoint::open(&note, key).map(|checkpoint| checkpoint.tree))
}

fn answer(
    ui: &Ui,
    trees: Option<(Tree, Tree)>,
    proof: &[Hash],
    refusal: Option<Refusal>,
) -> Result<u8, Failure> {
    if ui.is_json() {
        let size = |tree: Option<Tree>| tree.map_or(Value::Null, |tree| Value::Uint(tree.size));
        ui.object(&Value::map([
            ("holds", Value::Bool(refusal.is_none())),
            ("old_size", size(trees.map(|(old, _)| old))),
            ("new_size", size(trees.map(|(_, new)| new))),
            ("proof", Value::Array(proof.iter().map(|hash| Value::text(hash.to_string())).collect())),
            ("reason", refusal.map_or(Value::Null, |refusal| Value::text(refusal.code()))),
        ]))?;
    } else {
        match (refusal, trees) {
            (None, Some((old, new))) => {
                ui.line(&format!(
                    "holds: the tree of {} begins with all of the tree of {}",
                    new.size, old.size
                ))?;
            }
            (Some(refusal), _) => ui.line(&format!("does not hold: {refusal}"))?,
            (None, None) => {}
        }
    }
    Ok(if refusal.is_none() { exit::DONE } else { exit::NO })
}
