"""The arithmetic of the language model's ratings: a model rates criteria, this code makes numbers of them.

What the model may move, and how far:

- **Relevance, coverage, structure, communication and the content quality** become the mean of the built-in value and
  the model's (`LLM_SHARE`). Content quality is made of the content criteria of the category (`CONTENT`), held down
  where relevance is low. `technical` and `behavior` are the content quality, as they are without a model. The parts of
  the category (situation, action ...) move in the same way.
- **Grammar, fluency, confidence, delivery and the points stay built-in.** Of grammar and fluency only the share that
  counts as language follows the new content, by the same rule as without a model.
- **Upwards by at most `MAX_RISE` points, and to at most double**, so that an answer that talks a model into a top
  rating gains little. Measured with a rater who gives everything the best mark: injected, echoed and meaningless
  answers stay at 0, padded ones at 1, off-topic ones rise from 10 to 16. Downwards there is no limit besides the
  share, because a confident wrong answer is what the built-in judge misses.
- **Not upwards at all** where the screening took out words to the grader, or the raters report them.
- **Caps of the screening** (word lists, repetition, gibberish, echo) hold after the model as before; a verdict without
  a score, and a question that was not answered, are not shown to the model.
- **A rating counts only with a passage that stands in the answer.** A rating of 0 may stand without one, for what is
  not there cannot be quoted; a claim that something is wrong can (`MUST_QUOTE`).
- The overall score is the weighted total of the measures, as always.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from app.judge.judge import language_share
from app.judge.types import (
    PERSONAL_CATEGORIES,
    PLAN_CATEGORIES,
    STORY_CATEGORIES,
    Category,
    ContentVerdict,
    Flag,
    Measure,
    QuestionSpec,
    Quote,
)
from app.judge.verdict import Verdict, mean_of, weighted_total
from app.services.llm.assist import BOTH

LLM_SHARE = 0.5
"""Two judges, each with errors of its own: their plain mean."""
MAX_RISE = 25.0
STEP = 25.0
"""Points of one anchor: 0-4 becomes 0-100."""
RELEVANCE_FLOOR, RELEVANCE_FULL = 0.30, 75.0
"""What remains of good content that is not relevant, as for the built-in judge; full from a rating of 3."""
SINGLE_RATER = 20.0
"""Uncertainty of one rating, in points: single calls are not stable on retest, and one anchor is 25 points."""
RESOLUTION = STEP / 2
"""Uncertainty of raters who agree: between two anchors nobody can choose."""
DISAGREEMENT = 30.0
"""Points between the two judges from which a person is told to look."""
MOST_UNCERTAINTY = 40.0
LEAST_CONTENT = 0.5
"""Share of the content criteria, by weight, that must have been rated for the content to move."""

COMMON = ("relevance", "structure", "communication")
MUST_QUOTE = frozenset({"correctness"})
_KNOWLEDGE: Mapping[str, float] = {"correctness": 0.50, "coverage": 0.50}
_STORY: Mapping[str, float] = {"situation": 0.20, "action": 0.40, "result": 0.25, "reflection": 0.15}
_PLAN: Mapping[str, float] = {"steps": 0.65, "reasons": 0.35}
_PERSONAL: Mapping[str, float] = {"facts": 0.65, "reasons": 0.35}
"""Content criteria with weights: near those of the built-in parts, whose "specificity" the anchors contain."""


def content_criteria(category: Category) -> Mapping[str, float]:
    """What the content of this category is made of."""
    if category in STORY_CATEGORIES:
        return _STORY
    if category in PLAN_CATEGORIES:
        return _PLAN
    return _PERSONAL if category in PERSONAL_CATEGORIES else _KNOWLEDGE


@dataclass(frozen=True, slots=True)
class Vote:
    """One rater on one criterion: `rating` 0-4, the passages that stand in the answer, how many given ones do not."""

    rating: int
    quotes: tuple[Quote, ...]
    lost: int

    def counts(self, criterion: str) -> bool:
        """Whether there is evidence for it, or it claims that there is nothing to quote."""
        return bool(self.quotes) or (self.rating == 0 and not self.lost and criterion not in MUST_QUOTE)


@dataclass(frozen=True, slots=True)
class Rating:
    """All raters on one criterion: the median (0-100), how far they lie apart (points), and their passages."""

    score: float
    spread: float
    raters: int
    quotes: tuple[Quote, ...] = ()
    lost: int = 0

    @property
    def uncertainty(self) -> float:
        """Give or take, in points."""
        return SINGLE_RATER if self.raters == 1 else max(RESOLUTION, self.spread / 2)


def settle(criterion: str, votes: Sequence[Vote], *, raters: int) -> Rating | None:
    """The median of the votes that count, or None unless more than half of the raters have one."""
    counted = [vote for vote in votes if vote.counts(criterion)]
    if 2 * len(counted) <= raters:
        return None
    ratings = [vote.rating for vote in counted]
    return Rating(
        score=STEP * median(ratings),
        spread=STEP * (max(ratings) - min(ratings)),
        raters=len(counted),
        quotes=_each_once(quote for vote in counted for quote in vote.quotes),
        lost=sum(vote.lost for vote in votes),
    )


def content_of(category: Category, ratings: Mapping[str, Rating]) -> Rating | None:
    """The content criteria as one rating, or None where too few were rated."""
    weights = {name: weight for name, weight in content_criteria(category).items() if name in ratings}
    whole = sum(weights.values())
    if whole < LEAST_CONTENT:
        return None
    return Rating(
        score=sum(weight * ratings[name].score for name, weight in weights.items()) / whole,
        spread=sum(weight * ratings[name].spread for name, weight in weights.items()) / whole,
        raters=min(ratings[name].raters for name in weights),
        quotes=_each_once(quote for name in weights for quote in ratings[name].quotes),
        lost=sum(ratings[name].lost for name in weights),
    )


@dataclass(frozen=True, slots=True)
class Limits:
    """How far the model may move a number of this answer."""

    cap: float = 100.0
    may_rise: bool = True

    def mix(self, builtin: float, llm: float) -> float:
        """The mean of both, within the limits; what is over the cap already (structure may be) is not raised."""
        value = builtin + LLM_SHARE * (llm - builtin)
        value = min(value, builtin + min(MAX_RISE, builtin) if self.may_rise else builtin)
        return round(min(value, max(self.cap, builtin)), 1)


def refined(question: QuestionSpec, verdict: Verdict, ratings: Mapping[str, Rating], limits: Limits) -> Verdict:
    """The verdict with the ratings in it; `ratings` may be missing for some criteria, which then stay built-in."""
    content = content_of(question.category, ratings)
    quality, model_quality = verdict.quality or 0.0, None
    if content is not None:
        model_quality = content.score * _relevance_gate(ratings.get("relevance"))
        quality = limits.mix(quality, model_quality)
    measures = dict(verdict.measures)
    covered = ratings.get("coverage") or content
    for name, rating in (("relevance", ratings.get("relevance")), ("coverage", covered)):
        measures[name] = _moved(measures[name], rating, limits)
    measures["structure"] = _moved(measures["structure"], ratings.get("structure"), limits)
    measures |= _language(verdict, quality, measures)
    spoken = mean_of(*(measures[name].value for name in ("grammar", "fluency", "structure")))
    plain = replace(measures["communication"], value=None if spoken is None else round(spoken, 1))
    measures["communication"] = _moved(plain, ratings.get("communication"), limits)
    for name in ("technical", "behavior"):
        if measures[name].value is not None:
            measures[name] = replace(measures[name], value=quality)
    return replace(
        verdict,
        overall=weighted_total({name: measure.value for name, measure in measures.items()}),
        quality=quality,
        uncertainty=_uncertainty(verdict, content, model_quality),
        measures=measures,
        parts=_parts(question, verdict, ratings, limits),
        flags=(*verdict.flags, *_disagreement(verdict, model_quality)),
        engine=BOTH,
    )


def _relevance_gate(relevance: Rating | None) -> float:
    """What remains of the content (0-1) by how relevant it is."""
    if relevance is None:
        return 1.0
    return RELEVANCE_FLOOR + (1 - RELEVANCE_FLOOR) * min(1.0, relevance.score / RELEVANCE_FULL)


def _moved(measure: Measure, rating: Rating | None, limits: Limits) -> Measure:
    """The measure as the mean of both judges, with both values in its details."""
    if rating is None or measure.value is None:
        return measure
    return replace(
        measure,
        value=limits.mix(measure.value, rating.score),
        note=f"{measure.note} Built-in {measure.value:.0f}, language model {rating.score:.0f}.".strip(),
        evidence=_each_once((*measure.evidence, *rating.quotes)),
        details={**measure.details, "builtin": measure.value, **_details(rating)},
    )


def _details(rating: Rating) -> dict[str, float]:
    return {
        "llm": rating.score,
        "llm_raters": float(rating.raters),
        "llm_spread": rating.spread,
        "llm_quotes_discarded": float(rating.lost),
    }


def _language(verdict: Verdict, quality: float, measures: Mapping[str, Measure]) -> dict[str, Measure]:
    """Grammar and fluency with the share that the new content leaves them."""
    content = ContentVerdict(quality=quality, relevance=measures["relevance"], coverage=measures["coverage"])
    share = language_share(content)
    scaled = {}
    for name in ("grammar", "fluency"):
        measure = verdict.measures[name]
        alone = measure.details.get("language_alone", measure.value)
        if alone is not None:
            details = {**measure.details, "language_alone": alone} if share < 1 else measure.details
            measure = replace(measure, value=round(alone * share, 1), details=details)
        scaled[name] = measure
    return scaled


def _parts(
    question: QuestionSpec, verdict: Verdict, ratings: Mapping[str, Rating], limits: Limits
) -> dict[str, Measure]:
    """The built-in parts, moved; a criterion that has none beside it is shown as the model's alone."""
    parts = dict(verdict.parts)
    for name in content_criteria(question.category):
        if (rating := ratings.get(name)) is None or name == "coverage":
            continue
        if name in parts:
            parts[name] = _moved(parts[name], rating, limits)
        else:
            note = f"Language model {rating.score:.0f}."
            parts[name] = Measure(
                value=rating.score, note=note, evidence=rating.quotes, details=_details(rating), heuristic=True
            )
    return parts


def _uncertainty(verdict: Verdict, content: Rating | None, model_quality: float | None) -> float | None:
    """The mean of both uncertainties, at least the standard error of two judges: half of what lies between them."""
    if content is None or model_quality is None or verdict.uncertainty is None:
        return verdict.uncertainty
    mean = (1 - LLM_SHARE) * verdict.uncertainty + LLM_SHARE * content.uncertainty
    apart = abs(model_quality - (verdict.quality or 0.0)) / 2
    return round(min(MOST_UNCERTAINTY, max(mean, apart)), 1)


def _disagreement(verdict: Verdict, model_quality: float | None) -> list[Flag]:
    if model_quality is None or abs(model_quality - (verdict.quality or 0.0)) < DISAGREEMENT:
        return []
    message = (
        f"The built-in judge gives the content {verdict.quality or 0:.0f} points, the language model "
        f"{model_quality:.0f}: a person should look."
    )
    return [Flag("judges_disagree", message)]


def _each_once(quotes: Iterable[Quote]) -> tuple[Quote, ...]:
    return tuple({(quote.begin, quote.end): quote for quote in quotes}.values())
