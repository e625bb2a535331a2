"""The export of a whole log, and the six steps of its verification (log.md, "Export", "Verifying a whole log")."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from blake3 import blake3

import identity
import log
import steps
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
    verdict = Verdict()
    caught = (ValueError, Refusal, FileNotFoundError, NotADirectoryError)
    return steps.run(verdict, STEPS, _steps(verdict, folder, key, older), caught)


def _steps(verdict, folder: Path, key: log.Key, older: bytes | None):
    """Names each step, then does it."""
    yield "checkpoint"
    checkpoint = log.opened((folder / "checkpoint").read_bytes(), key)

    yield "entries"
    raw = []
    for number, width in log.tiles(0, checkpoint.size):
        path = log.tile_path("entries", number, width)
        raw += log.bundle((folder / path).read_bytes(), width, path)
    need(bool(raw), "a log has a first entry")
    entries = log.entries(raw, 0, checkpoint.origin)

    yield "tiles"
    tree = log.Tree()
    for entry in raw:
        tree.append(log.leaf_hash(entry))
    need(tree.root(checkpoint.size) == checkpoint.root, "the entries do not lead to the root")
    for level, hashes in enumerate(tree.levels[::8]):
        for number, width in log.tiles(0, len(hashes)):
            path = log.tile_path(str(level), number, width)
            tile = b"".join(hashes[256 * number : 256 * number + width])
            need((folder / path).read_bytes() == tile, f"{path} has other hashes")

    if older is not None:
        yield "older"
        before = log.opened(older, key)
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
