// What browser.html does: shows what is to be said of the files that were given.

import { identity, Refusal, verify } from '../verify.mjs';
import { toHex } from './bytes.mjs';

const [record, proof, vkey, verdict, details] = ['record', 'proof', 'vkey', 'verdict', 'details'].map((id) =>
  document.getElementById(id),
);
let latest = 0;

/** Shows the verdict on what stands in the fields now. */
async function show() {
  const run = ++latest;
  const found = await judge().catch((fault) => ({ kind: 'unusable', says: `not checked: ${fault.message}` }));
  if (run !== latest) return; // the fields have changed meanwhile
  const { kind, says, ...more } = found;
  verdict.dataset.kind = kind;
  verdict.textContent = says;
  details.replaceChildren(...Object.entries(more).flatMap(([name, value]) => [element('dt', name), element('dd', value)]));
}

async function judge() {
  if (!record.files[0]) return { kind: 'unusable', says: '' };
  const bytes = await bytesOf(record.files[0]);
  const key = vkey.value.trim();
  if (!proof.files[0]) return { kind: 'unusable', ...names(bytes), proof: 'not checked: no proof is given' };
  if (key === '') return { kind: 'unusable', ...names(bytes), proof: 'not checked: no key is given' };
  const { holds, reason, checked, ...place } = await verify(bytes, await bytesOf(proof.files[0]), key);
  if (checked.length === 0) return { kind: 'unusable', says: 'not checked: a file is not what it should be', reason };
  if (!holds) return { kind: 'fails', says: 'does not hold', reason, checked: checked.join(', ') };
  return { kind: 'holds', says: 'holds', ...place, checked: checked.join(', ') };
}

/** What a record is and what it is called, or why it is none. */
function names(record) {
  try {
    const { kind, tree, bytes, ...names } = identity(record);
    const says = kind === 'event' ? 'an event' : `a ${kind}`;
    const about = tree.has('subject') ? { subject: `b3:${toHex(tree.get('subject'))}` } : {};
    const states = kind === 'declaration' ? {} : { states: tree.get('kind'), ...about };
    return { says, ...names, bytes: bytes.length, ...states };
  } catch (fault) {
    if (!(fault instanceof Refusal)) throw fault;
    return { says: fault.message };
  }
}

const bytesOf = async (file) => new Uint8Array(await file.arrayBuffer());

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

/** A key may come as a file, too. */
async function dropKey(event) {
  const [file] = event.dataTransfer.files;
  if (!file) return;
  event.preventDefault();
  vkey.value = await file.text();
  await show();
}

for (const field of [record, proof]) field.addEventListener('change', show);
vkey.addEventListener('input', show);
vkey.addEventListener('drop', dropKey);
show(); // a browser keeps the fields of a page that is loaded again
