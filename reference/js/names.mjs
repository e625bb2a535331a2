// What must not be there (declaration.md): names and shapes. The lists are those of vectors/names.

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

const SECRETS = words(`
  access_token api_key apikey auth_token authorization authorization_token aws_secret_access_key bearer_token
  client_secret cookie credentials fallback_credit_token hf_token hub_token id_token passwd password private_key
  proxy_authorization refresh_token secret secret_key set_cookie token x_api_key
`);

export const isArtefactName = (name) => ARTEFACTS.has(name);

/** ASCII letters alone are lowered: toLowerCase would make a `k` of the Kelvin sign. */
export const isSecretName = (name) =>
  SECRETS.has(name.replace(/[A-Z]/g, (letter) => letter.toLowerCase()).replaceAll('-', '_'));

// Prefixes, then the least and the most characters after them, then what must not be among these. No pattern here
// repeats a group: an engine that backtracks may run out of stack on a text of many megabytes.
const SHAPES = [
  [['sk-'], 20, Infinity, /[^A-Za-z0-9_-]/],
  [['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'], 30, Infinity, /[^A-Za-z0-9]/],
  [['github_pat_'], 30, Infinity, /[^A-Za-z0-9_]/],
  [['AKIA', 'ASIA'], 16, 16, /[^A-Z0-9]/],
  [['AIza'], 35, 35, /[^A-Za-z0-9_-]/],
  [['xoxb-', 'xoxp-', 'xoxa-', 'xoxs-'], 10, Infinity, /[^A-Za-z0-9-]/],
  [['hf_'], 30, Infinity, /[^A-Za-z0-9]/],
  [['Bearer '], 16, Infinity, /[^!-~]/],
];

/** Whether a text looks like a secret. */
export const isSecretText = (text) => hasSecretShape(text) || isWebToken(text) || holdsPrivateKey(text);

const hasSecretShape = (text) =>
  SHAPES.some(([prefixes, least, most, other]) =>
    prefixes.some((prefix) => {
      const rest = text.length - prefix.length;
      return rest >= least && rest <= most && text.startsWith(prefix) && !other.test(text.slice(prefix.length));
    }),
  );

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
