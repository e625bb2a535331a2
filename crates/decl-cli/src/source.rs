//! From FILE to a declaration, whatever FILE holds.

use crate::args::{SourceArgs, Unknown};
use crate::failure::Failure;
use crate::input::{self, Beside};
use decl_core::adapter::{self, Adapter};
use decl_core::{Fault, Source, Value};
use std::path::Path;

/// How documents of this command are read. Shared by the threads of a batch.
pub(crate) struct Format {
    adapter: Option<&'static Adapter>,
    overlay: Option<Value<'static>>,
    unknown: adapter::Unknown,
    model: Option<String>,
    api_version: Option<String>,
    beside: Beside,
}

impl Format {
    /// The format that the arguments name, for documents of the file `input`.
    pub(crate) fn new(args: &SourceArgs, input: &Path) -> Result<Self, Failure> {
        let adapter = match args.from.as_str() {
            "declaration" => None,
            name => Some(adapter(name)?),
        };
        if adapter.is_none() && (args.overlay.is_some() || args.model.is_some() || args.api_version.is_some())
        {
            return Err(Failure::unknown("--overlay, --model and --api-version go with a request body")
                .hint("name its format: --from FORMAT"));
        }
        let overlay = match &args.overlay {
            Some(path) => Some(input::side_document(path)?),
            None => None,
        };
        let unknown = match args.unknown {
            Unknown::Refuse => adapter::Unknown::Refuse,
            Unknown::Extend => adapter::Unknown::Extend,
        };
        let (model, api_version) = (args.model.clone(), args.api_version.clone());
        Ok(Self { adapter, overlay, unknown, model, api_version, beside: Beside::document(input) })
    }

    /// The declaration, with the content that its document carried.
    pub(crate) fn parse(&self, document: &[u8]) -> Result<Source, Fault> {
        match self.adapter {
            None => Source::parse(document, &mut &self.beside),
            Some(adapter) => Source::from_body(adapter, document, &self.options(), &mut &self.beside),
        }
    }

    /// Every fault of the document, the verdict first.
    pub(crate) fn check(&self, document: &[u8]) -> Vec<Fault> {
        match self.adapter {
            None => decl_core::check(document, &mut &self.beside),
            Some(adapter) => decl_core::check_body(adapter, document, &self.options(), &mut &self.beside),
        }
    }

    fn options(&self) -> adapter::Options<'_> {
        adapter::Options {
            unknown: self.unknown,
            overlay: self.overlay.as_ref(),
            model: self.model.as_deref(),
            api_version: self.api_version.as_deref(),
        }
    }
}

/// The declaration in a file.
pub(crate) fn read(path: &Path, args: &SourceArgs) -> Result<Source, Failure> {
    let format = Format::new(args, path)?;
    Ok(format.parse(&input::document(path)?)?)
}

/// The adapter of this name.
pub(crate) fn adapter(name: &str) -> Result<&'static Adapter, Failure> {
    adapter::named(name).ok_or_else(|| {
        let known = adapter::NAMES.join(", ");
        Failure::unknown(format_args!("no format is named {name}"))
            .hint(format!("one of: declaration, {known}"))
    })
}
