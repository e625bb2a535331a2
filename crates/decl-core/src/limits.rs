//! Every limit on untrusted input, with its unit (`docs/spec/declaration.md`, Limits).

/// Containers (maps and arrays) on any path from the top item, which is included.
pub const DEPTH: usize = 64;

/// Bytes of a source document in JSON: declaration, request body, overlay.
pub const SOURCE_BYTES: usize = 64 << 20;

/// Values of a JSON document; keys of maps count as values. This bounds the memory that a document of many small
/// values takes. No canonical declaration can hold more, because each value takes at least one byte.
pub const VALUES: usize = 4 << 20;

/// Bytes of a canonical declaration.
pub const DECLARATION_BYTES: usize = 4 << 20;

/// Bytes of the encoded body of a supplement or an event.
pub const BODY_BYTES: usize = 16 << 10;

/// Bytes of one piece of content.
pub const CONTENT_BYTES: usize = 256 << 20;

/// Bytes of a `name` (model, tool, path, URL ...) and of a media type.
pub const NAME_BYTES: usize = 256;

/// Bytes of a handle.
pub const HANDLE_BYTES: usize = 64;

/// Bytes of a query.
pub const QUERY_BYTES: usize = 1024;

/// Bytes of an identifier that somebody else chose: the id of a call, a URL.
pub const IDENTIFIER_BYTES: usize = 64 << 10;

/// Digits of an integer inside JSON that is content.
pub const INTEGER_DIGITS: usize = 1024;

/// Significant digits of a JSON number that is not an integer.
pub const NUMBER_DIGITS: usize = 17;

/// Faults that [`check`](crate::check) lists before it stops.
pub const FAULTS: usize = 1_000;

/// Bytes of the pointers of those faults; one pointer can be as long as the document.
pub const FAULT_BYTES: usize = 1 << 20;
