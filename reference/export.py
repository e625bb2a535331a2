"""The export of a whole log, and the six steps of its verification (log.md, "Export", "Verifying a whole log")."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from blake3 import blake3

import identity
import log
from log import need
from refusal import Refusal
from rules import Rules

STEPS = ("checkpoint", "entries", "tiles", "older", "records", "rules")
_FOLDERS = {kind: f"{kind}s" for kind in identity.KINDS}


@dataclass
class Verdict:
    """What held. `records` is None if the export has none."""

    holds: bool = False
    origin: str | None = None
    size: int | None = None
    records: int | None = None
    reason: str | None = None
    checked: list[str] = field(default_factory=list)


def verify(folder, key: log.Key, older: bytes | None = None) -> Verdict:
    """`folder` is a directory, as a path."""
    verdict, step = Verdict(), ""
    try:
        for following in _steps(verdict, folder, key, older):
            if step:
                verdict.checked.append(step)
            step = following
    except (ValueError, Refusal, FileNotFoundError, NotADirectoryError) as fault:
        return Verdict(reason=f"step {STEPS.index(step) + 1}, {step}: {fault}", checked=verdict.checked)
    verdict.checked.append(step)
    verdict.holds = True
    return verdict


def _steps(verdict, folder: Path, key: log.Key, older: bytes | None):
    """Names each step, then does it."""
    yield "checkpoint"
    checkpoint = _checkpoint((folder / "checkpoint").read_bytes(), key)

    yield "entries"
    raw = [entry for tile in _tiles(checkpoint.size) for entry in _bundle(folder, *tile)]
    entries = _entries(raw, checkpoint.origin)

    yield "tiles"
    tree = log.Tree()
    for entry in raw:
        tree.append(log.leaf_hash(entry))
    need(tree.root(checkpoint.size) == checkpoint.root, "the entries do not lead to the root")
    for level, hashes in enumerate(tree.levels[::8]):
        for number, width in _tiles(len(hashes)):
            path = log.tile_path(str(level), number, width)
            tile = b"".join(hashes[256 * number : 256 * number + width])
            need((folder / path).read_bytes() == tile, f"{path} has other hashes")

    if older is not None:
        yield "older"
        before = _checkpoint(older, key)
        need(before.size <= checkpoint.size, "the older checkpoint is of a larger log")
        need(tree.root(before.size) == before.root, "the log does not extend the older checkpoint")

    verdict.origin, verdict.size = checkpoint.origin, checkpoint.size
    if any((folder / name).is_dir() for name in _FOLDERS.values()):
        yield "records"
        records = [_record(folder, entry) for entry in entries[1:]]

        yield "rules"
        rules = Rules()
        rules.genesis(log.leaf_hash(raw[0]))
        for index, (entry, record) in enumerate(zip(entries[1:], records, strict=True), 1):
            try:
                rules.add(entry, record, log.leaf_hash(raw[index]))
            except ValueError as fault:
                raise ValueError(f"entry {index}: {fault}") from None
        verdict.records = len(records)


def _checkpoint(data: bytes, key: log.Key) -> log.Checkpoint:
    note = log.note(data)
    log.signers(note, [key])
    checkpoint = log.checkpoint(note.text)
    need(checkpoint.origin == key.name, "the checkpoint is of another log")
    return checkpoint


def _tiles(hashes: int):
    """The number and the width of each tile over so many hashes."""
    return [(number, min(256, hashes - 256 * number)) for number in range((hashes + 255) // 256)]


def _bundle(folder: Path, number: int, width: int) -> list[bytes]:
    path = log.tile_path("entries", number, width)
    data, entries = (folder / path).read_bytes(), []
    while data:
        end = 2 + int.from_bytes(data[:2], "big")
        need(len(data) >= max(end, 2), f"{path} breaks off")
        entries.append(data[2:end])
        data = data[end:]
    need(len(entries) == width, f"{path} has not {width} entries")
    return entries


def _entries(raw: list[bytes], origin: str) -> list[dict]:
    need(bool(raw), "a log has a first entry")
    entries, ids, at = [log.genesis(raw[0])], set(), 0
    need(entries[0]["origin"] == origin, "the first entry is of another log")
    for index, data in enumerate(raw[1:], 1):
        entry = log.record(data)
        need(entry["at"] >= max(at, entries[0]["at"]), f"entry {index}: the clock went back")
        need(entry["id"] not in ids, f"entry {index}: the record is sealed before")
        at = entry["at"]
        ids.add(entry["id"])
        entries.append(entry)
    return entries


def _record(folder: Path, entry: dict) -> dict:
    name = entry["id"].hex()
    path = f"{_FOLDERS[entry['t']]}/{name[:2]}/{name}.cbor"
    data = (folder / path).read_bytes()
    need(blake3(data).digest() == entry["id"], f"{path} is another record")
    need(hashlib.sha256(data).digest() == entry["sha256"], f"{path}: the entry has another sha256")
    try:
        need(identity.is_cbor(data), "no CBOR")
        return identity.read(data, kind=entry["t"]).tree
    except (Refusal, ValueError) as fault:
        raise ValueError(f"{path}: {fault}") from None
