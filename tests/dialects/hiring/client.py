"""A client of the hiring document: raw HTTP, addresses and bodies as the document writes them."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import httpx

from tests.recordings.media import spoken_film
from tests.support.resumes import resumes

REGISTRATION = {"name": "John Doe", "email": "john@example.com", "password": "securePassword123"}
JOB = """Senior Backend Engineer

We look for somebody with five years of Python and PostgreSQL who has run services on Kubernetes. You will own an API,
review code and help others grow. Docker and Redis are a bonus."""
PICTURE = Path(__file__).resolve().parents[2] / "data" / "faces" / "astronaut.jpg"
NOBODYS = "507f1f77bcf86cd799439011"
"""An id as the document shows it, which this server has not given out."""


def resume(kind: str = "pdf") -> dict[str, Any]:
    """The form field of a résumé."""
    found = next(one for one in resumes() if one.source["file"] == kind and not one.held_back)
    return {"resume": (f"resume.{kind}", found.file(), "application/octet-stream")}


@dataclass
class Hiring:
    http: httpx.AsyncClient
    headers: dict[str, str] = field(default_factory=dict)

    async def registered(self, email: str = "john@example.com") -> Self:
        """Somebody with an account."""
        token = (await self.ok("POST", "/auth/register", json={**REGISTRATION, "email": email}))["access_token"]
        self.headers = {"Authorization": f"Bearer {token}"}
        return self

    async def call(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        return await self.http.request(method, path, headers=self.headers, **arguments)

    async def ok(self, method: str, path: str, **arguments: Any) -> Any:
        """The body of a call that must answer 200."""
        response = await self.call(method, path, **arguments)
        assert response.status_code == 200, response.text
        return response.json()

    async def error(self, method: str, path: str, **arguments: Any) -> tuple[int, str]:
        """(status, detail) of a call that must fail in the documented shape."""
        response = await self.call(method, path, **arguments)
        body = response.json()
        assert body.keys() == {"detail"}, body
        assert isinstance(body["detail"], str)
        return response.status_code, body["detail"]

    async def created(self) -> str:
        """The address of a new interview."""
        found = await self.ok("POST", "/interviews/create", files=resume(), data={"job_description": JOB})
        assert found == {"interview_id": found["interview_id"], "status": "created"}
        return f"/interviews/{found['interview_id']}"

    async def started(self) -> str:
        """The address of an interview in progress."""
        interview = await self.created()
        await self.ok("POST", f"{interview}/setup-ai")
        await self.ok("POST", f"{interview}/start", params={"voice": "female"})
        return interview

    async def answer(self, interview: str, speech: Path, kind: str = "webm") -> dict[str, Any]:
        """Answer the question that is due by a film, and move on; returns the question."""
        question: dict[str, Any] = await self.ok("GET", f"{interview}/next-question")
        film = {"video": (f"answer.{kind}", spoken_film(speech, PICTURE, kind), f"video/{kind}")}
        done = await self.ok("POST", f"{interview}/questions/{question['question_id']}/upload-video", files=film)
        assert done == {"message": "Video uploaded successfully. Processing started."}
        await self.ok("POST", f"{interview}/answer-complete")
        return question

    async def report(self, interview: str) -> dict[str, Any]:
        """The report once it is there, as a page polls for it."""
        async with asyncio.timeout(120):
            while True:
                found: dict[str, Any] = await self.ok("GET", f"{interview}/report")
                if found.get("status") != "processing":
                    return found
                await asyncio.sleep(0.3)
