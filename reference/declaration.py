"""From bytes to an identity (declaration.md, "Verifying a declaration")."""

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

from blake3 import blake3

import cbor
import jsontext
import schema
from refusal import Refusal

MAX_SOURCE = 64 * 1024 * 1024
MAX_CANONICAL = 4 * 1024 * 1024


@dataclass(frozen=True)
class Declaration:
    canonical: bytes

    @property
    def identity(self) -> str:
        return "b3:" + blake3(self.canonical).hexdigest()

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.canonical).hexdigest()

    @property
    def cid(self) -> str:
        raw = b"\x01\x51\x1e\x20" + blake3(self.canonical).digest()
        return "b" + base64.b32encode(raw).decode().lower().rstrip("=")


def is_cbor(data: bytes) -> bool:
    return data[:1] != b"" and 0xA0 <= data[0] <= 0xBF


def is_whole(data: bytes) -> bool:
    """Whether `data` is the file of a record, sound or not: one whole map of CBOR, or JSON that names its format."""
    try:
        if is_cbor(data):
            return cbor.decode(data) is not None
        tree = jsontext.read(data)
    except Refusal as refusal:
        return is_cbor(data) and refusal.code != "E-SYNTAX"
    return isinstance(tree, dict) and str(tree.get("v")).startswith("ai-run-declaration/")


def read(data: bytes, folder: Path | None = None) -> Declaration:
    """The declaration in `data`, CBOR or JSON, or the first refusal. Stages a to e; f needs a store."""
    if len(data) > (MAX_CANONICAL if is_cbor(data) else MAX_SOURCE):
        raise Refusal("E-SIZE", "")
    tree = cbor.decode(data) if is_cbor(data) else jsontext.read(data)
    canonical = cbor.encode(schema.Walk(tree, not is_cbor(data), folder).run(schema.declaration))
    if len(canonical) > MAX_CANONICAL:
        raise Refusal("E-SIZE", "")
    return Declaration(canonical)
