"""What a language model helps with, opened once for the process. Without one each of them is the built-in way."""

from dataclasses import dataclass

from app.database import WriteSession
from app.engines.embedding.base import OpenEmbedding
from app.engines.llm.base import NO_USAGE, LlmEngine, Usage
from app.repositories.interviews import InterviewRepository
from app.services.llm.assist import recorded
from app.services.llm.feedback import LlmFeedback
from app.services.llm.follow_ups import LlmFollowUps
from app.services.llm.hints import LlmHints
from app.services.llm.judge import BUDGET, LlmJudge
from app.services.llm.questions import LlmQuestions


@dataclass(frozen=True, slots=True)
class Assistants:
    """The uses of a language model."""

    judge: LlmJudge
    questions: LlmQuestions
    follow_ups: LlmFollowUps
    feedback: LlmFeedback
    hints: LlmHints


def assistants_for(llm: LlmEngine | None, embedding: OpenEmbedding, *, judge_seconds: float = BUDGET) -> Assistants:
    """The assistants on this engine; reads the prompt files, so it is called once."""
    return Assistants(
        judge=LlmJudge(llm, embedding, budget=judge_seconds),
        questions=LlmQuestions(llm, embedding),
        follow_ups=LlmFollowUps(llm, embedding),
        feedback=LlmFeedback(llm),
        hints=LlmHints(llm, embedding),
    )


async def account(session: WriteSession, interview_id: int, usage: Usage, purpose: str) -> None:
    """Add the tokens and cost of a use to the interview's account."""
    if usage == NO_USAGE:
        return
    interview = await InterviewRepository(session).by_id(interview_id)
    if interview is not None:
        interview.llm_usage = recorded(interview.llm_usage, usage, purpose)
