"""API_DOCUMENTATION.md names every route."""

import httpx

from tests.conftest import ROOT


async def test_every_route_is_documented(http: httpx.AsyncClient) -> None:
    text = (ROOT / "API_DOCUMENTATION.md").read_text()
    text = text.replace("`POST Q/", "`POST {Q}/").replace("`GET Q/", "`GET {Q}/").replace("`PUT Q/", "`PUT {Q}/")
    text = text.replace("{Q}", "/api/v1/interviews/sessions/{session_id}/questions/{question_id}")
    paths = (await http.get("/openapi.json")).json()["paths"]
    missing = [
        f"{method.upper()} {path}"
        for path, methods in paths.items()
        for method in methods
        if f"`{method.upper()} {path}`" not in text
    ]
    assert missing == []
