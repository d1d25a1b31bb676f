"""Postman collections (format 2.1), made from the OpenAPI documents of the faces.

A collection has a folder for each tag and a request for each operation, filled with the examples of the document. It
keeps the tokens of any answer in its variables, so that later requests are authenticated.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
KEEP_TOKENS = """
const body = (() => { try { return pm.response.json(); } catch { return {}; } })();
const found = { ...body, ...(body.data ?? {}) };
for (const name of ["access_token", "refresh_token"]) {
  const value = found[name] ?? (name === "access_token" ? found.token : undefined);
  if (typeof value === "string") pm.collectionVariables.set(name, value);
}
"""
"""Runs in Postman after each response."""
MOST_LEVELS = 8
"""Schemas may refer to themselves; examples end here."""

Json = dict[str, Any]


def collection(document: Json, base_url: str) -> Json:
    """The collection of an OpenAPI document; `base_url` is where its paths are served."""
    folders: dict[str, list[Json]] = {}
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                item = _item(document, path, method, methods[method])
                folders.setdefault(methods[method].get("tags", ["Others"])[0], []).append(item)
    info = document["info"]
    return {
        "info": {"name": info["title"], "description": info.get("description", "").strip(), "schema": SCHEMA},
        "item": [{"name": name, "item": items} for name, items in folders.items()],
        "event": [{"listen": "test", "script": {"type": "text/javascript", "exec": KEEP_TOKENS.strip().split("\n")}}],
        "variable": [
            {"key": "base_url", "value": base_url, "type": "string"},
            {"key": "access_token", "value": "", "type": "string"},
            {"key": "refresh_token", "value": "", "type": "string"},
        ],
    }


def _item(document: Json, path: str, method: str, operation: Json) -> Json:
    request: Json = {
        "method": method.upper(),
        "header": [],
        "url": _url(document, path, operation),
        "description": operation.get("description", ""),
        "auth": _auth(document, operation),
    }
    if "requestBody" in operation:
        content_type, content = next(iter(operation["requestBody"]["content"].items()))
        request["body"] = _body(document, content_type, content["schema"])
        if content_type != "multipart/form-data":  # Postman writes that one, with its boundary
            request["header"].append({"key": "Content-Type", "value": content_type})
    return {"name": operation.get("summary", path), "request": request, "response": []}


def _url(document: Json, path: str, operation: Json) -> Json:
    parameters = operation.get("parameters", ())
    parts = path.replace("{", ":").replace("}", "").strip("/").split("/")
    url: Json = {"raw": "{{base_url}}/" + "/".join(parts), "host": ["{{base_url}}"], "path": parts}
    variables = [_parameter(document, entry) for entry in parameters if entry["in"] == "path"]
    if variables:
        url["variable"] = variables
    query = [{**_parameter(document, entry), "disabled": True} for entry in parameters if entry["in"] == "query"]
    if query:
        url["query"] = query
    return url


def _parameter(document: Json, entry: Json) -> Json:
    value = _example(document, entry.get("schema", {}))
    text = value if isinstance(value, str) else json.dumps(value)
    return {"key": entry["name"], "value": text, "description": entry.get("description", "")}


def _auth(document: Json, operation: Json) -> Json:
    """The first way to authenticate that Postman has to be told of; it sends cookies by itself."""
    names = [name for way in operation.get("security", ()) for name in way]
    for name in names:
        scheme = document["components"]["securitySchemes"][name]
        if scheme["type"] == "http":
            return {"type": "bearer", "bearer": [_setting("token", "{{access_token}}")]}
        if scheme.get("in") == "header":
            settings = {"key": scheme["name"], "value": "{{access_token}}", "in": "header"}
            return {"type": "apikey", "apikey": [_setting(key, value) for key, value in settings.items()]}
    return {"type": "noauth"}


def _setting(key: str, value: str) -> Json:
    return {"key": key, "value": value, "type": "string"}


def _body(document: Json, content_type: str, schema: Json) -> Json:
    if content_type == "multipart/form-data":
        return {"mode": "formdata", "formdata": list(_fields(document, schema))}
    if content_type == "application/json":
        text = json.dumps(_example(document, schema), indent=2, ensure_ascii=False)
        return {"mode": "raw", "raw": text, "options": {"raw": {"language": "json"}}}
    return {"mode": "file", "file": {}}


def _fields(document: Json, schema: Json) -> Iterator[Json]:
    for name, field in _resolved(document, schema).get("properties", {}).items():
        if _resolved(document, field).get("format") == "binary":
            yield {"key": name, "type": "file", "src": None, "description": field.get("description", "")}
        else:
            yield {"key": name, "type": "text", "value": str(_example(document, field))}


def _resolved(document: Json, schema: Json) -> Json:
    """The schema itself, and of alternatives the first one that is not null."""
    kinds: list[Json] = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf") or []
    for kind in kinds:
        if kind != {"type": "null"}:
            return {**_resolved(document, kind), **{key: schema[key] for key in ("examples",) if key in schema}}
    if "$ref" in schema:
        found: Json = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        return {**_resolved(document, found), **{key: value for key, value in schema.items() if key != "$ref"}}
    return schema


def _example(document: Json, schema: Mapping[str, Any], level: int = 0) -> Any:
    """A value that fits: the example of the document, where there is one."""
    found = _resolved(document, dict(schema))
    for key in ("examples", "enum"):
        if found.get(key):
            return found[key][0]
    for key in ("example", "const", "default"):
        if key in found:
            return found[key]
    match found.get("type"):
        case "object" if level < MOST_LEVELS:
            fields = found.get("properties", {}).items()
            required = found.get("required", ())
            shown = {name: field for name, field in fields if name in required or "examples" in field}
            return {name: _example(document, field, level + 1) for name, field in shown.items()}
        case "array" if level < MOST_LEVELS:
            return [_example(document, found.get("items", {}), level + 1)]
        case "integer" | "number":
            return found.get("minimum", 1)
        case "boolean":
            return False
        case "string":
            return "00000000-0000-0000-0000-000000000000" if found.get("format") == "uuid" else "text"
    return {} if found.get("type") == "object" else None
