"""Whether a candidate corrected what was heard, or wrote another answer in its place."""

from difflib import SequenceMatcher

from app.models import Answer

LEAST_KEPT = 0.5
"""The share of words that a correction leaves as they were heard. Even bad recognition hears more than half of them."""


def is_rewritten(answer: Answer) -> bool:
    """Whether the text has few words in common with what was heard; False where nothing was changed."""
    if answer.original_text is None:
        return False
    heard, written = answer.original_text.casefold().split(), answer.text.casefold().split()
    return SequenceMatcher(None, heard, written, autojunk=False).ratio() < LEAST_KEPT
