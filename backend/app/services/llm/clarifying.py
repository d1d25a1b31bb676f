"""What a question asks for, said without a language model: the kind of answer that is wanted, and its parts.

All of it is read from the question's own words and its category, so nothing that is expected can be told.
"""

import re

from app.judge.types import QuestionSpec
from app.models.values.kinds import Category

WANTED: dict[Category, str] = {
    "behavioral": "Answer with one real situation of your own: what it was about, what you did yourself, and what came "
    "of it.",
    "leadership": "Answer with one real situation in which others counted on you: what it was about, what you did, and "
    "what came of it.",
    "technical": "Answer with what you know of the subject, in your own words: what, how and why.",
    "system_design": "Answer with how you would build it: what it has to do, which parts it has, how they work "
    "together, and why you would do it so.",
    "situational": "Answer with what you would do there, one thing after the other, and why.",
    "hr": "Answer about yourself: how it is for you, and why.",
    "case": "Answer with how you would work it out: what you assume, how you go on from there, and what you conclude.",
}
ASKING = "what|when|where|which|who|why|how|would|do|does|did|is|are|can|could|should"
PARTS = re.compile(rf"(?<=[.?!])\s+|,?\s+and\s+(?={ASKING}\b)|,\s+(?=(?:what|when|where|which|who|why|how)\b)", re.I)
"""Where one part of a question ends and the next begins."""
MOST_PARTS = 4
FEWEST_WORDS = 3
"""A shorter part says nothing alone, as "and why?" does."""


def clarified(question: QuestionSpec) -> str:
    """The question explained; it is repeated where it has only one part."""
    wanted = WANTED.get(question.category)
    parts = [part.strip(" ,;") for part in PARTS.split(question.text) if part.strip(" ,;")]
    if not 2 <= len(parts) <= MOST_PARTS or any(len(part.split()) < FEWEST_WORDS for part in parts):
        return f"{wanted} The question again: {question.text}" if wanted else f"I can only repeat it: {question.text}"
    listed = " ".join(f"({number}) {part[:1].upper()}{part[1:]}" for number, part in enumerate(parts, start=1))
    return f"{wanted or 'Take it part by part.'} Its parts are: {listed}"
