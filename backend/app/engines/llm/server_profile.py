"""What one server understands of the protocol, learned from its refusals.

"OpenAI-compatible" servers differ in three things that cannot be asked for, only tried: how output is bound to a
schema (json_schema; json_object only; LM Studio json_schema only; some nothing), how the length is limited
(`max_tokens`, or `max_completion_tokens` for newer models of OpenAI), and whether `temperature` and `seed` may be set
(reasoning models refuse the first, Gemini's endpoint unknown fields). Each refusal is met once; then it is known.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import BaseModel

from app.engines.llm.base import Prompt
from app.engines.llm.structured import schema_instruction, strict_schema

Format = Literal["json_schema", "json_object", "text"]
LengthLimit = Literal["max_tokens", "max_completion_tokens"]

_NEXT_FORMAT: Mapping[Format, Format] = {"json_schema": "json_object", "json_object": "text"}
_FORMAT_REFUSED = re.compile(r"response_?format|json_?schema|json_?object|structured.?output|guided", re.IGNORECASE)
_OPTIONAL = frozenset({"temperature", "seed"})
_NAME = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class ServerProfile:
    """How requests to this server are written."""

    format: Format = "json_schema"
    length_limit: LengthLimit = "max_tokens"
    left_out: frozenset[str] = frozenset()

    def request(
        self,
        prompt: Prompt,
        schema: type[BaseModel],
        *,
        max_tokens: int,
        temperature: float,
        seed: int | None,
        complaint: str = "",
    ) -> dict[str, Any]:
        """Arguments of `chat.completions.create`, without the model.

        `complaint` says what was wrong with the answer before; then the schema is spelled out in any case, because
        a server may take `json_schema` and pay no heed to it.
        """
        system = prompt.system
        if self.format != "json_schema" or complaint:
            system = f"{system}\n\n{schema_instruction(schema)}"
        if complaint:
            system = f"{system}\n\nAn earlier answer was refused: {complaint}"
        arguments: dict[str, Any] = {
            "messages": [{"role": "system", "content": system}, {"role": "user", "content": prompt.user}],
            self.length_limit: max_tokens,
            "temperature": temperature,
        }
        if seed is not None:
            arguments["seed"] = seed
        if self.format == "json_schema":
            described = {"name": schema.__name__, "strict": True, "schema": strict_schema(schema)}
            arguments["response_format"] = {"type": "json_schema", "json_schema": described}
        elif self.format == "json_object":
            arguments["response_format"] = {"type": "json_object"}
        return {name: value for name, value in arguments.items() if name not in self.left_out}

    def after_refusal(self, message: str, parameter: str | None) -> "ServerProfile | None":
        """How to say it after a 400 or 422, or None where the refusal is about something else.

        Each step takes something away, so the learning ends.
        """
        about = set(_NAME.findall(parameter or message))
        if self.length_limit in about and self.length_limit not in self.left_out:
            other: LengthLimit = "max_completion_tokens" if self.length_limit == "max_tokens" else "max_tokens"
            return replace(self, length_limit=other, left_out=self.left_out | {self.length_limit})
        if dropped := (about & _OPTIONAL) - self.left_out:
            return replace(self, left_out=self.left_out | dropped)
        if self.format in _NEXT_FORMAT and _FORMAT_REFUSED.search(f"{parameter or ''} {message}"):
            return replace(self, format=_NEXT_FORMAT[self.format])
        return None
