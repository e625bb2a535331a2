// Bytes and their texts. No Buffer: this runs in browsers too.

import { Refusal, refusedByte } from './refusal.mjs';

const encoder = new TextEncoder();
// without ignoreBOM a decoder would swallow U+FEFF, and one text would have two encodings
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The UTF-8 of a text; a lone surrogate has none, and TextEncoder would replace it silently. */
export function utf8(text) {
  const lone = text.search(/\p{Surrogate}/u);
  if (lone >= 0) throw refusedByte('E-UTF8', encoder.encode(text.slice(0, lone)).length);
  return encoder.encode(text);
}

/** The text of well-formed UTF-8; throws a TypeError on anything else. */
export const textOf = (bytes) => decoder.decode(bytes);

/** The number of bytes that a text without lone surrogates has in UTF-8. */
export function utf8Length(text) {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // a surrogate pair is two units and four bytes
    if (unit >= 0x80) length += unit < 0x800 || isSurrogate(unit) ? 1 : 2;
  }
  return length;
}

const isSurrogate = (unit) => unit >= 0xd800 && unit < 0xe000;

/** The offset of the first byte of the first sequence that is not UTF-8, or -1. */
export function utf8Fault(bytes) {
  for (let i = 0; i < bytes.length; ) {
    const length = sequenceLength(bytes, i);
    if (length === 0) return i;
    i += length;
  }
  return -1;
}

/** The length of the well-formed sequence at `i` (Unicode, table 3-7), or 0. */
function sequenceLength(bytes, i) {
  const first = bytes[i];
  if (first < 0x80) return 1;
  const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (length === 0 || i + length > bytes.length) return 0;
  // the second byte excludes overlong forms, surrogates and what is beyond U+10FFFF
  const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (bytes[i + 1] < least || bytes[i + 1] > most) return 0;
  for (let k = 2; k < length; k++) if ((bytes[i + k] & 0xc0) !== 0x80) return 0;
  return length;
}

/** The keys of a map in canonical order: fewer UTF-8 bytes first, then bytewise. */
export function canonicalOrder(keys) {
  const sized = Array.from(keys, (key) => ({ key, size: utf8Length(key) }));
  sized.sort((a, b) => a.size - b.size || compareTexts(a.key, b.key));
  return sized.map(({ key }) => key);
}

/** Compares as UTF-8 does. UTF-16 has U+10000 and above before U+E000..U+FFFF; UTF-8 has them after. */
function compareTexts(a, b) {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

const rank = (unit) => (isSurrogate(unit) ? unit + 0x10000 : unit);

export function compareBytes(a, b) {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}

export const equalBytes = (a, b) => compareBytes(a, b) === 0;

export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function toHex(bytes) {
  let hex = '';
  for (const byte of bytes) hex += HEX[byte];
  return hex;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** The bytes of lowercase hex, or null. */
export function fromHex(hex) {
  if (hex.length % 2 === 1 || /[^0-9a-f]/.test(hex)) return null;
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = (digit16(hex, 2 * i) << 4) | digit16(hex, 2 * i + 1);
  return bytes;
}

const digit16 = (hex, i) => hex.charCodeAt(i) - (hex.charCodeAt(i) < 0x3a ? 0x30 : 0x57);

/** The bytes of padded, canonical base64 (RFC 4648 section 4), or null. */
export function fromBase64(text) {
  let binary;
  try {
    binary = atob(text);
  } catch {
    return null;
  }
  // atob forgives white space, missing padding and unused bits; writing it again shows them
  if (btoa(binary) !== text) return null;
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** Base32 (RFC 4648), lowercase, without padding. */
export function toBase32(bytes) {
  let [text, held, bits] = ['', 0, 0];
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += digit32(held >> (bits - 5));
  }
  return bits > 0 ? text + digit32(held << (5 - bits)) : text;
}

const digit32 = (value) => 'abcdefghijklmnopqrstuvwxyz234567'[value & 31];

/** A JSON pointer to the member or item `token` below `at`. */
export const below = (at, token) => `${at}/${String(token).replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** Refuses what is larger than its limit. */
export function limit(length, most, at) {
  if (length > most) throw new Refusal('E-SIZE', at);
}
