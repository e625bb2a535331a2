// Canonical CBOR (declaration.md, Canonical CBOR).
//
// The tree of a document, here and in json.mjs: an integer is a BigInt and a float is a Number, so that the two never
// mix; text is a string, bytes a Uint8Array, a list an Array, a map a Map. JSON's null is null; CBOR has none.

import { canonicalOrder, compareBytes, textOf, utf8, utf8Fault } from './bytes.mjs';
import { refusedByte } from './refusal.mjs';

export const MAX_DEPTH = 64;
export const LEAST_INTEGER = -(2n ** 63n);
export const MOST_INTEGER = 2n ** 64n - 1n;

/** Every map without members: 64 MiB hold more of them than memory has room for. No tree is ever changed. */
export const EMPTY_MAP = new Map();

/** Whether a float equals an integer of the range. The bounds are exact in binary64. */
export const isReducible = (float) => Number.isInteger(float) && float >= -(2 ** 63) && float < 2 ** 64;

/** The tree of one canonical item, or a refusal with the first fault. */
export function readCbor(bytes) {
  const reader = new Reader(bytes);
  const value = reader.item(0);
  if (reader.at < bytes.length) throw refusedByte('E-SYNTAX', reader.at);
  return value;
}

class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = 0;
  }

  /** The item here; `depth` containers are around it. */
  item(depth) {
    const start = this.at;
    const major = this.major();
    if (major === 6) throw refusedByte('E-TYPE', start);
    if (major === 7) return this.simple(start);
    const argument = this.argument(start);
    switch (major) {
      case 0:
        return BigInt(argument);
      case 1:
        if (-1n - BigInt(argument) < LEAST_INTEGER) throw refusedByte('E-NUM-RANGE', start);
        return -1n - BigInt(argument);
      case 2:
        return this.string(start, argument).slice();
      case 3:
        return this.text(start, argument);
      case 4:
        this.container(start, depth, argument);
        return this.list(argument, depth + 1);
      default:
        // an argument may be a BigInt beyond 2^53: comparisons of the two are exact, arithmetic is not allowed
        this.container(start, depth, argument, 2);
        return this.map(argument, depth + 1);
    }
  }

  major() {
    if (this.at >= this.bytes.length) throw refusedByte('E-SYNTAX', this.bytes.length);
    return this.bytes[this.at] >> 5;
  }

  /** The argument of a head of major type 0 to 5: a Number, or a BigInt if it has eight bytes. */
  argument(start) {
    const [major, info] = [this.bytes[start] >> 5, this.bytes[start] & 31];
    if (info > 27) throw refusedByte(info === 31 && major > 1 ? 'E-NONCANONICAL' : 'E-SYNTAX', start);
    this.at = start + 1;
    if (info < 24) return info;
    const width = 1 << (info - 24);
    this.need(start, width);
    const argument = this.unsigned(width);
    const least = { 1: 24, 2: 2 ** 8, 4: 2 ** 16, 8: 2 ** 32 }[width];
    if (argument < least) throw refusedByte('E-NONCANONICAL', start);
    return argument;
  }

  unsigned(width) {
    const { at, view } = this;
    this.at += width;
    if (width === 1) return view.getUint8(at);
    if (width === 2) return view.getUint16(at);
    return width === 4 ? view.getUint32(at) : view.getBigUint64(at);
  }

  need(start, length) {
    if (length > this.bytes.length - this.at) throw refusedByte('E-SYNTAX', start);
  }

  simple(start) {
    const info = this.bytes[start] & 31;
    this.at = start + 1;
    if (info === 20 || info === 21) return info === 21;
    if (info === 22) throw refusedByte('E-NULL', start);
    if (info < 24) throw refusedByte('E-TYPE', start);
    if (info > 27) throw refusedByte('E-SYNTAX', start);
    const width = 1 << (info - 24);
    this.need(start, width);
    if (width === 1) throw refusedByte(this.bytes[this.at] < 32 ? 'E-SYNTAX' : 'E-TYPE', start);
    const float = this.float(width);
    if (!Number.isFinite(float)) throw refusedByte('E-NUM-NAN', start);
    if (isReducible(float) || floatBytes(float).length !== width + 1) throw refusedByte('E-NONCANONICAL', start);
    return float;
  }

  float(width) {
    const { at, view } = this;
    this.at += width;
    if (width === 8) return view.getFloat64(at);
    return width === 4 ? view.getFloat32(at) : fromHalf(view.getUint16(at));
  }

  container(start, depth, count, bytesEach = 1) {
    if (depth === MAX_DEPTH) throw refusedByte('E-DEPTH', start);
    if (count > (this.bytes.length - this.at) / bytesEach) throw refusedByte('E-SYNTAX', start);
  }

  list(count, depth) {
    if (count === 0) return [];
    // not `[]` and push, which makes room for 17: a document of 64 MiB may hold lists of one by the million
    const items = [this.item(depth)];
    for (let i = 1; i < count; i++) items.push(this.item(depth));
    return items;
  }

  map(count, depth) {
    if (count === 0) return EMPTY_MAP;
    const members = new Map();
    let before = null;
    for (let i = 0; i < count; i++) {
      const start = this.at;
      if (this.major() !== 3) throw refusedByte('E-TYPE', start);
      const key = this.text(start, this.argument(start));
      const encoded = this.bytes.subarray(start, this.at);
      const order = before === null ? 1 : compareBytes(encoded, before);
      if (order <= 0) throw refusedByte(order === 0 ? 'E-DUP-KEY' : 'E-NONCANONICAL', start);
      before = encoded;
      members.set(key, this.item(depth));
    }
    return members;
  }

  string(start, length) {
    this.need(start, length);
    const end = this.at + Number(length);
    const string = this.bytes.subarray(this.at, end);
    this.at = end;
    return string;
  }

  text(start, length) {
    const string = this.string(start, length);
    if (utf8Fault(string) >= 0) throw refusedByte('E-UTF8', start);
    return textOf(string);
  }
}

function fromHalf(bits) {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 0x3ff];
  const sign = bits >> 15 ? -1 : 1;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent ? (1024 + fraction) * 2 ** (exponent - 25) : fraction * 2 ** -24);
}

/** The one encoding of a tree. */
export function writeCbor(tree) {
  const writer = new Writer();
  writer.item(tree);
  return writer.bytes();
}

class Writer {
  buffer = new Uint8Array(4096);
  length = 0;

  bytes() {
    return this.buffer.slice(0, this.length);
  }

  add(bytes) {
    if (this.length + bytes.length > this.buffer.length) {
      const wider = new Uint8Array(2 * (this.length + bytes.length));
      wider.set(this.buffer);
      this.buffer = wider;
    }
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  head(major, argument) {
    this.add(headBytes(major, argument));
  }

  item(value) {
    if (typeof value === 'bigint') this.head(value < 0n ? 1 : 0, value < 0n ? -1n - value : value);
    else if (typeof value === 'number') this.add(floatBytes(value));
    else if (typeof value === 'boolean') this.add([value ? 0xf5 : 0xf4]);
    else if (typeof value === 'string') this.string(3, utf8(value));
    else if (value instanceof Uint8Array) this.string(2, value);
    else if (Array.isArray(value)) {
      this.head(4, value.length);
      for (const item of value) this.item(item);
    } else if (value instanceof Map) {
      this.head(5, value.size);
      for (const key of canonicalOrder(value.keys())) {
        this.string(3, utf8(key));
        this.item(value.get(key));
      }
    } else throw new TypeError('a value that has no encoding');
  }

  string(major, bytes) {
    this.head(major, bytes.length);
    this.add(bytes);
  }
}

function headBytes(major, argument) {
  const first = major << 5;
  if (argument < 24) return [first | Number(argument)];
  if (argument < 2 ** 8) return [first | 24, Number(argument)];
  const width = argument < 2 ** 16 ? 2 : argument < 2 ** 32 ? 4 : 8;
  const view = new DataView(new ArrayBuffer(9));
  view.setBigUint64(1, BigInt(argument));
  const head = new Uint8Array(view.buffer, 8 - width);
  head[0] = first | (width === 2 ? 25 : width === 4 ? 26 : 27);
  return head;
}

/** A float in the shortest of binary16, binary32 and binary64 that loses nothing. */
function floatBytes(float) {
  const view = new DataView(new ArrayBuffer(9));
  if (Math.fround(float) !== float) {
    view.setUint8(0, 0xfb);
    view.setFloat64(1, float);
    return new Uint8Array(view.buffer);
  }
  view.setUint8(0, 0xfa);
  view.setFloat32(1, float);
  const half = toHalf(view.getUint32(1));
  if (half === null) return new Uint8Array(view.buffer, 0, 5);
  return [0xf9, half >> 8, half & 0xff];
}

/** The binary16 of the same value as a finite binary32, or null. */
function toHalf(bits) {
  const [sign, exponent, fraction] = [(bits >>> 16) & 0x8000, ((bits >>> 23) & 0xff) - 127, bits & 0x7fffff];
  if (exponent >= -14 && exponent <= 15) {
    return fraction & 0x1fff ? null : sign | ((exponent + 15) << 10) | (fraction >> 13);
  }
  if (exponent < -24 || exponent > 15) return null;
  const [significand, shift] = [fraction | 0x800000, -1 - exponent];
  return significand & ((1 << shift) - 1) ? null : sign | (significand >> shift);
}
