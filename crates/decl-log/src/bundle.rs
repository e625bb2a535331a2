//! Entry bundles: the entries below one level-0 tile, each after its length in two bytes, big-endian.

use crate::refusal::Refusal;

/// The largest entry in bytes, as its length field allows.
pub const MAX_ENTRY: usize = u16::MAX as usize;

/// Encodes a bundle. Refuses an entry longer than [`MAX_ENTRY`].
pub fn encode_bundle<E: AsRef<[u8]>>(entries: impl IntoIterator<Item = E>) -> Result<Vec<u8>, Refusal> {
    let mut bundle = Vec::new();
    for entry in entries {
        let entry = entry.as_ref();
        let len =
            u16::try_from(entry.len()).map_err(|_| Refusal::Malformed("an entry is at most 65,535 bytes"))?;
        bundle.extend_from_slice(&len.to_be_bytes());
        bundle.extend_from_slice(entry);
    }
    Ok(bundle)
}

/// Returns the entries of a bundle. Refuses a bundle that is not exactly `width` entries.
pub fn parse_bundle(bundle: &[u8], width: u16) -> Result<Vec<&[u8]>, Refusal> {
    let mut entries = Vec::new();
    let mut rest = bundle;
    for _ in 0..width {
        let (entry, after) =
            split_entry(rest).ok_or(Refusal::Malformed("the bundle ends inside an entry"))?;
        entries.push(entry);
        rest = after;
    }
    if rest.is_empty() {
        Ok(entries)
    } else {
        Err(Refusal::Malformed("more bytes after the bundle's last entry"))
    }
}

fn split_entry(bundle: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = bundle.split_first_chunk()?;
    rest.split_at_checked(u16::from_be_bytes(*len).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bundles_round_trip_and_break_when_cut_or_extended() {
        let longest = vec![7; MAX_ENTRY];
        let entries = [&b"a"[..], b"", &longest];
        let bundle = encode_bundle(entries).unwrap();
        assert_eq!(bundle[..5], [0, 1, b'a', 0, 0]);
        assert_eq!(parse_bundle(&bundle, 3), Ok(entries.to_vec()));
        for width in [0, 1, 2, 4, u16::MAX] {
            assert!(parse_bundle(&bundle, width).is_err(), "{width}");
        }
        for len in 0..bundle.len() {
            assert!(parse_bundle(&bundle[..len], 3).is_err(), "{len}");
        }
        assert_eq!(parse_bundle(&[], 0), Ok(vec![]));
        assert!(encode_bundle([vec![0; MAX_ENTRY + 1]]).is_err());
    }
}
