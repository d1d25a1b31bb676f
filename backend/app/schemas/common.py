"""The envelope of every v1 response."""

from datetime import UTC, datetime
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, field_validator

from app.errors import ErrorType
from app.web.request_id import request_id

T = TypeVar("T")


class Schema(BaseModel):
    """Base of request and response bodies. In a response every field is there, also one that has a default."""

    model_config = ConfigDict(from_attributes=True, json_schema_serialization_defaults_required=True)


class RequestBody(Schema):
    """Base of request bodies. A value has the type that the document says: no "5" for a number, no true for 1."""

    model_config = ConfigDict(strict=True)

    @field_validator("*", mode="before")
    @classmethod
    def _whole_numbers(cls, value: Any) -> Any:
        """To JSON, 2.0 is a whole number."""
        return int(value) if isinstance(value, float) and value.is_integer() else value


def left_out(**constraints: Any) -> Any:
    """A field of a request that may be left out, but is not null when it is there."""
    return Field(default_factory=lambda: None, **constraints)


class Meta(Schema):
    """When and under which id a request was answered."""

    timestamp: datetime = Field(default_factory=lambda: datetime.now(UTC))
    request_id: str = Field(default_factory=lambda: request_id.get())


class Envelope(Schema, Generic[T]):
    """The shape of every successful response."""

    success: Literal[True] = True
    data: T
    error: None = None
    meta: Meta = Field(default_factory=Meta)


class ErrorDetail(Schema):
    """One field and what is wrong with it."""

    field: str
    message: str


class ErrorBody(Schema):
    """`code` is the HTTP status; `type` is stable and meant for programs."""

    code: int
    type: ErrorType
    message: str
    details: list[ErrorDetail] = []


class ErrorEnvelope(Schema):
    """The shape of every error response."""

    success: Literal[False] = False
    data: None = None
    error: ErrorBody
    meta: Meta = Field(default_factory=Meta)


class PageInfo(Schema):
    """Where a page stands in the whole list."""

    page: int
    per_page: int
    total: int
    pages: int


class Message(Schema):
    """A sentence that says what was done."""

    message: str


def wrap(data: T) -> Envelope[T]:
    """Put data in the envelope."""
    return Envelope[T](data=data)
