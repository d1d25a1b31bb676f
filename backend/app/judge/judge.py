"""The judge: one answer in, one verdict out. It only puts together what its parts found."""

from collections.abc import Mapping
from dataclasses import replace

from app.engines.embedding.base import EmbeddingEngine
from app.judge.content.marks import marks
from app.judge.content.points import PointsJudge
from app.judge.content.stories.pipeline import StoriesJudge
from app.judge.delivery.confidence import confidence
from app.judge.delivery.delivery import delivery
from app.judge.delivery.grammar import grammar
from app.judge.delivery.structure import structure
from app.judge.language.text import Quoter, words
from app.judge.numbers import whole
from app.judge.screening.no_answer import passes
from app.judge.screening.screen import NO_ANSWER, Screening, screen
from app.judge.types import (
    PERSONAL_CATEGORIES,
    PLAN_CATEGORIES,
    POINT_CATEGORIES,
    STORY_CATEGORIES,
    AnswerSpec,
    ContentVerdict,
    Flag,
    Measure,
    QuestionSpec,
)
from app.judge.verdict import Verdict, mean_of, weighted_total

ENGINE = "builtin"
VERSION = "12"
"""Raised when scores change, so that an evaluation says which judge made it."""
MIN_WORDS = 3
"""Fewer words are no answer that could be judged, unless they say "I don't know" or are a typed term ("a deadlock")."""
UNINTELLIGIBLE = 0.25
"""Mean word confidence below which a transcript is no evidence of what was said."""

FULL_SUBSTANCE = 60.0
"""Content from which on language counts in full; see `language_share`."""
LEAST_SHARE = 0.2
BASIC_ACCURACY_UNCERTAINTY = 8.0
"""Points added where the offline recogniser made the transcript: 20 % word errors cost .05 of r, it makes 35 %."""
SPOKEN_LANGUAGE_UNCERTAINTY = 6.0
UNRECOGNISED_UNCERTAINTY = 16.0
"""Points added to a full score beside which none of the expected points was mentioned: one of the two is wrong then."""

_MENTIONED: Mapping[str, float] = {"mentioned": 1.0, "partly": 0.5, "missing": 0.0}
_SAMPLE_QUESTION = "How did you find out why the payment service was slow?"
_SAMPLE_ANSWER = "I profiled the service, found a missing index and added it, so requests became ten times faster."


class Judge:
    """Thread-safe and pure: the same question, answer and version give the same verdict. About 50 ms an answer."""

    def __init__(self, embedding: EmbeddingEngine) -> None:
        self.version = f"{VERSION}+{embedding.version}"
        self._embedding = embedding
        self._points = PointsJudge(embedding)
        self._stories = StoriesJudge(embedding)

    def evaluate(self, question: QuestionSpec, answer: AnswerSpec, *, confidence_heard: float | None = None) -> Verdict:
        """Judge one answer. `confidence_heard` is the recogniser's own confidence (0-1) in the transcript."""
        count = len(words(answer.text))
        if not count:
            return self._unscored(_why_nothing(answer))
        if answer.spoken and confidence_heard is not None and confidence_heard < UNINTELLIGIBLE:
            return self._unscored(
                "The speech could not be understood well enough. Correct the transcript or try again."
            )
        screening = screen(question, answer, self._embedding)
        if screening.no_answer:
            return self._no_answer(tuple(screening.flags))
        if screening.insufficient == "not_english":
            return self._unscored("Only English answers can be judged.")
        quoter = Quoter(answer.text, answer.words)
        content = self.content(question, quoter, screening)
        if passes(self._embedding, screening.text, content.quality):
            return self._no_answer((*screening.flags, Flag("no_answer", NO_ANSWER, lowers_score=True)))
        terse = not answer.spoken and question.category in POINT_CATEGORIES
        if count < MIN_WORDS and not terse:
            return self._unscored(
                f"Only {count} word{'s' * (count > 1)} could be made out; that is too short to judge."
            )
        spoken = delivery(answer, quoter)
        share = language_share(content)
        measures = {
            "relevance": content.relevance,
            "coverage": content.coverage,
            "grammar": _scaled(grammar(answer, quoter), share),
            "fluency": _scaled(spoken.fluency, share),
            "structure": structure(question, content, quoter),
            "confidence": _scaled(confidence(answer, quoter, spoken), share),
        }
        measures |= _derived(question, content, measures)
        return Verdict(
            status="scored",
            overall=weighted_total({name: measure.value for name, measure in measures.items()}),
            quality=round(content.quality, 1),
            uncertainty=round(self._uncertainty(answer, content), 1),
            measures=measures,
            parts={**content.parts, **self._marks(question, answer, content)},
            points=content.points,
            flags=(*content.flags, *spoken.flags),
            engine=ENGINE,
            engine_version=self.version,
        )

    def warm_up(self) -> None:
        """Read every table and open every library, by judging an answer to a question of each kind (3 s)."""
        for category in ("technical", "behavioral", "situational", "hr"):
            question = QuestionSpec(text=_SAMPLE_QUESTION, category=category, expected_points=(_SAMPLE_ANSWER,))
            self.evaluate(question, AnswerSpec(text=_SAMPLE_ANSWER))

    def content(self, question: QuestionSpec, quoter: Quoter, screening: Screening) -> ContentVerdict:
        """The content of what `screening` has left of an answer."""
        judge = self._points if question.category in POINT_CATEGORIES else self._stories
        return judge.judge(question, quoter, screening)

    def _marks(self, question: QuestionSpec, answer: AnswerSpec, content: ContentVerdict) -> dict[str, Measure]:
        """The content as graders give marks, where there is a reference to compare with."""
        known = question.reference or question.expected_points
        if question.category not in POINT_CATEGORIES or not known:
            return {}
        value = marks(self._embedding, question, answer.text, content.quality)
        return {"content": Measure(value=value, note="As graders give marks: how much of the reference is said.")}

    @staticmethod
    def _uncertainty(answer: AnswerSpec, content: ContentVerdict) -> float:
        extra = BASIC_ACCURACY_UNCERTAINTY * answer.basic_accuracy + SPOKEN_LANGUAGE_UNCERTAINTY * answer.spoken
        unrecognised = 1 - sum(_MENTIONED[point.label] for point in content.points) / max(1, len(content.points))
        extra += UNRECOGNISED_UNCERTAINTY * content.quality / 100 * unrecognised * bool(content.points)
        return min(40.0, content.uncertainty + extra)

    def _unscored(self, reason: str) -> Verdict:
        return Verdict(status="insufficient_evidence", reason=reason, engine=ENGINE, engine_version=self.version)

    def _no_answer(self, flags: tuple[Flag, ...]) -> Verdict:
        nothing = Measure(value=0.0, note=NO_ANSWER)
        names = ("relevance", "coverage", "grammar", "fluency", "structure", "communication", "confidence")
        return Verdict(
            status="scored",
            reason=NO_ANSWER,
            overall=0.0,
            quality=0.0,
            uncertainty=5.0,
            measures=dict.fromkeys((*names, "technical", "behavior"), nothing),
            flags=flags,
            engine=ENGINE,
            engine_version=self.version,
        )


def _why_nothing(answer: AnswerSpec) -> str:
    if answer.text.strip():
        return "No English words were found; only English answers can be judged."
    return "No speech was found." if answer.spoken else "The answer is empty."


def language_share(content: ContentVerdict) -> float:
    """How much of the language score counts, 0.2-1.

    Grammar and fluency are 45 % of the total. They are marks for *answering* well in words, so words that answer
    nothing earn only a part of them: full from 60 points of content, a fifth at none. Without this a fluent empty
    answer would pass (docs/adr/0003).
    """
    substance = max(content.quality, min(content.relevance.value or 0.0, content.coverage.value or 0.0))
    return LEAST_SHARE + (1 - LEAST_SHARE) * min(1.0, substance / FULL_SUBSTANCE)


def _scaled(measure: Measure, share: float) -> Measure:
    if measure.value is None or share >= 1:
        return measure
    alone = f"{whole(measure.value)} for the language alone; it counts less here, because the content is low."
    note = f"{measure.note} {alone}".strip()
    return replace(
        measure,
        value=round(measure.value * share, 1),
        note=note,
        details={**measure.details, "language_alone": round(measure.value, 1)},
    )


def _derived(question: QuestionSpec, content: ContentVerdict, measures: Mapping[str, Measure]) -> dict[str, Measure]:
    """The measures that other faces name: made of the same numbers, never measured twice."""
    communication = mean_of(*(measures[name].value for name in ("grammar", "fluency", "structure")))
    story = question.category in STORY_CATEGORIES | PLAN_CATEGORIES | PERSONAL_CATEGORIES
    quality = round(content.quality, 1)
    return {
        "communication": Measure(
            value=None if communication is None else round(communication, 1),
            note="Mean of grammar, fluency and structure.",
            heuristic=True,
        ),
        "technical": Measure(value=None if story else quality, note="Content quality of a question about knowledge."),
        "behavior": Measure(value=quality if story else None, note="Content quality of a question about conduct."),
    }
