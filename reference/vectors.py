"""Runs the vector files of vectors/ against this implementation. vectors/README.md says what their members mean."""

import contextlib
import json
import tempfile
from pathlib import Path

import cbor
import content_key
import export
import jsontext
import log
import period
import proof
import identity
import records
import schema
from refusal import Refusal
from rules import Broken, Rules


_MEMBERS = {"shows", "submitted", "cbor", "json", "json_hex", "refused", "accepted", "identity", "sha256", "bytes"}
_MEMBERS |= {"entries", "records", "breaks", "files", "vkey", "older", "proof", "holds", "fails"}
_MEMBERS |= {"since", "until", "absent", "key", "content", "fingerprint", "kb3", "nonce", "box", "opens"}


def run(directory: Path):
    """A name and None for each vector that passes, a name and the fault for each other."""
    for group, check in _CHECKS.items():
        for file in sorted((directory / group).glob("*.json")):
            yield f"{group}/{file.stem}", _fault(check, json.loads(file.read_bytes()))


def _fault(check, vector: dict) -> str | None:
    if unknown := vector.keys() - _MEMBERS:
        return f"unknown members: {sorted(unknown)}"
    expected, found = vector.get("refused"), None
    try:
        check(vector)
    except Refusal as refusal:
        found = {"code": refusal.code, "at": refusal.at}
    except (AssertionError, ValueError) as fault:
        return str(fault)
    return None if found == expected else f"expected {expected or 'acceptance'}, found {found or 'acceptance'}"


def _same(found, expected) -> None:
    assert found == expected, f"expected {expected}, found {found}"


def _cbor(vector: dict) -> None:
    data = bytes.fromhex(vector["cbor"])
    _same(cbor.encode(cbor.decode(data)).hex(), vector["cbor"])
    if "json" in vector:
        _same(cbor.encode(jsontext.read(vector["json"].encode())).hex(), vector["cbor"])


def _json(vector: dict) -> None:
    tree = jsontext.read(_source(vector))
    schema.Walk(tree, is_json=True).run(_no_null)
    _same(cbor.encode(tree).hex(), vector.get("cbor"))


def _record(kind: str):
    """Without a folder, as a server reads: a `file` is refused."""

    def check(vector: dict) -> None:
        data = bytes.fromhex(vector["cbor"]) if "cbor" in vector else _source(vector)
        found = identity.read(data, kind=kind)
        if vector.get("submitted"):
            records.refuse_submitted(kind, found.tree)
        names = {"identity": found.identity, "sha256": found.sha256, "bytes": len(found.canonical)}
        _same(names, {name: vector.get(name) for name in names})

    return check


def _keyed(vector: dict) -> None:
    given = {name: bytes.fromhex(vector[name]) for name in vector.keys() - {"shows", "opens"}}
    key, digest, box = content_key.ContentKey(given["key"]), given["kb3"], given["box"]
    if "opens" in vector:
        return _same((vector["opens"], key.decrypt(digest, box)), (False, None))
    _same(key.fingerprint, given["fingerprint"])
    _same(key.digest(given["content"]), digest)
    _same(key.encrypt(given["content"], given["nonce"]), box)
    _same(key.decrypt(digest, box), given["content"])


def _log(vector: dict) -> None:
    entries, records = ([bytes.fromhex(item) for item in vector[name]] for name in ("entries", "records"))
    rules, broken = Rules(), None
    rules.genesis(log.leaf_hash(entries[0]))
    for index, (data, given) in enumerate(zip(entries[1:], records[1:], strict=True), 1):
        entry = log.record(data)
        try:
            rules.add(entry, identity.read(given, kind=entry["t"]).tree, log.leaf_hash(data))
        except Broken as fault:
            broken = {"rule": fault.rule, "entry": index}
            break
    _same(broken, vector.get("breaks"))


def _proof(vector: dict) -> None:
    data = bytes.fromhex(vector["cbor"]) if "cbor" in vector else _source(vector)
    found = proof.verify(data, vector["proof"].encode(), log.vkey(vector["vkey"]))
    if "fails" in vector:
        _same(found.reason and found.reason.split(",")[0], f"step {vector['fails']}")
    else:
        assert found.holds, found.reason
        _same({name: getattr(found, name) for name in ("identity", "index", "size", "origin")}, vector["holds"])


@contextlib.contextmanager
def _folder(vector: dict):
    with tempfile.TemporaryDirectory() as folder:
        for name, data in vector["files"].items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(bytes.fromhex(data))
        yield Path(folder)


def _period(vector: dict) -> None:
    absent = tuple(bytes.fromhex(text.removeprefix("b3:")) for text in vector.get("absent", []))
    with _folder(vector) as folder:
        question = period.Question(vector.get("since"), vector.get("until"), absent)
        found = period.verify(folder, log.vkey(vector["vkey"]), question)
    if "fails" in vector:
        _same(found.reason and found.reason.split(",")[0], f"step {vector['fails']}")
    else:
        assert found.holds, found.reason
        names = {"origin": found.origin, "before": found.before, "size": found.size, "entries": list(found.entries)}
        _same(names, vector["holds"])


def _export(vector: dict) -> None:
    older = bytes.fromhex(vector["older"]) if "older" in vector else None
    with _folder(vector) as folder:
        found = export.verify(folder, log.vkey(vector["vkey"]), older)
    if "fails" in vector:
        _same(found.reason and found.reason.split(",")[0], f"step {vector['fails']}")
    else:
        assert found.holds, found.reason
        _same({name: getattr(found, name) for name in ("origin", "size", "records")}, vector["holds"])


def _source(vector: dict) -> bytes:
    return bytes.fromhex(vector["json_hex"]) if "json_hex" in vector else vector["json"].encode()


def _no_null(walk, value, at):
    """The one rule of the walk that holds for any tree."""
    if type(value) is dict:
        for key in sorted(value, key=cbor.key_order):
            walk.visit(_no_null, value[key], (*at, key))
    elif type(value) is list:
        for i, item in enumerate(value):
            walk.visit(_no_null, item, (*at, i))


_CHECKS = {
    "cbor": _cbor, "json": _json, "keyed": _keyed, "log": _log, "export": _export, "period": _period, "proof": _proof,
    **{kind: _record(kind) for kind in identity.KINDS},
}
