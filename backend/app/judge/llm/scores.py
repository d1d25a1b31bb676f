"""The arithmetic of a language model's findings: a model finds, this code makes numbers.

- **Content quality, relevance, coverage, structure and the parts** move from the built-in value towards the model's
  (`MODEL_SHARE`). `technical` and `behavior` are the content quality, as they are without a model.
- **Upwards by at most `MAX_RISE` points, and to at most three times**: a model that praises everything lifts little
  that was empty. Not at all where the answer speaks to its grader, and never over a cap of the screening.
- **Downwards without a floor.** False statements, conduct and an answer to something else cap the content and, through
  the four measures that make it, the total (`Findings.cap`).
- **The points become the model's** where it settled them with words of the answer. Confidence stays built-in; of
  grammar and fluency only the share that counts as language follows the content.
- The overall score is the weighted total of the measures, as always.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.judge.judge import language_share
from app.judge.llm.findings import NO_CAP, Findings, Rated, criteria_of
from app.judge.numbers import whole
from app.judge.types import ContentVerdict, Flag, Measure, QuestionSpec
from app.judge.verdict import Verdict, mean_of, weighted_total

ENGINE = "llm+builtin"
MODEL_SHARE = 0.7
"""Of the model in what both judge: it knows what is true and what a story is about, the built-in judge does not."""
MAX_RISE, MOST_TIMES = 30.0, 3.0
MODEL_UNCERTAINTY = 10.0
"""Give or take of one reading by a model, in points: half an anchor, for a single call is not stable on retest."""
DISAGREEMENT = 30.0
"""Points between the two judges from which a person is told to look, unless a finding explains them."""
FAILURE_UNCERTAINTY = 8.0
"""Points added where a model should have judged and could not: nobody knows whether what was said is true."""
MOST_UNCERTAINTY = 40.0


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a number may move: `content_cap` is the screening's, `cap` that of the findings."""

    content_cap: float
    cap: float
    may_rise: bool

    def mix(self, builtin: float, model: float) -> float:
        """A content score out of both, within the limits."""
        value = builtin + MODEL_SHARE * (model - builtin)
        most = min(builtin + MAX_RISE, MOST_TIMES * builtin) if self.may_rise else builtin
        return round(min(value, most, self.content_cap, self.cap), 1)


def judged(
    question: QuestionSpec, verdict: Verdict, findings: Findings, *, screening_cap: float, may_rise: bool
) -> Verdict:
    """The built-in verdict with the findings in it."""
    limits = Limits(screening_cap, findings.cap, may_rise and not findings.addresses_grader)
    quality = verdict.quality or 0.0
    if findings.content is not None:
        quality = limits.mix(quality, findings.content)
    quality = round(min(quality, limits.cap), 1)
    measures = _measures(verdict, findings, limits, quality)
    apart = 0.0
    if findings.content is not None and findings.cap == NO_CAP:
        apart = abs(findings.content - (verdict.quality or 0.0))
    return replace(
        verdict,
        overall=weighted_total({name: measure.value for name, measure in measures.items()}),
        quality=quality,
        uncertainty=_uncertainty(verdict, apart),
        measures=measures,
        parts=_parts(question, verdict, findings, limits),
        points=findings.points,
        flags=(*findings.flags, *verdict.flags, *_notes(verdict, findings, apart, may_rise)),
        facts="checked",
        next_practice=findings.next_practice,
        engine=ENGINE,
    )


def failed(verdict: Verdict, why: str) -> Verdict:
    """The built-in verdict where the model should have judged: visibly so, and less certain."""
    flag = Flag("llm_unavailable", f"The language model had no part in this score. {why}".strip())
    uncertainty = verdict.uncertainty
    if uncertainty is not None:
        uncertainty = round(min(MOST_UNCERTAINTY, uncertainty + FAILURE_UNCERTAINTY), 1)
    return replace(verdict, uncertainty=uncertainty, flags=(*verdict.flags, flag))


def _measures(verdict: Verdict, findings: Findings, limits: Limits, quality: float) -> dict[str, Measure]:
    measures = dict(verdict.measures)
    covered = findings.coverage if findings.coverage is not None else findings.content
    measures["relevance"] = _moved(measures["relevance"], Rated(findings.relevance, None), limits)
    if covered is not None:
        quotes = tuple(point.quote for point in findings.points if point.quote)
        measures["coverage"] = replace(_moved(measures["coverage"], Rated(covered, None), limits), evidence=quotes)
    if (structure := findings.criteria.get("structure")) is not None:
        measures["structure"] = _moved(measures["structure"], structure, Limits(NO_CAP, NO_CAP, limits.may_rise))
    measures |= _language(verdict, quality, measures, limits.cap)
    spoken = mean_of(*(measures[name].value for name in ("grammar", "fluency", "structure")))
    measures["communication"] = replace(measures["communication"], value=None if spoken is None else round(spoken, 1))
    for name in ("technical", "behavior"):
        if measures[name].value is not None:
            measures[name] = replace(measures[name], value=quality)
    return measures


def _moved(measure: Measure, rated: Rated, limits: Limits) -> Measure:
    """The measure out of both judges, with both values in its details."""
    if measure.value is None:
        return measure
    note = f"{measure.note} Built-in {whole(measure.value)}, language model {whole(rated.score)}.".strip()
    return replace(
        measure,
        value=limits.mix(measure.value, rated.score),
        note=note,
        evidence=(rated.quote,) if rated.quote else measure.evidence,
        details={**measure.details, "builtin": measure.value, "llm": rated.score},
    )


def _language(verdict: Verdict, quality: float, measures: Mapping[str, Measure], cap: float) -> dict[str, Measure]:
    """Grammar and fluency with the share that the new content leaves them, and no more than the cap."""
    content = ContentVerdict(quality=quality, relevance=measures["relevance"], coverage=measures["coverage"])
    share = language_share(content)
    scaled = {}
    for name in ("grammar", "fluency"):
        measure = verdict.measures[name]
        alone = measure.details.get("language_alone", measure.value)
        if alone is not None:
            value = round(min(alone * share, cap), 1)
            details = {**measure.details, "language_alone": alone} if value < alone else measure.details
            measure = replace(measure, value=value, details=details)
        scaled[name] = measure
    return scaled


def _parts(question: QuestionSpec, verdict: Verdict, findings: Findings, limits: Limits) -> dict[str, Measure]:
    """The built-in parts, moved; a criterion that has none beside it is shown as the model's alone."""
    parts = {
        name: part if part.value is None else replace(part, value=min(part.value, limits.cap))
        for name, part in verdict.parts.items()
    }
    for name in criteria_of(question):
        if (rated := findings.criteria.get(name)) is None:
            continue
        if name in verdict.parts:
            parts[name] = _moved(verdict.parts[name], rated, limits)
        else:
            evidence = (rated.quote,) if rated.quote else ()
            note = f"Language model {whole(rated.score)}."
            parts[name] = Measure(value=min(rated.score, limits.cap), note=note, evidence=evidence, heuristic=True)
    return parts


def _uncertainty(verdict: Verdict, apart: float) -> float | None:
    """That of both judges by their shares, at least the standard error of two that lie `apart`."""
    if verdict.uncertainty is None:
        return None
    mean = (1 - MODEL_SHARE) * verdict.uncertainty + MODEL_SHARE * MODEL_UNCERTAINTY
    return round(min(MOST_UNCERTAINTY, max(mean, apart / 2)), 1)


def _notes(verdict: Verdict, findings: Findings, apart: float, trusted: bool) -> list[Flag]:
    notes = []
    if findings.addresses_grader and trusted:
        message = "The language model reports words that address the grader; it was not allowed to raise the score."
        notes.append(Flag("addresses_grader", message))
    if findings.content is None:
        notes.append(Flag("llm_partial", "The language model settled too little of the content to move its score."))
    elif apart >= DISAGREEMENT:
        message = (
            f"The built-in judge gives the content {whole(verdict.quality or 0)} points, the language model "
            f"{whole(findings.content)}: a person should look."
        )
        notes.append(Flag("judges_disagree", message))
    return notes
