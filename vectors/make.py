"""Writes the golden vectors. The expectations are written by hand in cases_*.py from docs/spec/declaration.md;
nothing here runs, imports or reads the product. The only computation is the canonical encoding of a declaration that
is accepted (by the forty lines of canonical.py) and its two hashes, and the keyed digests and boxes of cases_keyed.py,
by BLAKE3's own package and libsodium.

    python3 -m pip install blake3==1.0.11 PyNaCl==1.6.2
    python3 vectors/make.py
"""

import json
import re
from pathlib import Path

import cases_cbor
import cases_declaration
import cases_export
import cases_json
import cases_keyed
import cases_log
import cases_period
import cases_proof
import cases_published
import cases_records

HERE = Path(__file__).parent


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
    for name, *writers in (
        ("cbor", cases_cbor.write, cases_published.write_cbor),
        ("json", cases_json.write, cases_published.write_json),
        ("declaration", cases_declaration.write),
        ("keyed", cases_keyed.write),
        ("supplement", cases_records.write_supplements),
        ("event", cases_records.write_events),
        ("log", cases_log.write),
        ("export", cases_export.write),
        ("period", cases_period.write),
        ("proof", cases_proof.write),
    ):
        group = Group(name)
        group.clear()
        for write in writers:
            write(group)
        print(f"{len(group.names):4} {name}")


if __name__ == "__main__":
    main()
