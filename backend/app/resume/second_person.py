"""Puts what a résumé says into the second person, so that it can be asked about."""

import re

from app.resume.deeds import is_past

MAX_REFERENCE = 170
"""Characters of the résumé that a question repeats at most: it is to be heard, not read."""
_SECOND_PERSON = (
    (re.compile(r"\b(?:i|we) was\b", re.I), "you were"),
    (re.compile(r"\b(?:i am|i'm|we are|we're)\b", re.I), "you are"),
    (re.compile(r"\b(?:myself|ourselves)\b", re.I), "yourself"),
    (re.compile(r"\b(?:I|we)\b", re.I), "you"),
    (re.compile(r"\b(?:my|our)\b", re.I), "your"),
    (re.compile(r"\b(?:me|us)\b"), "you"),
)
_CUTS = (", ", "; ", " by ", " which ", " that ", " to ", " in ", " for ", " with ", " using ", " and ")
"""Where a long line may be cut: what stands before is whole without it."""
_ADVERBS = frozenset(
    "successfully also then significantly quickly independently jointly personally single-handedly".split()
)


def in_second_person(line: str) -> str | None:
    """ "Led a team" > "you led a team", "I cut my costs" > "you cut your costs"; None for a line that tells no deed."""
    words = line.split()
    at = next((index for index, word in enumerate(words) if word.lower() not in _ADVERBS | {"i", "we"}), None)
    if at is None or at > 2:
        return None
    verb = words[at].lower().strip(",")
    if not is_past(verb) or not verb.isalpha():
        return None
    said = [word.lower() if word[:1].isupper() and index <= at else word for index, word in enumerate(words)]
    rest = " ".join(said[1:] if said[0] in ("i", "we") else said)
    for pattern, replacement in _SECOND_PERSON:
        rest = pattern.sub(replacement, rest)
    return f"you {short(rest)}"


def short(text: str) -> str:
    """A line of a résumé cut at a clause or a word, without a full stop, so that the question can go on."""
    text = re.split(r"(?<=\w\w)[.!?] (?=[A-Z])", re.sub(r"\s+", " ", text), maxsplit=1)[0].strip(" .;,")
    if len(text) <= MAX_REFERENCE:
        return text
    cut = text[:MAX_REFERENCE]
    clause = max(cut.rfind(mark) for mark in _CUTS)
    return cut[: clause if clause > MAX_REFERENCE // 2 else cut.rfind(" ")].rstrip(" ,;")
