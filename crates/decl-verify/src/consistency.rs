//! Checks that the log was only appended to between two checkpoints.

use decl_log::{Checkpoint, Hash, Refusal, VerifierKey, check_consistency};

/// Opens two signed checkpoints and checks that the newer tree begins with all of the older one.
///
/// Both signatures are checked before the proof, the older one first. Success does not prove that there is no third
/// tree that somebody else was shown.
pub fn consistency(
    old: &str,
    new: &str,
    proof: &[Hash],
    key: &VerifierKey,
) -> Result<(Checkpoint, Checkpoint), Refusal> {
    let old = Checkpoint::open(old, key)?;
    let new = Checkpoint::open(new, key)?;
    check_consistency(proof, &old.tree, &new.tree)?;
    Ok((old, new))
}
