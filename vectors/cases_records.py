"""Supplements and events (docs/spec/records.md): every kind, whole and with the least it may have, and what is refused.
"""

import json
from pathlib import Path

from blake3 import blake3
from canonical import encode
from trees import REMOVED, Writer, backwards, change, ref, text

DECLARED = bytes.fromhex("15b142b8452041cd17e08301f5564e3d13cdcf1e51ecaedcaea9bc9e69c0c161")
OTHER = bytes.fromhex("5f63d968aa8bf0ede40380587453fd30a1a8adc08fa500ea171bb6b99cdd3427")
OCCURRENCE = "019e7044-8cd2-7cc3-98c4-dc0c0c07398f"
LIMIT = 16 * 1024
SECRET = "sk-" + "x" * 20

REFS = [{"system": "otel", "id": "4bf92f3577b34da6a3ce929d0e0e4736/00f067aa0ba902b7"}, {"system": "litellm", "id": ""}]
IMPRINT = {"alg": "sha256", "value": OTHER}
ERASURE = ({"content": OTHER, "basis": "GDPR 17(1)(b)", "authority": "dpo@2", "affected": 2}, {"request": "DSR-17"})

# What a body must have, and what it may have besides.
SUPPLEMENTS = {
    "start": ({"occurrence": OCCURRENCE}, {"refs": REFS}),
    "execution": (
        {"occurrence": OCCURRENCE, "started": 1780000001234, "status": "ok"},
        {"ended": 1780000004567, "exit": 255, "reported-model": "gpt-5.2-2026-01-15", "reported-fingerprint": "fp_1",
         "response-id": "resp_1", "refs": REFS, "amends": OTHER, "late": True},
    ),
    "output": ({"occurrence": OCCURRENCE, "content": ref()}, {"finish": "stop"}),
    "usage": ({"occurrence": OCCURRENCE, "tokens": {"input": 0}}, {}),
    "trace": ({"occurrence": OCCURRENCE, "content": ref()}, {"refs": REFS}),
    "score": ({"metric": "exact-match", "value": 0.5, "task": "gsm8k"},
              {"occurrence": OCCURRENCE, "samples": 1319, "content": ref()}),
    "incident": ({"at": 1780000001234, "severity": "high", "content": ref()},
                 {"reference": "AIA-73/2026/4", "occurrence": OCCURRENCE}),
    "review": ({"reviewer": "qa/7", "verdict": "accepted"}, {"about": OTHER, "content": ref()}),
    "link": ({"rel": "parent", "target": OTHER}, {"external": True}),
    "erasure": ERASURE,
    "timestamp": ({"imprint": IMPRINT, "content": ref(b"\x30\x00", "application/timestamp-reply")}, {}),
    "attestation": ({"content": ref(b"{}", "application/vnd.dsse.envelope.v1+json")}, {}),
    "provider-report": (
        {"source": {"kind": "openai-usage", "sha256": OTHER}},
        {"occurrence": OCCURRENCE, "reported-model": "m", "reported-fingerprint": "", "response-id": "r",
         "at": 1780000001234, "content": ref()},
    ),
}
EVENTS = {
    "hold": ({"name": "case-17", "scope": {"content": OTHER}, "reason": "a claim"}, {}),
    "release": ({"hold": OTHER, "reason": "settled"}, {}),
    "key": ({"action": "new", "name": "patient:2", "use": "content", "fingerprint": OTHER}, {}),
    "policy": ({"action": "set", "policy": ref()}, {"at": 1780000000000, "erased": 1, "kept": 2, "held": 0}),
    "timestamp": ({"size": 2, "root": OTHER, "imprint": IMPRINT, "content": ref()}, {}),
    "export": ({"what": "log"}, {"content": OTHER, "from": 1, "to": 1, "records": 1, "recipient": "auditor"}),
    "anchor": ({"where": "https://rekor.example", "size": 0, "root": OTHER}, {"content": ref()}),
    "index": ({"size": 2**64 - 1, "root": OTHER}, {}),
    "erasure": ERASURE,
    "restore": ({"content": OTHER, "reason": "the wrong file"}, {}),
}
TOKENS = ["input", "output", "cached-input", "cache-write", "reasoning", "audio-input", "audio-output", "image-input"]


def supplement(kind, body):
    return {"v": "ai-run-supplement/1", "subject": DECLARED, "kind": kind, "body": body, "by": "local"}


def event(kind, body):
    return {"v": "ai-run-event/1", "kind": kind, "body": body, "by": "local"}


def every_kind(out, record, kinds):
    for kind, (must, may) in kinds.items():
        least, whole = record(kind, must), record(kind, {**must, **may})
        out.accept(f"{kind}: the least", least)
        out.accept(f"{kind}: the least, as CBOR", least, encode(least), is_also=f"{kind}: the least")
        if may:
            out.accept(f"{kind}: whole", whole)
            out.accept(f"{kind}: whole, as CBOR", whole, encode(whole), is_also=f"{kind}: whole")
        out.accept(f"{kind}: in another order", whole, text(backwards(whole)),
                   is_also=f"{kind}: {'whole' if may else 'the least'}")
        for name in must:
            out.refuse(f"{kind}: no {name}", *missing(kind, name), text(change(least, f"/body/{name}", REMOVED)))
        for name, value in {**must, **may}.items():
            out.refuse(f"{kind}: {name} is null", "E-NULL", f"/body/{name}",
                       text(change(whole, f"/body/{name}", None)))
            wrong = {} if isinstance(value, list) else []
            out.refuse(f"{kind}: {name} of another type", "E-TYPE", f"/body/{name}",
                       text(change(whole, f"/body/{name}", wrong)))
        out.refuse(f"{kind}: a member too many", "E-UNKNOWN-MEMBER", "/body/note",
                   text(change(least, "/body/note", "x")))
        out.refuse(f"{kind}: the body is a list", "E-TYPE", "/body", text({**least, "body": []}))
        out.refuse(f"{kind}: the body is null", "E-NULL", "/body", text({**least, "body": None}))


def missing(kind, name):
    """What is not there is missing; a body that needs one of several members is what lacks it."""
    one_of = {("trace", "content"), ("score", "task")}
    return "E-MISSING", "/body" if (kind, name) in one_of else f"/body/{name}"


def around(out, record, kinds):
    """The members around the body."""
    kind, (body, _) = next(iter(kinds.items()))
    least = record(kind, body)
    for name in least:
        out.refuse(f"no {name}", "E-MISSING", f"/{name}", text(change(least, f"/{name}", REMOVED)))
        out.refuse(f"{name} is null", "E-NULL", f"/{name}", text(change(least, f"/{name}", None)))
        out.refuse(f"{name} is a number", "E-TYPE", f"/{name}", text(change(least, f"/{name}", 1)))
    out.refuse("a member too many", "E-UNKNOWN-MEMBER", "/at", text({**least, "at": 1}))
    out.refuse("no record at all", "E-TYPE", "", "[]")
    out.refuse("an empty map", "E-MISSING", "/v", "{}")
    out.refuse("an empty map, as CBOR", "E-MISSING", "/v", b"\xa0")
    out.refuse("another version", "E-VERSION", "/v", text({**least, "v": least["v"][:-1] + "2"}))
    out.refuse("another format", "E-VERSION", "/v", text({**least, "v": "ai-run-declaration/1"}))
    for shows, other in [("empty", ""), ("in capitals", kind.upper()), ("with a space at the end", f"{kind} "),
                         ("declaration", "declaration"), ("constructor", "constructor")]:
        out.refuse(f"no such kind: {shows}", "E-RANGE", "/kind", text({**least, "kind": other}))
    out.refuse("of no known kind, nothing is said about the body", "E-RANGE", "/kind",
               text({**least, "kind": "run", "body": None}))
    out.refuse("of a kind that is no text, nothing is said about the body", "E-NULL", "/kind",
               text({**least, "kind": None, "body": None}))
    out.refuse("empty by", "E-RANGE", "/by", text({**least, "by": ""}))
    out.refuse("by of 257 bytes", "E-RANGE", "/by", text({**least, "by": "b" * 257}))
    out.accept("by of 256 bytes", {**least, "by": "b" * 256})
    out.refuse("a secret as by", "E-SECRET", "/by", text({**least, "by": SECRET}))
    out.refuse("by comes before the body", "E-NULL", "/by", text({**least, "by": None, "body": None}))
    out.refuse("the body comes before what is too much", "E-NULL", "/body", text({**least, "zzzzz": 1, "body": None}))


def values(out, record, kinds, cases):
    """The value at a pointer of the whole record of a kind: accepted if there is no code."""
    for shows, kind, pointer, value, *verdict in cases:
        must, may = kinds[kind]
        tree = change(record(kind, {**must, **may}), pointer, value)
        if verdict:
            code, *at = verdict
            out.refuse(f"{kind}: {shows}", code, at[0] if at else pointer, text(tree))
        else:
            out.accept(f"{kind}: {shows}", tree)


def example(out):
    """The example of records.md, whose identity stands there."""
    page = (Path(__file__).parent.parent / "docs/spec/records.md").read_text()
    source = page.split("```json\n")[1].split("```")[0]
    tree = json.loads(source)
    tree["subject"] = bytes.fromhex(tree["subject"])
    assert f"{len(encode(tree))} bytes" in page and blake3(encode(tree)).hexdigest() in page
    out.accept("example: an execution", tree, source)


def write_supplements(group):
    out = Writer(group)
    example(out)
    every_kind(out, supplement, SUPPLEMENTS)
    around(out, supplement, SUPPLEMENTS)
    handles = [
        ("a handle of one digit", "7"), ("a handle of 64", "a" * 64), ("a handle of every sign", "0a._-:/"),
    ]
    no_handles = [
        ("a person", "Ada Lovelace"), ("a first name", "Ada"), ("a mail address", "ada@example.com"),
        ("an empty handle", ""), ("a handle of 65", "a" * 65), ("a handle that starts with a sign", "-a"),
        ("a handle with a letter beyond ASCII", "\u00e4da"), ("a handle with a line feed at the end", "ada\n"),
    ]
    values(out, supplement, SUPPLEMENTS, [
        *[(f"{status} as status", "execution", "/body/status", status) for status in ("error", "cancelled", "unknown")],
        ("another status", "execution", "/body/status", "failed", "E-RANGE"),
        ("ended as it started", "execution", "/body/ended", 1780000001234),
        ("ended before it started", "execution", "/body/ended", 1780000001233, "E-RANGE"),
        ("started at 0", "execution", "/body/started", 0),
        ("started before 1970", "execution", "/body/started", -1, "E-TYPE"),
        ("started at a fraction", "execution", "/body/started", 1.5, "E-TYPE"),
        ("started as text", "execution", "/body/started", "2026-05-28T20:26:41Z", "E-TYPE"),
        ("exit 0", "execution", "/body/exit", 0),
        ("exit 256", "execution", "/body/exit", 256, "E-RANGE"),
        ("not late is not said", "execution", "/body/late", False, "E-RANGE"),
        ("late as 1", "execution", "/body/late", 1, "E-TYPE"),
        ("amends with a prefix", "execution", "/body/amends", "b3:" + OTHER.hex(), "E-RANGE"),
        ("amends in capitals", "execution", "/body/amends", OTHER.hex().upper(), "E-RANGE"),
        ("no refs at all", "execution", "/body/refs", [], "E-RANGE"),
        ("a ref without an id", "execution", "/body/refs/1", {"system": "otel"}, "E-MISSING", "/body/refs/1/id"),
        ("a ref with more", "execution", "/body/refs/0", {**REFS[0], "url": "x"}, "E-UNKNOWN-MEMBER",
         "/body/refs/0/url"),
        ("a ref of no system", "execution", "/body/refs/0/system", "", "E-RANGE"),
        ("an id of 16,385 bytes", "execution", "/body/refs/0/id", "i" * (LIMIT + 1), "E-SIZE", "/body"),
        ("an id of 65,537 bytes", "execution", "/body/refs/0/id", "i" * 65537, "E-RANGE"),
        ("a secret as response", "execution", "/body/response-id", SECRET, "E-SECRET"),
        ("a secret as the id of a ref", "execution", "/body/refs/1/id", "AKIA" + "X" * 16, "E-SECRET"),
        ("a secret that is too long for a name", "execution", "/body/reported-model", "sk-" + "x" * 300, "E-SECRET"),
        ("a reported model of 257 bytes", "execution", "/body/reported-model", "m" * 257, "E-RANGE"),
        ("an absence", "execution", "/body/ended", {"absent": "none"}, "E-TYPE"),
        ("a cost", "execution", "/body/cost", 0.25, "E-UNKNOWN-MEMBER"),
        ("a UUID of version 4", "start", "/body/occurrence", "f81d4fae-7dec-41d0-a765-00a0c91e6bf6"),
        ("a UUID of no version", "start", "/body/occurrence", "00000000-0000-0000-0000-000000000001"),
        ("the nil UUID", "start", "/body/occurrence", "00000000-0000-0000-0000-000000000000", "E-RANGE"),
        ("the max UUID", "start", "/body/occurrence", "ffffffff-ffff-ffff-ffff-ffffffffffff", "E-RANGE"),
        ("a UUID in capitals", "start", "/body/occurrence", OCCURRENCE.upper(), "E-RANGE"),
        ("a UUID without dashes", "start", "/body/occurrence", OCCURRENCE.replace("-", ""), "E-RANGE"),
        ("a UUID in braces", "start", "/body/occurrence", "{" + OCCURRENCE + "}", "E-RANGE"),
        ("a UUID with a dash elsewhere", "start", "/body/occurrence", "019e70448-cd2-7cc3-98c4-dc0c0c07398f", "E-RANGE"),
        ("a UUID with a line feed at the end", "start", "/body/occurrence", OCCURRENCE + "\n", "E-RANGE"),
        ("the output inline", "output", "/body/text", "It is late.", "E-UNKNOWN-MEMBER"),
        ("the output as text", "output", "/body/content", "It is late.", "E-TYPE"),
        ("keyed content", "output", "/body/content", {"kb3": OTHER, "key": "k1", "type": "text/plain"}),
        ("a secret as the name of a key", "output", "/body/content", {"kb3": OTHER, "key": SECRET, "type": "a/b"},
         "E-SECRET", "/body/content/key"),
        ("content without a type", "output", "/body/content", {"b3": OTHER, "len": 1}, "E-MISSING",
         "/body/content/type"),
        *[(f"{name} alone", "usage", "/body/tokens", {name: 7}) for name in TOKENS if name != "input"],
        ("all tokens", "usage", "/body/tokens", {name: n for n, name in enumerate(TOKENS)}),
        ("an empty map of tokens", "usage", "/body/tokens", {}, "E-MISSING"),
        ("half a token", "usage", "/body/tokens/input", 0.5, "E-TYPE"),
        ("fewer than no tokens", "usage", "/body/tokens/output", -1, "E-TYPE"),
        ("a cost among the tokens", "usage", "/body/tokens/cost", 1, "E-UNKNOWN-MEMBER"),
        ("a price beside the tokens", "usage", "/body/price", {"usd": 0.01}, "E-UNKNOWN-MEMBER"),
        ("the tokens in a vendor's words", "usage", "/body/tokens/prompt_tokens", 1, "E-UNKNOWN-MEMBER"),
        ("neither refs nor content, and a fault", "trace", "/body", {"occurrence": "x"}, "E-RANGE", "/body/occurrence"),
        ("refs alone", "trace", "/body", {"occurrence": OCCURRENCE, "refs": REFS}),
        ("neither task nor occurrence", "score", "/body", {"metric": "m", "value": 1}, "E-MISSING"),
        ("an occurrence alone", "score", "/body", {"metric": "m", "value": 1, "occurrence": OCCURRENCE}),
        ("a value below 0", "score", "/body/value", -1e-7),
        ("a value as text", "score", "/body/value", "0.5", "E-TYPE"),
        ("half a sample", "score", "/body/samples", 0.5, "E-TYPE"),
        ("another severity", "incident", "/body/severity", "severe", "E-RANGE"),
        *[(f"{severity} as severity", "incident", "/body/severity", severity) for severity in ("low", "medium", "critical")],
        *[(f"{verdict} as verdict", "review", "/body/verdict", verdict) for verdict in ("rejected", "escalated")],
        ("another verdict", "review", "/body/verdict", "approved", "E-RANGE"),
        *[(f"{shows} as reviewer", "review", "/body/reviewer", handle) for shows, handle in handles],
        *[(f"{shows} as reviewer", "review", "/body/reviewer", text_, "E-RANGE") for shows, text_ in no_handles],
        ("a secret as reviewer", "review", "/body/reviewer", SECRET, "E-SECRET"),
        *[(f"{rel} as relation", "link", "/body/rel", rel) for rel in ("follows", "retry-of", "plan")],
        ("another relation", "link", "/body/rel", "child", "E-RANGE"),
        ("to itself", "link", "/body/target", DECLARED, "E-RANGE"),
        ("not external is not said", "link", "/body/external", False, "E-RANGE"),
        ("a target of 31 bytes", "link", "/body/target", OTHER[1:], "E-RANGE"),
        ("a reference instead of a digest", "erasure", "/body/content", ref(), "E-TYPE"),
        ("a basis of 257 bytes", "erasure", "/body/basis", "b" * 257, "E-RANGE"),
        ("an empty basis", "erasure", "/body/basis", "", "E-RANGE"),
        ("an imprint by another algorithm", "timestamp", "/body/imprint/alg", "sha512", "E-RANGE"),
        ("a short imprint", "timestamp", "/body/imprint/value", OTHER[1:], "E-RANGE"),
        ("a row", "provider-report", "/body/source/row", 0),
        ("a row before the first", "provider-report", "/body/source/row", -1, "E-TYPE"),
        ("no digest of the source", "provider-report", "/body/source", {"kind": "x"}, "E-MISSING", "/body/source/sha256"),
        ("a subject with a prefix", "start", "/subject", "b3:" + DECLARED.hex(), "E-RANGE"),
        ("a subject of 31 bytes", "start", "/subject", DECLARED[1:], "E-RANGE"),
    ])
    sizes(out)
    source_form(out)
    spoiled_cbor(out)
    submitted(group)


def sizes(out):
    """A body of the largest size, and of one byte more, in both forms."""
    def filled(size):
        record = supplement("start", {"occurrence": OCCURRENCE, "refs": [{"system": "s", "id": "i" * 16000}]})
        more = size - len(encode(record["body"]))
        return change(record, "/body/refs/0/id", "i" * (16000 + more))

    full, over = filled(LIMIT), filled(LIMIT + 1)
    assert [len(encode(record["body"])) for record in (full, over)] == [LIMIT, LIMIT + 1]
    out.accept("size: a body of 16,384 bytes", full)
    out.accept("size: a body of 16,384 bytes, as CBOR", full, encode(full), is_also="size: a body of 16,384 bytes")
    out.refuse("size: a body of 16,385 bytes", "E-SIZE", "/body", text(over))
    out.refuse("size: a body of 16,385 bytes, as CBOR", "E-SIZE", "/body", encode(over))
    out.refuse("size: a fault after a body of 16,385 bytes comes first", "E-RANGE", "/subject",
               text({**over, "subject": "x"}))
    many = {"rel": "parent", "target": DECLARED, "external": True}
    out.refuse("size: a rule comes last", "E-RANGE", "/body/target", text(supplement("link", many)))
    both = change(supplement("execution", {**SUPPLEMENTS["execution"][0], "ended": 0}), "/body/refs",
                  [{"system": "s", "id": "i" * LIMIT}])
    out.refuse("size: it comes before a rule", "E-SIZE", "/body", text(both))
    bad = supplement("execution", {**SUPPLEMENTS["execution"][0], "ended": 0, "exit": 256})
    out.refuse("size: the first rule of two", "E-RANGE", "/body/ended", text(bad))


def source_form(out):
    """Content by value."""
    output = supplement("output", {"occurrence": OCCURRENCE, "content": ref()})
    for shows, value, data, media in [
        ("text", {"text": "It is late."}, b"It is late.", "text/plain"),
        ("text of another type", {"text": "# Late", "type": "text/markdown"}, b"# Late", "text/markdown"),
        ("json", {"json": {"b": 1, "a": [None, 1.5]}}, b'{"b":1,"a":[null,1.5]}', "application/json"),
        ("base64", {"base64": "MAA=", "type": "application/timestamp-reply"}, b"\x30\0", "application/timestamp-reply"),
        ("a text that discusses a key", {"text": SECRET}, SECRET.encode(), "text/plain"),
    ]:
        out.accept(f"source: {shows}", change(output, "/body/content", ref(data, media)),
                   text(change(output, "/body/content", value)))
    place = "/body/content"
    out.refuse("source: a file", "E-UNRESOLVED", place, text(change(output, place, {"file": "out.txt"})))
    out.refuse("source: base64 without a type", "E-MISSING", f"{place}/type",
               text(change(output, place, {"base64": "MAA="})))
    out.refuse("source: text and more", "E-UNKNOWN-MEMBER", f"{place}/x", text(change(output, place, {"text": "", "x": 1})))
    out.refuse("source: by value in CBOR", "E-TYPE", place, encode(change(output, place, {"text": "x"})))
    out.refuse("source: by value where a digest is expected", "E-TYPE", "/body/target",
               text(supplement("link", {"rel": "plan", "target": {"text": "x"}})))


def spoiled_cbor(out):
    """CBOR that is read before it is walked, and digests that are text in it."""
    record = supplement("start", {"occurrence": OCCURRENCE})
    data = encode(record)
    out.refuse("CBOR: cut", "E-SYNTAX", len(data) - 34, data[:-1])
    out.refuse("CBOR: one byte more", "E-SYNTAX", len(data), data + b"\0")
    out.refuse("CBOR: null", "E-NULL", data.index(b"\x78\x24"), data.replace(b"\x78\x24" + OCCURRENCE.encode(), b"\xf6"))
    out.refuse("CBOR: a subject in hex", "E-TYPE", "/subject", encode({**record, "subject": DECLARED.hex()}))
    out.refuse("CBOR: a subject of 33 bytes", "E-RANGE", "/subject", encode({**record, "subject": DECLARED + b"\0"}))
    out.refuse("CBOR: bytes as occurrence", "E-TYPE", "/body/occurrence", encode(change(record, "/body/occurrence", b"x")))


def submitted(group):
    """What a caller may not say: only the log writes it."""
    execution = supplement("execution", SUPPLEMENTS["execution"][0])
    late = change(execution, "/body/late", True)
    group.refuse("submitted: late", "E-RANGE", "/body/late", json=text(late), submitted=True)
    group.refuse("submitted: late, and another fault", "E-TYPE", "/body/ended",
                 json=text(change(late, "/body/ended", "now")), submitted=True)
    group.refuse("submitted: an erasure", "E-RANGE", "/kind", submitted=True,
                 json=text(supplement("erasure", SUPPLEMENTS["erasure"][0])))


def write_events(group):
    out = Writer(group)
    every_kind(out, event, EVENTS)
    around(out, event, EVENTS)
    values(out, event, EVENTS, [
        ("over a subject", "hold", "/body/scope", {"subject": OTHER}),
        ("over a query", "hold", "/body/scope", {"query": "--model gpt-5.2 --since 2026-03"}),
        ("over a query of 1,024 bytes", "hold", "/body/scope", {"query": "q" * 1024}),
        ("over a query of 1,025 bytes", "hold", "/body/scope", {"query": "q" * 1025}, "E-RANGE", "/body/scope/query"),
        ("over an empty query", "hold", "/body/scope", {"query": ""}, "E-RANGE", "/body/scope/query"),
        ("over a secret", "hold", "/body/scope", {"query": SECRET}, "E-SECRET", "/body/scope/query"),
        ("over nothing", "hold", "/body/scope", {}, "E-MISSING"),
        ("over two things", "hold", "/body/scope", {"subject": OTHER, "content": OTHER}, "E-RANGE"),
        ("over something else", "hold", "/body/scope", {"occurrence": OCCURRENCE}, "E-UNKNOWN-MEMBER",
         "/body/scope/occurrence"),
        ("over content by reference", "hold", "/body/scope", {"content": ref()}, "E-TYPE", "/body/scope/content"),
        ("named after a person", "hold", "/body/name", "Ada Lovelace", "E-RANGE"),
        ("a secret as reason", "hold", "/body/reason", "Bearer " + "x" * 16, "E-SECRET"),
        ("for another use", "key", "/body/use", "signing", "E-RANGE"),
        ("destroyed", "key", "/body/action", "destroy"),
        ("lost", "key", "/body/action", "lost", "E-RANGE"),
        ("applied", "policy", "/body/action", "apply"),
        ("removed", "policy", "/body/action", "remove", "E-RANGE"),
        ("no action and more", "policy", "/body", {"x": None}, "E-MISSING", "/body/action"),
        ("of null action and more", "policy", "/body", {"action": None, "x": 1}, "E-NULL", "/body/action"),
        ("of an action that is a list", "policy", "/body", {"action": [], "x": 1}, "E-TYPE", "/body/action"),
        ("of another action and more", "policy", "/body", {"action": "", "x": 1}, "E-RANGE", "/body/action"),
        ("a tag", "policy", "/body", {"action": "tag", "tag": "clinical", "subjects": [DECLARED, OTHER]}),
        ("a tag of nothing", "policy", "/body", {"action": "tag", "tag": "t", "subjects": []}, "E-RANGE",
         "/body/subjects"),
        ("a tag with a policy", "policy", "/body", {"action": "tag", "tag": "t", "subjects": [OTHER], "policy": ref()},
         "E-UNKNOWN-MEMBER", "/body/policy"),
        ("a tag with a short subject", "policy", "/body", {"action": "tag", "tag": "t", "subjects": [OTHER, b"x"]},
         "E-RANGE", "/body/subjects/1"),
        ("480 subjects", "policy", "/body", {"action": "tag", "tag": "t", "subjects": [OTHER] * 480}),
        ("490 subjects", "policy", "/body", {"action": "tag", "tag": "t", "subjects": [OTHER] * 490}, "E-SIZE"),
        *[(f"of a {what}", "export", "/body/what", what) for what in ("period", "content", "bundle", "register")],
        ("of a store", "export", "/body/what", "store", "E-RANGE"),
        ("to before from", "export", "/body/to", 0, "E-RANGE"),
        ("from alone", "export", "/body", {"what": "log", "from": 7}),
        ("a root as text", "anchor", "/body/root", "abc", "E-RANGE"),
        ("a size below 0", "index", "/body/size", -1, "E-TYPE"),
        ("a subject, which an event has not", "release", "/subject", OTHER, "E-UNKNOWN-MEMBER"),
    ])
    group.refuse("submitted: an erasure", "E-RANGE", "/kind", json=text(event("erasure", ERASURE[0])), submitted=True)
    group.refuse("submitted: a restore", "E-RANGE", "/kind", json=text(event("restore", EVENTS["restore"][0])),
                 submitted=True)
