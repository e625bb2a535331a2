//! Checks RocksDB's write-ahead log before RocksDB reads it.
//!
//! RocksDB replays a log up to the first record that it cannot read, and takes that place for the end: one flipped bit
//! looks to it like a write that a power cut tore. What follows distinguishes the two: every write is synced before
//! the next begins, so only the last one can be torn, and no write begins after it.
//!
//! ```text
//! log       blocks of 32 KiB; a block ends with zeros where no header fits
//! fragment  u32 masked CRC-32C of type and payload, u16 length, u8 type, payload     little-endian
//! write     FULL, or FIRST MIDDLE* LAST
//! ```

use std::{
    fs::File,
    io::{self, Read as _},
    path::Path,
};

const BLOCK: usize = 32 << 10;
const HEADER: usize = 7;

const FULL: u8 = 1;
const FIRST: u8 = 2;
const MIDDLE: u8 = 3;
const LAST: u8 = 4;
/// The kind of the first fragment of a log, which states how the payloads are compressed.
const COMPRESSION: u8 = 9;

/// Kinds of fragments in logs whose files are reused. Our options never write them. Where RocksDB meets one after
/// others, it reads the same place for ever, before it checks the checksum.
const RECYCLED: [u8; 6] = [5, 6, 7, 8, 11, 131];

/// The contents of a log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Log {
    /// The length of the file in bytes.
    pub(super) len: u64,
    /// The number of complete writes.
    pub(super) writes: u64,
    /// The offset of an incomplete write at the end.
    pub(super) torn: Option<u64>,
    /// The offset of damage that is followed by writes.
    pub(super) damaged: Option<u64>,
    /// Whether a fragment is, or claims to be, of a kind that our options never write. RocksDB may read such a log for
    /// ever.
    pub(super) foreign: bool,
}

/// Reads a log to its end.
pub(super) fn check(path: &Path) -> io::Result<Log> {
    let mut file = File::open(path)?;
    let mut log = Checker::default();
    let mut block = Vec::with_capacity(BLOCK);
    loop {
        block.clear();
        (&mut file).take(BLOCK as u64).read_to_end(&mut block)?;
        if block.is_empty() {
            return Ok(log.end());
        }
        log.block(&block);
    }
}

#[derive(Default)]
struct Checker {
    log: Log,
    /// The offset of the write whose last fragment is still to come.
    begun: Option<u64>,
}

impl Checker {
    fn block(&mut self, block: &[u8]) {
        let mut rest = block;
        while !is_trailer(rest) {
            let at = self.log.len + (block.len() - rest.len()) as u64;
            let Some(fragment) = Fragment::parse(rest) else {
                self.tear(at);
                self.log.foreign |= rest.get(HEADER - 1).is_some_and(|kind| RECYCLED.contains(kind));
                // The length itself may be damaged, so the next write is looked for everywhere.
                if begins_anywhere(&rest[1..]) {
                    self.log.damaged = self.log.damaged.or(self.log.torn);
                }
                break;
            };
            self.fragment(&fragment, at);
            rest = &rest[HEADER + fragment.payload..];
        }
        self.log.len += block.len() as u64;
    }

    fn fragment(&mut self, fragment: &Fragment, at: u64) {
        match fragment.kind {
            FULL | FIRST => {
                if let Some(begun) = self.begun {
                    self.tear(begun);
                }
                self.log.damaged = self.log.damaged.or(self.log.torn);
                self.begun = (fragment.kind == FIRST).then_some(at);
                self.log.writes += u64::from(fragment.kind == FULL);
            }
            MIDDLE | LAST if self.begun.is_some() => {
                if fragment.kind == LAST {
                    self.begun = None;
                    self.log.writes += 1;
                }
            }
            // The end of a write that is torn already, or whose beginning is lost.
            MIDDLE | LAST => self.tear(at),
            COMPRESSION if at == 0 => {}
            _ => {
                self.log.foreign = true;
                self.log.damaged.get_or_insert(at);
            }
        }
    }

    /// Marks everything from here on, or from the start of the current write, as lost.
    fn tear(&mut self, at: u64) {
        let at = self.begun.take().unwrap_or(at);
        self.log.torn.get_or_insert(at);
    }

    fn end(mut self) -> Log {
        if self.begun.is_some() {
            self.tear(self.log.len);
        }
        self.log
    }
}

struct Fragment {
    kind: u8,
    /// The bytes after the header.
    payload: usize,
}

impl Fragment {
    /// Parses the fragment at the beginning of these bytes. Returns `None` if it is incomplete.
    fn parse(bytes: &[u8]) -> Option<Self> {
        let (header, rest) = bytes.split_first_chunk::<HEADER>()?;
        let [a, b, c, d, low, high, kind] = *header;
        let payload = usize::from(high) << 8 | usize::from(low);
        let stored = u32::from(d) << 24 | u32::from(c) << 16 | u32::from(b) << 8 | u32::from(a);
        let crc = crc32c(crc32c(0, &[kind]), rest.get(..payload)?);
        (masked(crc) == stored).then_some(Self { kind, payload })
    }
}

/// Returns whether these bytes are the rest of a block that has no room for a header.
fn is_trailer(bytes: &[u8]) -> bool {
    bytes.len() < HEADER && bytes.iter().all(|byte| *byte == 0)
}

/// Returns whether a write begins anywhere in these bytes.
fn begins_anywhere(bytes: &[u8]) -> bool {
    (0..bytes.len().saturating_sub(HEADER - 1))
        .any(|at| matches!(bytes[at + HEADER - 1], FULL | FIRST) && Fragment::parse(&bytes[at..]).is_some())
}

/// Masks a checksum, as RocksDB does because the data may contain checksums itself.
fn masked(crc: u32) -> u32 {
    crc.rotate_right(15).wrapping_add(0xa282_ead8)
}

/// Returns the CRC-32C (Castagnoli) of `bytes` after bytes with the checksum `crc`, eight bytes a step.
pub(super) fn crc32c(crc: u32, bytes: &[u8]) -> u32 {
    let mut crc = !crc;
    let (eights, rest) = bytes.as_chunks::<8>();
    for &[a, b, c, d, e, f, g, h] in eights {
        let table = |row: usize, byte: u8| TABLES[row][usize::from(byte)];
        #[expect(clippy::cast_possible_truncation, reason = "the bytes of the checksum")]
        let [i, j, k, l] = [crc as u8, (crc >> 8) as u8, (crc >> 16) as u8, (crc >> 24) as u8];
        crc = table(7, a ^ i) ^ table(6, b ^ j) ^ table(5, c ^ k) ^ table(4, d ^ l);
        crc ^= table(3, e) ^ table(2, f) ^ table(1, g) ^ table(0, h);
    }
    for byte in rest {
        crc = crc >> 8 ^ TABLES[0][(crc & 0xff) as usize ^ usize::from(*byte)];
    }
    !crc
}

static TABLES: [[u32; 256]; 8] = tables();

#[expect(clippy::cast_possible_truncation, reason = "below 256")]
const fn tables() -> [[u32; 256]; 8] {
    let mut tables = [[0; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0x82f6_3b78 } else { crc >> 1 };
            bit += 1;
        }
        let mut row = 0;
        while row < 8 {
            tables[row][byte] = crc;
            row += 1;
        }
        byte += 1;
    }
    let mut row = 1;
    while row < 8 {
        let mut byte = 0;
        while byte < 256 {
            let above = tables[row - 1][byte];
            tables[row][byte] = above >> 8 ^ tables[0][(above & 0xff) as usize];
            byte += 1;
        }
        row += 1;
    }
    tables
}

/// Returns a write with the right checksum, as it is in a log.
#[cfg(test)]
pub(super) fn write_of(payload: &[u8]) -> Vec<u8> {
    fragment(FULL, payload)
}

#[cfg(test)]
fn fragment(kind: u8, payload: &[u8]) -> Vec<u8> {
    let crc = masked(crc32c(crc32c(0, &[kind]), payload));
    let len = u16::try_from(payload.len()).unwrap_or(u16::MAX);
    let mut fragment: Vec<u8> = crc.to_be_bytes().into_iter().rev().collect();
    fragment.extend(len.to_be_bytes().into_iter().rev());
    fragment.push(kind);
    fragment.extend(payload);
    fragment
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns writes of these lengths in RocksDB's layout.
    fn log(writes: &[usize]) -> Vec<u8> {
        let mut log = fragment(COMPRESSION, &[7]);
        for (n, &len) in writes.iter().enumerate() {
            let mut left = len;
            let mut first = true;
            while first || left > 0 {
                let room = BLOCK - log.len() % BLOCK;
                if room < HEADER {
                    log.extend(vec![0; room]);
                    continue;
                }
                let here = left.min(room - HEADER);
                let kind = match (first, here == left) {
                    (true, true) => FULL,
                    (true, false) => FIRST,
                    (false, false) => MIDDLE,
                    (false, true) => LAST,
                };
                let payload: Vec<u8> =
                    (0..here).map(|at| u8::try_from((at * 31 + n * 7) % 251).unwrap() + 1).collect();
                log.extend(fragment(kind, &payload));
                left -= here;
                first = false;
            }
        }
        log
    }

    fn checked(log: &[u8]) -> Log {
        let mut checker = Checker::default();
        log.chunks(BLOCK).for_each(|block| checker.block(block));
        checker.end()
    }

    #[test]
    fn the_checksum_is_that_of_rfc_3720() {
        assert_eq!(crc32c(0, b"123456789"), 0xe306_9283);
        assert_eq!(crc32c(0, &[0; 32]), 0x8a91_36aa);
        assert_eq!(crc32c(0, &[0xff; 32]), 0x62a8_ab43);
        assert_eq!(crc32c(crc32c(0, b"1234"), b"56789"), 0xe306_9283);
    }

    #[test]
    fn a_sound_log_is_read_whole() {
        for writes in [&[][..], &[0], &[5], &[100, 200], &[BLOCK - 30], &[3 * BLOCK, 5], &[BLOCK - 26, 9]] {
            let log = log(writes);
            let sound = Log { len: log.len() as u64, writes: writes.len() as u64, ..Log::default() };
            assert_eq!(checked(&log), sound, "{writes:?}");
        }
    }

    /// Every cut is a torn tail; every cut at the end of a write is a shorter log.
    #[test]
    fn a_cut_log_is_torn_and_not_damaged() {
        let whole = log(&[40, 300, BLOCK, 7]);
        for len in (0..whole.len()).filter(|len| len.is_multiple_of(97) || *len < 400) {
            let log = checked(&whole[..len]);
            assert_eq!((log.damaged, log.len), (None, len as u64), "{len}");
            assert!(log.torn.is_none_or(|torn| torn <= log.len), "{len}");
        }
        assert_eq!(checked(&whole[..whole.len() - 1]).writes, 3);
        assert!(checked(&whole[..whole.len() - 1]).torn.is_some());
    }

    /// A flipped bit anywhere before the last write is damage; in the last write it looks as if it had been torn.
    #[test]
    fn a_flipped_bit_is_found_wherever_it_is() {
        let lens = [40, 300, 2 * BLOCK, 7, 60];
        let (whole, last) = (log(&lens), log(&lens[..4]).len());
        let written = |at: usize| at < 900 || at > last - 200 || at.is_multiple_of(1013);
        for at in (0..whole.len()).filter(|at| written(*at)) {
            for bit in 0..8 {
                let mut log = whole.clone();
                log[at] ^= 1 << bit;
                let log = checked(&log);
                assert_eq!(log.damaged.is_some(), at < last, "bit {bit} of byte {at}: {log:?}");
                assert!(log.torn.is_some() || log.damaged.is_some(), "bit {bit} of byte {at}");
            }
        }
    }

    #[test]
    fn zeros_at_the_end_are_torn_and_zeros_in_the_middle_are_damage() {
        let lens = [40, 300, BLOCK, 7, 60];
        let (whole, last) = (log(&lens), log(&lens[..4]).len());
        for from in [8, 100, 500, 2000, last - 20] {
            let mut log = whole.clone();
            log[from..].fill(0);
            assert_eq!((checked(&log).damaged, checked(&log).torn.is_some()), (None, true), "{from}");
            let mut log = whole.clone();
            log[from..last].fill(0);
            assert!(checked(&log).damaged.is_some(), "{from}");
        }
    }

    #[test]
    fn a_fragment_that_is_never_written_is_foreign() {
        for kind in [5, 6, 10, 130, 200] {
            let mut log = log(&[10]);
            log.extend(fragment(kind, &[0; 30]));
            assert!(checked(&log).foreign, "{kind}");
        }
    }

    #[test]
    fn noise_is_read_to_its_end() {
        let mut state = 1_u32;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .take(3 * BLOCK + 100)
        .collect();
        let log = checked(&noise);
        assert_eq!((log.writes, log.torn, log.damaged), (0, Some(0), None));
    }
}
