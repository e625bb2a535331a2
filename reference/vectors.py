"""Runs the vector files of vectors/ against this implementation. vectors/README.md says what their members mean."""

import json
from pathlib import Path

import cbor
import content_key
import declaration
import jsontext
import schema
from refusal import Refusal


_MEMBERS = {"shows", "cbor", "json", "json_hex", "refused", "accepted", "identity", "sha256", "bytes"}
_MEMBERS |= {"key", "content", "fingerprint", "kb3", "nonce", "box", "opens"}


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


def _declaration(vector: dict) -> None:
    """Without a folder, as a server reads: a `file` is refused."""
    found = declaration.read(bytes.fromhex(vector["cbor"]) if "cbor" in vector else _source(vector))
    names = {"identity": found.identity, "sha256": found.sha256, "bytes": len(found.canonical)}
    _same(names, {name: vector.get(name) for name in names})


def _keyed(vector: dict) -> None:
    given = {name: bytes.fromhex(vector[name]) for name in vector.keys() - {"shows", "opens"}}
    key, digest, box = content_key.ContentKey(given["key"]), given["kb3"], given["box"]
    if "opens" in vector:
        return _same((vector["opens"], key.decrypt(digest, box)), (False, None))
    _same(key.fingerprint, given["fingerprint"])
    _same(key.digest(given["content"]), digest)
    _same(key.encrypt(given["content"], given["nonce"]), box)
    _same(key.decrypt(digest, box), given["content"])


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


_CHECKS = {"cbor": _cbor, "json": _json, "declaration": _declaration, "keyed": _keyed}
