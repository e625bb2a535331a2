"""Exports of whole logs (docs/spec/log.md, "Export", "Verifying a whole log"): what holds, and the step at which each
other fails. The log is signed by the key of log.md, which is no secret; the signatures are libsodium's (PyNaCl)."""

import base64
import hashlib

import cases_log
from canonical import encode
from cases_log import Log, about, root, sha256
from cases_records import OCCURRENCE, event
from nacl.signing import SigningKey
from trees import EMBED, MINIMAL

ORIGIN = "log.example.org/rules"
KEYS = {name: SigningKey(bytes(range(first, first + 32))) for name, first in ((ORIGIN, 0), ("log.example.org/other", 1))}


def key_id(name):
    typed = b"\x01" + bytes(KEYS[name].verify_key)
    return sha256(name.encode() + b"\n" + typed)[:4], typed


def vkey(name=ORIGIN):
    identity, typed = key_id(name)
    return f"{name}+{identity.hex()}+{base64.b64encode(typed).decode()}"


def signed(text, name=ORIGIN):
    signature = key_id(name)[0] + KEYS[name].sign(text.encode()).signature
    return f"{text}\n\u2014 {name} {base64.b64encode(signature).decode()}\n".encode()


def checkpoint(leaves, origin=ORIGIN, name=ORIGIN):
    return signed(f"{origin}\n{len(leaves)}\n{base64.b64encode(root(leaves)).decode()}\n", name)


def tiles(level, hashes):
    """The files of one level, and of all above it."""
    files = {}
    for number in range((len(hashes) + 255) // 256):
        part = hashes[256 * number : 256 * number + 256]
        files[path(level, number, len(part))] = b"".join(part)
    full = [root(hashes[i : i + 256]) for i in range(0, len(hashes) - 255, 256)]
    return {**files, **(tiles(level + 1, full) if full else {})}


def path(level, number, width):
    assert number < 1000
    return f"tile/{level}/{number:03}" + ("" if width == 256 else f".p/{width}")


def export(log, with_records=True):
    leaves = [sha256(b"\0" + entry) for entry in log.entries]
    files = {"checkpoint": checkpoint(leaves), **tiles(0, leaves)}
    for number in range((len(leaves) + 255) // 256):
        part = log.entries[256 * number : 256 * number + 256]
        files[path("entries", number, len(part))] = b"".join(len(entry).to_bytes(2, "big") + entry for entry in part)
    return {**files, **(records(log) if with_records else {})}


def records(log):
    folders = {"ai-run-declaration/1": "declarations", "ai-run-supplement/1": "supplements", "ai-run-event/1": "events"}
    files = {}
    for data in log.records[1:]:
        form = next(form for form in folders if form.encode() in data)
        name = cases_log.blake3(data).hexdigest()
        files[f"{folders[form]}/{name[:2]}/{name}.cbor"] = data
    return files


def example():
    start = about(MINIMAL, "start", occurrence=OCCURRENCE)
    ran = about(MINIMAL, "execution", occurrence=OCCURRENCE, started=cases_log.START + 1500, status="ok")
    log = Log(MINIMAL, EMBED, start, ran)
    log.add(event("anchor", {"where": "https://rekor.example", "size": 3, "root": log.root(3)}))
    return log


def write(group):
    def case(shows, files, **members):
        assert all(isinstance(data, bytes) for data in files.values())
        given = {name: members.pop(name) for name in ("older",) if name in members}
        given = {name: data.hex() for name, data in given.items()}
        group.case(shows, files={name: data.hex() for name, data in sorted(files.items())},
                   vkey=members.pop("vkey", vkey()), **given, **members)

    def holds(shows, log, files, records=None, **more):
        found = {"origin": ORIGIN, "size": len(log.entries), "records": records}
        case(shows, files, **more, holds=found)

    def fails(step, shows, files, **more):
        case(f"step {step}: {shows}", files, **more, fails=step)

    log = example()
    files, bare = export(log), export(log, with_records=False)
    leaves = [sha256(b"\0" + entry) for entry in log.entries]
    holds("a log with its records", log, files, 5)
    holds("a log without records", log, bare)
    holds("a log of nothing but its genesis", Log(), export(Log()))
    holds("a log with other files beside it", log, {**files, "README": b"hello", "tile/0/001": b""}, 5)
    holds("a log that extends an older checkpoint", log, files, 5, older=checkpoint(leaves[:3]))
    holds("a log that extends its own checkpoint", log, files, 5, older=checkpoint(leaves))
    many = Log()
    for n in range(299):
        many.add({**MINIMAL, "constraints": {**MINIMAL["constraints"], "limits": {"n": n}}})
    holds("a log of 300 entries", many, export(many, with_records=False))

    spoiled = bytearray(files["checkpoint"])
    spoiled[-6] ^= 1
    fails(1, "a signature that was changed", {**files, "checkpoint": bytes(spoiled)})
    fails(1, "a log under the key of another", files, vkey=vkey("log.example.org/other"))
    fails(1, "a checkpoint of another log, signed by the key",
          {**files, "checkpoint": checkpoint(leaves, origin="log.example.org/other")})
    fails(1, "a checkpoint of no entries with a root of some", {**files, "checkpoint": signed(
        f"{ORIGIN}\n0\n{base64.b64encode(root(leaves)).decode()}\n")})
    fails(1, "a checkpoint with a fourth line", {**files, "checkpoint": signed(
        f"{ORIGIN}\n6\n{base64.b64encode(root(leaves)).decode()}\nmore\n")})

    entries, tile = "tile/entries/000.p/6", "tile/0/000.p/6"
    fails(2, "no entries", without(files, entries))
    fails(2, "entries that break off", {**files, entries: files[entries][:-1]})
    fails(2, "an entry too few", {**files, entries: files[entries][: -2 - len(log.entries[-1])]})
    fails(2, "an entry too many", {**files, entries: files[entries] + files[entries][-2 - len(log.entries[-1]) :]})
    fails(2, "the checkpoint is of more entries", {**files, "checkpoint": checkpoint([*leaves, leaves[0]])})
    fails(2, "the checkpoint is of no entries", {**files, "checkpoint": checkpoint([])})
    for shows, index, old, new in [
        ("an entry that is not canonical", 3, b"\xa6", b"\xb8\x06"),
        ("an entry of another kind", 3, b"\x6asupplement", b"\x6acheckpoint"),
        ("a clock that goes back", 3, encode(cases_log.START + 3000), encode(cases_log.START + 1999)),
        ("a genesis of another log", 0, b"/rules", b"/ruler"),
        ("a second genesis", 1, log.entries[1], log.entries[0]),
        ("a record as first entry", 0, log.entries[0], log.entries[1]),
        ("a record that is sealed twice", 2, log.entries[2], changed(log.entries[1], b"\x62by\x65local", b"\x62by\x65lokal")),
    ]:
        fails(2, shows, resealed(log, index, old, new))

    fails(3, "an entry that was changed", {**files, entries: changed(files[entries], b"\x65local", b"\x65lokal")})
    fails(3, "a hash of a tile that was changed", {**files, tile: bytes([files[tile][0] ^ 1]) + files[tile][1:]})
    fails(3, "a tile that is not there", without(files, tile))
    fails(3, "a tile with a hash more", {**files, tile: files[tile] + bytes(32)})
    whole = export(many, with_records=False)
    fails(3, "a tile of level 1 that is not there", without(whole, "tile/1/000.p/1"))
    fails(3, "two tiles that were exchanged", {**whole, "tile/0/000": whole["tile/0/000"][::-1]})

    other = [*leaves[:2], leaves[1]]
    fails(4, "the older checkpoint is of another history", files, older=checkpoint(other))
    fails(4, "the older checkpoint is of a longer log", files, older=checkpoint([*leaves, leaves[0]]))
    fails(4, "the older checkpoint is of another log", files,
          older=checkpoint(leaves[:3], "log.example.org/other", "log.example.org/other"))

    for folder in ("declarations", "supplements", "events"):
        name = next(name for name in files if name.startswith(folder))
        fails(5, f"one of the {folder} is not there", without(files, name))
        fails(5, f"one of the {folder} was changed", {**files, name: files[name][:-1] + bytes([files[name][-1] ^ 1])})
        moved = name.replace(folder, "events" if folder != "events" else "supplements")
        fails(5, f"one of the {folder} is among others", {**without(files, name), moved: files[name]})
    fails(5, "an entry with another SHA-256", resealed(log, 1, sha256(log.records[1]), bytes(32)))
    fails(5, "a supplement under the entry of an event", resealed(log, 3, b"\x6asupplement", b"\x65event"))
    null = encode({**about(MINIMAL, "start", occurrence=OCCURRENCE), "by": ""})
    fails(5, "a record that no log would seal", export(sealed_blindly(example(), null)))

    fails(6, "two starts of one occurrence", export(
        example().add(about(MINIMAL, "start", occurrence=OCCURRENCE, refs=[{"system": "s", "id": "i"}]))))
    fails(6, "an entry that names another submitter", resealed(log, 3, b"\x62by\x65local", b"\x62by\x65lokal"))
    holds("without records nothing is said about the rules", log,
          without(resealed(log, 3, b"\x62by\x65local", b"\x62by\x65lokal"), *records(log)))


def without(files, *names):
    return {name: data for name, data in files.items() if name not in names}


def changed(data, old, new):
    assert data.count(old) >= 1, (data, old)
    return data.replace(old, new, 1)


def resealed(log, index, old, new):
    """The export of a log whose keeper wrote another entry, and signed it."""
    other = Log()
    other.entries, other.records = list(log.entries), log.records
    other.entries[index] = changed(log.entries[index], old, new)
    return export(other)


def sealed_blindly(log, data):
    """A log that has checked nothing."""
    log.entries.append(encode({
        "v": "ai-run-leaf/1", "t": "supplement", "id": cases_log.blake3(data).digest(), "sha256": hashlib.sha256(data).digest(),
        "at": cases_log.START + 99_000, "by": "local",
    }))
    log.records.append(data)
    return log
