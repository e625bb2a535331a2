#!/usr/bin/env python3
"""Prints every type of object that a vendor's SDK lets a request have, with its members: what the table of its adapter
is laid beside (crates/decl-adapt/tests/sdk/).

    python3 -m venv sdk && sdk/bin/pip install openai==3.57.0 anthropic==2.14.0 google-genai==3.6.1
    for api in chat responses anthropic gemini; do
        sdk/bin/python tools/sdk-members.py $api > crates/decl-adapt/tests/sdk/$api.txt
    done

A line `Name type=a|b` begins a type; where the SDK tells kinds by the text of a member, the texts of this kind follow.
The indented lines are its members, each with the types that it can have; `*` is a list of them. The first type is the
request. Free maps are left out, and types that nothing leads to.
"""

import importlib
import importlib.metadata
import sys
import types
import typing

import typing_extensions


def chat():
    from openai.types.chat import completion_create_params as params

    return "openai", of(params.CompletionCreateParamsBase)


def responses():
    from openai.types.responses import response_create_params as params

    return "openai", of(params.ResponseCreateParamsBase)


def anthropic():
    from anthropic.types import message_create_params as params
    from anthropic.types.beta import message_create_params as beta

    return "anthropic", of(params.MessageCreateParamsBase, beta.MessageCreateParamsBase)


# What the SDK puts beside `generationConfig` and not into it (google/genai/models.py, `parent_object`).
BESIDE = """systemInstruction safetySettings tools toolConfig labels cachedContent serviceTier store modelArmorConfig
    continuationToken""".split()
# Options of the client, which are never sent in the body, or are read before.
CLIENT = "generationOutputConfig httpOptions shouldReturnHttpResponse automaticFunctionCalling automaticContinuation".split()
# The SDK takes more for these than it sends: their types are given by hand.
CONVENIENT = "systemInstruction tools responseSchema".split()


def gemini():
    from google.genai import types as genai

    config = {name: (None if name in CONVENIENT else kind) for name, kind in fields(genai.GenerateContentConfig).items()}
    inside = {name: kind for name, kind in config.items() if name not in (*BESIDE, *CLIENT)}
    request = {name: kind for name, kind in config.items() if name in BESIDE} | {
        "contents": list[genai.Content], "systemInstruction": genai.Content, "tools": list[genai.Tool],
        "generationConfig": Made("GenerationConfig", inside),
    }
    return "google-genai", Made("Request", request)


class Made:
    """A type of objects that the SDK has in another form."""

    def __init__(self, name, members):
        self.__name__, self.members = name, members


def of(*kinds):
    """The request that has the members of all of these."""
    members = {}
    for kind in kinds:
        for name, value in fields(kind).items():
            members[name] = typing.Union[members[name], value] if name in members else value
    return Made("Request", members)


def fields(kind):
    """The members of an object type, by their names on the wire; None of any other type."""
    if isinstance(kind, Made):
        return kind.members
    if typing_extensions.is_typeddict(kind):
        module = vars(importlib.import_module(kind.__module__))
        return typing_extensions.get_type_hints(kind, localns=module, include_extras=True)
    if hasattr(kind, "model_fields"):
        return {field.alias or name: field.annotation for name, field in kind.model_fields.items()}
    return None


def objects(kind, stars=""):
    """The object types in a type, each with a star for each list around it."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if isinstance(kind, typing.TypeAliasType if hasattr(typing, "TypeAliasType") else ()):
        yield from objects(kind.__value__, stars)
    elif origin is typing.Annotated or str(origin).endswith("Required"):
        yield from objects(arguments[0], stars)
    elif origin in (typing.Union, types.UnionType):
        for one in arguments:
            yield from objects(one, stars)
    elif origin is not None and origin is not dict and getattr(origin, "__name__", "") in LISTS:
        for one in arguments:
            yield from objects(one, stars + "*")
    elif fields(kind):
        yield stars, kind


def texts(kind):
    """The texts that a member can be, if its type lists them."""
    if typing.get_origin(kind) in (typing.Literal, typing_extensions.Literal):
        return sorted(text for text in typing.get_args(kind) if isinstance(text, str))
    wrapped = typing.get_origin(kind) is typing.Annotated or str(typing.get_origin(kind)).endswith("Required")
    return texts(typing.get_args(kind)[0]) if wrapped else []


LISTS = ("list", "List", "Iterable", "Sequence", "SequenceNotStr")
TAGS = ("type", "role")

package, request = {"chat": chat, "responses": responses, "anthropic": anthropic, "gemini": gemini}[sys.argv[1]]()
print(f"# {package} {importlib.metadata.version(package)}")
names, queue = {}, [request]


def name_of(kind):
    if kind not in names:
        others = sum(other.__name__ == kind.__name__ for other in names)
        names[kind] = kind.__name__ + (f"_{others + 1}" if others else "")
        queue.append(kind)
    return names[kind]


name_of(request)
del queue[0]
while queue:
    kind = queue.pop(0)
    told = [f" {tag}={'|'.join(told)}" for tag in TAGS if (told := texts(fields(kind).get(tag)))]
    print(names[kind] + "".join(told))
    for name, value in sorted(fields(kind).items()):
        print(f"  {name}" + "".join(sorted({f" {stars}{name_of(one)}" for stars, one in objects(value)})))
