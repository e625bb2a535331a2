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
