"""The envelope of every v1 response."""

from datetime import UTC, datetime
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from app.web.request_id import request_id

T = TypeVar("T")


class Schema(BaseModel):
    """Base of request and response bodies."""

    model_config = ConfigDict(from_attributes=True)


class Meta(BaseModel):
    """When and under which id a request was answered."""

    timestamp: datetime = Field(default_factory=lambda: datetime.now(UTC))
    request_id: str = Field(default_factory=lambda: request_id.get())


class Envelope(BaseModel, Generic[T]):
    """The shape of every successful response."""

    success: Literal[True] = True
    data: T
    error: None = None
    meta: Meta = Field(default_factory=Meta)


class ErrorDetail(BaseModel):
    """One field and what is wrong with it."""

    field: str
    message: str


class ErrorBody(BaseModel):
    """`code` is the HTTP status; `type` is stable and meant for programs."""

    code: int
    type: str
    message: str
    details: list[ErrorDetail] = []


class ErrorEnvelope(BaseModel):
    """The shape of every error response."""

    success: Literal[False] = False
    data: None = None
    error: ErrorBody
    meta: Meta = Field(default_factory=Meta)


class PageInfo(BaseModel):
    """Where a page stands in the whole list."""

    page: int
    per_page: int
    total: int
    pages: int


class Message(BaseModel):
    """A sentence that says what was done."""

    message: str


def wrap(data: T) -> Envelope[T]:
    """Put data in the envelope."""
    return Envelope[T](data=data)
