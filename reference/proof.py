"""The `.tlog-proof` file and the nine steps of its verification (proof.md)."""

import hashlib
from dataclasses import dataclass, field

from blake3 import blake3

import log
import steps
import identity
from log import need
from refusal import Refusal
from schema import unbase64

MAX_FILE = 1024 * 1024
MAX_PATH = 64
STEPS = ("parse", "entry", "record", "leaf", "path", "signature", "origin", "policy", "claim")


@dataclass(frozen=True)
class Proof:
    entry: bytes
    index: int
    path: list[bytes]
    note: log.Note


def parse(data: bytes) -> Proof:
    need(len(data) <= MAX_FILE, "the file is larger than 1 MiB")
    head, empty_line, note = data.partition(b"\n\n")
    need(bool(empty_line), "there is no checkpoint")
    lines = head.decode("ascii").split("\n")
    need(lines[0] == "c2sp.org/tlog-proof@v1", "another format or version")
    need([line[:6] for line in lines[1:3]] == ["extra ", "index "], "not the lines of a proof")
    need(len(lines) - 3 <= MAX_PATH, "the path has more than 64 hashes")
    index = log.decimal(lines[2].removeprefix("index "))
    need(index < log.MAX_SIZE, "the index is not below 2^62")
    entry = unbase64(lines[1].removeprefix("extra "))
    return Proof(entry, index, [log.unbase64_hash(line) for line in lines[3:]], log.note(note))


@dataclass
class Verdict:
    """What held. Index, size and origin are told only when all steps hold: before step 6 nobody has signed them."""

    holds: bool = False
    identity: str | None = None
    index: int | None = None
    size: int | None = None
    origin: str | None = None
    reason: str | None = None
    checked: list[str] = field(default_factory=list)


def verify(record: bytes, proof: bytes, key: log.Key, witnesses=(), claim: str | None = None, folder=None) -> Verdict:
    """All of `witnesses` must have cosigned. `folder` is where the files of a record in JSON are looked for."""
    verdict = Verdict()
    following = _steps(verdict, record, proof, key, witnesses, claim, folder)
    return steps.run(verdict, STEPS, following, (ValueError, Refusal))


def _steps(verdict, record, file, key, witnesses, claim, folder):
    """Names each step, then does it."""
    yield "parse"
    proof = parse(file)
    checkpoint = log.checkpoint(proof.note.text)
    entry = log.record(proof.entry)
    need(identity.is_whole(record), "the record is cut, or no record")

    yield "entry"
    if not identity.is_cbor(record):
        record = identity.read(record, folder).canonical
    need(blake3(record).digest() == entry["id"], "the entry names another record")
    need(hashlib.sha256(record).digest() == entry["sha256"], "the entry has another sha256")

    yield "record"
    found = identity.read(record, kind=entry["t"])
    need(found.canonical == record, "the record is not canonical")
    need(found.tree.get("by", entry["by"]) == entry["by"], "the record is of another submitter")

    yield "leaf"
    leaf = log.leaf_hash(proof.entry)

    yield "path"
    log.need(proof.index > 0, "entry 0 is the genesis entry")
    log.check_inclusion(leaf, proof.index, checkpoint.size, proof.path, checkpoint.root)

    yield "signature"
    log.signers(proof.note, [key])

    yield "origin"
    need(checkpoint.origin == key.name, "the checkpoint is of another log")

    if witnesses:
        yield "policy"
        cosigned = log.signers(proof.note, [key, *witnesses])
        need(set(witnesses) <= set(cosigned), "a witness of the policy has not cosigned")

    if claim is not None:
        yield "claim"
        need(claim.removeprefix("b3:") == entry["id"].hex(), "another identity was claimed")

    verdict.identity = "b3:" + entry["id"].hex()
    verdict.index, verdict.size, verdict.origin = proof.index, checkpoint.size, checkpoint.origin
