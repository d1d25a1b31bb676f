"""Ids as this face shows them: opaque words of 26 letters and digits, which mean nothing to the other faces."""

import base64
import binascii
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, WithJsonSchema

from app.errors import NotFound, Resource

LENGTH = 26
"""128 bits in base 32, without the signs that only fill up."""


def shown(public_id: UUID) -> str:
    """The id of a row."""
    return base64.b32encode(public_id.bytes).decode().rstrip("=").lower()


def parse(text: str) -> UUID:
    """The public id of the row behind an id. ValueError for what is none."""
    try:
        found = UUID(bytes=base64.b32decode(text.upper() + "=" * (-len(text) % 8)))
    except binascii.Error as error:
        raise ValueError(f"not an id: {text!r}") from error
    if shown(found) != text:
        raise ValueError(f"not an id: {text!r}")
    return found


def _id_of(resource: Resource) -> BeforeValidator:
    """Reads an id of the path; what is no id is not found."""

    def read(text: object) -> UUID:
        try:
            return parse(str(text))
        except ValueError as error:
            raise NotFound.of(resource) from error

    return BeforeValidator(read)


_SCHEMA = WithJsonSchema({"type": "string"})
InterviewId = Annotated[UUID, _id_of("Session"), _SCHEMA]
QuestionId = Annotated[UUID, _id_of("Question"), _SCHEMA]
