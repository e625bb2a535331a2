//! What an attestation says that it is about: an in-toto statement, alone, in a DSSE envelope or in a Sigstore bundle.
//!
//! Other attestations, such as a quote of an enclave, are kept as they are.

use decl_core::{Code, Fault, Value, hex, json, limits, unbase64};
use std::borrow::Cow;

/// The media types of the forms that are read.
const FORMS: [&str; 3] =
    ["application/vnd.in-toto", "application/vnd.dsse.envelope", "application/vnd.dev.sigstore.bundle"];

const STATEMENT: &str = "https://in-toto.io/Statement/";

/// Refuses an attestation that is about something else than the bytes with this SHA-256, and one that says by its media
/// type that it has a subject, and cannot be read. The signatures are not checked.
///
/// One that is not at hand is refused, whatever its media type says: nobody could know what it is about until it comes,
/// and then it is sealed.
pub(crate) fn check(media: &str, bytes: Option<&[u8]>, sha256: &[u8; 32]) -> Result<(), Fault> {
    let fault = |code, message: &str| Fault::pointer(code, "/body/content", message);
    let hint =
        format!("a subject of its statement is the declaration's bytes, with the SHA-256 {}", hex(sha256));
    let Some(bytes) = bytes else {
        let fault =
            fault(Code::Unresolved, "the attestation is not at hand, and is read before it is sealed");
        return Err(fault.with_hint("bring it with --content"));
    };
    match subjects(bytes) {
        Some(subjects) if subjects.contains(&hex(sha256)) => Ok(()),
        Some(_) => {
            Err(fault(Code::Range, "no subject of the attestation is this declaration").with_hint(hint))
        }
        None if FORMS.iter().any(|form| media.starts_with(form)) => {
            Err(fault(Code::Range, "no attestation of the form that its media type names").with_hint(hint))
        }
        None => Ok(()),
    }
}

/// Returns the SHA-256 of everything that an attestation is about, in hex, or `None` if it has none of the forms.
fn subjects(bytes: &[u8]) -> Option<Vec<String>> {
    if bytes.len() > limits::SOURCE_BYTES {
        return None;
    }
    let value = json::parse_body(bytes).ok()?;
    if let Some(envelope) = value.get("dsseEnvelope") {
        return enveloped(envelope);
    }
    if let Some(digest) = value.get("messageSignature").and_then(|signed| signed.get("messageDigest")) {
        let sha256 = digest.get("algorithm").and_then(Value::as_str) == Some("SHA2_256");
        let digest = digest.get("digest").and_then(Value::as_str).and_then(base64)?;
        return Some(if sha256 { vec![hex(&digest)] } else { Vec::new() });
    }
    if value.get("payloadType").is_some() { enveloped(&value) } else { stated(&value) }
}

/// Returns the subjects of the statement in a DSSE envelope.
fn enveloped(envelope: &Value<'_>) -> Option<Vec<String>> {
    let payload = envelope.get("payload").and_then(Value::as_str).and_then(base64)?;
    stated(&json::parse_body(&payload).ok()?)
}

fn stated(statement: &Value<'_>) -> Option<Vec<String>> {
    statement.get("_type").and_then(Value::as_str).filter(|version| version.starts_with(STATEMENT))?;
    let Some(Value::Array(subjects)) = statement.get("subject") else { return None };
    let sha256 =
        |subject: &Value<'_>| Some(subject.get("digest")?.get("sha256")?.as_str()?.to_ascii_lowercase());
    Some(subjects.iter().filter_map(sha256).collect())
}

/// Decodes base64 of either alphabet, as DSSE has it.
fn base64(text: &str) -> Option<Vec<u8>> {
    let text = if text.contains(['-', '_']) {
        Cow::Owned(text.replace('-', "+").replace('_', "/"))
    } else {
        Cow::Borrowed(text)
    };
    unbase64(&text)
}
