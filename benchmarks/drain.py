"""How fast queued answers are judged, against the judge alone: `python -m benchmarks.drain`; docs/reliability.md.

Each answer is a text of its own to a question of the bank, five to an interview, ten candidates. The judge alone and
the queue get the same ones, in turn, several times over.
"""

import argparse
import asyncio
import re
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import func, select
from uvicorn.loops.auto import auto_loop_factory

from app.bank.loader import questions as bank
from app.config import DatabaseSettings, Settings
from app.jobs.worker import open_worker
from app.models import Answer, InterviewSession, Job, JobKind, Priority, Question, User, now
from app.repositories.answers import AnswerRepository
from app.repositories.interviews import InterviewRepository, QuestionRepository
from app.repositories.users import UserRepository
from app.runtime.runtime import Runtime, open_runtime
from app.services.answers.evaluation_service import ask_to_judge
from app.services.answers.specs import answer_spec, question_spec
from tests.support.databases import PostgresDatabases, SqliteDatabases
from tests.support.faults import is_quiet

CANDIDATES, QUESTIONS = 10, 5
"""Of a round, and of an interview."""
Asked = tuple[InterviewSession, Question, Answer]


@dataclass(frozen=True, slots=True)
class Round:
    """Answers a second, and milliseconds of processor time for each, of the judge alone and of the queue."""

    alone: float
    queued: float
    alone_ms: float
    queued_ms: float


def told(text: str) -> str:
    """A reference answer as somebody tells it: no sentence is the same, so none has been read for the reference."""
    return re.sub(r"(?<=[.!?] )(?=[A-Z])", "Well, ", f"So, {text}")


async def fill(runtime: Runtime, answers: int) -> list[Asked]:
    """Interviews with so many answered questions in all."""
    made: list[Asked] = []
    async with runtime.database.writing() as session:
        users, known = UserRepository(session), bank()
        people = [
            await users.add(User(email=f"{time.time_ns()}@b.c", password_hash="-", full_name="Ada"))
            for _ in range(CANDIDATES)
        ]
        for number in range(answers):
            if number % QUESTIONS == 0:
                owner = people[number // QUESTIONS % CANDIDATES]
                interview = InterviewSession(owner_id=owner.id, title="Drain", status="in_progress")
                await InterviewRepository(session).add(interview)
            entry = known[number % len(known)]
            question = Question(
                session_id=interview.id,
                number=number % QUESTIONS,
                text=entry.text,
                category=entry.category,
                difficulty=entry.difficulty,
                theme=entry.theme,
                expected_points=list(entry.expected_points),
                keywords=list(entry.keywords),
                model_answer=entry.model_answer,
            )
            await QuestionRepository(session).add(question)
            answer = Answer(question_id=question.id, kind="text", status="completed", text=told(entry.model_answer))
            made.append((interview, question, await AnswerRepository(session).add(answer)))
    return made


async def judge_alone(runtime: Runtime, made: Sequence[Asked]) -> None:
    """Judge them with as many at once as keep its threads busy."""
    limit = asyncio.Semaphore(4)

    async def judge(question: Question, answer: Answer) -> None:
        async with limit:
            await runtime.judge.evaluate(question_spec(question), answer_spec(answer), None)

    await asyncio.gather(*(judge(question, answer) for _, question, answer in made))


async def ask(runtime: Runtime, made: Sequence[Asked]) -> None:
    """Queue them."""
    async with runtime.database.writing() as session:
        for interview, _, answer in made:
            await ask_to_judge(session, interview, answer, priority=Priority.BATCH)


async def drain(runtime: Runtime) -> float:
    """Have a worker judge what is queued; returns the seconds from its start to the end of the last."""
    began = now()
    async with open_worker(runtime, "api"):
        while not await is_quiet(runtime.database):  # noqa: ASYNC110 - looked at seldom, it costs what a job costs
            await asyncio.sleep(0.5)
    async with runtime.database.reading() as session:
        last = await session.scalar(select(func.max(Job.finished_at)).where(Job.kind == JobKind.EVALUATE))
    assert last is not None
    return float((last - began).total_seconds())


async def measure(url: str, answers: int, rounds: int) -> list[Round]:
    """Both, in turn. On a machine that others use, the processor time says more."""
    folder = Path(tempfile.mkdtemp())
    settings = Settings(
        environment="test",
        log_level="WARNING",
        data_dir=folder,
        upload_dir=folder / "uploads",
        database=DatabaseSettings(url=SecretStr(url)),
    )
    found = []
    async with open_runtime(settings) as runtime:
        await runtime.judge.warm_up()
        await judge_alone(runtime, await fill(runtime, min(answers, 100)))
        for _ in range(rounds):
            made = await fill(runtime, answers)
            began, used = time.perf_counter(), time.process_time()
            await judge_alone(runtime, made)
            alone, alone_used = time.perf_counter() - began, time.process_time() - used
            await ask(runtime, made)
            used = time.process_time()
            queued, queued_used = await drain(runtime), time.process_time() - used
            per_answer = 1000 / answers
            one = Round(answers / alone, answers / queued, per_answer * alone_used, per_answer * queued_used)
            print(
                f"  alone {one.alone:.1f}/s {one.alone_ms:.1f} ms, queued {one.queued:.1f}/s {one.queued_ms:.1f} ms",
                flush=True,
            )
            found.append(one)
    return found


def shown(rounds: Sequence[Round]) -> str:
    """Medians with their range."""
    throughput = [one.queued / one.alone for one in rounds]
    work = [one.alone_ms / one.queued_ms for one in rounds]
    return ", ".join(
        f"{name} {statistics.median(values):.0%} ({min(values):.0%} to {max(values):.0%})"
        for name, values in (("of the throughput", throughput), ("by processor time", work))
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--setup", choices=["sqlite", "postgresql"], action="append")
    arguments = parser.parse_args()
    for setup in arguments.setup or ["sqlite", "postgresql"]:
        databases = SqliteDatabases(Path(tempfile.mkdtemp())) if setup == "sqlite" else PostgresDatabases()
        print(f"{setup}, {arguments.answers} answers, {arguments.rounds} rounds")

        async def one(databases: SqliteDatabases | PostgresDatabases = databases) -> list[Round]:
            async with databases.fresh() as url:
                return await measure(url, arguments.answers, arguments.rounds)

        with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:  # the loop of the server and its workers
            print(f"{setup}: {shown(runner.run(one()))}", flush=True)


if __name__ == "__main__":
    main()
