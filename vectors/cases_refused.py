"""Declarations that are refused: one fault each, and then several to pin the order."""

import json

from canonical import encode
from trees import AGENT, EVALUATE, FULL, MINIMAL, NONE, REMOVED, TRAIN, TREES, backwards, change, digest, ref, text

# What is missing, the tree, the pointer.
MISSING = [
    *[(name, "minimal", f"/{name}") for name in MINIMAL],
    ("agent", "agent", "/agent"),
    ("evaluation", "evaluate", "/evaluation"),
    ("training", "train", "/training"),
    ("the revision of the model", "full", "/model/revision"),
    ("the authority of the model", "full", "/model/authority"),
    ("the adapters of the model", "full", "/model/adapters"),
    ("the quantization of the weights", "full", "/model/weights/quantization"),
    ("the path of a file", "full", "/model/weights/files/0/path"),
    ("the digest of a file", "full", "/model/weights/files/0/digest"),
    ("the alg of a digest that stands alone", "full", "/model/weights/files/0/digest/alg"),
    ("the value of a digest", "full", "/model/tokenizer/value"),
    ("the scale of an adapter", "full", "/model/adapters/0/scale"),
    ("the role of a message", "full", "/input/0/role"),
    ("the parts of a message", "full", "/instructions/0/parts"),
    ("the t of a part", "full", "/input/0/parts/0/t"),
    ("the attrs of a text part", "full", "/input/0/parts/0/attrs"),
    ("the content of an image part", "full", "/input/0/parts/1/content"),
    ("the authority of an opaque part", "full", "/input/0/parts/2/authority"),
    ("the args of a call", "full", "/input/1/parts/0/args"),
    ("the id of a result", "full", "/input/2/parts/0/id"),
    ("the error of a result", "full", "/input/2/parts/0/error"),
    ("the attrs of a part inside a result", "full", "/input/2/parts/0/parts/0/attrs"),
    ("the len of content", "full", "/input/0/parts/0/content/len"),
    ("the type of content", "full", "/input/0/parts/0/content/type"),
    ("the history of the context", "full", "/context/history"),
    ("the kind of a context item", "full", "/context/items/0/kind"),
    ("placed of a context item", "full", "/context/items/0/placed"),
    ("the span of a source", "full", "/context/items/0/source/span"),
    ("the query of a retrieval", "full", "/context/retrieval/query"),
    ("the snapshot of an index", "full", "/context/retrieval/index/snapshot"),
    ("the revision of an embedder", "full", "/context/retrieval/embedder/revision"),
    ("the params of the history", "full", "/context/history/params"),
    ("the data of a tool", "full", "/tools/0/data"),
    ("the protocol of a server", "full", "/tools/0/server/protocol"),
    ("the seed of the parameters", "full", "/parameters/seed"),
    ("unset of the parameters", "full", "/parameters/unset"),
    ("the region of the constraints", "full", "/constraints/region"),
    ("the return of the output", "full", "/constraints/output/return"),
    ("the content of a policy", "full", "/constraints/policies/0/content"),
    ("the hardware of the environment", "full", "/environment/hardware"),
    ("the version of an api", "full", "/environment/api/version"),
    ("the digest of an engine", "full", "/environment/engine/digest"),
    ("the commit of code", "full", "/environment/code/commit"),
    ("the step of an agent", "agent", "/agent/step"),
    ("the name of a guardrail", "agent", "/agent/guardrails/0/name"),
    ("the seeds of an evaluation", "evaluate", "/evaluation/seeds"),
    ("the code of a harness", "evaluate", "/evaluation/harness/code"),
    ("the repeats of a task", "evaluate", "/evaluation/tasks/0/repeats"),
    ("the split of a dataset", "evaluate", "/evaluation/tasks/0/dataset/split"),
    ("the definition of a metric", "evaluate", "/evaluation/metrics/0/definition"),
    ("the threshold of a criterion", "evaluate", "/evaluation/criteria/0/threshold"),
    ("the resume-from of a training", "train", "/training/resume-from"),
    ("the digest of a training dataset", "train", "/training/datasets/0/digest"),
]

# The place, the pointer; the tree is the full one.
NULLS = [
    ("at the version", "/v"),
    ("at the kind", "/kind"),
    ("at a section", "/model"),
    ("at a list", "/input"),
    ("at an item of a list", "/input/0"),
    ("at a part", "/input/0/parts/0"),
    ("at the t of a part", "/input/0/parts/0/t"),
    ("at content", "/input/0/parts/0/content"),
    ("at a digest of content", "/input/0/parts/0/content/b3"),
    ("at a digest", "/model/tokenizer/alg"),
    ("at a name or absence", "/model/revision"),
    ("at content or absence", "/model/template"),
    ("at a map or absence", "/context/retrieval"),
    ("at a span", "/context/items/0/source/span"),
    ("inside a span", "/context/items/0/source/span/1"),
    ("inside placed", "/context/items/0/placed/2"),
    ("at a boolean", "/input/2/parts/0/error"),
    ("at unset", "/parameters/unset"),
    ("at the seed", "/parameters/seed"),
    ("at the tool choice", "/constraints/tool-choice"),
    ("at an open map", "/parameters/set"),
    ("at a parameter", "/parameters/set/temperature"),
    ("at the hardware", "/environment/hardware"),
    ("inside the hardware", "/environment/hardware/gpu"),
    ("at ext", "/ext"),
    ("at an extension", "/ext/example.com~1v1#~1top_k"),
    ("in a list of names", "/model/fallbacks/0"),
    ("in a list of texts", "/constraints/output/stop/0"),
]

# The place, the tree, the pointer of the member that is added.
UNKNOWN = [
    ("at the top", "full", "/note"),
    ("at the top, an artefact's name", "full", "/usage"),
    ("at the top, with both escapes in its pointer", "full", "/a~1b~0c"),
    ("at the top, empty", "full", "/"),
    ("at the top, called constructor", "full", "/constructor"),
    ("at the top, called __proto__", "full", "/__proto__"),
    ("in the model", "full", "/model/provider"),
    ("in the weights", "full", "/model/weights/sha"),
    ("in a file", "full", "/model/weights/files/0/mode"),
    ("in a digest", "full", "/model/weights/files/0/digest/size"),
    ("in a message", "full", "/input/0/name"),
    ("in a text part", "full", "/input/0/parts/0/text"),
    ("in a part that another kind of part has", "full", "/input/0/parts/0/id"),
    ("in a part inside a result", "full", "/input/2/parts/0/parts/0/note"),
    ("in content", "full", "/input/0/parts/0/content/charset"),
    ("in content, the member of source form", "full", "/input/0/parts/0/content/text"),
    ("in content, the member of the keyed form", "full", "/input/0/parts/0/content/key"),
    ("in a context source", "full", "/context/items/0/source/title"),
    ("in an absent form", "minimal", "/model/revision/why"),
    ("in an absent form at a map", "minimal", "/context/history/policy"),
    ("in a tool", "full", "/tools/0/strict"),
    ("in a server", "full", "/tools/0/server/headers"),
    ("in the parameters, which are set one level below", "full", "/parameters/temperature"),
    ("in the output", "full", "/constraints/output/strict"),
    ("in the constraints, the wire name of the tool choice", "full", "/constraints/tool_choice"),
    ("in the environment", "full", "/environment/hostname"),
    ("in an agent", "agent", "/agent/parent"),
    ("in a task", "evaluate", "/evaluation/tasks/0/limit"),
    ("in a training", "train", "/training/epochs"),
]

# A name at each open position; `names/artefacts.txt` has all the names.
ARTEFACTS = [
    ("full", "/parameters/set/usage"),
    ("full", "/parameters/set/finish_reason"),
    ("full", "/parameters/set/prompt_tokens"),
    ("full", "/parameters/set/output"),
    ("full", "/parameters/set/seed_info/request_id"),
    ("full", "/environment/settings/latency_ms"),
    ("full", "/environment/settings/hostname"),
    ("full", "/environment/settings/timestamp"),
    ("full", "/environment/settings/deep/down/pid"),
    ("full", "/tools/0/config/created_at"),
    ("full", "/tools/0/config/status"),
    ("full", "/input/0/parts/0/attrs/id_of/response_id"),
    ("full", "/input/0/parts/1/attrs/score"),
    ("full", "/input/1/parts/0/attrs/duration"),
    ("full", "/input/2/parts/0/attrs/error"),
    ("full", "/input/2/parts/0/parts/0/attrs/traceId"),
    ("full", "/context/retrieval/params/scores"),
    ("full", "/context/history/params/total_tokens"),
    ("full", "/constraints/limits/elapsed"),
    ("full", "/constraints/limits/cost"),
    ("full", "/constraints/safety/results"),
    ("full", "/ext/example.com~1v1#~1usage"),
    ("full", "/ext/example.com~1v1#~1choices~10~1finish_reason"),
    ("full", "/ext/example.com~1v1#~1x/completion"),
    ("agent", "/agent/settings/run_id"),
    ("evaluate", "/evaluation/metrics/0/params/metric_values"),
]

SECRET_NAMES = [
    ("full", "/parameters/set/api_key"),
    ("full", "/parameters/set/headers/Authorization"),
    ("full", "/parameters/set/x-api-key"),
    ("full", "/environment/settings/API-Key"),
    ("full", "/environment/settings/AWS_SECRET_ACCESS_KEY"),
    ("full", "/environment/hardware/token"),
    ("full", "/tools/0/config/client-secret"),
    ("full", "/input/0/parts/0/attrs/Cookie"),
    ("full", "/constraints/safety/below/password"),
    ("full", "/constraints/output/return/secret"),
    ("full", "/context/retrieval/params/hf_token"),
    ("full", "/ext/example.com~1v1#~1x_api_key"),
    ("train", "/training/hyperparameters/hub_token"),
    ("evaluate", "/evaluation/tasks/0/fewshot/credentials"),
    ("evaluate", "/evaluation/seeds/private_key"),
    ("full", "/parameters/set/tavilyApiKey"),
    ("full", "/parameters/set/openai_api_key"),
    ("full", "/parameters/set/accessToken"),
    ("full", "/parameters/set/clientSecret"),
    ("full", "/parameters/set/x.auth token"),
    ("full", "/parameters/set/idToken"),
    ("full", "/parameters/set/\u00e9password"),
    ("full", "/parameters/set/api_keys"),
    ("full", "/parameters/set/API_KEY_2"),
    ("full", "/parameters/set/Passwords 17"),
]

# None of these opens anything: they have the shape and nothing else.
SECRET_TEXTS = [
    ("sk- and twenty letters", "sk-" + "x" * 20),
    ("sk- with a dash and an underscore", "sk-proj-" + "x_" * 10),
    ("ghp_ and thirty letters", "ghp_" + "x" * 30),
    ("ghs_", "ghs_" + "x" * 36),
    ("github_pat_", "github_pat_" + "x_" * 15),
    ("AKIA", "AKIA" + "X" * 16),
    ("ASIA", "ASIA" + "X" * 16),
    ("AIza", "AIza" + "x" * 35),
    ("xoxb-", "xoxb-" + "x" * 10),
    ("hf_", "hf_" + "x" * 30),
    ("gsk_", "gsk_" + "x" * 20),
    ("xai-", "xai-" + "x" * 20),
    ("pplx-", "pplx-" + "x" * 20),
    ("nvapi-", "nvapi-" + "x_" * 10),
    ("glpat-", "glpat-" + "x." * 10),
    ("ya29.", "ya29." + "x-" * 10),
    ("tvly-", "tvly-" + "x-" * 10),
    ("Bearer", "Bearer " + "x" * 16),
    ("bearer in lower case", "bearer " + "x" * 16),
    ("Basic, a name and a password", "Basic eDp4"),
    ("basic in capitals, a name and no password", "BASIC eDo="),
    ("Basic without its padding", "Basic eDo"),
    ("Basic and two spaces", "Basic  eDp4"),
    ("Basic and a tab", "Basic\teDp4"),
    ("Bearer and two spaces", "Bearer  " + "x" * 16),
    ("Bearer after a space", " Bearer " + "x" * 16),
    ("sk- and a space at the end", "sk-" + "x" * 20 + " "),
    ("sk- after white space of every kind", " \t\r\nsk-" + "x" * 20),
    ("a JSON Web Token", "eyJ" + "x" * 7 + "." + "x" * 10 + "." + "x" * 10),
    ("a private key in PEM", "-----BEGIN " + "EC PRIVATE KEY-----"),
    ("a private key in PEM inside other text", "see: -----BEGIN " + "PRIVATE KEY-----\nxx"),
]

# What is wrong, the pointer of the change, the new value, the pointer of the fault if it is another.
TYPES = [
    ("a list at a section", "/model", [], None),
    ("a map at a list", "/input", {}, None),
    ("text at a list of messages", "/input", "hello", None),
    ("text at a message", "/input/0", "hello", None),
    ("a list at a part", "/input/0/parts/0", [], None),
    ("a number at the t of a part", "/input/0/parts/0/t", 1, None),
    ("text at content", "/input/0/parts/0/content", "hello", None),
    ("an empty map at content", "/input/0/parts/0/content", {}, None),
    ("an absent form at content", "/input/0/parts/0/content", NONE, None),
    ("a digest at content", "/input/0/parts/0/content", digest(), None),
    ("a number at the version", "/v", 1, None),
    ("a number at the kind", "/kind", 1, None),
    ("a number at a name", "/model/name", 5, None),
    ("a number at a dns name", "/model/authority", 5, None),
    ("a number at a name or absence", "/model/revision", 5, None),
    ("a list at a name or absence", "/model/revision", [], None),
    ("an empty map at a name or absence", "/model/revision", {}, None),
    ("content at a name or absence", "/model/revision", ref(), None),
    ("a digest at content or absence", "/model/template", digest(), None),
    ("text at weights", "/model/weights", "gguf", None),
    ("a number at the media type", "/model/template/type", 1, None),
    ("a number at a digest of content", "/model/template/b3", 1, None),
    ("a number at the value of a digest", "/model/tokenizer/value", 1, None),
    ("a number at the alg of a digest", "/model/tokenizer/alg", 1, None),
    ("content at a commit, which is a digest", "/environment/code/commit", "abc", None),
    ("text at a length", "/model/template/len", "7", None),
    ("a fraction at a length", "/model/template/len", 1.5, None),
    ("a negative length", "/model/template/len", -1, None),
    ("a boolean at a length", "/model/template/len", True, None),
    ("text at a number", "/model/adapters/0/scale", "1", None),
    ("a boolean at a number", "/model/adapters/0/scale", True, None),
    ("a number at a list of names", "/model/fallbacks", 1, None),
    ("a number in a list of names", "/model/fallbacks/0", 1, None),
    ("a number in a list of stop texts", "/constraints/output/stop/0", 1, None),
    ("text at a boolean", "/input/2/parts/0/error", "false", None),
    ("a number at a boolean", "/input/2/parts/0/error", 0, None),
    ("a fraction at the seed", "/parameters/seed", 0.5, None),
    ("text at the seed", "/parameters/seed", "7", None),
    ("a list at unset", "/parameters/unset", [], None),
    ("an absent form at unset", "/parameters/unset", NONE, None),
    ("a list at an open map", "/parameters/set", [], None),
    ("an absent form at set", "/parameters/set", NONE, None),
    ("content at set", "/parameters/set", ref(), None),
    ("an absent form at attrs", "/input/0/parts/0/attrs", NONE, None),
    ("content at the hardware", "/environment/hardware", ref(), None),
    ("text at the hardware", "/environment/hardware", "gpu", None),
    ("content at the tool choice", "/constraints/tool-choice", ref(), None),
    ("a number at the tool choice", "/constraints/tool-choice", 1, None),
    ("a list at the tool choice", "/constraints/tool-choice", [], None),
    ("a list at ext", "/ext", [], None),
    ("text at a span", "/context/items/0/source/span", "0-5", None),
    ("text inside a span", "/context/items/0/source/span/0", "0", None),
    ("a negative start of a span", "/context/items/0/source/span/0", -1, None),
    ("a number at the section of placed", "/context/items/0/placed/0", 0, None),
    ("text at the message of placed", "/context/items/0/placed/1", "0", None),
    ("a number at a word of absence", "/model/revision", {"absent": 1}, "/model/revision/absent"),
]

RANGES = [
    ("an empty name", "/model/name", "", None),
    ("a name of 257 bytes", "/model/name", "n" * 257, None),
    ("a name of 129 characters and 258 bytes", "/model/name", "\u00e9" * 129, None),
    ("an empty name where absence may stand", "/model/revision", "", None),
    ("an empty name in a list", "/model/fallbacks/0", "", None),
    ("an id of 65,537 bytes", "/input/2/parts/0/id", "i" * 65537, None),
    ("an empty path", "/model/weights/files/0/path", "", None),
    ("another kind", "/kind", "chat", None),
    ("a kind in capitals", "/kind", "Generate", None),
    ("another role", "/input/0/role", "model", None),
    ("another part", "/input/0/parts/0/t", "thinking", None),
    ("another word of absence", "/model/revision", {"absent": "unknown"}, "/model/revision/absent"),
    ("an absence that is empty", "/model/revision", {"absent": ""}, "/model/revision/absent"),
    ("another algorithm", "/model/tokenizer/alg", "md5", None),
    ("another unset", "/parameters/unset", "none", None),
    ("another executor", "/environment/executor", "cloud", None),
    ("another kind of tool", "/tools/0/t", "builtin", None),
    ("another data of a tool", "/tools/0/data", "partly", None),
    ("another policy of history", "/context/history/policy", "none", None),
    ("another kind of context item", "/context/items/0/kind", "web", None),
    ("a dns name in capitals", "/model/authority", "Example.com", None),
    ("a dns name with two dots", "/model/authority", "example..com", None),
    ("a dns name with a dot at the end", "/model/authority", "example.com.", None),
    ("a dns name with a dot at the start", "/model/authority", ".example.com", None),
    ("a dns name with an underscore", "/model/authority", "my_host", None),
    ("a dns name beyond ASCII", "/model/authority", "b\u00fccher.example", None),
    ("an empty dns name", "/model/authority", "", None),
    ("a media type without a slash", "/model/template/type", "text", None),
    ("a media type with two slashes", "/model/template/type", "text/a/b", None),
    ("a media type in capitals", "/model/template/type", "Text/plain", None),
    ("a media type without a subtype", "/model/template/type", "text/", None),
    ("a media type without a type", "/model/template/type", "/plain", None),
    ("a media type with a space", "/model/template/type", "text/plain; charset=utf-8", None),
    ("a media type with an empty parameter", "/model/template/type", "text/plain;", None),
    ("a media type with two parameters", "/model/template/type", "text/plain;a=b;c=d", None),
    ("a media type of 257 bytes", "/model/template/type", "a/" + "b" * 255, None),
    ("an empty media type", "/model/template/type", "", None),
    ("31 bytes of BLAKE3", "/model/template/b3", bytes(31), None),
    ("33 bytes of BLAKE3", "/model/template/b3", bytes(33), None),
    ("BLAKE3 in capitals", "/model/template/b3", "AB" * 32, None),
    ("BLAKE3 with its prefix", "/model/template/b3", "b3:" + "ab" * 32, None),
    ("BLAKE3 with 63 digits", "/model/template/b3", "a" * 63, None),
    ("BLAKE3 with a letter that is no digit", "/model/template/b3", "g" * 64, None),
    ("BLAKE3 that is empty", "/model/template/b3", "", None),
    *[
        (f"a digest by {alg} of {size} bytes", "/model/tokenizer", digest(alg, size), "/model/tokenizer/value")
        for alg, size in (("sha256", 31), ("sha256", 64), ("sha512", 32), ("sha512", 63), ("sha1-git", 32),
                          ("sha1-git", 19), ("sha256-git", 20), ("blake3", 31), ("blake3", 64))
    ],
    ("a file list without a file", "/model/weights/files", [], None),
    ("an adapter without a file", "/model/adapters/0/files", [], None),
    ("a span of one", "/context/items/0/source/span", [1], None),
    ("a span of three", "/context/items/0/source/span", [1, 2, 3], None),
    ("an empty span", "/context/items/0/source/span", [], None),
    ("placed of two", "/context/items/0/placed", ["input", 0], None),
    ("placed of four", "/context/items/0/placed", ["input", 0, 0, 0], None),
    ("placed in another section", "/context/items/0/placed", ["tools", 0, 0], "/context/items/0/placed/0"),
    ("placed in a message that is not there", "/context/items/0/placed", ["input", 3, 0], None),
    ("placed in a part that is not there", "/context/items/0/placed", ["input", 0, 3], None),
    ("placed in an instruction that is not there", "/context/items/0/placed", ["instructions", 1, 0], None),
    ("placed far away", "/context/items/0/placed", ["input", 2**64 - 1, 2**64 - 1], None),
]

KIND_RANGES = [
    ("an evaluation without a task", "evaluate", "/evaluation/tasks", []),
    ("another comparator", "evaluate", "/evaluation/criteria/0/comparator", "!="),
    ("other samples", "evaluate", "/evaluation/tasks/0/samples", "some"),
    ("a training without a dataset", "train", "/training/datasets", []),
]

VERSIONS = [
    ("2", "ai-run-declaration/2"),
    ("1.0", "ai-run-declaration/1.0"),
    ("1 in capitals", "AI-RUN-DECLARATION/1"),
    ("1 with a space", "ai-run-declaration/1 "),
    ("nothing", ""),
]

EXT_BAD = [
    ("a bare name", "top_k"),
    ("nothing", ""),
    ("no api", "openai.com#/top_k"),
    ("an empty api", "openai.com/#/top_k"),
    ("no pointer", "openai.com/chat"),
    ("an empty pointer", "openai.com/chat#"),
    ("a pointer without a slash", "openai.com/chat#top_k"),
    ("an authority of one label", "openai/chat#/top_k"),
    ("an authority in capitals", "OpenAI.com/chat#/top_k"),
    ("an authority with two dots", "openai..com/chat#/top_k"),
    ("no authority", "/chat#/top_k"),
    ("a space in the api", "openai.com/chat completions#/top_k"),
    ("a slash in the api", "openai.com/v1/chat#/top_k"),
    ("an artefact's name, bare", "usage"),
]

KINDS = [
    ("generate with agent", "minimal", "/agent", "E-UNKNOWN-MEMBER", AGENT["agent"]),
    ("generate with evaluation", "minimal", "/evaluation", "E-UNKNOWN-MEMBER", EVALUATE["evaluation"]),
    ("generate with training", "minimal", "/training", "E-UNKNOWN-MEMBER", TRAIN["training"]),
    ("embed with agent", "embed", "/agent", "E-UNKNOWN-MEMBER", AGENT["agent"]),
    ("agent-step with training", "agent", "/training", "E-UNKNOWN-MEMBER", TRAIN["training"]),
    ("evaluate with training", "evaluate", "/training", "E-UNKNOWN-MEMBER", TRAIN["training"]),
    ("train with agent", "train", "/agent", "E-UNKNOWN-MEMBER", AGENT["agent"]),
    ("generate with an empty agent", "minimal", "/agent", "E-UNKNOWN-MEMBER", {}),
    ("generate with an absent agent", "minimal", "/agent", "E-UNKNOWN-MEMBER", NONE),
]


def refusals(out):
    def each(prefix, rows, code):
        for shows, tree, pointer, value, at in rows:
            out.refuse(f"{prefix}: {shows}", code, at or pointer, text(change(TREES[tree], pointer, value)))

    each("missing", [(s, tree, p, REMOVED, None) for s, tree, p in MISSING], "E-MISSING")
    each("null", [(s, "full", p, None, None) for s, p in NULLS], "E-NULL")
    each("unknown member", [(s, tree, p, 1, None) for s, tree, p in UNKNOWN], "E-UNKNOWN-MEMBER")
    each("type", [(s, "full", p, value, at) for s, p, value, at in TYPES], "E-TYPE")
    each("range", [(s, "full", p, value, at) for s, p, value, at in RANGES], "E-RANGE")
    each("range", [(s, tree, p, value, None) for s, tree, p, value in KIND_RANGES], "E-RANGE")
    each("version", [(s, "minimal", "/v", v, None) for s, v in VERSIONS], "E-VERSION")
    each("ext key", [(s, "minimal", "/ext/" + k.replace("/", "~1"), 1, None) for s, k in EXT_BAD], "E-EXT-KEY")
    for prefix, code, rows, value in (
        ("artefact", "E-ARTEFACT", ARTEFACTS, 1), ("secret", "E-SECRET", SECRET_NAMES, "x"),
    ):
        for tree, pointer in rows:
            # Places two and more levels inside an open map are made on the way.
            given = grow(TREES[tree], pointer, value)
            out.refuse(f"{prefix}: {pointer.replace('~1', ' ')}", code, pointer, text(given))
    for shows, value in [("a list", ["", "x"]), ("a map", {"a": 1}), ("an absence with more", {"absent": "none", "a": 1})]:
        out.refuse(f"secret: {shows}", "E-SECRET", "/parameters/set/token",
                   text(change(FULL, "/parameters/set/token", value)))
    each("secret text", [(s, "full", "/parameters/set/x", t, None) for s, t in SECRET_TEXTS], "E-SECRET")
    secret = SECRET_TEXTS[0][1]
    for shows, pointer, value, at in [
        ("in a list", "/parameters/set/x", ["a", secret], "/parameters/set/x/1"),
        ("in an inner map", "/parameters/set/x", {"a": {"b": secret}}, "/parameters/set/x/a/b"),
        ("as an extension", "/ext/a.b~1c#~1x", secret, None),
        ("in the map form of the tool choice", "/constraints/tool-choice", {"x": secret},
         "/constraints/tool-choice/x"),
        ("in the hardware", "/environment/hardware/x", secret, None),
        ("below the first level of safety", "/constraints/safety/x", {"y": secret}, "/constraints/safety/x/y"),
    ]:
        out.refuse(f"secret text: {shows}", "E-SECRET", at or pointer, text(change(FULL, pointer, value)))
    for shows, pointer, value, at in [
        ("of a member", "/parameters/set/x", {secret: 1}, "/parameters/set/x"),
        ("of an extension", "/ext/a.b~1c#~1" + secret, 1, "/ext"),
    ]:
        out.refuse(f"secret name: {shows}", "E-SECRET", at, text(change(FULL, pointer, value)))
    out.refuse("artefact: in a map in a list", "E-ARTEFACT", "/parameters/set/x/1/usage",
               text(change(FULL, "/parameters/set/x", [1, {"usage": 1}])))
    for shows, tree, pointer, code, value in KINDS:
        out.refuse(f"kind: {shows}", code, pointer, text(change(TREES[tree], pointer, value)))
    # A closed map that offers no absence: name (4 bytes) is missing before absent (6) is unknown.
    out.refuse("kind: agent-step with an absent agent", "E-MISSING", "/agent/name",
               text(change(AGENT, "/agent", NONE)))
    out.refuse("kind: agent-step without agent", "E-MISSING", "/agent", text({**MINIMAL, "kind": "agent-step"}))
    out.refuse("kind: evaluate without evaluation", "E-MISSING", "/evaluation", text({**MINIMAL, "kind": "evaluate"}))
    out.refuse("kind: train without training", "E-MISSING", "/training", text({**MINIMAL, "kind": "train"}))


def grow(tree, pointer, value):
    """The tree with the value at the pointer, and the open maps on the way to it."""
    tokens = pointer.split("/")[1:]
    for depth in range(1, len(tokens)):
        try:
            tree = change(tree, "/" + "/".join(tokens[:depth]) + "/?", 1)
            tree = change(tree, "/" + "/".join(tokens[:depth]) + "/?", REMOVED)
        except KeyError:
            tree = change(tree, "/" + "/".join(tokens[:depth]), {})
        except (TypeError, ValueError):
            continue  # a list
    return change(tree, pointer, value)


def documents(out):
    """The whole document: its form, its order of faults."""
    for shows, given, code, at in [
        ("nothing", "", "E-SYNTAX", 0),
        ("a list", "[]", "E-TYPE", ""),
        ("text", '"hello"', "E-TYPE", ""),
        ("a number", "1", "E-TYPE", ""),
        ("null", "null", "E-NULL", ""),
        ("an empty map", "{}", "E-MISSING", "/v"),
        ("only the version", '{"v":"ai-run-declaration/1"}', "E-MISSING", "/ext"),
        ("a request body", '{"model":"m","messages":[]}', "E-MISSING", "/v"),
        ("a byte-order mark", "\ufeff" + text(MINIMAL), "E-SYNTAX", 0),
        ("two declarations", text(MINIMAL) + "\n" + text(MINIMAL), "E-SYNTAX", len(text(MINIMAL)) + 1),
        ("an empty map in CBOR", b"\xa0", "E-MISSING", "/v"),
        ("a map in CBOR that is cut", b"\xab", "E-SYNTAX", 0),
        ("an indefinite map", b"\xbf\xff", "E-NONCANONICAL", 0),
        ("null in CBOR", b"\xa1\x61v\xf6", "E-NULL", 3),
        ("a list in CBOR is read as JSON", b"\x80", "E-UTF8", 0),
        ("an integer in CBOR is read as JSON", b"\x01", "E-SYNTAX", 0),
        ("a tagged map in CBOR is read as JSON", b"\xd9\xd9\xf7\xa0", "E-UTF8", 0),
        ("CBOR and a line feed", encode(MINIMAL) + b"\n", "E-SYNTAX", len(encode(MINIMAL))),
        ("CBOR with members out of order", reorder(MINIMAL), "E-NONCANONICAL",
         1 + sum(len(encode(key) + encode(MINIMAL[key])) for key in ("v", "kind", "model", "instructions"))),
        ("hex text in CBOR", encode(change(FULL, "/model/template/b3", "ab" * 32)), "E-TYPE", "/model/template/b3"),
        ("bytes as a parameter in CBOR", encode(change(FULL, "/parameters/set/x", b"x")), "E-TYPE",
         "/parameters/set/x"),
        ("bytes as a name in CBOR", encode(change(FULL, "/model/name", b"x")), "E-TYPE", "/model/name"),
        ("31 bytes of BLAKE3 in CBOR", encode(change(FULL, "/model/template/b3", bytes(31))), "E-RANGE",
         "/model/template/b3"),
        ("19 bytes of a commit in CBOR", encode(change(FULL, "/environment/code/commit/value", bytes(19))), "E-RANGE",
         "/environment/code/commit/value"),
    ]:
        if isinstance(given, bytes) and not 0xA0 <= given[0] <= 0xBF:
            out.group.refuse(f"document: {shows}", code, at, json_hex=given.hex())
        else:
            out.refuse(f"document: {shows}", code, at, given)

    for shows, given, code, at in [
        ("syntax before the version", '{"v":"x",}', "E-SYNTAX", 9),
        ("a number out of range before a member that is missing", '{"v":1e999}', "E-NUM-RANGE", 5),
        ("a key twice before the version", '{"v":"x","v":"y"}', "E-DUP-KEY", 9),
        ("an unknown member before the version, bytewise", '{"a":1,"v":"x"}', "E-UNKNOWN-MEMBER", "/a"),
        ("the version before a longer unknown member", '{"aa":1,"v":"x"}', "E-VERSION", "/v"),
        ("the version before an unknown member of its length", '{"w":1,"v":"x"}', "E-VERSION", "/v"),
        ("an unknown member before the missing model",
         text(change(change(MINIMAL, "/model", REMOVED), "/mode", 1)), "E-UNKNOWN-MEMBER", "/mode"),
        ("the missing model before a longer unknown member",
         text(change(change(MINIMAL, "/model", REMOVED), "/models", 1)), "E-MISSING", "/model"),
        ("ten faults", '{"kind":"generate","tool":[],"v":"ai-run-declaration/1","ext":{"top_k":1}}',
         "E-EXT-KEY", "/ext/top_k"),
        ("ten faults, ext mended", '{"kind":"generate","tool":[],"v":"ai-run-declaration/1","ext":{}}',
         "E-UNKNOWN-MEMBER", "/tool"),
        ("a bad kind, and the section of another",
         text({**AGENT, "kind": "agent"}), "E-RANGE", "/kind"),
        ("no kind, and the section of a kind", text(change(AGENT, "/kind", REMOVED)), "E-MISSING", "/kind"),
        ("input before model", text(change(change(FULL, "/model/name", ""), "/input/0/role", "x")), "E-RANGE",
         "/input/0/role"),
        ("the first of two items", text(change(change(FULL, "/input/1/role", "x"), "/input/0/role", "y")), "E-RANGE",
         "/input/0/role"),
        ("inside a member before its longer sibling",
         text(change(change(FULL, "/constraints/output/schema/len", "x"), "/constraints/region", 1)), "E-TYPE",
         "/constraints/output/schema/len"),
        ("instructions come last",
         text(change(change(FULL, "/instructions", 1), "/environment/settings", 1)), "E-TYPE",
         "/environment/settings"),
        ("the number of items before the items",
         text(change(FULL, "/context/items/0/source/span", [None])), "E-RANGE", "/context/items/0/source/span"),
        ("the items before what they point to",
         text(change(FULL, "/context/items/0/placed", ["input", 9, -1])), "E-TYPE", "/context/items/0/placed/2"),
        ("an ext key before an artefact in a later one",
         text(change(MINIMAL, "/ext", {"a.b/c#/usage": 1, "x": 1})), "E-EXT-KEY", "/ext/x"),
        ("an artefact's name before its value", text(change(FULL, "/parameters/set/usage", None)), "E-ARTEFACT",
         "/parameters/set/usage"),
        ("a secret's name before its value", text(change(FULL, "/parameters/set/token", ["x", None])), "E-SECRET",
         "/parameters/set/token"),
        ("ext has no reserved names", text(change(MINIMAL, "/ext", {"absent": "none"})), "E-EXT-KEY", "/ext/absent"),
        ("an ext key before its value", text(change(MINIMAL, "/ext", {"x": None})), "E-EXT-KEY", "/ext/x"),
        ("a shorter parameter first", text(change(MINIMAL, "/parameters/set", {"usage": 1, "b": None})), "E-NULL",
         "/parameters/set/b"),
        ("UTF-16 order is not the order",
         text(change(MINIMAL, "/parameters/set", {"\U0001f600": None, "\uffff": None})), "E-NULL",
         "/parameters/set/\uffff"),
    ]:
        out.refuse(f"first fault: {shows}", code, at, given)
        if shows in ("ten faults", "a bad kind, and the section of another"):
            out.refuse(f"first fault: {shows}, members backwards", code, at, text(backwards(json.loads(given))))


def reorder(tree):
    """The encoding with the members of the top as they stand in the tree."""
    return bytes([0xA0 | len(tree)]) + b"".join(encode(key) + encode(item) for key, item in tree.items())
