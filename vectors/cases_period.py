"""Periods of a log (docs/spec/period.md): what holds, and the step at which each other fails. The log and its key are
those of cases_export.py; long logs are of records that nobody has seen."""

from blake3 import blake3
from canonical import encode
from cases_export import ORIGIN, changed, checkpoint, example, path, signed, tiles, vkey, without
from cases_log import Log, sha256

START = 1_780_000_000_000
BEFORE = "checkpoint.before"


def long(size, replace=None):
    """The entries of a log; `replace` has others for some of them. Three follow each other at one time."""
    entries = [encode({"v": "ai-run-leaf/1", "t": "genesis", "origin": ORIGIN, "at": START}), *(record(n) for n in range(1, size))]
    for index, entry in (replace or {}).items():
        entries[index] = entry
    return entries


def record(n, at=None, of=None):
    name = (n if of is None else of).to_bytes(8, "big")
    return encode({
        "v": "ai-run-leaf/1", "t": "declaration", "id": blake3(name).digest(), "sha256": sha256(name),
        "at": time(n) if at is None else at, "by": "local",
    })


def time(n):
    return START + n // 3 * 1000


def identity(n):
    return "b3:" + blake3(n.to_bytes(8, "big")).hexdigest()


def period(entries, before):
    """The files of a period: those of the whole log, without what the page leaves out."""
    leaves = [sha256(b"\0" + entry) for entry in entries]
    neighbour = max(before - 1, 0)
    files = {name: data for name, data in tiles(0, leaves).items() if is_of(name, neighbour)}
    for number in range(neighbour // 256, (len(entries) + 255) // 256):
        part = entries[256 * number : 256 * number + 256]
        files[path("entries", number, len(part))] = b"".join(len(entry).to_bytes(2, "big") + entry for entry in part)
    older = {BEFORE: checkpoint(leaves[:before])} if before else {}
    return {"checkpoint": checkpoint(leaves), **older, **files}


def is_of(name, neighbour):
    _, level, number, *_ = name.split("/")
    return neighbour // 256 ** (int(level) + 1) <= int(number.partition(".")[0])


def write(group):
    def case(shows, files, **members):
        group.case(shows, files={name: data.hex() for name, data in sorted(files.items())},
                   vkey=members.pop("vkey", vkey()), **members)

    def holds(shows, files, before, size, entries=None, **asked):
        found = {"origin": ORIGIN, "before": before, "size": size, "entries": list(entries or (before, size))}
        case(shows, files, **asked, holds=found)

    def fails(step, shows, files, **asked):
        case(f"step {step}: {shows}", files, **asked, fails=step)

    log = example()
    holds("a declaration, a supplement and an event", period(log.entries, 4), 4, 6)
    holds("a whole log", period(log.entries, 0), 0, 6)
    holds("a log of nothing but its genesis", period(Log().entries, 0), 0, 1)
    holds("everything after the genesis", period(log.entries, 1), 1, 6)
    holds("no entry between two checkpoints of one size", period(log.entries, 6), 6, 6)
    holds("the older checkpoint is of no entries", {**period(log.entries, 0), BEFORE: checkpoint([])}, 0, 6)
    holds("with other files beside it", {
        **period(log.entries, 4), "vkey": vkey().encode(), "tile/0/000": b"", "tile/entries/777": b"x", "README": b"hello",
    }, 4, 6)
    entries = long(300)
    holds("it begins where a bundle does, with the entry before it", period(entries, 256), 256, 300)
    holds("it begins with the second entry of a bundle", period(entries, 257), 257, 300)
    holds("it is the last entry of a log", period(entries, 299), 299, 300)
    holds("it ends where a bundle does", period(entries[:256], 250), 250, 256)
    holds("it has a bundle of one entry", period(entries[:257], 256), 256, 257)
    # The hashes left of the files are at level 2; at level 1 there are none, then two.
    deep = long(66_051)
    holds("65,536 entries are before the files", period(deep[:65_540], 65_538), 65_538, 65_540)
    holds("66,048 entries are before the files", period(deep, 66_049), 66_049, 66_051)

    part = period(entries, 290)
    for shows, since, until, found in [
        ("since the time of the first entry", time(291), None, (291, 300)),
        ("since a time between", time(291) + 1, None, (294, 300)),
        ("since a time after the last entry", time(299) + 1, None, (300, 300)),
        ("until the time of the last entry", None, time(299), (290, 297)),
        ("until a time before the first entry", None, START, (290, 290)),
        ("since a time, until another", time(291), time(297), (291, 297)),
        ("a time in which nothing was sealed", time(291) + 1, time(294), (294, 294)),
        ("an empty time", time(294), time(294), (294, 294)),
    ]:
        asked = {name: at for name, at in (("since", since), ("until", until)) if at is not None}
        holds(shows, part, 290, 300, found, **asked)
    holds("since a time before the genesis, from the beginning", period(entries[:9], 0), 0, 9, since=0)
    holds("identities that are not there", part, 290, 300, absent=[identity(1000), identity(0)])
    holds("an identity that is before the period", part, 290, 300, absent=[identity(280)])
    holds("an identity that is after the time", part, 290, 300, (290, 297), until=time(299), absent=[identity(297)])
    holds("an identity that is before the time", part, 290, 300, (294, 300), since=time(294), absent=[identity(293)])

    fails(1, "nothing", {})
    fails(1, "no checkpoint", without(part, "checkpoint"))
    fails(1, "a checkpoint that is no note", {**part, "checkpoint": b"hello"})
    fails(1, "a checkpoint with a fourth line", {**part, "checkpoint": signed(f"{ORIGIN}\n0\nAAAA\nmore\n")})
    other = "log.example.org/other"
    leaves = [sha256(b"\0" + entry) for entry in entries]
    for name, leaf in (("checkpoint", leaves), (BEFORE, leaves[:290])):
        spoiled = bytearray(part[name])
        spoiled[-6] ^= 1
        fails(2, f"the signature of {name} was changed", {**part, name: bytes(spoiled)})
        fails(2, f"{name} is of another log and its key", {**part, name: checkpoint(leaf, other, other)})
        fails(2, f"{name} is of another log, signed by the key", {**part, name: checkpoint(leaf, other)})
    fails(2, "a period under the key of another", part, vkey=vkey(other))
    fails(2, "the older checkpoint is no note", {**part, BEFORE: b"hello"})
    fails(2, "the checkpoints change places", {**part, "checkpoint": part[BEFORE], BEFORE: part["checkpoint"]})

    fails(3, "a tile of level 1 that is not there", without(part, "tile/1/000.p/1"))
    fails(3, "a tile of level 1 that is cut", {**part, "tile/1/000.p/1": part["tile/1/000.p/1"][:-1]})
    fails(3, "a tile of level 1 with a hash more", {**part, "tile/1/000.p/1": part["tile/1/000.p/1"] + bytes(32)})

    bundle, tile = "tile/entries/001.p/44", "tile/0/001.p/44"
    size = 2 + len(entries[299])
    fails(4, "no entries", without(part, bundle))
    fails(4, "a bundle of another width", {**without(part, bundle), "tile/entries/001.p/43": part[bundle][:-size]})
    fails(4, "entries that break off", {**part, bundle: part[bundle][:-1]})
    fails(4, "an entry was taken out", {**part, bundle: part[bundle][:-size]})
    fails(4, "an entry was put in", {**part, bundle: part[bundle] + part[bundle][-size:]})
    fails(4, "no bundle of the entry before the period", without(period(entries, 256), "tile/entries/000"))
    for shows, index, entry in [
        ("an entry that is not canonical", 295, b"\xb8\x06" + record(295)[1:]),
        ("an entry of another kind", 295, changed(record(295), b"\x6bdeclaration", b"\x6bdeclaratiom")),
        ("a clock that goes back", 294, record(294, time(293) - 1)),
        ("a clock that goes back before the period", 287, record(287, time(286) - 1)),
        ("a second genesis", 295, encode({"v": "ai-run-leaf/1", "t": "genesis", "origin": ORIGIN, "at": time(295)})),
        ("a record that is sealed twice", 295, record(295, of=294)),
        ("a record that is sealed before the period", 295, record(295, of=280)),
    ]:
        fails(4, shows, period(long(300, {index: entry}), 290))
    for shows, entry in [
        ("a record as first entry", record(0, START)),
        ("a genesis of another log", encode({"v": "ai-run-leaf/1", "t": "genesis", "origin": other, "at": START})),
    ]:
        fails(4, shows, period(long(9, {0: entry}), 3))
    holds("what is before the files is not seen", period(long(300, {9: record(9, 0)}), 290), 290, 300)

    fails(5, "an entry was changed", {**part, bundle: changed(part[bundle], b"\x65local", b"\x65lokal")})
    swapped = part[bundle][size : 2 * size] + part[bundle][:size] + part[bundle][2 * size :]
    fails(5, "two entries of one time were exchanged", {**part, bundle: swapped})
    fails(5, "a hash of an entry was changed", {**part, tile: bytes([part[tile][0] ^ 1]) + part[tile][1:]})
    fails(5, "a tile that is not there", without(part, tile))
    fails(5, "a tile of another width", {**without(part, tile), "tile/0/001.p/43": part[tile][:-32]})
    fails(5, "a tile with a hash more", {**part, tile: part[tile] + bytes(32)})
    two = period(long(520), 290)
    level1 = "tile/1/000.p/2"
    fails(5, "a hash of level 1 was changed", {**two, level1: two[level1][:-1] + bytes([two[level1][-1] ^ 1])})

    fails(6, "the hash of what is before the files was changed", {**two, level1: bytes([two[level1][0] ^ 1]) + two[level1][1:]})
    fails(6, "an entry and its hash were changed",
          {**period(long(300, {295: record(295, of=9999)}), 290), "checkpoint": part["checkpoint"]})
    fails(6, "the checkpoint is of another history", {**part, "checkpoint": checkpoint([leaves[1], *leaves[1:]])})
    fails(6, "the older checkpoint is of another history", {**part, BEFORE: checkpoint([leaves[1], *leaves[1:290]])})

    fails(7, "since a time that began before the period", part, since=time(289))
    fails(7, "since a time long before the period", part, since=0)
    fails(7, "until a time that is not over", part, until=time(299) + 1)
    fails(7, "until the end of time", part, until=2**53 - 1)
    fails(7, "an identity that is there", part, absent=[identity(1000), identity(299)])
    fails(7, "the identity of the first entry", part, absent=[identity(290)])
    fails(7, "an identity that is in the time", part, since=time(291), until=time(297), absent=[identity(296)])
