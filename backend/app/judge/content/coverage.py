"""How far each expected point stands in an answer, and which words show it.

Sentences that have nothing to do with question or points are passed over, and what any answer would reach by chance is
taken off: some of its words are always near those of a point.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engines.embedding.base import EmbeddingEngine
from app.judge.content.alignment import Alignment, Reading, align, read
from app.judge.language.denial import denies, is_denial
from app.judge.language.text import Span, content_stems, piece_spans, sentence_spans
from app.judge.types import PointLabel, QuestionSpec

CHANCE, FULL_MATCH = 0.25, 0.9
"""Match that an unrelated answer of 30 words has, and from which a point stands in full: the reference said in other
words has .7 to .9."""
UNRELATED = 0.2
"""Cosine to question and points below which a sentence is passed over: chatter has .05 to .2."""
COVERED = 0.60
PARTLY = 0.40
SHOWN = 0.25
"""Share of a point that one sentence must hold to be quoted for it."""
CARRIED = 0.5
"""The same for the sentence of a point that counts as mentioned, so that its quote shows most of what it is about."""
CARRIED_WORDS, FEW_POINTS = 0.15, 2
"""Share of the words of a point that its sentence must say where the answer has not most of it, and points that one of
these words stands in at most: a short sentence on the subject has words of several points, and shows none by those."""
MINIMUM_STEMS = 2
"""A sentence of the reference with fewer content words is no point of its own and joins the one before."""


@dataclass(frozen=True, slots=True)
class PointMatch:
    """One point of the reference: `match` is 0-1; `span` is the sentence of the answer that says most of it."""

    text: str
    match: float
    span: Span | None
    shown: float
    """Share of the point that stands in that sentence, 0-1."""
    alignment: Alignment

    @property
    def label(self) -> PointLabel:
        """Mentioned needs a sentence that shows it: no quote, no claim."""
        if self.match < PARTLY or self.span is None:
            return "missing"
        return "mentioned" if self.match >= COVERED and self.shown >= CARRIED else "partly"


@dataclass(frozen=True, slots=True)
class Coverage:
    """All points against one answer, the answer as read, its sentences, and the cosine of each to the subject."""

    points: tuple[PointMatch, ...]
    answer: Reading
    pieces: tuple[Span, ...]
    nearness: tuple[float, ...]


def point_texts(question: QuestionSpec) -> tuple[str, ...]:
    """The expected points, or the sentences of the reference, or the keywords."""
    if question.expected_points or not question.reference.strip():
        return question.expected_points or question.keywords
    texts: list[str] = []
    for begin, end in sentence_spans(question.reference):
        sentence = question.reference[begin:end]
        if texts and min(len(content_stems(sentence)), len(content_stems(texts[-1]))) < MINIMUM_STEMS:
            texts[-1] += " " + sentence
        else:
            texts.append(sentence)
    return tuple(texts)


def cover(engine: EmbeddingEngine, asked: str, points: Sequence[str], answer: str) -> Coverage:
    """Lays each of `points` against `answer`; `asked` is the question's text. All three without names."""
    stems = set(content_stems(asked))
    said, *wanted = read(engine, [answer, *points])
    pieces = tuple(piece_spans(answer))
    nearness = _nearness(engine, asked, points, [answer[begin:end] for begin, end in pieces])
    related = [piece for piece, near in zip(pieces, nearness, strict=True) if near >= UNRELATED]
    columns = said.inside(related)
    matches = tuple(
        _match(text, align(point, said, stems), own, columns, related)
        for text, point, own in zip(points, wanted, _own_words(wanted), strict=True)
    )
    return Coverage(matches, said, pieces, nearness)


def _nearness(engine: EmbeddingEngine, asked: str, points: Sequence[str], pieces: Sequence[str]) -> tuple[float, ...]:
    if not pieces:
        return ()
    cosines = engine.sentences(pieces) @ engine.sentences([*points, asked]).T
    return tuple(float(cosine) for cosine in cosines.max(axis=1))


def _own_words(points: Sequence[Reading]) -> list[NDArray[np.bool_]]:
    """Of each point the words that stand in one other at most."""
    counts = Counter(stem for point in points for stem in set(point.stems))
    own = {stem for stem, count in counts.items() if count <= FEW_POINTS}
    return [point.among(own) for point in points]


def _match(
    text: str, alignment: Alignment, own: NDArray[np.bool_], columns: NDArray[np.bool_], pieces: Sequence[Span]
) -> PointMatch:
    said = alignment.answer
    best = alignment.match_within(columns)
    best = min(1.0, max(0.0, (best - CHANCE) / (FULL_MATCH - CHANCE)))
    if not pieces:
        return PointMatch(text, 0.0, None, 0.0, alignment)
    places = [said.inside([piece]) for piece in pieces]
    shown = [(alignment.match_within(place), piece) for place, piece in zip(places, pieces, strict=True)]
    carried = [alignment.carried_within(place) for place in places]
    least = CARRIED_WORDS * alignment.wanted.sum() if best < COVERED else 1
    own = own if (own & alignment.wanted).any() else alignment.wanted
    telling = [
        found
        for found, words in zip(shown, carried, strict=True)
        if found[0] >= SHOWN and (words & own).any() and words.sum() >= least
    ]
    share, span = max(telling or shown, key=lambda found: found[0])
    asked_for = {stem for stem, is_wanted in zip(alignment.reference.stems, alignment.wanted, strict=True) if is_wanted}
    if not is_denial(text) and denies(said.text[slice(*span)], asked_for & set(said.stems)):
        return PointMatch(text, 0.0, None, share, alignment)
    return PointMatch(text, best, span if telling else None, share, alignment)
