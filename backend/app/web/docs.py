"""The documents of the faces (`/openapi/<face>.json`) and pages that show them (`/docs/<face>`, `/redoc/<face>`).

The pages' scripts are served from here, so they work without a network. `/openapi.json`, `/docs` and `/redoc` are those
of the first face.
"""

from collections.abc import Awaitable, Callable
from functools import lru_cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.staticfiles import StaticFiles

from app.web.dependencies import authenticated
from app.web.faces import Face, Faces, operation_id

ASSETS = "/docs-assets"
METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")


@lru_cache(maxsize=32)
def document(face: Face) -> dict[str, Any]:
    """The OpenAPI document of a face: its routes alone, with operation ids unique within it and its own security."""
    app = FastAPI(
        title=face.title,
        description=face.description,
        version=version("greenroom"),
        generate_unique_id_function=operation_id,
    )
    for router in face.routers:
        app.include_router(router)
    found = app.openapi()
    schemes = found.get("components", {}).get("securitySchemes", {})
    if schemes.pop(authenticated.scheme_name, None) is not None:
        schemes.update({way.name: way.scheme for way in face.credentials})
    ways: list[dict[str, list[str]]] = [{way.name: []} for way in face.credentials]
    for path in found["paths"].values():
        for method in METHODS:
            if "security" in path.get(method, {}):
                path[method]["security"] = ways
    return found


def install(app: FastAPI, faces: Faces) -> None:
    """Serve documents and pages, and the scripts of the `fastapi-offline` package, which is used for its files only."""
    spec = find_spec("fastapi_offline")
    if spec is None or spec.origin is None:
        raise RuntimeError("fastapi-offline is not installed: install the project's requirements")
    app.mount(ASSETS, StaticFiles(directory=Path(spec.origin).parent / "static"), name="docs-assets")
    first = faces.all[0]
    _add(app, first, "/openapi.json", "/docs", "/redoc")
    for face in faces.all:
        _add(app, face, f"/openapi/{face.name}.json", f"/docs/{face.name}", f"/redoc/{face.name}")


def _add(app: FastAPI, face: Face, json_path: str, swagger_path: str, redoc_path: str) -> None:
    async def get_document() -> JSONResponse:
        return JSONResponse(document(face))

    async def get_swagger() -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url=json_path,
            title=f"{face.title}: Swagger",
            swagger_js_url=f"{ASSETS}/swagger-ui-bundle.js",
            swagger_css_url=f"{ASSETS}/swagger-ui.css",
            swagger_favicon_url=f"{ASSETS}/favicon.png",
        )

    async def get_redoc() -> HTMLResponse:
        return get_redoc_html(
            openapi_url=json_path,
            title=f"{face.title}: ReDoc",
            redoc_js_url=f"{ASSETS}/redoc.standalone.js",
            redoc_favicon_url=f"{ASSETS}/favicon.png",
            with_google_fonts=False,
        )

    pages: tuple[tuple[str, Callable[[], Awaitable[Any]]], ...] = (
        (json_path, get_document),
        (swagger_path, get_swagger),
        (redoc_path, get_redoc),
    )
    for path, handler in pages:
        app.add_api_route(path, handler, include_in_schema=False)
