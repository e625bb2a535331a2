// The members of a declaration: declaration-v1.cddl, in its order.

import { below } from './bytes.mjs';
import { content, digest, digestByMembers, digestOrContent, schemaContent } from './content.mjs';
import {
  anyMap, boolean, closed, dns, identifier, int, list, mistyped, name, num, oneOf, orAbsent, text, tuple, uint, version,
} from './forms.mjs';
import { ext, filteredMap, openMap } from './open.mjs';
import { Refusal } from './refusal.mjs';

const files = list(closed({ path: name, len: uint, digest }), { least: 1 });
const names = list(name);
const contentOrAbsent = orAbsent(content);
const nameOrAbsent = orAbsent(name);
const identifierOrAbsent = orAbsent(identifier);
const digestOrAbsent = orAbsent(digestByMembers);
const sourceOrAbsent = orAbsent(digestOrContent);

// ---- model
const model = closed({
  authority: dns,
  name,
  revision: nameOrAbsent,
  weights: orAbsent(closed({ format: name, quantization: nameOrAbsent, files })),
  tokenizer: sourceOrAbsent,
  template: contentOrAbsent,
  adapters: list(closed({ name, scale: num, files })),
  fallbacks: names,
});

// ---- messages
const part = (value, at, doc) => {
  const t = anyMap(value, at).get('t');
  if (t === undefined) throw new Refusal('E-MISSING', below(at, 't'));
  return PARTS[partKind(t, below(at, 't'))](value, at, doc);
};
const parts = list(part);
const attrs = filteredMap;
const contentPart = closed({ t: text, content, attrs });
const PARTS = {
  text: contentPart,
  image: contentPart,
  audio: contentPart,
  video: contentPart,
  file: contentPart,
  call: closed({ t: text, id: identifierOrAbsent, name, args: content, attrs }),
  result: closed({ t: text, id: identifierOrAbsent, parts, error: boolean, attrs }),
  opaque: closed({ t: text, authority: dns, content, attrs }),
};
const partKind = oneOf(...Object.keys(PARTS));
const messages = list(closed({ role: oneOf('system', 'developer', 'user', 'assistant', 'tool'), parts }));

// ---- context
const position = tuple(oneOf('instructions', 'input'), uint, uint);
const placed = (value, at, doc) => {
  const [section, message, item] = position(value, at, doc);
  // the section may stand later in the walk than this place, so it is looked at as it came
  const found = itemAt(memberOf(itemAt(doc.root.get(section), message), 'parts'), item);
  if (found === undefined) throw new Refusal('E-RANGE', at);
  return [section, message, item];
};
const itemAt = (items, index) => (Array.isArray(items) && index < items.length ? items[Number(index)] : undefined);
const memberOf = (map, key) => (map instanceof Map ? map.get(key) : undefined);

const context = closed({
  items: list(closed({
    kind: oneOf('retrieved', 'memory', 'file', 'example', 'resource', 'prior-output'),
    content,
    source: closed({ uri: identifierOrAbsent, digest: sourceOrAbsent, span: orAbsent(tuple(uint, uint)) }),
    placed: orAbsent(placed),
  })),
  retrieval: orAbsent(closed({
    index: closed({ name, snapshot: digestOrAbsent }),
    embedder: orAbsent(closed({ name, revision: nameOrAbsent })),
    query: content,
    params: filteredMap,
  })),
  history: orAbsent(closed({ policy: oneOf('full', 'window', 'summary', 'compaction'), params: filteredMap })),
});

// ---- tools
const tools = list(closed({
  t: oneOf('function', 'custom', 'hosted', 'mcp'),
  name,
  description: contentOrAbsent,
  schema: orAbsent(schemaContent),
  server: orAbsent(closed({ label: name, url: identifierOrAbsent, protocol: nameOrAbsent, listing: contentOrAbsent })),
  implementation: sourceOrAbsent,
  data: oneOf('closed', 'open'),
  config: filteredMap,
}));

// ---- parameters and constraints
const unsetWord = oneOf('executor-default', 'exhaustive');
const unset = (value, at, doc) => {
  if (typeof value === 'string') return unsetWord(value, at);
  if (value instanceof Map && value.has('absent')) throw mistyped(value, at);
  return content(value, at, doc);
};
const parameters = closed({ set: filteredMap, unset, seed: orAbsent(int) });

const toolChoiceMap = orAbsent(openMap());
const constraints = closed({
  output: closed({
    format: name, schema: orAbsent(schemaContent), modalities: names, stop: list(text), return: openMap(),
  }),
  'tool-choice': (value, at, doc) => (typeof value === 'string' ? value : toolChoiceMap(value, at, doc)),
  limits: filteredMap,
  safety: openMap({ artefactLevels: 1 }),
  policies: list(closed({ name, content })),
  region: nameOrAbsent,
});

// ---- environment
const code = orAbsent(closed({ repo: name, commit: digest }));
const environment = closed({
  executor: oneOf('hosted', 'local'),
  api: orAbsent(closed({ name, version: nameOrAbsent })),
  engine: orAbsent(closed({ name, version: nameOrAbsent, digest: digestOrAbsent })),
  image: digestOrAbsent,
  packages: contentOrAbsent,
  code,
  hardware: orAbsent(openMap()),
  settings: filteredMap,
});

// ---- kinds
const agent = closed({
  name, definition: contentOrAbsent, step: name, guardrails: list(closed({ name, content })), handoffs: names,
  settings: filteredMap,
});

const everySample = oneOf('all');
const samples = (value, at, doc) =>
  (typeof value === 'string' ? everySample : Array.isArray(value) ? list(uint) : uint)(value, at, doc);
const evaluation = closed({
  harness: closed({ name, version: name, code }),
  tasks: list(closed({
    name,
    version: nameOrAbsent,
    definition: content,
    dataset: closed({
      name, revision: nameOrAbsent, config: nameOrAbsent, split: name, digest: sourceOrAbsent,
    }),
    samples,
    fewshot: openMap(),
    repeats: uint,
  }), { least: 1 }),
  metrics: list(closed({ name, definition: contentOrAbsent, params: filteredMap })),
  criteria: list(closed({ metric: name, comparator: oneOf('>=', '>', '<=', '<', '=='), threshold: num })),
  seeds: openMap(),
});

const training = closed({
  method: name,
  datasets: list(closed({ name, revision: nameOrAbsent, split: name, digest: sourceOrAbsent }), { least: 1 }),
  hyperparameters: openMap(),
  'resume-from': digestOrAbsent,
  seeds: openMap(),
});

// ---- declaration
const common = {
  v: version('ai-run-declaration/1'),
  kind: oneOf('generate', 'embed', 'agent-step', 'evaluate', 'train'),
  model, instructions: messages, input: messages, context, tools, parameters, constraints, environment, ext,
};
const KINDS = new Map([
  ['agent-step', closed({ ...common, agent })],
  ['evaluate', closed({ ...common, evaluation })],
  ['train', closed({ ...common, training })],
]);
const otherKind = closed(common);

/** The walk: the canonical tree of a declaration, or its first fault. */
export function walkDeclaration(root, { fromJson }) {
  const kind = anyMap(root, '').get('kind');
  return (KINDS.get(kind) ?? otherKind)(root, '', { root, fromJson });
}
