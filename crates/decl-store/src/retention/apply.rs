//! Applies a policy.

use super::{Ended, Fate, Planned, Policy};
use crate::{
    commit::receipt::{Receipt, Submission},
    erase::{Erase, Erased, NotErased},
    error::{Error, ErrorKind, SealError},
    store::Store,
    time::Utc,
};
use decl_core::{Event, EventKind, NoFiles, Value};

/// Erasures of one commit.
const BATCH: usize = 256;

/// What came of a policy.
#[derive(Clone, Debug)]
pub struct Applied {
    /// Pieces of content that were erased.
    pub erased: u64,
    /// Those that another record keeps.
    pub kept: u64,
    /// Those that a hold keeps.
    pub held: u64,
    /// The receipt of the event that says so.
    pub receipt: Receipt,
}

impl Store {
    /// Erases what a policy no longer keeps at a time, then seals an event that says so. Each erasure has a record of its
    /// own, so a run that is stopped in between has done what the log says, and the next one goes on. The bytes are in
    /// the files of the store until they are [purged](Self::purge). `progress` gets what becomes of each piece.
    pub fn apply(
        &self,
        policy: &Policy,
        now: u64,
        progress: &mut dyn FnMut(&Planned),
    ) -> Result<Applied, NotErased> {
        let (mut erased, mut kept, mut held) = (0, 0, 0);
        let mut batch = Vec::new();
        let mut erase = |batch: &mut Vec<Erase>| {
            for result in self.erase(std::mem::take(batch)) {
                match result {
                    Ok(Erased { .. }) => erased += 1,
                    Err(NotErased::Held { .. }) => held += 1, // since it was planned
                    Err(NotErased::Already { .. }) => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(())
        };
        let mut spared = 0;
        for planned in self.reader().plan(policy, now)? {
            let planned = planned?;
            progress(&planned);
            match planned.fate {
                Fate::Goes(Ended { class, basis, .. }) => batch.push(Erase {
                    content: planned.content,
                    basis,
                    authority: policy.authority.0.clone(),
                    request: Some(format!("retention: class {class}, {}", Utc(now))),
                }),
                Fate::Held(..) => spared += 1,
                Fate::Kept { .. } => kept += 1,
            }
            if batch.len() == BATCH {
                erase(&mut batch)?;
            }
        }
        erase(&mut batch)?;
        let held = held + spared;
        Ok(Applied { erased, kept, held, receipt: self.applied(policy, now, [erased, kept, held])? })
    }

    /// Seals the event of a policy that was applied.
    fn applied(
        &self,
        policy: &Policy,
        now: u64,
        [erased, kept, held]: [u64; 3],
    ) -> Result<Receipt, SealError> {
        let text =
            Value::map([("text", Value::text(&*policy.text)), ("type", Value::text("application/toml"))]);
        let body = Value::map([
            ("action", Value::text("apply")),
            ("policy", text),
            ("at", Value::Uint(now)),
            ("erased", Value::Uint(erased)),
            ("kept", Value::Uint(kept)),
            ("held", Value::Uint(held)),
        ]);
        let (event, contents) = Event::new(EventKind::Policy, body, "local", &mut NoFiles)?;
        let receipt = self.seal(vec![Submission::local(event, contents)]).pop();
        receipt.unwrap_or_else(|| Err(Error::new(ErrorKind::Stopped, "the store gave no answer").into()))
    }
}
