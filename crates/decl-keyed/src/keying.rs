//! Turns references to content into keyed references.

use crate::key::{ContentKey, KeyedContent};
use decl_core::{Code, Content, Declaration, Document, Fault, Identity, Source, Value, cbor, inside};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Which content of a declaration is keyed, and under which key.
#[derive(Clone, Debug)]
pub struct Keying {
    /// The key.
    pub key: ContentKey,
    /// The members at the top of the declaration whose content is keyed.
    pub sections: Vec<String>,
}

/// A declaration with its content, some of it under a key.
#[derive(Clone, Debug)]
pub struct Keyed {
    /// The declaration. Its identity depends on the key.
    pub declaration: Declaration,
    /// The content that stays as it is, each piece once.
    pub contents: Vec<Content>,
    /// The content under the key, each piece once.
    pub keyed: Vec<KeyedContent>,
}

impl Keying {
    /// Keys the content of the sections. The content of every plain reference there must have come with the
    /// declaration; without it, nobody could compute the keyed digest.
    pub fn apply(&self, source: Source) -> Result<Keyed, Fault> {
        let Source { declaration, contents } = source;
        let contents: HashMap<Identity, Content> =
            contents.into_iter().map(|content| (content.digest, content)).collect();
        let mut document = declaration.value();
        let mut walk = Walk { key: &self.key, contents: &contents, keyed: BTreeMap::new() };
        let mut at = String::new();
        if let Value::Map(members) = &mut document {
            for (name, section) in members.iter_mut().filter(|(name, _)| self.has(name)) {
                inside(&mut at, name, |at| walk.visit(section, at))?;
            }
        }
        let keyed = walk.keyed.into_values().collect();
        // The walk of the format has the last word, as on a reference that was written by hand.
        let declaration = Declaration::from_cbor(cbor::encode(&document)?)?;
        let plain: HashSet<Identity> = declaration
            .references()
            .iter()
            .filter(|reference| reference.keyed.is_none())
            .map(|reference| reference.digest)
            .collect();
        let mut contents: Vec<Content> =
            contents.into_values().filter(|content| plain.contains(&content.digest)).collect();
        contents.sort_unstable_by_key(|content| content.digest);
        Ok(Keyed { declaration, contents, keyed })
    }

    fn has(&self, section: &str) -> bool {
        self.sections.iter().any(|name| name == section)
    }
}

/// A walk over a section.
struct Walk<'w> {
    key: &'w ContentKey,
    contents: &'w HashMap<Identity, Content>,
    /// What was keyed, by its plain digest.
    keyed: BTreeMap<Identity, KeyedContent>,
}

impl Walk<'_> {
    /// Visits a value of a valid declaration, in which a map has bytes at `b3` if and only if it is a plain reference.
    fn visit(&mut self, value: &mut Value<'_>, at: &mut String) -> Result<(), Fault> {
        if let Some(Value::Bytes(digest)) = value.get("b3") {
            let digest = <[u8; 32]>::try_from(&**digest).map(Identity::from_bytes);
            let digest = digest.map_err(|_| Fault::pointer(Code::Range, at.as_str(), "no digest"))?;
            let keyed = self.keyed_digest(&digest).ok_or_else(|| missing(&digest, at))?;
            let media = value.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
            *value = Value::map([
                ("key", Value::text(self.key.name().to_owned())),
                ("kb3", Value::Bytes(keyed.as_bytes().to_vec().into())),
                ("type", Value::text(media)),
            ]);
            return Ok(());
        }
        match value {
            Value::Map(members) => {
                members.iter_mut().try_for_each(|(name, value)| inside(at, name, |at| self.visit(value, at)))
            }
            Value::Array(items) => items
                .iter_mut()
                .enumerate()
                .try_for_each(|(i, item)| inside(at, &i.to_string(), |at| self.visit(item, at))),
            _ => Ok(()),
        }
    }

    /// Returns the keyed digest of content, or `None` if the content is not at hand.
    fn keyed_digest(&mut self, digest: &Identity) -> Option<Identity> {
        if let Some(keyed) = self.keyed.get(digest) {
            return Some(keyed.digest());
        }
        let keyed = self.key.content(self.contents.get(digest)?.bytes.clone());
        let found = keyed.digest();
        self.keyed.insert(*digest, keyed);
        Some(found)
    }
}

fn missing(digest: &Identity, at: &str) -> Fault {
    let message = format!("the content {digest} is not at hand, so it cannot be keyed");
    Fault::pointer(Code::Unresolved, at, message)
        .of(Document::Declaration)
        .with_hint("bring it with --content, or leave this section out of --keyed-sections")
}
