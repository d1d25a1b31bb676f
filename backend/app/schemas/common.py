"""The envelope of every v1 response, and the text types of every v1 request."""

import re
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

T = TypeVar("T")
request_id: ContextVar[str] = ContextVar("request_id", default="-")
"""The id of the request that is being served; the middleware sets it."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def _no_control(value: str) -> str:
    if _CONTROL.search(value):
        raise ValueError("must not contain control characters")
    return value


Clean = AfterValidator(_no_control)
CleanText = Annotated[str, Clean]
"""Text that every database stores: no NUL, no control characters, no lone surrogates."""
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), Clean]
ShortLine = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), Clean]
Tag = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60), Clean]
LongText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=50_000), Clean]
AnswerText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000), Clean]

Score = Annotated[float, Field(ge=0, le=100)]


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
