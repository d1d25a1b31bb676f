"""Several attempts at the same question: each is a practice of its own, with a copy of the question in it."""

from app.errors import Conflict
from app.models import InterviewSession, Question
from app.repositories.base import AnySession
from app.repositories.interviews import AttemptRow, QuestionRepository, SessionCounts
from app.services.accounts.subject import Account
from app.services.interviews import lifecycle
from app.services.interviews.interview_service import InterviewService
from app.services.results import screening

AGAIN = "Again: "
"""It comes first, where a long title in a narrow list is not cut."""
TITLE_LENGTH = 200
ABOUT = ("target_role", "target_company", "difficulty", "focus_areas", "voice")
ASKED = (
    *("text", "category", "difficulty", "time_limit", "skills", "theme", "expected_points", "keywords", "hints"),
    *("model_answer", "follow_ups", "source", "bank_id"),
)
"""What a copy of an interview or a question has in common with it."""


class AttemptService:
    """Begins and finds attempts within one transaction."""

    def __init__(self, session: AnySession) -> None:
        self.interviews = InterviewService(session)
        self.questions = QuestionRepository(session)

    async def redo(self, account: Account, interview: InterviewSession, question: Question) -> SessionCounts:
        """A new practice with this question alone. Conflict while the interview goes on; Forbidden for guests, and for
        the candidate of a screening, whom practice would tell what is expected."""
        screening.refuse(interview, "Another attempt")
        if lifecycle.is_open(interview):
            message = "This interview is not over: answer the question in it."
            raise Conflict(message, code="interview_not_completed")
        title = f"{AGAIN}{interview.title.removeprefix(AGAIN)}"[:TITLE_LENGTH]
        about = {name: getattr(interview, name) for name in ABOUT}
        practice = await self.interviews.create(account, {"title": title, "interview_type": question.category, **about})
        asked = {name: getattr(question, name) for name in ASKED}
        first = question.attempt_of_id or question.id
        await self.questions.add(Question(session_id=practice.id, number=1, attempt_of_id=first, **asked))
        lifecycle.questions_generated(practice)
        return SessionCounts(practice, questions=1)

    async def of(self, account: Account, question: Question) -> list[AttemptRow]:
        """Every attempt of the account at the same question, the first one first."""
        return await self.questions.attempts(account.key, question.attempt_of_id or question.id)
