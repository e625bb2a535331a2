"""Proof files (docs/spec/proof.md): every kind of record, and the step at which each other fails."""

import base64

from canonical import encode
from cases_export import ORIGIN, changed, checkpoint, example, sealed_blindly, vkey
from cases_log import Log, root, sha256
from trees import change, text


def inclusion(index, leaves):
    """PATH of RFC 6962, section 2.1.1."""
    if len(leaves) == 1:
        return []
    k = 1 << (len(leaves) - 1).bit_length() - 1
    if index < k:
        return [*inclusion(index, leaves[:k]), root(leaves[k:])]
    return [*inclusion(index - k, leaves[k:]), root(leaves[:k])]


def proof(log, index, *, entry=None, size=None, path=None, name=ORIGIN, origin=ORIGIN, stated=None):
    leaves = [sha256(b"\0" + data) for data in log.entries][:size]
    path = inclusion(index, leaves) if path is None else path
    lines = ["c2sp.org/tlog-proof@v1", f"extra {b64(log.entries[index] if entry is None else entry)}",
             f"index {index if stated is None else stated}", *map(b64, path), ""]
    return "\n".join(lines) + "\n" + checkpoint(leaves, origin, name).decode()


def b64(data):
    return base64.b64encode(data).decode()


def write(group):
    log = example()
    kinds = {1: "a declaration", 3: "a start", 4: "an execution", 5: "an event"}
    declaration, _, start, ran, anchor = log.records[1:]

    def holds(shows, record, file, index, size=6):
        found = {"identity": f"b3:{_id(log.entries[index])}", "index": index, "size": size, "origin": ORIGIN}
        group.case(shows, **_form(record), proof=file, vkey=vkey(), holds=found)

    def fails(step, shows, record, file, key=vkey()):
        group.case(f"step {step}: {shows}", **_form(record), proof=file, vkey=key, fails=step)

    for index, shows in kinds.items():
        data, tree = log.records[index], log.trees[index]
        holds(f"{shows}, as CBOR", data, proof(log, index), index)
        holds(f"{shows}, as JSON", text(tree), proof(log, index), index)
        holds(f"{shows}, in the tree that ends with it", data, proof(log, index, size=index + 1), index, index + 1)
        fails(2, f"another record than {shows}", log.records[2], proof(log, index))
        fails(3, f"the entry of another kind than {shows}", data, _resealed(
            log, index, _t("event" if index < 5 else "supplement"), old=_t(_kind(log.entries[index]))))
        fails(5, f"{shows} at another index", data, proof(log, index, stated=2 if index != 2 else 1))

    fails(1, "the entry is the genesis entry", start, proof(log, 3, entry=log.entries[0]))
    fails(1, "the entry is not canonical", start, proof(log, 3, entry=changed(log.entries[3], b"\xa6", b"\xb8\x06")))
    fails(1, "a record that is cut", start[:-1], proof(log, 3))
    fails(1, "a record in JSON that names no format", "{}", proof(log, 3))
    fails(2, "the entry has another SHA-256", start, _resealed(log, 3, bytes(32), old=sha256(start)))
    fails(2, "a start in JSON under the entry of the execution", text(log.trees[3]), proof(log, 4))
    fails(2, "a record in JSON that is refused", text(change(log.trees[3], "/body/occurrence", "")), proof(log, 3))
    for index, shows in {3: "a start", 5: "an event"}.items():
        fails(3, f"{shows} of another submitter than its entry", log.records[index],
              _resealed(log, index, b"\x62by\x65lokal", old=b"\x62by\x65local"))
    bad = encode(change(log.trees[4], "/body/ended", 0))
    fails(3, "an execution that ended before it began", bad, _sealed(bad))
    late = encode(change(log.trees[3], "/body", {"occurrence": "x"}))
    fails(3, "a start of no occurrence", late, _sealed(late))
    fails(5, "the path of another entry", ran, proof(log, 4, path=inclusion(3, [sha256(b"\0" + e) for e in log.entries])))
    fails(6, "a signature under another key", anchor, proof(log, 5), vkey("log.example.org/other"))
    fails(7, "a checkpoint of another log", declaration, proof(log, 1, origin="log.example.org/other"))


def _form(record):
    return {"json": record} if isinstance(record, str) else {"cbor": record.hex()}


def _id(entry):
    at = entry.index(b"\x62id\x58\x20") + 5
    return entry[at : at + 32].hex()


def _kind(entry):
    return next(kind for kind in ("declaration", "supplement", "event") if _t(kind) in entry)


def _t(kind):
    return b"\x61t" + bytes([0x60 + len(kind)]) + kind.encode()


def _resealed(log, index, new, old):
    other = Log()
    other.entries = list(log.entries)
    other.entries[index] = changed(log.entries[index], old, new)
    return proof(other, index)


def _sealed(data):
    """The proof of a log that has checked nothing."""
    log = sealed_blindly(example(), data)
    return proof(log, 6)
