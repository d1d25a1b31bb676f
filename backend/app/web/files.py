"""Files on their way out: with Range as HTTP means it, and errors in the envelope."""

import re
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import FileResponse

from app.errors import AppError

HEAD_MARK = "greenroom.head"
"""In the scope of a HEAD request, which routes see as a GET."""
BINARY = {"schema": {"type": "string", "format": "binary"}}
ANY_FILE = "application/octet-stream"
"""What generators of clients take for bytes where they do not know the real type, which the response names."""

_RANGES = re.compile(r"^bytes=(\d+-\d*|-\d+)(,\s*(\d+-\d*|-\d+))*$")


class RangeNotSatisfiable(AppError):
    status_code = 416
    default_code = "range_not_satisfiable"


def file_content(*media_types: str) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI entries of a route that serves a file of these types, whole (200) or in part (206)."""
    content = dict.fromkeys((*media_types, ANY_FILE), BINARY)
    return {
        200: {"description": "The file", "content": content},
        206: {"description": "The bytes of the Range header", "content": content},
    }


def serve(request: Request, path: Path, size: int, media_type: str, **headers: str) -> FileResponse:
    """The file, or the part that a Range header names. A header that is none is ignored (RFC 9110, 14.2); one that
    begins behind the end is RangeNotSatisfiable."""
    asked = request.headers.get("range", "")
    if asked and not _is_range(asked):
        request.scope["headers"] = [pair for pair in request.scope["headers"] if pair[0] != b"range"]
    elif asked and all(_begins_behind(part, size) for part in asked.removeprefix("bytes=").split(",")):
        raise RangeNotSatisfiable(
            f"The file has {size} bytes; ask for a part of them.", headers={"Content-Range": f"bytes */{size}"}
        )
    if HEAD_MARK in request.scope:
        request.scope["method"] = "HEAD"  # the response reads no file then
    return FileResponse(path, media_type=media_type, headers={"X-Content-Type-Options": "nosniff", **headers})


def _is_range(asked: str) -> bool:
    if not _RANGES.match(asked):
        return False
    pairs = [part.strip().split("-") for part in asked.removeprefix("bytes=").split(",")]
    return all(not first or not last or int(first) <= int(last) for first, last in pairs)


def _begins_behind(part: str, size: int) -> bool:
    first = part.strip().split("-")[0]
    return bool(first) and int(first) >= size
