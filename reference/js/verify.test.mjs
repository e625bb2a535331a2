import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { sha256 } from '@noble/hashes/sha2.js';
import { checkCbor, identity, Refusal, verify } from '../verify.mjs';
import { canonicalOrder, compareBytes, concat, fromHex, toHex, utf8 } from './bytes.mjs';
import { writeCbor } from './cbor.mjs';
import { command, countVectors } from './command.mjs';
import { isStrictPoint } from './ed25519.mjs';
import { readJson } from './json.mjs';
import { leafHash, pathFault } from './tree.mjs';

const root = new URL('../../', import.meta.url);
const page = await readFile(new URL('docs/spec/proof.md', root), 'utf8');
const record = new Uint8Array(await readFile(new URL('examples/rag.cbor', root)));
const proof = /```text\n(c2sp[^]*?\n)```/.exec(page)[1];
const vkey = /The key is `([^`]+)`/.exec(page)[1];

const refusal = (work) => {
  try {
    work();
  } catch (fault) {
    if (fault instanceof Refusal) return `${fault.code} at ${fault.at}`;
    throw fault;
  }
  return 'accepted';
};

test('every vector passes', async () => {
  let passed = 0;
  await countVectors(fileURLToPath(new URL('vectors', root)), (good, complaint) => {
    assert.ok(good, complaint);
    passed++;
  });
  assert.ok(passed > 1000);
});

test('each name of vectors/names is refused in an open map', async () => {
  const example = JSON.parse(await readFile(new URL('examples/rag.json', root), 'utf8'));
  for (const [list, code] of [['artefacts', 'E-ARTEFACT'], ['secrets', 'E-SECRET']]) {
    const names = (await readFile(new URL(`vectors/names/${list}.txt`, root), 'utf8')).split('\n');
    // a star stands for any characters
    for (const line of names.filter((line) => line !== '' && !line.startsWith('#'))) {
      const name = line.replace('*', 'any-');
      const parameters = { ...example.parameters, set: { [name]: 'x' } };
      const verdict = refusal(() => identity(JSON.stringify({ ...example, parameters })));
      assert.equal(verdict, `${code} at /parameters/set/${name}`);
    }
  }
});

test('the worked proof holds, for the record as bytes and as JSON', async () => {
  const json = await readFile(new URL('examples/rag.json', root), 'utf8');
  for (const form of [record, json]) {
    assert.deepEqual(await verify(form, proof, vkey), {
      holds: true,
      identity: 'b3:15b142b8452041cd17e08301f5564e3d13cdcf1e51ecaedcaea9bc9e69c0c161',
      index: 1n,
      size: 2n,
      origin: 'log.example.org/decl',
      reason: null,
      checked: ['parse', 'entry', 'record', 'leaf', 'path', 'signature', 'origin'],
    });
  }
});

test('the changes of proof.md fail at their steps', async () => {
  const path = 'GduO/q5sdHJ+FiSkBAsOqrqLZoMOQLLvN2VckYBtPFM=\n';
  const other = new Uint8Array(await readFile(new URL('examples/chat-tools.cbor', root)));
  const extra = /extra (.*)\n/.exec(proof)[1];
  const entry = Uint8Array.from(atob(extra), (c) => c.charCodeAt(0));
  // the last byte of `at` stands before the key `by`
  entry[toHex(entry).indexOf('626279') / 2 - 1] ^= 1;
  // another name with the id that it gives for the same key
  const typedKey = vkey.split('+').slice(2).join('+');
  const key = Uint8Array.from(atob(typedKey), (c) => c.charCodeAt(0));
  const otherId = toHex(sha256(concat(utf8('log.example.com/decl\n'), key)).subarray(0, 4));
  const changes = [
    [1, record, proof.replace('@v1', '@v2'), vkey],
    [5, record, proof.replace(path, path + path), vkey],
    [5, record, proof.replace(path, ''), vkey],
    [1, record, proof.replace('index 1', 'index 01'), vkey],
    [5, record, proof.replace('index 1', 'index 0'), vkey],
    [5, record, proof.replace('index 1', 'index 2'), vkey],
    [2, other, proof, vkey],
    [5, record, proof.replace(extra, btoa(String.fromCharCode(...entry))), vkey],
    [5, record, proof.replace('\n2\n', '\n3\n'), vkey],
    [6, record, proof.replace('ZVTMGJ', 'ZVTMGI'), vkey],
    [1, record, proof.replace(/—.*\n/, ''), vkey],
    [6, record, proof, `log.example.com/decl+${otherId}+${typedKey}`],
  ];
  for (const [i, [step, bytes, file, key]] of changes.entries()) {
    assert.ok(file !== proof || bytes !== record || key !== vkey, `change ${i} changes nothing`);
    const verdict = await verify(bytes, file, key);
    assert.deepEqual([verdict.holds, verdict.identity, verdict.size], [false, null, null]);
    assert.match(verdict.reason, new RegExp(`^step ${step},`), `change ${i}`);
  }
});

test('what is no proof or no record is not tried; what is both holds or does not', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'decl-'));
  const files = [join(folder, 'record'), join(folder, 'proof')];
  const json = await readFile(new URL('examples/rag.json', root));
  const other = await readFile(new URL('examples/chat-tools.cbor', root));
  const { log } = console;
  console.log = () => {};
  try {
    for (const [code, bytes, text] of [
      [0, record, proof],
      [1, record, proof.replace('index 1', 'index 2')],
      [2, record, ''],
      [2, record, proof.slice(0, -1)],
      [2, record, proof.replaceAll('\n', '\r\n')],
      [2, record, proof.slice(proof.indexOf('\n\n') + 2)],
      [0, json, proof],
      [1, other, proof],
      [1, concat([0xb8, record[0] & 31], record.subarray(1)), proof],
      [1, '\xa0', proof],
      [1, '{"v": "ai-run-declaration/1"}', proof],
      [2, record.subarray(0, -1), proof],
      [2, concat(record, [0]), proof],
      [2, '', proof],
      [2, 'Dear sir', proof],
      [2, '{}', proof],
      [2, '[]', proof],
      [2, Uint8Array.of(0xff, 0xd8), proof],
    ]) {
      await writeFile(files[0], bytes, 'latin1');
      await writeFile(files[1], text);
      assert.equal(await command(['verify', ...files, '--vkey', vkey]), code, `${bytes} ${text}`);
    }
  } finally {
    console.log = log;
    await rm(folder, { recursive: true });
  }
});

test('a note: whose lines count, and what the strict rules refuse', async () => {
  // the key of log.md, which is no secret: its seed is 00, 01, .. 1f
  const pkcs8 = concat(fromHex('302e020100300506032b657004220420'), Uint8Array.from({ length: 32 }, (_, i) => i));
  const seed = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign']);
  const [, name, line] = /\n\n([^]*\n)\n(— .*\n)$/.exec(proof);
  const head = proof.slice(0, proof.indexOf('\n\n') + 2);
  const signed = async (text, change = () => {}) => {
    const bytes = concat(fromHex('15845329'), new Uint8Array(await crypto.subtle.sign('Ed25519', seed, utf8(text))));
    change(bytes);
    return `${head}${text}\n— log.example.org/decl ${btoa(String.fromCharCode(...bytes))}\n`;
  };
  assert.equal(await signed(name), proof, 'the signature of the example');
  // S + L is the same scalar, and another signature
  const addL = (bytes) => {
    const L = 2n ** 252n + 27742317777372353535851937790883648493n;
    let sum = L + BigInt(`0x${toHex(bytes.slice(36).reverse())}`);
    for (let i = 36; i < 68; i++, sum >>= 8n) bytes[i] = Number(sum & 255n);
  };
  const stranger = '— stranger.example AAAAAAA=\n';
  for (const [step, file] of [
    [null, proof + stranger],
    [null, proof + stranger.repeat(63)],
    [1, proof + stranger.repeat(64)],
    [1, proof + stranger.replace('.', '+')],
    [1, proof.replace(line, `\n${line}`)],
    [6, proof + line],
    [6, proof.replace(line, stranger)],
    [6, await signed(name, addL)],
    [7, await signed(name.replace('example.org', 'example.com'))],
    [1, await signed(`${name}extension\n`)],
  ]) {
    const { holds, reason } = await verify(record, file, vkey);
    assert.equal(holds, step === null, reason);
    if (step !== null) assert.match(reason, new RegExp(`^step ${step},`), file);
  }
});

test('no bit of the proof, the record or the vkey can be flipped', async () => {
  const given = [record, utf8(proof), utf8(vkey)];
  for (const which of given.keys()) {
    for (let bit = 0; bit < 8 * given[which].length; bit++) {
      const changed = given.map((bytes) => bytes.slice());
      changed[which][bit >> 3] ^= 1 << (bit & 7);
      const key = Buffer.from(changed[2]).toString('utf8');
      const holds = await verify(changed[0], changed[1], key).then((verdict) => verdict.holds, (fault) => {
        assert.equal(which, 2, fault);
        return false;
      });
      assert.equal(holds, false, `input ${which}, bit ${bit}`);
    }
  }
});

test('no prefix of the proof or the record holds', async () => {
  for (let end = 0; end < proof.length; end++) assert.equal((await verify(record, proof.slice(0, end), vkey)).holds, false);
  for (let end = 0; end < record.length; end++) assert.match(refusal(() => checkCbor(record.subarray(0, end))), /^E-SYNTAX/);
});

test('a path is accepted for its own leaf, index and length, in every tree of up to 20 leaves', () => {
  const node = (left, right) => sha256(concat([1], left, right));
  const split = (n) => 2 ** Math.floor(Math.log2(n - 1));
  const rootOf = (d) => (d.length === 1 ? d[0] : node(rootOf(d.slice(0, split(d.length))), rootOf(d.slice(split(d.length)))));
  const pathOf = (d, i) => {
    if (d.length === 1) return [];
    const k = split(d.length);
    return i < k ? [...pathOf(d.slice(0, k), i), rootOf(d.slice(k))] : [...pathOf(d.slice(k), i - k), rootOf(d.slice(0, k))];
  };
  const leaves = Array.from({ length: 20 }, (_, i) => leafHash(Uint8Array.of(i)));
  for (let size = 1; size <= 20; size++) {
    const d = leaves.slice(0, size);
    const top = rootOf(d);
    for (let i = 0; i < size; i++) {
      const path = pathOf(d, i);
      for (let j = 0; j <= size; j++) {
        assert.equal(pathFault(d[i], BigInt(j), path, BigInt(size), top) === null, i === j, `${i} as ${j} of ${size}`);
      }
      assert.notEqual(pathFault(d[i], BigInt(i), [...path, top], BigInt(size), top), null);
      if (path.length > 0) assert.notEqual(pathFault(d[i], BigInt(i), path.slice(0, -1), BigInt(size), top), null);
      assert.notEqual(pathFault(leaves[(i + 1) % 20], BigInt(i), path, BigInt(size), top), null);
      // a path that is too long, to a root made for it
      for (const made of [node(top, d[0]), node(d[0], top)]) {
        assert.equal(pathFault(d[i], BigInt(i), [...path, d[0]], BigInt(size), made), 'the path is too long');
      }
    }
  }
});

test('points of small order and encodings that are not canonical are refused', () => {
  const [sign, p] = [2n ** 255n, 2n ** 255n - 19n];
  const bytes = (number) => fromHex(number.toString(16).padStart(64, '0')).reverse();
  const orderEight = [
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  ].map((hex) => BigInt(`0x${toHex(fromHex(hex).reverse())}`));
  for (const y of [0n, 1n, p - 1n, p, p + 1n, p + 18n, ...orderEight]) {
    assert.equal(isStrictPoint(bytes(y)), false, `${y}`);
    assert.equal(isStrictPoint(bytes(y + sign)), false, `-${y}`);
  }
  assert.equal(isStrictPoint(fromHex(`58${'66'.repeat(31)}`)), true, 'the base point');
});

test('canonical order is that of the UTF-8 bytes', () => {
  const keys = ['', 'b', 'aa', 'é', '~~', '\uffff', '\ue000', '\ud7ff', 'zzz', '\u{10000}', '\u{10ffff}', '\uffffa', 'aaaa'];
  const byBytes = [...keys].sort((a, b) => utf8(a).length - utf8(b).length || compareBytes(utf8(a), utf8(b)));
  assert.deepEqual(canonicalOrder(keys), byBytes);
});

test('the number rule is exact at the ends of binary64, however long the token', () => {
  const verdict = (token) => {
    try {
      return toHex(writeCbor(readJson(utf8(token))));
    } catch (fault) {
      return fault.code;
    }
  };
  const infinite = String(2n ** 1024n - 2n ** 970n);
  const zero = String(5n ** 1075n);
  assert.equal(verdict(`${infinite}.0`), 'E-NUM-RANGE');
  assert.equal(verdict(`${BigInt(infinite) - 1n}.0`), 'E-NUM-PRECISION');
  assert.equal(verdict(`${BigInt(infinite) - 1n}.${'9'.repeat(1000)}`), 'E-NUM-PRECISION');
  assert.equal(verdict(`${zero}e-1075`), 'E-NUM-RANGE');
  assert.equal(verdict(`${zero}.${'0'.repeat(1000)}1e-1075`), 'E-NUM-PRECISION');
  assert.equal(verdict(`0.${'0'.repeat(400)}1e401`), '01');
  assert.equal(verdict(`1e${'9'.repeat(400)}`), 'E-NUM-RANGE');
  assert.equal(verdict(`1e-${'9'.repeat(400)}`), 'E-NUM-RANGE');
  assert.equal(verdict(`0e${'9'.repeat(400)}`), '00');
  assert.equal(verdict('8.940696716308594e-8'), 'fa33c00000', '1.5 of the least of binary16');
});

test('a name is lowered in ASCII only: the Kelvin sign is no k', async () => {
  const example = JSON.parse(await readFile(new URL('examples/rag.json', root), 'utf8'));
  const withName = (name) => JSON.stringify({ ...example, parameters: { ...example.parameters, set: { [name]: 'x' } } });
  assert.equal(refusal(() => identity(withName('TOKEN'))), 'E-SECRET at /parameters/set/TOKEN');
  assert.equal(refusal(() => identity(withName('TO\u212aEN'))), 'accepted');
});

test('a lone surrogate in a text is refused and not replaced', () => {
  assert.equal(refusal(() => identity('é\ud800')), 'E-UTF8 at byte 2');
});

test('every float of 16 bits that is none of the integers is its own encoding', () => {
  let accepted = 0;
  for (let bits = 0; bits < 0x10000; bits++) {
    const encoded = Uint8Array.of(0xf9, bits >> 8, bits & 0xff);
    if (refusal(() => checkCbor(encoded)) === 'accepted') accepted++;
  }
  // of each sign: 31 exponents of 1024, without 0 and without the 14,336 + 1,024 integers from 1 to 65,504
  const integers = (exponent) => (exponent < 15 ? 0 : exponent < 25 ? 2 ** (exponent - 15) : 1024);
  let expected = 31 * 1024 - 1;
  for (let exponent = 1; exponent < 31; exponent++) expected -= integers(exponent);
  assert.equal(accepted, 2 * expected);
});
