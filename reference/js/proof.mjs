// A `.tlog-proof` file and the steps that verify it (proof.md).

import { blake3 } from '@noble/hashes/blake3.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { equalBytes, fromBase64, textOf, toHex, utf8 } from './bytes.mjs';
import { MOST_ENTRY, parseEntry } from './entry.mjs';
import { identity, isCbor, isWhole } from './identity.mjs';
import { ensure, Fault, parseCheckpoint, parseDecimal, parseHash, parseNote, parseVkey, verifyNote } from './note.mjs';
import { steps } from './steps.mjs';
import { leafHash, pathFault } from './tree.mjs';

const MOST_PROOF = 2 ** 20;
const MOST_PATH = 64;
const MOST_INDEX = 2n ** 62n - 1n;

/**
 * Verifies that a record is in the log of the key. No witness is asked, so the policy is `quorum none`; if an identity
 * was claimed, compare it with the one that is returned.
 *
 * A proof that does not hold is a result, with the step as the reason and nothing else of it reported. The promise is
 * rejected only if nothing could be tried: the vkey is none, or WebCrypto has no Ed25519.
 *
 * @param {Uint8Array | string} record canonical bytes, or JSON
 * @param {Uint8Array | string} proof the `.tlog-proof` file
 * @param {string} vkey from somewhere you trust, never from the proof
 * @returns {Promise<{holds: boolean, identity: string?, index: bigint?, size: bigint?, origin: string?,
 *   reason: string?, checked: string[]}>}
 */
export async function verify(record, proof, vkey) {
  const key = parseVkey(vkey);
  const { checked, step } = steps();
  try {
    const { entry, leaf, index, path, note, checkpoint } = await step(1, 'parse', () => {
      ensure(isWhole(bytesOf(record)), 'the record is cut, or no record');
      return parseProof(proof);
    });
    const bytes = await step(2, 'entry', () => namedRecord(leaf, record));
    await step(3, 'record', () => checkRecord(leaf, bytes));
    const hash = await step(4, 'leaf', () => leafHash(entry));
    const { origin, size, root } = checkpoint;
    await step(5, 'path', () => {
      const fault = index === 0n ? 'entry 0 is the genesis entry' : pathFault(hash, index, path, size, root);
      ensure(fault === null, fault);
    });
    await step(6, 'signature', () => verifyNote(note, key));
    await step(7, 'origin', () => ensure(origin === key.name, 'the origin is not the name of the vkey'));
    return { holds: true, identity: `b3:${toHex(leaf.get('id'))}`, index, size, origin, reason: null, checked };
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    return { holds: false, identity: null, index: null, size: null, origin: null, reason: fault.message, checked };
  }
}

function parseProof(proof) {
  ensure(proof.length <= MOST_PROOF, 'the proof is larger than 1 MiB');
  const file = typeof proof === 'string' ? proof : decode(proof);
  ensure(utf8(file).length <= MOST_PROOF, 'the proof is larger than 1 MiB');
  const end = file.indexOf('\n\n');
  ensure(end >= 0, 'the proof has no empty line');
  const [version, extra, index, ...path] = file.slice(0, end).split('\n');
  ensure(version === 'c2sp.org/tlog-proof@v1', 'the first line is not that of version 1');
  ensure(extra?.startsWith('extra '), 'the line of the entry is missing');
  ensure(index?.startsWith('index '), 'the line of the index is missing');
  ensure(path.length <= MOST_PATH, 'the path has more than 64 hashes');
  const entry = fromBase64(extra.slice('extra '.length));
  ensure(entry !== null && entry.length <= MOST_ENTRY, 'the entry is malformed or too large');
  const note = parseNote(file.slice(end + 2));
  return {
    entry,
    leaf: parseEntry(entry),
    index: parseDecimal(index.slice('index '.length), MOST_INDEX),
    path: path.map(parseHash),
    note,
    checkpoint: parseCheckpoint(note.text),
  };
}

function decode(bytes) {
  try {
    return textOf(bytes);
  } catch {
    throw new Fault('the proof is not UTF-8');
  }
}

const bytesOf = (record) => (typeof record === 'string' ? utf8(record) : record);

/** The bytes of the record, which the entry must name. JSON is imported first: its bytes are what that gives. */
function namedRecord(leaf, record) {
  const given = bytesOf(record);
  const bytes = isCbor(given) ? given : identity(given).bytes;
  ensure(equalBytes(blake3(bytes), leaf.get('id')), 'the BLAKE3 of the record is not the id');
  ensure(equalBytes(sha256(bytes), leaf.get('sha256')), 'the SHA-256 of the record is not the one of the entry');
  return bytes;
}

function checkRecord(leaf, bytes) {
  const by = identity(bytes, leaf.get('t')).tree.get('by') ?? leaf.get('by');
  ensure(by === leaf.get('by'), 'the record is of another submitter');
}
