//! Reads FILE into a declaration, in any of its formats.

use crate::args::{SourceArgs, Unknown};
use crate::failure::Failure;
use crate::input::{self, RelativeFiles};
use decl_adapt::{Adapter, Reading};
use decl_core::{Document, Fault, Source, limits};
use std::path::Path;

/// How a command reads its documents. The threads of a batch share it.
pub(crate) struct Format {
    reading: Reading,
    files: RelativeFiles,
}

impl Format {
    /// Returns the format that the arguments name, for documents of the file `input`.
    pub(crate) fn new(args: &SourceArgs, input: &Path) -> Result<Self, Failure> {
        let mut reading = Reading::of(&args.from).ok_or_else(|| unknown_format(&args.from))?;
        if args.from == "declaration"
            && (!args.overlay.is_empty() || args.model.is_some() || args.api_version.is_some())
        {
            return Err(Failure::unknown("--overlay, --model and --api-version go with a request body")
                .hint("name its format: --from FORMAT"));
        }
        for path in &args.overlay {
            let name = path.display().to_string();
            let text = input::limited(path, limits::SOURCE_BYTES)?;
            let text = text.ok_or_else(|| input::too_large().of(Document::Overlay))?;
            reading.add_overlay(&name, &text)?;
        }
        reading.unknown = match args.unknown {
            Unknown::Refuse => decl_adapt::Unknown::Refuse,
            Unknown::Extend => decl_adapt::Unknown::Extend,
        };
        reading.model.clone_from(&args.model);
        reading.api_version.clone_from(&args.api_version);
        Ok(Self { reading, files: RelativeFiles::to_document(input) })
    }

    /// Parses a document into its declaration and the content that came with it.
    pub(crate) fn parse(&self, document: &[u8]) -> Result<Source, Fault> {
        self.reading.parse(document, &mut &self.files)
    }

    /// Returns every fault of the document, the verdict first.
    pub(crate) fn check(&self, document: &[u8]) -> Vec<Fault> {
        self.reading.check(document, &mut &self.files)
    }

    /// Returns a fault of the document, or of the declaration made of it, with its position.
    pub(crate) fn located(&self, document: &[u8], fault: Fault) -> Fault {
        self.reading.located(document, fault)
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
        self.format.parse(&self.document)
    }

    /// Returns a fault of the document with its position.
    pub(crate) fn located(&self, fault: Fault) -> Fault {
        self.format.located(&self.document, fault)
    }
}

/// Returns the adapter of this name.
pub(crate) fn adapter(name: &str) -> Result<&'static Adapter, Failure> {
    decl_adapt::named(name).ok_or_else(|| unknown_format(name))
}

fn unknown_format(name: &str) -> Failure {
    let known = decl_adapt::NAMES.join(", ");
    Failure::unknown(format_args!("no format is named {name}")).hint(format!("one of: declaration, {known}"))
}
