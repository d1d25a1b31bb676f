"""The web page of somebody with 200 finished sessions, and of their administrator with 200 codes, in a real browser.

A screen can be used when its heading stands and nothing in it is a placeholder any more. Each is opened several times,
as an address that is typed: HTML, scripts, questions to the API and painting are all in the figure.
"""

import asyncio
import os
import statistics
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from fastapi import FastAPI
from playwright.async_api import Browser, BrowserContext
from sqlalchemy import Table, insert, select

from app.config import JobSettings, RateLimitSettings, Settings
from app.database import WriteSession
from app.main import create_app
from app.models import Answer, Base, Evaluation, Feedback, InterviewSession, Question, Report, Scorecard
from tests.conftest import register
from tests.live.support import serving
from tests.page.browser import opened
from tests.page.recruiting import staff
from tests.page.screenshots import PERSON, login, practise

SESSIONS, TIMES, AIM = 200, 5, 1_000
ADMINISTRATOR = "root@example.com"
SCREENS = {
    "home": "/home",
    "sessions": "/sessions",
    "tenth page of sessions": "/sessions?page=10",
    "report": "/sessions/{spoken}",
    "new practice": "/new",
    "progress": "/progress",
    "settings": "/settings",
}
STAFF_SCREENS = {
    "the administrator's interviews": "/manage/interviews",
    "one of them": "/manage/interviews/{spoken}",
    "codes": "/manage/codes",
    "question sets": "/manage/sets",
    "prompts": "/manage/prompts",
    "users": "/manage/users",
    "system": "/manage/system",
    "audit": "/manage/audit",
}
USABLE = """() => document.querySelector("h1") && !document.querySelector(".shimmer, [aria-busy=true]")
  && Math.round(performance.now())"""


def rows(_data: Path) -> list[tuple[str, str, str]]:
    """(measure, figure, aim) for each screen."""
    found = asyncio.run(_measure())
    load = os.getloadavg()[0]
    head = ("load of the machine while it was measured", f"{load:.1f} on {os.cpu_count()} cores", "")
    aim = f"<= {AIM} ms"
    return [head] + [
        (f"{name}, until it can be used", f"{statistics.median(took):.0f} ms ({min(took)} to {max(took)})", aim)
        for name, took in found.items()
    ]


async def _measure() -> dict[str, list[int]]:
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(
            environment="test", log_level="WARNING", data_dir=Path(home) / "var", upload_dir=Path(home) / "uploads",
            rate_limit=RateLimitSettings(enabled=False), job=JobSettings(grace_seconds=0),
        )  # fmt: skip
        async with serving(create_app(settings)) as server, opened() as browser:
            base = f"http://127.0.0.1:{server.port}"
            async with httpx.AsyncClient(base_url=base, timeout=300) as http:
                spoken, _ = await practise(server.app, await register(http, PERSON["email"]))
                administrator = await staff(server.app, http, ADMINISTRATOR, "admin", "Ada Root")
                await administrator.data("POST", "/api/v1/admin/codes/bulk", json={"count": SESSIONS})
            await multiply(server.app)
            return {
                name: await _open(browser, base, path.format(spoken=spoken), email)
                for email, screens in ((PERSON["email"], SCREENS), (ADMINISTRATOR, STAFF_SCREENS))
                for name, path in screens.items()
            }


async def _open(browser: Browser, base: str, path: str, email: str) -> list[int]:
    async with await browser.new_context(base_url=base) as context:
        await login(context, email)
        return [await _once(context, path) for _ in range(TIMES)]


async def _once(context: BrowserContext, path: str) -> int:
    page = await context.new_page()
    await page.goto(path, wait_until="commit")
    took: int = await (await page.wait_for_function(USABLE, timeout=60_000)).json_value()
    await page.close()
    return took


async def multiply(app: FastAPI) -> None:
    """Copies of the finished sessions, one a day before them, until there are SESSIONS."""
    async with app.state.runtime.database.writing() as session:
        finished = (
            await session.scalars(select(InterviewSession.id).where(InterviewSession.status == "completed"))
        ).all()
        for number in range(SESSIONS - len(finished)):
            await _copy(session, finished[number % len(finished)], datetime.now(UTC) - timedelta(days=number + 1))


async def _copy(session: WriteSession, key: int, day: datetime) -> None:
    times = {"created_at": day, "started_at": day, "completed_at": day}
    (new,) = (await _copies(session, InterviewSession, "id", {key: key}, current_question_id=None, **times)).values()
    questions = await _copies(session, Question, "session_id", {key: new}, follow_up_of_id=None, round_id=None)
    answers = await _copies(session, Answer, "question_id", questions)
    await _copies(session, Evaluation, "answer_id", answers)
    for result in (Scorecard, Feedback, Report):
        await _copies(session, result, "session_id", {key: new})


async def _copies(
    session: WriteSession, model: type[Base], parent: str, keys: dict[int, int], **changes: Any
) -> dict[int, int]:
    """New keys by the old ones, of the rows whose parent is one of the keys; the copies belong to the new parents."""
    table = model.__table__
    assert isinstance(table, Table)
    made = {}
    for row in (await session.execute(select(table).where(table.c[parent].in_(keys)))).mappings().all():
        values = {**row, "public_id": uuid4(), **{name: value for name, value in changes.items() if name in row}}
        values.pop("id")
        if parent != "id":
            values[parent] = keys[row[parent]]
        made[row["id"]] = (await session.execute(insert(table).values(**values).returning(table.c.id))).scalar_one()
    return made
