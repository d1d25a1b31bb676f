"""What a language model is told: instructions of the kind of question first, which are the same for every answer."""

from app.engines.llm.base import Prompt
from app.engines.llm.templates import digest, fence, fragment, template
from app.judge.types import PERSONAL_CATEGORIES, PLAN_CATEGORIES, POINT_CATEGORIES, STORY_CATEGORIES, QuestionSpec

MOST_REFERENCE = 2_000
MOST_ANSWER = 6_000
"""Characters that are shown: about 1,000 words of an answer, seven minutes of speech."""


def kind_of(category: str) -> str:
    """The kind of question, which names its criteria: story, plan, personal or knowledge."""
    if category in STORY_CATEGORIES:
        return "story"
    if category in PLAN_CATEGORIES:
        return "plan"
    return "personal" if category in PERSONAL_CATEGORIES else "knowledge"


def judge_prompt(question: QuestionSpec, answer: str) -> Prompt:
    """The prompt for one answer, as it is to be shown (`quotes.ShownAnswer`)."""
    return template("judge").fill(
        criteria=fragment(f"criteria-{kind_of(question.category)}").text,
        question=fence("question", question.text),
        expected=fence("expected", _expected(question)),
        answer=fence("answer", answer, most=MOST_ANSWER),
    )


def prompt_version(question: QuestionSpec) -> str:
    """Name, version and a digest of the instructions, as results keep them."""
    used = template("judge")
    return f"{used.tag}-{digest(used.system, fragment(f'criteria-{kind_of(question.category)}').text)}"


def _expected(question: QuestionSpec) -> str:
    """What a good answer holds. A model answer to a personal question is another person's story and no measure."""
    points = "\n".join(f"{number}. {point}" for number, point in enumerate(question.expected_points, start=1))
    if question.category in POINT_CATEGORIES and question.reference:
        return f"{points}\n\nOne good answer: {question.reference[:MOST_REFERENCE]}".strip()
    return points
