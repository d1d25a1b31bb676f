"""The end of an interview, and its results, which are made behind the scenes."""

from typing import Literal
from uuid import UUID, uuid5

from app.models import InterviewSession, Job, JobKind, Priority
from app.repositories.answers import AnswerRepository
from app.repositories.base import AnySession
from app.repositories.jobs import JobRepository
from app.services.interviews import lifecycle

Part = Literal["feedback", "report"]


def results_key(interview: InterviewSession, *parts: Part) -> str:
    """The key of the job that makes these results of an interview; all of them, where none is named."""
    return f"results:{interview.public_id}:{'+'.join(parts or ('feedback', 'report'))}"


def feedback_id(interview: InterviewSession) -> UUID:
    """The public id of an interview's feedback, known before it is written and the same when it is written anew."""
    return uuid5(interview.public_id, "feedback")


async def complete(session: AnySession, interview: InterviewSession) -> None:
    """End the interview and ask for its feedback and report. Conflict while it has no questions, or is over. What was
    computed before goes where questions were left, because those count as 0 from now on."""
    lifecycle.complete(interview)
    await session.flush()
    answers = AnswerRepository(session)
    if await answers.leaves_open(interview.id):
        await answers.withdraw_results(interview.id)
    await remake(session, interview)


async def remake(session: AnySession, interview: InterviewSession) -> None:
    """An answer of a completed interview has changed, which withdrew its results: make them again."""
    if interview.status == "completed":
        await ask_for(session, interview, "feedback", "report", priority=Priority.BATCH)


async def ask_for(
    session: AnySession, interview: InterviewSession, *parts: Part, priority: Priority = Priority.ASKED
) -> Job:
    """Have these results of an interview made anew."""
    return await JobRepository(session).ask(
        JobKind.RESULTS,
        priority=priority,
        owner_id=interview.owner_id,
        interview_id=interview.id,
        payload={"make": list(parts)},
        key=results_key(interview, *parts),
    )
