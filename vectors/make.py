"""Writes the golden vectors. The expectations are written by hand in cases_*.py from docs/spec/declaration.md;
nothing here runs, imports or reads the product. The only computation is the canonical encoding of a declaration that
is accepted (the encoder below, forty lines) and its two hashes.

    python3 -m pip install blake3==1.0.11
    python3 vectors/make.py
"""

import json
import re
import struct
from pathlib import Path

HERE = Path(__file__).parent
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


class Group:
    """One directory of cases. What a case shows is its file name."""

    def __init__(self, name):
        self.directory = HERE / name
        self.names = set()
        self.inputs = set()  # those in CBOR

    def case(self, shows, **members):
        words = re.sub(r"(?<![^\W_])-(?=[\w.])|(?<=[eE])-", " minus ", shows)
        words = words.replace("+", " plus ").replace("_ ", " indefinite ")
        name = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:100].strip("-")
        assert name not in self.names, name
        self.names.add(name)
        self.inputs.add(members.get("cbor"))
        text = json.dumps({"shows": shows, **members}, indent=1)
        (self.directory / f"{name}.json").write_text(text + "\n")

    def refuse(self, shows, code, at, **given):
        """`at` is a byte (int) or a pointer (text)."""
        place = f"byte {at}" if isinstance(at, int) else at
        self.case(shows, **given, refused={"code": code, "at": place})

    def clear(self):
        self.directory.mkdir(exist_ok=True)
        for old in self.directory.glob("*.json"):
            old.unlink()


def main():
    import cases_cbor
    import cases_declaration
    import cases_json
    import cases_published

    for name, *writers in (
        ("cbor", cases_cbor.write, cases_published.write_cbor),
        ("json", cases_json.write, cases_published.write_json),
        ("declaration", cases_declaration.write),
    ):
        group = Group(name)
        group.clear()
        for write in writers:
            write(group)
        print(f"{len(group.names):4} {name}")


if __name__ == "__main__":
    main()
