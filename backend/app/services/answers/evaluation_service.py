"""Evaluations: an answer goes to the judge, the verdict becomes a row, and what it misses may become a follow-up."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import Any, cast

from sqlalchemy.ext.asyncio import AsyncSession

from app.database import commit
from app.engines.lazy import Lazy
from app.errors import Conflict
from app.judge.judge import Judge
from app.judge.types import AnswerSpec, Category, QuestionSpec, Word
from app.judge.verdict import Verdict
from app.models import Answer, Evaluation, InterviewSession, Question
from app.repositories.answers import AnsweredQuestion, AnswerRepository, EvaluationRepository
from app.services.llm.assistants import Assistants, account
from app.services.results import wording

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


class JudgeRunner:
    """Runs the judge in a bounded thread pool, so that the event loop stays free."""

    def __init__(self, judge: Lazy[Judge], *, workers: int) -> None:
        self.judge = judge
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="judge")

    async def evaluate(self, question: QuestionSpec, answer: AnswerSpec, confidence_heard: float | None) -> Verdict:
        """The verdict on one answer."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._pool, lambda: self.judge().evaluate(question, answer, confidence_heard=confidence_heard)
        )

    async def warm_up(self) -> None:
        """Open the judge and all that it needs."""
        await asyncio.get_running_loop().run_in_executor(self._pool, lambda: self.judge().warm_up())

    def close(self) -> None:
        """Let running work end and take no more."""
        self._pool.shutdown(wait=True, cancel_futures=True)


class EvaluationService:
    """Owns the judgement of answers."""

    def __init__(self, session: AsyncSession, runner: JudgeRunner, assistants: Assistants | None = None) -> None:
        """Without `assistants` the built-in judge stands alone, as a live turn needs it."""
        self.session = session
        self.runner = runner
        self.assistants = assistants
        self.answers = AnswerRepository(session)
        self.evaluations = EvaluationRepository(session)

    async def evaluate(self, question: Question, *, expected_keywords: Sequence[str] = ()) -> Evaluation:
        """Judge the question's answer anew; an earlier evaluation stays as history. Conflict without a transcript."""
        answer = await self.answers.of_question(question.id)
        if answer is None:
            raise Conflict("There is no answer yet. Upload a recording or send a typed answer first.", code="no_answer")
        if answer.status in ("received", "processing") or (answer.status == "failed" and not answer.text):
            raise Conflict("The recording has no transcript yet. Transcribe it first.", code="no_transcript")
        question_spec, answer_spec = specs(question, answer, expected_keywords)
        heard = answer.confidence if answer_spec.words else None
        await commit(self.session)  # judging takes time, and nothing may be locked meanwhile
        verdict = await self.runner.evaluate(question_spec, answer_spec, heard)
        if self.assistants is not None:
            refined = await self.assistants.judge.refine(question_spec, answer_spec, verdict)
            verdict = refined.value
            await account(self.session, question.session_id, refined.usage, "judge")
        await self.session.refresh(answer)
        if answer.text != answer_spec.text:
            raise Conflict("The answer was changed while it was judged. Evaluate it again.")
        await self.evaluations.retire(answer.id)
        await self.answers.withdraw_results(question.session_id)
        return await self.evaluations.add(to_row(answer, question, verdict))

    async def of_session(self, interview: InterviewSession) -> list[AnsweredQuestion]:
        """Every question of an interview with its answer and current evaluation."""
        return await self.answers.of_session(interview.id)

    async def missing(self, interview_id: int) -> list[Question]:
        """Questions whose answer has a transcript but no current evaluation."""
        return [
            row.question
            for row in await self.answers.of_session(interview_id)
            if row.answer is not None and row.answer.status == "completed" and row.evaluation is None
        ]


def specs(question: Question, answer: Answer, expected_keywords: Sequence[str] = ()) -> tuple[QuestionSpec, AnswerSpec]:
    """What the judge needs to know of a question and its answer. A corrected transcript stays spoken, so that missing
    punctuation costs nothing, but its words have no certain times any more."""
    corrected = answer.original_text is not None
    words = () if corrected else tuple(Word(*word) for word in answer.words)
    return (
        QuestionSpec(
            text=question.text,
            category=cast("Category", question.category),
            expected_points=tuple(question.expected_points),
            keywords=tuple(expected_keywords or question.keywords),
            reference=question.model_answer,
            theme=question.theme,
        ),
        AnswerSpec(
            text=answer.text,
            spoken=answer.engine is not None,
            words=words,
            duration=answer.duration if words else None,
            keeps_fillers=answer.keeps_fillers,
            basic_accuracy=answer.basic_accuracy and not corrected,
        ),
    )


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
        detail=_detail(verdict),
        engine=verdict.engine,
        engine_version=verdict.engine_version,
        **{name: verdict.value(name) for name in MEASURE_COLUMNS},
    )


def _detail(verdict: Verdict) -> dict[str, Any]:
    return {
        "measures": {name: _plain(measure) for name, measure in verdict.measures.items()},
        "parts": {name: _plain(part) for name, part in verdict.parts.items()},
        "points": [_plain(point) for point in verdict.points],
        "flags": [_plain(flag) for flag in verdict.flags],
    }


def _plain(value: Any) -> dict[str, Any]:
    plain = asdict(value)
    if "details" in plain:
        plain["details"] = {name: float(number) for name, number in plain["details"].items()}
    return plain
