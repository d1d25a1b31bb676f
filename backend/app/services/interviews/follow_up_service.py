"""Follow-up questions: they ask for what an answer left out, without telling it."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.judge.types import STORY_CATEGORIES
from app.models import Evaluation, Question
from app.repositories.interviews import QuestionRepository

MAX_FOLLOW_UPS = 2
"""Design 5.10: at most two follow-ups for one question."""
ENOUGH = 85.0
"""An answer of this quality needs no follow-up."""
FOLLOW_UP_SECONDS = 90
BY_PART = {
    "situation": "When and where was that, and what made it matter?",
    "action": "What exactly did you do yourself in that situation?",
    "result": "How did it end, and how could you tell?",
    "reflection": "Looking back, what would you do differently?",
    "reasons": "What makes you choose that way over another?",
    "plan": "What would your first steps be, one by one?",
    "substance": "Can you give a concrete example of that from your own life?",
}
"""Asked when the bank has no follow-up for what is missing: one for each part of a story, a plan or a self-portrait."""


class FollowUpService:
    """Chooses the next follow-up and adds it to the interview."""

    def __init__(self, session: AsyncSession) -> None:
        self.questions = QuestionRepository(session)

    async def next_for(self, question: Question, evaluation: Evaluation) -> Question | None:
        """A new question of the same interview, or None when nothing is missing or enough was asked."""
        root = await self._root(question)
        asked = [row for row in await self.questions.of_session(question.session_id) if row.follow_up_of_id == root.id]
        if len(asked) >= MAX_FOLLOW_UPS or not _wants_more(evaluation):
            return None
        used = {row.text for row in asked}
        choice = next((item for item in _candidates(root, evaluation) if item[0] not in used), None)
        if choice is None:
            return None
        text, points, part = choice
        return await self.questions.add(
            Question(
                session_id=root.session_id,
                number=root.number,
                text=text,
                category=root.category,
                difficulty=root.difficulty,
                time_limit=FOLLOW_UP_SECONDS,
                skills=root.skills,
                theme=root.theme,
                expected_points=points,
                keywords=[],
                hints=[],
                model_answer="" if part else root.model_answer,
                source="follow_up",
                follow_up_of_id=root.id,
            )
        )

    async def _root(self, question: Question) -> Question:
        if question.follow_up_of_id is None:
            return question
        return await self.questions.by_id(question.follow_up_of_id) or question


def _wants_more(evaluation: Evaluation) -> bool:
    return (
        evaluation.status == "scored"
        and evaluation.overall is not None
        and evaluation.overall > 0
        and (evaluation.quality or 0) < ENOUGH
    )


def _candidates(root: Question, evaluation: Evaluation) -> list[tuple[str, list[str], str | None]]:
    """(text, expected points, story part) of what could be asked, the most missing first."""
    found: list[tuple[str, list[str], str | None]] = []
    points = evaluation.detail.get("points", [])
    match = {point["text"]: point["match"] for point in points}
    missing = {point["text"] for point in points if point["label"] != "covered"}
    planned = sorted(
        (follow_up for follow_up in root.follow_ups if follow_up["missing"] < len(root.expected_points)),
        key=lambda follow_up: match.get(root.expected_points[follow_up["missing"]], 1.0),
    )
    for follow_up in planned:
        point = root.expected_points[follow_up["missing"]]
        if point in missing:
            found.append((follow_up["text"], [point], None))
    parts = evaluation.detail.get("parts", {})
    weak = sorted(
        (part["value"], name) for name, part in parts.items() if part["value"] is not None and part["value"] < 50
    )
    if root.category in STORY_CATEGORIES or not found:
        found += [(BY_PART[name], [], name) for _, name in weak if name in BY_PART]
    return found
