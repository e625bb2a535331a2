//! Converts serializable Rust values to a tree. A generic serializer never decides an identity: this conversion only
//! carries values, and refuses those that have no encoding.

use crate::{
    code::Code,
    fault::{Fault, inside},
    limits,
    value::{Value, key_order},
};
use alloc::{
    borrow::Cow,
    format,
    string::{String, ToString},
    vec::Vec,
};
use ciborium::Value as Cbor;

/// Returns the tree of a serializable value, to be sealed through [`Source::from_value`](crate::Source::from_value).
///
/// ```
/// # use decl_core::{Value, to_value};
/// #[derive(serde::Serialize)]
/// struct Sampling {
///     temperature: f64,
///     top_k: u32,
/// }
/// let value = to_value(&Sampling { temperature: 1.0, top_k: 40 })?;
/// assert_eq!(value, Value::map([("temperature", Value::Uint(1)), ("top_k", Value::Uint(40))]));
/// # Ok::<(), decl_core::Fault>(())
/// ```
///
/// The result is the JSON form: digests are hex text, as in the projection.
///
/// Refuses, with the place: numbers outside the profile, keys that are not text or occur twice, tags, containers
/// nested too deep, and the private maps that `serde_json` writes for numbers when its feature `arbitrary_precision`
/// is enabled anywhere in the build.
pub fn to_value<T: serde::Serialize + ?Sized>(value: &T) -> Result<Value<'static>, Fault> {
    let tree = Cbor::serialized(value).map_err(|e| Fault::pointer(Code::Type, "", e.to_string()))?;
    convert(tree, &mut String::new(), 0)
}

fn convert(value: Cbor, at: &mut String, depth: usize) -> Result<Value<'static>, Fault> {
    let refuse = |at: &String, code, message: &str| Err(Fault::pointer(code, at.clone(), message));
    if depth == limits::DEPTH && matches!(value, Cbor::Array(_) | Cbor::Map(_)) {
        return refuse(at, Code::Depth, "too many containers inside each other");
    }
    Ok(match value {
        Cbor::Null => Value::Null,
        Cbor::Bool(b) => Value::Bool(b),
        Cbor::Integer(n) => match (u64::try_from(n), i64::try_from(n)) {
            (Ok(n), _) => Value::Uint(n),
            (_, Ok(n)) => Value::Nint(n),
            _ => return refuse(at, Code::NumRange, "an integer outside -2^63 ..= 2^64-1"),
        },
        Cbor::Float(x) if x.is_finite() => Value::from_f64(x),
        Cbor::Float(_) => return refuse(at, Code::NumNan, "not a finite number"),
        Cbor::Text(text) => Value::Text(text.into()),
        Cbor::Bytes(bytes) => Value::Bytes(bytes.into()),
        Cbor::Array(items) => {
            let mut out = Vec::with_capacity(items.len());
            for (i, item) in items.into_iter().enumerate() {
                out.push(inside(at, &format!("{i}"), |at| convert(item, at, depth + 1))?);
            }
            Value::Array(out)
        }
        Cbor::Map(members) => {
            let mut out: Vec<(Cow<'static, str>, Value<'static>)> = Vec::with_capacity(members.len());
            for (key, item) in members {
                let Cbor::Text(key) = key else {
                    return refuse(at, Code::Type, "a map key that is not text");
                };
                if key.starts_with("$serde_json::private::") {
                    return refuse(at, Code::NumPrecision, "a number in serde_json's private form");
                }
                let item = inside(at, &key, |at| convert(item, at, depth + 1))?;
                out.push((key.into(), item));
            }
            let mut keys: Vec<&str> = out.iter().map(|(key, _)| &**key).collect();
            keys.sort_by(|a, b| key_order(a, b));
            if keys.windows(2).any(|pair| pair[0] == pair[1]) {
                return refuse(at, Code::DupKey, "a key stands twice in this map");
            }
            Value::Map(out)
        }
        _ => return refuse(at, Code::Type, "a tag or another value that the profile does not have"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{collections::BTreeMap, vec};

    #[test]
    fn what_has_no_place_in_the_profile_is_refused_by_name() {
        let fault = |value: Cbor| {
            let fault = to_value(&Cbor::Map(vec![(Cbor::Text("a".into()), value)])).unwrap_err();
            (fault.code, fault.at.to_string())
        };
        assert_eq!(fault(Cbor::Float(f64::NAN)), (Code::NumNan, "/a".into()));
        assert_eq!(fault(Cbor::Tag(0, Cbor::Null.into())), (Code::Type, "/a".into()));
        assert_eq!(fault(Cbor::Map(vec![(Cbor::from(1), Cbor::Null)])), (Code::Type, "/a".into()));
        let twice = vec![(Cbor::from("k"), Cbor::Null), (Cbor::from("k"), Cbor::Null)];
        assert_eq!(fault(Cbor::Map(twice)), (Code::DupKey, "/a".into()));
        assert_eq!(to_value(&i128::MAX).unwrap_err().code, Code::Type);
        assert_eq!(
            to_value(&BTreeMap::from([("$serde_json::private::Number", "1")])).unwrap_err().code,
            Code::NumPrecision
        );
        let deep = (0..65).fold(Cbor::from(1), |inner, _| Cbor::Array(vec![inner]));
        assert_eq!(to_value(&deep).unwrap_err().code, Code::Depth);
    }
}
