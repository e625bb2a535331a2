// What must not be there (declaration.md): names and shapes. The lists are those of vectors/names.

import { fromBase64 } from './bytes.mjs';

const words = (text) => new Set(text.trim().split(/\s+/));

const ARTEFACTS = words(`
  answer attempt cached_tokens candidates choices completed_at completion completion_tokens completions correlation_id
  cost created createdAt created_at date duration duration_ms elapsed elapsed_ms ended_at error errors eval_duration
  exception finishReason finish_reason finish_reasons finished_at generation generations hostname http_status
  input_tokens invocation_id ip ip_address latency latency_ms load_duration message_id metric_values output
  output_tokens outputs pid price prompt_eval_duration prompt_tokens recorded_at request_id response responseId
  response_id responses result results retries run_id score scores session_id spanId span_id started_at status
  status_code stop_details stop_reason system_fingerprint time time_to_first_token timestamp timings token_usage
  total_duration total_tokens traceId trace_id traceparent tracestate ttft usage usageMetadata usage_metadata
`);

const SECRET_ENDS = [...words(`
  accesskey accesstoken accountkey apikey apitoken authkey authorization authorizationtoken authtoken bearertoken
  cookie credential credittoken gitlabtoken hftoken hubtoken passphrase passwd password privatekey
  refreshtoken secret secretkey securitytoken sessiontoken signingkey subscriptionkey
`)];

const SECRETS = words('idtoken token');

export const isArtefactName = (name) => ARTEFACTS.has(name);

/** ASCII letters alone are lowered: toLowerCase would make a `k` of the Kelvin sign. */
const lowered = (text) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** Whether a member of this name holds a secret if its value can be one. */
export function isSecretName(name) {
  const folded = lowered(name.replace(/[-_. ]/g, ''));
  let end = folded.length;
  while (end > 0 && folded[end - 1] >= '0' && folded[end - 1] <= '9') end -= 1;
  const numbered = folded.slice(0, end);
  return SECRETS.has(folded) || SECRET_ENDS.some((end) => numbered.endsWith(end) || numbered.endsWith(`${end}s`));
}

/** Whether a value can be a secret or hold one: numbers, switches, absences and what is empty cannot. */
export function canBeSecret(value) {
  if (Array.isArray(value)) return value.some(canBeSecret);
  if (value instanceof Map) return value.size > 1 || (value.size === 1 && !value.has('absent'));
  return value instanceof Uint8Array || (typeof value === 'string' && value !== '');
}

// Prefixes, then the least and the most characters after them, then what must not be among these. No pattern here
// repeats a group: an engine that backtracks may run out of stack on a text of many megabytes.
const SHAPES = [
  [['sk-', 'nvapi-'], 20, Infinity, /[^A-Za-z0-9_-]/],
  [['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'hf_'], 30, Infinity, /[^A-Za-z0-9]/],
  [['gsk_', 'xai-', 'pplx-'], 20, Infinity, /[^A-Za-z0-9]/],
  [['glpat-', 'ya29.'], 20, Infinity, /[^A-Za-z0-9_.-]/],
  [['github_pat_'], 30, Infinity, /[^A-Za-z0-9_]/],
  [['AKIA', 'ASIA'], 16, 16, /[^A-Z0-9]/],
  [['AIza'], 35, 35, /[^A-Za-z0-9_-]/],
  [['xoxb-', 'xoxp-', 'xoxa-', 'xoxs-'], 10, Infinity, /[^A-Za-z0-9-]/],
  [['tvly-'], 20, Infinity, /[^A-Za-z0-9-]/],
];

/** Whether a text looks like a secret. */
export const isSecretText = (text) => {
  const bare = trimmed(text);
  return hasSecretShape(bare) || isAuthorization(bare) || isWebToken(bare) || holdsPrivateKey(bare);
};

/** A text without white space around it. No pattern: an engine may take a square of the time for one. */
function trimmed(text) {
  let [start, end] = [0, text.length];
  while (start < end && WHITE_SPACE.includes(text[start])) start += 1;
  while (end > start && WHITE_SPACE.includes(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

const WHITE_SPACE = ' \t\n\r';

const hasSecretShape = (text) =>
  SHAPES.some(([prefixes, least, most, other]) =>
    prefixes.some((prefix) => {
      const rest = text.length - prefix.length;
      return rest >= least && rest <= most && text.startsWith(prefix) && !other.test(text.slice(prefix.length));
    }),
  );

/** The value of a header `Authorization`, in the schemes of RFC 6750 and RFC 7617. */
function isAuthorization(text) {
  const length = ['bearer', 'basic'].find((name) => lowered(text.slice(0, name.length)) === name)?.length ?? 0;
  if (length === 0 || !WHITE_SPACE.includes(text[length] ?? '-')) return false;
  const rest = trimmed(text.slice(length));
  if (length === 'bearer'.length) return rest.length >= 16 && !/[^!-~]/.test(rest);
  const credentials = fromBase64(rest.includes('=') ? rest : rest.padEnd(Math.ceil(rest.length / 4) * 4, '='));
  return credentials !== null && credentials.includes(':'.charCodeAt(0));
}

function isWebToken(text) {
  if (!text.startsWith('eyJ')) return false;
  const parts = text.split('.', 4);
  return parts.length === 3 && parts.every((part) => part.length >= 10 && !/[^A-Za-z0-9_-]/.test(part));
}

function holdsPrivateKey(text) {
  const begin = text.indexOf('-----BEGIN ');
  return begin >= 0 && text.includes('PRIVATE KEY-----', begin + '-----BEGIN '.length);
}

const holdsOnly = (text, other) => text !== '' && !other.test(text);
const areLabels = (labels) => labels.every((label) => holdsOnly(label, /[^a-z0-9-]/));

/** `dns`: labels joined by dots. */
export const isDns = (text) => areLabels(text.split('.'));

/** The name of a member of `ext`, the last reference token of its key; null if the key is no `ext-key`. */
export function extName(key) {
  const slash = key.indexOf('/');
  const hash = key.indexOf('#');
  if (slash < 0 || hash < slash || key[hash + 1] !== '/') return null;
  const labels = key.slice(0, slash).split('.');
  if (labels.length < 2 || !areLabels(labels)) return null;
  if (!holdsOnly(key.slice(slash + 1, hash), /[^A-Za-z0-9._-]/)) return null;
  return key.slice(key.lastIndexOf('/') + 1).replaceAll('~1', '/').replaceAll('~0', '~');
}
