"""Deletions that meet each other, or somebody who still adds to what is being deleted: nothing is left, and no 500."""

import asyncio
import base64
from collections.abc import Collection
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from app.models import Base, Deletion
from app.repositories.interviews import InterviewRepository
from tests.conftest import Candidate, register, settle
from tests.recordings.media import sound

OFFSET = {"Content-Type": "application/offset+octet-stream", "Tus-Resumable": "1.0.0"}
MEANWHILE = 0.5
"""Seconds that a deletion pauses before its rows go, for what comes then."""


async def tables(app: FastAPI) -> set[str]:
    """Those that are not empty, but for the template that comes with the schema."""
    async with app.state.runtime.database.reading() as session:
        counts = {
            table.name: await session.scalar(select(func.count()).select_from(table))
            for table in Base.metadata.sorted_tables
        }
    return {name for name, count in counts.items() if count} - {"prompt_templates"}


def files(app: FastAPI) -> list[Path]:
    folder = app.state.runtime.settings.upload_dir
    return [path for name in ("recordings", "parts") for path in (folder / name).rglob("*") if path.is_file()]


class Meanwhile:
    """What is done while a deletion has found what there is, and has deleted nothing yet."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[Any] = []
        self.begun: list[asyncio.Task[httpx.Response]] = []
        counts_of = InterviewRepository.counts_of

        async def paused(repository: InterviewRepository, keys: Collection[int]) -> dict[str, int]:
            self.begun += [asyncio.create_task(call) for call in self.calls]
            self.calls = []
            if self.begun:
                await asyncio.wait(self.begun, timeout=MEANWHILE)
            return await counts_of(repository, keys)

        monkeypatch.setattr(InterviewRepository, "counts_of", paused)

    async def responses(self) -> list[httpx.Response]:
        return await asyncio.gather(*self.begun)


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    return Meanwhile(monkeypatch)


async def test_of_an_account_twice_at_once_gives_one_receipt(
    candidate: Candidate, app: FastAPI, meanwhile: Meanwhile
) -> None:
    base, _ = await candidate.asked()
    await candidate.data("POST", f"{base}/recordings", files={"file": ("a.wav", sound("wav"))})
    await settle(app)
    address = f"/api/v1/users/{candidate.account['id']}"
    meanwhile.calls = [candidate.call("DELETE", address) for _ in range(2)]
    assert (await candidate.call("DELETE", address)).status_code == 200
    assert {found.status_code for found in await meanwhile.responses()} <= {401, 404}
    await settle(app)
    async with app.state.runtime.database.reading() as session:
        receipts = (await session.scalars(select(Deletion))).all()
    assert [receipt.counts["recordings"] for receipt in receipts] == [1]
    assert files(app) == []


@pytest.mark.parametrize("what", ["account", "session"])
async def test_leaves_nothing_of_what_is_added_meanwhile(
    candidate: Candidate, app: FastAPI, meanwhile: Meanwhile, what: str
) -> None:
    base, question = await candidate.asked()
    content = sound("wav")
    begun = {**candidate.headers, "Upload-Length": str(len(content)), "Upload-Metadata": f"session_id {_b64(base)}"}
    upload = (await candidate.http.post("/api/v1/uploads", headers=begun)).headers["location"]
    part = {**candidate.headers, **OFFSET, "Upload-Offset": "0"}
    await settle(app)
    meanwhile.calls = [
        candidate.call("POST", f"{base}/recordings", files={"file": ("a.wav", content)}),
        candidate.call("POST", f"{question}/audio", files={"file": ("a.wav", content)}),
        candidate.http.patch(upload, headers=part, content=content[:9000]),
        candidate.http.post("/api/v1/uploads", headers=begun),
        candidate.call("POST", f"{base}/consent", json={"purposes": ["recording"], "wording": "1"}),
        candidate.call("POST", f"{base}/complete"),
        candidate.call("POST", "/api/v1/interviews/sessions", json={"title": "Another"}),
    ]
    address = base if what == "session" else f"/api/v1/users/{candidate.account['id']}"
    assert (await candidate.call("DELETE", address)).status_code == 200
    statuses = [found.status_code for found in await meanwhile.responses()]
    assert max(statuses) < 500, statuses
    await settle(app)
    assert files(app) == []
    if what == "account":
        assert await tables(app) <= {"deletions", "jobs"}


async def test_of_an_account_that_registers_again_at_once_leaves_the_new_one(
    candidate: Candidate, app: FastAPI
) -> None:
    await candidate.data("DELETE", f"/api/v1/users/{candidate.account['id']}")
    again = await register(candidate.http, "ada@example.com")
    assert (await again.data("GET", "/api/v1/users/me"))["id"] != candidate.account["id"]


def _b64(address: str) -> str:
    """The id at the end of an address, as metadata of an upload."""
    return base64.b64encode(address.rsplit("/", 1)[1].encode()).decode()
