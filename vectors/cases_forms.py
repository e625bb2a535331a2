"""Which form a map has, and content by value: what is accepted beside what is refused."""

from canonical import encode
from trees import DEFAULT, FULL, NONE, TREES, change, digest, ref, text


def alternatives(out):
    """Which form a map is, and that the form is then checked alone."""
    for shows, pointer, value, code, at in [
        ("absent decides, whatever else is there", "/model/template", {**ref(), "absent": "none"},
         "E-UNKNOWN-MEMBER", "/model/template/b3"),
        ("b3 decides before alg", "/model/tokenizer", {**ref(), **digest()}, "E-UNKNOWN-MEMBER",
         "/model/tokenizer/alg"),
        ("b3 decides before kb3", "/model/tokenizer", {**ref(), "kb3": bytes(32)}, "E-UNKNOWN-MEMBER",
         "/model/tokenizer/kb3"),
        ("absent at a place of content only is a member too many", "/input/0/parts/0/content",
         {**ref(), "absent": "none"}, "E-UNKNOWN-MEMBER", "/input/0/parts/0/content/absent"),
        ("keyed content has no len", "/model/template", {"kb3": bytes(32), "key": "k", "len": 1, "type": "a/b"},
         "E-UNKNOWN-MEMBER", "/model/template/len"),
        ("keyed content names its key", "/model/template", {"kb3": bytes(32), "type": "a/b"}, "E-MISSING",
         "/model/template/key"),
        ("an empty map at a digest", "/environment/code/commit", {}, "E-MISSING", "/environment/code/commit/alg"),
        ("an empty map at weights", "/model/weights", {}, "E-MISSING", "/model/weights/files"),
        ("content at weights is weights with a member too many", "/model/weights", ref(), "E-UNKNOWN-MEMBER",
         "/model/weights/b3"),
        ("an absent form at weights, with weights", "/model/weights", {"absent": "none", "format": "gguf"},
         "E-UNKNOWN-MEMBER", "/model/weights/format"),
        ("an absent form at the hardware, with more", "/environment/hardware", {"absent": "none", "x": 1},
         "E-UNKNOWN-MEMBER", "/environment/hardware/x"),
        ("an absent form as a parameter, with more", "/parameters/set/x", {"absent": "none", "y": 1},
         "E-UNKNOWN-MEMBER", "/parameters/set/x/y"),
        ("another absence as a parameter", "/parameters/set/x", {"absent": "unknown"}, "E-RANGE",
         "/parameters/set/x/absent"),
        ("content as a parameter is checked", "/parameters/set/x", {"b3": bytes(32), "len": 1}, "E-MISSING",
         "/parameters/set/x/type"),
        ("content as a parameter is closed", "/parameters/set/x", {**ref(), "y": 1}, "E-UNKNOWN-MEMBER",
         "/parameters/set/x/y"),
        ("a parameter named b3 makes its map content", "/parameters/set/x", {"b3": 1}, "E-TYPE",
         "/parameters/set/x/b3"),
        ("a part with a bad t has no other fault", "/input/0/parts/0", {"t": "x", "y": None}, "E-RANGE",
         "/input/0/parts/0/t"),
        ("a part without t has no other fault", "/input/0/parts/0", {"a": None}, "E-MISSING", "/input/0/parts/0/t"),
    ]:
        out.refuse(f"alternative: {shows}", code, at, text(change(FULL, pointer, value)))

    for shows, tree, pointer, value in [
        ("keyed content", "full", "/model/template", {"kb3": bytes(32), "key": "k1", "type": "text/plain"}),
        ("content as tokenizer", "full", "/model/tokenizer", ref()),
        ("a digest as source", "full", "/context/items/0/source/digest", digest("blake3", 32)),
        ("content as unset", "full", "/parameters/unset", ref()),
        ("an absent form as parameter", "full", "/parameters/set/x", NONE),
        ("content as parameter", "full", "/parameters/set/x", ref()),
        ("keyed content as parameter", "full", "/parameters/set/x", {"kb3": bytes(32), "key": "k", "type": "a/b"}),
        ("a map with alg and value as parameter is a map", "full", "/parameters/set/x", {"alg": "md5", "value": "x"}),
        ("a map with text as parameter is a map", "full", "/parameters/set/x", {"text": "hello"}),
        ("a map with file as parameter is a map", "full", "/parameters/set/x", {"file": "x.txt"}),
        ("a map with base64 as extension is a map", "full", "/ext/a.b~1c#~1x", {"base64": "?"}),
        ("a map as tool choice", "full", "/constraints/tool-choice", {"type": "function", "function": {"name": "x"}}),
        ("empty text as tool choice", "full", "/constraints/tool-choice", ""),
        ("an empty map as hardware", "full", "/environment/hardware", {}),
        ("absent hardware", "full", "/environment/hardware", DEFAULT),
        ("samples as a list", "evaluate", "/evaluation/tasks/0/samples", [0, 5, 7]),
        ("samples as an empty list", "evaluate", "/evaluation/tasks/0/samples", []),
        ("samples as a number", "evaluate", "/evaluation/tasks/0/samples", 100),
        ("placed in an instruction", "full", "/context/items/0/placed", ["instructions", 0, 0]),
        ("placed in the last part", "full", "/context/items/0/placed", ["input", 0, 2]),
        ("a prior output as context", "full", "/context/items/0/kind", "prior-output"),
        ("a span from its end to its start is only declared", "full", "/context/items/0/source/span", [9, 0]),
        ("a message without parts", "full", "/instructions/0/parts", []),
    ]:
        out.accept(f"alternative: {shows}", change(TREES[tree], pointer, value))


def source_form(out):
    """Content by value, and what it stands for."""
    place = "/input/0/parts/0/content"
    start = change(FULL, "/context/items/0/placed", NONE)

    def well(shows, value, data, media, pointer=place, **also):
        out.accept(f"source: {shows}", change(start, pointer, ref(data, media)),
                   text(change(start, pointer, value)), **also)

    well("text", {"text": "hello you"}, b"hello you", "text/plain")
    well("the reference that text stands for", ref(b"hello you"), b"hello you", "text/plain", is_also="source: text")
    well("base64 of the same bytes", {"base64": "aGVsbG8geW91", "type": "text/plain"}, b"hello you", "text/plain",
         is_also="source: text")
    well("text with its default type stated", {"text": "hello you", "type": "text/plain"}, b"hello you", "text/plain",
         is_also="source: text")
    well("text of another type", {"text": "hello you", "type": "text/markdown"}, b"hello you", "text/markdown")
    well("empty text", {"text": ""}, b"", "text/plain")
    well("text beyond ASCII", {"text": "h\u00e9"}, b"h\xc3\xa9", "text/plain")
    well("text with a space at the end", {"text": "hello you "}, b"hello you ", "text/plain")
    well("text with a line feed at the end", {"text": "hello you\n"}, b"hello you\n", "text/plain")
    well("text with a carriage return", {"text": "hello you\r\n"}, b"hello you\r\n", "text/plain")
    well("composed text", {"text": "\u00e9"}, b"\xc3\xa9", "text/plain")
    well("decomposed text", {"text": "e\u0301"}, b"e\xcc\x81", "text/plain")
    well("text that looks like a secret is content", {"text": "sk-" + "x" * 20}, b"sk-" + b"x" * 20, "text/plain")
    well("base64", {"base64": "AP8Q", "type": "image/png"}, b"\x00\xff\x10", "image/png")
    well("base64 with one padding", {"base64": "AP8=", "type": "a/b"}, b"\x00\xff", "a/b")
    well("base64 with two paddings", {"base64": "AA==", "type": "a/b"}, b"\x00", "a/b")
    well("base64 with plus and slash", {"base64": "+/+/", "type": "a/b"}, b"\xfb\xff\xbf", "a/b")
    well("base64 of nothing", {"base64": "", "type": "a/b"}, b"", "a/b")
    well("text where absence may stand", {"text": "{{ m }}", "type": "text/x-jinja"}, b"{{ m }}", "text/x-jinja",
         "/model/template", is_also="tree: full, placed nowhere")
    well("JSON as tool schema", {"json": {}}, b"{}", "application/schema+json", "/tools/0/schema",
         is_also="tree: full, placed nowhere")
    well("JSON as output schema", {"json": {}}, b"{}", "application/schema+json", "/constraints/output/schema",
         is_also="tree: full, placed nowhere")
    well("JSON as arguments", {"json": {}}, b"{}", "application/json", "/input/1/parts/0/args",
         is_also="tree: full, placed nowhere")
    well("JSON of another type as tool schema", {"json": {}, "type": "application/json"}, b"{}", "application/json",
         "/tools/0/schema")
    well("JSON text as text is text", {"text": "{}"}, b"{}", "text/plain", "/input/1/parts/0/args")

    # Order-preserving minimal text: token by token, because Python would round.
    for shows, given, data in [
        ("null", "null", "null"),
        ("white space goes", '{ "b" : [ 1 , 2 ] ,\n"a" : { } }', '{"b":[1,2],"a":{}}'),
        ("members keep their order", '{"b":1,"a":2}', '{"b":1,"a":2}'),
        ("members in another order", '{"a":2,"b":1}', '{"a":2,"b":1}'),
        ("1.0 is 1", "[1.0,1e2,-0,-0.0]", "[1,100,0,0]"),
        ("a fraction as ECMAScript prints it", "[0.50,1e-7,0.000001,-1.5e-9]", "[0.5,1e-7,0.000001,-1.5e-9]"),
        ("an integer beyond 2^53 is exact", "[9007199254740993,18446744073709551615]",
         "[9007199254740993,18446744073709551615]"),
        ("a large float as ECMAScript prints it", "[1e20,1e21,1.5e300]", "[100000000000000000000,1e+21,1.5e+300]"),
        ("escapes that are needed", r'"\u0022\\\/\u0008\u0009\u000a\u000c\u000d\u0000\u001F\u007f"',
         '"\\"\\\\/\\b\\t\\n\\f\\r\\u0000\\u001f\x7f"'),
        ("escapes that are not needed", r'"\u00e9\ud83d\ude00\u2028"', '"\u00e9\U0001f600\u2028"'),
        ("names that would be refused as members", '{"usage":{"api_key":null}}', '{"usage":{"api_key":null}}'),
    ]:
        marker = text(change(start, place, "MARK"))
        out.accept(f"source JSON: {shows}", change(start, place, ref(data.encode(), "application/json")),
                   marker.replace('"MARK"', '{"json":' + given + "}"))

    for shows, value, code, at in [
        ("a file cannot be read here", {"file": "prompt.txt"}, "E-UNRESOLVED", ""),
        ("text that is a number", {"text": 5}, "E-TYPE", "/text"),
        ("text that is null", {"text": None}, "E-NULL", "/text"),
        ("a file that is a number", {"file": 5}, "E-TYPE", "/file"),
        ("base64 that is a list", {"base64": [], "type": "a/b"}, "E-TYPE", "/base64"),
        ("a type that is a number", {"text": "hello", "type": 5}, "E-TYPE", "/type"),
        ("a type that is none", {"text": "hello", "type": "text"}, "E-RANGE", "/type"),
        ("a type that is null", {"json": 1, "type": None}, "E-NULL", "/type"),
        ("base64 without a type", {"base64": "AA=="}, "E-MISSING", "/type"),
        ("base64 without padding", {"base64": "AA", "type": "a/b"}, "E-RANGE", "/base64"),
        ("base64 with too much padding", {"base64": "AAA==", "type": "a/b"}, "E-RANGE", "/base64"),
        ("base64 with unused bits", {"base64": "AB==", "type": "a/b"}, "E-RANGE", "/base64"),
        ("base64 with a line feed", {"base64": "AAAA\nAAAA", "type": "a/b"}, "E-RANGE", "/base64"),
        ("base64 with a space", {"base64": "AA== ", "type": "a/b"}, "E-RANGE", "/base64"),
        ("base64 of the URL alphabet", {"base64": "-_-_", "type": "a/b"}, "E-RANGE", "/base64"),
        ("base64 with a stray sign", {"base64": "A*A=", "type": "a/b"}, "E-RANGE", "/base64"),
        ("a bad type before bad base64", {"base64": "A", "type": "a"}, "E-RANGE", "/type"),
        ("a member too many", {"text": "hello", "lang": "en"}, "E-UNKNOWN-MEMBER", "/lang"),
        ("a stated length", {"text": "hello", "len": 5}, "E-UNKNOWN-MEMBER", "/len"),
        ("json and text", {"json": 1, "text": "hello"}, "E-UNKNOWN-MEMBER", "/text"),
        ("text and base64", {"text": "hello", "base64": "AA=="}, "E-UNKNOWN-MEMBER", "/base64"),
        ("file and json", {"file": "x", "json": 1}, "E-UNKNOWN-MEMBER", "/json"),
    ]:
        out.refuse(f"source refused: {shows}", code, place + at, text(change(start, place, value)))
    with_text = encode(change(start, place, {"text": "hello"}))
    out.refuse("source refused: text in CBOR", "E-TYPE", place, with_text)
    both = text(change(start, place, {"text": "hello", "text2": 0})).replace("text2", "text")
    out.refuse("source refused: text twice", "E-DUP-KEY", both.rindex('"text":0'), both)
