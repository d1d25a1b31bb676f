"""Renders every error in the shape of its face. v1's envelope also serves paths that belong to no face."""

import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException

from app.errors import AppError, FieldError, field_errors
from app.schemas.common import ErrorBody, ErrorDetail, ErrorEnvelope

log = logging.getLogger(__name__)

TYPES = {
    400: "invalid_request",
    401: "not_authenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "too_large",
    415: "unsupported_media",
    416: "range_not_satisfiable",
    422: "validation_error",
    429: "too_many_requests",
    500: "internal_error",
    503: "unavailable",
}
UNREADABLE = "There was an error parsing the body"
"""What FastAPI says of a body that is no JSON or no form; to a client of v1 that is a validation error like others."""
MESSAGES = {
    404: "There is nothing at this address. See /docs for what there is.",
    405: "This address does not take that method. See the Allow header.",
    413: "The request is larger than the server takes.",
}


def render(
    status: int, type_: str, message: str, details: Sequence[FieldError] = (), headers: dict[str, str] | None = None
) -> Response:
    """The v1 error envelope as a response."""
    body = ErrorEnvelope(
        error=ErrorBody(
            code=status,
            type=type_,
            message=message,
            details=[ErrorDetail(field=detail.field, message=detail.message) for detail in details],
        )
    )
    return Response(body.model_dump_json(), status_code=status, headers=headers, media_type="application/json")


async def on_app_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, AppError)  # noqa: S101  registered for this type
    return render(error.status_code, error.code, error.message, error.details, error.headers)


async def on_validation_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    return render(422, "validation_error", "Validation error", field_errors(error.errors()))


async def on_http_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    if error.status_code == 400 and str(error.detail).startswith(UNREADABLE):
        return render(422, "validation_error", "The body cannot be read: send JSON in UTF-8, or a well-formed form.")
    status = error.status_code
    default = HTTPStatus(status).phrase
    message = MESSAGES.get(status, default) if error.detail in ("", default) or status == 413 else str(error.detail)
    return render(status, TYPES.get(status, "error"), message, headers=dict(error.headers or {}))


async def on_database_error(_request: Request, error: Exception) -> Response:
    """A lost connection may be there again at the next try; any other error of the database is a fault of ours."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        log.warning("the database connection was lost: %s", error)
        message = "The database did not answer. Try again in a moment."
        return render(503, "unavailable", message, headers={"Retry-After": "1"})
    return unexpected(error)


def too_large(limit: int) -> Response:
    """The answer to a body of more than `limit` bytes."""
    size = f"{limit // 2**20} MB" if limit >= 2**20 else f"{limit // 1024} KB"
    return render(413, "too_large", f"The request is larger than {size}, the most that is taken here.")


def unexpected(error: Exception) -> Response:
    """Log what nobody caught, with its trace, and say no more than that."""
    log.error("unexpected error", exc_info=error)
    return render(500, "internal_error", "Something went wrong here. It was logged with this request id.")


def install(app: FastAPI) -> None:
    """Register the renderers."""
    app.add_exception_handler(AppError, on_app_error)
    app.add_exception_handler(RequestValidationError, on_validation_error)
    app.add_exception_handler(HTTPException, on_http_error)
    app.add_exception_handler(DBAPIError, on_database_error)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI entries for the errors that a route can answer with."""
    return {status: {"model": ErrorEnvelope, "description": TYPES[status].replace("_", " ")} for status in statuses}
