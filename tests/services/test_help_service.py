"""Help with a question: one request after the other, and not too many at once."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import pytest_asyncio

from app.database import Database
from app.engines.llm.templates import Fragment
from app.errors import Unavailable
from app.models import Question
from app.repositories.interviews import QuestionRepository
from app.repositories.prompts import PromptRepository
from app.services.interviews.help_service import MAX_WAITING, TOO_MUCH_HELP, HelpService
from app.services.llm.assist import Assisted
from app.services.llm.assistants import assistants_for
from app.services.llm.hints import Response, ResponseType
from app.services.recruiting.access_code_service import AccessCodeService
from tests.support.databases import SqliteDatabases


@dataclass
class SlowHints:
    """Answers when it is told to; `given` are the numbers of hints that requests say were given before."""

    free: asyncio.Event = field(default_factory=asyncio.Event)
    given: list[int] = field(default_factory=list)
    tasks: list[str] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    async def respond(self, kind: ResponseType, *_: Any, given: int, admin: Fragment, **__: Any) -> Assisted[Response]:
        self.tasks.append(admin.text)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.given.append(given)
        await self.free.wait()
        self.at_once -= 1
        return Assisted(value=Response(kind, f"hint {given}"), engine="builtin")


@dataclass
class Desk:
    """The service on a database with two questions."""

    service: HelpService
    hints: SlowHints
    questions: list[Question]


@pytest_asyncio.fixture
async def desk(sqlite: SqliteDatabases) -> AsyncIterator[Desk]:
    async with sqlite.fresh() as url:
        database = Database(url)
        async with database.writing() as session:
            codes = AccessCodeService(session)
            (code,) = await codes.issue()
            interview = await codes.enter(code.code, candidate_name="Ada")
            questions = [
                await QuestionRepository(session).add(
                    Question(session_id=interview.id, number=number, text="Why?", category="hr", difficulty="easy")
                )
                for number in (1, 2)
            ]
        hints = SlowHints()
        assistants = replace(assistants_for(None, None), hints=hints)  # type: ignore[arg-type]  # only `respond` is asked
        yield Desk(HelpService(database, assistants), hints, questions)
        await database.close()


async def test_requests_for_one_question_wait_for_each_other_and_each_knows_the_hints_before_it(desk: Desk) -> None:
    asked = [asyncio.create_task(desk.service.help(desk.questions[0].id, "hint")) for _ in range(3)]
    desk.hints.free.set()
    assert await asyncio.gather(*asked) == ["hint 0", "hint 1", "hint 2"]
    assert desk.hints.most_at_once == 1


async def test_hints_are_asked_for_with_the_default_template(desk: Desk) -> None:
    async with desk.service.database.writing() as session:
        prompt = await PromptRepository(session).default()
        assert prompt is not None
        prompt.text = "Be brief about {question}."
    desk.hints.free.set()
    await desk.service.help(desk.questions[0].id, "hint")
    assert desk.hints.tasks == ['Be brief about the text marked "question".']


async def test_more_than_a_few_requests_are_refused_and_later_ones_are_welcome(desk: Desk) -> None:
    first, other = (question.id for question in desk.questions)
    asked = [asyncio.create_task(desk.service.help(first, "hint")) for _ in range(MAX_WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(Unavailable) as refused:
        await desk.service.help(first, "hint")
    assert refused.value.code == TOO_MUCH_HELP
    elsewhere = asyncio.create_task(desk.service.help(other, "hint"))
    desk.hints.free.set()
    assert await elsewhere == "hint 0", "another question has its own limit"
    await asyncio.gather(*asked)
    assert await desk.service.help(first, "hint") == f"hint {MAX_WAITING}"


async def test_a_request_that_is_given_up_makes_room(desk: Desk) -> None:
    asked = [asyncio.create_task(desk.service.help(desk.questions[0].id, "hint")) for _ in range(MAX_WAITING)]
    await asyncio.sleep(0)
    for task in asked:
        task.cancel()
    await asyncio.gather(*asked, return_exceptions=True)
    desk.hints.free.set()
    assert await desk.service.help(desk.questions[0].id, "hint") == "hint 0"
