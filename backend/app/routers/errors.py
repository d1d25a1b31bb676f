"""v1's shape of an error, and its entries in the OpenAPI document."""

from typing import Any

from app.schemas.common import ErrorBody, ErrorDetail, ErrorEnvelope
from app.web.errors import CODES
from app.web.faces import Problem


def error_body(problem: Problem) -> ErrorEnvelope:
    """The error envelope of v1."""
    details = [ErrorDetail(field=detail.field, message=detail.message) for detail in problem.details]
    return ErrorEnvelope(
        error=ErrorBody(code=problem.status, type=problem.code, message=problem.message, details=details)
    )


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI entries for the errors that a route can answer with."""
    return {status: {"model": ErrorEnvelope, "description": CODES[status].replace("_", " ")} for status in statuses}
