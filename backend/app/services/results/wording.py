"""Sentences made of a verdict: what went well, what to do next time. Every sentence follows from a number."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from app.judge.types import PERSONAL_CATEGORIES, POINT_CATEGORIES, Facts, Flag, PointLabel
from app.judge.verdict import WEIGHTS, Verdict
from app.models import Question
from app.models.values.kinds import LetterGrade, Rating, ReadinessLevel
from app.services.results.advice import FAIR, STRONG, advice

Name = TypeVar("Name", bound=str)

MAX_SUGGESTIONS = 3
"""One thing that matters most, and at most two more."""
MADE: frozenset[PointLabel] = frozenset({"mentioned", "said"})
"""Labels of points that are there; only `said` was checked."""

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
GAINED: Mapping[str, str] = {
    "relevance": "staying with the question",
    "coverage": "saying more of what was asked for",
    "grammar": "grammar",
    "fluency": "how it is said",
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
"""Flags of an answer of which no part is named as told."""
HARDLY = 30.0
FINDINGS = frozenset({"false_statement", "unacceptable_conduct"})
"""Flags of a language model that come before all else that is said of an answer."""
MAX_FINDINGS = 2


def quoted(flag: Flag) -> str:
    """The message of a flag with the words that it is about."""
    return f'"{flag.quote.text}": {flag.message}' if flag.quote else flag.message


def step(table: tuple[tuple[float, Name], ...], value: float) -> Name:
    """The name of the highest step that `value` reaches."""
    return next(name for least, name in table if value >= least)


def summary(question: Question, verdict: Verdict) -> str:
    """Two sentences on one answer."""
    if verdict.status != "scored" or verdict.overall is None:
        return f"Not scored: {verdict.reason}"
    if verdict.reason:
        return f"{verdict.reason} A skipped or unanswered question counts as 0."
    rating = step(RATINGS, verdict.overall)
    checked = verdict.facts == "checked"
    praise = f"{rating}: " if checked or rating != "Excellent" else ""  # nothing is excellent that nobody checked
    sentences = [f"{praise}{verdict.overall:.0f} of 100, give or take {verdict.uncertainty or 0:.0f}."]
    sentences += [quoted(flag) for flag in verdict.flags if flag.code in FINDINGS][:MAX_FINDINGS]
    if question.category not in POINT_CATEGORIES:
        sentences += _parts(verdict)
    elif verdict.points:
        made = sum(point.label in MADE for point in verdict.points)
        partly = sum(point.label == "partly" for point in verdict.points)
        also = f", {partly} in part" if partly else ""
        wrong = sum(point.label == "contradicted" for point in verdict.points)
        against = f", and the answer contradicts {wrong}" if wrong else ""
        verb = f"{'was' if made == 1 else 'were'} {'made' if checked else 'mentioned'}"
        sentences.append(f"{made} of {len(verdict.points)} expected points {verb}{also}{against}.")
    if not checked:
        sentences.append(_unchecked(question.category))
    ranked = sorted((measure for measure in _weighted(verdict).items()), key=lambda item: item[1])
    if ranked and ranked[0][1] < STRONG and ranked[-1][1] - ranked[0][1] >= 5:
        sentences.append(f"Most is to be gained in {GAINED[ranked[0][0]]}.")
    return " ".join(sentences)


def _parts(verdict: Verdict) -> list[str]:
    """What of a story or plan can be seen, and what cannot."""
    values = {name: verdict.parts[name].value or 0.0 for name in SHOWN_PARTS if name in verdict.parts}
    told = [name for name, value in values.items() if value >= FAIR]
    absent = [name for name, value in values.items() if value < HARDLY]
    sentences = [f"Told: {_listed(told)}."] if told and not STRAYS & {flag.code for flag in verdict.flags} else []
    return sentences + ([f"Hardly to be seen: {_listed(absent)}."] if absent else [])


def _listed(names: Sequence[str]) -> str:
    return ", ".join(SHOWN_PARTS[name] for name in names)


def _unchecked(category: str) -> str:
    """What nobody knows of the answer without a language model."""
    if category in POINT_CATEGORIES:
        return "Whether it is right was not checked."
    if category in PERSONAL_CATEGORIES:
        return "Whether it is true was not checked."
    return "Whether it was the right thing to do was not judged."


def suggestions(question: Question, verdict: Verdict) -> list[str]:
    """What to do next time: one thing that matters most, and at most two more."""
    if verdict.status != "scored":
        return ["Answer again in a few English sentences, spoken close to the microphone or typed."]
    if verdict.reason:
        return ["Say what you do know about it: a related case or a first step earns more than nothing."]
    found = [quoted(flag) for flag in verdict.flags if flag.code in FINDINGS][:MAX_FINDINGS]
    found += [verdict.next_practice] if verdict.next_practice else []
    lacking = advice(question.category, verdict.measures, verdict.parts, verdict.points, verdict.flags)
    return list(dict.fromkeys([*found, *(item.text for item in lacking)]))[:MAX_SUGGESTIONS]


def readiness_level(ready: float | None, *, scored: int, questions: int, facts: Facts) -> ReadinessLevel:
    """Readiness in words. The top step needs checked facts, the two upper ones enough answers."""
    if ready is None:
        return "Not enough answers"
    steps = [name for _, name in READINESS]
    enough = scored >= max(ENOUGH_ANSWERS, ENOUGH_SHARE * questions)
    highest = 2 if not enough else 1 if facts == "not_checked" else 0
    return steps[max(highest, steps.index(step(READINESS, ready)))]


def _weighted(verdict: Verdict) -> dict[str, float]:
    """The weighted measures; language as language alone, so that nobody is told to speak better who was wrong."""
    measured = {name: verdict.measures[name] for name in WEIGHTS if verdict.value(name) is not None}
    return {name: found.details.get("language_alone", found.value or 0.0) for name, found in measured.items()}
