"""The published CDDL, read by a CDDL tool that is not ours.

The tool cannot validate whole declarations (keys by pattern, and maps as values of open maps, are beyond it). It says
that the texts are CDDL, and validates the parts that it can, and every kind of leaf entry.
"""

import json
import unittest
from pathlib import Path

import cbor
import pycddl

SPEC = Path(__file__).parent.parent / "docs" / "spec"
DIGEST = {"alg": "sha256", "value": bytes(32)}
CONTENT = {"b3": bytes(32), "len": 3, "type": "text/plain"}
FILE = {"path": "p", "len": 1, "digest": DIGEST}
GENESIS = {"v": "ai-run-leaf/1", "t": "genesis", "origin": "log.example.org", "at": 1}
VECTORS = SPEC.parent.parent / "vectors"
RECORD = {"v": "ai-run-leaf/1", "t": "declaration", "id": bytes(32), "sha256": bytes(32), "at": 2, "by": "local"}


def schema(name: str, root: str) -> pycddl.Schema:
    return pycddl.Schema(f"root = {root}\n{(SPEC / name).read_text()}")


class Cddl(unittest.TestCase):
    def test_the_published_texts_are_cddl(self):
        for name in ("declaration-v1.cddl", "records.cddl", "log.cddl"):
            pycddl.Schema((SPEC / name).read_text())
        with self.assertRaises(ValueError):
            pycddl.Schema("a = {")

    def test_parts_of_declarations_and_leaf_entries(self):
        declaration, log = "declaration-v1.cddl", "log.cddl"
        for name, root, value in (
            (declaration, "content", CONTENT), (declaration, "digest", DIGEST), (declaration, "file", FILE),
            (declaration, "absent", {"absent": "none"}), (log, "entry", GENESIS), (log, "entry", RECORD),
            (log, "entry", {**RECORD, "t": "event"}),
        ):
            schema(name, root).validate_cbor(cbor.encode(value))
        for name, root, value in (
            (declaration, "content", DIGEST), (declaration, "digest", CONTENT),
            (declaration, "absent", {"absent": "never"}), (declaration, "absent", {"absent": "none", "x": 1}),
            (log, "entry", {**GENESIS, "id": bytes(32)}), (log, "entry", {**RECORD, "id": bytes(31)}),
            (log, "entry", {key: RECORD[key] for key in RECORD if key != "by"}),
        ):
            with self.subTest(root=root, value=value), self.assertRaises(pycddl.ValidationError):
                schema(name, root).validate_cbor(cbor.encode(value))

    def test_every_supplement_and_event_of_the_vectors(self):
        """The rules over several members are beyond CDDL, so only what is accepted has a verdict here."""
        for kind in ("supplement", "event"):
            of_kind, passed = schema("records.cddl", kind), 0
            for file in (VECTORS / kind).glob("*.json"):
                vector = json.loads(file.read_text())
                if "identity" in vector and "cbor" in vector:
                    with self.subTest(file=file.name):
                        of_kind.validate_cbor(bytes.fromhex(vector["cbor"]))
                        passed += 1
            self.assertGreater(passed, 12)
            for file in (VECTORS / kind).glob("cbor-a-subject-*.json"):
                vector = json.loads(file.read_text())
                with self.subTest(file=file.name), self.assertRaises((pycddl.ValidationError, ValueError)):
                    of_kind.validate_cbor(bytes.fromhex(vector["cbor"]))


if __name__ == "__main__":
    unittest.main()
