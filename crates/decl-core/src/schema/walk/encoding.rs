//! The encoding that the walk writes until it finds a fault.

use super::Visit;
use crate::{cbor, code::Code, content::Content, fault::Fault, limits, value::Value};

impl Visit<'_, '_> {
    /// Records the first value without an encoding, which is one verdict for the document.
    pub(super) fn unencodable(&mut self, code: Code, message: &'static str) {
        let at = &self.at;
        self.walk.unencodable.get_or_insert_with(|| Fault::pointer(code, at.pointer(), message));
    }

    fn writes(&self) -> bool {
        self.writes && self.walk.faults.found() == 0
    }

    #[inline]
    pub(super) fn scalar(&mut self, value: &Value<'_>) {
        if self.writes()
            && let Err((code, message)) = cbor::scalar(&mut self.walk.found.bytes, value)
        {
            self.unencodable(code, message);
        }
    }

    #[inline]
    pub(super) fn key(&mut self, key: &str) {
        if self.writes() {
            cbor::string(&mut self.walk.found.bytes, cbor::TEXT, key.as_bytes());
        }
    }

    #[inline]
    pub(super) fn container(&mut self, major: u8, entries: usize) {
        if self.writes() {
            cbor::head(&mut self.walk.found.bytes, major, entries as u64);
            self.limit();
        }
    }

    /// Writes the reference to content that was given here by value.
    pub(super) fn reference(&mut self, content: &Content) {
        if self.writes() {
            content.write_reference(&mut self.walk.found.bytes);
            self.limit();
        }
    }

    fn limit(&mut self) {
        if self.containers == limits::DEPTH {
            self.unencodable(Code::Depth, "too many containers inside each other");
        }
    }
}
