"""Sentences made of a verdict: what went well, what to do next time. Every sentence follows from a number."""

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from app.judge.types import PERSONAL_CATEGORIES, PLAN_CATEGORIES, POINT_CATEGORIES, Facts, Flag, PointLabel
from app.judge.verdict import Verdict
from app.models import Question
from app.models.values.evaluation import PointVerdict, Quote
from app.models.values.kinds import LetterGrade, Rating, ReadinessLevel
from app.services.results.advice import (
    CLEAR,
    NAMED_LOSS,
    NO_LOSS,
    advice,
    alone,
    cited,
    clean,
    tells_no_case,
    weakest_of_fluency,
)

Name = TypeVar("Name", bound=str)

MAX_SUGGESTIONS = 3
"""One thing that matters most, and at most two more."""
MADE: frozenset[PointLabel] = frozenset({"mentioned", "said"})
"""Labels of points that are there; only `said` was checked."""

_ASKS_FOR_FIGURES = re.compile(r"\b(?:figures?|numbers?|measurable|measured)\b", re.IGNORECASE)
_FIGURE = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty"
    r"|seventy|eighty|ninety|hundreds?|thousands?|millions?|half|halved|doubled?|tripled?|twice|third|quarter|none"
    r"|nobody|zero|every)\b",
    re.IGNORECASE,
)

RATINGS: tuple[tuple[float, Rating], ...] = ((85, "Excellent"), (70, "Good"), (55, "Fair"), (0, "Needs work"))
GRADES: tuple[tuple[float, LetterGrade], ...] = (
    (90, "A+"), (85, "A"), (80, "A-"), (75, "B+"), (70, "B"), (65, "B-"), (60, "C+"), (55, "C"), (50, "C-"), (40, "D"),
    (0, "F"),
)  # fmt: skip
READINESS: tuple[tuple[float, ReadinessLevel], ...] = (
    (80, "Ready"),
    (65, "Almost Ready"),
    (50, "Getting There"),
    (0, "Not Ready"),
)
"""The steps of docs/design.md, "Scoring"."""
ENOUGH_ANSWERS, ENOUGH_SHARE = 3, 0.5
"""Answers, and share of the questions, that must be scored before the upper steps of readiness are said."""

NAMES: Mapping[str, str] = {
    "relevance": "Relevance",
    "coverage": "Keywords",
    "grammar": "Grammar",
    "fluency": "Fluency",
    "structure": "Structure",
    "confidence": "Confidence",
    "communication": "Communication",
}
SHOWN_PARTS: Mapping[str, str] = {
    "situation": "what it was about",
    "action": "what you did yourself",
    "result": "how it ended",
    "reflection": "what you took from it",
    "steps": "what you would do",
    "reasons": "why",
    "order": "in which order",
    "facts": "facts about yourself",
}
"""Parts of a story, a plan, or an answer about oneself that the summary names, in the order they are told."""
STRAYS = frozenset({"other_question", "hypothetical"})
"""Flags of an answer of which no part is named."""
NO_CASE = "A case that really happened was not recognised."
_I_DID = re.compile(r"(?:and |so |then )*i(?:'\w+)? ", re.IGNORECASE)
KEPT_PARTS = ("action", "steps", "facts")
"""Parts of which the most concrete words are shown as worth keeping."""
NO_ANSWER_STORY = "Prepare one case of your own for this question; a small one is enough."
NO_ANSWER_PLAN = "Say the first thing that you would do; it need not be the whole plan."
NO_ANSWER_PERSONAL = "One true sentence about yourself is a good start."
NO_ANSWER_POINTS = "Say what you do know: a related idea, or how you would find out."
FINDINGS = frozenset({"false_statement", "unacceptable_conduct"})
"""Flags of a language model that come before all else that is said of an answer."""
MAX_FINDINGS = 2


def quoted(flag: Flag) -> str:
    """The message of a flag with the words that it is about."""
    return f'"{flag.quote.text}": {flag.message}' if flag.quote else flag.message


def is_made(point: PointVerdict) -> bool:
    """Whether a point may be shown as there: one that asks for figures needs some in the words that show it."""
    if point.label not in MADE:
        return False
    return not _ASKS_FOR_FIGURES.search(point.text) or bool(point.quote and _FIGURE.search(point.quote.text))


def step(table: tuple[tuple[float, Name], ...], value: float) -> Name:
    """The name of the highest step that `value` reaches."""
    return next(name for least, name in table if value >= least)


def summary(question: Question, verdict: Verdict) -> str:
    """Two sentences on one answer."""
    if verdict.status != "scored" or verdict.overall is None:
        return f"Not scored: {verdict.reason}"
    if verdict.reason:
        return f"{verdict.reason} Such an answer counts as 0, as a skipped question does."
    rating = step(RATINGS, verdict.overall)
    checked = verdict.facts == "checked"
    praise = f"{rating}: " if checked or rating != "Excellent" else ""  # nothing is excellent that nobody checked
    sentences = [f"{praise}{verdict.overall:.0f} of 100, give or take {verdict.uncertainty or 0:.0f}."]
    sentences += [quoted(flag) for flag in verdict.flags if flag.code in FINDINGS][:MAX_FINDINGS]
    if question.category not in POINT_CATEGORIES:
        sentences += _parts(question, verdict)
    elif verdict.points:
        made = sum(point.label in MADE for point in verdict.points)
        partly = sum(point.label == "partly" for point in verdict.points)
        also = f", {partly} in part" if partly else ""
        wrong = sum(point.label == "contradicted" for point in verdict.points)
        against = f", and the answer contradicts {wrong}" if wrong else ""
        verb = f"{'was' if made == 1 else 'were'} {'made' if checked else 'touched on'}"
        sentences.append(f"{made} of {len(verdict.points)} expected points {verb}{also}{against}.")
    if not checked and (question.category in POINT_CATEGORIES or not _strays(question, verdict)):
        sentences.append(_unchecked(question.category))
    return " ".join([*sentences, *_deductions(verdict)])


def _parts(question: Question, verdict: Verdict) -> list[str]:
    """What of a story, a plan or an answer about oneself was recognised; what was not may be there in other words."""
    if _strays(question, verdict):
        elsewhere = any(flag.code == "other_question" for flag in verdict.flags)
        return [f"How this answers “{question.text}” was not recognised." if elsewhere else NO_CASE]
    values = {name: verdict.parts[name].value or 0.0 for name in SHOWN_PARTS if name in verdict.parts}
    clear = [name for name, value in values.items() if value >= CLEAR]
    unclear = [name for name in values if name not in clear]
    sentences = [f"Recognised: {_listed(clear)}."] if clear else []
    if unclear:
        also = "Recognised in part or not at all"
        sentences.append(f"{also}: {_listed(unclear)}; if it is there, plainer words make it heard.")
    kept = next((quote for name in KEPT_PARTS if name in clear and (quote := _most_concrete(verdict, name))), None)
    return sentences + ([f"Keep words as concrete as {cited(kept)}."] if kept else [])


def _strays(question: Question, verdict: Verdict) -> bool:
    """Whether an answer was recognised neither as a case that happened nor as one to this question."""
    return bool(STRAYS & {flag.code for flag in verdict.flags}) or tells_no_case(question.category, verdict.parts)


def _most_concrete(verdict: Verdict, name: str) -> Quote | None:
    """Words that show a part, best those of oneself that are also among the most concrete of the answer."""
    concrete = verdict.parts["specificity"].evidence if "specificity" in verdict.parts else ()
    return clean(
        sorted(verdict.parts[name].evidence, key=lambda quote: (quote not in concrete, not _I_DID.match(quote.text)))
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(SHOWN_PARTS[name] for name in names)


def _deductions(verdict: Verdict) -> list[str]:
    """What was taken off for how it is said."""
    fluency = verdict.measures.get("fluency")
    value = alone(fluency) if fluency is not None else None
    if fluency is None or value is None or value >= NO_LOSS or not (weakest := weakest_of_fluency(fluency)):
        return []
    return [f"Points were taken off for {NAMED_LOSS[weakest]} (fluency {value:.0f} of 100)."]


def _unchecked(category: str) -> str:
    """What nobody knows of the answer without a language model."""
    if category in POINT_CATEGORIES:
        return "The score goes by how near the answer comes in subject; whether it is right was not checked."
    if category in PERSONAL_CATEGORIES:
        return "Whether it is true was not checked."
    if category in PLAN_CATEGORIES:
        return "Whether it is the right thing to do was not judged."
    return "Whether this is the case that was asked for, and whether it was right, was not judged."


def suggestions(question: Question, verdict: Verdict) -> list[str]:
    """What to do next time: one thing that matters most, and at most two more."""
    if verdict.status != "scored":
        return ["Answer again in a few English sentences, spoken close to the microphone or typed."]
    if verdict.reason:
        return [_start(question.category)]
    found = [quoted(flag) for flag in verdict.flags if flag.code in FINDINGS][:MAX_FINDINGS]
    found += [verdict.next_practice] if verdict.next_practice else []
    lacking = advice(question.category, verdict.measures, verdict.parts, verdict.points, verdict.flags)
    return list(dict.fromkeys([*found, *(item.here or item.text for item in lacking)]))[:MAX_SUGGESTIONS]


def _start(category: str) -> str:
    """What somebody can do who had no answer."""
    if category in POINT_CATEGORIES:
        return NO_ANSWER_POINTS
    if category in PLAN_CATEGORIES:
        return NO_ANSWER_PLAN
    return NO_ANSWER_PERSONAL if category in PERSONAL_CATEGORIES else NO_ANSWER_STORY


def readiness_level(ready: float | None, *, scored: int, questions: int, facts: Facts) -> ReadinessLevel:
    """Readiness in words. The top step needs checked facts, the two upper ones enough answers."""
    if ready is None:
        return "Not enough answers"
    steps = [name for _, name in READINESS]
    enough = scored >= max(ENOUGH_ANSWERS, ENOUGH_SHARE * questions)
    highest = 2 if not enough else 1 if facts == "not_checked" else 0
    return steps[max(highest, steps.index(step(READINESS, ready)))]
