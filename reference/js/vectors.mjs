// Judges a vector (vectors/README.md).

import { below, canonicalOrder, fromHex, toHex, utf8 } from './bytes.mjs';
import { readCbor, writeCbor } from './cbor.mjs';
import { identity } from './declaration.mjs';
import { readJson } from './json.mjs';
import { Refusal } from './refusal.mjs';

/** Each check gives what the case must say, from its input. */
const CHECKS = {
  cbor({ input, json }) {
    const tree = readCbor(input);
    const same = json === undefined || toHex(writeCbor(readJson(utf8(json)))) === toHex(input);
    return { accepted: same && toHex(writeCbor(tree)) === toHex(input) };
  },
  json({ input }) {
    const tree = readJson(input);
    refuseNull(tree, '');
    return { cbor: toHex(writeCbor(tree)) };
  },
  declaration({ input }) {
    const { identity: name, sha256, bytes } = identity(input);
    return { identity: name, sha256, bytes: bytes.length };
  },
};
const INPUTS = { cbor: ['cbor'], json: ['json', 'json_hex'], declaration: ['json', 'json_hex', 'cbor'] };

/** The directories of vectors. */
export const KINDS = Object.keys(CHECKS);

/** Why the case fails, or null. All that it says must come out, and nothing that it does not say. */
export function vectorFault(kind, { shows, ...said }) {
  const member = INPUTS[kind].find((name) => name in said);
  if (member === undefined) return 'no input';
  const { [member]: given, ...rest } = said;
  const input = member === 'json' ? utf8(given) : fromHex(given);
  // in `cbor/` a `json` beside the input is a second form of the value
  const { json, ...expected } = rest;
  if (json !== undefined && kind !== 'cbor') return 'two inputs';
  let got;
  try {
    got = CHECKS[kind]({ input, json });
  } catch (fault) {
    if (!(fault instanceof Refusal)) throw fault;
    got = { refused: { code: fault.code, at: fault.at } };
  }
  const [wanted, found] = [expected, got].map(sorted);
  return typeof shows === 'string' && wanted === found ? null : `expected ${wanted}, got ${found}`;
}

const sorted = (object) =>
  JSON.stringify(object, (_, value) => (value instanceof Object ? Object.fromEntries(Object.entries(value).sort()) : value));

/** In `json/` null can be read and has no encoding: it is refused where the walk would. */
function refuseNull(tree, at) {
  if (tree === null) throw new Refusal('E-NULL', at);
  if (Array.isArray(tree)) tree.forEach((item, i) => refuseNull(item, below(at, i)));
  else if (tree instanceof Map) {
    for (const key of canonicalOrder(tree.keys())) refuseNull(tree.get(key), below(at, key));
  }
}
