"""Which kind of question a bare text is, for questions that come without a category."""

import re

from app.judge.types import Category

# the order counts: "tell me about a time ... what would you do differently" is a story
_RULES: tuple[tuple[Category, re.Pattern[str]], ...] = (
    (
        "behavioral",
        re.compile(
            r"\b(tell me about (a|the|your (last|most|biggest|proudest))|describe (a|the) (time|situation|project)"
            r"|describe a moment|(give|share) (me |us )?an example|have you ever|when (have|did) you|a time (when|you|that)"
            r"|how did you (handle|deal|manage|react))\b",
            re.I,
        ),
    ),
    (
        "situational",
        re.compile(
            r"\b(what would you (do|say)|how would you (handle|react|respond|deal)"
            r"|how would you approach a (colleague|customer|client)|(imagine|suppose|assume) (that )?(you|your|a)|you (notice|discover|find out|learn) that|if (a|your) "
            r"(colleague|customer|client|manager|boss|teammate|coworker))\b",
            re.I,
        ),
    ),
    (
        "hr",
        re.compile(
            r"\b(about yourself|your(self| background)|(strength|weakness)|why (do|did|should|are) (you|we|this)"
            r"|see yourself|salary|notice period|motivates you|work style|hobbies|culture|leave your|looking for in)",
            re.I,
        ),
    ),
    (
        "system_design",
        re.compile(
            r"\b(design (a|an|the) .*(system|service|platform|pipeline|architecture)|how would you design)\b", re.I
        ),
    ),
)  # fmt: skip


def infer_category(question: str) -> Category:
    """The category that the wording of a question shows; technical where nothing else is said."""
    return next((category for category, pattern in _RULES if pattern.search(question)), "technical")
