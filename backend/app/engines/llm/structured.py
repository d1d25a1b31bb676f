"""Structured output: the schema that is sent, and the value that is read from what came back."""

import json
import re
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from app.engines.llm.base import LlmBadOutput

T = TypeVar("T", bound=BaseModel)

_KEPT = ("type", "description", "enum", "const")
"""Keywords that every server with schema support understands. Limits (minLength, maximum ...) are left to Pydantic,
which checks the answer in any case: several servers refuse a schema that has them."""
_THINKING = re.compile(r"<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL | re.IGNORECASE)
"""Reasoning models of local servers write their thoughts into the answer."""
MOST_ERRORS = 5


def strict_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of `model` in the strict subset: references put in place, every field required, none beside."""
    schema = model.model_json_schema()
    return _strict(schema, schema.get("$defs", {}))


def _strict(node: Mapping[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    if reference := node.get("$ref"):
        resolved = definitions[str(reference).rpartition("/")[2]]
        return _strict({**resolved, **{key: value for key, value in node.items() if key != "$ref"}}, definitions)
    strict: dict[str, Any] = {key: node[key] for key in _KEPT if key in node}
    if options := node.get("anyOf"):
        strict["anyOf"] = [_strict(option, definitions) for option in options]
    if items := node.get("items"):
        strict["items"] = _strict(items, definitions)
    if node.get("type") == "object":
        properties = node.get("properties", {})
        strict["properties"] = {name: _strict(field, definitions) for name, field in properties.items()}
        strict["required"] = list(properties)
        strict["additionalProperties"] = False
    return strict


def schema_instruction(model: type[BaseModel]) -> str:
    """Words that ask for the schema, for servers that cannot be held to it."""
    schema = json.dumps(strict_schema(model), ensure_ascii=False)
    return f"Answer with one JSON object and nothing else. It must match this JSON schema:\n{schema}"


def read(text: str, model: type[T]) -> T:
    """The first JSON object in `text` as `model`. Raises LlmBadOutput that says what is wrong with it.

    Text around the object (a code fence, a sentence, thoughts) is passed over; inside it nothing is mended.
    """
    text = _THINKING.sub("", text)
    begin = text.find("{")
    if begin < 0:
        raise LlmBadOutput("The model's answer holds no JSON object.")
    try:
        value, _ = json.JSONDecoder(parse_constant=_no_constant).raw_decode(text, begin)
    except (ValueError, RecursionError):
        raise LlmBadOutput("The model's answer is not valid JSON.") from None
    try:
        return model.model_validate(value)
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, detail['loc'])) or 'answer'}: {detail['msg']}"
            for detail in error.errors(include_input=False, include_url=False)[:MOST_ERRORS]
        )
        raise LlmBadOutput(f"The model's answer has the wrong shape: {wrong}") from None


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")
