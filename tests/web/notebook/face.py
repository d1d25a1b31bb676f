"""The notebook's API as a face: integer ids, a token in a header of its own, errors as one line."""

import re

from pydantic import BaseModel

from app.web.credentials import TokenHeader
from app.web.faces import Face, Problem, integer_key

from . import routes


class NotebookError(BaseModel):
    """The notebook's shape of an error."""

    problem: str
    fields: str
    number: int


def error_body(problem: Problem) -> NotebookError:
    """The error as one line."""
    fields = ", ".join(detail.field for detail in problem.details)
    return NotebookError(problem=problem.message, fields=fields, number=problem.status)


NOTEBOOK = Face(
    name="notebook",
    title="Notebook",
    description="Interviews for people who write.",
    paths=("/notebook",),
    routers=(routes.router,),
    error_body=error_body,
    error_model=NotebookError,
    body_limits=lambda _settings: {re.compile(r"^/notebook/interviews/[^/]+/answers$"): 2_000},
    parse_id=integer_key,
    credentials=(TokenHeader("X-Notebook-Token"),),
    validation_status=400,
)
