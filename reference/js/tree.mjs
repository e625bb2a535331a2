// The Merkle tree (log.md, Tree): RFC 6962 over SHA-256.

import { sha256 } from '@noble/hashes/sha2.js';
import { concat, equalBytes } from './bytes.mjs';

export const leafHash = (entry) => sha256(concat([0], entry));
const nodeHash = (left, right) => sha256(concat([1], left, right));

/** Why the path does not lead from the leaf at `index` to the root of `size` leaves, or null. Both are BigInts. */
export function pathFault(leaf, index, path, size, root) {
  if (index >= size) return 'the index is not below the size';
  let [fn, sn, hash] = [index, size - 1n, leaf];
  for (const sibling of path) {
    if (sn === 0n) return 'the path is too long';
    if (fn % 2n === 1n || fn === sn) {
      hash = nodeHash(sibling, hash);
      for (; fn % 2n === 0n && fn > 0n; fn >>= 1n) sn >>= 1n;
    } else {
      hash = nodeHash(hash, sibling);
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  if (sn !== 0n) return 'the path is too short';
  return equalBytes(hash, root) ? null : 'the path does not lead to the root';
}

/** A tree that grows. `levels[k][i]` is the root of the leaves i * 2^k to (i + 1) * 2^k, the end not included. */
export class Tree {
  levels = [[]];

  /** The number of leaves, as a BigInt. */
  get size() {
    return BigInt(this.levels[0].length);
  }

  append(leaf) {
    let hash = leaf;
    for (let level = 0; ; level++) {
      const hashes = (this.levels[level] ??= []);
      hashes.push(hash);
      if (hashes.length % 2 === 1) return;
      hash = nodeHash(hashes.at(-2), hashes.at(-1));
    }
  }

  /** The root of the first `size` leaves: the complete subtrees, joined from the right. */
  root(size) {
    let [hash, end] = [null, Number(size)];
    for (let level = 0; end > 0; level++) {
      if (Math.floor(end / 2 ** level) % 2 === 0) continue;
      const peak = this.levels[level][end / 2 ** level - 1];
      hash = hash === null ? peak : nodeHash(peak, hash);
      end -= 2 ** level;
    }
    return hash ?? sha256(new Uint8Array());
  }
}

/** Subtrees that follow each other, each with the logarithm of its number of leaves. */
export class Stack {
  subtrees = [];

  append(node, height) {
    for (; this.subtrees.at(-1)?.[1] === height; height++) node = nodeHash(this.subtrees.pop()[0], node);
    this.subtrees.push([node, height]);
  }

  /** The root over all of them, joined from the right. */
  root() {
    const nodes = this.subtrees.map(([node]) => node);
    return nodes.length === 0 ? sha256(new Uint8Array()) : nodes.reduceRight((right, left) => nodeHash(left, right));
  }
}

/** The width of a tile in a level of so many hashes, which are BigInts. */
export const widthOf = (hashes, number) => (hashes - 256n * number < 256n ? Number(hashes - 256n * number) : 256);

/** The number and the width of each tile over so many hashes, from tile `first` on. */
export function* tilesOver(first, hashes) {
  for (let number = first; 256n * number < hashes; number++) yield [number, widthOf(hashes, number)];
}

/** The path of a tile of so many hashes, below the prefix of the log. `level` is a number or `entries`. */
export function tilePath(level, number, width) {
  const digits = String(number);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.{3}/g);
  const path = groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/');
  return `tile/${level}/${path}${width === 256 ? '' : `.p/${width}`}`;
}
