"""Evaluations: an answer goes to the judge, the verdict becomes a row, and what it misses may become a follow-up."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from app.database import Database, WriteSession
from app.engines.llm.base import NO_USAGE, Usage
from app.errors import Conflict, NotFound
from app.judge.types import AnswerSpec, QuestionSpec
from app.judge.verdict import Verdict, weighted_total
from app.models import Answer, Evaluation, InterviewSession, Job, JobKind, Priority, Question
from app.models.values.evaluation import EvaluationDetail, Measure, ModelUse
from app.repositories.answers import AnsweredQuestion, AnswerRepository, EvaluationRepository
from app.repositories.base import AnySession, Ref
from app.repositories.interviews import InterviewRepository, QuestionRepository
from app.repositories.jobs import JobRepository
from app.services.accounts.subject import Background, Subject
from app.services.answers.judge_runner import JudgeRunner
from app.services.answers.specs import answer_spec, question_spec
from app.services.interviews.follow_up_service import FollowUpService
from app.services.interviews.interview_service import InterviewService
from app.services.interviews.question_service import QuestionService, QuestionView
from app.services.llm.assistants import Assistants, account
from app.services.llm.judge import PENDING
from app.services.results import screening, wording
from app.services.results.counting import counted, means_of

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
    """Every question of an interview with its evaluation, and its means so far, 0-100. `scored` planned questions
    are."""

    interview: InterviewSession
    rows: Sequence[AnsweredQuestion]
    means: Mapping[str, float | None]
    overall: float | None
    scored: int

    @property
    def shows_reference(self) -> bool:
        """Whether reference answers go to the candidate: after practice, never in a screening."""
        return self.interview.status == "completed" and self.interview.kind == "practice"


@dataclass(frozen=True, slots=True)
class Task:
    """An answer as it was when it went to the judge."""

    question: Question
    answer: Answer
    question_spec: QuestionSpec
    answer_spec: AnswerSpec


@dataclass(frozen=True, slots=True)
class Judged:
    """A task with its verdict, and what a language model took for it."""

    task: Task
    verdict: Verdict
    usage: Usage
    use: ModelUse | None = None


class EvaluationService:
    """Owns the judgement of answers: load, judge without a session, store. An earlier evaluation stays as history."""

    def __init__(self, database: Database, judge: JudgeRunner, assistants: Assistants) -> None:
        self.database = database
        self.judge = judge
        self.assistants = assistants
        self.follow_ups = FollowUpService(database, assistants)
        self._completing: dict[int, asyncio.Task[Evaluation | None]] = {}

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

        `expected_keywords` take the place of the question's own. Conflict without a transcript; Forbidden for keywords
        of the candidate's own in a screening.
        """
        async with self.database.writing() as session:
            interview = await InterviewService(session).get(subject, interview_ref)
            if expected_keywords:
                screening.refuse(interview, "Choosing keywords")
            question = await QuestionService(session).get(interview, question_ref)
            task = await load(session, question)
            return await ask_to_judge(
                session,
                interview,
                task.answer,
                priority=Priority.ASKED,
                payload={"anew": True, "keywords": list(expected_keywords), "follow_up": follow_up},
            )

    async def outcome(self, result: Mapping[str, str], *, whole: bool = False) -> EvaluatedQuestion:
        """What came of such a job, by its `result`, as the candidate may see it; `whole` is for work that goes on with
        it. Conflict when the answer was changed since."""
        async with self.database.reading() as session:
            evaluation = await EvaluationRepository(session).by_ref(UUID(result["evaluation"]))
            answer = None if evaluation is None else await AnswerRepository(session).by_id(evaluation.answer_id)
            if evaluation is None or answer is None:
                raise Conflict(CHANGED, code="answer_changed")
            question = await QuestionService(session).by_key(answer.question_id)
            interview = await InterviewRepository(session).by_id(question.session_id)
            if interview is None:
                raise NotFound.of("Session")
            asked = None
            if "follow_up" in result:
                row = await QuestionRepository(session).by_ref(UUID(result["follow_up"]))
                asked = await QuestionService(session).view(row) if row is not None else None
        shown = evaluation if whole else screening.shown_evaluation(interview, evaluation)
        return EvaluatedQuestion(question, shown, asked)

    async def evaluate_question(self, question_key: int, *, assisted: bool = True, anew: bool = True) -> Evaluation:
        """Judge the answer to a question, for work that has checked before whose it is.

        Without `assisted` the built-in judge goes first: in a live turn nobody waits for a language model. Where there
        is one, the evaluation is marked (`is_pending`) until `complete` has been called, or the job is done that does
        so. Without `anew` an evaluation that was made meanwhile stays. NotFound when the question is gone; Conflict
        without a transcript, or when the answer was changed meanwhile; Unavailable when too many answers wait.
        """
        async with self.database.reading() as session:
            task = await load(session, await QuestionService(session).by_key(question_key))
        judged = await self.judge_task(task, assisted=assisted)
        async with self.database.writing() as session:
            await InterviewRepository(session).by_id(task.question.session_id)  # which locks it
            evaluation = await store(session, judged, anew=anew)
        if evaluation is None:  # raised after the commit: the tokens are spent in any case
            raise Conflict(CHANGED, code="answer_changed")
        return evaluation

    async def judge_task(self, task: Task, *, assisted: bool) -> Judged:
        """What the judge says, holding no session."""
        heard = task.answer.confidence if task.answer_spec.words else None
        verdict = await self.judge.evaluate(task.question_spec, task.answer_spec, heard)
        model = self.assistants.judge
        if not assisted:
            flags = (*verdict.flags, PENDING) if model.would_judge(verdict) else verdict.flags
            return Judged(task, replace(verdict, flags=flags), NO_USAGE)
        refined = await model.refine(task.question_spec, task.answer_spec, verdict)
        return Judged(task, refined.value, refined.usage, model.use_of(refined))

    async def complete(self, question_key: int) -> Evaluation | None:
        """Put the language model's verdict in the place of a pending evaluation; None when it is not pending any more.

        Whoever asks while it is under way waits for the same call. Otherwise as `evaluate_question`.
        """
        if (running := self._completing.get(question_key)) is None:
            running = self._completing[question_key] = asyncio.create_task(self._complete(question_key))
            running.add_done_callback(lambda _: self._completing.pop(question_key, None))
        return await asyncio.shield(running)

    async def close(self) -> None:
        """Stop what `complete` has begun; it is made up for when the scores are calculated."""
        running = list(self._completing.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _complete(self, question_key: int) -> Evaluation | None:
        async with self.database.reading() as session:
            question = await QuestionService(session).by_key(question_key)
            answer = await AnswerRepository(session).of_question(question.id)
            current = await EvaluationRepository(session).current(answer.id) if answer is not None else None
        if current is None or not is_pending(current):
            return None
        return await self.evaluate_question(question_key, anew=False)

    async def of_session(self, subject: Subject, ref: Ref) -> EvaluatedInterview:
        """Every question of an interview with its answer and current evaluation."""
        async with self.database.reading() as session:
            interview = await InterviewService(session).get(subject, ref)
            rows = await AnswerRepository(session).of_session(interview.id)
        if not isinstance(subject, Background):
            rows = screening.shown_questions(interview, rows)
        means = means_of(counted(rows), is_over=interview.status == "completed")
        scored = sum(row.state == "scored" and row.question.follow_up_of_id is None for row in rows)
        return EvaluatedInterview(interview, rows, means, weighted_total(means), scored)


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


async def ask_to_complete(session: WriteSession, interview: InterviewSession, answer: Answer) -> Job:
    """Have the language model's verdict put in the place of a pending evaluation."""
    return await JobRepository(session).ask(
        JobKind.EVALUATE,
        priority=Priority.ASKED,
        owner_id=interview.owner_id,
        interview_id=interview.id,
        target=answer.public_id,
        key=completing_key(answer.public_id),
    )


def judging_key(answer_id: UUID) -> str:
    """The key of the job that judges an answer."""
    return f"evaluate:{answer_id}"


def completing_key(answer_id: UUID) -> str:
    """The key of the job that has a language model judge what the built-in judge has judged already."""
    return f"complete:{answer_id}"


async def load(session: AnySession, question: Question, expected_keywords: Sequence[str] = ()) -> Task:
    """What goes to the judge. Conflict without a transcript."""
    answer = await AnswerRepository(session).of_question(question.id)
    if answer is None:
        raise Conflict("There is no answer yet. Upload a recording or send a typed answer first.", code="no_answer")
    return task_of(question, answer, expected_keywords)


def task_of(question: Question, answer: Answer, expected_keywords: Sequence[str] = ()) -> Task:
    """What goes to the judge. Conflict without a transcript."""
    if answer.status in ("received", "processing") or (answer.status == "failed" and not answer.text):
        raise Conflict("The recording has no transcript yet. Transcribe it first.", code="no_transcript")
    return Task(question, answer, question_spec(question, expected_keywords), answer_spec(answer))


def is_pending(evaluation: Evaluation) -> bool:
    """Whether a language model is still to judge it."""
    return any(flag.code == PENDING.code for flag in evaluation.detail.flags)


async def store(session: WriteSession, judged: Judged, *, anew: bool = True) -> Evaluation | None:
    """The verdict as the current evaluation of its answer, or None when that is not the answer any more.

    The caller has locked the interview, so of evaluations that race the last one is current; without `anew` the first
    one stays.
    """
    task = judged.task
    await account(session, task.question.session_id, judged.usage, "judge")
    answers, evaluations = AnswerRepository(session), EvaluationRepository(session)
    now = await answers.judged(task.question)
    if now is None or now.public_id != task.answer.public_id or now.text != task.answer_spec.text:
        return None
    if now.current is not None:
        if not anew and not is_pending(now.current):
            return now.current
        await evaluations.retire(task.answer.id)
    if now.has_results:
        await answers.withdraw_results(task.question.session_id)
    return await evaluations.add(to_row(task.answer, task.question, judged.verdict, judged.use))


def to_row(answer: Answer, question: Question, verdict: Verdict, use: ModelUse | None = None) -> Evaluation:
    """A verdict as it is stored, with what a language model took for it."""
    return Evaluation(
        answer_id=answer.id,
        status=verdict.status,
        reason=verdict.reason or None,
        overall=verdict.overall,
        quality=verdict.quality,
        uncertainty=verdict.uncertainty,
        summary=wording.summary(question, verdict, answer.text),
        suggestions=wording.suggestions(question, verdict, answer.text),
        detail=EvaluationDetail(
            measures={name: _plain(measure) for name, measure in verdict.measures.items()},
            parts={name: _plain(part) for name, part in verdict.parts.items()},
            points=verdict.points,
            flags=verdict.flags,
            facts=verdict.facts,
            next_practice=verdict.next_practice,
            language_model=use,
        ),
        engine=verdict.engine,
        engine_version=verdict.engine_version,
        **{name: verdict.value(name) for name in MEASURE_COLUMNS},
    )


def _plain(measure: Measure) -> Measure:
    """The measure with Python's own numbers: some details come out of arrays."""
    return replace(measure, details={name: float(value) for name, value in measure.details.items()})
