// What a schema is made of. A form is a function `(value, at, doc, map)`: it gives the canonical value, or refuses with
// the first fault of the walk. `at` is the place; `doc` holds the `root` and says whether it came `fromJson` and whether
// names in it are `searched` for secrets; `map` is the map around a member.

import { below, canonicalOrder, fromHex, utf8Length } from './bytes.mjs';
import { isDns, isSecretText } from './names.mjs';
import { Refusal } from './refusal.mjs';

/** The fault of a value of another type; null is none of any place's types. */
export const mistyped = (value, at) => new Refusal(value === null ? 'E-NULL' : 'E-TYPE', at);

const typed = (fits) => (value, at) => {
  if (!fits(value)) throw mistyped(value, at);
  return value;
};

export const text = typed((value) => typeof value === 'string');
export const boolean = typed((value) => typeof value === 'boolean');
export const int = typed((value) => typeof value === 'bigint');
export const uint = typed((value) => typeof value === 'bigint' && value >= 0n);
export const num = typed((value) => typeof value === 'bigint' || typeof value === 'number');
export const anyMap = typed((value) => value instanceof Map);

const textThat = (fits, code = 'E-RANGE') => (value, at) => {
  if (!fits(text(value, at))) throw new Refusal(code, at);
  return value;
};

// the first test keeps a long text from being measured
const atMost = (bytes) => (value) => value.length <= bytes && utf8Length(value) <= bytes;
const atMost256 = atMost(256);
const MEDIA = /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*(?:;[a-z0-9=_-]+)?$/;

/** Text that somebody chose, of at least and at most so many bytes. */
export const textOf = (least, most, form = () => true) => {
  const fits = atMost(most);
  const chosen = textThat((value) => value.length >= least && fits(value) && form(value));
  return (value, at, doc) => {
    if (doc.searched && isSecretText(text(value, at))) throw new Refusal('E-SECRET', at);
    return chosen(value, at);
  };
};

export const name = textOf(1, 256);
export const identifier = textOf(0, 65536);
export const media = textThat((value) => atMost256(value) && MEDIA.test(value));
export const dns = textThat(isDns);
export const textLike = (pattern) => textThat((value) => pattern.test(value));
export const oneOf = (...words) => textThat((value) => words.includes(value));
export const version = (word) => textThat((value) => value === word, 'E-VERSION');

/** Bytes of one length; in JSON lowercase hex. */
export const octets = (length) => (value, at, { fromJson }) => {
  if (fromJson ? typeof value !== 'string' : !(value instanceof Uint8Array)) throw mistyped(value, at);
  const fits = fromJson ? value.length === 2 * length : value.length === length;
  const bytes = fits && fromJson ? fromHex(value) : value;
  if (!fits || bytes === null) throw new Refusal('E-RANGE', at);
  return bytes;
};

export const list = (item, { least = 0 } = {}) => (value, at, doc) => {
  if (!Array.isArray(value)) throw mistyped(value, at);
  if (value.length < least) throw new Refusal('E-RANGE', at);
  return value.map((inner, i) => item(inner, below(at, i), doc));
};

export const tuple = (...items) => (value, at, doc) => {
  if (!Array.isArray(value)) throw mistyped(value, at);
  if (value.length !== items.length) throw new Refusal('E-RANGE', at);
  return items.map((item, i) => item(value[i], below(at, i), doc));
};

/** A closed map. All members are mandatory but those named as optional. */
export const closed = (members, { optional = [] } = {}) => {
  const mandatory = Object.keys(members).filter((key) => !optional.includes(key));
  return (value, at, doc) => {
    const walked = new Map();
    for (const key of canonicalOrder(new Set([...mandatory, ...anyMap(value, at).keys()]))) {
      const place = below(at, key);
      if (!Object.hasOwn(members, key)) throw new Refusal('E-UNKNOWN-MEMBER', place);
      if (!value.has(key)) throw new Refusal('E-MISSING', place);
      walked.set(key, members[key](value.get(key), place, doc, value));
    }
    return walked;
  };
};

export const absent = closed({ absent: oneOf('none', 'default', 'undisclosed') });

/** A map with `absent` is the absent form, before anything else that it could be. */
export const orAbsent = (form) => (value, at, doc) =>
  (value instanceof Map && value.has('absent') ? absent : form)(value, at, doc);
