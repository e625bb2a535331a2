// The reference verifier in JavaScript, for Node and browsers. Start here; the rest is in js/.

import { readCbor } from './js/cbor.mjs';

export { identity } from './js/identity.mjs';
export { verify } from './js/proof.mjs';
export { Refusal } from './js/refusal.mjs';

/** Refuses bytes that are not canonical CBOR; the top item may be any value. */
export function checkCbor(bytes) {
  readCbor(bytes);
}

if (globalThis.process?.versions?.node && process.argv[1]) {
  const [{ realpathSync }, { pathToFileURL }] = await Promise.all([import('node:fs'), import('node:url')]);
  const started = realpathSync(process.argv[1], { throwIfNoEntry: false });
  if (started && pathToFileURL(started).href === import.meta.url) {
    const { command } = await import('./js/command.mjs');
    process.exitCode = await command(process.argv.slice(2));
  }
}
