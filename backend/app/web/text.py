"""Types of what clients send that every face shares: text that any database stores, addresses, and ids."""

import json
import re
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import Path
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, TypeAdapter, ValidationError

from app import texts
from app.repositories.base import LARGEST_KEY
from app.services.accounts.addresses import MAXIMUM_LENGTH, normal_address

T = TypeVar("T")


def _cleaned_by(clean: Callable[[str], str]) -> BeforeValidator:
    """Cleans text before its length is checked; what is no text is left for the type to refuse."""
    return BeforeValidator(lambda value: clean(value) if isinstance(value, str) else value)


Clean, CleanLine = _cleaned_by(texts.clean), _cleaned_by(texts.clean_line)
"""Control characters are cleaned away, not refused: people paste. Name it last, so that it comes first."""
Filled = Field(json_schema_extra={"pattern": r"[^\x00-\x1f\x7f-\x9f\s]"})
"""Says in documents that something must be left after that."""
MOST_TAGS, LONGEST_TAG = 20, 60
CleanText = Annotated[str, Clean]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), Filled, CleanLine]
ShortLine = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), Filled, CleanLine]
Tag = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TAG), Filled, CleanLine]
LongText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=50_000), Clean]
AnswerText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000), Filled, Clean]
Token = Annotated[str, StringConstraints(strip_whitespace=True, min_length=16, max_length=512), CleanLine]
Address = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=MAXIMUM_LENGTH),
    AfterValidator(normal_address),
    CleanLine,
    Field(json_schema_extra={"format": "email"}),
]
"""A mail address, also of an internal domain, in the form in which addresses are compared."""


def listed(tags: str | None) -> list[str]:
    """What a text with commas, semicolons or lines lists."""
    found = (part.strip()[:LONGEST_TAG] for part in re.split(r"[,;\n]", tags or ""))
    return [tag for tag in found if tag][:MOST_TAGS]


def as_name(value: Any) -> Any:
    """The spelling of names in closed sets: clients write "system design", "System-Design" or "HR"."""
    return value.strip().lower().replace("-", "_").replace(" ", "_") if isinstance(value, str) else value


PathKey = Annotated[int, Path(ge=1, le=LARGEST_KEY)]
"""An integer key in a path, for faces that show those."""


def parse_message(adapter: TypeAdapter[T], message: str | bytes) -> T:
    """A message of a socket. Raises ValidationError.

    Half an emoji, which browsers escape and Python takes, is no reason to lose an answer: the field cleans it.
    """
    try:
        return adapter.validate_json(message)
    except ValidationError as error:
        if error.errors(include_input=False)[0]["type"] != "json_invalid":
            raise
        try:
            value: Any = json.loads(message)
        except (ValueError, RecursionError):
            raise error from None
        return adapter.validate_python(value)
