"""Supplements and events (records.md): the members of each kind, and the rules over several members."""

import re

import cbor
import schema
from refusal import at_place
from schema import content, identifier, name, num, one_of, uint

_MAX_BODY = 16 * 1024
_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

b256 = schema.octets(32)
handle = schema.text_of(1, 64, re.compile("[a-z0-9][a-z0-9._:/-]*").fullmatch)
query = schema.text_of(1, 1024)
uuid = schema.text_where(lambda value: _UUID.fullmatch(value) and set(value) not in ({"0", "-"}, {"f", "-"}))


def true(walk, value, at):
    if not schema.boolean(walk, value, at):
        raise at_place("E-RANGE", at)
    return value


def map_of(must: dict, may: dict | None = None):
    return schema.closed({**must, **(may or {})}, may or ())


# ---- the bodies, in the order of records.cddl ---------------------------------------------------------------------

refs = schema.items(map_of({"system": name, "id": identifier}), least=1)
imprint = map_of({"alg": one_of("sha256"), "value": b256})
reported = {"reported-model": name, "reported-fingerprint": identifier, "response-id": identifier}
erasure = map_of({"content": b256, "basis": name, "authority": name, "affected": uint}, {"request": identifier})
tokens = map_of({}, dict.fromkeys([
    "input", "output", "cached-input", "cache-write", "reasoning", "audio-input", "audio-output", "image-input",
], uint))

_SUPPLEMENTS = {
    "start": map_of({"occurrence": uuid}, {"refs": refs}),
    "execution": map_of(
        {"occurrence": uuid, "started": uint, "status": one_of("ok", "error", "cancelled", "unknown")},
        {"ended": uint, "exit": uint, **reported, "refs": refs, "amends": b256, "late": true},
    ),
    "output": map_of({"occurrence": uuid, "content": content}, {"finish": name}),
    "usage": map_of({"occurrence": uuid, "tokens": tokens}),
    "trace": map_of({"occurrence": uuid}, {"refs": refs, "content": content}),
    "score": map_of(
        {"metric": name, "value": num}, {"occurrence": uuid, "task": name, "samples": uint, "content": content},
    ),
    "incident": map_of(
        {"at": uint, "severity": one_of("low", "medium", "high", "critical"), "content": content},
        {"reference": identifier, "occurrence": uuid},
    ),
    "review": map_of(
        {"reviewer": handle, "verdict": one_of("accepted", "rejected", "escalated")},
        {"about": b256, "content": content},
    ),
    "link": map_of({"rel": one_of("parent", "follows", "retry-of", "plan"), "target": b256}, {"external": true}),
    "erasure": erasure,
    "timestamp": map_of({"imprint": imprint, "content": content}),
    "attestation": map_of({"content": content}),
    "provider-report": map_of(
        {"source": map_of({"kind": name, "sha256": b256}, {"row": uint})},
        {"occurrence": uuid, **reported, "at": uint, "content": content},
    ),
}

scope = map_of({}, {"content": b256, "subject": b256, "query": query})
retention = map_of(
    {"action": schema.text, "policy": content}, {"at": uint, "erased": uint, "kept": uint, "held": uint},
)
_ACTIONS = {
    "set": retention,
    "apply": retention,
    "tag": map_of({"action": schema.text, "tag": handle, "subjects": schema.items(b256, least=1)}),
}


def policy(walk, value, at):
    here = (*at, "action")
    if "action" not in schema.any_map(walk, value, at):
        raise at_place("E-MISSING", here)
    return _ACTIONS[walk.visit(one_of(*_ACTIONS), value["action"], here)](walk, value, at)


_EVENTS = {
    "hold": map_of({"name": handle, "scope": scope, "reason": name}),
    "release": map_of({"hold": b256, "reason": name}),
    "key": map_of({
        "action": one_of("new", "destroy"), "name": handle, "use": one_of("content"), "fingerprint": b256,
    }),
    "policy": policy,
    "timestamp": map_of({"size": uint, "root": b256, "imprint": imprint, "content": content}),
    "export": map_of(
        {"what": one_of("log", "period", "content", "bundle", "register")},
        {"content": b256, "from": uint, "to": uint, "records": uint, "recipient": name},
    ),
    "anchor": map_of({"where": identifier, "size": uint, "root": b256}, {"content": content}),
    "index": map_of({"size": uint, "root": b256}),
    "erasure": erasure,
    "restore": map_of({"content": b256, "reason": name}),
}

# ---- what the members of a body owe to each other -------------------------------------------------------------------


def _rules(record: dict):
    """For each rule of the kind whether it is broken, the code, and the place below the body."""
    kind, body = record["kind"], record["body"]
    of_supplement = "subject" in record
    if kind == "execution":
        yield body.get("ended", body["started"]) < body["started"], "E-RANGE", "ended"
        yield body.get("exit", 0) > 255, "E-RANGE", "exit"
    elif kind == "usage":
        yield not body["tokens"], "E-MISSING", "tokens"
    elif kind == "trace":
        yield not body.keys() & {"refs", "content"}, "E-MISSING"
    elif kind == "score":
        yield not body.keys() & {"task", "occurrence"}, "E-MISSING"
    elif kind == "link":
        yield body["target"] == record["subject"], "E-RANGE", "target"
    elif kind == "hold":
        yield not body["scope"], "E-MISSING", "scope"
        yield len(body["scope"]) > 1, "E-RANGE", "scope"
    elif kind == "export" and not of_supplement:
        yield body.get("to", 2**64) < body.get("from", 0), "E-RANGE", "to"


_BY_THE_LOG = {"supplement": {"erasure"}, "event": {"erasure", "restore"}}


def _record(form: str, members: dict, kinds: dict):
    def rule(walk, value, at):
        kind = schema.any_map(walk, value, at).get("kind")
        body = kinds.get(kind, schema.anything) if type(kind) is str else schema.anything
        out = schema.closed({
            "v": one_of(f"ai-run-{form}/1", code="E-VERSION"), "by": name, "body": body, "kind": one_of(*kinds),
            **members,
        })(walk, value, at)
        if len(cbor.encode(out["body"])) > _MAX_BODY:
            raise at_place("E-SIZE", ("body",))
        for broken, code, *place in _rules(out):
            if broken:
                raise at_place(code, ("body", *place))
        return out

    return rule


supplement = _record("supplement", {"subject": b256}, _SUPPLEMENTS)
event = _record("event", {}, _EVENTS)


def refuse_submitted(form: str, record: dict) -> None:
    """What a caller may not say, because the log writes it."""
    if record["kind"] in _BY_THE_LOG[form]:
        raise at_place("E-RANGE", ("kind",))
    if "late" in record["body"]:
        raise at_place("E-RANGE", ("body", "late"))
