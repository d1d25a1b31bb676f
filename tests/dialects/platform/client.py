"""A client of the platform: raw HTTP, addresses and bodies as the document writes them."""

import asyncio
from dataclasses import dataclass, field
from typing import Any, Self

import httpx

SIGNUP = {
    "email": "user@example.com",
    "password": "securePassword123",
    "full_name": "John Doe",
    "target_role": "Software Engineer",
    "experience_level": "mid",
}
INTERVIEW = {"role": "Software Engineer", "interview_type": "technical", "duration_minutes": 30}
NOBODYS = "018f0000-0000-7000-8000-000000000000"


@dataclass
class Platform:
    """Sends the token in the header; what the server set as a cookie is not sent."""

    http: httpx.AsyncClient
    headers: dict[str, str] = field(default_factory=dict)
    id: str = ""

    async def signed_up(self, email: str = "user@example.com") -> Self:
        account = await self.data("POST", "/auth/signup", json={**SIGNUP, "email": email})
        self.headers, self.id = {"Authorization": f"Bearer {account['session']['access_token']}"}, account["user"]["id"]
        return self

    async def call(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        headers = {**self.headers, **arguments.pop("headers", {})}
        self.http.cookies.clear()
        return await self.http.request(method, f"/api{path}", headers=headers, **arguments)

    async def data(self, method: str, path: str, **arguments: Any) -> Any:
        """The body of a call that must succeed."""
        response = await self.call(method, path, **arguments)
        assert response.is_success, response.text
        return response.json()

    async def error(self, method: str, path: str, **arguments: Any) -> tuple[int, str, str]:
        """(status, code, reason) of a call that must fail in the documented shape."""
        response = await self.call(method, path, **arguments)
        body = response.json()
        assert body.keys() == {"error"}, body
        assert body["error"].keys() == {"code", "message", "details"}, body
        return response.status_code, body["error"]["code"], body["error"]["details"]["reason"]

    async def interview(self, **values: Any) -> str:
        """The id of a new interview."""
        created = await self.data("POST", "/interviews/create", json={**INTERVIEW, **values})
        return str(created["session"]["id"])

    async def remaining(self) -> int:
        return int((await self.data("GET", "/user/profile"))["interviews_remaining"])

    async def feedback(self, session: str) -> dict[str, Any]:
        """The feedback, once it is written."""
        async with asyncio.timeout(60):
            while (found := await self.data("GET", f"/feedback/{session}"))["status"] == "generating":  # noqa: ASYNC110 - as clients do
                await asyncio.sleep(0.05)
        return dict(found)
