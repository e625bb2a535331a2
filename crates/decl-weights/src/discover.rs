//! Finds the files of a directory that are the weights of a model.

use crate::error::Error;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// The files that were found.
#[derive(Default)]
pub(crate) struct Found {
    /// By name, which is the path relative to the directory; in bytewise order.
    pub(crate) files: BTreeMap<String, Candidate>,
    /// Files that no engine reads to load weights, for people.
    pub(crate) left_out: Vec<String>,
}

/// A file that may belong to the weights.
pub(crate) struct Candidate {
    pub(crate) path: PathBuf,
    /// Whether it has tensors. Otherwise it describes how tensors are put together.
    pub(crate) tensors: bool,
}

/// Formats that have a header to read.
const TENSORS: [&str; 2] = ["safetensors", "gguf"];

/// Files that engines read beside safetensors to interpret the tensors.
const CONFIGURATION: [&str; 8] = [
    "config.json",          // layers, heads, rope scaling, quantization
    "params.json",          // the same in Mistral's own form
    "quantize_config.json", // how GPTQ packed them ...
    "quant_config.json",    // ... and AWQ ...
    "hf_quant_config.json", // ... and ModelOpt
    "adapter_config.json",  // how an adapter is applied
    "model_index.json",     // what the parts of a diffusers folder are
    "modules.json",         // and of a sentence-transformers one
];

/// The suffix of the index, which maps tensors to parts.
const INDEX: &str = ".safetensors.index.json";

/// The most entries of one directory tree. The largest repositories of models have some thousand.
const MOST: usize = 100_000;

/// The longest path in a declaration, in bytes.
const PATH_BYTES: usize = decl_core::limits::NAME_BYTES;

/// Searches a directory tree, follows links and skips hidden names. A path that is a file is taken, whatever its name.
pub(crate) fn discover(path: &Path) -> Result<Found, Error> {
    let metadata = fs::metadata(path).map_err(|error| Error::file(path, error))?;
    let mut walk = Walk { found: Found::default(), above: Vec::new(), left: MOST };
    if metadata.is_dir() {
        if path.join("blobs").is_dir() && path.join("snapshots").is_dir() {
            let snapshots = path.join("snapshots/REVISION");
            return Err(Error::unusable(format_args!(
                "{}: the cache of a hub, for all revisions",
                path.display()
            ))
            .hint(format!("name one of them: {}", snapshots.display())));
        }
        walk.folder(path, Path::new(""))?;
    } else {
        let name = path.file_name().unwrap_or(path.as_os_str());
        walk.take(path.to_owned(), Path::new(name), true)?;
    }
    Ok(walk.found)
}

struct Walk {
    found: Found,
    /// The directories around this one, to detect a link that leads back.
    above: Vec<(u64, u64)>,
    left: usize,
}

impl Walk {
    fn folder(&mut self, path: &Path, below: &Path) -> Result<(), Error> {
        let fail = |error| Error::file(path, error);
        let metadata = fs::metadata(path).map_err(fail)?;
        let this = (metadata.dev(), metadata.ino());
        if self.above.contains(&this) {
            return Err(Error::unusable(format_args!(
                "{}: a link to a folder that it is in",
                path.display()
            )));
        }
        self.above.push(this);
        let mut names = Vec::new();
        for entry in fs::read_dir(path).map_err(fail)? {
            let name = entry.map_err(fail)?.file_name();
            if name.as_encoded_bytes().starts_with(b".") {
                continue;
            }
            self.left = self.left.checked_sub(1).ok_or_else(|| {
                Error::unusable(format_args!("more than {MOST} files")).hint("name the folder of one model")
            })?;
            names.push(name);
        }
        // The order of a directory differs between machines, and so would the first failure.
        names.sort_unstable();
        for name in names {
            self.entry(path.join(&name), &below.join(&name))?;
        }
        self.above.pop();
        Ok(())
    }

    fn entry(&mut self, path: PathBuf, name: &Path) -> Result<(), Error> {
        // A dangling link is no directory; if its name marks it as weights, it fails as a file.
        if fs::metadata(&path).is_ok_and(|metadata| metadata.is_dir()) {
            declarable(&path, name)?;
            return self.folder(&path, name);
        }
        let tensors =
            name.extension().is_some_and(|e| TENSORS.iter().any(|known| e.eq_ignore_ascii_case(known)));
        if tensors || is_configuration(name) {
            return self.take(path, name, tensors);
        }
        self.found.left_out.push(name.display().to_string());
        Ok(())
    }

    fn take(&mut self, path: PathBuf, name: &Path, tensors: bool) -> Result<(), Error> {
        let name = declarable(&path, name)?;
        self.found.files.insert(name, Candidate { path, tensors });
        Ok(())
    }
}

fn is_configuration(name: &Path) -> bool {
    let name = name.file_name().and_then(OsStr::to_str).unwrap_or_default();
    CONFIGURATION.contains(&name) || name.ends_with(INDEX)
}

/// Returns the name as text. Refuses one that a declaration cannot hold.
fn declarable(path: &Path, name: &Path) -> Result<String, Error> {
    let wrong = |why| Error::unusable(format_args!("{}: {why}", path.display()));
    match name.to_str() {
        None => Err(wrong("the name is not UTF-8, and a declaration holds nothing else")),
        Some(name) if name.len() > PATH_BYTES => Err(wrong("a path in a declaration has at most 256 bytes")),
        Some(name) => Ok(name.to_owned()),
    }
}
