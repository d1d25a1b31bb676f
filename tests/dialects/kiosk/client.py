"""A client of the kiosk: raw HTTP, addresses and bodies as the document writes them."""

import asyncio
from dataclasses import dataclass
from typing import Any, Self

import httpx

QUESTION = {
    "text": "Explain the difference between REST and GraphQL APIs.",
    "time_limit": 300,
    "hints": "Consider data fetching, query flexibility, and caching.",
}
SECOND = {"text": "What does a database index cost, and when is it worth it?"}
SET = {
    "name": "Technical Interview",
    "description": "Questions for software engineering positions",
    "questions": [QUESTION, SECOND],
}
LOGIN = {"username": "admin", "password": "admin123"}
REST = (
    "REST APIs use HTTP methods and endpoints, each for one resource. With GraphQL the client asks one endpoint for "
    "the fields that it needs, so less is fetched, but HTTP caching no longer works by itself."
)


@dataclass
class Kiosk:
    """Whoever has this HTTP client's cookies: an administrator after `logged_in`, else nobody."""

    http: httpx.AsyncClient

    async def logged_in(self, **login: str) -> Self:
        await self.data("POST", "/admin/login", json={**LOGIN, **login})
        return self

    async def call(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        return await self.http.request(method, f"/api{path}", **arguments)

    async def data(self, method: str, path: str, **arguments: Any) -> Any:
        """The body of a call that must succeed."""
        response = await self.call(method, path, **arguments)
        assert response.is_success, response.text
        return response.json()

    async def error(self, method: str, path: str, **arguments: Any) -> tuple[int, str]:
        """(status, code) of a call that must fail in the documented shape."""
        response = await self.call(method, path, **arguments)
        body = response.json()
        assert body.keys() == {"error", "code", "details"}, body
        assert isinstance(body["error"], str)
        assert isinstance(body["details"], dict)
        return response.status_code, body["code"]

    async def code(self, **wishes: Any) -> str:
        return str((await self.data("POST", "/admin/codes", json={"expires_in_hours": 24, **wishes}))["code"])

    async def enter(self, code: str, name: str = "John Doe") -> dict[str, Any]:
        body = {"code": code, "candidate_name": name}
        return dict(await self.data("POST", "/interview/validate-code", json=body))

    async def submit(self, session: str, question: int, transcript: str = REST, **values: Any) -> int:
        body = {"session_id": session, "question_id": question, "transcript": transcript, **values}
        return int((await self.data("POST", "/interview/submit-response", json=body))["response_id"])

    async def details(self, session: str) -> dict[str, Any]:
        return dict(await self.data("GET", f"/admin/sessions/{session}/details"))

    async def scored(self, session: str, count: int = 1) -> list[dict[str, Any]]:
        """The responses of a session, once so many have a score."""
        async with asyncio.timeout(60):
            while True:
                responses = (await self.details(session))["responses"]
                if sum(found["ai_score"] is not None for found in responses) >= count:
                    return list(responses)
                await asyncio.sleep(0.05)
