"""What has no vector files: the tree in small worlds, and the example of proof.md with each of its changes.

Run with `python -m unittest discover reference`.
"""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import log
import proof
import verify

REPOSITORY = Path(__file__).resolve().parent.parent
PAGE = (REPOSITORY / "docs/spec/proof.md").read_text(encoding="utf-8")
RECEIPT = PAGE.split("```text\n")[1].split("```")[0]
RECORD = (REPOSITORY / "examples/rag.cbor").read_bytes()
KEY_TEXT = "log.example.org/decl+15845329+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
KEY = log.vkey(KEY_TEXT)
OTHER = log.vkey("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
LEAVES = [log.leaf_hash(bytes([i])) for i in range(20)]


def audit_path(m: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962, section 2.1.1."""
    if len(leaves) == 1:
        return []
    left, right = _halves(leaves)
    if m < len(left):
        return [*audit_path(m, left), log.root_of(right)]
    return [*audit_path(m - len(left), right), log.root_of(left)]


def subproof(m: int, leaves: list[bytes], whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 6962, section 2.1.2."""
    if m == len(leaves):
        return [] if whole else [log.root_of(leaves)]
    left, right = _halves(leaves)
    if m <= len(left):
        return [*subproof(m, left, whole), log.root_of(right)]
    return [*subproof(m - len(left), right, False), log.root_of(left)]


def _halves(leaves):
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return leaves[:k], leaves[k:]


class Tree(unittest.TestCase):
    def test_every_leaf_of_every_small_tree_has_one_path_and_one_place(self):
        for size in range(1, len(LEAVES) + 1):
            root = log.root_of(LEAVES[:size])
            for index in range(size):
                path = audit_path(index, LEAVES[:size])
                for other in range(size + 1):
                    self.check(other == index, log.check_inclusion, LEAVES[index], other, size, path, root)
                self.check(False, log.check_inclusion, LEAVES[index], index, size, [*path, root], root)
                self.check(False, log.check_inclusion, LEAVES[index], index, size, path, LEAVES[index - 1] + b"\0")

    def test_every_small_tree_extends_every_smaller_one(self):
        for new in range(len(LEAVES) + 1):
            root = log.root_of(LEAVES[:new])
            for old in range(new + 1):
                old_root = log.root_of(LEAVES[:old])
                found = subproof(old, LEAVES[:new]) if old else []
                self.check(True, log.check_consistency, old, old_root, new, root, found)
                self.check(False, log.check_consistency, old, b"x" * 32, new, root, found)
                self.check(False, log.check_consistency, old, old_root, new, root, [*found, root])
                for i in range(len(found)):
                    self.check(False, log.check_consistency, old, old_root, new, root, found[:i] + found[i + 1 :])
                    changed = [*found[:i], b"x" * 32, *found[i + 1 :]]
                    self.check(False, log.check_consistency, old, old_root, new, root, changed)
            self.check(False, log.check_consistency, new + 1, root, new, root, [])

    def check(self, holds, function, *args):
        if holds:
            function(*args)
        else:
            self.assertRaises(ValueError, function, *args)


class Receipt(unittest.TestCase):
    def test_the_example_holds(self):
        verdict = proof.verify(RECORD, RECEIPT.encode(), KEY)
        self.assertTrue(verdict.holds, verdict.reason)
        self.assertEqual((verdict.index, verdict.size, verdict.origin), (1, 2, KEY.name))

    def test_each_change_fails_at_its_step(self):
        lines = RECEIPT.split("\n")
        path, size, signature = lines[3] + "\n", "decl\n2\n", lines[-2]
        signed = signature[:-9] + ("B" if signature[-9] == "A" else "A") + signature[-8:]
        for step, old, new in [
            (1, "@v1", "@v2"),
            (5, path, path + path),
            (5, path, ""),
            (1, "index 1", "index 01"),
            (5, "index 1", "index 0"),
            (5, "index 1", "index 2"),
            (5, "BsAAAGecESIe2", "BsAAAGecESIf2"),
            (5, size, "decl\n3\n"),
            (6, signature, signed),
            (1, signature + "\n", ""),
        ]:
            with self.subTest(old=old, new=new):
                changed = RECEIPT.replace(old, new)
                self.assertNotEqual(changed, RECEIPT)
                self.fails_at(step, RECORD, changed)
        self.fails_at(2, (REPOSITORY / "examples/chat-tools.cbor").read_bytes(), RECEIPT)
        self.fails_at(6, RECORD, RECEIPT, key=OTHER)
        self.fails_at(8, RECORD, RECEIPT, witnesses=[OTHER])
        self.fails_at(9, RECORD, RECEIPT, claim="b3:" + "0" * 64)

    def test_every_bit_of_the_proof_counts(self):
        raw = RECEIPT.encode()
        for bit in range(8 * len(raw)):
            flipped = bytearray(raw)
            flipped[bit // 8] ^= 1 << bit % 8
            self.assertFalse(proof.verify(RECORD, bytes(flipped), KEY).holds, f"bit {bit}")

    def test_what_is_no_proof_is_not_tried_and_what_is_one_holds_or_does_not(self):
        for code, receipt in [
            (0, RECEIPT),
            (1, RECEIPT.replace("index 1", "index 2")),
            (2, ""),
            (2, RECEIPT[:-1]),
            (2, RECEIPT.replace("\n", "\r\n")),
            (2, RECEIPT.split("\n\n", 1)[1]),
        ]:
            with self.subTest(receipt=receipt):
                self.ends_with(code, RECORD, receipt.encode())

    def test_what_is_no_record_is_not_tried_and_another_record_contradicts(self):
        for code, record in [
            (0, (REPOSITORY / "examples/rag.json").read_bytes()),
            (1, (REPOSITORY / "examples/chat-tools.cbor").read_bytes()),
            (1, bytes([0xB8, RECORD[0] & 31]) + RECORD[1:]),
            (1, b"\xa0"),
            (1, b'{"v": "ai-run-declaration/1"}'),
            (2, RECORD[:-1]),
            (2, RECORD + b"\0"),
            (2, b""),
            (2, b"Dear sir"),
            (2, b"{}"),
            (2, b"[]"),
            (2, b"\xff\xd8"),
        ]:
            with self.subTest(record=record[:20]):
                self.ends_with(code, record, RECEIPT.encode())

    def ends_with(self, code, record, receipt):
        with tempfile.TemporaryDirectory() as folder:
            files = [Path(folder) / "record", Path(folder) / "proof"]
            for file, data in zip(files, [record, receipt], strict=True):
                file.write_bytes(data)
            words = ["verify.py", "verify", *map(str, files), "--vkey", KEY_TEXT]
            with mock.patch("sys.argv", words), contextlib.redirect_stdout(io.StringIO()):
                self.assertEqual(verify.main(), code)

    def fails_at(self, step, record, receipt, key=KEY, **asked):
        verdict = proof.verify(record, receipt.encode(), key, **asked)
        self.assertFalse(verdict.holds)
        self.assertTrue(verdict.reason.startswith(f"step {step},"), verdict.reason)


if __name__ == "__main__":
    unittest.main()
