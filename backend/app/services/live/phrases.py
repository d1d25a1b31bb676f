"""What the interviewer says between questions: short, varied, and never a judgement or a hint.

Nothing here depends on what was answered, so nothing can leak what was expected.
"""

import random

ACKNOWLEDGEMENTS = (
    "Thank you.",
    "Okay, thanks.",
    "All right.",
    "Thank you, I have that.",
    "Okay, I have noted that.",
    "Thanks for telling me.",
    "All right, thank you.",
    "Thanks, I have written that down.",
)
SKIPPED = ("All right, let's leave that one out.", "Okay, let's move on.", "That's fine, let's continue.")
NUDGES = (
    "Take your time. Start whenever you are ready.",
    "There is no hurry. You can also ask me to repeat the question, or skip it.",
)
CLOSING = "That was the last question. Thank you for your time. You will find your feedback in a moment."
SCREENING_CLOSING = "That was the last question. Thank you for your time. Your answers go to those who invited you."
"""Candidates of a screening get no feedback here."""
FAREWELL = "We stop here, then. Thank you for your time."


def pick(phrases: tuple[str, ...], *, seed: str, turn: int) -> str:
    """The phrase of this turn. The same seed gives the same order, and no phrase comes twice in a row.

    The phrases are gone through in an order that the seed shuffles; with two or more of them, neighbours differ.
    """
    order = random.Random(seed).sample(phrases, len(phrases))
    return order[turn % len(order)]
