"""The web page: its files at `/assets`, and its one document at `/` and at every address that is nobody else's.

A browser that asks for a document outside the APIs gets the page, whose own routes decide what to show; an address of
an API is answered by that API, also when nothing is there. Names of files in `/assets` hold a hash of what is in them,
so browsers keep them for good.
"""

import gzip
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.web.faces import Faces, path_of
from app.web.prefix import public

ASSETS = "/assets"
TAKEN = frozenset(
    ("api", "auth", "interviews", "tts", "uploads", "socket.io", "docs", "docs-assets", "redoc", "openapi", "health",
     "metrics", "assets")
)  # fmt: skip
"""First parts of paths that are no pages, whether or not the face that owns them is switched on. A name with a dot
(`/openapi.json`, `/favicon.ico`) is no page either."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' blob: data:; "
    "media-src 'self' blob:; connect-src 'self'; worker-src 'self'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)
FOREVER = "public, max-age=31536000, immutable"
COMPRESSED = (".js", ".css", ".svg", ".json", ".html", ".txt")
BROTLI = ".br"
"""What the build adds to the name of a file that it compressed."""
BASE = '<base href="/"'
"""What stands in the document for the path under which the world sees the server."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the page, as it is and compressed where that helps: by content coding, the best first."""

    body: bytes
    compressed: Mapping[str, bytes]
    media_type: str


class Page:
    """The built page, read once. The folder is the output of `vite build`."""

    def __init__(self, folder: Path) -> None:
        self._document = (folder / "index.html").read_text("utf-8")
        if BASE not in self._document:
            raise ValueError(f"{folder / 'index.html'} has no {BASE}>")
        self._assets: Mapping[str, Asset] = {
            path.name: _asset(path)
            for path in (folder / "assets").iterdir()
            if path.is_file() and path.suffix != BROTLI
        }

    def document(self, request: Request) -> Response:
        """The one document. It is asked for each time, and sent only when it has changed."""
        text = self._document.replace(BASE, f'<base href="{escape(public("/"))}"', 1)
        tag = f'"{sha256(text.encode()).hexdigest()[:32]}"'
        headers = {
            "Cache-Control": "no-cache",
            "ETag": tag,
            "Content-Security-Policy": POLICY,
            "Permissions-Policy": "microphone=(self), camera=(self), geolocation=()",
            "Referrer-Policy": "same-origin",
            "Vary": "Accept",
        }
        if request.headers.get("if-none-match", "").removeprefix("W/") == tag:
            return Response(status_code=304, headers=headers)
        return Response(text, media_type="text/html; charset=utf-8", headers=headers)

    def asset(self, request: Request) -> Response:
        """A file by its name."""
        asset = self._assets.get(request.path_params["name"])
        if asset is None:
            raise HTTPException(404)
        headers = {"Cache-Control": FOREVER, "Vary": "Accept-Encoding"}
        accepted = {part.partition(";")[0].strip() for part in request.headers.get("accept-encoding", "").split(",")}
        for coding, body in asset.compressed.items():
            if coding in accepted:
                return Response(body, media_type=asset.media_type, headers={**headers, "Content-Encoding": coding})
        return Response(asset.body, media_type=asset.media_type, headers=headers)


class NotFound:
    """ASGI application for what no route answers: the page for browsers that look for a document, else not found."""

    def __init__(self, page: Page, faces: Faces, otherwise: ASGIApp) -> None:
        self._page = page
        self._faces = faces
        self._otherwise = otherwise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "GET" and self._is_page(scope):
            await self._page.document(Request(scope))(scope, receive, send)
        else:
            await self._otherwise(scope, receive, send)

    def _is_page(self, scope: Scope) -> bool:
        path = path_of(scope)
        parts = path.strip("/").split("/")
        if parts[0] in TAKEN or "." in parts[-1] or self._faces.is_owned(path):
            return False
        return "text/html" in Request(scope).headers.get("accept", "")


def install(app: FastAPI, faces: Faces, folder: Path | None) -> None:
    """Serve the page of a folder; without one `/` leads to the documents."""
    if folder is None:

        async def root() -> RedirectResponse:
            return RedirectResponse(public("/docs"))

        app.add_api_route("/", root, include_in_schema=False)
        return
    page = Page(folder)

    async def document(request: Request) -> Response:
        return page.document(request)

    async def asset(request: Request) -> Response:
        return page.asset(request)

    app.add_api_route("/", document, include_in_schema=False)
    app.add_api_route(f"{ASSETS}/{{name}}", asset, include_in_schema=False)
    app.router.default = NotFound(page, faces, app.router.default)


def _asset(path: Path) -> Asset:
    body = path.read_bytes()
    compressed: dict[str, bytes] = {}
    if (brotli := path.with_name(path.name + BROTLI)).is_file():
        compressed["br"] = brotli.read_bytes()
    if path.suffix in COMPRESSED:
        compressed["gzip"] = gzip.compress(body, 9, mtime=0)
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Asset(body, {name: less for name, less in compressed.items() if len(less) < len(body)}, media_type)
