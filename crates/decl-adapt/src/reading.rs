//! Reads a stream of documents of one format, each with the same overlays and options.

use crate::{
    catalog::named,
    options::{Options, Unknown},
    overlay,
    table::Adapter,
};
use decl_core::{Document, Fault, Files, Source, Value, check, json, locate};
use std::slice;

/// Reads documents of one format: declarations in either form, or documents that an adapter turns into declarations.
/// Threads can share it.
///
/// ```
/// use decl_adapt::Reading;
/// use decl_core::NoFiles;
/// let mut reading = Reading::of("chat").unwrap();
/// reading.add_overlay("server.json", br#"{"environment": {"executor": "local"}, "model": {"authority": "local"}}"#)?;
/// let body = br#"{"model": "Qwen3-8B", "messages": [{"role": "user", "content": "hi"}]}"#;
/// assert!(reading.parse(body, &mut NoFiles).is_ok());
///
/// // Faults have their positions, each in its own document.
/// let fault = reading.parse(b"{\"messages\": [],\n  \"model\": 3}", &mut NoFiles).unwrap_err();
/// assert_eq!(fault.position.map(|position| position.to_string()).as_deref(), Some("line 2, column 3"));
/// let fault = reading.add_overlay("other.json", br#"{"environment": {"executor": "hosted"}}"#).unwrap_err();
/// assert_eq!(fault.message, "other.json: another overlay states another value");
/// # Ok::<(), decl_core::Fault>(())
/// ```
pub struct Reading {
    /// `None` for declarations.
    adapter: Option<&'static Adapter>,
    overlays: Vec<Overlay>,
    /// All overlays, joined.
    overlay: Option<Value<'static>>,
    /// What to do with members of a body that the table does not name.
    pub unknown: Unknown,
    /// The model, where the body does not name it.
    pub model: Option<String>,
    /// The version of the API or the harness, where the body does not state it.
    pub api_version: Option<String>,
}

struct Overlay {
    name: String,
    text: Vec<u8>,
    value: Value<'static>,
}

impl Reading {
    /// Returns the reading of a format, which is `declaration` or the name of an adapter. Returns `None` for any other
    /// name.
    pub fn of(format: &str) -> Option<Self> {
        let adapter = match format {
            "declaration" => None,
            name => Some(named(name)?),
        };
        Some(Self {
            adapter,
            overlays: Vec::new(),
            overlay: None,
            unknown: Unknown::default(),
            model: None,
            api_version: None,
        })
    }

    /// Adds a document of declaration members that joins every body. Messages call it by its name.
    pub fn add_overlay(&mut self, name: &str, text: &[u8]) -> Result<(), Fault> {
        let parsed = json::parse(text).and_then(|value| {
            overlay::check_object(&value)?;
            Ok(value.into_owned())
        });
        let value = parsed.map_err(|fault| {
            let mut fault = fault.of(Document::Overlay);
            locate(text, Document::Overlay, slice::from_mut(&mut fault));
            called(name, fault)
        })?;
        self.overlays.push(Overlay { name: name.to_owned(), text: text.to_owned(), value: value.clone() });
        self.overlay = Some(match self.overlay.take() {
            None => value,
            Some(joined) => overlay::join(joined, value).map_err(|mut fault| {
                locate(text, Document::Overlay, slice::from_mut(&mut fault));
                called(name, fault)
            })?,
        });
        Ok(())
    }

    /// Parses a document into its declaration and the content that came with it.
    pub fn parse(&self, document: &[u8], files: &mut dyn Files) -> Result<Source, Fault> {
        let source = match self.adapter {
            None => Source::parse(document, files),
            Some(adapter) => adapter.declare(document, &self.options(), files),
        };
        source.map_err(|fault| self.located(document, fault))
    }

    /// Returns every fault of a document, the verdict first; the list is empty if it has a declaration.
    pub fn check(&self, document: &[u8], files: &mut dyn Files) -> Vec<Fault> {
        let mut faults = match self.adapter {
            None => check(document, files),
            Some(adapter) => adapter.check(document, &self.options(), files),
        };
        self.locate(document, &mut faults);
        faults
    }

    /// Returns a fault of the declaration that was made of a document, as the store finds it, with its position.
    pub fn located(&self, document: &[u8], mut fault: Fault) -> Fault {
        self.locate(document, slice::from_mut(&mut fault));
        fault
    }

    fn locate(&self, document: &[u8], faults: &mut [Fault]) {
        if self.adapter.is_none() {
            // Without an adapter, the declaration is the document itself.
            for fault in faults.iter_mut().filter(|fault| fault.document == Document::Declaration) {
                fault.document = Document::Input;
            }
        }
        locate(document, Document::Input, faults.iter_mut());
        for Overlay { name, text, value } in &self.overlays {
            // If several overlays state something there, the first is named.
            let said = |fault: &&mut Fault| {
                fault.document == Document::Overlay && fault.position.is_none() && overlay::says(value, fault)
            };
            for fault in faults.iter_mut().filter(said) {
                locate(text, Document::Overlay, slice::from_mut(fault));
                *fault = called(name, fault.clone());
            }
        }
    }

    fn options(&self) -> Options<'_> {
        Options {
            unknown: self.unknown,
            overlay: self.overlay.as_ref(),
            model: self.model.as_deref(),
            api_version: self.api_version.as_deref(),
        }
    }
}

/// Returns the fault with the name of its document before the message.
fn called(name: &str, mut fault: Fault) -> Fault {
    fault.message = format!("{name}: {}", fault.message);
    fault
}
