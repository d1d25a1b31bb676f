"""Sentences made of a verdict: what went well, what to do next time. Every sentence follows from a number."""

from collections.abc import Mapping

from app.judge.types import POINT_CATEGORIES, STORY_CATEGORIES, Flag, PointLabel
from app.judge.verdict import WEIGHTS, Verdict
from app.models import Question

STRONG, FAIR = 75.0, 55.0
MAX_SUGGESTIONS = 4

RATINGS: tuple[tuple[float, str], ...] = ((85, "Excellent"), (70, "Good"), (55, "Fair"), (0, "Needs work"))
GRADES: tuple[tuple[float, str], ...] = (
    (90, "A+"), (85, "A"), (80, "A-"), (75, "B+"), (70, "B"), (65, "B-"), (60, "C+"), (55, "C"), (50, "C-"), (40, "D"),
    (0, "F"),
)  # fmt: skip
READINESS: tuple[tuple[float, str], ...] = (
    (80, "Ready"),
    (65, "Almost Ready"),
    (50, "Getting There"),
    (0, "Not Ready"),
)
"""The steps of docs/design.md, "Scoring"."""

NAMES: Mapping[str, str] = {
    "relevance": "Relevance",
    "coverage": "Keywords",
    "grammar": "Grammar",
    "fluency": "Fluency",
    "structure": "Structure",
    "confidence": "Confidence",
    "communication": "Communication",
}
ADVICE: Mapping[str, str] = {
    "relevance": "Answer the question in your first sentence, then explain.",
    "coverage": "Name the main ideas outright, in the words that people in this field use.",
    "grammar": "Use shorter sentences: one idea, one verb, full stop.",
    "fluency": "Pause in silence instead of filling the gap, and keep an even pace.",
    "structure": "Say where you start, what you did, and how it ended, in this order.",
    "confidence": "State what you know plainly; keep maybe and I think for what you really doubt.",
}
PART_ADVICE: Mapping[str, str] = {
    "situation": "Open with when and where it was, and what was at stake.",
    "action": "Say what you did yourself, step by step, with I and a verb.",
    "result": "End with what came of it, with a number if there is one.",
    "reflection": "Add one sentence on what you learned or would do differently.",
    "specificity": "Give names, numbers and dates instead of general words.",
    "steps": "Name the steps you would take, one by one.",
    "plan": "Name the steps you would take, one by one.",
    "reasons": "Say why: one reason for each step or claim.",
    "order": "Say what comes first and what you would do if it fails.",
    "facts": "Tell facts about yourself: what you did, where, for how long.",
    "substance": "Tell facts about yourself: what you did, where, for how long.",
    "fit": "Choose an example that is about what was asked.",
}


SHOWN_PARTS = ("situation", "action", "result", "reflection", "steps", "reasons", "order", "facts")
"""Parts of a story, a plan, or an answer about oneself that the summary names, in the order they are told."""
HARDLY = 30.0
MADE: frozenset[PointLabel] = frozenset({"covered", "said"})
"""Labels of points that are there."""


FINDINGS = frozenset({"false_statement", "unacceptable_conduct"})
"""Flags of a language model that come before all else that is said of an answer."""
MAX_FINDINGS = 2


def quoted(flag: Flag) -> str:
    """The message of a flag with the words that it is about."""
    return f'"{flag.quote.text}": {flag.message}' if flag.quote else flag.message


def step(table: tuple[tuple[float, str], ...], value: float) -> str:
    """The name of the highest step that `value` reaches."""
    return next(name for least, name in table if value >= least)


def summary(question: Question, verdict: Verdict) -> str:
    """Two sentences on one answer."""
    if verdict.status != "scored" or verdict.overall is None:
        return f"Not scored: {verdict.reason}"
    if verdict.reason:
        return f"{verdict.reason} A skipped or unanswered question counts as 0."
    rating = step(RATINGS, verdict.overall)
    sentences = [f"{rating}: {verdict.overall:.0f} of 100, give or take {verdict.uncertainty or 0:.0f}."]
    sentences += [quoted(flag) for flag in verdict.flags if flag.code in FINDINGS][:MAX_FINDINGS]
    if question.category not in POINT_CATEGORIES:
        sentences += _parts(verdict)
    elif verdict.points:
        covered = sum(point.label in MADE for point in verdict.points)
        partly = sum(point.label == "partly" for point in verdict.points)
        also = f" and {partly} in part" if partly else ""
        wrong = sum(point.label == "contradicted" for point in verdict.points)
        against = f", and the answer contradicts {wrong}" if wrong else ""
        sentences.append(f"{covered} of {len(verdict.points)} expected points were made{also}{against}.")
    ranked = sorted((measure for measure in _weighted(verdict).items()), key=lambda item: item[1])
    if len(ranked) > 1 and ranked[-1][1] - ranked[0][1] >= 5:
        sentences.append(f"Strongest: {NAMES[ranked[-1][0]].lower()}; weakest: {NAMES[ranked[0][0]].lower()}.")
    return " ".join(sentences)


def _parts(verdict: Verdict) -> list[str]:
    """What of a story or plan can be seen, and what cannot."""
    values = {name: verdict.parts[name].value or 0.0 for name in SHOWN_PARTS if name in verdict.parts}
    told = [name for name, value in values.items() if value >= FAIR]
    absent = [name for name, value in values.items() if value < HARDLY]
    sentences = [f"Told: {', '.join(told)}."] if told else []
    return sentences + ([f"Hardly there: {', '.join(absent)}."] if absent else [])


def suggestions(question: Question, verdict: Verdict) -> list[str]:
    """At most four things to do next time, the most useful first."""
    if verdict.status != "scored":
        return ["Answer again in a few English sentences, spoken close to the microphone or typed."]
    if verdict.reason:
        return ["Say what you do know about it: a related case or a first step earns more than nothing."]
    found = [quoted(flag) for flag in verdict.flags if flag.code in FINDINGS][:MAX_FINDINGS]
    found += [verdict.next_practice] if verdict.next_practice else []
    weak_parts = sorted(
        (part.value, name) for name, part in verdict.parts.items() if part.value is not None and part.value < FAIR
    )
    found += [PART_ADVICE[name] for _, name in weak_parts if name in PART_ADVICE][:2]
    if question.category not in STORY_CATEGORIES:
        missing = [point.text for point in verdict.points if point.label == "missing"]
        found += [f"You did not say: {text.rstrip('.')}." for text in missing[:2]]
    weak = sorted((value, name) for name, value in _weighted(verdict).items() if value < STRONG)
    found += [ADVICE[name] for _, name in weak]
    found += [flag.message for flag in verdict.flags if flag.lowers_score and flag.code not in FINDINGS][:1]
    return list(dict.fromkeys(found))[:MAX_SUGGESTIONS]


def _weighted(verdict: Verdict) -> dict[str, float]:
    """The weighted measures; language as language alone, so that nobody is told to speak better who was wrong."""
    measured = {name: verdict.measures[name] for name in WEIGHTS if verdict.value(name) is not None}
    return {name: found.details.get("language_alone", found.value or 0.0) for name, found in measured.items()}
