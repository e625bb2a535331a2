"""From bytes to an identity (declaration.md, "Verifying a declaration"; records.md, "Verifying a supplement ...")."""

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

from blake3 import blake3

import cbor
import jsontext
import records
import schema
from refusal import Refusal

MAX_SOURCE = 64 * 1024 * 1024
MAX_CANONICAL = 4 * 1024 * 1024
_RULES = {"declaration": schema.declaration, "supplement": records.supplement, "event": records.event}
KINDS = tuple(_RULES)


@dataclass(frozen=True)
class Record:
    """A declaration, a supplement or an event."""

    kind: str
    canonical: bytes
    tree: dict

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
        return _format(jsontext.read(data)) is not None
    except Refusal as refusal:
        return is_cbor(data) and refusal.code != "E-SYNTAX"


def _format(tree) -> str | None:
    """The kind of record that a document says that it is, of whatever version."""
    v = str(tree.get("v")) if isinstance(tree, dict) else ""
    return next((kind for kind in KINDS if v.startswith(f"ai-run-{kind}/")), None)


def read(data: bytes, folder: Path | None = None, kind: str | None = None) -> Record:
    """The record in `data`, CBOR or JSON, or the first refusal. Stages a to e; f needs a store.

    Without a `kind`, it is of the kind that it says that it is, or else a declaration.
    """
    if len(data) > (MAX_CANONICAL if is_cbor(data) else MAX_SOURCE):
        raise Refusal("E-SIZE", "")
    tree = cbor.decode(data) if is_cbor(data) else jsontext.read(data)
    kind = kind or _format(tree) or "declaration"
    walk = schema.Walk(tree, not is_cbor(data), folder, searched=kind != "declaration")
    walked = walk.run(_RULES[kind])
    canonical = cbor.encode(walked)
    if len(canonical) > MAX_CANONICAL:
        raise Refusal("E-SIZE", "")
    return Record(kind, canonical, walked)
