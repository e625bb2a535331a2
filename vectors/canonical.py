"""The canonical encoding of a value, from docs/spec/declaration.md alone."""

import struct

INTEGERS = range(-(2**63), 2**64)


def encode(value):
    """The one encoding of a value: rules 1 to 7 of "Canonical CBOR"."""
    if value is False or value is True:
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, float):
        if value.is_integer() and int(value) in INTEGERS:
            return encode(int(value))
        for initial, form in ((0xF9, ">e"), (0xFA, ">f"), (0xFB, ">d")):
            try:
                payload = struct.pack(form, value)
            except OverflowError:
                continue
            if struct.unpack(form, payload)[0] == value:
                return bytes([initial]) + payload
    if isinstance(value, int):
        assert value in INTEGERS
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        text = value.encode()
        return head(3, len(text)) + text
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(encode, value))
    if isinstance(value, dict):
        members = sorted((encode(key), encode(item)) for key, item in value.items())
        return head(5, len(members)) + b"".join(key + item for key, item in members)
    raise TypeError(value)


def head(major, n):
    """Major type and argument, in the fewest bytes."""
    if n < 24:
        return bytes([major << 5 | n])
    width = next(w for w in (1, 2, 4, 8) if n < 1 << 8 * w)
    return bytes([major << 5 | (24 + width.bit_length() - 1)]) + n.to_bytes(width, "big")
