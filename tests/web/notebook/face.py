"""The notebook's API as a face: integer ids, a token in a header of its own, errors as one line."""

import re
from typing import Any

from app.web.credentials import TokenHeader
from app.web.faces import Face, Problem, integer_key

from . import routes


def error_body(problem: Problem) -> dict[str, Any]:
    """The notebook's shape of an error."""
    fields = ", ".join(detail.field for detail in problem.details)
    return {"problem": problem.message, "fields": fields, "number": problem.status}


NOTEBOOK = Face(
    name="notebook",
    title="Notebook",
    description="Interviews for people who write.",
    paths=("/notebook",),
    routers=(routes.router,),
    error_body=error_body,
    body_limits=lambda _settings: {re.compile(r"^/notebook/interviews/[^/]+/answers$"): 2_000},
    parse_id=integer_key,
    credentials=(TokenHeader("X-Notebook-Token"),),
    validation_status=400,
)
