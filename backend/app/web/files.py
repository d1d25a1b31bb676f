"""Files on their way out of storage: with Range as HTTP means it, and errors in the face's shape."""

import re
import unicodedata
from collections.abc import AsyncIterator
from typing import Any, Protocol
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import StreamingResponse

from app.errors import AppError, NotFound

HEAD_MARK = "greenroom.head"
"""In the scope of a HEAD request, which routes see as a GET."""
BINARY = {"schema": {"type": "string", "format": "binary"}}
ANY_FILE = "application/octet-stream"
"""What generators of clients take for bytes where they do not know the real type, which the response names."""

_UNSAFE = re.compile(r"[\x00-\x1f\x7f\\/:*?\"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
"""What no file system takes, and marks that turn the direction of a name, so that its ending seems to be another."""
_UNSAFE_IN_ASCII = re.compile(rf"{_UNSAFE.pattern}|%")
"""Letters that take another form may become one of those; some clients decode what follows a percent sign."""
_RANGE = re.compile(r"^bytes=(\d*)-(\d*)$")


class Readable(Protocol):
    """Where objects are, such as `Storage`."""

    def open_range(self, key: str, start: int = 0, end: int | None = None, /) -> AsyncIterator[bytes]: ...


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


def attachment(name: str) -> str:
    """A Content-Disposition that saves a file under this name (RFC 6266), made safe for file systems. Clients that know
    only ASCII get its letters without accents, and without those of other alphabets."""
    safe = _one_line(_UNSAFE.sub(" ", name))
    stem, _, ending = unicodedata.normalize("NFKD", safe).encode("ascii", "ignore").decode().rpartition(".")
    plain = f"{_one_line(_UNSAFE_IN_ASCII.sub(' ', stem)).strip(' ,') or 'Greenroom'}.{ending}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(safe, safe='')}"


def zip_file(name: str, pieces: AsyncIterator[bytes]) -> StreamingResponse:
    """A ZIP to be saved under this name, which has no ending yet; what is kept of people is cached nowhere."""
    headers = {"Content-Disposition": attachment(f"{name}.zip"), "Cache-Control": "no-store"}
    return StreamingResponse(pieces, media_type="application/zip", headers=headers)


async def serve(
    request: Request, storage: Readable, key: str, size: int, media_type: str, *, tag: str = "", **headers: str
) -> StreamingResponse:
    """The object, or the part that a Range header names (RFC 9110, 14.2).

    `size` in bytes; `tag` makes an ETag, which If-Range is compared with. A header that is no range, or names several,
    is ignored; one that begins behind the end is RangeNotSatisfiable. The first piece is read before anything is sent,
    so that a file that is gone or storage that fails is an error and no broken answer.
    """
    etag = f'"{tag}"' if tag else ""
    wanted = request.headers.get("range", "")
    if wanted and request.headers.get("if-range", etag) != etag:
        wanted = ""
    part = _asked(wanted, size)
    start, end = part or (0, size)
    pieces = storage.open_range(key, start, start if HEAD_MARK in request.scope else end)
    try:
        first = await anext(pieces, b"")
    except FileNotFoundError as error:
        raise NotFound("The file is gone from storage. Upload it again.", code="recording_file_missing") from error
    sent = {
        "Accept-Ranges": "bytes",
        "Content-Length": str(end - start),
        "X-Content-Type-Options": "nosniff",
        **({"ETag": etag} if etag else {}),
        **headers,
    }
    if part:
        sent["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    status = 206 if part else 200
    return StreamingResponse(_all(first, pieces), status_code=status, media_type=media_type, headers=sent)


def _one_line(text: str) -> str:
    return " ".join(text.split())


async def _all(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    if first:
        yield first
    async for piece in rest:
        yield piece


def _asked(header: str, size: int) -> tuple[int, int] | None:
    """(first byte, byte after the last) that a Range header names, or None when it names no range."""
    match = _RANGE.match(header.strip())
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if first and last and int(last) < int(first):
        return None
    start = int(first) if first else max(0, size - int(last))
    end = min(size, int(last) + 1) if first and last else size
    if start >= end:
        message = f"The file has {size} bytes; ask for a part of them."
        raise RangeNotSatisfiable(message, headers={"Content-Range": f"bytes */{size}"})
    return start, end
