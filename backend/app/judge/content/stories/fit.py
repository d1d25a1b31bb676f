"""What a question asks for, and whether an answer is about the same.

A story told well to another question is no answer. Question and answer do not use the same words, so their vectors are
compared through a linear map that turns the meaning of an answer into that of the question it fits
(`benchmarks/learn_fit.py`). An answer about oneself is also compared with what else is asked of people: who tells of
pay fits "What salary do you expect?" better than "Why would you take a lesser job?". On questions and authors that it
has not learned from it tells a fitting story from one to another question at an area under the curve of .88, a plan at
.97, an answer about oneself at .91: a poor fit lowers a score, but never to nothing.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from app.engines.embedding.base import EmbeddingEngine, Vectors
from app.judge.content.stories.reading import Reading, ramp
from app.judge.content.subject import unit
from app.judge.language.text import content_stems, sentences
from app.judge.screening.sentence_kinds import sentence_odds
from app.judge.types import PERSONAL_CATEGORIES, PLAN_CATEGORIES, QuestionSpec
from app.models.values.kinds import OWN_CRAFT

WEIGHTS_FILE = Path(__file__).parents[2] / "model" / "fit.npz"

FIT: Mapping[str, tuple[float, float]] = {
    "story": (-0.03, 0.15),
    "plan": (0.10, 0.27),
    "craft": (0.0, 0.15),
    "personal": (-0.34, -0.14),
}
"""Likeness to the question from no fit at all to a full fit. Of fitting stories by six authors 95 % lie above .03, half
of those to other questions below -.01; of fitting plans 95 % above .16, three quarters of the others below .09; of
plans for the own trade, which are about anything, 95 % above .13, three of four others below .09. For personal answers
it is what they have over the questions that they fit best: 95 % above -.27, half of the others below -.24."""
RIVALS, SAME_QUESTION = 3, 0.6
"""How many of the other personal questions are compared with, and the cosine to the asked one from which it is one."""
NEAREST_SHARE = 0.25
"""What the passage that is nearest to the question as it is adds to the whole answer as mapped."""
ELSEWHERE = -0.07
"""Likeness below which an answer is hardly about the question: two of 555 honest ones by nine authors are told so."""
ASKS_PRIVATE = 0.2
PRIVATE = (0.3, 2.0)
"""Log-odds of talk of private life from which a question asks for it, else from which an answer is away from its
question, and where it is nothing else: one of 227 honest answers and two of 24 half ones lie over .8, half of off-topic
talk over 1.6."""

_ASKS_FACT = re.compile(r"^(?:when|how (?:long|much|many|soon)|are|do|can|could)\b|notice period", re.IGNORECASE)
_FRAME = re.compile(
    r"""^(?:(?:as|in)\s[^,.?]+,\s*)?(?:please\s+)?(?:(?:can|could)\s+you\s+)?(?:tell\s+me(?:\s+more)?\s+about|describe|give\s+(?:me\s+)?an\s+example\s+of
    |talk\s+about|what\s+would\s+you\s+do\s+if|how\s+would\s+you|suppose(?:\s+that)?|imagine(?:\s+that)?|walk\s+me\s+through
    |have\s+you\s+ever|share|explain\s+how)\s+(?:an?|the)?\s*(?:time|situation|example|occasion|moment|case)?\s*
    (?:when|in\s+which|where|that|of)?\s*""",
    re.IGNORECASE | re.VERBOSE,
)

_ABOUT_ALL = frozenset(content_stems("introduce background career path resume cv"))
"""What a question asks for that leaves open what of oneself is told ("Tell me about yourself" names nothing)."""


@dataclass(frozen=True)
class Asked:
    """What a question asks for: its kind, and the meaning of its core and its points;
    `single_fact`: whether one fact about oneself answers it; `fitting`: the likeness from which an answer begins to fit
    and from which it fully does, None where any subject does; `private`: the log-odds that it asks for private life."""

    kind: str
    single_fact: bool
    fitting: tuple[float, float] | None
    private: float
    vector: Vectors
    point_vectors: Vectors
    point_stems: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Fit:
    """How well an answer fits its question, 0-1; whether it is hardly about it; the clauses that fit best."""

    value: float
    elsewhere: bool
    first: int
    last: int


def asked(question: QuestionSpec, engine: EmbeddingEngine) -> Asked:
    """Reads the question."""
    personal, planned = question.category in PERSONAL_CATEGORIES, question.category in PLAN_CATEGORIES
    texts = [core_of(question.text), *question.expected_points]
    vectors = engine.sentences(texts)
    kind = "personal" if personal else "plan" if planned else "story"
    about_all = personal and _ABOUT_ALL.issuperset(content_stems(texts[0]))
    return Asked(
        kind,
        personal and bool(_ASKS_FACT.search(question.text)),
        None if about_all else FIT["craft" if question.theme == OWN_CRAFT else kind],
        float(sentence_odds(engine, [question.text])["private"][0]),
        vectors[0],
        vectors[1:],
        tuple(frozenset(content_stems(point)) for point in question.expected_points),
    )


def fit(asked: Asked, reading: Reading) -> Fit:
    """How well the answer fits, by its whole as mapped, and a little by the passage that is nearest as it is."""
    learned = _weights()
    question = unit(asked.vector - learned["questions"])
    mapped = unit(unit(reading.whole_vector - learned["answers"]) @ learned["map"])
    plain = reading.window_vectors @ asked.vector
    best = int(plain.argmax())
    if asked.kind == "personal" and asked.private > ASKS_PRIVATE:  # the map knows questions about work alone
        return Fit(1.0, False, *reading.windows[best])
    away = ramp(_privacy(reading, reading.engine), *PRIVATE)
    if asked.fitting is None:
        return Fit(1 - away, away == 1, *reading.windows[best])
    likeness = float(mapped @ question) + NEAREST_SHARE * float(plain[best])
    over = likeness - _of_rivals(reading, question, mapped) if asked.kind == "personal" else likeness
    return Fit((1 - away) * ramp(over, *asked.fitting), likeness < ELSEWHERE or away == 1, *reading.windows[best])


def _of_rivals(reading: Reading, question: Vectors, mapped: Vectors) -> float:
    """Mean likeness to the personal questions that an answer fits best, the one that was asked left out."""
    learned = _weights()
    meant = unit(learned["rivals"] - learned["questions"])
    likeness = meant @ mapped + NEAREST_SHARE * (reading.window_vectors @ learned["rivals"].T).max(axis=0)
    return float(np.sort(likeness[meant @ question < SAME_QUESTION])[-RIVALS:].mean())


def _privacy(reading: Reading, engine: EmbeddingEngine) -> float:
    """Mean log-odds that the answer is talk of private life."""
    lengths = [len(clause.words) for clause in reading.clauses]
    return float(np.average(sentence_odds(engine, reading.telling.texts)["private"], weights=lengths))


def core_of(question: str) -> str:
    """What the question is about, as the candidate would say it: "I had a conflict with a coworker"."""
    parts: Sequence[str] = sentences(question)
    core = _FRAME.sub("", parts[0] if parts else question).rstrip(".?! ")
    core = re.sub(r"\byou(?:rself)?\b", "I", core, flags=re.IGNORECASE)
    return re.sub(r"\byour\b", "my", core, flags=re.IGNORECASE)


@cache
def _weights() -> Mapping[str, Vectors]:
    with np.load(WEIGHTS_FILE) as stored:
        return {name: stored[name].astype(np.float32) for name in ("answers", "questions", "map", "rivals")}
