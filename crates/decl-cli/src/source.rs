//! From FILE to a declaration, whatever FILE holds.

use crate::args::{SourceArgs, Unknown};
use crate::failure::Failure;
use crate::input::{self, RelativeFiles, SideDocument};
use decl_adapt::Adapter;
use decl_adapt::overlay;
use decl_core::{Document, Fault, Source, Value, locate};
use std::path::{Path, PathBuf};
use std::slice;

/// How a command reads its documents. The threads of a batch share it.
pub(crate) struct Format {
    adapter: Option<&'static Adapter>,
    overlays: Vec<SideDocument>,
    /// All of them as one.
    overlay: Option<Value<'static>>,
    unknown: decl_adapt::Unknown,
    model: Option<String>,
    api_version: Option<String>,
    files: RelativeFiles,
}

impl Format {
    /// Returns the format that the arguments name, for documents of the file `input`.
    pub(crate) fn new(args: &SourceArgs, input: &Path) -> Result<Self, Failure> {
        let adapter = match args.from.as_str() {
            "declaration" => None,
            name => Some(adapter(name)?),
        };
        if adapter.is_none()
            && (!args.overlay.is_empty() || args.model.is_some() || args.api_version.is_some())
        {
            return Err(Failure::unknown("--overlay, --model and --api-version go with a request body")
                .hint("name its format: --from FORMAT"));
        }
        let open = |path: &PathBuf| SideDocument::open(path, Document::Overlay);
        let overlays = args.overlay.iter().map(open).collect::<Result<Vec<_>, _>>()?;
        let mut overlay: Option<Value<'static>> = None;
        for side in &overlays {
            overlay = Some(match overlay {
                None => side.value.clone(),
                Some(joined) => overlay::join(joined, side.value.clone()).map_err(|mut fault| {
                    side.locate([&mut fault]);
                    fault
                })?,
            });
        }
        let unknown = match args.unknown {
            Unknown::Refuse => decl_adapt::Unknown::Refuse,
            Unknown::Extend => decl_adapt::Unknown::Extend,
        };
        let (model, api_version) = (args.model.clone(), args.api_version.clone());
        Ok(Self {
            adapter,
            overlays,
            overlay,
            unknown,
            model,
            api_version,
            files: RelativeFiles::to_document(input),
        })
    }

    /// Parses a document into its declaration and the content that came with it.
    pub(crate) fn parse(&self, document: &[u8]) -> Result<Source, Fault> {
        match self.adapter {
            None => Source::parse(document, &mut &self.files),
            Some(adapter) => adapter.declare(document, &self.options(), &mut &self.files),
        }
    }

    /// Returns every fault of the document, the verdict first.
    pub(crate) fn check(&self, document: &[u8]) -> Vec<Fault> {
        let mut faults = match self.adapter {
            None => decl_core::check(document, &mut &self.files),
            Some(adapter) => adapter.check(document, &self.options(), &mut &self.files),
        };
        self.locate(document, &mut faults);
        faults
    }

    /// Returns a fault of the document, or of the declaration made of it, with its position.
    pub(crate) fn located(&self, document: &[u8], mut fault: Fault) -> Fault {
        self.locate(document, slice::from_mut(&mut fault));
        fault
    }

    fn locate(&self, document: &[u8], faults: &mut [Fault]) {
        if self.adapter.is_none() {
            // Without an adapter, the declaration is the document itself.
            for fault in faults.iter_mut().filter(|fault| fault.document == Document::Declaration) {
                fault.document = Document::Given;
            }
        }
        locate(document, Document::Given, faults.iter_mut());
        for side in &self.overlays {
            side.locate(faults.iter_mut().filter(|fault| overlay::says(&side.value, fault)));
        }
    }

    fn options(&self) -> decl_adapt::Options<'_> {
        decl_adapt::Options {
            unknown: self.unknown,
            overlay: self.overlay.as_ref(),
            model: self.model.as_deref(),
            api_version: self.api_version.as_deref(),
        }
    }
}

/// A document that a command was given, and how it is read.
pub(crate) struct SourceFile {
    format: Format,
    document: Vec<u8>,
}

impl SourceFile {
    pub(crate) fn open(path: &Path, args: &SourceArgs) -> Result<Self, Failure> {
        Ok(Self { format: Format::new(args, path)?, document: input::document(path)? })
    }

    /// Parses the document.
    pub(crate) fn parse(&self) -> Result<Source, Fault> {
        self.format.parse(&self.document).map_err(|fault| self.located(fault))
    }

    /// Returns a fault of the document with its position.
    pub(crate) fn located(&self, fault: Fault) -> Fault {
        self.format.located(&self.document, fault)
    }
}

/// Returns the adapter of this name.
pub(crate) fn adapter(name: &str) -> Result<&'static Adapter, Failure> {
    decl_adapt::named(name).ok_or_else(|| {
        let known = decl_adapt::NAMES.join(", ");
        Failure::unknown(format_args!("no format is named {name}"))
            .hint(format!("one of: declaration, {known}"))
    })
}
