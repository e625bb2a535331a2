// Keys, signed notes and checkpoints (log.md, Keys; Checkpoint).

import { sha256 } from '@noble/hashes/sha2.js';
import { concat, equalBytes, fromBase64, fromHex, textOf, utf8, utf8Length } from './bytes.mjs';
import { isStrictPoint, verifyEd25519 } from './ed25519.mjs';

export const MOST_NOTE = 2 ** 20;
const MOST_SIGNATURES = 64;
const MOST_LEAVES = 2n ** 62n;
const LOG_KEY = 0x01;

/** A step that does not hold, in words. */
export class Fault extends Error {}

export function ensure(holds, words) {
  if (!holds) throw new Fault(words);
}

/** An origin, or the name of a key. */
export const isOrigin = (text) => text !== '' && utf8Length(text) <= 255 && !/[\p{White_Space}\p{Cc}+]/u.test(text);

/** A log's verifier key, `<name>+<key id>+<base64>`. Throws if it is none: then nothing can be verified. */
export function parseVkey(vkey) {
  // the base64 may have a plus of its own
  const [, name, hexId, base64] = /^([^+]*)\+([^+]*)\+([^]*)$/.exec(vkey) ?? [];
  ensure(name !== undefined && isOrigin(name), 'the vkey is not of the form name+id+key');
  const typed = fromBase64(base64);
  ensure(typed?.length === 33 && typed[0] === LOG_KEY, 'the vkey is no Ed25519 key of a log');
  const id = sha256(concat(utf8(`${name}\n`), typed)).subarray(0, 4);
  ensure(hexId.length === 8 && equalBytes(fromHex(hexId) ?? [], id), 'the key id is not that of the vkey');
  const key = typed.subarray(1);
  ensure(isStrictPoint(key), 'the key is of small order or not canonical');
  return { name, id, key };
}

/** The text of a signed note and its signature lines. */
export function parseNote(note) {
  ensure(!/[\0-\x09\x0b-\x1f]/.test(note), 'a control character in the note');
  const end = note.lastIndexOf('\n\n');
  ensure(end >= 0 && note.endsWith('\n') && end + 2 < note.length, 'the note has no signatures');
  const lines = note.slice(end + 2, -1).split('\n');
  ensure(lines.length <= MOST_SIGNATURES, 'more than 64 signatures');
  return { text: note.slice(0, end + 1), signatures: lines.map(parseSignature) };
}

function parseSignature(line) {
  const [, name, base64] = /^\u2014 ([^ ]+) ([^ ]+)$/.exec(line) ?? [];
  ensure(name !== undefined && isOrigin(name), 'a signature line is malformed');
  const bytes = fromBase64(base64);
  ensure(bytes?.length > 4, 'a signature line is malformed');
  return { name, id: bytes.subarray(0, 4), signature: bytes.subarray(4) };
}

/** Origin, size and root of a checkpoint: exactly three lines. */
export function parseCheckpoint(text) {
  const [origin, size, root, rest, ...more] = text.split('\n');
  ensure(rest === '' && more.length === 0, 'the checkpoint does not have three lines');
  ensure(isOrigin(origin), 'the origin is malformed');
  const tree = { size: parseDecimal(size, MOST_LEAVES), root: parseHash(root) };
  ensure(tree.size > 0n || equalBytes(tree.root, sha256(new Uint8Array())), 'the root of the empty tree is another one');
  return { origin, ...tree };
}

export function parseDecimal(text, most) {
  ensure(/^(?:0|[1-9][0-9]{0,18})$/.test(text) && BigInt(text) <= most, 'a decimal is malformed or too large');
  return BigInt(text);
}

export function parseHash(text) {
  const bytes = text.length === 44 ? fromBase64(text) : null;
  ensure(bytes?.length === 32, 'a hash is malformed');
  return bytes;
}

/** Verifies the note under one key. */
export async function verifyNote({ text, signatures }, key) {
  const own = signatures.filter(({ name, id }) => name === key.name && equalBytes(id, key.id));
  ensure(own.length > 0, 'no signature by this key');
  ensure(own.length === 1, 'two signatures by this key');
  ensure(await verifyEd25519(key.key, own[0].signature, utf8(text)), 'the signature does not verify');
}

/** The note of a checkpoint, and the checkpoint. Nobody has signed it until the note is verified. */
export function parseSigned(bytes) {
  let text;
  try {
    text = textOf(bytes);
  } catch {
    throw new Fault('the checkpoint is not UTF-8');
  }
  const note = parseNote(text);
  return { note, checkpoint: parseCheckpoint(note.text) };
}

/** A signed checkpoint of the key's log. */
export async function opened(bytes, key) {
  const { note, checkpoint } = parseSigned(bytes);
  await verifyNote(note, key);
  ensure(checkpoint.origin === key.name, 'the checkpoint is of another log');
  return checkpoint;
}
