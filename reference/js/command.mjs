// The command line. Exit codes: 0 holds, 1 does not hold, 2 could not be tried.

import { readFile } from 'node:fs/promises';
import { toHex } from './bytes.mjs';
import { identity } from './declaration.mjs';
import { minimalText } from './json.mjs';
import { verify } from './proof.mjs';
import { Refusal } from './refusal.mjs';
import { runVectors } from './vectors.mjs';

const USAGE = `usage: node verify.mjs id FILE
       node verify.mjs verify DECLARATION PROOF --vkey VKEY
       node verify.mjs vectors DIRECTORY
       node verify.mjs ids < NDJSON`;

/** Runs one command and gives the exit code. */
export async function command([name, ...words]) {
  try {
    if (name === 'id' && words.length === 1) return await printIdentity(...words);
    if (name === 'verify' && words.length === 4 && words[2] === '--vkey') return await printVerdict(...words);
    if (name === 'vectors' && words.length === 1) return await printVectors(...words);
    if (name === 'ids' && words.length === 0) return await printIdentities();
  } catch (fault) {
    console.error(fault.message);
    return 2;
  }
  console.error(USAGE);
  return 2;
}

/** A refusal as its members, or what the work gives. Any other fault goes on. */
function refusalOr(work) {
  try {
    return work();
  } catch (fault) {
    if (!(fault instanceof Refusal)) throw fault;
    return { code: fault.code, at: fault.at };
  }
}

const print = (members) => console.log(minimalText(new Map(Object.entries(members))));

async function printIdentity(file) {
  const source = await readFile(file);
  const found = refusalOr(() => identity(source));
  print('code' in found ? found : { ...found, bytes: found.bytes.length });
  return 'code' in found ? 1 : 0;
}

async function printVerdict(declaration, proof, _, vkey) {
  const verdict = await verify(await readFile(declaration), await readFile(proof), vkey);
  print(verdict);
  return verdict.holds ? 0 : 1;
}

async function printVectors(directory) {
  const { passed, failed } = await runVectors(directory, console.log);
  console.log(`${passed} passed, ${failed} failed`);
  return passed > 0 && failed === 0 ? 0 : 1;
}

/** One line for each line of the input: `identity canonical-bytes-in-hex`, or `code "place"`. */
async function printIdentities() {
  for await (const line of linesOf(process.stdin)) {
    const found = refusalOr(() => identity(line));
    const [first, second] = 'code' in found
      ? [found.code, JSON.stringify(found.at)]
      : [found.identity, toHex(found.bytes)];
    const text = `${first} ${second}`;
    if (!process.stdout.write(`${text}\n`)) await new Promise((resolve) => process.stdout.once('drain', resolve));
  }
  return 0;
}

/** The lines as bytes, because a document need not be UTF-8. A line feed at the very end begins no line. */
async function* linesOf(stream) {
  let held = [];
  for await (const chunk of stream) {
    let start = 0;
    for (let end; (end = chunk.indexOf(0x0a, start)) >= 0; start = end + 1) {
      yield Buffer.concat([...held, chunk.subarray(start, end)]);
      held = [];
    }
    if (start < chunk.length) held.push(chunk.subarray(start));
  }
  if (held.length > 0) yield Buffer.concat(held);
}
