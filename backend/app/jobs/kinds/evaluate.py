"""An answer goes to the judge, once. What it left out may be asked for after that.

Answers of a conversation have a kind of their own: they never wait for others, nor for a language model. Where there is
one, it judges them in a second job.
"""

import os

from app.config import Settings
from app.errors import Conflict
from app.jobs.kind import Kind, Run
from app.models import JobKind, Question
from app.repositories.answers import AnswerRepository
from app.services.accounts.subject import Background
from app.services.answers.evaluation_service import CHANGED, ask_to_complete, is_pending, store, task_of
from app.services.interviews.completion import remake
from app.services.interviews.interview_service import InterviewService

CORES = os.cpu_count() or 2


async def _run(run: Run) -> None:
    if "evaluation" not in run.result and not await _judge(run):
        return
    if run.job.payload.get("follow_up"):
        await run.progress(80, "asking on")
        await _ask_on(run)


async def _judge(run: Run) -> bool:
    """Judge the answer and store that; false when it was replaced, or judged before."""
    anew, assisted = bool(run.job.payload.get("anew")), run.kind.name != JobKind.EVALUATE_LIVE
    async with run.database.reading() as session:
        found = await AnswerRepository(session).answered(run.target)
    if found is None and not anew:
        return False
    if found is None:
        raise Conflict("The answer was replaced. Evaluate the new one.", code="answer_replaced")
    question, answer, current = found
    if not anew and current is not None and not (assisted and is_pending(current)):
        return False
    task = task_of(question, answer, run.job.payload.get("keywords", ()))
    judged = await run.runtime.services.evaluations.judge_task(task, assisted=assisted)
    async with run.database.writing() as session:
        interview = await InterviewService(session).get(Background(question.session_id), question.session_id)
        evaluation = await store(session, judged, anew=anew)
        if evaluation is not None:
            run.result["evaluation"] = str(evaluation.public_id)
            await remake(session, interview)
            if is_pending(evaluation):
                await ask_to_complete(session, interview, answer)
            if not run.job.payload.get("follow_up"):
                run.finish()
    if evaluation is None:  # raised after the commit: the tokens are spent in any case
        raise Conflict(CHANGED, code="answer_changed")
    return True


async def _ask_on(run: Run) -> None:
    evaluations = run.services.evaluations
    judged = await evaluations.outcome(run.result, whole=True)

    def asked(question: Question) -> None:
        """Kept with the job in the transaction that adds the question, so that it is added once."""
        run.result["follow_up"] = str(question.public_id)
        run.finish()

    await evaluations.follow_ups.next_for(judged.question, judged.evaluation, found=asked)


def _at_once(settings: Settings) -> int:
    """Eight times the cores, so that some are loaded or stored while others are judged, and many are claimed at once;
    where a language model judges, as many as may ask it at once."""
    several = 8 * CORES
    return several if settings.llm.provider == "off" else max(several, settings.llm.max_concurrent)


def _refill(settings: Settings) -> int:
    """Half of them: the other half keeps the judge busy meanwhile."""
    return 4 * CORES if settings.llm.provider == "off" else 1


EVALUATE = Kind(name=JobKind.EVALUATE, run=_run, at_once=_at_once, refill=_refill)
EVALUATE_LIVE = Kind(name=JobKind.EVALUATE_LIVE, run=_run, at_once=lambda _: 4 * CORES, places=("api", "worker"))
