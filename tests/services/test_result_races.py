"""Results of one interview are stored one after the other, and nothing is stored that a changed answer contradicts."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.database import Database
from app.engines.storage import LocalStorage, Scratch
from app.errors import Conflict, NotFound
from app.judge.types import AnswerSpec, QuestionSpec
from app.judge.verdict import Verdict
from app.models import Evaluation, InterviewSession, Question, Scorecard, User
from app.repositories.answers import EvaluationRepository
from app.repositories.interviews import InterviewRepository, QuestionRepository
from app.repositories.users import UserRepository
from app.runtime.engines import Engines
from app.services.accounts.subject import Account
from app.services.answers.answer_service import AnswerService
from app.services.answers.evaluation_service import EvaluationService
from app.services.answers.judge_runner import JudgeRunner
from app.services.interviews import lifecycle
from app.services.interviews.question_service import QuestionService
from app.services.llm.assist import Assisted
from app.services.llm.feedback import Statement
from app.services.results.feedback_service import FeedbackService
from app.services.results.report_service import ReportService
from app.services.results.scoring_service import ScoringService
from tests.api.test_answers import EMPTY_TALK, GOOD_STORY
from tests.support.databases import PostgresDatabases, SqliteDatabases

RACERS = 6


@dataclass
class Interview:
    """An interview with one typed answer, and the services of its results."""

    database: Database
    row: InterviewSession
    question: Question
    account: Account
    storage: LocalStorage
    evaluations: EvaluationService
    scoring: ScoringService
    feedback: FeedbackService
    reports: ReportService

    async def answer(self, text: str) -> None:
        """Type another text in the place of the answer."""
        async with self.database.writing() as session:
            interview = await InterviewRepository(session).by_id(self.row.id)
            question = await QuestionRepository(session).by_id(self.question.id)
            assert interview is not None
            assert question is not None
            await AnswerService(session, self.storage).type(interview, question, text)

    async def correct(self, text: str) -> None:
        """Correct the answer, as somebody who knows only the question's key."""
        async with self.database.writing() as session:
            question = await QuestionService(session).by_key(self.question.id)
            interview = await InterviewRepository(session).by_id(question.session_id)
            assert interview is not None
            await AnswerService(session, self.storage).correct(interview, question, text)

    async def all_of(self, table: type[Any]) -> Sequence[Any]:
        async with self.database.reading() as session:
            return list((await session.execute(select(table).order_by(table.id))).scalars())


@pytest_asyncio.fixture
async def interview(
    databases: SqliteDatabases | PostgresDatabases, engines: Engines, tmp_path: Path
) -> AsyncIterator[Interview]:
    async with databases.fresh() as url:
        database = Database(url)
        async with database.writing() as session:
            user = await UserRepository(session).add(User(email="a@b.c", password_hash="-", full_name="Ada"))
            row = await InterviewRepository(session).add(
                InterviewSession(owner_id=user.id, title="Practice", status="in_progress")
            )
            question = await QuestionRepository(session).add(
                Question(
                    session_id=row.id, number=1, text="Tell me of a failure.", category="behavioral", difficulty="easy"
                )
            )
        evaluations = EvaluationService(database, engines.judge, engines.assistants)
        scoring = ScoringService(database, evaluations)
        made = Interview(
            database,
            row,
            question,
            Account(user.id, user.public_id, "candidate", user.public_id),
            LocalStorage(tmp_path, Scratch(tmp_path / "drafts")),
            evaluations,
            scoring,
            FeedbackService(database, scoring, engines.assistants),
            ReportService(database, scoring),
        )
        await made.answer(GOOD_STORY)
        yield made
        await database.close()


class AllAtOnce(JudgeRunner):
    """Gives its verdicts when `parties` answers were judged, so that all were read before the first is stored."""

    def __init__(self, inner: JudgeRunner, parties: int) -> None:
        self.inner = inner
        self.barrier = asyncio.Barrier(parties)

    async def evaluate(self, question: QuestionSpec, answer: AnswerSpec, confidence_heard: float | None) -> Verdict:
        verdict = await self.inner.evaluate(question, answer, confidence_heard)
        await self.barrier.wait()
        return verdict


class Held(JudgeRunner):
    """Judges at once, and returns when it is let go."""

    def __init__(self, inner: JudgeRunner) -> None:
        self.inner = inner
        self.judged, self.go_on = asyncio.Event(), asyncio.Event()

    async def evaluate(self, question: QuestionSpec, answer: AnswerSpec, confidence_heard: float | None) -> Verdict:
        verdict = await self.inner.evaluate(question, answer, confidence_heard)
        self.judged.set()
        await self.go_on.wait()
        return verdict


class TestEvaluations:
    async def test_that_race_leave_one_current(self, interview: Interview) -> None:
        interview.evaluations.judge = AllAtOnce(interview.evaluations.judge, RACERS)
        made = await asyncio.gather(
            *(interview.evaluations.evaluate_question(interview.question.id) for _ in range(RACERS))
        )
        rows = await interview.all_of(Evaluation)
        assert [row.id for row in rows] == sorted(evaluation.id for evaluation in made)
        assert [row.is_current for row in rows] == [False] * (RACERS - 1) + [True]

    async def test_the_database_takes_no_second_current_one(self, interview: Interview) -> None:
        first = await interview.evaluations.evaluate_question(interview.question.id)
        with pytest.raises(IntegrityError):
            async with interview.database.writing() as session:
                await EvaluationRepository(session).add(
                    Evaluation(
                        answer_id=first.answer_id,
                        status=first.status,
                        detail=first.detail,
                        engine=first.engine,
                        engine_version=first.engine_version,
                    )
                )

    @pytest.mark.parametrize("text", [EMPTY_TALK, GOOD_STORY])
    async def test_of_an_answer_that_was_given_anew_meanwhile_is_dropped(self, interview: Interview, text: str) -> None:
        interview.evaluations.judge = held = Held(interview.evaluations.judge)
        judging = asyncio.create_task(interview.evaluations.evaluate_question(interview.question.id))
        await held.judged.wait()
        await interview.answer(text)
        held.go_on.set()
        with pytest.raises(Conflict):
            await judging
        assert not await interview.all_of(Evaluation)

    async def test_of_an_interview_that_was_deleted_meanwhile_is_dropped(self, interview: Interview) -> None:
        interview.evaluations.judge = held = Held(interview.evaluations.judge)
        judging = asyncio.create_task(interview.evaluations.evaluate_question(interview.question.id))
        await held.judged.wait()
        async with interview.database.writing() as session:
            interviews = InterviewRepository(session)
            row = await interviews.by_id(interview.row.id)
            assert row is not None
            await interviews.delete(row)
        held.go_on.set()
        with pytest.raises(Conflict):
            await judging
        with pytest.raises(NotFound):
            await interview.evaluations.evaluate_question(interview.question.id)


class TestScores:
    async def test_that_race_leave_one_scorecard(self, interview: Interview) -> None:
        await interview.evaluations.evaluate_question(interview.question.id)
        ref = interview.row.public_id
        cards = await asyncio.gather(*(interview.scoring.calculate(interview.account, ref) for _ in range(RACERS)))
        assert {card.result.total for card in cards} == {cards[0].result.total}
        assert len(await interview.all_of(Scorecard)) == 1

    async def test_are_not_stored_beside_a_newer_evaluation(self, interview: Interview) -> None:
        """Scores and evaluations at once: the scores that are left belong to the current evaluation."""
        ref = interview.row.public_id
        await interview.scoring.calculate(interview.account, ref)
        for text in (EMPTY_TALK, GOOD_STORY):
            await interview.answer(text)
            work: list[Awaitable[Any]] = [interview.scoring.calculate(interview.account, ref) for _ in range(3)]
            work += [interview.evaluations.evaluate_question(interview.question.id) for _ in range(3)]
            results = await asyncio.gather(*work, return_exceptions=True)
            assert not [error for error in results if isinstance(error, Exception) and not isinstance(error, Conflict)]
            async with interview.database.reading() as session:
                current = await session.scalar(select(Evaluation.overall).where(Evaluation.is_current))
                total = await session.scalar(select(func.max(Scorecard.total)))
            assert total is None or total == pytest.approx(current, abs=0.1)

    async def test_are_not_stored_beside_a_newer_answer(self, interview: Interview) -> None:
        ref = interview.row.public_id
        await interview.scoring.calculate(interview.account, ref)
        for round_ in range(4):
            work: list[Awaitable[Any]] = [interview.scoring.calculate(interview.account, ref) for _ in range(3)]
            work += [interview.correct(f"{EMPTY_TALK if round_ % 2 else GOOD_STORY} {round_}{n}") for n in range(3)]
            results = await asyncio.gather(*work, return_exceptions=True)
            assert not [error for error in results if isinstance(error, Exception) and not isinstance(error, Conflict)]
            async with interview.database.reading() as session:
                current = await session.scalar(select(func.count(Evaluation.id)).where(Evaluation.is_current))
                cards = await session.scalar(select(func.count(Scorecard.id)))
            assert (cards or 0) <= (current or 0), "scores of an answer that is not there any more"


class TestFeedback:
    async def test_on_answers_that_changed_meanwhile_is_not_stored(
        self, interview: Interview, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        word = interview.feedback.assistants.feedback.word

        async def slowly(statements: Sequence[Statement]) -> Assisted[dict[str, str]]:
            await interview.answer(EMPTY_TALK)
            return await word(statements)

        monkeypatch.setattr(interview.feedback.assistants.feedback, "word", slowly)
        with pytest.raises(Conflict):
            await interview.feedback.generate(interview.account, interview.row.public_id)
        with pytest.raises(NotFound):
            await interview.feedback.get(interview.account, interview.row.public_id)

    async def test_is_written_again_when_an_answer_changed_once_meanwhile(
        self, interview: Interview, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        word, answers = interview.feedback.assistants.feedback.word, [EMPTY_TALK]

        async def slowly(statements: Sequence[Statement]) -> Assisted[dict[str, str]]:
            if answers:
                await interview.answer(answers.pop())
            return await word(statements)

        monkeypatch.setattr(interview.feedback.assistants.feedback, "word", slowly)
        written = await interview.feedback.generate(interview.account, interview.row.public_id)
        (scores,) = await interview.all_of(Scorecard)
        (evaluation,) = [row for row in await interview.all_of(Evaluation) if row.is_current]
        assert scores.total == pytest.approx(evaluation.overall, abs=0.1)
        assert written.result.id == (await interview.feedback.get(interview.account, interview.row.public_id)).result.id

    async def test_and_reports_that_race_leave_one_each(self, interview: Interview) -> None:
        ref, account = interview.row.public_id, interview.account
        await interview.scoring.calculate(account, ref)
        async with interview.database.writing() as session:
            row = await InterviewRepository(session).by_id(interview.row.id)
            assert row is not None
            lifecycle.complete(row)
        feedback = await asyncio.gather(*(interview.feedback.generate(account, ref) for _ in range(RACERS)))
        reports = await asyncio.gather(*(interview.reports.write(account, ref) for _ in range(RACERS)))
        assert (await interview.feedback.get(account, ref)).result.id in {made.result.id for made in feedback}
        assert (await interview.reports.get(account, ref)).result.id in {made.result.id for made in reports}
