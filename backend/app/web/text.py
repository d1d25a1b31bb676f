"""Types of what clients send that every face shares: text that any database stores, and ids."""

import re
from typing import Annotated

from fastapi import Path
from pydantic import AfterValidator, Field, StringConstraints

from app.repositories.base import LARGEST_KEY

_CONTROL = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f"
_REFUSED = re.compile(rf"[{_CONTROL}\ud800-\udfff]")


def _no_control(value: str) -> str:
    if _REFUSED.search(value):
        raise ValueError("must not contain control characters")
    return value


Clean = AfterValidator(_no_control)
Printable = Field(json_schema_extra={"pattern": f"^[^{_CONTROL}]*$"})
"""Says in documents what `Clean` takes."""
Filled = Field(json_schema_extra={"pattern": rf"^[^{_CONTROL}]*[^{_CONTROL}\s][^{_CONTROL}]*$"})
"""The same for text that is not blank."""
CleanText = Annotated[str, Clean, Printable]
"""Text that every database stores: no NUL, no control characters, no lone surrogates."""
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), Clean, Filled]
ShortLine = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), Clean, Filled]
Tag = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60), Clean, Filled]
LongText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=50_000), Clean, Printable]
AnswerText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000), Clean, Filled]

PathKey = Annotated[int, Path(ge=1, le=LARGEST_KEY)]
"""An integer key in a path, for faces that show those."""
