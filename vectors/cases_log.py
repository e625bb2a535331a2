"""Whole logs of a few entries (docs/spec/records.md, "Rules over the log"): what keeps all rules, and what breaks one."""

import hashlib

from blake3 import blake3
from canonical import encode
from cases_records import OCCURRENCE, event, supplement
from trees import EMBED, MINIMAL, TREES, change, ref

START = 1780000000000
OTHER = "019e7044-8cd3-7cc3-98c4-dc0c0c07398f"
NOBODY = bytes(32)


def identity(record):
    return blake3(encode(record)).digest()


def sha256(data):
    return hashlib.sha256(data).digest()


class Log:
    """Each record is sealed a second after the one before."""

    def __init__(self, *records):
        self.entries = [encode({"v": "ai-run-leaf/1", "t": "genesis", "origin": "log.example.org/rules", "at": START})]
        self.records, self.trees = [b""], [None]
        for record in records:
            self.add(record)

    def add(self, record, by="local"):
        data = encode(record)
        self.entries.append(encode({
            "v": "ai-run-leaf/1", "t": record["v"].split("/")[0].removeprefix("ai-run-"), "id": blake3(data).digest(),
            "sha256": sha256(data), "at": START + 1000 * len(self.entries), "by": by,
        }))
        self.records.append(data)
        self.trees.append(record)
        return self

    def root(self, size):
        return root([sha256(b"\0" + entry) for entry in self.entries[:size]])


def root(leaves):
    """RFC 6962, section 2.1."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"")
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1" + root(leaves[:k]) + root(leaves[k:]))


def about(declaration, kind, **body):
    """A supplement of this declaration."""
    return {**supplement(kind, {name.replace("_", "-"): value for name, value in body.items()}),
            "subject": identity(declaration)}


def write(group):
    def holds(shows, log):
        _case(group, shows, log, accepted=True)

    def breaks(rule, shows, log):
        """The last entry breaks it."""
        _case(group, f"rule {rule}: {shows}", log, breaks={"rule": rule, "entry": len(log.entries) - 1})

    one, two = MINIMAL, EMBED

    def started(occurrence=OCCURRENCE, of=one, **more):
        return about(of, "start", occurrence=occurrence, **more)

    def ran(occurrence=OCCURRENCE, of=one, at=START + 1000, status="ok", **more):
        return about(of, "execution", occurrence=occurrence, started=at, status=status, **more)

    # a: the submitter
    holds("another submitter, in the record and in the entry", Log(one).add({**started(), "by": "ci"}, by="ci"))
    breaks("a", "the record is of another submitter", Log(one).add(started(), by="ci"))
    breaks("a", "the event is of another submitter",
           Log(one).add(event("restore", {"content": NOBODY, "reason": "r"}), by="ci"))
    holds("a declaration has no submitter", Log().add(one, by="ci"))

    # b: the subject
    holds("one declaration, a start and an execution", Log(one, started(), ran()))
    breaks("b", "nothing has the identity of the subject", Log(one, started(of=two)))
    breaks("b", "the subject is a supplement", Log(one, started(), {**ran(), "subject": identity(started())}))
    hold = event("hold", {"name": "h", "scope": {"content": NOBODY}, "reason": "r"})
    breaks("b", "the subject is an event", Log(hold, {**started(), "subject": identity(hold)}))
    breaks("b", "the subject is content", Log(one, {**started(), "subject": ref()["b3"]}))

    # c, d: the times of an execution; the declaration is sealed at one second
    holds("an execution that begins when its declaration is sealed", Log(one, ran(at=START + 1000)))
    holds("an execution that begins when it is sealed itself", Log(one, ran(at=START + 2000)))
    breaks("c", "an execution that begins after it was sealed", Log(one, ran(at=START + 2001)))
    holds("a late execution", Log(one, ran(at=START + 999, late=True)))
    breaks("d", "a late execution that does not say so", Log(one, ran(at=START + 999)))
    breaks("d", "an execution that says that it is late and is not", Log(one, ran(late=True)))
    holds("late is said by the declaration's own entry, not by that of another", Log(one, two, ran(at=START + 1500)))
    breaks("d", "late by the declaration's own entry", Log(one, two, ran(of=two, at=START + 1500)))

    # e: the subject of an occurrence
    output = about(one, "output", occurrence=OCCURRENCE, content=ref())
    breaks("e", "an output of an occurrence that nobody started", Log(one, output))
    holds("an output after the start", Log(one, started(), output))
    holds("an output after an execution without a start", Log(one, ran(), output))
    breaks("e", "an output of another occurrence than was started", Log(one, started(OTHER), output))
    holds("a score of a task, and of no occurrence", Log(one, about(one, "score", metric="m", value=1, task="t")))
    breaks("e", "a start of another declaration's occurrence", Log(one, two, started(), started(of=two)))
    breaks("e", "an execution of another declaration's occurrence", Log(one, two, started(), ran(of=two, at=START + 2000)))
    breaks("e", "an output of another declaration's occurrence",
           Log(one, two, started(), {**output, "subject": identity(two)}))
    breaks("e", "a start after an execution of another declaration", Log(one, two, ran(), started(of=two)))
    holds("two occurrences of one declaration, one in the other", Log(one, started(), started(OTHER), ran(OTHER), ran()))

    # f: one start
    breaks("f", "two starts", Log(one, started(), started(refs=[{"system": "s", "id": "1"}])))
    breaks("f", "a start after its execution", Log(one, ran(), started()))

    # g: one chain of executions
    first = ran(status="unknown")
    second = ran(amends=identity(first))
    third = ran(amends=identity(second), exit=0)
    holds("an execution that is amended twice", Log(one, started(), first, second, third))
    breaks("g", "a second execution that amends nothing", Log(one, first, ran()))
    breaks("g", "a first execution that amends something", Log(one, started(), ran(amends=identity(started()))))
    breaks("g", "an amendment of what is amended already", Log(one, first, second, ran(amends=identity(first), exit=0)))
    breaks("g", "an amendment of another occurrence",
           Log(one, first, ran(OTHER), ran(amends=identity(ran(OTHER)), exit=1)))

    # h: the time-stamp
    stamp = about(one, "timestamp", imprint={"alg": "sha256", "value": sha256(encode(one))}, content=ref())
    holds("a time-stamp", Log(one, stamp))
    breaks("h", "a time-stamp over another declaration", Log(one, two, {**stamp, "subject": identity(two)}))

    # i: links
    def link(to, **more):
        return about(one, "link", rel="parent", target=to, **more)

    holds("a link to what was sealed before", Log(two, one, link(identity(two))))
    breaks("i", "a link to what is not sealed", Log(one, link(NOBODY)))
    holds("a link to what is sealed elsewhere", Log(one, link(NOBODY, external=True)))
    holds("an external link to what is sealed here", Log(two, one, link(identity(two), external=True)))
    breaks("i", "a link to a supplement", Log(one, started(), link(identity(started()))))

    # j: reviews
    def review(of=one, **more):
        return about(of, "review", reviewer="qa", verdict="accepted", **more)

    holds("a review of a declaration", Log(one, review()))
    holds("a review of a supplement", Log(one, started(), output, review(about=identity(output))))
    breaks("j", "a review of what is not sealed", Log(one, review(about=NOBODY)))
    breaks("j", "a review of a declaration as if it were a supplement", Log(one, review(about=identity(one))))
    breaks("j", "a review of another declaration's supplement",
           Log(one, two, started(), output, review(of=two, about=identity(output))))
    breaks("j", "a review of an event", Log(one, hold, review(about=identity(hold))))

    # k: holds
    def release(hold, reason="settled"):
        return event("release", {"hold": hold, "reason": reason})

    holds("a hold and its release", Log(hold, release(identity(hold))))
    breaks("k", "a release of nothing", Log(release(NOBODY)))
    breaks("k", "a release of a declaration", Log(one, release(identity(one))))
    breaks("k", "a second release", Log(hold, release(identity(hold)), release(identity(hold), "again")))
    again = change(hold, "/body/reason", "another claim")
    holds("a second hold of the same name", Log(hold, again, release(identity(again)), release(identity(hold))))

    # m: content keys
    def key(action, name="customer-4411", fingerprint=sha256(b"a key")):
        return event("key", {"action": action, "name": name, "use": "content", "fingerprint": fingerprint})

    other = sha256(b"another key")
    holds("a key and its end", Log(key("new"), key("destroy")))
    holds("two keys", Log(key("new"), key("new", "customer-4412", other), key("destroy", "customer-4412", other)))
    holds("two names of one key", Log(key("new"), key("new", "customer-4412"), key("destroy")))
    breaks("m", "the end of a key that was never made", Log(key("destroy")))
    breaks("m", "the end of a key of another name", Log(key("new"), key("destroy", "customer-4412")))
    breaks("m", "the end of another key of the name", Log(key("new"), key("destroy", fingerprint=other)))
    breaks("m", "a second key of a name", Log(key("new"), key("new", fingerprint=other)))
    breaks("m", "a second key of a name whose first was destroyed",
           Log(key("new"), key("destroy"), key("new", fingerprint=other)))
    breaks("m", "a key a second time", Log(key("new"), key("new")))
    breaks("m", "a key that was destroyed a second time", Log(key("new"), key("destroy"), key("new")))
    breaks("m", "an end a second time", Log(key("new"), key("destroy"), key("destroy")))

    # l: what is said about the tree
    for kind, more in [("anchor", {"where": "x"}),
                       ("timestamp", {"imprint": {"alg": "sha256", "value": NOBODY}, "content": ref()})]:
        trees = list(TREES.values())
        for size in (0, 1, 3, 5):
            log = Log(*trees[:4])
            holds(f"{kind}: the root at {size}", log.add(event(kind, {"size": size, "root": log.root(size), **more})))
        log = Log(*trees[:4])
        breaks("l", f"{kind}: the root of another size", log.add(event(kind, {"size": 4, "root": log.root(5), **more})))
        log = Log(*trees[:4])
        breaks("l", f"{kind}: of more than was sealed before", log.add(event(kind, {"size": 6, "root": log.root(5), **more})))
        log = Log(*trees[:4])
        breaks("l", f"{kind}: of 2^64-1", log.add(event(kind, {"size": 2**64 - 1, "root": log.root(5), **more})))


def _case(group, shows, log, **verdict):
    group.case(shows, entries=[entry.hex() for entry in log.entries], records=[data.hex() for data in log.records],
               **verdict)
