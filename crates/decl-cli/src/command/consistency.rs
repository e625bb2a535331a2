//! `decl consistency`

use crate::args::{Consistency, Global};
use crate::evidence;
use crate::exit;
use crate::failure::Failure;
use crate::store;
use crate::ui::Ui;
use decl_core::Value;
use decl_log::{Checkpoint, Hash, Refusal, Tree, VerifierKey, check_consistency};
use decl_store::Reader;
use std::ffi::OsStr;
use std::path::Path;

/// Why it does not hold: the refusal, and a message.
type Reason = (Refusal, String);

pub(crate) fn run(ui: &Ui, global: &Global, args: &Consistency) -> Result<u8, Failure> {
    let reader = store::reader(ui, global)?;
    let key = match &args.vkey {
        Some(argument) => evidence::key(argument)?,
        None => reader.verifier_key()?,
    };
    let old = tree(&reader, &key, &args.old)?;
    let new = match &args.new {
        Some(new) => tree(&reader, &key, new)?,
        None => Checkpoint::open(&reader.checkpoint()?, &key)
            .map(|checkpoint| checkpoint.tree)
            .map_err(|refusal| (refusal, format!("the store's checkpoint: {refusal}"))),
    };
    let (old, new) = match (old, new) {
        (Ok(old), Ok(new)) => (old, new),
        (Err(reason), _) | (_, Err(reason)) => return answer(ui, None, &[], Some(&reason)),
    };
    let proof = if old.size <= new.size { reader.consistency(old.size, new.size)? } else { Vec::new() };
    let reason = check_consistency(&proof, &old, &new).err().map(|refusal| (refusal, refusal.to_string()));
    answer(ui, Some((old, new)), &proof, reason.as_ref())
}

/// Returns the tree of an argument, which is a size or a checkpoint file. A checkpoint that does not hold is an
/// answer.
fn tree(reader: &Reader, key: &VerifierKey, argument: &OsStr) -> Result<Result<Tree, Reason>, Failure> {
    if let Some(size) = argument.to_str().and_then(|text| text.parse().ok()) {
        return Ok(Ok(Tree { size, root: reader.root_at(size)? }));
    }
    Ok(evidence::checkpoint(Path::new(argument), key)?.map(|checkpoint| checkpoint.tree))
}

fn answer(
    ui: &Ui,
    trees: Option<(Tree, Tree)>,
    proof: &[Hash],
    reason: Option<&Reason>,
) -> Result<u8, Failure> {
    if ui.is_json() {
        let size = |tree: Option<Tree>| tree.map_or(Value::Null, |tree| Value::Uint(tree.size));
        ui.object(&Value::map([
            ("holds", Value::Bool(reason.is_none())),
            ("old_size", size(trees.map(|(old, _)| old))),
            ("new_size", size(trees.map(|(_, new)| new))),
            ("proof", Value::Array(proof.iter().map(|hash| Value::text(hash.to_string())).collect())),
            ("reason", reason.map_or(Value::Null, |(refusal, _)| Value::text(refusal.code()))),
        ]))?;
    } else {
        match (reason, trees) {
            (None, Some((old, new))) => {
                ui.line(&format!(
                    "holds: the tree of {} begins with all of the tree of {}",
                    new.size, old.size
                ))?;
            }
            (Some((_, words)), _) => ui.line(&format!("does not hold: {words}"))?,
            (None, None) => {}
        }
    }
    Ok(if reason.is_none() { exit::DONE } else { exit::NO })
}
