// Leaf entries (log.md, Leaf entries).

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
export function parseGenesis(bytes) {
  const entry = parse(genesis, bytes);
  ensure(isOrigin(entry.get('origin')), 'the origin is malformed');
  return entry;
}
