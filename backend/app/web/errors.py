"""Errors on their way out: what went wrong becomes a `Problem`, and the face that owns the path gives it a shape."""

import logging
from dataclasses import replace
from http import HTTPStatus

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.routing import Match, Route

from app.errors import AppError, ErrorType, field_errors
from app.faults import is_deleted_meanwhile, machine_fault
from app.web.faces import Face, Problem, face_of

log = logging.getLogger(__name__)

CODES: dict[int, ErrorType] = {
    400: "invalid_request",
    401: "not_authenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    408: "request_timeout",
    409: "conflict",
    412: "unsupported_version",
    413: "too_large",
    415: "unsupported_media",
    416: "range_not_satisfiable",
    422: "validation_error",
    429: "too_many_requests",
    500: "internal_error",
    503: "unavailable",
}
RETRY_AFTER = "5"
"""Seconds after which a fault of the machine may be over."""
MESSAGES = {
    404: "There is nothing at this address. See /docs for what there is.",
    405: "This address does not take that method. See the Allow header.",
    413: "The request is larger than the server takes.",
}


def respond(face: Face, problem: Problem) -> Response:
    """The problem as a response of this face."""
    status = face.statuses.get(problem.code, face.statuses.get(problem.status, problem.status))
    problem = replace(problem, status=status)
    return Response(
        face.error_body(problem).model_dump_json(),
        status_code=problem.status,
        headers=dict(problem.headers),
        media_type="application/json",
    )


def problem_of(face: Face, error: Exception) -> Problem:
    """What went wrong. What nobody expected is logged with its trace, and said no more of than that."""
    match error:
        case AppError():
            return Problem(
                status=error.status_code,
                code=error.code,
                message=error.message,
                details=error.details,
                headers=error.headers,
            )
        case RequestValidationError():
            details = tuple(field_errors(error.errors()))
            return Problem(
                status=face.validation_status, code="validation_error", message="Validation error", details=details
            )
        case HTTPException(status_code=400):  # what the framework says of a body that is no JSON or no form
            if error.__cause__ is not None and (message := machine_fault(error.__cause__)) is not None:
                return unavailable(message, error.__cause__)
            message = "The body cannot be read: send JSON in UTF-8, or a well-formed form."
            return Problem(status=face.validation_status, code="validation_error", message=message)
        case HTTPException(status_code=status, detail=detail):
            default = HTTPStatus(status).phrase
            message = MESSAGES.get(status, default) if detail in ("", default) or status == 413 else str(detail)
            return Problem(
                status=status,
                code=CODES.get(status, "invalid_request" if status < 500 else "internal_error"),
                message=message,
                headers=dict(error.headers or {}),
            )
    if (message := machine_fault(error)) is not None:
        return unavailable(message, error)
    if is_deleted_meanwhile(error):
        return Problem(status=409, code="conflict", message="What this belongs to was deleted meanwhile.")
    log.error("unexpected error", exc_info=error)
    message = "Something went wrong here. It was logged with this request id."
    return Problem(status=500, code="internal_error", message=message)


def unavailable(message: str, error: BaseException) -> Problem:
    """The machine is at fault: whoever runs it is told in the log, the client is asked to come back."""
    log.error("%s", message, exc_info=error)
    return Problem(status=503, code="unavailable", message=message, headers={"Retry-After": RETRY_AFTER})


def too_large(limit: int) -> Problem:
    """A body of more than `limit` bytes."""
    size = f"{limit // 2**20} MB" if limit >= 2**20 else f"{limit // 1024} KB"
    message = f"The request is larger than {size}, the most that is taken here."
    return Problem(status=413, code="too_large", message=message)


def render(connection: HTTPConnection, error: Exception) -> Response:
    """The error in the shape of the face that owns the path."""
    face = face_of(connection)
    problem = problem_of(face, error)
    if problem.status == 405 and (allowed := _methods(connection)):
        problem = replace(problem, headers={**problem.headers, "Allow": ", ".join(allowed)})
    return respond(face, problem)


def _methods(connection: HTTPConnection) -> list[str]:
    """The methods of all routes at this path; the framework names those of one."""
    found: set[str] = set()
    for route in connection.app.routes:
        if isinstance(route, Route) and route.matches(connection.scope)[0] != Match.NONE:
            found |= route.methods or set()
    return sorted(found | ({"HEAD"} if "GET" in found else set()))


async def _on_error(request: Request, error: Exception) -> Response:
    return render(request, error)


def install(app: FastAPI) -> None:
    """Have every kind of error rendered."""
    for kind in (AppError, RequestValidationError, HTTPException, DBAPIError):
        app.add_exception_handler(kind, _on_error)
