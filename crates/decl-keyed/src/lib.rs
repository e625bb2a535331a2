//! Keyed content: content that is named by a keyed digest, kept encrypted, and unreadable once its key is destroyed.
//!
//! ```
//! use decl_core::{NoFiles, Source, json};
//! use decl_keyed::{ContentKey, Keying};
//! # let text = json::pretty(&decl_explain::template("generate").unwrap())
//! #     .replace(r#""authority": """#, r#""authority": "example.com""#).replace(r#""name": """#, r#""name": "m""#)
//! #     .replace(r#""input": []"#, r#""input": [{"role": "user", "parts": [
//! #         {"t": "text", "content": {"text": "My name is Ada."}, "attrs": {}}]}]"#);
//! let source = Source::parse(text.as_bytes(), &mut NoFiles)?; // its input is {"text": "My name is Ada."}
//!
//! let key = ContentKey::new("customer-4411", &[7; 32]); // 32 random bytes, please
//! let keyed = Keying { key: key.clone(), sections: vec!["input".to_owned()] }.apply(source)?;
//! assert!(keyed.contents.is_empty(), "nothing is left in the clear");
//!
//! // The declaration names the content by its digest under the key. Only a holder of the key can check it ...
//! let content = &keyed.keyed[0];
//! assert_eq!(keyed.declaration.references()[0].digest, content.digest());
//! assert_eq!(key.digest(b"My name is Ada."), content.digest());
//!
//! // ... and only a holder of the key can read what is stored.
//! let stored = content.encrypt(&[0; 24]).unwrap(); // 24 random bytes, please
//! assert_eq!(key.decrypt(&content.digest(), &stored).as_deref(), Some(&b"My name is Ada."[..]));
//! # Ok::<(), decl_core::Fault>(())
//! ```
//!
//! The format is [`docs/spec/content-keys.md`](../../../docs/spec/content-keys.md). It reads no file and has no
//! randomness: the caller brings both.

mod file;
mod key;
mod keying;

pub use file::{BadKeyFile, KeyFile};
pub use key::{ContentKey, KEY_BYTES, KeyedContent, NONCE_BYTES, OVERHEAD};
pub use keying::{Keyed, Keying};
