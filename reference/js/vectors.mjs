// Judges a vector (vectors/README.md).

import { below, canonicalOrder, fromHex, toHex, utf8 } from './bytes.mjs';
import { readCbor, writeCbor } from './cbor.mjs';
import { parseEntry } from './entry.mjs';
import { FOLDERS, verifyLog } from './export.mjs';
import { identity, KINDS as RECORDS } from './identity.mjs';
import { readJson } from './json.mjs';
import { verifyPeriod } from './period.mjs';
import { verify } from './proof.mjs';
import { refuseSubmitted } from './records.mjs';
import { Refusal } from './refusal.mjs';
import { Rules } from './rules.mjs';

/** What a case of each kind is given, and a check that says from it all else that the case says. */
const record = (kind) => [
  ['json', 'json_hex', 'cbor', 'submitted'],
  (given) => {
    const { identity: name, sha256, bytes, tree } = identity(inputOf(given), kind);
    if (given.submitted) refuseSubmitted(kind, tree);
    return { identity: name, sha256, bytes: bytes.length };
  },
];
const CHECKS = {
  cbor: [['cbor', 'json'], ({ cbor, json }) => {
    const tree = readCbor(fromHex(cbor));
    const same = json === undefined || toHex(writeCbor(readJson(utf8(json)))) === cbor;
    return { accepted: same && toHex(writeCbor(tree)) === cbor };
  }],
  json: [['json', 'json_hex'], (given) => {
    const tree = readJson(inputOf(given));
    refuseNull(tree, '');
    return { cbor: toHex(writeCbor(tree)) };
  }],
  ...Object.fromEntries(RECORDS.map((kind) => [kind, record(kind)])),
  log: [['entries', 'records'], ({ entries, records }) => {
    const rules = new Rules(fromHex(entries[0]));
    for (const [i, data] of entries.slice(1).map(fromHex).entries()) {
      const entry = parseEntry(data);
      const { tree } = identity(fromHex(records[i + 1]), entry.get('t'));
      const broken = rules.add(entry, tree, data);
      if (broken) return { breaks: { rule: broken.rule, entry: i + 1 } };
    }
    return { accepted: true };
  }],
};

/** What has a signature takes a promise. */
export const SIGNED = { export: exportFault, period: periodFault, proof: proofFault };

async function proofFault({ shows, json, cbor, proof, vkey, holds, fails, ...more }) {
  const verdict = await verify(inputOf({ json, cbor }), proof, vkey);
  const { identity: id, index, size, origin } = verdict;
  const got = verdict.holds
    ? { holds: { identity: id, index: Number(index), size: Number(size), origin } }
    : { fails: Number(/^step ([0-9]+),/.exec(verdict.reason)?.[1]) };
  const [wanted, found] = [{ holds, fails, ...more }, got].map(sorted);
  return typeof shows === 'string' && wanted === found ? null : `expected ${wanted}, got ${found}: ${verdict.reason}`;
}

async function exportFault({ shows, files, vkey, older, holds, fails, ...more }) {
  const read = async (path) => (path in files ? fromHex(files[path]) : null);
  const hasRecords = FOLDERS.some((folder) => Object.keys(files).some((path) => path.startsWith(`${folder}/`)));
  const verdict = await verifyLog(read, vkey, { older: older && fromHex(older), hasRecords });
  const { origin, size, records } = verdict;
  const number = (count) => (count === null ? null : Number(count));
  const got = verdict.holds
    ? { holds: { origin, size: number(size), records: number(records) } }
    : { fails: Number(/^step ([0-9]+),/.exec(verdict.reason)?.[1]) };
  const [wanted, found] = [{ holds, fails, ...more }, got].map(sorted);
  return typeof shows === 'string' && wanted === found ? null : `expected ${wanted}, got ${found}: ${verdict.reason}`;
}

async function periodFault({ shows, files, vkey, since, until, absent, holds, fails, ...more }) {
  const read = async (path) => (path in files ? fromHex(files[path]) : null);
  const bound = (time) => (time === undefined ? undefined : BigInt(time));
  const verdict = await verifyPeriod(read, vkey, { since: bound(since), until: bound(until), absent });
  const { origin, before, size, entries } = verdict;
  const got = verdict.holds
    ? { holds: { origin, before: Number(before), size: Number(size), entries: entries.map(Number) } }
    : { fails: Number(/^step ([0-9]+),/.exec(verdict.reason)?.[1]) };
  const [wanted, found] = [{ holds, fails, ...more }, got].map(sorted);
  return typeof shows === 'string' && wanted === found ? null : `expected ${wanted}, got ${found}: ${verdict.reason}`;
}

/** The one input, in whichever form. */
function inputOf({ json, json_hex: hex, cbor }) {
  const given = [json, hex, cbor].filter((form) => form !== undefined);
  if (given.length !== 1) throw new Error(`${given.length} inputs`);
  return json === undefined ? fromHex(given[0]) : utf8(json);
}

/** The directories of vectors. */
export const KINDS = Object.keys(CHECKS);

/** Why the case fails, or null. All that it says must come out, and nothing that it does not say. */
export function vectorFault(kind, { shows, ...said }) {
  const [inputs, check] = CHECKS[kind];
  const part = (taken) => Object.fromEntries(Object.entries(said).filter(([name]) => inputs.includes(name) === taken));
  let got;
  try {
    got = check(part(true));
  } catch (fault) {
    if (!(fault instanceof Refusal)) throw fault;
    got = { refused: { code: fault.code, at: fault.at } };
  }
  const [wanted, found] = [part(false), got].map(sorted);
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
