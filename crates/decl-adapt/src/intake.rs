//! Turns a body into its declaration.

use crate::{fast, options::Options, overlay, table::Adapter};
use decl_core::{
    Declaration, Document, Fault, Files, Source, Value, check_source, dedup_contents,
    json::{self, Tape},
    verdict,
};

impl Adapter {
    /// Turns the request body that an application is about to send into its declaration. A fault is in the body if the
    /// adapter found it, else in the overlay or in the declaration that it made.
    pub fn declare(
        &self,
        body: &[u8],
        options: &Options<'_>,
        files: &mut dyn Files,
    ) -> Result<Source, Fault> {
        let body = json::body_tape(body).map_err(|fault| hinted(fault, body))?;
        if let Some(source) = self.fast(&body, options) {
            return Ok(source);
        }
        let mut faults = Vec::new();
        let Some(translated) = self.translate(body.into_tree(), options, &mut faults) else {
            return Err(verdict(faults));
        };
        Source::with_contents(translated.source, translated.contents, files)
            .map_err(|fault| of_body(fault, options.overlay))
    }

    /// Does the same on the fast path, without a tree. Returns `None` if anything is added to the body or anything
    /// about it is unusual.
    fn fast(&self, body: &Tape<'_>, options: &Options<'_>) -> Option<Source> {
        if options.model.or(options.api_version).is_some() || options.overlay.is_some() {
            return None;
        }
        let fast::Written { bytes, references, mut contents, quoted } = fast::write(self, body)?;
        // Of two media types of the same bytes, the first is kept. Quoted content comes before the rest, in an order
        // that only the tree knows.
        dedup_contents(&mut contents);
        if !quoted.is_empty() {
            contents.extend(quoted);
            contents.sort_by_cached_key(|content| content.digest);
            let differ = |pair: &[decl_core::Content]| {
                pair[0].digest == pair[1].digest && pair[0].media != pair[1].media
            };
            if contents.windows(2).any(differ) {
                return None;
            }
            dedup_contents(&mut contents);
        }
        Some(Source { declaration: Declaration::from_checked(bytes, references), contents })
    }

    /// Returns every fault of a request body, the verdict first; the list is empty if it has a declaration.
    pub fn check(&self, body: &[u8], options: &Options<'_>, files: &mut dyn Files) -> Vec<Fault> {
        let body = match json::parse_body(body) {
            Ok(tree) => tree,
            Err(fault) => return vec![hinted(fault, body)],
        };
        let mut faults = Vec::new();
        match self.translate(body, options, &mut faults) {
            Some(translated) => check_source(translated.source, files)
                .into_iter()
                .map(|fault| of_body(fault, options.overlay))
                .collect(),
            None => faults,
        }
    }
}

/// Assigns a fault of the declaration to its document: the overlay if that states something at the place, or should.
fn of_body(fault: Fault, overlay: Option<&Value<'_>>) -> Fault {
    let says = overlay.is_some_and(|overlay| overlay::says(overlay, &fault));
    let document = if says { Document::Overlay } else { Document::Declaration };
    fault.of(document)
}

/// Adds to the fault of a body that is no JSON what it is instead.
fn hinted(fault: Fault, body: &[u8]) -> Fault {
    match body {
        [0x1f, 0x8b, ..] => fault.with_hint("this is gzip: give the body as it is before it is compressed"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => {
            fault.with_hint("this is zstd: give the body as it is before it is compressed")
        }
        _ if is_zlib(body) => {
            fault.with_hint("this is deflate (zlib): give the body as it is before it is compressed")
        }
        [b'-', b'-', ..] => fault
            .with_hint("this looks like multipart/form-data: an adapter reads JSON; send the files in it"),
        _ => fault,
    }
}

/// Returns true for a zlib stream (RFC 1950 section 2.2): its first byte names the method and the window, and together
/// with the second it is a multiple of 31. Text can start like that, so it is none.
fn is_zlib(body: &[u8]) -> bool {
    let [method, flags, ..] = *body else { return false };
    let checks = u16::from_be_bytes([method, flags]) % 31 == 0;
    method & 0x0f == 8 && method >> 4 <= 7 && checks && std::str::from_utf8(body).is_err()
}
