// Strict JSON (declaration.md, JSON). The reader works on bytes, because places are byte offsets.

import { textOf, utf8Fault } from './bytes.mjs';
import { EMPTY_MAP, isReducible, LEAST_INTEGER, MAX_DEPTH, MOST_INTEGER } from './cbor.mjs';
import { Refusal, refusedByte } from './refusal.mjs';

/** The tree of one JSON text, or a refusal with the first fault. For the tree see cbor.mjs. */
export function readJson(bytes) {
  const fault = utf8Fault(bytes);
  if (fault >= 0) throw refusedByte('E-UTF8', fault);
  const reader = new Reader(bytes);
  const value = reader.value(0);
  reader.space();
  if (reader.at < bytes.length) throw reader.unexpected();
  return value;
}

const MOST_VALUES = 4 * 1024 * 1024; // keys count like values
const code = (character) => character.charCodeAt(0);
const [QUOTE, BACKSLASH, COMMA, COLON, MINUS, PLUS, POINT] = [...'"\\,:-+.'].map(code);
const [OPEN_LIST, CLOSE_LIST, OPEN_MAP, CLOSE_MAP, LOWER_U] = [...'[]{}u'].map(code);
const SPACES = [0x20, 0x09, 0x0a, 0x0d];
const ESCAPES = new Map([...'"\\/bfnrt'].map((letter, i) => [code(letter), '"\\/\b\f\n\r\t'[i]]));
const WORDS = new Map([['true', true], ['false', false], ['null', null]]);
const NOT_NUMBERS = ['NaN', 'Infinity', '-Infinity'];
const isDigit = (byte) => byte >= 0x30 && byte <= 0x39;

class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
    this.values = 0;
  }

  /** The fault that this byte, or the end of the input, does not fit here. */
  unexpected() {
    return refusedByte('E-SYNTAX', this.at);
  }

  space() {
    while (SPACES.includes(this.bytes[this.at])) this.at++;
  }

  /** Takes the byte if it is the next one. */
  takes(byte) {
    if (this.bytes[this.at] !== byte) return false;
    this.at++;
    return true;
  }

  startsWith(word) {
    for (let i = 0; i < word.length; i++) if (this.bytes[this.at + i] !== code(word[i])) return false;
    return true;
  }

  /** The value here; `depth` containers are around it. */
  value(depth) {
    this.space();
    if (this.values++ >= MOST_VALUES) throw new Refusal('E-SIZE', '');
    const byte = this.bytes[this.at];
    if (byte === QUOTE) return this.string();
    if (byte === OPEN_MAP || byte === OPEN_LIST) {
      if (depth === MAX_DEPTH) throw refusedByte('E-DEPTH', this.at);
      return byte === OPEN_MAP ? this.map(depth + 1) : this.list(depth + 1);
    }
    for (const [word, value] of WORDS) {
      if (this.startsWith(word)) {
        this.at += word.length;
        return value;
      }
    }
    if (NOT_NUMBERS.some((word) => this.startsWith(word))) throw refusedByte('E-NUM-NAN', this.at);
    if (byte === MINUS || isDigit(byte)) return this.number();
    throw this.unexpected();
  }

  list(depth) {
    this.at++;
    this.space();
    if (this.takes(CLOSE_LIST)) return [];
    // not `[]` and push, which makes room for 17: a document of 64 MiB may hold lists of one by the million
    const items = [this.value(depth)];
    for (this.space(); this.takes(COMMA); this.space()) items.push(this.value(depth));
    if (!this.takes(CLOSE_LIST)) throw this.unexpected();
    return items;
  }

  map(depth) {
    this.at++;
    this.space();
    if (this.takes(CLOSE_MAP)) return EMPTY_MAP;
    const members = new Map();
    do {
      this.space();
      const start = this.at;
      if (this.bytes[start] !== QUOTE) throw this.unexpected();
      this.values++;
      const key = this.string();
      if (members.has(key)) throw refusedByte('E-DUP-KEY', start);
      this.space();
      if (!this.takes(COLON)) throw this.unexpected();
      members.set(key, this.value(depth));
      this.space();
    } while (this.takes(COMMA));
    if (!this.takes(CLOSE_MAP)) throw this.unexpected();
    return members;
  }

  string() {
    const { bytes } = this;
    const parts = [];
    let start = ++this.at;
    for (;;) {
      const byte = bytes[this.at];
      if (byte === undefined || byte < 0x20) throw this.unexpected();
      if (byte === QUOTE || byte === BACKSLASH) {
        parts.push(textOf(bytes.subarray(start, this.at)));
        if (byte === QUOTE) break;
        parts.push(this.escape());
        start = this.at;
      } else this.at++;
    }
    this.at++;
    return parts.length === 1 ? parts[0] : parts.join('');
  }

  /** One escape; a surrogate pair is one. */
  escape() {
    const start = this.at;
    const letter = this.bytes[start + 1];
    if (letter === undefined) throw refusedByte('E-SYNTAX', this.bytes.length);
    if (ESCAPES.has(letter)) {
      this.at += 2;
      return ESCAPES.get(letter);
    }
    const unit = this.unit(start);
    if (unit < 0xd800 || unit > 0xdfff) return String.fromCharCode(unit);
    if (unit > 0xdbff || this.bytes[this.at] !== BACKSLASH || this.bytes[this.at + 1] !== LOWER_U) {
      throw refusedByte('E-UTF8', start);
    }
    const low = this.unit(start);
    if (low < 0xdc00 || low > 0xdfff) throw refusedByte('E-UTF8', start);
    return String.fromCharCode(unit, low);
  }

  /** The code unit of the `\uXXXX` here. What is none is refused at `start`. */
  unit(start) {
    const escape = String.fromCharCode(...this.bytes.subarray(this.at, this.at + 6));
    if (!/^\\u[0-9A-Fa-f]{4}$/.test(escape)) throw refusedByte('E-SYNTAX', start);
    this.at += 6;
    return parseInt(escape.slice(2), 16);
  }

  number() {
    const start = this.at;
    const negative = this.takes(MINUS);
    const whole = this.takes(code('0')) ? '0' : this.digits();
    const fraction = this.takes(POINT) ? this.digits() : null;
    let exponent = null;
    if (this.takes(code('e')) || this.takes(code('E'))) {
      const sign = this.takes(MINUS) ? '-' : '';
      if (sign === '') this.takes(PLUS);
      exponent = sign + this.digits();
    }
    const number = numberOf(negative, whole, fraction, exponent);
    if (typeof number === 'string') throw refusedByte(number, start);
    return number;
  }

  digits() {
    const start = this.at;
    while (isDigit(this.bytes[this.at])) this.at++;
    if (this.at === start) throw this.unexpected();
    return textOf(this.bytes.subarray(start, this.at));
  }
}

/** The number rule: the parts of a token to an integer, a float, or the code that refuses it. */
function numberOf(negative, whole, fraction, exponent) {
  const written = withoutLeadingZeros(whole + (fraction ?? ''));
  const digits = withoutTrailingZeros(written);
  if (digits === '') return 0n;
  const sign = negative ? -1n : 1n;
  const scale = clamped(exponent ?? '0') - (fraction ?? '').length + (written.length - digits.length);
  const integer = integerOf(sign, digits, scale);
  if (fraction === null && exponent === null) return integer ?? 'E-NUM-RANGE';
  if (overflows(digits, scale) || underflows(digits, scale)) return 'E-NUM-RANGE';
  if (integer !== null) return BigInt(Number(integer)) === integer ? integer : 'E-NUM-PRECISION';
  if (digits.length > 17) return 'E-NUM-PRECISION';
  // ECMAScript rounds a token of at most 20 digits exactly, ties to even; a longer one only as it likes
  const float = Number(sign) * Number(`${digits}e${scale}`);
  return isReducible(float) ? 'E-NUM-PRECISION' : float;
}

// By hand: a regular expression for the zeros at the end takes quadratic time.
function withoutTrailingZeros(digits) {
  let end = digits.length;
  while (end > 0 && digits[end - 1] === '0') end--;
  return digits.slice(0, end);
}

function withoutLeadingZeros(digits) {
  let start = 0;
  while (digits[start] === '0') start++;
  return digits.slice(start);
}

/** The written exponent, clamped to what no token can bring back. */
function clamped(exponent) {
  const negative = exponent.startsWith('-');
  const digits = withoutLeadingZeros(negative ? exponent.slice(1) : exponent);
  const size = digits.length > 12 ? 2 ** 40 : Math.min(Number(digits), 2 ** 40);
  return negative ? -size : size;
}

/** The exact integer, or null if it is none or out of range. */
function integerOf(sign, digits, scale) {
  if (scale < 0 || digits.length + scale > 20) return null;
  const integer = sign * BigInt(digits) * 10n ** BigInt(scale);
  return integer >= LEAST_INTEGER && integer <= MOST_INTEGER ? integer : null;
}

// Where rounding to binary64 becomes infinite (a tie goes up) and zero (a tie goes down), as digits and the exponent
// that has the point before them. Digits without zeros at the ends compare as texts, so that no number is ever built.
const INFINITE_FROM = String(2n ** 1024n - 2n ** 970n);
const ZERO_TO = String(5n ** 1075n);
const overflows = (digits, scale) =>
  compareDecimals(digits, digits.length + scale, INFINITE_FROM, INFINITE_FROM.length) >= 0;
const underflows = (digits, scale) =>
  compareDecimals(digits, digits.length + scale, ZERO_TO, ZERO_TO.length - 1075) <= 0;

function compareDecimals(digits, exponent, otherDigits, otherExponent) {
  if (exponent !== otherExponent) return exponent - otherExponent;
  return digits === otherDigits ? 0 : digits < otherDigits ? -1 : 1;
}

/** Order-preserving minimal JSON text: the form in which JSON becomes content. */
export function minimalText(tree) {
  if (tree instanceof Map) {
    return `{${Array.from(tree, ([key, value]) => `${JSON.stringify(key)}:${minimalText(value)}`).join(',')}}`;
  }
  if (Array.isArray(tree)) return `[${tree.map(minimalText).join(',')}]`;
  return typeof tree === 'string' ? JSON.stringify(tree) : String(tree);
}
