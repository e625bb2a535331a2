"""Leaf entries, the RFC 6962 tree, keys, signed notes and checkpoints (log.md).

Whatever does not hold is a ValueError that says what.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

import cbor
import schema
from refusal import Refusal
from schema import unbase64

MAX_SIZE = 2**62
MAX_ENTRY = 65_535
MAX_NOTE = 1024 * 1024
MAX_SIGNATURES = 64
LOG_KEY, WITNESS_KEY = 1, 4
EMPTY_ROOT = hashlib.sha256(b"").digest()


def need(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ValueError(otherwise)


def decimal(text: str) -> int:
    need(re.fullmatch("0|[1-9][0-9]{0,18}", text) is not None, "not a decimal number without leading zeros")
    return int(text)


def unbase64_hash(text: str) -> bytes:
    raw = unbase64(text)
    need(len(raw) == 32, "a hash has 32 bytes")
    return raw


# ---- leaf entries -------------------------------------------------------------------------------------------------


_GENESIS = schema.closed({
    "v": schema.one_of("ai-run-leaf/1"), "t": schema.one_of("genesis"), "origin": schema.text, "at": schema.uint,
})
_RECORD = schema.closed({
    "v": schema.one_of("ai-run-leaf/1"), "t": schema.one_of("declaration", "supplement", "event"),
    "id": schema.octets(32), "sha256": schema.octets(32), "at": schema.uint, "by": schema.name,
})


def _entry(data: bytes, rule) -> dict:
    need(len(data) <= MAX_ENTRY, "an entry has at most 65,535 bytes")
    try:
        return schema.Walk(cbor.decode(data), is_json=False).run(rule)
    except Refusal as refusal:
        raise ValueError(f"entry: {refusal}") from None


def record(data: bytes) -> dict:
    """The leaf entry of a record."""
    return _entry(data, _RECORD)


def genesis(data: bytes) -> dict:
    """The first leaf entry of a log."""
    entry = _entry(data, _GENESIS)
    need(_is_name(entry["origin"]), "the origin is not a log's name")
    return entry


def bundle(data: bytes, width: int, path: str) -> list[bytes]:
    """The entries of a bundle, each after its length."""
    found = []
    while data:
        end = 2 + int.from_bytes(data[:2], "big")
        need(len(data) >= max(end, 2), f"{path} breaks off")
        found.append(data[2:end])
        data = data[end:]
    need(len(found) == width, f"{path} has not {width} entries")
    return found


def entries(raw: list[bytes], first: int, origin: str) -> list[dict]:
    """Entries in order, the first of which has this index."""
    found, ids, at = [], set(), 0
    for index, data in enumerate(raw, first):
        entry = record(data) if index else genesis(data)
        need(index > 0 or entry["origin"] == origin, "the first entry is of another log")
        need(entry["at"] >= at, f"entry {index}: the clock went back")
        need(index == 0 or entry["id"] not in ids, f"entry {index}: the record is sealed before")
        ids.add(entry.get("id"))
        at = entry["at"]
        found.append(entry)
    return found


# ---- tree ---------------------------------------------------------------------------------------------------------


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def root_of(leaves: list[bytes]) -> bytes:
    """The root over leaf hashes, by the definition."""
    if len(leaves) < 2:
        return leaves[0] if leaves else EMPTY_ROOT
    k = 1 << (len(leaves) - 1).bit_length() - 1  # the largest power of two below their number
    return node_hash(root_of(leaves[:k]), root_of(leaves[k:]))


class Tree:
    """A tree that grows. `levels[k][i]` is the root of the leaves i*2^k to (i+1)*2^k, the end not included."""

    def __init__(self):
        self.levels: list[list[bytes]] = [[]]

    @property
    def size(self) -> int:
        return len(self.levels[0])

    def append(self, leaf: bytes) -> None:
        level, node = 0, leaf
        self.levels[0].append(node)
        while len(self.levels[level]) % 2 == 0:
            node = node_hash(*self.levels[level][-2:])
            level += 1
            if level == len(self.levels):
                self.levels.append([])
            self.levels[level].append(node)

    def root(self, size: int) -> bytes:
        """The root of the first `size` leaves: the complete subtrees, joined from the right."""
        found, end = b"", size
        for level in range(size.bit_length()):
            if size >> level & 1:
                node = self.levels[level][(end >> level) - 1]
                found, end = node_hash(node, found) if found else node, end - (1 << level)
        return found or EMPTY_ROOT


def tiles(first: int, hashes: int) -> list[tuple[int, int]]:
    """The number and the width of each tile over so many hashes, from tile `first` on."""
    return [(number, min(256, hashes - 256 * number)) for number in range(first, (hashes + 255) // 256)]


def tile_path(level: str, number: int, width: int) -> str:
    digits = str(number)
    digits = digits.zfill((len(digits) + 2) // 3 * 3)
    groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    path = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return f"tile/{level}/{path}" + ("" if width == 256 else f".p/{width}")


def check_inclusion(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> None:
    need(0 <= index < size <= MAX_SIZE, "the index is not below the size")
    fn, sn, r = index, size - 1, leaf
    for p in path:
        need(sn != 0, "the path is too long")
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    need(sn == 0, "the path is too short")
    need(r == root, "the path does not lead to the root")


def check_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: list[bytes]) -> None:
    need(0 <= old <= new <= MAX_SIZE, "the old tree is larger than the new one")
    if old in (0, new):
        need(not proof, "the proof is not empty")
        need(old_root == (new_root if old == new else EMPTY_ROOT), "the old root is another one")
        return
    need(bool(proof), "the proof is empty")
    if old & (old - 1) == 0:
        proof = [old_root, *proof]
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = proof[0]
    for c in proof[1:]:
        need(sn != 0, "the proof is too long")
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    need(sn == 0, "the proof is too short")
    need(fr == old_root, "the proof does not lead to the old root")
    need(sr == new_root, "the proof does not lead to the new root")


# ---- Ed25519 ------------------------------------------------------------------------------------------------------

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_Y8 = int.from_bytes(bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little")
_SMALL_ORDER = {0, 1, _P - 1, _Y8, _P - _Y8}  # the y of the eight points whose order divides 8


def is_strict_point(raw: bytes) -> bool:
    """Canonically encoded and of large order. (Off the curve is left to the library.)"""
    y = int.from_bytes(raw, "little") & (1 << 255) - 1
    return y < _P and y not in _SMALL_ORDER


def ed25519_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    if len(signature) != 64 or not (is_strict_point(public) and is_strict_point(signature[:32])):
        return False
    if int.from_bytes(signature[32:], "little") >= _L:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


# ---- keys ---------------------------------------------------------------------------------------------------------


def _is_name(text: str) -> bool:
    """An origin, or the name of a key."""
    bare = not any(c.isspace() or unicodedata.category(c) == "Cc" for c in text)
    return bare and "+" not in text and 1 <= len(text.encode()) <= 255


@dataclass(frozen=True)
class Key:
    """A verifier key, of a log or of a witness."""

    name: str
    id: bytes
    type: int
    public: bytes

    def verifies(self, text: bytes, signature: bytes) -> bool:
        """`signature` is what follows the key id."""
        if self.type == LOG_KEY:
            return ed25519_holds(self.public, text, signature)
        seconds = int.from_bytes(signature[:8], "big")
        return ed25519_holds(self.public, f"cosignature/v1\ntime {seconds}\n".encode() + text, signature[8:])


def vkey(text: str) -> Key:
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")  # base64 may hold a `+` too
    need(_is_name(name), "the vkey's name is not a key name")
    raw = unbase64(encoded)
    need(len(raw) == 33 and raw[0] in (LOG_KEY, WITNESS_KEY), "the vkey is of an unknown type")
    expected = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    need(key_id == expected.hex(), "the vkey's id is not that of its name and key")
    need(is_strict_point(raw[1:]), "the vkey's key is of small order or not canonical")
    return Key(name, expected, raw[0], raw[1:])


# ---- notes and checkpoints ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Note:
    text: bytes
    signatures: list[tuple[str, bytes, bytes]]  # key name, key id, what follows it


def note(data: bytes) -> Note:
    need(len(data) <= MAX_NOTE, "a note has at most 1 MiB")
    whole = data.decode()  # UnicodeDecodeError is a ValueError
    need(not any(c < " " and c != "\n" for c in whole), "a note has no control characters")
    text, empty_line, below = whole.rpartition("\n\n")
    need(bool(text and empty_line) and below.endswith("\n"), "a note has a text, an empty line and signatures")
    lines = below[:-1].split("\n")
    need(len(lines) <= MAX_SIGNATURES, "a note has at most 64 signatures")
    return Note(text.encode() + b"\n", [_signature(line) for line in lines])


def _signature(line: str) -> tuple[str, bytes, bytes]:
    words = line.split(" ")
    need(len(words) == 3 and words[0] == "\u2014" and _is_name(words[1]), "not a signature line")
    _, name, encoded = words
    raw = unbase64(encoded)
    need(len(raw) > 4, "a signature line has a key id and a signature")
    return name, raw[:4], raw[4:]


def signers(signed: Note, keys: list[Key]) -> list[Key]:
    """The known keys that signed, each once. A line of a known key that fails refuses the note."""
    found = []
    for name, key_id, signature in signed.signatures:
        for key in keys:
            if (key.name, key.id) == (name, key_id):
                need(key not in found, "a second signature of one key")
                need(key.verifies(signed.text, signature), "a signature does not verify")
                found.append(key)
    need(bool(found), "no signature of a known key")
    return found


@dataclass(frozen=True)
class Checkpoint:
    origin: str
    size: int
    root: bytes


def checkpoint(text: bytes) -> Checkpoint:
    lines = text.decode().split("\n")
    need(len(lines) == 4 and lines[3] == "", "a checkpoint has exactly three lines")
    need(_is_name(lines[0]), "the origin is not a log's name")
    size, root = decimal(lines[1]), unbase64_hash(lines[2])
    need(size <= MAX_SIZE, "a tree has at most 2^62 leaves")
    need(size > 0 or root == EMPTY_ROOT, "the root of the empty tree is another one")
    return Checkpoint(lines[0], size, root)


def opened(data: bytes, key: Key) -> Checkpoint:
    """A signed checkpoint of the key's log."""
    signed = note(data)
    signers(signed, [key])
    found = checkpoint(signed.text)
    need(found.origin == key.name, "the checkpoint is of another log")
    return found
