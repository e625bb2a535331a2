// The export of a whole log and the steps that verify it (log.md, Export; Verifying a whole log).

import { blake3 } from '@noble/hashes/blake3.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concat, equalBytes, toHex } from './bytes.mjs';
import { parseBundle, parseEntries } from './entry.mjs';
import { identity, isCbor, KINDS } from './identity.mjs';
import { ensure, Fault, opened, parseVkey } from './note.mjs';
import { Rules } from './rules.mjs';
import { steps } from './steps.mjs';
import { leafHash, tilePath, tilesOver, Tree } from './tree.mjs';

/**
 * Verifies a whole log. A log that does not hold is a result, with the step as the reason.
 *
 * @param {(path: string) => Promise<Uint8Array | null>} read gives a file of the export, null if it is not there
 * @param {string} vkey from somewhere you trust
 * @param {{older?: Uint8Array, hasRecords: boolean}} asked a checkpoint that was kept; whether the export has records
 * @returns {Promise<{holds: boolean, origin: string?, size: bigint?, records: bigint?, reason: string?,
 *   checked: string[]}>}
 */
export async function verifyLog(read, vkey, { older, hasRecords }) {
  const key = parseVkey(vkey);
  const { checked, step } = steps();
  const file = async (path) => {
    const bytes = await read(path);
    ensure(bytes !== null, `${path} is not there`);
    return bytes;
  };
  try {
    const { origin, size, root } = await step(1, 'checkpoint', async () => opened(await file('checkpoint'), key));
    const raw = [];
    const entries = await step(2, 'entries', async () => {
      for (const [number, width] of tilesOver(0n, size)) {
        const path = tilePath('entries', number, width);
        raw.push(...parseBundle(await file(path), width, path));
      }
      ensure(raw.length > 0, 'a log has a first entry');
      return parseEntries(raw, 0n, origin).slice(1);
    });
    const tree = await step(3, 'tiles', async () => {
      const tree = new Tree();
      for (const entry of raw) tree.append(leafHash(entry));
      ensure(equalBytes(tree.root(size), root), 'the entries do not lead to the root');
      for (let level = 0; 8 * level < tree.levels.length; level++) {
        const hashes = tree.levels[8 * level];
        for (const [number, width] of tilesOver(0n, BigInt(hashes.length))) {
          const path = tilePath(level, number, width);
          const tile = concat(...hashes.slice(256 * Number(number), 256 * Number(number) + width));
          ensure(equalBytes(await file(path), tile), `${path} has other hashes`);
        }
      }
      return tree;
    });
    if (older !== undefined) {
      await step(4, 'older', async () => {
        const before = await opened(older, key);
        ensure(before.size <= size, 'the older checkpoint is of a larger log');
        ensure(equalBytes(tree.root(before.size), before.root), 'the log does not extend the older checkpoint');
      });
    }
    if (!hasRecords) return { holds: true, origin, size, records: null, reason: null, checked };
    const records = await step(5, 'records', async () => {
      const found = [];
      for (const entry of entries) found.push(await record(file, entry));
      return found;
    });
    await step(6, 'rules', () => {
      const rules = new Rules(raw[0]);
      for (const [i, tree] of records.entries()) {
        const broken = rules.add(entries[i], tree, raw[i + 1]);
        ensure(broken === undefined, `entry ${i + 1}: rule ${broken?.rule}: ${broken?.says}`);
      }
    });
    return { holds: true, origin, size, records: BigInt(records.length), reason: null, checked };
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    return { holds: false, origin: null, size: null, records: null, reason: fault.message, checked };
  }
}

/** The directory of each kind of record. */
export const folderOf = (kind) => `${kind}s`;
export const FOLDERS = KINDS.map(folderOf);

async function record(file, entry) {
  const id = toHex(entry.get('id'));
  const path = `${folderOf(entry.get('t'))}/${id.slice(0, 2)}/${id}.cbor`;
  const bytes = await file(path);
  ensure(equalBytes(blake3(bytes), entry.get('id')), `${path} is another record`);
  ensure(equalBytes(sha256(bytes), entry.get('sha256')), `${path}: the entry has another sha256`);
  ensure(isCbor(bytes), `${path}: no CBOR`);
  return identity(bytes, entry.get('t')).tree;
}
