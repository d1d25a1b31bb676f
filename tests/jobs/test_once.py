"""What a job adds is added once, wherever the process dies."""

from datetime import timedelta

from fastapi import FastAPI
from sqlalchemy import update

from app.jobs.kind import Run
from app.jobs.kinds.evaluate import EVALUATE
from app.models import Job, JobKind, Priority, now
from app.repositories.answers import AnswerRepository
from app.repositories.jobs import JobRepository
from tests.conftest import Candidate, settle

VAGUE = "It is a thing in the language which many developers use because it helps them in some projects."


async def test_a_follow_up_is_asked_once_when_the_process_dies_right_after(candidate: Candidate, app: FastAPI) -> None:
    runtime = app.state.runtime
    base, question = await candidate.asked(categories=["technical"], skills=["Python"])
    await candidate.data("POST", f"{question}/answer", json={"answer": VAGUE})
    await settle(app)
    await app.state.worker.close()
    async with runtime.database.writing() as session:
        listed = await AnswerRepository(session).of_session(1)
        assert listed[0].answer is not None
        await JobRepository(session).ask(
            JobKind.EVALUATE,
            priority=Priority.ASKED,
            interview_id=listed[0].question.session_id,
            target=listed[0].answer.public_id,
            payload={"anew": True, "follow_up": True},
        )
    async with runtime.database.writing() as session:
        (job,) = await JobRepository(session).claim({"evaluate": 1}, lease_seconds=30)
    await EVALUATE.run(Run(job, EVALUATE, runtime))  # and here the process dies: nobody ends the job
    follow_up = (await candidate.data("GET", f"{base}/questions"))["questions"][1]
    await candidate.data("POST", f"{base}/questions/{follow_up['id']}/answer", json={"answer": VAGUE})
    async with runtime.database.writing() as session:
        await session.execute(
            update(Job).where(Job.state == "running").values(lease_until=now() - timedelta(seconds=1))
        )
    app.state.worker.start()
    await settle(app)
    assert len((await candidate.data("GET", f"{base}/questions"))["questions"]) == 2
    async with runtime.database.reading() as session:
        ended = await JobRepository(session).by_id(job.id)
    assert ended is not None
    assert ended.result is not None
    assert (ended.state, ended.result["follow_up"]) == ("completed", follow_up["id"])
