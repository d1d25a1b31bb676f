"""Rounds as they are held: each gets its questions when it starts, and its score when it is completed."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.database import Database
from app.models import InterviewSession, Round, now
from app.models.values.kinds import Category, InterviewType
from app.repositories.answers import AnswerRepository
from app.repositories.base import AnySession, Ref
from app.repositories.interviews import QuestionRepository
from app.services.accounts.subject import Subject
from app.services.interviews import lifecycle
from app.services.interviews.job_field import resolve_skill
from app.services.interviews.question_generation import GenerateWishes, QuestionGeneration
from app.services.interviews.question_service import QuestionService, QuestionView, places
from app.services.interviews.rounds.round_service import RoundService, RoundView, is_completed
from app.services.interviews.rounds.suggestion import RoundPlan, suggest_rounds
from app.services.llm.assistants import account
from app.services.results.scoring_service import ScoringService

CATEGORIES: Mapping[InterviewType, tuple[Category, ...]] = {"technical": ("technical",)}
"""Kinds of rounds that ask other questions than interviews of this type: designs have a round of their own."""


@dataclass(frozen=True, slots=True)
class StartedRound:
    """A round with its questions. `places` says of each question, by key, which of the interview it is, from 1."""

    interview: InterviewSession
    view: RoundView
    questions: Sequence[QuestionView]
    places: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class CompletedRound:
    """A round that is over, and the first one that is still to be held."""

    interview: InterviewSession
    view: RoundView
    following: Round | None


class RoundConduct:
    """Starts and completes rounds."""

    def __init__(self, database: Database, generation: QuestionGeneration, scoring: ScoringService) -> None:
        self.database = database
        self.generation = generation
        self.scoring = scoring

    async def suggest(self, title: str, description: str) -> list[RoundPlan]:
        """The rounds that an interview for a job usually has."""
        return await asyncio.to_thread(suggest_rounds, title, description)

    async def start(self, subject: Subject, ref: Ref, *, within: Ref | None = None) -> StartedRound:
        """Start a round, which begins the interview; one that is in progress gives its questions again.

        Conflict when it is completed, another one is in progress, or the interview is over.
        """
        async with self.database.reading() as session:
            row, interview = await RoundService(session).get(subject, ref, within=within)
            await RoundService(session).require_can_start(row, interview)
        if row.started_at is None:
            await self._begin(subject, row)
        async with self.database.reading() as session:
            row, interview = await RoundService(session).get(subject, ref, within=within)
            views = await QuestionService(session).views(interview)
            found = next(view for view in await RoundService(session).views(interview) if view.round.id == row.id)
        mine = [view for view in views if view.question.round_id == row.id]
        return StartedRound(interview, found, mine, places(view.question for view in views))

    async def _begin(self, subject: Subject, row: Round) -> None:
        wishes = GenerateWishes(
            count=row.question_count,
            categories=CATEGORIES.get(row.kind, ()),
            skills=tuple(area for area in row.focus_areas if resolve_skill(area)),
            interview_type=row.kind,
            append=True,
        )
        drafted = await self.generation.draft(subject, row.session_id, wishes)
        async with self.database.writing() as session:
            current, interview = await RoundService(session).get(subject, row.id)
            await session.refresh(current)  # now that its interview is locked
            await RoundService(session).require_can_start(current, interview)
            if current.started_at is not None:  # by a request at the same time
                return
            kept = await QuestionRepository(session).of_session(interview.id)
            await account(session, interview.id, drafted.usage, "questions")
            questions = await self.generation.store(session, interview, kept, drafted.drafts, round_id=current.id)
            current.started_at = now()
            lifecycle.begin(interview)
        if questions:
            self.generation.speech.prepare(interview.voice, questions[0].text)

    async def complete(self, subject: Subject, ref: Ref, *, within: Ref | None = None) -> CompletedRound:
        """Complete a round; after that its questions take no answers any more. Answers that nobody evaluated yet are
        evaluated first. One that is completed stays as it is. Conflict when it was never started."""
        async with self.database.reading() as session:
            rounds = RoundService(session)
            row, interview = await rounds.get(subject, ref, within=within)
            if is_completed(row, interview):
                return await self._completed(session, row, interview)
            rounds.require_started(row, interview)
            rows = await AnswerRepository(session).of_session(interview.id)
        await self.scoring.judge_missing([entry for entry in rows if entry.question.round_id == row.id])
        async with self.database.writing() as session:
            rounds = RoundService(session)
            row, interview = await rounds.get(subject, ref, within=within)
            await session.refresh(row)  # now that its interview is locked
            if not is_completed(row, interview):  # by a request at the same time
                rounds.require_started(row, interview)
                row.completed_at = now()
                await session.flush()
            return await self._completed(session, row, interview)

    async def _completed(self, session: AnySession, row: Round, interview: InterviewSession) -> CompletedRound:
        rounds = RoundService(session)
        view = next(view for view in await rounds.views(interview) if view.round.id == row.id)
        return CompletedRound(interview, view, await rounds.planned(interview))
