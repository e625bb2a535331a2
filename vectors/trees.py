"""The trees that the cases of declarations start from, and the ways to change and write them. A tree holds digests
as bytes; its JSON shows them as hex."""

import hashlib
import json

from blake3 import blake3
from canonical import encode

NONE, DEFAULT, UNDISCLOSED = ({"absent": word} for word in ("none", "default", "undisclosed"))
HELLO = b"hello"


def ref(data=HELLO, media="text/plain"):
    """What a declaration says of content."""
    return {"b3": blake3(data).digest(), "len": len(data), "type": media}


def digest(alg="sha256", size=32):
    return {"alg": alg, "value": bytes(range(size))}


MINIMAL = {
    "v": "ai-run-declaration/1",
    "kind": "generate",
    "model": {
        "authority": "example.com", "name": "some-model", "revision": DEFAULT, "weights": UNDISCLOSED,
        "tokenizer": UNDISCLOSED, "template": UNDISCLOSED, "adapters": [], "fallbacks": [],
    },
    "instructions": [],
    "input": [],
    "context": {"items": [], "retrieval": NONE, "history": NONE},
    "tools": [],
    "parameters": {"set": {}, "unset": "executor-default", "seed": DEFAULT},
    "constraints": {
        "output": {"format": "text", "schema": NONE, "modalities": [], "stop": [], "return": {}},
        "tool-choice": DEFAULT, "limits": {}, "safety": {}, "policies": [], "region": DEFAULT,
    },
    "environment": {
        "executor": "hosted", "api": DEFAULT, "engine": UNDISCLOSED, "image": UNDISCLOSED, "packages": UNDISCLOSED,
        "code": UNDISCLOSED, "hardware": UNDISCLOSED, "settings": {},
    },
    "ext": {},
}

FILE = {"path": "model.bin", "len": 1024, "digest": digest()}
TEXT_PART = {"t": "text", "content": ref(), "attrs": {}}

# Every optional form is the long one, so that every closed map of the schema is in it.
FULL = {
    "v": "ai-run-declaration/1",
    "kind": "generate",
    "model": {
        "authority": "example.com", "name": "some-model", "revision": "2026-01-01",
        "weights": {"format": "gguf", "quantization": NONE, "files": [FILE]},
        "tokenizer": digest("sha512", 64), "template": ref(b"{{ m }}", "text/x-jinja"),
        "adapters": [{"name": "lora", "scale": 0.5, "files": [FILE]}], "fallbacks": ["other-model"],
    },
    "instructions": [{"role": "system", "parts": [TEXT_PART]}],
    "input": [
        {"role": "user", "parts": [
            TEXT_PART,
            {"t": "image", "content": ref(b"\x89PNG", "image/png"), "attrs": {"detail": "low"}},
            {"t": "opaque", "authority": "example.com", "content": ref(b"\x00", "application/octet-stream"),
             "attrs": {}},
        ]},
        {"role": "assistant", "parts": [
            {"t": "call", "id": "c1", "name": "look-up", "args": ref(b"{}", "application/json"), "attrs": {}},
        ]},
        {"role": "tool", "parts": [
            {"t": "result", "id": "c1", "parts": [TEXT_PART], "error": False, "attrs": {}},
        ]},
    ],
    "context": {
        "items": [{
            "kind": "retrieved", "content": ref(),
            "source": {"uri": "doc://1", "digest": digest("sha1-git", 20), "span": [0, 5]},
            "placed": ["input", 0, 0],
        }],
        "retrieval": {
            "index": {"name": "docs", "snapshot": digest("blake3", 32)},
            "embedder": {"name": "bge", "revision": NONE}, "query": ref(), "params": {"k": 2},
        },
        "history": {"policy": "window", "params": {"turns": 10}},
    },
    "tools": [{
        "t": "mcp", "name": "look-up", "description": ref(), "schema": ref(b"{}", "application/schema+json"),
        "server": {"label": "docs", "url": NONE, "protocol": NONE, "listing": NONE},
        "implementation": digest("sha256-git", 32), "data": "closed", "config": {"strict": True},
    }],
    "parameters": {"set": {"temperature": 0.5, "top_k": 20}, "unset": "exhaustive", "seed": -1},
    "constraints": {
        "output": {"format": "json", "schema": ref(b"{}", "application/schema+json"), "modalities": ["text"],
                   "stop": ["END"], "return": {"logprobs": 3}},
        "tool-choice": "auto", "limits": {"max_time": 30}, "safety": {"level": "high"},
        "policies": [{"name": "house-rules", "content": ref()}], "region": "eu",
    },
    "environment": {
        "executor": "local", "api": {"name": "llama.cpp/completion", "version": "b1"},
        "engine": {"name": "llama.cpp", "version": "b1", "digest": NONE}, "image": digest(), "packages": ref(),
        "code": {"repo": "https://example.com/run.git", "commit": digest("sha1-git", 20)},
        "hardware": {"gpu": "none"}, "settings": {"threads": 4},
    },
    "ext": {"example.com/v1#/top_k": 1},
}

AGENT = {**MINIMAL, "kind": "agent-step", "agent": {
    "name": "clerk", "definition": NONE, "step": "plan", "guardrails": [{"name": "no-pii", "content": ref()}],
    "handoffs": ["desk"], "settings": {},
}}

EVALUATE = {**MINIMAL, "kind": "evaluate", "evaluation": {
    "harness": {"name": "lm-eval", "version": "0.4", "code": {"repo": "r", "commit": digest("sha1-git", 20)}},
    "tasks": [{
        "name": "arc", "version": NONE, "definition": ref(),
        "dataset": {"name": "arc", "revision": NONE, "config": NONE, "split": "test", "digest": NONE},
        "samples": "all", "fewshot": {"n": 5}, "repeats": 1,
    }],
    "metrics": [{"name": "acc", "definition": NONE, "params": {}}],
    "criteria": [{"metric": "acc", "comparator": ">=", "threshold": 0.5}],
    "seeds": {"fewshot": 1234},
}}

TRAIN = {**MINIMAL, "kind": "train", "training": {
    "method": "lora", "datasets": [{"name": "d", "revision": NONE, "split": "train", "digest": digest()}],
    "hyperparameters": {"lr": 0.0001}, "resume-from": NONE, "seeds": {"data": 7},
}}

EMBED = {**MINIMAL, "kind": "embed"}
TREES = {"minimal": MINIMAL, "full": FULL, "agent": AGENT, "evaluate": EVALUATE, "train": TRAIN, "embed": EMBED}

REMOVED = object()


def unshared(tree):
    """A copy in which no two places are one object, as copy.deepcopy would leave them."""
    if isinstance(tree, dict):
        return {key: unshared(item) for key, item in tree.items()}
    return [unshared(item) for item in tree] if isinstance(tree, list) else tree


def change(tree, pointer, value):
    """A copy with the member at the pointer set, appended (`-`) or removed."""
    tree = unshared(tree)
    *path, last = [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]
    place = tree
    for token in path:
        place = place[int(token) if isinstance(place, list) else token]
    if last == "-":
        place.append(value)
    else:
        last = int(last) if isinstance(place, list) else last
        if value is REMOVED:
            del place[last]
        else:
            place[last] = value
    return tree


def text(tree, **style):
    """The JSON projection of a tree, on one line."""
    style = {"separators": (",", ":"), "ensure_ascii": False, **style}
    return json.dumps(tree, default=lambda data: data.hex(), **style)


class Writer:
    def __init__(self, group):
        self.group = group
        self.identities = {}

    def accept(self, shows, tree, given=None, is_also=None):
        """`given` is the input if it is not the projection of `tree`: text, or bytes of CBOR."""
        data = encode(tree)
        identity = "b3:" + blake3(data).hexdigest()
        # Equal and different identities are half of what these cases are for.
        if is_also:
            assert self.identities[identity] == is_also, shows
        else:
            assert self.identities.setdefault(identity, shows) == shows, shows
        source = {"cbor": given.hex()} if isinstance(given, bytes) else {"json": given or text(tree)}
        sha256 = hashlib.sha256(data).hexdigest()
        self.group.case(shows, **source, identity=identity, sha256=sha256, bytes=len(data))

    def refuse(self, shows, code, at, given):
        source = {"cbor": given.hex()} if isinstance(given, bytes) else {"json": given}
        self.group.refuse(shows, code, at, **source)


def backwards(tree):
    """Every map with its members the other way round."""
    if isinstance(tree, dict):
        return {key: backwards(tree[key]) for key in reversed(tree)}
    return [backwards(item) for item in tree] if isinstance(tree, list) else tree
