// The command line. Exit codes: 0 holds, 1 does not hold, 2 could not be tried.

import { sha256 } from '@noble/hashes/sha2.js';
import { once } from 'node:events';
import { createReadStream, existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fromHex, toHex, utf8 } from './bytes.mjs';
import { FOLDERS, verifyLog } from './export.mjs';
import { identity } from './identity.mjs';
import { minimalText } from './json.mjs';
import { parseDecimal, parseVkey } from './note.mjs';
import { verifyPeriod } from './period.mjs';
import { verify } from './proof.mjs';
import { Refusal } from './refusal.mjs';
import { KINDS, SIGNED, vectorFault } from './vectors.mjs';

const USAGE = `usage: node verify.mjs id FILE
       node verify.mjs verify RECORD PROOF --vkey VKEY
       node verify.mjs log DIRECTORY --vkey VKEY [--older CHECKPOINT]
       node verify.mjs period DIRECTORY --vkey VKEY [--since MS] [--until MS] [--absent ID ...]
       node verify.mjs vectors DIRECTORY
       node verify.mjs batch DIRECTORY VKEY
       node verify.mjs flips DIRECTORY VKEY
       node verify.mjs ids < LINES-OF-HEX`;

/** Runs one command and gives the exit code. */
export async function command([name, ...words]) {
  try {
    if (name === 'id' && words.length === 1) return await printIdentity(...words);
    if (name === 'verify' && words.length === 4 && words[2] === '--vkey') return await printVerdict(...words);
    if (name === 'log' && words[1] === '--vkey' && (words.length === 3 || words.length === 5 && words[3] === '--older')) {
      return await printLog(...words);
    }
    if (name === 'period' && words[1] === '--vkey' && words.length % 2 === 1) return await printPeriod(...words);
    if (name === 'vectors' && words.length === 1) return await printVectors(...words);
    if (name === 'batch' && words.length === 2) return await printBatch(...words);
    if (name === 'flips' && words.length === 2) return await printFlips(...words);
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
  if ('code' in found) print({ refused: new Map(Object.entries(found)) });
  else {
    const { identity: id, sha256, cid, bytes } = found;
    print({ identity: id, sha256, cid, bytes: bytes.length });
  }
  return 'code' in found ? 1 : 0;
}

async function printVerdict(record, proof, _, vkey) {
  const verdict = await verify(await readFile(record), await readFile(proof), vkey);
  print(verdict);
  if (verdict.checked.length === 0) return 2; // one of the files is not what it should be (step 1): nothing was tried
  return verdict.holds ? 0 : 1;
}

async function printLog(directory, _, vkey, __, olderFile) {
  const older = olderFile && (await readFile(olderFile));
  await readFile(join(directory, 'checkpoint')); // without one it is no export, and nothing can be tried
  const read = (path) => readFile(join(directory, path)).catch((fault) => {
    if (fault.code === 'ENOENT') return null;
    throw fault;
  });
  const hasRecords = FOLDERS.some((folder) => existsSync(join(directory, folder)));
  const verdict = await verifyLog(read, vkey, { older, hasRecords });
  print(verdict);
  return verdict.holds ? 0 : 1;
}

async function printPeriod(directory, _, vkey, ...options) {
  const asked = { absent: [] };
  for (let i = 0; i < options.length; i += 2) {
    const [option, value] = options.slice(i, i + 2);
    if (option === '--since' || option === '--until') asked[option.slice(2)] = parseDecimal(value, 2n ** 64n - 1n);
    else if (option === '--absent' && isIdentity(value)) asked.absent.push(value);
    else throw new Error(`${option} ${value} is no question`);
  }
  const verdict = await verifyPeriod((path, most) => part(join(directory, path), most), vkey, asked);
  print(verdict);
  if (verdict.checked.length === 0) return 2; // the directory is no period (step 1): nothing was tried
  return verdict.holds ? 0 : 1;
}

const isIdentity = (text) => text.startsWith('b3:') && fromHex(text.slice(3))?.length === 32;

/** A file up to a byte more than `most`, or null if it is not there or not a regular one. */
async function part(file, most) {
  const found = await stat(file).catch((fault) => {
    if (fault.code === 'ENOENT' || fault.code === 'ENOTDIR') return null;
    throw fault;
  });
  if (!found?.isFile()) return null;
  const chunks = [];
  for await (const chunk of createReadStream(file, { end: most })) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}

const printVectors = (directory) => printTally((count) => countVectors(directory, count));

/** Judges every vector below a directory. */
export async function countVectors(directory, count) {
  for (const kind of [...KINDS, ...Object.keys(SIGNED)]) {
    for (const file of await filesOf(join(directory, kind), '.json')) {
      const vector = JSON.parse(await readFile(join(directory, kind, file), 'utf8'));
      const fault = kind in SIGNED ? await SIGNED[kind](vector) : vectorFault(kind, vector);
      count(fault === null, `${kind}/${file}: ${fault}`);
    }
  }
}

const printBatch = (directory, vkey) =>
  printPairs(directory, vkey, async ({ name, record, proof }, count) => {
    const { holds, reason } = await verify(record, proof, vkey);
    count(holds, `${name}: ${reason}`);
  });

/** One bit of the record, then one of the proof: a verifier that reads every bit refuses both. */
const printFlips = (directory, vkey) =>
  printPairs(directory, vkey, async ({ name, record, proof }, count) => {
    count(!(await verify(flipped(record, name), proof, vkey)).holds, `${name}: a flipped record holds`);
    count(!(await verify(record, flipped(proof, name), vkey)).holds, `${name}: a flipped proof holds`);
  });

function printPairs(directory, vkey, check) {
  parseVkey(vkey); // with no key nothing is tried, however few files there are
  return printTally(async (count) => {
    for await (const pair of pairsOf(directory)) await check(pair, count);
  });
}

/** Prints each complaint, then how many were good. Nothing checked is a failure. */
async function printTally(work) {
  const tally = { passed: 0, failed: 0 };
  await work((good, complaint) => {
    tally[good ? 'passed' : 'failed']++;
    if (!good) console.log(complaint);
  });
  console.log(`${tally.passed} passed, ${tally.failed} failed`);
  return tally.passed > 0 && tally.failed === 0 ? 0 : 1;
}

const filesOf = async (directory, ending) => (await readdir(directory)).filter((file) => file.endsWith(ending)).sort();

/** Every NAME.cbor with its NAME.tlog-proof; a proof that is missing is an empty one, which fails. */
async function* pairsOf(directory) {
  for (const file of await filesOf(directory, '.cbor')) {
    const name = file.slice(0, -'.cbor'.length);
    const proof = join(directory, `${name}.tlog-proof`);
    yield {
      name,
      record: await readFile(join(directory, file)),
      proof: existsSync(proof) ? await readFile(proof) : new Uint8Array(),
    };
  }
}

/** The bytes with a bit flipped that their name chooses. */
function flipped(bytes, name) {
  const bit = Number(BigInt(`0x${toHex(sha256(utf8(name)))}`) % BigInt(Math.max(8 * bytes.length, 1)));
  return bytes.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
}

/** For each line of hex `identity canonical-bytes-in-hex`, or `code "place"`, at once: who writes may wait for it. */
async function printIdentities() {
  try {
    for await (const line of createInterface({ input: process.stdin })) {
      const source = fromHex(line);
      if (source === null) throw new Error('a line is not hex');
      const found = refusalOr(() => identity(source, 'declaration'));
      const [first, second] = 'code' in found
        ? [found.code, JSON.stringify(found.at)]
        : [found.identity, toHex(found.bytes)];
      if (!process.stdout.write(`${first} ${second}\n`)) await once(process.stdout, 'drain');
    }
  } finally {
    process.stdin.destroy(); // or Node would wait for its end
  }
  return 0;
}
