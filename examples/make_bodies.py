#!/usr/bin/env python3
"""Writes bodies.ndjson: chat completion requests in the shapes that real applications send, the same on every run.

Usage: python3 make_bodies.py > bodies.ndjson
"""

import base64
import json
import struct
import zlib

MODELS = ["gpt-5.2-2026-02-11", "gpt-5.2-mini-2026-02-11", "gpt-4.1-2025-04-14", "gpt-4o-mini"]
GOODS = ["kettle", "desk lamp", "rain jacket", "bread knife", "bicycle bell", "garden hose", "wool blanket", "chess set"]
FAULTS = ["arrived broken", "never arrived", "is the wrong colour", "makes a strange noise", "has no manual", "leaks"]
PEOPLE = ["Ada", "Bruno", "Chiara", "Dmitri", "Esi", "Farid", "Greta", "Hiroshi"]
CITIES = ["Bergen", "Cádiz", "Düsseldorf", "Kraków", "Lyon", "Nantes", "Ōsaka", "Tartu"]
CLAUSES = [
    ("4.1", "The insurer pays for water damage up to EUR 20 000."),
    ("4.7", "Damage from gradual seepage is excluded."),
    ("5.2", "Bicycles are covered at home and, if locked, within 50 km of it."),
    ("6.3", "Glass is covered without deductible; lamps are not glass."),
    ("7.1", "Claims are reported within 14 days of discovery."),
    ("8.4", "Storm means wind force 8 or more at the nearest station."),
]
QUESTIONS = [
    "Is a slow leak under the sink covered?",
    "My bicycle was stolen at the station, 12 km from home. What do I get?",
    "How long do I have to report hail damage?",
    "Does a broken lamp count as glass?",
]
SNIPPETS = [
    "def area(r):\n    return 3.14 * r * r\n",
    "fn main() {\n    println!(\"{}\", 2 + 2);\n}\n",
    "SELECT name FROM city WHERE population > 100000;\n",
]


class Dice:
    """A generator of our own: the standard one may change with the Python version."""

    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % n

    def one(self, items):
        return items[self.below(len(items))]

    def maybe(self, percent):
        return self.below(100) < percent


def system(text):
    return {"role": "system", "content": text}


def user(content):
    return {"role": "user", "content": content}


def said(text):
    return {"role": "assistant", "content": text}


def call(number, name, arguments):
    function = {"name": name, "arguments": json.dumps(arguments)}
    return {"id": f"call_{number:04d}", "type": "function", "function": function}


def called(calls):
    return {"role": "assistant", "content": None, "tool_calls": calls}


def answer(number, value):
    return {"role": "tool", "tool_call_id": f"call_{number:04d}", "content": json.dumps(value)}


def function(name, description, properties, strict=True):
    schema = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    out = {"name": name, "description": description, "parameters": schema}
    if strict:
        out["strict"] = True
    return {"type": "function", "function": out}


DESK_TOOLS = [
    function("get_order", "Read one order.", {"order_id": {"type": "integer"}}),
    function("refund", "Refund an order.", {"order_id": {"type": "integer"}, "amount": {"type": "number"}}),
    function("send_replacement", "Ship the same item again.", {"order_id": {"type": "integer"}}),
]
AGENT_TOOLS = [
    function("list_files", "List the files below a folder.", {"path": {"type": "string"}}, strict=False),
    function("read_file", "Read a text file.", {"path": {"type": "string"}}, strict=False),
    function("run_tests", "Run the tests of one package.", {"package": {"type": "string"}}, strict=False),
    function(
        "edit",
        "Replace a line of a file.",
        {"path": {"type": "string"}, "line": {"type": "integer", "minimum": 1}, "text": {"type": "string"}},
        strict=False,
    ),
]


def png(dice):
    """A picture of one pixel. Stored, not compressed, so that the bytes do not depend on the zlib at hand."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    row = bytes([0, dice.below(256), dice.below(256), dice.below(256)])
    stored = b"\x78\x01\x01" + struct.pack("<HH", len(row), len(row) ^ 0xFFFF) + row + struct.pack(">I", zlib.adler32(row))
    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", stored) + chunk(b"IEND", b"")


def wav(dice):
    """Sixteen samples of noise."""
    samples = bytes(dice.below(256) for _ in range(16))
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 8000, 8000, 1, 8)
    return b"RIFF" + struct.pack("<I", 36 + len(samples)) + b"WAVE" + form + b"data" + struct.pack("<I", 16) + samples


def b64(data):
    return base64.b64encode(data).decode()


def desk(dice, n):
    """A support desk: one to three turns, tools, some answers already given."""
    order, goods = 4000 + n, dice.one(GOODS)
    messages = [
        system("You are the service desk of Northwind. Follow policy R-12. Answer in the customer's language."),
        user(f"Hello, this is {dice.one(PEOPLE)} from {dice.one(CITIES)}. My {goods} (order {order}) {dice.one(FAULTS)}."),
    ]
    if dice.maybe(60):
        messages.append(called([call(n, "get_order", {"order_id": order})]))
        messages.append(answer(n, {"order_id": order, "item": goods, "total": 5 + dice.below(9000) / 100}))
    if dice.maybe(30):
        messages.append(said(f"I am sorry about the {goods}. Would you like a refund or a new one?"))
        messages.append(user(dice.one(["A refund, please.", "A new one.", "What is faster?"])))
    body = {"model": dice.one(MODELS), "messages": messages, "tools": DESK_TOOLS, "temperature": dice.one([0, 0.2, 0.7, 1.0])}
    if dice.maybe(50):
        body["tool_choice"] = dice.one(["auto", "required", "none"])
    if dice.maybe(40):
        body["parallel_tool_calls"] = False
    if dice.maybe(40):
        body |= {"stream": True, "stream_options": {"include_usage": True}}
    if dice.maybe(40):
        body["user"] = f"customer-{dice.below(500)}"
    return body


def rag(dice, n):
    """A question with the passages that a search found."""
    first = dice.below(len(CLAUSES))
    found = [CLAUSES[(first + i) % len(CLAUSES)] for i in range(2 + dice.below(3))]
    passages = "\n".join(f"Clause {number} {text}" for number, text in found)
    question = {"type": "text", "text": dice.one(QUESTIONS)}
    return {
        "model": dice.one(MODELS),
        "messages": [
            {"role": "developer", "content": "Answer from the clauses only. Name the clause. If none applies, say so."},
            user([{"type": "text", "text": f"<clauses>\n{passages}\n</clauses>"}, question]),
        ],
        "max_completion_tokens": dice.one([256, 512, 1024]),
        "temperature": 0,
        "seed": n,
        "metadata": {"ticket": f"T-{n:05d}"},
    }


def trajectory(dice, n):
    """An agent at work: every request holds the whole way so far."""
    package = dice.one(["parser", "billing", "search", "mailer"])
    messages = [
        system("You repair a small code base. Look before you edit, and run the tests after every edit."),
        user(f"The tests of {package} fail since yesterday. Find out why and repair it."),
    ]
    model = dice.one(MODELS)
    steps = [
        ("list_files", {"path": package}, {"files": [f"{package}/main.py", f"{package}/test_main.py"]}),
        ("run_tests", {"package": package}, {"passed": dice.below(40), "failed": 1, "first": "test_rounding"}),
        ("read_file", {"path": f"{package}/main.py"}, {"text": dice.one(SNIPPETS)}),
        ("edit", {"path": f"{package}/main.py", "line": 2, "text": "    return round(x, 2)"}, {"ok": True}),
        ("run_tests", {"package": package}, {"passed": 41, "failed": 0}),
    ]
    for i, (name, arguments, value) in enumerate(steps):
        yield {"model": model, "messages": list(messages), "tools": AGENT_TOOLS, "tool_choice": "auto", "store": False}
        number = 1000 + 10 * n + i
        messages += [called([call(number, name, arguments)]), answer(number, value)]


def picture(dice, n):
    """A photo and a question about it."""
    url = "data:image/png;base64," + b64(png(dice))
    image = {"type": "image_url", "image_url": {"url": url, "detail": dice.one(["low", "high", "auto"])}}
    text = {"type": "text", "text": f"Photo {n} of the {dice.one(GOODS)}. Is the damage visible?"}
    return {"model": "gpt-4o-mini", "messages": [user([text, image])], "max_tokens": 120}


def recording(dice, n):
    """A voice message."""
    audio = {"type": "input_audio", "input_audio": {"data": b64(wav(dice)), "format": "wav"}}
    return {
        "model": "gpt-4o-audio-preview",
        "modalities": ["text", "audio"],
        "audio": {"voice": dice.one(["alloy", "verse"]), "format": "wav"},
        "messages": [user([{"type": "text", "text": f"Voice message {n}: what does the caller want?"}, audio])],
    }


def extraction(dice, n):
    """Facts out of a letter, in a given form."""
    properties = {"name": {"type": "string"}, "city": {"type": "string"}, "amount": {"type": ["number", "null"]}}
    schema = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    letter = f"{dice.one(CITIES)}, 3 May. I claim EUR {dice.below(900)}.50 for my {dice.one(GOODS)}. {dice.one(PEOPLE)} № {n}"
    return {
        "model": dice.one(MODELS),
        "messages": [system("Extract the claim as JSON."), user(letter)],
        "response_format": {"type": "json_schema", "json_schema": {"name": "claim", "strict": True, "schema": schema}},
        "temperature": 0.0,
        "top_p": 1.0,
        "n": 1,
    }


def classification(dice, n):
    """One word, with its probability."""
    return {
        "model": dice.one(MODELS),
        "messages": [
            system("Answer with one word: complaint, question or praise."),
            {"role": "user", "name": "mailbox", "content": f"Mail {n}: the {dice.one(GOODS)} {dice.one(FAULTS)}."},
        ],
        "max_tokens": 1,
        "logprobs": True,
        "top_logprobs": 3,
        "logit_bias": {"1734": -100, "92": 5},
        "stop": dice.one(["\n", ["\n", "."], None]),
    }


def completion(dice, n):
    """Code to change, most of which stays as it is."""
    code = dice.one(SNIPPETS)
    return {
        "model": "gpt-4.1-2025-04-14",
        "messages": [user(f"Rename every variable so that it ends in _{n}.\n\n{code}")],
        "prediction": {"type": "content", "content": code},
        "reasoning_effort": dice.one(["minimal", "low", None]),
        "frequency_penalty": 0.0,
        "presence_penalty": 0.0,
    }


def again(body):
    """The same run, sent by another program: other order of members, other transport."""
    return dict(reversed(list(body.items()))) | {"stream": False, "user": "replay", "service_tier": "flex"}


def refused(dice):
    """Six requests that have no identity, each for another reason. The last is not even a JSON object with one reading."""
    plain = rag(dice, 9000)
    file = [{"type": "file", "file": {"file_id": "file-7qh8Ajzr"}}, {"type": "text", "text": "Sum this up."}]
    image = [{"type": "image_url", "image_url": {"url": "https://example.com/damage.jpg"}}]
    yield line(plain | {"messages": [user(file)]})
    yield line(plain | {"messages": [user(image)]})
    yield line(plain | {"temprature": 0.2})
    yield line(plain | {"messages": [system("Be brief."), None]})
    yield line(plain | {"usage": {"prompt_tokens": 812, "completion_tokens": 40}})
    yield '{"model": "gpt-4o-mini", "temperature": 0, "temperature": 1, "messages": []}'


def line(body):
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def bodies(dice):
    makers = [(desk, 70), (rag, 50), (picture, 15), (recording, 10), (extraction, 40), (classification, 30), (completion, 15)]
    made = [make(dice, n) for make, count in makers for n in range(count)]
    made += [body for n in range(10) for body in trajectory(dice, n)]
    for i in range(len(made) - 1, 0, -1):
        j = dice.below(i + 1)
        made[i], made[j] = made[j], made[i]
    return made + [again(made[dice.below(len(made))]) for _ in range(20)]


def main():
    dice = Dice(2026)
    out = [line(body) for body in bodies(dice)]
    for i, text in enumerate(refused(dice)):
        out.insert(51 * i + 50, text)  # lines 51, 102, 153, 204, 255, 306
    print("\n".join(out))


if __name__ == "__main__":
    main()
