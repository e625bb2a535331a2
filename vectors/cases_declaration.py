"""Declarations: all the rules, and the identities."""

import json
from pathlib import Path

import cases_forms
import cases_refused
from blake3 import blake3
from canonical import encode
from trees import FULL, MINIMAL, NONE, TREES, Writer, backwards, change, digest, ref, text

LOOK_ALIKES = [
    "max_tokens", "max_output_tokens", "min_tokens", "budget_tokens", "logprobs", "top_logprobs", "n_probs",
    "response_format", "responseSchema", "responseModalities", "stop", "stop_sequences", "include",
    "stream_options", "max_time", "output_scores", "timings_per_token", "Usage", "usages", "outputs_",
]

NO_SECRETS = [
    ("sk- and nineteen letters", "sk-" + "x" * 19),
    ("sk- after a no-break space", "\u00a0sk-" + "x" * 20),
    ("sk- after a form feed", "\fsk-" + "x" * 20),
    ("ghp_ and twenty-nine letters", "ghp_" + "x" * 29),
    ("AKIA and seventeen letters", "AKIA" + "X" * 17),
    ("AKIA in lower case", "AKIA" + "x" * 16),
    ("AIza and thirty-four letters", "AIza" + "x" * 34),
    ("hf_ and a dash", "hf_" + "x" * 30 + "-"),
    ("Bearer and words", "Bearer of bad news, as it were"),
    ("xai- and nineteen letters", "xai-" + "x" * 19),
    ("gsk_ and a dash", "gsk_" + "x" * 20 + "-"),
    ("Basic and a word", "Basic training"),
    ("Basic and base64 without a colon", "Basic eHh4"),
    ("Basic and base64 with less padding than it has", "Basic eDp4eA="),
    ("Basic and base64 with bits beyond its end", "Basic eDp"),
    ("Basic with a long s, which is no letter of ASCII", "Ba\u017fic eDp4"),
    ("a JSON Web Token with four parts", "eyJ" + "x" * 7 + ("." + "x" * 10) * 3),
    ("a JSON Web Token with a short part", "eyJ" + "x" * 7 + "." + "x" * 9 + "." + "x" * 10),
    ("a public key in PEM", "-----BEGIN " + "PUBLIC KEY-----"),
]

EXT_GOOD = [
    "openai.com/chat.completions#/top_k",
    "a.b/c#/",
    "a.b/c#//x",
    "a.b/C_1-2.3#/x/0/y",
    "a-b.c-d.e/v1#/x#y",
    "a.b/c#/usage/x",
    "a.b/c#/a~1usage",
    "a.b/c#/a b\u00e9",
]


def identities(out):
    """What gives one identity, and what gives two."""
    for name, tree in TREES.items():
        out.accept(f"tree: {name}", tree)
        out.accept(f"tree: {name}, as CBOR", tree, encode(tree), is_also=f"tree: {name}")
    out.accept("tree: full, placed nowhere", change(FULL, "/context/items/0/placed", NONE))

    out.accept("one identity: members in another order", FULL, text(backwards(FULL)), is_also="tree: full")
    out.accept("one identity: white space", FULL, text(FULL, indent=3, separators=(" ,", " : ")),
               is_also="tree: full")
    out.accept("one identity: escapes", FULL, text(FULL).replace('"kind"', '"\\u006bind"').replace(
        '"gguf"', '"g\\u0067uf"').replace("doc://1", "doc:\\/\\/1"), is_also="tree: full")
    for token in ("0.50", "5e-1", "0.05E+1"):
        out.accept(f"one identity: 0.5 as {token}", FULL, text(FULL).replace(
            '"temperature":0.5', f'"temperature":{token}'), is_also="tree: full")
    for token in ("20.0", "2e1", "200e-1"):
        out.accept(f"one identity: 20 as {token}", FULL, text(FULL).replace('"top_k":20', f'"top_k":{token}'),
                   is_also="tree: full")
    out.accept("one identity: seed minus 1 as -1.0", FULL, text(FULL).replace('"seed":-1', '"seed":-1.0'),
               is_also="tree: full")
    out.accept("one identity: 0 as -0.0", change(FULL, "/parameters/set/top_k", 0), text(FULL).replace(
        '"top_k":20', '"top_k":-0.0'))

    for word in ("none", "default", "undisclosed"):
        if word != "default":  # that one is the minimal tree
            out.accept(f"another identity: the region is absent, {word}",
                       change(MINIMAL, "/constraints/region", {"absent": word}))
    tool = {**FULL["tools"][0], "name": "second"}
    two = change(FULL, "/tools/-", tool)
    stop = change(FULL, "/constraints/output/stop", ["a", "b"])
    for shows, tree in [
        ("two tools", two),
        ("two tools in the other order", {**two, "tools": two["tools"][::-1]}),
        ("two stop texts", stop),
        ("two stop texts in the other order", change(stop, "/constraints/output/stop", ["b", "a"])),
        ("a composed letter", change(FULL, "/parameters/set/user_name", "\u00e9")),
        ("a decomposed letter", change(FULL, "/parameters/set/user_name", "e\u0301")),
        ("a space at the end", change(FULL, "/parameters/set/user_name", "\u00e9 ")),
        ("a number", change(FULL, "/parameters/set/user_name", 1)),
        ("the number as text", change(FULL, "/parameters/set/user_name", "1")),
        ("true", change(FULL, "/parameters/set/user_name", True)),
        ("the text true", change(FULL, "/parameters/set/user_name", "true")),
        ("an empty list", change(FULL, "/parameters/set/user_name", [])),
        ("an empty map", change(FULL, "/parameters/set/user_name", {})),
        ("empty text", change(FULL, "/parameters/set/user_name", "")),
        ("the same bytes of another type", change(FULL, "/model/template/type", "text/plain")),
        ("a 64-bit integer", change(FULL, "/parameters/set/user_name", 2**53 + 1)),
        ("the 64-bit integer beside it", change(FULL, "/parameters/set/user_name", 2**53)),
        ("a float beyond the integers", change(FULL, "/parameters/set/user_name", 1e22)),
        ("another kind", {**FULL, "kind": "embed"}),
    ]:
        out.accept(f"another identity: {shows}", tree)
    schema = '{"type":"object","properties":{"%s":{},"%s":{}}}'
    for shows, order in (("", ("a", "b")), (" in the other order", ("b", "a"))):
        data = schema % order
        out.accept(f"another identity: a tool schema with two members{shows}",
                   change(FULL, "/tools/0/schema", ref(data.encode(), "application/schema+json")),
                   text(change(FULL, "/tools/0/schema", {"json": json.loads(data)})))


def good_values(out):
    for name in LOOK_ALIKES:
        out.accept(f"look-alike: {name}", change(FULL, f"/parameters/set/{name}", 1))
    for shows, tree, pointer, value in [
        ("an artefact's name asked for in return", "full", "/constraints/output/return/usage", True),
        ("an artefact's name below the first level of safety", "full", "/constraints/safety/x", {"output": 1}),
        ("an artefact's name in the hardware", "full", "/environment/hardware/hostname", "any"),
        ("an artefact's name among seeds", "evaluate", "/evaluation/seeds/generation", 1),
        ("an artefact's name in fewshot", "evaluate", "/evaluation/tasks/0/fewshot/output", "x"),
        ("an artefact's name among hyperparameters", "train", "/training/hyperparameters/score", 1),
        ("an artefact's name in the tool choice", "full", "/constraints/tool-choice", {"result": "x"}),
        ("an artefact's name as a value", "full", "/parameters/set/x", "usage"),
        ("an artefact's name as a model", "full", "/model/name", "usage"),
        ("a tool named like a secret", "full", "/tools/0/name", "token"),
        ("max_tokens is no token", "full", "/environment/settings/max_tokens", 5),
        ("a name that only starts like a secret", "full", "/parameters/set/api_keys_of", "x"),
        ("a secret's name with two s", "full", "/parameters/set/api_keyss", "x"),
        ("a secret's name with an s after a number", "full", "/parameters/set/api_key2s", "x"),
        ("more than one token", "full", "/parameters/set/tokens", "x"),
        ("a token with a number", "full", "/parameters/set/token2", "x"),
        ("a secret's name with the Kelvin sign, which is no letter of ASCII", "full", "/parameters/set/to\u212aen", 1),
        ("a number, whatever its name", "full", "/parameters/set/token", 151657),
        ("a number that is no integer, whatever its name", "full", "/parameters/set/token", 0.5),
        ("true, whatever its name", "full", "/parameters/set/use_cookie", True),
        ("an empty text, whatever its name", "full", "/parameters/set/api_key", ""),
        ("an empty list, whatever its name", "full", "/parameters/set/api_keys", []),
        ("a list of nothing, whatever its name", "full", "/parameters/set/secrets", ["", [], {}, 1, {"absent": "default"}]),
        ("an empty map, whatever its name", "full", "/parameters/set/authorization", {}),
        ("an absence, whatever its name", "full", "/parameters/set/api_key", {"absent": "default"}),
        ("a token of a vocabulary", "full", "/parameters/set/eos_token", "</s>"),
        ("a token in the middle of a name", "full", "/parameters/set/token_of", "x"),
        ("a member called constructor in an open map", "full", "/parameters/set/constructor", 1),
        ("a member called __proto__, in an open map", "full", "/parameters/set/__proto__", {"a": 1}),
        ("a secret shape as a name, which is no open position", "full", "/model/name", "sk-" + "x" * 20),
    ]:
        out.accept(f"allowed: {shows}", change(TREES[tree], pointer, value))
    for shows, value in NO_SECRETS:
        out.accept(f"no secret: {shows}", change(FULL, "/parameters/set/x", value))
    for key in EXT_GOOD:
        out.accept(f"ext key: {key.replace('#//', '# empty ').replace('~', ' tilde ')} is well",
                   change(MINIMAL, "/ext", {key: 1}))
    for shows, pointer, value in [
        ("a name of 1 byte", "/model/name", "n"),
        ("a name of 256 bytes", "/model/name", "n" * 256),
        ("a name of 128 characters and 256 bytes", "/model/name", "\u00e9" * 128),
        ("a name of a space", "/model/name", " "),
        ("an empty id of a call", "/input/1/parts/0/id", ""),
        ("an empty id of a result", "/input/2/parts/0/id", ""),
        ("an id of 32,768 characters and 65,536 bytes", "/input/1/parts/0/id", "\u00e9" * 32768),
        ("a url of 257 bytes", "/tools/0/server/url", "u" * 257),
        ("a uri of 257 bytes", "/context/items/0/source/uri", "u" * 257),
        ("a dns name of one label", "/model/authority", "local"),
        ("a dns name of digits and dashes", "/model/authority", "-1.2-"),
        ("a media type with a parameter", "/model/template/type", "text/plain;charset=utf-8"),
        ("a media type with every sign", "/model/template/type", "0a!#$&^_.+-/9z!#$&^_.+-"),
        ("a media type of 256 bytes", "/model/template/type", "a/" + "b" * 254),
        ("a length of 2^64-1", "/model/template/len", 2**64 - 1),
        ("a length of 0", "/model/template/len", 0),
        ("a scale of 0", "/model/adapters/0/scale", 0),
        ("a negative scale", "/model/adapters/0/scale", -0.5),
        ("the least seed", "/parameters/seed", -(2**63)),
        ("the largest seed", "/parameters/seed", 2**64 - 1),
        ("empty stop text", "/constraints/output/stop/0", ""),
        *[(f"a digest by {alg}", "/model/tokenizer", digest(alg, size))
          for alg, size in (("sha256", 32), ("sha1-git", 20), ("sha256-git", 32), ("blake3", 32))],
    ]:
        out.accept(f"range: {shows} is well", change(FULL, pointer, value))
    # The top, parameters, set, then 61 lists.
    lists = lambda n: json.loads("[" * n + "]" * n)
    out.accept("depth: 64 containers", change(MINIMAL, "/parameters/set/x", lists(61)))
    deep = text(change(MINIMAL, "/parameters/set/x", lists(62)))
    out.refuse("depth: 65 containers", "E-DEPTH", deep.index("[" * 62) + 61, deep)


# Identities that were computed elsewhere, before this generator existed: examples/.
EXAMPLES = {
    "chat-tools": "b3:614663991ab093e37230810f1f8c17f6b6685b7c7087832753c9ba790948bb08",
    "rag": "b3:15b142b8452041cd17e08301f5564e3d13cdcf1e51ecaedcaea9bc9e69c0c161",
    "local-llama": "b3:5f63d968aa8bf0ede40380587453fd30a1a8adc08fa500ea171bb6b99cdd3427",
}


def examples(out):
    for name, identity in EXAMPLES.items():
        path = Path(__file__).parent.parent / "examples" / f"{name}.json"
        tree = json.loads(path.read_text(), object_hook=digests)
        assert "b3:" + blake3(encode(tree)).hexdigest() == identity, name
        out.accept(f"example: {name}", tree, path.read_text())
        data = path.with_suffix(".cbor").read_bytes()
        out.accept(f"example: {name}, as CBOR", tree, data, is_also=f"example: {name}")


def digests(members):
    """Hex of digests as bytes."""
    hexed = {"b3", "kb3"} | ({"value"} if "alg" in members else set())
    return {key: bytes.fromhex(item) if key in hexed else item for key, item in members.items()}


def write(group):
    out = Writer(group)
    for part in (
        identities,
        good_values,
        cases_forms.alternatives,
        cases_forms.source_form,
        cases_refused.refusals,
        cases_refused.documents,
        examples,
    ):
        part(out)
