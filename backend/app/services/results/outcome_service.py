"""All that an interview came to so far, for faces that show it at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.database import Database
from app.errors import Conflict
from app.models import Feedback, InterviewSession
from app.models.values.kinds import Facts
from app.repositories.answers import AnsweredQuestion, AnswerRepository
from app.repositories.base import Ref
from app.repositories.counts import Counts, counts_of
from app.services.accounts.subject import Subject
from app.services.interviews.completion import complete
from app.services.interviews.interview_service import InterviewService
from app.services.interviews.rounds.round_service import RoundService, RoundView
from app.services.results.counting import average_of, counted, total_of
from app.services.results.feedback_service import FeedbackService
from app.services.results.scoring_service import facts_of
from app.services.results.screening import shown_questions

SHOWN = ("technical", "communication", "confidence")


@dataclass(frozen=True, slots=True)
class Outcome:
    """An interview with its questions and rounds, as its candidate may see them.

    `total` and `averages` are 0-100, or None where nothing was scored; there is no feedback where nothing was answered.
    They are made of the questions that count (`counting.py`).
    """

    interview: InterviewSession
    rows: Sequence[AnsweredQuestion]
    counts: Counts
    rounds: Sequence[RoundView]
    total: float | None
    averages: Mapping[str, float | None]
    facts: Facts
    feedback: Feedback | None

    @property
    def shows_points(self) -> bool:
        """Whether the candidate may see what good answers say: in practice, not in a screening."""
        return self.interview.kind == "practice"


class OutcomeService:
    """Puts together what other services own."""

    def __init__(self, database: Database, feedback: FeedbackService) -> None:
        self.database = database
        self.feedback = feedback

    async def complete(self, subject: Subject, ref: Ref) -> Outcome:
        """End the interview, unless it is completed already, and wait for what it came to. Conflict while it has no
        questions, or when it was cancelled."""
        async with self.database.writing() as session:
            interview = await InterviewService(session).get(subject, ref)
            if interview.status != "completed":
                await complete(session, interview)
        return await self.get(subject, ref)

    async def get(self, subject: Subject, ref: Ref) -> Outcome:
        """What the interview came to so far; feedback is written where it is missing."""
        feedback = await self._feedback(subject, ref)
        async with self.database.reading() as session:
            interview = await InterviewService(session).get(subject, ref)
            rows = shown_questions(interview, await AnswerRepository(session).of_session(interview.id))
            rounds = await RoundService(session).views(interview, rows)
        count, is_over = counted(rows), interview.status == "completed"
        return Outcome(
            interview=interview,
            rows=rows,
            counts=counts_of(rows),
            rounds=rounds,
            total=total_of(count, is_over=is_over),
            averages={name: average_of(count, name, is_over=is_over) for name in SHOWN},
            facts=facts_of([row.evaluation for row in count if row.evaluation is not None]),
            feedback=feedback,
        )

    async def _feedback(self, subject: Subject, ref: Ref) -> Feedback | None:
        try:
            return (await self.feedback.get_or_generate(subject, ref)).result
        except Conflict as error:
            if error.code != "no_answers":
                raise
            return None
