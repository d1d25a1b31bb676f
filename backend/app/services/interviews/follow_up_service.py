"""Follow-up questions: they ask for what an answer left out, without telling it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from app.database import Database
from app.engines.llm.base import NO_USAGE
from app.judge.types import PERSONAL_CATEGORIES, PLAN_CATEGORIES, STORY_CATEGORIES
from app.models import Evaluation, Question
from app.models.values.evaluation import PointVerdict
from app.repositories.answers import AnsweredQuestion, AnswerRepository
from app.repositories.interviews import InterviewRepository, QuestionRepository
from app.services.answers.specs import answer_spec, question_spec
from app.services.interviews import lifecycle
from app.services.interviews.question_service import QuestionView
from app.services.llm.assistants import Assistants, account
from app.services.results import heard
from app.services.results.advice import PARTS, is_empty_talk, lacking, plans_nothing, tells_no_case
from app.services.results.point_advice import MADE
from app.services.results.quotes import shown

MAX_FOLLOW_UPS = 2
"""At most two follow-ups for one question."""
ENOUGH = 85.0
"""An answer of this quality needs no follow-up."""
WEAK_PART = 50.0
FOLLOW_UP_SECONDS = 90
BY_PART = {
    "situation": "When and where was that, and what made it matter?",
    "action": "What exactly did you do yourself in that situation?",
    "result": "What came of it in the end?",
    "reflection": "Looking back, what would you do differently?",
    "reasons": "Why would you do it that way?",
    "steps": "What would you do first, and what after that?",
}
"""Asked when the bank has no follow-up for what is missing: one for each part of a story, a plan or a self-portrait."""
EXAMPLE = "You said {quote}. When did that last show, and what did you do?"
"""Asked of words that anybody could say about themselves; without such, nothing is asked."""
WHAT_IF = "And what would you do if that did not help?"
REAL_CASE = "Can you tell me about one time when that really happened?"
OWN_PART = "Which part of that was yours, and what did you do?"
BACK = "Let me come back to my question: {question}"
"""Asked in place of details where there is no case, no own part, or no answer to the question yet."""


@dataclass(frozen=True, slots=True)
class _Choice:
    """What could be asked: about one expected point, or about a part of a story or plan."""

    text: str
    point: str = ""
    part: str = ""


class FollowUpService:
    """Chooses the next follow-up and adds it to the interview: load, word without a session, store."""

    def __init__(self, database: Database, assistants: Assistants) -> None:
        self.database = database
        self.assistants = assistants

    async def next_for(
        self,
        question: Question,
        evaluation: Evaluation,
        *,
        assisted: bool = True,
        found: Callable[[Question], None] = lambda _: None,
    ) -> QuestionView | None:
        """A question of the same interview about what the answer left out, or None when nothing is missing or enough
        was asked. It is a new one, unless the last one still waits for its answer: asked again, that one is meant.

        A language model words it, where there is one, unless `assisted` is off: then nobody waits for it. `found` is
        called in the transaction that adds the question, before that is committed, or with the one that waits.
        """
        if not _wants_more(evaluation):
            return None
        async with self.database.reading() as session:
            interview = await InterviewRepository(session).by_id(question.session_id)
            rows = await AnswerRepository(session).of_session(question.session_id)
        listed = [row.question for row in rows]
        answer = next((row.answer for row in rows if row.question.id == question.id), None)
        root = next((row for row in listed if row.id == question.follow_up_of_id), question)
        if waiting := [row.question for row in rows if row.question.follow_up_of_id == root.id and _waits(row)]:
            found(waiting[-1])
            return QuestionView(waiting[-1], False, root.public_id)
        choice = _choose(root, _asked(listed, root), evaluation, answer.text if answer is not None else "")
        if choice is None or answer is None or interview is None or not lifecycle.is_open(interview):
            return None
        text, usage = choice.text, NO_USAGE
        if assisted:
            # what the first question expects may not be told by a follow-up to a follow-up either
            worded = await self.assistants.follow_ups.word(
                replace(question_spec(root), text=question.text),
                answer_spec(answer),
                builtin=choice.text,
                missing_point=choice.point,
                missing_part=choice.part or "point",
                asked=[row.text for row in listed],
            )
            text, usage = worded.value.text, worded.usage
        async with self.database.writing() as session:
            await InterviewRepository(session).by_id(interview.id)  # which locks it
            await account(session, interview.id, usage, "follow_up")
            questions = QuestionRepository(session)
            now_listed = await questions.of_session(interview.id)
            if [row.id for row in now_listed] == [row.id for row in listed]:
                added = await questions.add(_follow_up(root, choice, text))
                found(added)
                return QuestionView(added, False, root.public_id)
        # somebody else asked meanwhile, or the interview was deleted
        return await self.next_for(question, evaluation, assisted=assisted, found=found)


def _waits(row: AnsweredQuestion) -> bool:
    return row.answer is None and row.question.skipped_at is None


def _asked(listed: Sequence[Question], root: Question) -> list[Question]:
    return [row for row in listed if row.follow_up_of_id == root.id]


def _wants_more(evaluation: Evaluation) -> bool:
    return (
        evaluation.status == "scored"
        and evaluation.overall is not None
        and evaluation.overall > 0
        and (evaluation.quality or 0) < ENOUGH
    )


def _choose(root: Question, asked: Sequence[Question], evaluation: Evaluation, text: str) -> _Choice | None:
    """What is missing most and was not asked for yet."""
    if len(asked) >= MAX_FOLLOW_UPS:
        return None
    points = {point for row in asked for point in row.expected_points}
    texts = {row.text for row in asked}
    return next(
        (item for item in candidates(root, evaluation, text) if item.text not in texts and item.point not in points),
        None,
    )


def candidates(root: Question, evaluation: Evaluation, text: str) -> list[_Choice]:
    """What could be asked of an answer, which is `text`, the most missing first. Details of a case are asked for only
    where one was told, and nothing that plainly stands there."""
    codes = {flag.code for flag in evaluation.detail.flags}
    parts = evaluation.detail.parts
    conditional = heard.is_conditional(text)
    if "other_question" in codes and not conditional:
        return [_Choice(BACK.format(question=root.text), part="answer")]
    if root.category in STORY_CATEGORIES and (
        "hypothetical" in codes or tells_no_case(root.category, parts) or is_empty_talk(root.category, parts, codes)
    ):
        return [_Choice(REAL_CASE, part="case")]
    if root.category in PLAN_CATEGORIES and ("general_talk" in codes or plans_nothing(parts, text)):
        return [_Choice(BY_PART["steps"], part="steps")]
    found = [_Choice(OWN_PART, part="action")] if "own_part_unclear" in codes else []
    points = {point.text: point for point in evaluation.detail.points}
    planned = sorted(
        (follow_up for follow_up in root.follow_ups if follow_up["missing"] < len(root.expected_points)),
        key=lambda follow_up: _match(points.get(root.expected_points[follow_up["missing"]])),
    )
    for follow_up in planned:
        point = points.get(root.expected_points[follow_up["missing"]])
        if point is not None and point.label not in MADE:
            found.append(_Choice(follow_up["text"], point=point.text))
    if root.category in STORY_CATEGORIES or not found:
        found += _about_parts(root, evaluation, text)
    return found


def _about_parts(root: Question, evaluation: Evaluation, text: str) -> list[_Choice]:
    """Parts that are weak and do not plainly stand in the answer, those that count most first."""
    weak = {name: value for name, value in lacking(evaluation.detail.parts, text).items() if value < WEAK_PART}
    personal = root.category in PERSONAL_CATEGORIES
    phrase = shown(heard.empty_phrase(text)) if personal else ""
    texts = BY_PART
    if personal:  # "an example of that" means nothing after words that say nothing
        texts = {"facts": EXAMPLE.format(quote=phrase)} if phrase else {}
    ordered = sorted(weak, key=lambda name: -PARTS.get(name, (1.0, ""))[0] * (100 - weak[name]))
    found = [_Choice(texts[name], part=name) for name in ordered if name in texts]
    if root.category in PLAN_CATEGORIES and "if" not in text.lower().split():
        found.append(_Choice(WHAT_IF, part="steps"))
    return found


def _match(point: PointVerdict | None) -> float:
    return point.match if point is not None else 1.0


def _follow_up(root: Question, choice: _Choice, text: str) -> Question:
    return Question(
        session_id=root.session_id,
        round_id=root.round_id,
        number=root.number,
        text=text,
        category=root.category,
        difficulty=root.difficulty,
        time_limit=FOLLOW_UP_SECONDS,
        skills=root.skills,
        theme=root.theme,
        expected_points=[choice.point] if choice.point else [],
        keywords=[],
        hints=[],
        model_answer=root.model_answer if choice.point else "",
        source="follow_up",
        follow_up_of_id=root.id,
    )
