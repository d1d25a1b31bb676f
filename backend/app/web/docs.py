"""The documents of the faces (`/openapi/<face>.json`) and pages that show them (`/docs/<face>`, `/redoc/<face>`).

A Postman collection of each is at `/openapi/<face>.postman.json`.

The pages' scripts are served from here, so they work without a network. `/openapi.json`, `/docs` and `/redoc` are those
of the first face. `/asyncapi.yaml` describes the sockets of all faces.
"""

import re
from base64 import b64encode
from collections.abc import Awaitable, Callable
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse
from fastapi.staticfiles import StaticFiles

from app import installation
from app.web import postman
from app.web.faces import Face, Faces
from app.web.openapi import document
from app.web.prefix import public

ASSETS = "/docs-assets"
POLICY = (
    "default-src 'none'; connect-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; media-src 'self' blob:; worker-src 'self' blob:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""Swagger UI and ReDoc write styles of their own, and ReDoc searches in a worker that it makes from a blob."""
INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


def install(app: FastAPI, faces: Faces) -> None:
    """Serve documents and pages, and the scripts of the `fastapi-offline` package, which is used for its files only."""
    spec = find_spec("fastapi_offline")
    if spec is None or spec.origin is None:
        raise RuntimeError("fastapi-offline is not installed: install the project's requirements")
    app.mount(ASSETS, StaticFiles(directory=Path(spec.origin).parent / "static"), name="docs-assets")
    app.add_api_route("/asyncapi.yaml", _get_asyncapi, include_in_schema=False)
    first = faces.all[0]
    _add(app, first, "/openapi.json", "/docs", "/redoc")
    for face in faces.all:
        _add(app, face, f"/openapi/{face.name}.json", f"/docs/{face.name}", f"/redoc/{face.name}")
        _add_collection(app, face)


def _with_policy(page: HTMLResponse) -> HTMLResponse:
    """The page, allowed to run the scripts of this server and the one that stands in it, and to call this server."""
    inline = INLINE_SCRIPT.findall(bytes(page.body))
    hashes = " ".join(f"'sha256-{b64encode(sha256(script).digest()).decode()}'" for script in inline)
    page.headers["Content-Security-Policy"] = f"{POLICY}; script-src 'self' {hashes}"
    return page


def _add_collection(app: FastAPI, face: Face) -> None:
    async def get_collection(request: Request) -> JSONResponse:
        base_url = f"{request.url.scheme}://{request.url.netloc}{public('')}"
        return JSONResponse(postman.collection(document(face), base_url))

    app.add_api_route(f"/openapi/{face.name}.postman.json", get_collection, include_in_schema=False)


async def _get_asyncapi() -> FileResponse:
    return FileResponse(installation.asyncapi(), media_type="application/yaml")


def _add(app: FastAPI, face: Face, json_path: str, swagger_path: str, redoc_path: str) -> None:
    async def get_document() -> JSONResponse:
        prefix = public("")
        servers = {"servers": [{"url": prefix}]} if prefix else {}
        return JSONResponse({**document(face), **servers})

    async def get_swagger() -> HTMLResponse:
        page = get_swagger_ui_html(
            openapi_url=public(json_path),
            title=f"{face.title}: Swagger",
            swagger_js_url=public(f"{ASSETS}/swagger-ui-bundle.js"),
            swagger_css_url=public(f"{ASSETS}/swagger-ui.css"),
            swagger_favicon_url=public(f"{ASSETS}/favicon.png"),
        )
        return _with_policy(page)

    async def get_redoc() -> HTMLResponse:
        page = get_redoc_html(
            openapi_url=public(json_path),
            title=f"{face.title}: ReDoc",
            redoc_js_url=public(f"{ASSETS}/redoc.standalone.js"),
            redoc_favicon_url=public(f"{ASSETS}/favicon.png"),
            with_google_fonts=False,
        )
        return _with_policy(page)

    pages: tuple[tuple[str, Callable[[], Awaitable[Any]]], ...] = (
        (json_path, get_document),
        (swagger_path, get_swagger),
        (redoc_path, get_redoc),
    )
    for path, handler in pages:
        app.add_api_route(path, handler, include_in_schema=False)
