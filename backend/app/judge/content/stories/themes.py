"""What a question is about, and whether an answer is about the same.

A story told well to another question is not an answer. Several views are averaged: the meaning of the answer against
sentences that fitting answers to the question's theme contain (less the mean of all themes), the whole answer and the
passage nearest to the question, its points, and the words nearest to the question's own. Where the question names its
theme they tell a fitting story from another at an area under the curve of .79 to .92, else at .77: far from sure, so a
poor fit lowers a score, is flagged only where the theme is known, and costs less where it is not.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from app.engines.embedding.base import EmbeddingEngine, Vectors
from app.judge.content.stories.reading import Reading, content_vectors, ramp
from app.judge.language.lexicon import DATA
from app.judge.language.text import content_stems, sentences
from app.judge.types import PERSONAL_CATEGORIES, PLAN_CATEGORIES, QuestionSpec
from app.yaml_files import read_yaml

FIT: Mapping[str, tuple[float, float]] = {"story": (-0.15, 0.42), "plan": (0.10, 0.60), "personal": (-0.30, 0.20)}
FIT_BY_WORDS = (-0.5, 0.2)
"""Mean view (in standard deviations above chance) from no fit at all to a full fit. With each of three authors 95 % of
fitting stories lie above -.3 to .5, of plans above .5, of personal answers above -.2 to .4; those to other questions
have their middle at -.1 and their upper quarter at .3. With a fourth, 90 trades and questions, 18 % of fitting stories
were under .05: the story's range lies low, since a good answer taken for none is worse than a lenient fit."""
POINTS = 2
"""Expected points that are compared: the two that come nearest, as a short answer that fits shows few."""
CERTAIN_THEME = 0.42
"""Cosine of question and theme from which the nearest theme is taken where a question names none."""

ELSEWHERE = (0.05, 0.11)
"""By how much another theme's sentences are nearer than the own theme's where an answer may be about that one, and
where it surely is. With a poor fit none of 63 fitting golden answers is over .06, 8 of 10 stories to other questions
are; a poor fit alone accused 2 of 26 honest answers of a new author."""
SPEAKS_FOR_IT = (0.3, 1.2)
"""Best other view, above chance, from which something speaks for the own question, and where that is enough."""

CHANCE: Mapping[str, Mapping[str, tuple[float, float, float]]] = {
    "story": {
        "meaning": (-0.003, 0.001, 0.038),
        "question": (0.128, 0.050, 0.084),
        "whole": (0.031, 0.053, 0.097),
        "question_words": (0.283, 0.069, 0.092),
        "points": (0.161, 0.085, 0.065),
    },
    "plan": {
        "meaning": (-0.005, 0.002, 0.040),
        "question": (0.246, 0.038, 0.083),
        "whole": (0.196, 0.011, 0.100),
        "question_words": (0.275, 0.072, 0.076),
        "points": (0.263, 0.053, 0.060),
    },
    "personal": {
        "meaning": (-0.001, 0.003, 0.054),
        "question": (0.174, 0.043, 0.092),
        "question_words": (0.287, 0.064, 0.134),
        "points": (0.191, 0.058, 0.062),
    },
}
"""What an answer to *another* question reaches in each view: at 80 words, more for each factor e in length (a longer
answer comes near to anything somewhere), and the standard deviation. Measured over answers of three authors, 9 to 200
words, against questions of other themes."""
SAME_WORDS: Mapping[str, tuple[float, float, float]] = {
    "same_words": (0.089, 0.049, 0.160),
    "point_words": (0.078, 0.048, 0.069),
}
"""The same where there is no engine and only words can be compared."""
USUAL_LENGTH = 80
STORY_GROWTH = 0.5
"""For stories only half of the growth is counted as chance: a longer fitting one also shows its theme more often."""

_FRAME = re.compile(
    r"""^(?:please\s+)?(?:(?:can|could)\s+you\s+)?(?:tell\s+me(?:\s+more)?\s+about|describe|give\s+(?:me\s+)?an\s+example\s+of
    |talk\s+about|what\s+would\s+you\s+do\s+if|how\s+would\s+you|suppose(?:\s+that)?|imagine(?:\s+that)?|walk\s+me\s+through
    |have\s+you\s+ever|share|explain\s+how)\s+(?:an?|the)?\s*(?:time|situation|example|occasion|moment|case)?\s*
    (?:when|in\s+which|where|that|of)?\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_FRAME_STEMS = frozenset(
    content_stems("tell time describe situation example work handle question happened give respond someone something")
)


@dataclass(frozen=True)
class Theme:
    """One theme of the data file; see there."""

    name: str
    about: str
    told: tuple[str, ...]
    facts: int

    @property
    def personal(self) -> bool:
        """Whether it is about the person rather than about something that happened."""
        return self.facts > 0


@dataclass(frozen=True)
class Asked:
    """What a question asks for: its theme and the one its words name (often the same), its core and its points."""

    kind: str
    themes: tuple[Theme, ...]
    certain: bool
    core: str
    stems: frozenset[str]
    core_vectors: Vectors
    word_vectors: Vectors
    point_vectors: Vectors
    point_stems: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Fit:
    """How well an answer fits its question, 0-1; `above` chance in standard deviations; how surely it is about another
    theme than the question's own, 0-1; the clauses that fit best."""

    value: float
    above: float
    elsewhere: float
    first: int
    last: int
    views: Mapping[str, float]


class Themes:
    """All themes, with their meaning when there is an embedding engine."""

    def __init__(self, engine: EmbeddingEngine | None) -> None:
        self._engine = engine
        self.all = _load()

    def family(self, personal: bool) -> list[Theme]:
        """The themes of personal questions, or of stories and plans."""
        return [theme for theme in self.all.values() if theme.personal == personal]

    def asked(self, question: QuestionSpec) -> Asked:
        """Reads the question: its own theme is certain, the nearest in meaning is a guess."""
        personal, planned = question.category in PERSONAL_CATEGORIES, question.category in PLAN_CATEGORIES
        family = self.family(personal)
        core = core_of(question.text)
        given = self.all.get(question.theme or "")
        themes = (given,) if given in family else ()
        certain = bool(themes)
        vectors = self._embed([core, question.text])
        if not themes and self._engine is not None:
            nearest, cosine = self._nearest(family, vectors)
            themes = (nearest,) if cosine >= CERTAIN_THEME else ()
        return Asked(
            "personal" if personal else "plan" if planned else "story",
            themes,
            certain,
            core,
            frozenset(content_stems(question.text)) - _FRAME_STEMS,
            vectors,
            self._word_vectors(core),
            self._embed(question.expected_points),
            tuple(frozenset(content_stems(point)) for point in question.expected_points),
        )

    def fit(self, asked: Asked, reading: Reading) -> Fit:
        """How well the answer fits; the views that can be taken are averaged."""
        if not reading.windows:
            return Fit(0.0, 0.0, 0.0, 0, 0, {})
        views, elsewhere = self._theme_views(asked, reading)
        best = 0
        if self._engine is None:
            views |= _shared_words(asked, reading)
        else:
            likeness = self._centred(reading.window_vectors) @ self._centred(asked.core_vectors).T
            views["question"] = float(likeness.max())
            best = int(likeness.max(axis=1).argmax())
            if asked.kind != "personal":  # short facts are near to a question in one passage or not at all
                whole = self._centred(reading.whole_vector) @ self._centred(asked.core_vectors).T
                views["whole"] = float(whole.max())
            if len(asked.word_vectors):
                views["question_words"] = _aligned(asked.word_vectors, reading.word_vectors)
            if len(asked.point_vectors) >= POINTS:
                shown = self._centred(asked.point_vectors) @ self._centred(reading.window_vectors).T
                views["points"] = float(np.sort(shown.max(axis=1))[-POINTS:].mean())
        if not views:  # no engine, no theme, no content word in the question: nothing to compare with
            return Fit(1.0, 0.0, 0.0, *reading.windows[0], {})
        above = self._above_chance(views, asked.kind, reading.words)
        elsewhere *= 1 - ramp(max(value for name, value in above.items() if name != "meaning"), *SPEAKS_FOR_IT)
        if "meaning" in above and asked.certain:
            above["theme"] = above["meaning"]  # the view that tells most where the theme is known: it counts twice
        mean = sum(above.values()) / len(above)
        value = ramp(mean, *(FIT[asked.kind] if self._engine is not None else FIT_BY_WORDS))
        return Fit(
            value,
            mean,
            (1 - value) * elsewhere if asked.certain else 0.0,
            *reading.windows[best],
            above,
        )

    def _theme_views(self, asked: Asked, reading: Reading) -> tuple[dict[str, float], float]:
        """How much nearer the answer is to the theme's sentences than to those of all, and how surely another's are
        nearer still, 0-1."""
        if not asked.themes or self._engine is None:
            return {}, 0.0
        family = self.family(asked.themes[0].personal)
        meanings = self._meaning_views(family, self._centred(reading.window_vectors))
        own = max(meanings[theme.name] for theme in asked.themes)
        return {"meaning": own}, ramp(max(meanings.values()) - own, *ELSEWHERE)

    def _above_chance(self, views: Mapping[str, float], kind: str, words: int) -> dict[str, float]:
        """Each view in standard deviations above what an answer of this length to another question reaches."""
        chance = CHANCE[kind] if self._engine is not None else SAME_WORDS
        length = math.log(max(1, words) / USUAL_LENGTH) * (STORY_GROWTH if kind == "story" else 1.0)
        return {
            name: (value - usual - growth * length) / deviation
            for name, value in views.items()
            for usual, growth, deviation in (chance[name],)
        }

    def _meaning_views(self, family: Sequence[Theme], passages: Vectors) -> dict[str, float]:
        """For each theme how close its sentences come to some passage, less the mean of all themes."""
        found = {
            theme.name: float((self._centred(self._told(theme)) @ passages.T).max(axis=1).mean()) for theme in family
        }
        mean = sum(found.values()) / len(found)
        return {name: value - mean for name, value in found.items()}

    def _nearest(self, family: Sequence[Theme], vectors: Vectors) -> tuple[Theme, float]:
        scored = [(float((self._told(theme) @ vectors.T).max()), theme) for theme in family]
        cosine, theme = max(scored, key=lambda pair: pair[0])
        return theme, cosine

    def _told(self, theme: Theme) -> Vectors:
        return self._told_vectors[theme.name]

    @cached_property
    def _told_vectors(self) -> dict[str, Vectors]:
        return {name: self._embed([theme.about, *theme.told]) for name, theme in self.all.items()}

    @cached_property
    def _centre(self) -> Vectors:
        """The mean of all themes' sentences: what every story shares."""
        mean: Vectors = np.concatenate(list(self._told_vectors.values())).mean(axis=0)
        return mean

    def _centred(self, vectors: Vectors) -> Vectors:
        moved = vectors - self._centre
        unit: Vectors = moved / np.maximum(1e-6, np.linalg.norm(moved, axis=-1, keepdims=True))
        return unit

    def _word_vectors(self, core: str) -> Vectors:
        """The content words of the question's core, without "time", "situation", "handle" ..."""
        if self._engine is None:
            return np.zeros((0, 1), np.float32)
        return content_vectors(self._engine, core, _FRAME_STEMS)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        if self._engine is None or not texts:
            return np.zeros((len(texts), 1), np.float32)
        return self._engine.sentences(texts)


def core_of(question: str) -> str:
    """What the question is about, as the candidate would say it: "I had a conflict with a coworker"."""
    parts = sentences(question)
    core = _FRAME.sub("", parts[0] if parts else question).rstrip(".?! ")
    core = re.sub(r"\byou(?:rself)?\b", "I", core, flags=re.IGNORECASE)
    return re.sub(r"\byour\b", "my", core, flags=re.IGNORECASE)


def _aligned(asked: Vectors, said: Vectors) -> float:
    """Mean over the question's content words of the nearest content word of the answer, in context."""
    return float((asked @ said.T).max(axis=1).mean()) if len(said) else 0.0


def _shared_words(asked: Asked, reading: Reading) -> dict[str, float]:
    """Views without an engine: the share of the question's words, and of each point's, that the answer says."""
    views: dict[str, float] = {}
    if asked.stems:
        views["same_words"] = len(asked.stems & reading.stems) / len(asked.stems)
    shares = [len(stems & reading.stems) / len(stems) for stems in asked.point_stems if stems]
    if shares:
        views["point_words"] = sum(shares) / len(shares)
    return views


def _load() -> dict[str, Theme]:
    loaded: dict[str, dict[str, Any]] = read_yaml(DATA / "themes.yaml")
    return {name: _theme(name, entry) for name, entry in loaded.items()}


def _theme(name: str, entry: Mapping[str, Any]) -> Theme:
    return Theme(
        name=name,
        about=entry["about"],
        told=tuple(entry["told"]),
        facts=int(entry.get("facts", 0)),
    )
