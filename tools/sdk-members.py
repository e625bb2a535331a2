#!/usr/bin/env python3
"""Prints every member that a vendor's SDK lets a request have, a path a line: what the table of its adapter is laid
beside (crates/decl-adapt/tests/sdk/). `*` is any item of a list; what stands below free maps is left out.

    python3 -m venv sdk && sdk/bin/pip install openai==3.57.0 anthropic==2.14.0 google-genai==3.6.1
    for api in chat responses anthropic gemini; do
        sdk/bin/python tools/sdk-members.py $api > crates/decl-adapt/tests/sdk/$api.txt
    done
"""

import importlib
import importlib.metadata
import sys
import types
import typing

import typing_extensions


def chat():
    from openai.types.chat import completion_create_params as params

    return "openai", [("", params.CompletionCreateParamsBase)]


def responses():
    from openai.types.responses import response_create_params as params

    return "openai", [("", params.ResponseCreateParamsBase)]


def anthropic():
    from anthropic.types import message_create_params as params
    from anthropic.types.beta import message_create_params as beta

    return "anthropic", [("", params.MessageCreateParamsBase), ("", beta.MessageCreateParamsBase)]


# What the SDK puts beside `generationConfig` and not into it (google/genai/models.py, `parent_object`).
BESIDE = """systemInstruction safetySettings tools toolConfig labels cachedContent serviceTier store modelArmorConfig
    continuationToken""".split()
# Options of the client, which are never sent in the body, or are read before.
CLIENT = "generationOutputConfig httpOptions shouldReturnHttpResponse automaticFunctionCalling automaticContinuation".split()
# The SDK takes more for these than it sends: their types are given by hand.
CONVENIENT = "systemInstruction tools responseSchema".split()


def gemini():
    from google.genai import types as genai

    def place(name):
        return None if name in CLIENT else "" if name in BESIDE else "/generationConfig"

    parts = [("/contents/*", genai.Content), ("/systemInstruction", genai.Content), ("/tools/*", genai.Tool)]
    return "google-genai", [*parts, (place, genai.GenerateContentConfig)]


def fields(kind):
    """The members of an object type, by their names on the wire; None of any other type."""
    if typing_extensions.is_typeddict(kind):
        module = vars(importlib.import_module(kind.__module__))
        return typing_extensions.get_type_hints(kind, localns=module)
    if hasattr(kind, "model_fields"):
        return {field.alias or name: field.annotation for name, field in kind.model_fields.items()}
    return None


def walk(at, kind, found, inside=()):
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if isinstance(kind, typing.TypeAliasType if hasattr(typing, "TypeAliasType") else ()):
        return walk(at, kind.__value__, found, inside)
    if origin in (typing.Annotated, typing.Required, typing.NotRequired) or str(origin).endswith("Required"):
        return walk(at, arguments[0], found, inside)
    if origin in (typing.Union, types.UnionType):
        for one in arguments:
            walk(at, one, found, inside)
    elif origin is not None and origin is not dict and getattr(origin, "__name__", "") in LISTS:
        for one in arguments:
            walk(at + "/*", one, found, inside)
    elif kind in inside:
        return  # the same again, deeper
    else:
        for name, value in (fields(kind) or {}).items():
            path = at(name) if callable(at) else at
            if path is not None:
                found.add(f"{path}/{name}")
                if name not in CONVENIENT or not callable(at):
                    walk(f"{path}/{name}", value, found, (*inside, kind))


LISTS = ("list", "List", "Iterable", "Sequence", "SequenceNotStr")

package, roots = {"chat": chat, "responses": responses, "anthropic": anthropic, "gemini": gemini}[sys.argv[1]]()
found = set()
for at, root in roots:
    walk(at, root, found)
print(f"# {package} {importlib.metadata.version(package)}")
print("\n".join(sorted(found)))
