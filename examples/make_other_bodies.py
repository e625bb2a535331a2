#!/usr/bin/env python3
"""Writes the requests of make_bodies.py in the shapes of other APIs, the same on every run.

Usage: python3 make_other_bodies.py responses > bodies-responses.ndjson     (or anthropic, gemini)
"""

import json
import sys

from make_bodies import Dice, bodies, line

COUNT = 60
THOUGHT = "The customer names an order, so the order comes first."


def parts(content):
    """The parts of a message, whether it came as text or as a list."""
    return [{"type": "text", "text": content}] if isinstance(content, str) else content or []


def data_url(url):
    media, data = url.removeprefix("data:").split(";base64,")
    return media, data


def calls(message):
    return [(c["id"], c["function"]["name"], c["function"]["arguments"]) for c in message.get("tool_calls", [])]


def split(body):
    """The instructions of a chat request, and the rest of its messages."""
    leads = [m for m in body["messages"] if m["role"] in ("system", "developer")]
    return "\n".join(m["content"] for m in leads), [m for m in body["messages"] if m not in leads]


def schema(body):
    return body.get("response_format", {}).get("json_schema")


def given(body, names):
    return {to: body[name] for name, to in names.items() if body.get(name) is not None}


def responses(body, n):
    """POST /v1/responses"""

    def part(p):
        if p["type"] == "image_url":
            return {"type": "input_image", "image_url": p["image_url"]["url"], "detail": p["image_url"]["detail"]}
        if p["type"] == "input_audio":
            return p
        return {"type": "input_text", "text": p["text"]}

    instructions, messages = split(body)
    items = []
    for m in messages:
        if m["role"] == "tool":
            items.append({"type": "function_call_output", "call_id": m["tool_call_id"], "output": m["content"]})
            continue
        for i, (number, name, arguments) in enumerate(calls(m)):
            if i == 0 and n % 3 == 0:
                summary = [{"type": "summary_text", "text": THOUGHT}]
                items.append({"type": "reasoning", "id": f"rs_{n:04d}", "summary": summary, "encrypted_content": f"gAAA{n:08d}"})
            items.append({"type": "function_call", "call_id": number, "name": name, "arguments": arguments})
        if m["role"] == "assistant" and m["content"]:
            said = [{"type": "output_text", "text": m["content"], "annotations": []}]
            items.append({"type": "message", "role": "assistant", "id": f"msg_{n:04d}", "status": "completed", "content": said})
        if m["role"] == "user":
            plain = isinstance(m["content"], str)
            items.append({"role": "user", "content": m["content"] if plain else [part(p) for p in m["content"]]})
    only = len(items) == 1 and isinstance(items[0].get("content"), str)
    out = {"model": body["model"], "input": items[0]["content"] if only else items}
    if instructions:
        out["instructions"] = instructions
    if "tools" in body:
        out["tools"] = [{"type": "function"} | t["function"] | {"strict": n % 2 == 0} for t in body["tools"]]
        if n % 4 == 0:
            out["tools"].append({"type": "web_search", "search_context_size": "low"})
        if n % 5 == 0:
            server = {"type": "mcp", "server_label": "stock", "server_url": "https://mcp.example.com/sse"}
            out["tools"].append(server | {"require_approval": "never", "headers": {"Authorization": "Bearer not-kept"}})
    if schema(body):
        out["text"] = {"format": {"type": "json_schema"} | schema(body), "verbosity": "low"}
    out |= given(body, {"temperature": "temperature", "top_p": "top_p", "max_completion_tokens": "max_output_tokens"})
    out |= given(body, {"max_tokens": "max_output_tokens", "tool_choice": "tool_choice", "stream": "stream", "user": "user"})
    if "reasoning_effort" in body:
        out["reasoning"] = {"effort": body["reasoning_effort"], "summary": "auto"}
    return out | {"store": False, "include": ["reasoning.encrypted_content"]}


def anthropic(body, n):
    """POST /v1/messages"""

    def block(p):
        if p["type"] == "image_url":
            media, data = data_url(p["image_url"]["url"])
            return {"type": "image", "source": {"type": "base64", "media_type": media, "data": data}}
        return {"type": "text", "text": p.get("text", "(a recording)")}

    instructions, messages = split(body)
    turns = []
    for m in messages:
        if m["role"] == "tool":
            turns.append({"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": m["tool_call_id"], "content": m["content"], "is_error": False}]})
        elif m["role"] == "assistant":
            content = [block(p) for p in parts(m["content"])]
            if n % 3 == 0:
                content.insert(0, {"type": "thinking", "thinking": THOUGHT, "signature": f"EqQB{n:08d}"})
            content += [{"type": "tool_use", "id": i, "name": f, "input": json.loads(a)} for i, f, a in calls(m)]
            turns.append({"role": "assistant", "content": content})
        else:
            plain = isinstance(m["content"], str)
            turns.append({"role": "user", "content": m["content"] if plain else [block(p) for p in m["content"]]})
    out = {"model": f"claude-example-{1 + n % 4}", "max_tokens": body.get("max_tokens", 1024), "messages": turns}
    if instructions:
        cached = {"type": "text", "text": instructions, "cache_control": {"type": "ephemeral"}}
        out["system"] = [cached] if n % 2 else instructions
    if "tools" in body:
        functions = [t["function"] for t in body["tools"]]
        out["tools"] = [
            {"name": f["name"], "description": f["description"], "input_schema": f["parameters"]} for f in functions]
        if n % 4 == 0:
            out["tools"].append({"type": "web_search_20250305", "name": "web_search", "max_uses": 3})
        out["tool_choice"] = {"type": "auto", "disable_parallel_tool_use": n % 2 == 0}
    if schema(body):
        out["output_config"] = {"format": {"type": "json_schema", "schema": schema(body)["schema"]}}
    if n % 3 == 0:
        out["thinking"] = {"type": "enabled", "budget_tokens": 2048}
    out |= given(body, {"temperature": "temperature", "top_p": "top_p", "stream": "stream"})
    if "user" in body:
        out["metadata"] = {"user_id": body["user"]}
    return out


def gemini(body, n):
    """POST /v1beta/models/MODEL:generateContent"""

    def part(p):
        if p["type"] == "image_url":
            media, data = data_url(p["image_url"]["url"])
            return {"inlineData": {"mimeType": media, "data": data}}
        if p["type"] == "input_audio":
            return {"inlineData": {"mimeType": "audio/wav", "data": p["input_audio"]["data"]}}
        return {"text": p["text"]}

    instructions, messages = split(body)
    contents, names = [], {}
    for m in messages:
        if m["role"] == "tool":
            result = {"name": names[m["tool_call_id"]], "response": json.loads(m["content"])}
            contents.append({"role": "user", "parts": [{"functionResponse": result}]})
        elif m["role"] == "assistant":
            said = [part(p) for p in parts(m["content"])]
            for i, name, arguments in calls(m):
                names[i] = name
                said.append({"functionCall": {"name": name, "args": json.loads(arguments)}, "thoughtSignature": f"CpQB{n:08d}"})
            if n % 3 == 0:
                said.insert(0, {"text": THOUGHT, "thought": True})
            contents.append({"role": "model", "parts": said})
        else:
            contents.append({"role": "user", "parts": [part(p) for p in parts(m["content"])]})
    out = {"contents": contents}
    if instructions:
        out["systemInstruction"] = {"parts": [{"text": instructions}]}
    if "tools" in body:
        keep = ("name", "description", "parameters")
        functions = [{k: t["function"][k] for k in keep} for t in body["tools"]]
        out["tools"] = [{"functionDeclarations": functions}] + ([{"googleSearch": {}}] if n % 4 == 0 else [])
        out["toolConfig"] = {"functionCallingConfig": {"mode": "AUTO"}}
    config = given(body, {"temperature": "temperature", "top_p": "topP", "max_tokens": "maxOutputTokens", "seed": "seed"})
    if schema(body):
        config |= {"responseMimeType": "application/json", "responseJsonSchema": schema(body)["schema"]}
    if n % 3 == 0:
        config["thinkingConfig"] = {"thinkingBudget": 1024, "includeThoughts": True}
    if config:
        out["generationConfig"] = config
    if n % 5 == 0:
        harm = "HARM_CATEGORY_DANGEROUS_CONTENT"
        out["safetySettings"] = [{"category": harm, "threshold": "BLOCK_ONLY_HIGH"}]
    return out


def main():
    make = {"responses": responses, "anthropic": anthropic, "gemini": gemini}[sys.argv[1]]
    for n, body in enumerate(bodies(Dice(2026))[:COUNT]):
        print(line(make(body, n)))


if __name__ == "__main__":
    main()
