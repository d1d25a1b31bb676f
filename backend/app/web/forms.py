"""Forms with a large file, read as they come: the file goes to whoever keeps it, never through memory or a disk first.

FastAPI reads a whole form before the route is called. A route that takes a `StreamedForm` refuses what it does not want
before, such as a recording without consent, and what it does not read is not received.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from app.errors import MISSING, FieldError, Unprocessable, field_errors

M = TypeVar("M", bound=BaseModel)
FIELD_BYTES = 64 * 1024
"""All fields beside the file together, with the headers of every part."""


class StreamedForm:
    """One form of a request. `read` gives the bytes of the file; `fields` are those that came so far.

    Fields that stand after the file are known once `read` has given its end. Unprocessable for what is no such form.
    """

    def __init__(self, request: Request, file_field: str) -> None:
        self.fields: dict[str, str] = {}
        self.file_name = ""
        self._file_field = file_field
        self._stream: AsyncIterator[bytes] = request.stream()
        self._parser = self._parser_for(request)
        self._header_name, self._header_value = bytearray(), bytearray()
        self._headers: dict[str, str] = {}
        self._name = ""
        self._value = bytearray()
        self._in_file = self._has_file = self._is_closed = self._is_over = False
        self._data = bytearray()
        self._field_bytes = 0

    @classmethod
    async def open(cls, request: Request, file_field: str) -> "StreamedForm":
        """The form, read up to its file. Unprocessable when it has none."""
        try:
            form = cls(request, file_field)
        except FormParserError as error:
            raise _unreadable() from error
        while not form._has_file and await form._more():
            pass
        if not form._has_file:
            raise form._without_file()
        return form

    async def read(self, size: int) -> bytes:
        """At most `size` bytes of the file; empty at its end, when all fields have been read too."""
        while not self._data and await self._more():
            pass
        piece = bytes(self._data[:size])
        del self._data[:size]
        return piece

    async def _more(self) -> bool:
        """Parse what comes next; false at the end of the form."""
        if self._is_over:
            return False
        try:
            chunk = await anext(self._stream, b"")
            if chunk:
                self._parser.write(chunk)
        except FormParserError as error:
            raise _unreadable() from error
        self._is_over = not chunk
        if self._is_over and not self._is_closed:
            raise _unreadable()
        return not self._is_over

    def _parser_for(self, request: Request) -> MultipartParser:
        kind, options = parse_options_header(request.headers.get("content-type", ""))
        boundary = options.get(b"boundary")
        if kind != b"multipart/form-data" or not boundary:
            message = "Send the file as a form: multipart/form-data"
            raise Unprocessable("Validation error", details=[FieldError(self._file_field, message)])
        callbacks: Any = {
            "on_part_begin": self._part_begins,
            "on_header_field": lambda data, start, end: self._keep(self._header_name, data[start:end]),
            "on_header_value": lambda data, start, end: self._keep(self._header_value, data[start:end]),
            "on_header_end": self._header_ends,
            "on_headers_finished": self._headers_end,
            "on_part_data": self._part_goes_on,
            "on_part_end": self._part_ends,
            "on_end": self._closes,
        }
        return MultipartParser(boundary, callbacks)

    def _part_begins(self) -> None:
        self._headers = {}
        self._value.clear()

    def _header_ends(self) -> None:
        self._headers[self._header_name.decode("latin-1").lower()] = self._header_value.decode("latin-1")
        self._header_name.clear()
        self._header_value.clear()

    def _headers_end(self) -> None:
        _, options = parse_options_header(self._headers.get("content-disposition", ""))
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        self._in_file = self._name == self._file_field and not self._has_file and b"filename" in options
        if self._in_file:
            self._has_file = True
            self.file_name = options[b"filename"].decode("utf-8", "replace")

    def _part_goes_on(self, data: bytes, start: int, end: int) -> None:
        if self._in_file:
            self._data += data[start:end]
            return
        self._keep(self._value, data[start:end])

    def _keep(self, kept: bytearray, data: bytes) -> None:
        self._field_bytes += len(data)
        if self._field_bytes > FIELD_BYTES:
            raise _unreadable() if self._has_file else self._without_file()
        kept += data

    def _part_ends(self) -> None:
        if not self._in_file and self._name:
            self.fields[self._name] = self._value.decode("utf-8", "replace")
        self._in_file = False

    def _without_file(self) -> Unprocessable:
        """The file is missing, or it came under another name."""
        return Unprocessable("Validation error", details=[FieldError(self._file_field, MISSING)])

    def _closes(self) -> None:
        self._is_closed = True


def _unreadable() -> Unprocessable:
    return Unprocessable("The form cannot be read: send a well-formed multipart/form-data.")


def parsed(shape: type[M], fields: Mapping[str, str]) -> M:
    """The fields of a form in a shape. Unprocessable names those that are wrong; empty ones count as left out."""
    try:
        return shape.model_validate({name: value for name, value in fields.items() if value.strip()})
    except ValidationError as error:
        raise Unprocessable("Validation error", details=field_errors(error.errors())) from error


class RequestBody:
    """The body of a request as a file that is read piece by piece."""

    def __init__(self, request: Request) -> None:
        self._stream = request.stream()
        self._data = bytearray()

    async def read(self, size: int) -> bytes:
        """At most `size` bytes; empty at the end."""
        while not self._data:
            if not (chunk := await anext(self._stream, b"")):
                return b""
            self._data += chunk
        piece = bytes(self._data[:size])
        del self._data[:size]
        return piece


def form_document(file_field: str, what: str, **fields: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI entry of a streamed form; `fields` are the schemas of those beside the file."""
    properties = {file_field: {"type": "string", "format": "binary", "description": what}, **fields}
    schema = {"type": "object", "required": [file_field], "properties": properties}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}
