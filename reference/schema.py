"""The schema, and the one walk that finds the first fault (declaration.md, "Schema" and "The walk").

A rule is a function of (walk, value, path) that returns the value to encode, or raises the refusal. The combinators
come first, then declaration-v1.cddl in its own order.
"""

import base64
import math
import re
from pathlib import Path

from blake3 import blake3

from cbor import key_order
from jsontext import minimal
from refusal import at_place

_NAMES = Path(__file__).resolve().parent.parent / "vectors" / "names"
_MAX_CONTENT = 256 * 1024 * 1024
_SOURCES = ("file", "json", "text", "base64")
_DIGESTS = {"sha256": 32, "sha512": 64, "sha1-git": 20, "sha256-git": 32, "blake3": 32}
_RESERVED = ("absent", "b3", "kb3")
_SUBTYPE = r"[a-z0-9][a-z0-9!#$&^_.+-]*"
_EXT_KEY = re.compile(r"[a-z0-9-]+([.][a-z0-9-]+)+/[A-Za-z0-9._-]+#(/[^/]*)+")
_MEDIA = {
    "txt": "text/plain", "md": "text/markdown", "json": "application/json", "pdf": "application/pdf",
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
    "wav": "audio/wav", "mp3": "audio/mpeg", "mp4": "video/mp4",
}
_SECRET_SHAPE = re.compile(
    r"(sk-|nvapi-)[A-Za-z0-9_-]{20,}|(gh[pousr]_|hf_)[A-Za-z0-9]{30,}|(gsk_|xai-|pplx-)[A-Za-z0-9]{20,}"
    r"|(glpat-|ya29\.)[A-Za-z0-9_.-]{20,}|github_pat_[A-Za-z0-9_]{30,}|tvly-[A-Za-z0-9-]{20,}"
    r"|(AKIA|ASIA)[A-Z0-9]{16}|AIza[A-Za-z0-9_-]{35}|xox[bpas]-[A-Za-z0-9-]{10,}"
    r"|[Bb][Ee][Aa][Rr][Ee][Rr][ \t\n\r]+[!-~]{16,}|eyJ[A-Za-z0-9_-]{7,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"
)


def _names(file: str) -> frozenset[bytes]:
    lines = (_NAMES / file).read_bytes().splitlines()
    return frozenset(line for line in lines if line and not line.startswith(b"#"))


_ARTEFACTS, _SECRETS = _names("artefacts.txt"), _names("secrets.txt")
_SECRET_ENDS = tuple(name[1:] for name in _SECRETS if name.startswith(b"*"))


class Walk:
    """One pass over one document. `folder` is where relative paths of `file` start; None refuses every `file`.

    In a supplement and in an event, names and identifiers are `searched` for secrets.
    """

    def __init__(self, document, is_json: bool, folder: Path | None = None, searched: bool = False):
        self.document, self.is_json, self.folder, self.searched = document, is_json, folder, searched

    def run(self, rule):
        return self.visit(rule, self.document, ())

    def visit(self, rule, value, at: tuple):
        if value is None and rule is not anything:
            raise at_place("E-NULL", at)
        return rule(self, value, at)


# ---- scalars ------------------------------------------------------------------------------------------------------


def anything(walk, value, at):
    return value


def _typed(*types):
    def rule(walk, value, at):
        if type(value) not in types:  # not isinstance: True is no integer
            raise at_place("E-TYPE", at)
        return value

    return rule


text, boolean, integer, num, _list, any_map = (
    _typed(str), _typed(bool), _typed(int), _typed(int, float), _typed(list), _typed(dict)
)


def uint(walk, value, at):
    if integer(walk, value, at) < 0:
        raise at_place("E-TYPE", at)
    return value


def text_where(holds, code="E-RANGE"):
    def rule(walk, value, at):
        if not holds(text(walk, value, at)):
            raise at_place(code, at)
        return value

    return rule


def one_of(*words, code="E-RANGE"):
    return text_where(words.__contains__, code)


def text_of(least: int, most: int, form=lambda value: True):
    """Text that somebody chose, of so many bytes."""
    fits = text_where(lambda value: least <= len(value.encode()) <= most and form(value))

    def rule(walk, value, at):
        if walk.searched and _is_secret(text(walk, value, at)):
            raise at_place("E-SECRET", at)
        return fits(walk, value, at)

    return rule


name = text_of(1, 256)
identifier = text_of(0, 65536)
dns = text_where(re.compile(r"[a-z0-9-]+([.][a-z0-9-]+)*").fullmatch)
_media_form = re.compile(rf"{_SUBTYPE}/{_SUBTYPE}(;[a-z0-9=_-]+)?")
media = text_where(lambda value: len(value) <= 256 and _media_form.fullmatch(value))


def octets(size: int):
    """A byte string; in JSON lowercase hex."""

    def rule(walk, value, at):
        if walk.is_json:
            if not re.fullmatch(f"[0-9a-f]{{{2 * size}}}", text(walk, value, at)):
                raise at_place("E-RANGE", at)
            return bytes.fromhex(value)
        if type(value) is not bytes:
            raise at_place("E-TYPE", at)
        if len(value) != size:
            raise at_place("E-RANGE", at)
        return value

    return rule


# ---- containers ---------------------------------------------------------------------------------------------------


def items(rule, least=0):
    def listed(walk, value, at):
        if len(_list(walk, value, at)) < least:
            raise at_place("E-RANGE", at)
        return [walk.visit(rule, item, (*at, i)) for i, item in enumerate(value)]

    return listed


def exactly(*rules):
    def listed(walk, value, at):
        if len(_list(walk, value, at)) != len(rules):
            raise at_place("E-RANGE", at)
        return [walk.visit(rule, item, (*at, i)) for i, (rule, item) in enumerate(zip(rules, value))]

    return listed


def closed(members: dict, optional=()):
    def rule(walk, value, at):
        any_map(walk, value, at)
        out = {}
        for key in sorted(members.keys() - set(optional) | value.keys(), key=key_order):
            here = (*at, key)
            if key not in value:
                raise at_place("E-MISSING", here)
            if key not in members:
                raise at_place("E-UNKNOWN-MEMBER", here)
            out[key] = walk.visit(members[key], value[key], here)
        return out

    return rule


def either(*, string=None, number=None, items=None, own=None, **forms):
    """Alternatives, told apart by what is seen: a scalar or list by its type, a map by its members."""
    scalars = {str: string, int: number, float: number, list: items}

    def rule(walk, value, at):
        if type(value) is not dict:
            chosen = scalars.get(type(value))
        elif own and not ("absent" in value and "absent" in forms):
            chosen = own
        else:
            chosen = forms.get(_form(walk, value))
        if chosen is None:
            raise at_place("E-TYPE", at)
        return chosen(walk, value, at)

    return rule


def _form(walk, value: dict) -> str | None:
    if "absent" in value:
        return "absent"
    if "b3" in value or "kb3" in value or (walk.is_json and any(source in value for source in _SOURCES)):
        return "content"
    return "digest" if "alg" in value else None


# ---- absence, digests, content ------------------------------------------------------------------------------------

absent = closed({"absent": one_of("none", "default", "undisclosed")})
plain = closed({"b3": octets(32), "len": uint, "type": media})
keyed = closed({"kb3": octets(32), "key": name, "type": media})


def digest(walk, value, at):
    def sized(walk, octet_string, here):  # `alg` is walked before `value`, so it is a known one here
        return octets(_DIGESTS[value["alg"]])(walk, octet_string, here)

    return closed({"alg": one_of(*_DIGESTS), "value": sized})(walk, value, at)


def content_of(json_type: str):
    """Content where the source form `json` has this default type."""

    def rule(walk, value, at):
        any_map(walk, value, at)
        if "b3" in value:
            return plain(walk, value, at)
        if "kb3" in value:
            return keyed(walk, value, at)
        for source in _SOURCES if walk.is_json else ():
            if source in value:
                return _resolved(walk, value, at, source, json_type)
        raise at_place("E-TYPE", at)

    return rule


content = content_of("application/json")
schema_content = content_of("application/schema+json")


def unbase64(value: str) -> bytes:
    """RFC 4648 section 4, padded and canonical; ValueError otherwise."""
    raw = base64.b64decode(value, validate=True)
    if base64.b64encode(raw).decode() != value:
        raise ValueError("not canonical base64")
    return raw


def _is_base64(value: str) -> bool:
    try:
        unbase64(value)
    except ValueError:
        return False
    return True


_SOURCE_RULES = {"file": text, "json": anything, "text": text, "base64": text_where(_is_base64)}


def _resolved(walk, value, at, source, json_type) -> dict:
    optional = () if source == "base64" else ("type",)
    closed({source: _SOURCE_RULES[source], "type": media}, optional)(walk, value, at)
    given = value[source]
    if source == "file":
        raw, default = _file(walk, given, at), _MEDIA.get(given.rpartition(".")[2] if "." in given else "")
        default = default or "application/octet-stream"
    elif source == "json":
        raw, default = minimal(given).encode(), json_type
    elif source == "text":
        raw, default = given.encode(), "text/plain"
    else:
        raw, default = unbase64(given), None
    if len(raw) > _MAX_CONTENT:
        raise at_place("E-SIZE", at)
    return {"b3": blake3(raw).digest(), "len": len(raw), "type": value.get("type", default)}


def _file(walk, path: str, at) -> bytes:
    if walk.folder is None:
        raise at_place("E-UNRESOLVED", at)
    try:
        with open(walk.folder / path, "rb") as file:
            return file.read(_MAX_CONTENT + 1)
    except (OSError, ValueError):  # ValueError: a path with a zero byte
        raise at_place("E-UNRESOLVED", at) from None


# ---- open positions -----------------------------------------------------------------------------------------------


def open_map(artefacts=0):
    """Members of any name. `artefacts` is the number of levels on which names of execution artefacts are refused."""

    def rule(walk, value, at):
        if any(key in any_map(walk, value, at) for key in _RESERVED):
            raise at_place("E-TYPE", at)
        return _members(walk, value, at, artefacts)

    return rule


def ext(walk, value, at):
    return _members(walk, any_map(walk, value, at), at, math.inf, _ext_name)


def _ext_name(key: str, at) -> str:
    if not _EXT_KEY.fullmatch(key):
        raise at_place("E-EXT-KEY", at)
    return key.rpartition("/")[2].replace("~1", "/").replace("~0", "~")


def _members(walk, value: dict, at, artefacts, name_of=lambda key, at: key) -> dict:
    out = {}
    for key in sorted(value, key=key_order):
        here = (*at, key)
        name = name_of(key, here)
        raw = name.encode()
        if _is_secret(name):
            raise at_place("E-SECRET", at)  # a place would repeat it
        if artefacts > 0 and raw in _ARTEFACTS:
            raise at_place("E-ARTEFACT", here)
        if _is_secret_name(raw) and _can_be_secret(value[key]):
            raise at_place("E-SECRET", here)
        out[key] = walk.visit(_value(artefacts - 1), value[key], here)
    return out


def _value(artefacts):
    def rule(walk, value, at):
        if type(value) is dict:
            for key, form in zip(_RESERVED, (absent, plain, keyed)):
                if key in value:
                    return form(walk, value, at)
            return _members(walk, value, at, artefacts)
        if type(value) is list:
            return items(rule)(walk, value, at)
        if type(value) is bytes:
            raise at_place("E-TYPE", at)
        if type(value) is str and _is_secret(value):
            raise at_place("E-SECRET", at)
        return value

    return rule


def _is_secret_name(raw: bytes) -> bool:
    folded = raw.lower().translate(None, b"-_. ")  # bytes.lower is ASCII only
    numbered = folded.rstrip(b"0123456789")
    return folded in _SECRETS or numbered.endswith(_SECRET_ENDS) or numbered.removesuffix(b"s").endswith(_SECRET_ENDS)


def _can_be_secret(value) -> bool:
    """Whether a value can be a secret or hold one: numbers, switches, absences and what is empty cannot."""
    if type(value) is list:
        return any(map(_can_be_secret, value))
    if type(value) is dict:
        return value.keys() not in (set(), {"absent"})
    return type(value) is bytes or type(value) is str and value != ""


def _is_secret(value: str) -> bool:
    value = value.strip(" \t\n\r")
    _, begins, rest = value.partition("-----BEGIN ")
    return bool(begins and "PRIVATE KEY-----" in rest or _SECRET_SHAPE.fullmatch(value)) or _is_basic(value)


def _is_basic(value: str) -> bool:
    """The value of a header for basic authentication (RFC 7617): the base64 of a name and a password."""
    scheme, credentials = value[:5], value[6:].lstrip(" \t\n\r")
    if scheme.encode(errors="replace").lower() != b"basic" or value[5:6] not in (" ", "\t", "\n", "\r"):
        return False
    if "=" not in credentials:
        credentials += "=" * (-len(credentials) % 4)
    return _is_base64(credentials) and b":" in unbase64(credentials)


# ---- declaration-v1.cddl ------------------------------------------------------------------------------------------

plain_map, searched_map, safety_map = open_map(), open_map(math.inf), open_map(1)
name_or_absent = either(string=name, absent=absent)
identifier_or_absent = either(string=identifier, absent=absent)
content_or_absent = either(content=content, absent=absent)
digest_or_absent = either(digest=digest, absent=absent)
digest_content_or_absent = either(digest=digest, content=content, absent=absent)
schema_or_absent = either(content=schema_content, absent=absent)


def map_or_absent(members):
    return either(own=closed(members), absent=absent)


code = map_or_absent({"repo": name, "commit": digest})
named_content = closed({"name": name, "content": content})
file = closed({"path": name, "len": uint, "digest": digest})
weights = map_or_absent({"format": name, "quantization": name_or_absent, "files": items(file, least=1)})
adapter = closed({"name": name, "scale": num, "files": items(file, least=1)})
model = closed({
    "authority": dns, "name": name, "revision": name_or_absent, "weights": weights,
    "tokenizer": digest_content_or_absent, "template": content_or_absent,
    "adapters": items(adapter), "fallbacks": items(name),
})


def part(walk, value, at):
    """A part is told by its `t` before anything else in it."""
    if "t" not in any_map(walk, value, at):
        raise at_place("E-MISSING", (*at, "t"))
    return _PARTS[walk.visit(one_of(*_PARTS), value["t"], (*at, "t"))](walk, value, at)


def _part(**members):
    return closed({"t": text, "attrs": searched_map, **members})


_PARTS = {
    "text": _part(content=content),
    **dict.fromkeys(("image", "audio", "video", "file"), _part(content=content)),
    "call": _part(id=identifier_or_absent, name=name, args=content),
    "result": _part(id=identifier_or_absent, parts=items(part), error=boolean),
    "opaque": _part(authority=dns, content=content),
}
message = closed({"role": one_of("system", "developer", "user", "assistant", "tool"), "parts": items(part)})


def placed(walk, value, at):
    section, i, j = placed_form(walk, value, at)
    try:  # the section may not have been walked yet, so nothing is known of it
        messages = walk.document[section]
        parts = messages[i]["parts"]
        found = type(messages) is type(parts) is list and j < len(parts)
    except (KeyError, IndexError, TypeError):
        found = False
    if not found:
        raise at_place("E-RANGE", at)
    return [section, i, j]


placed_form = exactly(one_of("instructions", "input"), uint, uint)
source = closed({
    "uri": identifier_or_absent, "digest": digest_content_or_absent,
    "span": either(items=exactly(uint, uint), absent=absent),
})
context_item = closed({
    "kind": one_of("retrieved", "memory", "file", "example", "resource", "prior-output"),
    "content": content, "source": source, "placed": either(items=placed, absent=absent),
})
retrieval = map_or_absent({
    "index": closed({"name": name, "snapshot": digest_or_absent}),
    "embedder": map_or_absent({"name": name, "revision": name_or_absent}),
    "query": content, "params": searched_map,
})
history = map_or_absent({"policy": one_of("full", "window", "summary", "compaction"), "params": searched_map})
context = closed({"items": items(context_item), "retrieval": retrieval, "history": history})

server = map_or_absent({
    "label": name, "url": identifier_or_absent, "protocol": name_or_absent, "listing": content_or_absent,
})
tool = closed({
    "t": one_of("function", "custom", "hosted", "mcp"), "name": name, "description": content_or_absent,
    "schema": schema_or_absent, "server": server, "implementation": digest_content_or_absent,
    "data": one_of("closed", "open"), "config": searched_map,
})

parameters = closed({
    "set": searched_map, "unset": either(string=one_of("executor-default", "exhaustive"), content=content),
    "seed": either(number=integer, absent=absent),
})
constraints = closed({
    "output": closed({
        "format": name, "schema": schema_or_absent, "modalities": items(name), "stop": items(text), "return": plain_map,
    }),
    "tool-choice": either(string=text, own=plain_map, absent=absent), "limits": searched_map, "safety": safety_map,
    "policies": items(named_content), "region": name_or_absent,
})
environment = closed({
    "executor": one_of("hosted", "local"), "api": map_or_absent({"name": name, "version": name_or_absent}),
    "engine": map_or_absent({"name": name, "version": name_or_absent, "digest": digest_or_absent}),
    "image": digest_or_absent, "packages": content_or_absent, "code": code,
    "hardware": either(own=plain_map, absent=absent), "settings": searched_map,
})

agent = closed({
    "name": name, "definition": content_or_absent, "step": name, "guardrails": items(named_content),
    "handoffs": items(name), "settings": searched_map,
})
dataset = {"name": name, "revision": name_or_absent, "split": name, "digest": digest_content_or_absent}
task = closed({
    "name": name, "version": name_or_absent, "definition": content,
    "dataset": closed({**dataset, "config": name_or_absent}),
    "samples": either(string=one_of("all"), number=uint, items=items(uint)), "fewshot": plain_map, "repeats": uint,
})
evaluation = closed({
    "harness": closed({"name": name, "version": name, "code": code}), "tasks": items(task, least=1),
    "metrics": items(closed({"name": name, "definition": content_or_absent, "params": searched_map})),
    "criteria": items(closed({
        "metric": name, "comparator": one_of(">=", ">", "<=", "<", "=="), "threshold": num,
    })),
    "seeds": plain_map,
})
training = closed({
    "method": name, "datasets": items(closed(dataset), least=1), "hyperparameters": plain_map,
    "resume-from": digest_or_absent, "seeds": plain_map,
})

_COMMON = {
    "v": one_of("ai-run-declaration/1", code="E-VERSION"), "model": model, "instructions": items(message),
    "input": items(message), "context": context, "tools": items(tool), "parameters": parameters,
    "constraints": constraints, "environment": environment, "ext": ext,
}
_KINDS = {
    "generate": {}, "embed": {}, "agent-step": {"agent": agent}, "evaluate": {"evaluation": evaluation},
    "train": {"training": training},
}


def declaration(walk, value, at):
    kind = any_map(walk, value, at).get("kind")
    extra = _KINDS.get(kind, {}) if type(kind) is str else {}
    return closed({**_COMMON, "kind": one_of(*_KINDS), **extra})(walk, value, at)
