"""Canonical CBOR, by hand (declaration.md, "Canonical CBOR").

A tree is dict, list, str, bytes, int, float and bool. Byte strings are bytes, so no wrapper types are needed.
"""

import math
import struct

from refusal import at_byte

MAX_DEPTH = 64
INT_MIN, INT_MAX = -(2**63), 2**64 - 1
UINT, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE = range(8)
FLOATS = {25: ">e", 26: ">f", 27: ">d"}


def key_order(key: str) -> tuple[int, bytes]:
    """Sorts as the encoded keys do: the head grows with the length, so shorter keys come first."""
    raw = key.encode()
    return len(raw), raw


def encode(value) -> bytes:
    out = bytearray()
    _write(value, out)
    return bytes(out)


def decode(data: bytes):
    """The tree of `data`, or the first fault. What is accepted encodes to `data` again."""
    reader = _Reader(data)
    value = reader.item(0)
    if reader.pos < len(data):
        raise at_byte("E-SYNTAX", reader.pos)
    return value


def _head(major: int, argument: int) -> bytes:
    if argument < 24:
        return bytes([major << 5 | argument])
    for info, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if argument < 1 << 8 * size:
            return bytes([major << 5 | info]) + argument.to_bytes(size, "big")
    raise ValueError("the argument of a head has at most 64 bits")


def _is_integer(x: float) -> bool:
    return x.is_integer() and INT_MIN <= int(x) <= INT_MAX


def _shortest_float(x: float) -> bytes:
    for info, form in FLOATS.items():
        try:
            packed = struct.pack(form, x)
        except OverflowError:
            continue
        if struct.unpack(form, packed)[0] == x:
            return bytes([SIMPLE << 5 | info]) + packed
    raise ValueError("not a finite float")


def _write(value, out: bytearray) -> None:
    if value is True or value is False:
        out.append(0xF5 if value else 0xF4)
    elif isinstance(value, int):
        out += _head(UINT, value) if value >= 0 else _head(NEGATIVE, -1 - value)
    elif isinstance(value, float):
        if _is_integer(value):
            _write(int(value), out)
        else:
            out += _shortest_float(value)
    elif isinstance(value, bytes):
        out += _head(BYTES, len(value)) + value
    elif isinstance(value, str):
        raw = value.encode()
        out += _head(TEXT, len(raw)) + raw
    elif isinstance(value, list):
        out += _head(ARRAY, len(value))
        for item in value:
            _write(item, out)
    elif isinstance(value, dict):
        out += _head(MAP, len(value))
        for key in sorted(value, key=key_order):
            _write(key, out)
            _write(value[key], out)
    else:
        raise TypeError(f"no canonical form for {type(value).__name__}")


class _Reader:
    """One pass. The checks of each head stand in the order of the table in "Reading CBOR"."""

    def __init__(self, data: bytes):
        self.data, self.pos = data, 0

    def item(self, depth: int, key: bool = False):
        at = self.pos
        if at == len(self.data):
            raise at_byte("E-SYNTAX", at)
        major, info = self.data[at] >> 5, self.data[at] & 31
        self.pos = at + 1
        if key and major != TEXT:
            raise at_byte("E-TYPE", at)
        if major == TAG:
            raise at_byte("E-TYPE", at)
        if major == SIMPLE:
            return self.simple(at, info)
        argument = self.argument(at, major, info)
        if major == UINT:
            return argument
        if major == NEGATIVE:
            if -1 - argument < INT_MIN:
                raise at_byte("E-NUM-RANGE", at)
            return -1 - argument
        if major in (ARRAY, MAP) and depth == MAX_DEPTH:
            raise at_byte("E-DEPTH", at)
        if argument * (2 if major == MAP else 1) > len(self.data) - self.pos:
            raise at_byte("E-SYNTAX", at)
        if major == BYTES:
            return self.take(argument)
        if major == TEXT:
            try:
                return self.take(argument).decode()
            except UnicodeDecodeError:
                raise at_byte("E-UTF8", at) from None
        if major == ARRAY:
            return [self.item(depth + 1) for _ in range(argument)]
        return self.map(argument, depth + 1)

    def take(self, size: int) -> bytes:
        self.pos += size
        return self.data[self.pos - size : self.pos]

    def inside(self, at: int, size: int) -> bytes:
        """The rest of a head. Its place is the first byte of the head, whichever byte is missing."""
        if len(self.data) - self.pos < size:
            raise at_byte("E-SYNTAX", at)
        return self.take(size)

    def simple(self, at: int, info: int):
        if info in (20, 21):
            return info == 21
        if info == 22:
            raise at_byte("E-NULL", at)
        if info < 24:
            raise at_byte("E-TYPE", at)
        if info == 24:
            raise at_byte("E-TYPE" if self.inside(at, 1)[0] >= 32 else "E-SYNTAX", at)
        if info not in FLOATS:
            raise at_byte("E-SYNTAX", at)
        (x,) = struct.unpack(FLOATS[info], self.inside(at, 2 ** (info - 24)))
        if not math.isfinite(x):
            raise at_byte("E-NUM-NAN", at)
        if _is_integer(x) or _shortest_float(x) != self.data[at : self.pos]:
            raise at_byte("E-NONCANONICAL", at)
        return x

    def argument(self, at: int, major: int, info: int) -> int:
        if info < 24:
            return info
        if info > 27:
            indefinite = info == 31 and major not in (UINT, NEGATIVE)
            raise at_byte("E-NONCANONICAL" if indefinite else "E-SYNTAX", at)
        argument = int.from_bytes(self.inside(at, 2 ** (info - 24)), "big")
        if _head(major, argument) != self.data[at : self.pos]:
            raise at_byte("E-NONCANONICAL", at)
        return argument

    def map(self, size: int, depth: int) -> dict:
        out, last = {}, None
        for _ in range(size):
            at = self.pos
            key = self.item(depth, key=True)
            order = key_order(key)
            if last is not None and order <= last:
                raise at_byte("E-DUP-KEY" if order == last else "E-NONCANONICAL", at)
            last = order
            out[key] = self.item(depth)
        return out
