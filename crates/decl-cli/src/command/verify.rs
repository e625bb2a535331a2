//! `decl verify`: offline, without a store.

use crate::args::Verify;
use crate::evidence;
use crate::exit;
use crate::failure::Failure;
use crate::input;
use crate::ui::Ui;
use decl_core::{Identity, NoFiles, Record, RecordKind, Value, cbor};
use decl_log::FileKind;
use decl_verify::Check;

pub(crate) fn run(ui: &Ui, args: &Verify) -> Result<u8, Failure> {
    let key = evidence::key(&args.vkey)?;
    let document = evidence::record(&args.record)?;
    let proof = evidence::proof(&args.proof)?;
    // Only the bytes have an identity. From JSON they are derived first; if it has none, that is the answer.
    let bytes = if cbor::starts_map(&document) {
        cbor::check_whole(&document).map_err(|fault| evidence::no_record(&args.record, &fault))?;
        document
    } else {
        let format = evidence::format(&document);
        let kind = format.unwrap_or(RecordKind::Declaration);
        let said = || {
            ui.say(&format!("the {} is JSON: verifying the canonical bytes it stands for", kind.as_str()));
        };
        match Record::parse(kind, &document, &mut NoFiles) {
            Ok((record, _)) => {
                said();
                record.into_bytes()
            }
            Err(fault) => {
                let fault = input::located(&document, fault);
                if format.is_none() {
                    return Err(evidence::no_record(&args.record, &fault));
                }
                said();
                return answer(ui, &Verdict::no(None, fault.code.as_str(), fault.to_string(), &[]));
            }
        }
    };
    let verdict = match decl_verify::verify(&bytes, &proof, &key) {
        Ok(verified) => Verdict {
            identity: Some(verified.identity),
            stands: Some((verified.index, verified.tree.size, verified.origin)),
            reason: None,
            checked: verified.checked,
        },
        Err(refusal) if refusal.is_unreadable() => {
            return Err(evidence::mismatch(&args.proof, FileKind::Proof, &proof, &refusal.reason));
        }
        Err(refusal) => {
            Verdict::no(Some(Identity::of(&bytes)), refusal.code(), refusal.to_string(), &refusal.checked)
        }
    };
    answer(ui, &verdict)
}

struct Verdict {
    identity: Option<Identity>,
    stands: Option<(u64, u64, String)>,
    reason: Option<(&'static str, String)>,
    checked: Vec<Check>,
}

impl Verdict {
    fn no(identity: Option<Identity>, code: &'static str, why: String, checked: &[Check]) -> Self {
        Self { identity, stands: None, reason: Some((code, why)), checked: checked.to_vec() }
    }
}

fn answer(ui: &Ui, verdict: &Verdict) -> Result<u8, Failure> {
    let Verdict { identity, stands, reason, checked } = verdict;
    let holds = reason.is_none();
    if ui.is_json() {
        let null = || Value::Null;
        let (code, why) =
            reason.as_ref().map_or((None, None), |(code, why)| (Some(*code), Some(why.as_str())));
        let (index, size, origin) = stands
            .as_ref()
            .map_or((None, None, None), |(index, size, origin)| (Some(*index), Some(*size), Some(origin)));
        ui.object(&Value::map([
            ("holds", Value::Bool(holds)),
            ("identity", identity.map_or_else(null, |id| Value::text(id.to_string()))),
            ("index", index.map_or_else(null, Value::Uint)),
            ("size", size.map_or_else(null, Value::Uint)),
            ("origin", origin.map_or_else(null, |origin| Value::text(origin.as_str()))),
            ("reason", code.map_or_else(null, Value::text)),
            ("message", why.map_or_else(null, Value::text)),
            ("checked", Value::Array(checked.iter().map(|check| Value::text(check.as_str())).collect())),
        ]))?;
    } else {
        for check in checked {
            ui.line(&format!("  {:12}  {}", check.as_str(), check.meaning()))?;
        }
        match (stands, reason) {
            (Some((index, size, origin)), None) => {
                ui.line(&format!("holds: entry {index} of {origin}, in a tree of {size}"))?;
            }
            (_, Some((_, why))) => ui.line(&format!("does not hold: {why}"))?,
            (None, None) => {}
        }
    }
    Ok(if holds { exit::DONE } else { exit::NO })
}
