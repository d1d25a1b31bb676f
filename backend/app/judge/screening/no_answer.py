"""Notices an answer that is none: "I don't know", "no idea, next question please"."""

import math

from app.engines.embedding.base import EmbeddingEngine
from app.judge.language.text import content_stems, piece_spans, words
from app.judge.screening.sentence_kinds import sentence_odds
from app.judge.types import POINT_CATEGORIES, QuestionSpec

SHORT_WORDS = 80
CERTAIN, UNKNOWN, HARDLY_KNOWN, ALONE = 5.0, 3.0, 0.0, 1.0
"""Log-odds of a sentence that says "I don't know" for certain, and beside others; of one that does nothing else, and of
the clearest where no sentence does anything else. Honest answers of so few words have 2.9 at most."""
ON_SUBJECT = 0.45
"""Cosine of a sentence to the question or a point from which it says something of the subject."""
FEW_WORDS, BESIDE_CERTAIN = 8, 20
"""Words beside "I don't know" that are no answer, whatever they say; more where it is said for certain."""

REMAINDER_STEMS = 2
"""Content words beside it, or beside the question said back, that make no answer."""


def is_no_answer(question: QuestionSpec, text: str, engine: EmbeddingEngine, *, shortened: bool = False) -> bool:
    """Whether `text` is blank or only says "I don't know" in some form.

    `shortened`: the question or words to the grader were taken out, so that polite padding alone is no answer either.
    """
    if not words(text):
        return True
    asked = set(content_stems(" ".join((question.text, question.reference, *question.expected_points))))
    bare = len(set(content_stems(text)) - asked) <= REMAINDER_STEMS and not set(content_stems(text)) & asked
    return (shortened and bare) or _means_nothing(engine, question, text)


def _means_nothing(engine: EmbeddingEngine, question: QuestionSpec, text: str) -> bool:
    """Whether a short text means "I don't know", and nothing beside it is on the subject."""
    pieces = [text[begin:end] for begin, end in piece_spans(text)]
    if not pieces or len(words(text)) > SHORT_WORDS:
        return False
    odds = sentence_odds(engine, pieces)["unknown"]
    if odds.min() >= HARDLY_KNOWN and odds.max() >= ALONE:
        return True
    if odds.max() < UNKNOWN:
        return False
    rest = [piece for piece, value in zip(pieces, odds, strict=True) if value < HARDLY_KNOWN]
    if len(words(" ".join(rest))) <= (BESIDE_CERTAIN if odds.max() >= CERTAIN else FEW_WORDS):
        return True
    if question.category not in POINT_CATEGORIES:  # a short story may tell of not knowing
        return False
    subject = engine.sentences([question.text, *question.expected_points])
    return bool((engine.sentences(rest) @ subject.T).max() < ON_SUBJECT)


def odds_of_not_knowing(engine: EmbeddingEngine, text: str) -> float:
    """The log-odds that a sentence of an answer says "I don't know", whatever the others say; -inf of a long answer."""
    pieces = [text[begin:end] for begin, end in piece_spans(text)]
    if not pieces or len(words(text)) > SHORT_WORDS:
        return -math.inf
    return float(sentence_odds(engine, pieces)["unknown"].max())
