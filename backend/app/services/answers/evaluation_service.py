"""Evaluations: an answer goes to the judge, the verdict becomes a row, and what it misses may become a follow-up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from app.database import Database, WriteSession
from app.engines.llm.base import NO_USAGE, Usage
from app.errors import Conflict
from app.judge.types import AnswerSpec, QuestionSpec
from app.judge.verdict import WEIGHTS, Verdict, mean_of, weighted_total
from app.models import Answer, Evaluation, InterviewSession, Job, JobKind, Priority, Question
from app.models.values.evaluation import EvaluationDetail, Measure
from app.repositories.answers import AnsweredQuestion, AnswerRepository, EvaluationRepository
from app.repositories.base import AnySession, Ref
from app.repositories.interviews import InterviewRepository, QuestionRepository
from app.repositories.jobs import JobRepository
from app.services.accounts.subject import Subject
from app.services.answers.judge_runner import JudgeRunner
from app.services.answers.specs import answer_spec, question_spec
from app.services.interviews.follow_up_service import FollowUpService
from app.services.interviews.interview_service import InterviewService
from app.services.interviews.question_service import QuestionService, QuestionView
from app.services.llm.assistants import Assistants, account
from app.services.results import wording

CHANGED = "The answer was changed while it was judged. Evaluate it again."
MEASURE_COLUMNS = (
    "relevance",
    "grammar",
    "fluency",
    "coverage",
    "technical",
    "structure",
    "communication",
    "confidence",
    "behavior",
)


@dataclass(frozen=True, slots=True)
class EvaluatedQuestion:
    """An evaluation with its question, and the follow-up that was asked for what the answer left out."""

    question: Question
    evaluation: Evaluation
    follow_up: QuestionView | None


@dataclass(frozen=True, slots=True)
class EvaluatedInterview:
    """Every question of an interview with its evaluation, and the means of what was scored, 0-100."""

    interview: InterviewSession
    rows: Sequence[AnsweredQuestion]
    means: Mapping[str, float | None]
    overall: float | None
    scored: int


@dataclass(frozen=True, slots=True)
class Task:
    """An answer as it was when it went to the judge."""

    question: Question
    answer: Answer
    question_spec: QuestionSpec
    answer_spec: AnswerSpec


@dataclass(frozen=True, slots=True)
class Judged:
    """A task with its verdict, and the tokens that it took."""

    task: Task
    verdict: Verdict
    usage: Usage


class EvaluationService:
    """Owns the judgement of answers: load, judge without a session, store. An earlier evaluation stays as history."""

    def __init__(self, database: Database, judge: JudgeRunner, assistants: Assistants) -> None:
        self.database = database
        self.judge = judge
        self.assistants = assistants
        self.follow_ups = FollowUpService(database, assistants)

    async def ask(
        self,
        subject: Subject,
        interview_ref: Ref,
        question_ref: Ref,
        *,
        expected_keywords: Sequence[str] = (),
        follow_up: bool = False,
    ) -> Job:
        """Have the answer to a question judged anew, and what it left out asked for when `follow_up` is set.

        `expected_keywords` take the place of the question's own. Conflict without a transcript.
        """
        async with self.database.writing() as session:
            interview = await InterviewService(session).get(subject, interview_ref)
            question = await QuestionService(session).get(interview, question_ref)
            task = await load(session, question)
            return await ask_to_judge(
                session,
                interview,
                task.answer,
                priority=Priority.ASKED,
                payload={"anew": True, "keywords": list(expected_keywords), "follow_up": follow_up},
            )

    async def outcome(self, result: Mapping[str, str]) -> EvaluatedQuestion:
        """What came of such a job, by its `result`. Conflict when the answer was changed since."""
        async with self.database.reading() as session:
            evaluation = await EvaluationRepository(session).by_ref(UUID(result["evaluation"]))
            answer = None if evaluation is None else await AnswerRepository(session).by_id(evaluation.answer_id)
            if evaluation is None or answer is None:
                raise Conflict(CHANGED, code="answer_changed")
            question = await QuestionService(session).by_key(answer.question_id)
            asked = None
            if "follow_up" in result:
                row = await QuestionRepository(session).by_ref(UUID(result["follow_up"]))
                asked = await QuestionService(session).view(row) if row is not None else None
        return EvaluatedQuestion(question, evaluation, asked)

    async def evaluate_question(self, question_key: int, *, assisted: bool = True, anew: bool = True) -> Evaluation:
        """Judge the answer to a question, for work that has checked before whose it is.

        Without `assisted` the built-in judge stands alone; without `anew` an evaluation that was made meanwhile stays.
        NotFound when the question is gone; Conflict without a transcript, or when the answer was changed meanwhile;
        Unavailable when too many answers wait.
        """
        async with self.database.reading() as session:
            task = await load(session, await QuestionService(session).by_key(question_key))
        judged = await self.judge_task(task, assisted=assisted)
        async with self.database.writing() as session:
            evaluation = await store(session, judged, anew=anew)
        if evaluation is None:  # raised after the commit: the tokens are spent in any case
            raise Conflict(CHANGED, code="answer_changed")
        return evaluation

    async def judge_task(self, task: Task, *, assisted: bool) -> Judged:
        """What the judge says, holding no session."""
        heard = task.answer.confidence if task.answer_spec.words else None
        verdict = await self.judge.evaluate(task.question_spec, task.answer_spec, heard)
        if not assisted:
            return Judged(task, verdict, NO_USAGE)
        refined = await self.assistants.judge.refine(task.question_spec, task.answer_spec, verdict)
        return Judged(task, refined.value, refined.usage)

    async def of_session(self, subject: Subject, ref: Ref) -> EvaluatedInterview:
        """Every question of an interview with its answer and current evaluation."""
        async with self.database.reading() as session:
            interview = await InterviewService(session).get(subject, ref)
            rows = await AnswerRepository(session).of_session(interview.id)
        scored = [row.evaluation for row in rows if row.evaluation is not None and row.evaluation.status == "scored"]
        means = {name: mean_of(*(getattr(evaluation, name) for evaluation in scored)) for name in WEIGHTS}
        return EvaluatedInterview(interview, rows, means, weighted_total(means), len(scored))


async def ask_to_judge(
    session: WriteSession,
    interview: InterviewSession,
    answer: Answer,
    *,
    kind: JobKind = JobKind.EVALUATE,
    priority: Priority,
    payload: Mapping[str, object] | None = None,
    delay: float = 0.0,
) -> Job:
    """Have an answer judged behind the scenes; asked twice, it is done once."""
    return await JobRepository(session).ask(
        kind,
        priority=priority,
        owner_id=interview.owner_id,
        interview_id=interview.id,
        target=answer.public_id,
        payload=payload,
        key=judging_key(answer.public_id),
        delay=delay,
    )


def judging_key(answer_id: UUID) -> str:
    """The key of the job that judges an answer."""
    return f"evaluate:{answer_id}"


async def load(session: AnySession, question: Question, expected_keywords: Sequence[str] = ()) -> Task:
    """What goes to the judge. Conflict without a transcript."""
    answer = await AnswerRepository(session).of_question(question.id)
    if answer is None:
        raise Conflict("There is no answer yet. Upload a recording or send a typed answer first.", code="no_answer")
    if answer.status in ("received", "processing") or (answer.status == "failed" and not answer.text):
        raise Conflict("The recording has no transcript yet. Transcribe it first.", code="no_transcript")
    return Task(question, answer, question_spec(question, expected_keywords), answer_spec(answer))


async def store(session: WriteSession, judged: Judged, *, anew: bool = True) -> Evaluation | None:
    """The verdict as the current evaluation of its answer, or None when that is not the answer any more.

    The interview is locked, so of evaluations that race the last one is current; without `anew` the first one stays.
    """
    task = judged.task
    await InterviewRepository(session).by_id(task.question.session_id)  # which locks it
    await account(session, task.question.session_id, judged.usage, "judge")
    answers, evaluations = AnswerRepository(session), EvaluationRepository(session)
    answer = await answers.of_question(task.question.id)
    if answer is None or answer.public_id != task.answer.public_id or answer.text != task.answer_spec.text:
        return None
    if not anew and (found := await evaluations.current(answer.id)) is not None:
        return found
    await evaluations.retire(answer.id)
    await answers.withdraw_results(task.question.session_id)
    return await evaluations.add(to_row(answer, task.question, judged.verdict))


def to_row(answer: Answer, question: Question, verdict: Verdict) -> Evaluation:
    """A verdict as it is stored."""
    return Evaluation(
        answer_id=answer.id,
        status=verdict.status,
        reason=verdict.reason or None,
        overall=verdict.overall,
        quality=verdict.quality,
        uncertainty=verdict.uncertainty,
        summary=wording.summary(question, verdict),
        suggestions=wording.suggestions(question, verdict),
        detail=EvaluationDetail(
            measures={name: _plain(measure) for name, measure in verdict.measures.items()},
            parts={name: _plain(part) for name, part in verdict.parts.items()},
            points=verdict.points,
            flags=verdict.flags,
        ),
        engine=verdict.engine,
        engine_version=verdict.engine_version,
        **{name: verdict.value(name) for name in MEASURE_COLUMNS},
    )


def _plain(measure: Measure) -> Measure:
    """The measure with Python's own numbers: some details come out of arrays."""
    return replace(measure, details={name: float(value) for name, value in measure.details.items()})
