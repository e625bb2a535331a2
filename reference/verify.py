#!/usr/bin/env python3
"""The second implementation of `decl`, made from docs/spec alone. Start here; README.md says how to run it."""

import argparse
import hashlib
import json
import sys
from dataclasses import asdict
from pathlib import Path

import jsontext
import log
import proof
import export
import identity
import period
import vectors
from refusal import Refusal

HOLDS, FAILS, UNUSABLE = 0, 1, 2


def main() -> int:
    args = _arguments()
    try:
        return args.run(args)
    except (OSError, ValueError) as fault:
        print(f"verify.py: {fault}", file=sys.stderr)
        return UNUSABLE


def _id(args) -> int:
    try:
        found = identity.read(args.file.read_bytes(), args.file.parent)
    except Refusal as refusal:
        _print({"refused": {"code": refusal.code, "at": refusal.at}})
        return FAILS
    size = len(found.canonical)
    _print({"identity": found.identity, "sha256": found.sha256, "cid": found.cid, "bytes": size})
    return HOLDS


def _verify(args) -> int:
    key = _key(args.vkey, log.LOG_KEY)
    record, receipt = args.record.read_bytes(), args.proof.read_bytes()
    witnesses = [_key(text, log.WITNESS_KEY) for text in args.witness]
    verdict = proof.verify(record, receipt, key, witnesses, args.identity, args.record.parent)
    _print(asdict(verdict))
    if not verdict.checked:
        return UNUSABLE  # one of the files is not what it should be (step 1): nothing was tried
    return HOLDS if verdict.holds else FAILS


def _log(args) -> int:
    older = args.older.read_bytes() if args.older else None
    verdict = export.verify(args.directory, _key(args.vkey, log.LOG_KEY), older)
    _print(asdict(verdict))
    return HOLDS if verdict.holds else FAILS


def _period(args) -> int:
    question = period.Question(args.since, args.until, tuple(args.absent))
    verdict = period.verify(args.directory, _key(args.vkey, log.LOG_KEY), question)
    _print(asdict(verdict))
    if not verdict.checked:
        return UNUSABLE  # the directory is no period (step 1): nothing was tried
    return HOLDS if verdict.holds else FAILS


def _identity(text: str) -> bytes:
    digest = bytes.fromhex(text.removeprefix("b3:"))
    log.need(text.startswith("b3:") and len(digest) == 32, "an identity is b3: and 64 hex digits")
    return digest


def _batch(args) -> int:
    key = _key(args.vkey, log.LOG_KEY)
    tally = Tally()
    for name, record, receipt in _pairs(args.directory):
        verdict = proof.verify(record, receipt, key)
        tally.count(verdict.holds, f"{name}: {verdict.reason}")
    return tally.report()


def _flips(args) -> int:
    """One bit of the record, then one of the proof: a verifier that reads every bit refuses both."""
    key = _key(args.vkey, log.LOG_KEY)
    tally = Tally()
    for name, record, receipt in _pairs(args.directory):
        tally.count(not proof.verify(_flipped(record, name), receipt, key).holds, f"{name}: a flipped record holds")
        tally.count(not proof.verify(record, _flipped(receipt, name), key).holds, f"{name}: a flipped proof holds")
    return tally.report()


def _ids(args) -> int:
    """A line for each line of the input, at once: whoever writes may wait for the answer before the next line."""
    for line in sys.stdin.buffer:
        try:
            found = identity.read(bytes.fromhex(line.decode("ascii")), kind="declaration")
            answer = f"{found.identity} {found.canonical.hex()}"
        except Refusal as refusal:
            answer = f"{refusal.code} {jsontext.minimal(refusal.at)}"
        sys.stdout.buffer.write(answer.encode() + b"\n")
        sys.stdout.buffer.flush()
    return HOLDS


def _vectors(args) -> int:
    tally = Tally()
    for name, fault in vectors.run(args.directory):
        tally.count(fault is None, f"{name}: {fault}")
    return tally.report()


class Tally:
    def __init__(self):
        self.passed = self.failed = 0

    def count(self, good: bool, complaint: str) -> None:
        self.passed, self.failed = self.passed + good, self.failed + (not good)
        if not good:
            print(complaint)

    def report(self) -> int:
        print(f"{self.passed} passed, {self.failed} failed")
        return FAILS if self.failed or not self.passed else HOLDS  # nothing checked is a failure


def _key(text: str, kind: int) -> log.Key:
    key = log.vkey(text)
    log.need(key.type == kind, f"the vkey {text} is not of type {kind:02x}")
    return key


def _pairs(directory: Path):
    """Every NAME.cbor with its NAME.tlog-proof; a proof that is missing is an empty one, which fails."""
    for record in sorted(directory.glob("*.cbor")):
        receipt = record.with_suffix(".tlog-proof")
        yield record.stem, record.read_bytes(), receipt.read_bytes() if receipt.exists() else b""


def _flipped(data: bytes, name: str) -> bytes:
    bit = int.from_bytes(hashlib.sha256(name.encode()).digest(), "big") % max(8 * len(data), 1)
    out = bytearray(data)
    if out:
        out[bit // 8] ^= 1 << bit % 8
    return bytes(out)


def _print(value: dict) -> None:
    print(json.dumps(value, indent=2))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="verify.py", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run, summary: str, *operands: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=summary, description=summary)
        sub.set_defaults(run=run)
        for operand in operands:
            sub.add_argument(operand, type=str if operand == "vkey" else Path, metavar=operand.upper())
        return sub

    command("id", _id, "print the identity of a record, or the refusal", "file")
    verify = command("verify", _verify, "check that a record stands in a log", "record", "proof")
    verify.add_argument("--vkey", required=True, help="the log's verifier key, from somewhere you trust")
    verify.add_argument("--witness", action="append", default=[], help="the key of a witness that must have cosigned")
    verify.add_argument("--identity", help="the identity that somebody claims")
    whole = command("log", _log, "check the export of a whole log, and its records if it has them", "directory")
    whole.add_argument("--vkey", required=True, help="the log's verifier key, from somewhere you trust")
    whole.add_argument("--older", type=Path, help="a checkpoint that you have kept: the log must extend it")
    part = command("period", _period, "check that these are all entries between two checkpoints of a log", "directory")
    part.add_argument("--vkey", required=True, help="the log's verifier key, from somewhere you trust")
    part.add_argument("--since", type=log.decimal, help="all of this time or later, in milliseconds since 1970")
    part.add_argument("--until", type=log.decimal, help="all before this time, in milliseconds since 1970")
    part.add_argument("--absent", type=_identity, action="append", default=[], help="an identity that none has")
    command("ids", _ids, "for each document on standard input, a line of hex: its identity and bytes, or the refusal")
    command("vectors", _vectors, "run every vector file below a directory", "directory")
    command("batch", _batch, "verify every NAME.cbor with its NAME.tlog-proof", "directory", "vkey")
    command("flips", _flips, "flip a bit of every record and of every proof: all must fail", "directory", "vkey")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
