"""Strict JSON, read on its tokens, and the one JSON text that becomes content (declaration.md, "JSON").

Bytes are read by hand because a place is a byte offset and because no number may pass through a rounded double.
"""

import json
import math
import re

from cbor import INT_MAX, INT_MIN, MAX_DEPTH
from refusal import Refusal, at_byte

_SPACE = re.compile(rb"[ \t\n\r]*")
_PLAIN = re.compile(rb'[^"\\\x00-\x1f]*')
_WHOLE = re.compile(rb"0|[1-9][0-9]*")
_DIGITS = re.compile(rb"[0-9]+")
_HEX4 = re.compile(rb"[0-9A-Fa-f]{4}")
_ESCAPES = dict(zip(b'"\\/bfnrt', '"\\/\b\f\n\r\t'))
_WORDS = {b"true": True, b"false": False, b"null": None}
_CLAMP = 2**40
MAX_VALUES = 4 * 1024 * 1024  # keys count like values
_INTEGER_DIGITS = 20  # no integer in range has more


def read(data: bytes):
    """The tree of a JSON document; objects keep the order of their members, null is None."""
    try:
        data.decode()
    except UnicodeDecodeError as bad:
        raise at_byte("E-UTF8", bad.start) from None
    reader = _Reader(data)
    value = reader.value(0)
    if reader.pos < len(data):
        raise at_byte("E-SYNTAX", reader.pos)
    return value


def minimal(value) -> str:
    """Order-preserving minimal JSON text."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{_quoted(key)}:{minimal(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(minimal, value)) + "]"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, float):
        return ecmascript(value)
    if value is None:
        return "null"
    return str(value).lower()  # an integer, or True and False


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # escapes exactly what RFC 8785 escapes, in its forms


def ecmascript(x: float) -> str:
    """Number.toString: the digits of repr(), which are the shortest too, laid out by ECMA-262's rules."""
    mantissa, _, exponent = repr(abs(x)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(digits) - len(fraction) + int(exponent or 0)  # value = 0.digits * 10^point
    digits = digits.rstrip("0")
    if len(digits) <= point <= 21:
        text = digits + "0" * (point - len(digits))
    elif 0 < point <= 21:
        text = f"{digits[:point]}.{digits[point:]}"
    elif -6 < point <= 0:
        text = "0." + "0" * -point + digits
    else:
        text = digits[0] + ("." + digits[1:] if digits[1:] else "") + f"e{point - 1:+d}"
    return "-" + text if x < 0 else text


def number(token: bytes) -> int | float | str:
    """The number rule, step by step. A text is the code of a refusal."""
    text = token.decode()
    negative = text.startswith("-")
    mantissa, _, exponent = text.lstrip("-").lower().partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    kept = digits.rstrip("0")
    if not kept:
        return 0
    power = _clamped(exponent) - len(fraction) + len(digits) - len(kept)
    exact = None  # v itself, if it is an integer in range
    if power >= 0 and len(kept) + power <= _INTEGER_DIGITS:
        v = int(kept) * 10**power * (-1 if negative else 1)
        exact = v if INT_MIN <= v <= INT_MAX else None
    if "." not in text and "e" not in text.lower():
        return "E-NUM-RANGE" if exact is None else exact
    x = float(f"{'-' if negative else ''}{kept}e{power}")
    if math.isinf(x) or x == 0:
        return "E-NUM-RANGE"
    if exact is not None:
        return exact if int(x) == exact else "E-NUM-PRECISION"
    if len(kept) > 17 or (x.is_integer() and INT_MIN <= int(x) <= INT_MAX):
        return "E-NUM-PRECISION"
    return x


def _clamped(exponent: str) -> int:
    digits = exponent.lstrip("+-0")
    size = int(digits or 0) if len(digits) < 13 else _CLAMP
    return -size if exponent.startswith("-") else size


class _Reader:
    """Each method starts at the first byte of what it reads and ends after the last."""

    def __init__(self, data: bytes):
        self.data, self.pos, self.values = data, 0, 0

    def value(self, depth: int):
        self.space()
        if self.values >= MAX_VALUES:
            raise Refusal("E-SIZE", "")
        self.values += 1
        at, first = self.pos, self.data[self.pos : self.pos + 1]
        if first in (b"{", b"["):
            if depth == MAX_DEPTH:
                raise at_byte("E-DEPTH", at)
            self.pos += 1
            result = self.object(depth + 1) if first == b"{" else self.array(depth + 1)
        elif first == b'"':
            result = self.string()
        elif self.data.startswith((b"NaN", b"Infinity", b"-Infinity"), at):
            raise at_byte("E-NUM-NAN", at)
        elif first == b"-" or first.isdigit():
            result = self.number()
        else:
            result = self.word()
        self.space()
        return result

    def space(self) -> None:
        self.pos = _SPACE.match(self.data, self.pos).end()

    def accept(self, token: bytes) -> bool:
        if found := self.data.startswith(token, self.pos):
            self.pos += len(token)
        return found

    def expect(self, token: bytes) -> None:
        if not self.accept(token):
            raise at_byte("E-SYNTAX", self.pos)

    def array(self, depth: int) -> list:
        out = []
        self.space()
        if self.accept(b"]"):
            return out
        while True:
            out.append(self.value(depth))
            if self.accept(b"]"):
                return out
            self.expect(b",")

    def object(self, depth: int) -> dict:
        out = {}
        self.space()
        if self.accept(b"}"):
            return out
        while True:
            self.space()
            at = self.pos
            key = self.string()
            self.values += 1
            if key in out:
                raise at_byte("E-DUP-KEY", at)
            self.space()
            self.expect(b":")
            out[key] = self.value(depth)
            if self.accept(b"}"):
                return out
            self.expect(b",")

    def word(self):
        for word, value in _WORDS.items():
            if self.accept(word):
                return value
        raise at_byte("E-SYNTAX", self.pos)

    def number(self) -> int | float:
        at = self.pos
        self.accept(b"-")
        self.run(_WHOLE)
        if self.accept(b"."):
            self.run(_DIGITS)
        if self.accept(b"e") or self.accept(b"E"):
            _ = self.accept(b"+") or self.accept(b"-")
            self.run(_DIGITS)
        result = number(self.data[at : self.pos])
        if isinstance(result, str):
            raise at_byte(result, at)
        return result

    def run(self, pattern: re.Pattern) -> None:
        found = pattern.match(self.data, self.pos)
        if not found:
            raise at_byte("E-SYNTAX", self.pos)
        self.pos = found.end()

    def string(self) -> str:
        self.expect(b'"')
        parts = []
        while True:
            plain = _PLAIN.match(self.data, self.pos)
            parts.append(plain[0].decode())
            self.pos = plain.end()
            if self.accept(b'"'):
                return "".join(parts)
            if self.data[self.pos : self.pos + 1] != b"\\":
                raise at_byte("E-SYNTAX", self.pos)
            parts.append(self.escape())

    def escape(self) -> str:
        at = self.pos
        if at + 1 == len(self.data):
            raise at_byte("E-SYNTAX", at + 1)
        letter = self.data[at + 1]
        self.pos += 2
        if letter in _ESCAPES:
            return _ESCAPES[letter]
        if letter != ord("u"):
            raise at_byte("E-SYNTAX", at)
        unit = self.hex4(at)
        if 0xD800 <= unit < 0xDC00:
            if not self.accept(b"\\u"):
                raise at_byte("E-UTF8", at)
            low = self.hex4(at)
            if not 0xDC00 <= low < 0xE000:
                raise at_byte("E-UTF8", at)
            return chr(0x10000 + (unit - 0xD800 << 10) + (low - 0xDC00))
        if 0xDC00 <= unit < 0xE000:
            raise at_byte("E-UTF8", at)
        return chr(unit)

    def hex4(self, escape: int) -> int:
        digits = _HEX4.match(self.data, self.pos)
        if not digits:
            raise at_byte("E-SYNTAX", escape)
        self.pos = digits.end()
        return int(digits[0], 16)
