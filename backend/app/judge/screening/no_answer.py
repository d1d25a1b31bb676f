"""Notices an answer that is none: "I don't know", "no idea, next question please"."""

import numpy as np

from app.engines.embedding.base import EmbeddingEngine
from app.judge.language.text import content_stems, piece_spans, words
from app.judge.screening.sentence_kinds import sentence_odds
from app.judge.types import QuestionSpec

SHORT_WORDS = 80
"""Words up to which an answer may be none: nobody needs more to pass."""
SHOWN_PER_ODDS, AT_NO_CONTENT = 37.0, 0.4
"""Content (0-100) that a unit of log-odds outweighs, and by how much lower odds do where nothing was shown. Chosen on
four authors, two of them held back: of their 552 honest answers two are taken for a pass, of 48 passes of the held back
six are not. The clearest sentence tells more of those, but takes a modest "I don't know the name of it, but ..." for a
pass, too (docs/benchmarks.md, "Version 12")."""
MOST = 100.0
"""Content that no answer exceeds: who says "I don't know" more surely than that passes, whatever else was said."""
FEW_WORDS, FEW_AT_NO_CONTENT = 3, -1.0
"""Of fewer words only what says it plainly ("idk"): a name or a term is no pass."""
REMAINDER_STEMS = 2
"""Content words beside the question said back that make no answer."""


def is_blank(question: QuestionSpec, text: str, *, shortened: bool) -> bool:
    """Whether nothing is left of an answer, or, `shortened` by the question or words to the grader, only padding."""
    said = set(content_stems(text))
    asked = set(content_stems(" ".join((question.text, question.reference, *question.expected_points))))
    return not words(text) or (shortened and len(said - asked) <= REMAINDER_STEMS and not said & asked)


def passes(engine: EmbeddingEngine, text: str, quality: float) -> bool:
    """Whether a short answer says "I don't know" more surely than it shows anything (`quality`, 0-100)."""
    pieces = [text[begin:end] for begin, end in piece_spans(text)]
    count = len(words(text))
    if not pieces or count > SHORT_WORDS:
        return False
    odds = sentence_odds(engine, pieces)["unknown"]
    mean = np.average(odds, weights=[max(1, len(words(piece))) for piece in pieces])
    lower = AT_NO_CONTENT if count >= FEW_WORDS else FEW_AT_NO_CONTENT
    return quality < SHOWN_PER_ODDS * (float(mean) + lower)
