// Leaf entries (log.md, Leaf entries).

import { toHex } from './bytes.mjs';
import { readCbor } from './cbor.mjs';
import { closed, name, octets, oneOf, text, uint } from './forms.mjs';
import { ensure, isOrigin } from './note.mjs';

export const MOST_ENTRY = 2 ** 16 - 1;

const v = oneOf('ai-run-leaf/1');
const genesis = closed({ v, t: oneOf('genesis'), origin: text, at: uint });
const record = closed({
  v, t: oneOf('declaration', 'supplement', 'event'), id: octets(32), sha256: octets(32), at: uint, by: name,
});

const parse = (form, bytes) => {
  ensure(bytes.length <= MOST_ENTRY, 'an entry has at most 65,535 bytes');
  return form(readCbor(bytes), '', { fromJson: false });
};

/** The entry of a record. */
export const parseEntry = (bytes) => parse(record, bytes);

/** The first entry of a log. */
function parseGenesis(bytes) {
  const entry = parse(genesis, bytes);
  ensure(isOrigin(entry.get('origin')), 'the origin is malformed');
  return entry;
}

/** The entries of a bundle, each after its length. */
export function parseBundle(bytes, width, path) {
  const entries = [];
  for (let at = 0; at < bytes.length; ) {
    ensure(at + 2 <= bytes.length, `${path} breaks off`);
    const end = at + 2 + 256 * bytes[at] + bytes[at + 1];
    ensure(end <= bytes.length, `${path} breaks off`);
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  ensure(entries.length === width, `${path} has not ${width} entries`);
  return entries;
}

/** Entries in order, the first of which has the index `first`, a BigInt. */
export function parseEntries(raw, first, origin) {
  let at = 0n;
  const ids = new Set();
  return raw.map((bytes, i) => {
    const index = first + BigInt(i);
    const entry = index === 0n ? parseGenesis(bytes) : parseEntry(bytes);
    if (index === 0n) {
      ensure(entry.get('origin') === origin, 'the first entry is of another log');
    } else {
      const id = toHex(entry.get('id'));
      ensure(!ids.has(id), `entry ${index}: the record is sealed before`);
      ids.add(id);
    }
    ensure(entry.get('at') >= at, `entry ${index}: the clock went back`);
    at = entry.get('at');
    return entry;
  });
}
