"""An answer goes to the judge, once. What it left out may be asked for after that.

Answers of a conversation have a kind of their own: they never wait for others, nor for a language model. Where there is
one, it judges them in a second job.
"""

import os

from app.config import Settings
from app.errors import Conflict
from app.jobs.kind import Kind, Run
from app.models import JobKind
from app.repositories.answers import AnswerRepository, EvaluationRepository
from app.services.accounts.subject import Background
from app.services.answers.evaluation_service import CHANGED, ask_to_complete, is_pending, load, store
from app.services.interviews.completion import remake
from app.services.interviews.interview_service import InterviewService
from app.services.interviews.question_service import QuestionService

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
        answer = await AnswerRepository(session).by_ref(run.target)
        if answer is None and not anew:
            return False
        if answer is None:
            raise Conflict("The answer was replaced. Evaluate the new one.", code="answer_replaced")
        current = await EvaluationRepository(session).current(answer.id)
        if not anew and current is not None and not (assisted and is_pending(current)):
            return False
        question = await QuestionService(session).by_key(answer.question_id)
        task = await load(session, question, run.job.payload.get("keywords", ()))
    judged = await run.services.evaluations.judge_task(task, assisted=assisted)
    async with run.database.writing() as session:
        evaluation = await store(session, judged, anew=anew)
        if evaluation is not None:
            run.result["evaluation"] = str(evaluation.public_id)
            owner = Background(question.session_id)
            interview = await InterviewService(session).get(owner, question.session_id)
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
    judged = await evaluations.outcome(run.result)
    asked = await evaluations.follow_ups.next_for(judged.question, judged.evaluation)
    if asked is not None:
        run.result["follow_up"] = str(asked.question.public_id)


def _at_once(settings: Settings) -> int:
    """Four times the cores, so that some are loaded or stored while others are judged (each statement waits for the
    interpreter, which judging holds); where a language model
    judges, as many as may ask it at once."""
    several = 4 * CORES
    return several if settings.llm.provider == "off" else max(several, settings.llm.max_concurrent)


EVALUATE = Kind(name=JobKind.EVALUATE, run=_run, at_once=_at_once)
EVALUATE_LIVE = Kind(name=JobKind.EVALUATE_LIVE, run=_run, at_once=lambda _: 4 * CORES, places=("api", "worker"))
