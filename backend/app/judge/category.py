"""Which kind of question a bare text is, for questions that come without a category."""

import re

from app.judge.types import Category

_SIGNS: tuple[tuple[Category, tuple[str, ...]], ...] = (
    (
        "behavioral",
        (
            r"tell me about (a|the|your (last|most|biggest|proudest))",
            r"describe (a|the) (time|situation|project|moment)",
            r"(give|share) (me |us )?an example",
            r"have you ever|when (have|did) you|a time (when|you|that)",
            r"how did you (handle|deal|manage|react)",
        ),
    ),
    (
        "situational",
        (
            r"what would you (do|say)|how would you (handle|react|respond|deal)",
            r"how would you approach a (colleague|customer|client)",
            r"(imagine|suppose|assume) (that )?(you|your|a)",
            r"you (notice|discover|find out|learn) that",
            r"if (a|your) (colleague|customer|client|manager|boss|teammate|coworker)",
        ),
    ),
    (
        "hr",
        (
            r"about yourself|your(self| background)|(strength|weakness)\w*",
            r"why (do|did|should|are) (you|we|this)|see yourself|salary|notice period|motivates you",
            r"work style|hobbies|culture|leave your|looking for in",
        ),
    ),
    (
        "system_design",
        (r"design (a|an|the) .*(system|service|platform|pipeline|architecture)|how would you design",),
    ),
)
"""Signs of each kind. The order counts: "tell me about a time ... what would you do differently" is a story."""
_RULES = tuple((category, re.compile(rf"\b({'|'.join(signs)})\b", re.IGNORECASE)) for category, signs in _SIGNS)


def infer_category(question: str) -> Category:
    """The category that the wording of a question shows; technical where nothing else is said."""
    return next((category for category, pattern in _RULES if pattern.search(question)), "technical")
