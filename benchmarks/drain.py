"""How fast queued answers are judged, against the judge alone: `python -m benchmarks.drain`; docs/reliability.md."""

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from pydantic import SecretStr
from uvicorn.loops.auto import auto_loop_factory

from app.config import DatabaseSettings, Settings
from app.jobs.worker import open_worker
from app.models import Answer, InterviewSession, Priority, Question, User
from app.repositories.answers import AnswerRepository
from app.repositories.interviews import InterviewRepository, QuestionRepository
from app.repositories.users import UserRepository
from app.runtime.runtime import Runtime, open_runtime
from app.services.answers.evaluation_service import ask_to_judge
from app.services.answers.specs import answer_spec, question_spec
from tests.api.test_answers import GOOD_STORY
from tests.support.databases import PostgresDatabases, SqliteDatabases
from tests.support.faults import is_quiet


async def fill(runtime: Runtime, answers: int) -> list[tuple[Question, Answer]]:
    """An interview of so many questions, each with a typed answer."""
    async with runtime.database.writing() as session:
        user = await UserRepository(session).add(User(email="a@b.c", password_hash="-", full_name="Ada"))
        interview = InterviewSession(owner_id=user.id, title="Drain", status="in_progress")
        await InterviewRepository(session).add(interview)
        made = []
        for number in range(answers):
            text = "Tell me of a failure."
            question = await QuestionRepository(session).add(
                Question(session_id=interview.id, number=number, text=text, category="behavioral", difficulty="easy")
            )
            story = f"{GOOD_STORY} That was number {number}."
            answer = Answer(question_id=question.id, kind="text", status="completed", text=story)
            made.append((question, await AnswerRepository(session).add(answer)))
        return made


async def measure(url: str, answers: int) -> None:
    """Print answers a second, and the processor time of one, of the judge alone and of the worker. On a machine that
    others use, the time says more."""
    folder = Path(tempfile.mkdtemp())
    settings = Settings(
        environment="test",
        log_level="WARNING",
        data_dir=folder,
        upload_dir=folder / "uploads",
        database=DatabaseSettings(url=SecretStr(url)),
    )
    async with open_runtime(settings) as runtime:
        made = await fill(runtime, answers)
        await runtime.judge.warm_up()
        limit = asyncio.Semaphore(4)

        async def judge(question: Question, answer: Answer) -> None:
            async with limit:
                await runtime.judge.evaluate(question_spec(question), answer_spec(answer), None)

        await asyncio.gather(*(judge(*pair) for pair in made[:20]))
        began, used = time.perf_counter(), time.process_time()
        await asyncio.gather(*(judge(*pair) for pair in made))
        alone, alone_used = answers / (time.perf_counter() - began), time.process_time() - used
        async with runtime.database.writing() as session:
            interview = await InterviewRepository(session).by_id(made[0][0].session_id)
            assert interview is not None
            for _, answer in made:
                await ask_to_judge(session, interview, answer, priority=Priority.BATCH)
        began, used = time.perf_counter(), time.process_time()
        async with open_worker(runtime, "api"):
            while not await is_quiet(runtime.database):  # noqa: ASYNC110 - looked at seldom, it costs what a job costs
                await asyncio.sleep(0.5)
        drained, drained_used = answers / (time.perf_counter() - began), time.process_time() - used
        kind = "SQLite" if runtime.database.is_sqlite else "PostgreSQL"
        print(
            f"{kind}: alone {alone:.1f}/s, queued {drained:.1f}/s, {drained / alone:.0%}; processor time of an answer "
            f"{1000 * alone_used / answers:.0f} and {1000 * drained_used / answers:.0f} ms",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=500)
    answers = parser.parse_args().answers
    for databases in (SqliteDatabases(Path(tempfile.mkdtemp())), PostgresDatabases()):

        async def one(databases: SqliteDatabases | PostgresDatabases = databases) -> None:
            async with databases.fresh() as url:
                await measure(url, answers)

        with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:  # the loop of the server and its workers
            runner.run(one())


if __name__ == "__main__":
    main()
