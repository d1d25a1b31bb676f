"""The rounds of an interview: which there are, how far they are, and which step may come next.

A candidate holds the rounds in any order, one at a time. What ends an interview ends its rounds: the one in progress
keeps the score that it has, those that were never started are skipped. A score is that of the round's answers, by the
rules of `results/scoring_service`: what could not be scored does not count, a skipped question counts as 0, and so does
one that was left when the interview ended.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import Conflict, FieldError, NotFound, Unprocessable
from app.models import InterviewSession, Round, now
from app.models.values.kinds import RoundState
from app.repositories.answers import AnsweredQuestion, AnswerRepository
from app.repositories.base import AnySession, Ref
from app.repositories.counts import Counts, counts_of
from app.repositories.rounds import RoundRepository
from app.services.accounts.subject import Subject
from app.services.interviews import lifecycle
from app.services.interviews.interview_service import InterviewService
from app.services.interviews.question_generation import MAX_QUESTIONS
from app.services.interviews.rounds.suggestion import RoundPlan
from app.services.results.counting import counted, total_of


@dataclass(frozen=True, slots=True)
class RoundView:
    """A round with what became of it. `score` is 0-100, or None where nothing was scored."""

    round: Round
    state: RoundState
    score: float | None
    counts: Counts


def state_of(row: Round, interview: InterviewSession) -> RoundState:
    """How far a round is."""
    if row.completed_at is not None:
        return "completed"
    if lifecycle.is_open(interview):
        return "planned" if row.started_at is None else "in_progress"
    return "skipped" if row.started_at is None else "completed"


def is_completed(row: Round, interview: InterviewSession) -> bool:
    """Whether a round was held to its end, by itself or with its interview."""
    return interview.status != "cancelled" and state_of(row, interview) == "completed"


class RoundService:
    """The rules of rounds within one transaction."""

    def __init__(self, session: AnySession) -> None:
        self.session = session
        self.rounds = RoundRepository(session)

    async def plan(self, interview: InterviewSession, plans: Sequence[RoundPlan]) -> list[Round]:
        """Add rounds to an interview, after those that it has. Unprocessable when it would have too many questions."""
        lifecycle.require_open(interview)
        known = await self.rounds.of_session(interview.id)
        total = sum(row.question_count for row in known) + sum(plan.question_count for plan in plans)
        if total > MAX_QUESTIONS:
            message = f"An interview holds at most {MAX_QUESTIONS} questions; these rounds have {total} together."
            raise Unprocessable(message, details=[FieldError("rounds", message)])
        rows = [
            Round(
                session_id=interview.id,
                number=number,
                name=plan.name,
                kind=plan.kind,
                description=plan.description,
                duration_minutes=plan.minutes,
                question_count=plan.question_count,
                focus_areas=list(plan.focus_areas),
            )
            for number, plan in enumerate(plans, start=len(known) + 1)
        ]
        self.session.add_all(rows)
        await self.session.flush()
        return rows

    async def get(self, subject: Subject, ref: Ref, *, within: Ref | None = None) -> tuple[Round, InterviewSession]:
        """A round of an interview of the subject, of this one if it is named."""
        interviews = InterviewService(self.session)
        named = None if within is None else await interviews.get(subject, within)
        row = await self.rounds.by_ref(ref)
        try:
            interview = named or await interviews.get(subject, row.session_id if row is not None else 0)
        except NotFound as error:
            raise NotFound.of("Round") from error
        if row is None or row.session_id != interview.id:
            raise NotFound.of("Round")
        return row, interview

    async def views(
        self, interview: InterviewSession, rows: Sequence[AnsweredQuestion] | None = None
    ) -> list[RoundView]:
        """Every round in order; `rows` are the questions of the interview, where they are known already."""
        rows = await AnswerRepository(self.session).of_session(interview.id) if rows is None else rows
        return [
            _view(row, interview, [found for found in rows if found.question.round_id == row.id])
            for row in await self.rounds.of_session(interview.id)
        ]

    async def require_can_start(self, row: Round, interview: InterviewSession) -> None:
        """Conflict when the round is over, or another one is in progress."""
        lifecycle.require_open(interview)
        if row.completed_at is not None:
            raise Conflict(f"{_named(row)} is completed and is not held again.", code="round_closed")
        for other in await self.rounds.of_session(interview.id):
            if other.id != row.id and state_of(other, interview) == "in_progress":
                raise Conflict(f"{_named(other)} is in progress. Complete it first.", code="round_in_progress")

    def require_started(self, row: Round, interview: InterviewSession) -> None:
        """Conflict when the round was not started, or the interview is over."""
        lifecycle.require_open(interview)
        if row.started_at is None:
            raise Conflict(f"{_named(row)} was not started yet. Start it first.", code="round_not_started")

    async def planned(self, interview: InterviewSession) -> Round | None:
        """The first round that is still to be held."""
        rows = await self.rounds.of_session(interview.id)
        return next((row for row in rows if state_of(row, interview) == "planned"), None)

    async def end_current(self, interview: InterviewSession) -> bool:
        """Completes the round in progress, if there is one; returns whether rounds are still to be held."""
        rows = await self.rounds.of_session(interview.id)
        for row in rows:
            if state_of(row, interview) == "in_progress":
                row.completed_at = now()
        await self.session.flush()
        return any(row.started_at is None for row in rows)


def _named(row: Round) -> str:
    return f"Round {row.number} ({row.name})"


def _view(row: Round, interview: InterviewSession, rows: Sequence[AnsweredQuestion]) -> RoundView:
    score = total_of(counted(rows), is_over=interview.status == "completed")
    return RoundView(row, state_of(row, interview), score, counts_of(rows))
