// A period of a log and the steps that verify it (period.md).

import { equalBytes, toHex } from './bytes.mjs';
import { MOST_ENTRY, parseBundle, parseEntries } from './entry.mjs';
import { ensure, Fault, MOST_NOTE, opened, parseSigned, parseVkey } from './note.mjs';
import { steps } from './steps.mjs';
import { leafHash, Stack, tilePath, tilesOver, widthOf } from './tree.mjs';

/**
 * Verifies that a log has these entries between two of its checkpoints and no others. A period that does not hold is a
 * result, with the step as the reason; if nothing was checked, the files are no period.
 *
 * @param {(path: string, most: number) => Promise<Uint8Array | null>} read gives a file, null if there is no such
 *   regular file; of a longer one than `most` bytes, one byte more is enough
 * @param {string} vkey from somewhere you trust
 * @param {{since?: bigint, until?: bigint, absent?: string[]}} asked bounds in milliseconds since 1970; identities
 * @returns {Promise<{holds: boolean, origin: string?, before: bigint?, size: bigint?, entries: [bigint, bigint]?,
 *   reason: string?, checked: string[]}>} the sizes of the two trees; the entries asked for, the last not included
 */
export async function verifyPeriod(read, vkey, { since, until, absent = [] } = {}) {
  const key = parseVkey(vkey);
  const { checked, step } = steps();
  const file = async (path, most) => {
    const bytes = await read(path, most);
    ensure(bytes !== null, `${path} is not there, or not a regular file`);
    ensure(bytes.length <= most, `${path} is too long`);
    return bytes;
  };
  try {
    const note = await step(1, 'parse', async () => {
      const bytes = await file('checkpoint', MOST_NOTE);
      parseSigned(bytes);
      return bytes;
    });
    const [{ origin, size, root }, before] = await step(2, 'checkpoints', async () => {
      const newer = await opened(note, key);
      const bytes = await read('checkpoint.before', MOST_NOTE);
      const older = bytes === null ? null : await opened(bytes, key);
      ensure((older?.size ?? 0n) <= newer.size, 'the older checkpoint is of a larger log');
      return [newer, older];
    });
    const s0 = before?.size ?? 0n;
    const first = (s0 > 0n ? s0 - 1n : 0n) & ~255n;
    const tile = async (level, number) => {
      const width = widthOf(size >> BigInt(8 * level), number);
      const path = tilePath(level, number, width);
      const bytes = await file(path, 32 * width);
      ensure(bytes.length === 32 * width, `${path} has not ${width} hashes`);
      return Array.from({ length: width }, (_, i) => bytes.subarray(32 * i, 32 * i + 32));
    };
    const left = await step(3, 'left', async () => {
      const found = [];
      for (let level = 0; size >> BigInt(8 * level) > 0n; level++) {
        const hashes = first >> BigInt(8 * level);
        const count = Number(hashes & 255n);
        found.push(count > 0 ? (await tile(level, hashes >> 8n)).slice(0, count) : []);
      }
      return found;
    });
    const raw = [];
    const entries = await step(4, 'entries', async () => {
      for (const [number, width] of tilesOver(first >> 8n, size)) {
        const path = tilePath('entries', number, width);
        raw.push(...parseBundle(await file(path, width * (2 + MOST_ENTRY)), width, path));
      }
      return parseEntries(raw, first, origin);
    });
    const leaves = raw.map(leafHash);
    await step(5, 'tiles', async () => {
      let nodes = leaves;
      for (const [level, before] of left.entries()) {
        nodes = [...before, ...nodes];
        const start = first >> BigInt(8 * level + 8);
        for (const [number, width] of tilesOver(start, size >> BigInt(8 * level))) {
          for (const [i, hash] of (await tile(level, number)).entries()) {
            const place = level === 0 ? `entry ${256n * number + BigInt(i)}` : tilePath(level, number, width);
            ensure(equalBytes(hash, nodes[256 * Number(number - start) + i]), `${place} has another hash`);
          }
        }
        const full = Math.floor(nodes.length / 256);
        nodes = Array.from({ length: full }, (_, i) => rootOf(nodes.slice(256 * i, 256 * i + 256)));
      }
    });
    await step(6, 'roots', () => {
      const stack = new Stack();
      for (const [level, hashes] of [...left.entries()].reverse()) hashes.forEach((hash) => stack.append(hash, 8 * level));
      const cut = Number(s0 - first);
      leaves.slice(0, cut).forEach((leaf) => stack.append(leaf, 0));
      const oldRoot = before === null || equalBytes(stack.root(), before.root);
      ensure(oldRoot, 'checkpoint.before: the entries have another root');
      leaves.slice(cut).forEach((leaf) => stack.append(leaf, 0));
      ensure(equalBytes(stack.root(), root), 'checkpoint: the entries have another root');
    });
    const asked = await step(7, 'question', () => {
      const clocks = entries.map((entry) => entry.get('at'));
      const known = s0 === 0n || since === undefined || clocks[Number(s0 - 1n - first)] < since;
      ensure(known, `entry ${s0 - 1n}, before the period, is of the time asked for`);
      const over = until === undefined || (size > 0n && clocks.at(-1) >= until);
      ensure(over, 'no entry is later than the time asked for');
      const begin = Number(s0 - first);
      const at = (bound, otherwise) => {
        const found = clocks.findIndex((clock, i) => i >= begin && bound !== undefined && clock >= bound);
        return found < 0 ? otherwise : found;
      };
      const start = since === undefined ? begin : at(since, clocks.length);
      const end = Math.max(start, at(until, clocks.length));
      const gone = new Set(absent);
      for (let i = start; i < end; i++) {
        const id = entries[i].get('id');
        ensure(id === undefined || !gone.has(`b3:${toHex(id)}`), `entry ${first + BigInt(i)} is said to be absent`);
      }
      return [first + BigInt(start), first + BigInt(end)];
    });
    return { holds: true, origin, before: s0, size, entries: asked, reason: null, checked };
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    return { holds: false, origin: null, before: null, size: null, entries: null, reason: fault.message, checked };
  }
}

/** The root over nodes of one level. */
function rootOf(nodes) {
  const stack = new Stack();
  nodes.forEach((node) => stack.append(node, 0));
  return stack.root();
}
