"""What faces with a document of their own have in common: bases of their bodies, errors in one line, and how they show
numbers and remarks."""

import math
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from app.errors import MISSING, NO_JSON
from app.models.values.feedback import Remark
from app.services.accounts.passwords import MAXIMUM_LENGTH
from app.web.errors import CODES
from app.web.faces import Problem
from app.web.text import Address

WHOLE_REQUEST = "body"
"""The name of the field where no single one is wrong."""


class Body(BaseModel):
    """What a client sends: each value of the type that the document shows; fields that it does not name are ignored."""

    model_config = ConfigDict(strict=True)

    @field_validator("*", mode="before")
    @classmethod
    def _whole_numbers(cls, value: Any) -> Any:
        """To JSON, 30.0 is a whole number."""
        return int(value) if isinstance(value, float) and value.is_integer() else value


class Shape(BaseModel):
    """What the server sends: every field is there. Values of the core whose fields have the same names, or those that a
    field gives as its `validation_alias`, become shapes by `model_validate`."""

    model_config = ConfigDict(
        frozen=True, from_attributes=True, validate_by_name=True, json_schema_serialization_defaults_required=True
    )


class LoginRequest(Body):
    """What every document sends to log in."""

    email: Annotated[Address, Field(examples=["user@example.com"])]
    password: Annotated[str, Field(min_length=1, max_length=MAXIMUM_LENGTH, examples=["securePassword123"])]


def documented_by(model: type[BaseModel], *always: int) -> Callable[..., dict[int | str, dict[str, Any]]]:
    """Makes a function that writes the OpenAPI entries for the errors of a route, and for those that `always` come."""

    def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
        return {
            status: {"model": model, "description": CODES[status].replace("_", " ")} for status in (*statuses, *always)
        }

    return documented


def in_one_line(problem: Problem) -> str | None:
    """The fields that are missing and what is wrong with others; None for a problem that is not about fields."""
    if any(detail.message == NO_JSON for detail in problem.details):
        return "The body is not JSON"
    missing = [detail.field for detail in problem.details if detail.message == MISSING]
    parts = [f"Missing required fields: {', '.join(missing)}"] if missing else []
    for detail in problem.details:
        if detail.message != MISSING:
            is_whole = detail.field == WHOLE_REQUEST
            parts.append(detail.message if is_whole else f"{detail.field}: {detail.message}")
    return "; ".join(parts) or None


def whole(value: float | None) -> int | None:
    """A number as faces show it that know whole ones: halves go up, as everywhere (`judge/numbers.py`)."""
    return None if value is None else math.floor(value + 0.5)


def rounded(value: float | None) -> float | None:
    """A number with one decimal."""
    return None if value is None else round(value, 1)


def remark(found: Remark | str) -> str:
    """What is said of an answer, with the words that show it."""
    if isinstance(found, str):
        return found
    return f"{found.message} You said: “{found.quote.text}”" if found.quote else found.message


WholeScore = Annotated[Annotated[int, Field(ge=0, le=100)] | None, BeforeValidator(whole)]
"""0-100; null where there was not enough to judge."""
Mean = Annotated[float | None, BeforeValidator(rounded)]
"""0-100 over what was scored; null where nothing was."""
RemarkText = Annotated[str, BeforeValidator(remark)]
"""A remark of the feedback as a text."""
