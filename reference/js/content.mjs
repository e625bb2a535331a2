// Content and digests, and which of them a map is (declaration.md, Content; Which alternative).

import { blake3 } from '@noble/hashes/blake3.js';
import { fromBase64, limit, utf8 } from './bytes.mjs';
import { closed, media, mistyped, name, octets, oneOf, text, uint } from './forms.mjs';
import { minimalText } from './json.mjs';
import { Refusal } from './refusal.mjs';

const MOST_CONTENT = 256 * 2 ** 20;

export const plain = closed({ b3: octets(32), len: uint, type: media });
export const keyed = closed({ kb3: octets(32), key: name, type: media });

const DIGEST_SIZES = { sha256: 32, sha512: 64, 'sha1-git': 20, 'sha256-git': 32, blake3: 32 };

/** A digest where nothing else may stand. `alg` comes first in the walk, so it is known to be good at `value`. */
export const digest = closed({
  alg: oneOf(...Object.keys(DIGEST_SIZES)),
  value: (value, at, doc, map) => octets(DIGEST_SIZES[map.get('alg')])(value, at, doc),
});

const anything = (value) => value;
const base64 = (value, at) => {
  const bytes = fromBase64(text(value, at));
  if (bytes === null) throw new Refusal('E-RANGE', at);
  return bytes;
};

// In this order: of two in one map the first counts.
const SOURCES = {
  file: closed({ file: text, type: media }, { optional: ['type'] }),
  json: closed({ json: anything, type: media }, { optional: ['type'] }),
  text: closed({ text, type: media }, { optional: ['type'] }),
  base64: closed({ base64, type: media }),
};

const sourceOf = (map, doc) => (doc.fromJson ? Object.keys(SOURCES).find((member) => map.has(member)) : undefined);
const isContent = (map, doc) => map.has('b3') || map.has('kb3') || sourceOf(map, doc) !== undefined;

/** Content; the media type is that of the source form `json` when it states none. */
export const contentWithJsonAs = (jsonType) => (value, at, doc) => {
  if (!(value instanceof Map) || !isContent(value, doc)) throw mistyped(value, at);
  if (value.has('b3')) return plain(value, at, doc);
  if (value.has('kb3')) return keyed(value, at, doc);
  const source = sourceOf(value, doc);
  const given = SOURCES[source](value, at, doc);
  // a browser has no files, and a verifier has no business with them
  if (source === 'file') throw new Refusal('E-UNRESOLVED', at);
  const [bytes, type] = {
    json: () => [utf8(minimalText(given.get('json'))), jsonType],
    text: () => [utf8(given.get('text')), 'text/plain'],
    base64: () => [given.get('base64')],
  }[source]();
  limit(bytes.length, MOST_CONTENT, at);
  return new Map([['b3', blake3(bytes)], ['len', BigInt(bytes.length)], ['type', given.get('type') ?? type]]);
};

export const content = contentWithJsonAs('application/json');
export const schemaContent = contentWithJsonAs('application/schema+json');

/** A digest where the CDDL has alternatives: a map that is content is told so, and is not offered. */
export const digestByMembers = (value, at, doc) => {
  if (!(value instanceof Map) || isContent(value, doc) || !value.has('alg')) throw mistyped(value, at);
  return digest(value, at, doc);
};

export const digestOrContent = (value, at, doc) =>
  (value instanceof Map && isContent(value, doc) ? content : digestByMembers)(value, at, doc);
