"""Requests that pass validation, made of what an OpenAPI document says of an operation."""

import json
import re
from collections.abc import Mapping
from typing import Any

Document = Mapping[str, Any]


def body_of(document: Document, operation: Mapping[str, Any], known: Mapping[str, object]) -> dict[str, Any]:
    """The arguments of a request with the least body that is valid; `known` are values of fields by name."""
    content = operation.get("requestBody", {}).get("content", {})
    for kind, described in content.items():
        value = sample(document, described["schema"], known)
        if kind == "application/json":
            return {"json": value}
        if kind == "multipart/form-data":
            files = {name: found for name, found in value.items() if isinstance(found, bytes)}
            return {
                "files": {name: (f"{name}.wav", known["file"], "audio/wav") for name in files},
                "data": {name: found for name, found in value.items() if name not in files},
            }
        return {"content": b"", "headers": {"Content-Type": kind}}
    return {}


def sample(document: Document, schema: Mapping[str, Any], known: Mapping[str, object], name: str = "") -> Any:
    """A value that the schema allows: with the required fields alone, and an example where it has one."""
    if name in known:
        return known[name]
    if "$ref" in schema:
        found: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        return sample(document, found, known, name)
    for choice in ("allOf", "anyOf", "oneOf"):
        if choice in schema:
            return sample(document, schema[choice][0], known, name)
    if schema.get("examples"):
        return schema["examples"][0]
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    match schema.get("type"):
        case "object":
            wanted = schema.get("required", ())
            return {
                key: sample(document, value, known, key)
                for key, value in schema.get("properties", {}).items()
                if key in wanted or key in known
            }
        case "array":
            return [sample(document, schema["items"], known)] * schema.get("minItems", 0)
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return False
        case "string" if schema.get("format") == "binary" or "contentMediaType" in schema:
            return b""
        case "string" if schema.get("format") == "email":
            return "somebody@example.com"
        case _:
            return "sample text".ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength", 1000)]


def unknown(text: str) -> str:
    """An id that nothing has, in the form of this one; what is no id stays as it is."""
    if text.isdigit():
        return "987654321"
    if re.fullmatch(r"[a-z2-7]{26}", text):
        return "a" * 26
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "01890000-0000-7000-8000-000000000000", text)


def said(body: bytes) -> object:
    """What an error says, without what differs from request to request."""
    try:
        found = json.loads(body)
    except ValueError:
        return body
    if isinstance(found, dict):
        found.pop("meta", None)
    return found
