"""The OpenAPI document of a face: what FastAPI writes, put right where generators of clients stumble over it.

Its routes alone, its own ways to log in, and its own shape of every error that follows from what a route takes: a token
(401), a body (413), parameters or a body (the face's status of a validation error). Other errors a route declares.
"""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI

from app.web.dependencies import authenticated
from app.web.errors import CODES
from app.web.faces import Face, operation_id

METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")
COMPONENTS = "#/components/schemas/"
FASTAPI_ERRORS = ("HTTPValidationError", "ValidationError")


@lru_cache(maxsize=32)
def document(face: Face) -> dict[str, Any]:
    """The document, with operation ids unique within the face."""
    app = FastAPI(
        title=face.title,
        description=face.description,
        version=version("greenroom"),
        generate_unique_id_function=operation_id,
    )
    for router in face.routers:
        app.include_router(router)
    found = app.openapi()
    components = found.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemes = components.get("securitySchemes", {})
    if schemes.pop(authenticated.scheme_name, None) is not None:
        schemes.update({way.name: way.scheme for way in face.credentials})
    for operation in _operations(found):
        if "security" in operation:
            operation["security"] = [{way.name: []} for way in face.credentials]
        if "requestBody" in operation:
            _allow_no_body(operation["requestBody"])
            _name_form(operation, schemas)
        for parameter in operation.get("parameters", ()):
            _refer(parameter, schemas)
        _add_errors(face, operation)
    for name in FASTAPI_ERRORS:
        schemas.pop(name, None)
    _add_model(face, schemas)
    _mark_files(schemas)
    for schema in schemas.values():
        _name_values(schema)
        _free_properties(schema)
    return found


def _operations(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in found["paths"].values():
        yield from (path[method] for method in METHODS if method in path)


def _add_errors(face: Face, operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    takes_input = "parameters" in operation or "requestBody" in operation
    if _refers_to_fastapi(responses.get("422", {})):
        del responses["422"]
    statuses = {401: "security" in operation, 413: "requestBody" in operation, face.validation_status: takes_input}
    for status, is_possible in statuses.items():
        if is_possible:
            content = {"application/json": {"schema": {"$ref": COMPONENTS + face.error_model.__name__}}}
            responses.setdefault(str(status), {"description": CODES[status].replace("_", " "), "content": content})


def _refers_to_fastapi(response: dict[str, Any]) -> bool:
    contents = response.get("content", {}).values()
    return any(content.get("schema", {}).get("$ref") == COMPONENTS + FASTAPI_ERRORS[0] for content in contents)


def _add_model(face: Face, schemas: dict[str, Any]) -> None:
    """The schema of the face's errors, where no route has brought it already."""
    schema = face.error_model.model_json_schema(mode="serialization", ref_template=COMPONENTS + "{model}")
    defined = schema.pop("$defs", {})
    for name, part in {face.error_model.__name__: schema, **defined}.items():
        schemas.setdefault(name, part)


def _allow_no_body(body: dict[str, Any]) -> None:
    """A body that may be left out is marked so, and is not "this or null": clients either send it or do not."""
    for content in body["content"].values():
        kinds = content["schema"].get("anyOf", ())
        real = [kind for kind in kinds if kind != {"type": "null"}]
        if len(real) == 1 < len(kinds):
            content["schema"] = real[0]


def _name_form(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """A form that a route reads itself is named like those that the framework reads."""
    for content in operation["requestBody"]["content"].values():
        if "properties" in content["schema"]:
            name = f"Body_{operation['operationId']}"
            schemas[name] = {"title": name, **content["schema"]}
            content["schema"] = {"$ref": COMPONENTS + name}


def _refer(parameter: dict[str, Any], schemas: dict[str, Any]) -> None:
    """A parameter that takes the values of a named type is of that type: what was read elsewhere can be sent here."""
    schema = parameter["schema"]
    if "enum" in schema and "default" not in schema:
        named = (name for name, known in schemas.items() if known.get("enum") == schema["enum"])
        parameter["schema"] = next(({"$ref": COMPONENTS + name} for name in named), schema)


def _mark_files(schema: Any) -> None:
    """Files in forms are `format: binary`, which generators know, and not only a `contentMediaType`."""
    if isinstance(schema, list):
        for item in schema:
            _mark_files(item)
    if isinstance(schema, dict):
        if schema.get("contentMediaType") == "application/octet-stream":
            del schema["contentMediaType"]
            schema["format"] = "binary"
        for item in schema.values():
            _mark_files(item)


def _name_values(schema: dict[str, Any]) -> None:
    """Names for the values of an enumeration that letters and digits do not tell apart, as A+, A and A-."""
    values = [str(value) for value in schema.get("enum", ())]
    if len({re.sub(r"\W", "", value).upper() for value in values}) < len(values):
        told_apart = (re.sub("-$", "_MINUS", value.replace("+", "_PLUS")) for value in values)
        schema["x-enum-varnames"] = [re.sub(r"\W", "_", value).upper() for value in told_apart]


def _free_properties(schema: dict[str, Any]) -> None:
    """Properties that need not be sent, for openapi-typescript and openapi-fetch.

    The first demands every property with a `default`, so defaults of bodies stand in the description. The second loses
    properties that are always null, so those are not `required`.
    """
    required = schema.get("required", [])
    for name, field in schema.get("properties", {}).items():
        if field == {"type": "null"} | {key: field[key] for key in ("title", "default") if key in field}:
            field.pop("default", None)
            required[:] = [other for other in required if other != name]
        elif name not in required and "default" in field:
            default = field.pop("default")
            if default is not None:
                description = f"{field.get('description', '')} Default: {json.dumps(default)}".strip()
                field["description"] = description
