// The members of supplements and events: records.cddl, in its order, and what the members of a body owe to each other
// (records.md).

import { below } from './bytes.mjs';
import { writeCbor } from './cbor.mjs';
import { content } from './content.mjs';
import {
  anyMap, boolean, closed, identifier, list, name, num, octets, oneOf, text, textLike, textOf, uint, version,
} from './forms.mjs';
import { Refusal } from './refusal.mjs';

const MOST_BODY = 16 * 1024;

const hash = octets(32);
const handle = textOf(1, 64, (value) => /^[a-z0-9][a-z0-9._:/-]*$/.test(value));
const query = textOf(1, 1024);
const uuid = textLike(/^(?!0{8}-[0-]*$)(?!f{8}-[f-]*$)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const mark = (value, at) => {
  if (!boolean(value, at)) throw new Refusal('E-RANGE', at);
  return value;
};

const mapOf = (must, may = {}) => closed({ ...must, ...may }, { optional: Object.keys(may) });

// ---- shared
const refs = list(mapOf({ system: name, id: identifier }), { least: 1 });
const imprint = mapOf({ alg: oneOf('sha256'), value: hash });
const reported = { 'reported-model': name, 'reported-fingerprint': identifier, 'response-id': identifier };
const erasure = mapOf({ content: hash, basis: name, authority: name, affected: uint }, { request: identifier });

// ---- supplements
const tokens = mapOf({}, {
  input: uint,
  output: uint,
  'cached-input': uint,
  'cache-write': uint,
  reasoning: uint,
  'audio-input': uint,
  'audio-output': uint,
  'image-input': uint,
});
const SUPPLEMENTS = new Map(Object.entries({
  start: mapOf({ occurrence: uuid }, { refs }),
  execution: mapOf(
    { occurrence: uuid, started: uint, status: oneOf('ok', 'error', 'cancelled', 'unknown') },
    { ended: uint, exit: uint, ...reported, refs, amends: hash, late: mark },
  ),
  output: mapOf({ occurrence: uuid, content }, { finish: name }),
  usage: mapOf({ occurrence: uuid, tokens }),
  trace: mapOf({ occurrence: uuid }, { refs, content }),
  score: mapOf({ metric: name, value: num }, { occurrence: uuid, task: name, samples: uint, content }),
  incident: mapOf(
    { at: uint, severity: oneOf('low', 'medium', 'high', 'critical'), content },
    { reference: identifier, occurrence: uuid },
  ),
  review: mapOf(
    { reviewer: handle, verdict: oneOf('accepted', 'rejected', 'escalated') },
    { about: hash, content },
  ),
  link: mapOf({ rel: oneOf('parent', 'follows', 'retry-of', 'plan'), target: hash }, { external: mark }),
  erasure,
  timestamp: mapOf({ imprint, content }),
  attestation: mapOf({ content }),
  'provider-report': mapOf(
    { source: mapOf({ kind: name, sha256: hash }, { row: uint }) },
    { occurrence: uuid, ...reported, at: uint, content },
  ),
}));

// ---- events
const retention = mapOf({ action: text, policy: content }, { at: uint, erased: uint, kept: uint, held: uint });
const ACTIONS = {
  set: retention,
  apply: retention,
  tag: mapOf({ action: text, tag: handle, subjects: list(hash, { least: 1 }) }),
};
const knownAction = oneOf(...Object.keys(ACTIONS));
const policy = (value, at, doc) => {
  const [action, place] = [anyMap(value, at).get('action'), below(at, 'action')];
  if (action === undefined) throw new Refusal('E-MISSING', place);
  return ACTIONS[knownAction(action, place)](value, at, doc);
};
const EVENTS = new Map(Object.entries({
  hold: mapOf({ name: handle, scope: mapOf({}, { content: hash, subject: hash, query }), reason: name }),
  release: mapOf({ hold: hash, reason: name }),
  key: mapOf({ action: oneOf('new', 'destroy'), name: handle, use: oneOf('content'), fingerprint: hash }),
  policy,
  timestamp: mapOf({ size: uint, root: hash, imprint, content }),
  export: mapOf(
    { what: oneOf('log', 'period', 'content', 'bundle', 'register') },
    { content: hash, from: uint, to: uint, records: uint, recipient: name },
  ),
  anchor: mapOf({ where: identifier, size: uint, root: hash }, { content }),
  index: mapOf({ size: uint, root: hash }),
  erasure,
  restore: mapOf({ content: hash, reason: name }),
}));

// ---- what the members of a body owe to each other: broken, the code, the place
const RULES = {
  execution: (body) => [
    [body.has('ended') && body.get('ended') < body.get('started'), 'E-RANGE', '/body/ended'],
    [body.has('exit') && body.get('exit') > 255n, 'E-RANGE', '/body/exit'],
  ],
  usage: (body) => [[body.get('tokens').size === 0, 'E-MISSING', '/body/tokens']],
  trace: (body) => [[!body.has('refs') && !body.has('content'), 'E-MISSING', '/body']],
  score: (body) => [[!body.has('task') && !body.has('occurrence'), 'E-MISSING', '/body']],
  link: (body, subject) => [[String(body.get('target')) === String(subject), 'E-RANGE', '/body/target']],
  hold: (body) => [
    [body.get('scope').size === 0, 'E-MISSING', '/body/scope'],
    [body.get('scope').size > 1, 'E-RANGE', '/body/scope'],
  ],
  export: (body) => [
    [body.has('from') && body.has('to') && body.get('to') < body.get('from'), 'E-RANGE', '/body/to'],
  ],
};

const anything = (value) => value;

function walker(kinds, members) {
  const around = { ...members, by: name, kind: oneOf(...kinds.keys()) };
  const forms = new Map(Array.from(kinds, ([kind, body]) => [kind, closed({ ...around, body })]));
  const unknown = closed({ ...around, body: anything });
  return (root, { fromJson }) => {
    const form = forms.get(anyMap(root, '').get('kind')) ?? unknown;
    const record = form(root, '', { root, fromJson, searched: true });
    const body = record.get('body');
    if (writeCbor(body).length > MOST_BODY) throw new Refusal('E-SIZE', '/body');
    for (const [broken, code, at] of RULES[record.get('kind')]?.(body, record.get('subject')) ?? []) {
      if (broken) throw new Refusal(code, at);
    }
    return record;
  };
}

/** The walk: the canonical tree of a supplement, or its first fault. */
export const walkSupplement = walker(SUPPLEMENTS, { v: version('ai-run-supplement/1'), subject: hash });

/** The same of an event. */
export const walkEvent = walker(EVENTS, { v: version('ai-run-event/1') });

const BY_THE_LOG = { supplement: ['erasure'], event: ['erasure', 'restore'] };

/** Refuses what a caller may not say, because the log writes it. */
export function refuseSubmitted(kind, record) {
  if (BY_THE_LOG[kind].includes(record.get('kind'))) throw new Refusal('E-RANGE', '/kind');
  if (record.get('body').has('late')) throw new Refusal('E-RANGE', '/body/late');
}
