"""Types of what clients send that every face shares: text that any database stores, and ids."""

import re
from typing import Annotated

from fastapi import Path
from pydantic import AfterValidator, StringConstraints

from app.repositories.base import LARGEST_KEY

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

PathKey = Annotated[int, Path(ge=1, le=LARGEST_KEY)]
"""An integer key in a path, for faces that show those."""
