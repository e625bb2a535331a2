// From bytes to an identity (declaration.md, Verifying a declaration; records.md, Verifying a supplement or an event).

import { blake3 } from '@noble/hashes/blake3.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concat, limit, toBase32, toHex, utf8 } from './bytes.mjs';
import { readCbor, writeCbor } from './cbor.mjs';
import { readJson } from './json.mjs';
import { walkEvent, walkSupplement } from './records.mjs';
import { Refusal } from './refusal.mjs';
import { walkDeclaration } from './schema.mjs';

const MOST_SOURCE = 64 * 2 ** 20;
const MOST_CANONICAL = 4 * 2 ** 20;

const WALKS = { declaration: walkDeclaration, supplement: walkSupplement, event: walkEvent };

/** The kinds of records. */
export const KINDS = Object.keys(WALKS);

/**
 * The identity of a declaration, a supplement or an event, from its canonical bytes or from JSON. `bytes` are the
 * canonical bytes, `tree` is what they say. Without a kind, it is of the kind that it says that it is, or else a
 * declaration.
 * @param {Uint8Array | string} bytesOrText
 * @param {string} [kind]
 * @returns {{kind: string, identity: string, sha256: string, cid: string, bytes: Uint8Array, tree: Map}}
 * @throws {import('./refusal.mjs').Refusal} the first fault
 */
export function identity(bytesOrText, kind) {
  limit(bytesOrText.length, MOST_SOURCE, '');
  const source = typeof bytesOrText === 'string' ? utf8(bytesOrText) : bytesOrText;
  const fromJson = !isCbor(source);
  limit(source.length, fromJson ? MOST_SOURCE : MOST_CANONICAL, '');
  const read = fromJson ? readJson(source) : readCbor(source);
  kind ??= formatOf(read) ?? 'declaration';
  const tree = WALKS[kind](read, { fromJson });
  const bytes = writeCbor(tree);
  limit(bytes.length, MOST_CANONICAL, '');
  return { kind, ...namesOf(bytes), bytes, tree };
}

/** The kind of record that a document says that it is, of whatever version. */
function formatOf(tree) {
  const v = tree instanceof Map ? String(tree.get('v')) : '';
  return KINDS.find((kind) => v.startsWith(`ai-run-${kind}/`));
}

/** A document is CBOR if its first byte is that of a map. */
export const isCbor = (bytes) => bytes.length > 0 && bytes[0] >> 5 === 5;

/** Whether bytes are a file of a record at all, sound or not: one whole map of CBOR, or JSON that names its format. */
export function isWhole(bytes) {
  const found = refusalOr(() => (isCbor(bytes) ? readCbor(bytes) : readJson(bytes)));
  if (found instanceof Refusal) return isCbor(bytes) && found.code !== 'E-SYNTAX';
  return isCbor(bytes) || formatOf(found) !== undefined;
}

function refusalOr(read) {
  try {
    return read();
  } catch (fault) {
    if (!(fault instanceof Refusal)) throw fault;
    return fault;
  }
}

/** What a record is called by. */
export function namesOf(bytes) {
  const digest = blake3(bytes);
  return {
    identity: `b3:${toHex(digest)}`,
    sha256: toHex(sha256(bytes)),
    cid: `b${toBase32(concat([0x01, 0x51, 0x1e, 0x20], digest))}`,
  };
}
