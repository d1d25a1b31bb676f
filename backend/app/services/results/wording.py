"""Sentences made of a verdict: what went well, what to do next time. Every sentence follows from a number."""

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from app.judge.numbers import of_hundred
from app.judge.types import PERSONAL_CATEGORIES, PLAN_CATEGORIES, POINT_CATEGORIES, Facts, Flag
from app.judge.verdict import Verdict
from app.models import Question
from app.models.values.evaluation import PointVerdict
from app.models.values.kinds import Decision, FlagCode, LetterGrade, Rating, ReadinessLevel
from app.services.results import heard
from app.services.results.advice import (
    CASE_FROM,
    MARKED,
    NAMED_LOSS,
    NO_LOSS,
    advice,
    alone,
    asks_for,
    is_beside,
    is_clear,
    is_empty_talk,
    is_poor_match,
    lacking,
    losses_of_fluency,
    plans_nothing,
    tells_no_case,
    weakest_of_fluency,
)
from app.services.results.point_advice import CLEAR, FEW_MADE, HALF, MADE, MANY_POINTS, Advice, few_points
from app.services.results.quotes import names_a_slip, tells_of_oneself, worth_keeping

Name = TypeVar("Name", bound=str)

MAX_SUGGESTIONS = 3
"""One thing that matters most, and at most two more."""

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
DECISIONS: Mapping[Decision, str] = {
    "STRONG_HIRE": "Strong answers throughout",
    "HIRE": "Good answers",
    "HOLD": "Undecided",
    "NO_HIRE": "Weak answers",
}
"""As the page names them: what the content comes to, and no decision."""
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
    "action": "what you did",
    "result": "how it ended",
    "reflection": "what you took from it",
    "steps": "what you would do",
    "reasons": "your reasons",
    "order": "the order of the steps",
    "facts": "facts about yourself",
}
"""Parts of a story, a plan, or an answer about oneself that the summary names, in the order they are told."""
STRAYS = frozenset({"other_question", "hypothetical"})
"""Flags of an answer of which no part is named."""
NO_CASE = "No real example was recognised in it."
NO_STEP = "No concrete step was recognised in it."
POOR_MATCH = "The program could not match it well to the question, which lowered the score; it may be wrong about that."
BESIDE = "It is hard to see how this answers the question."
KEPT_PARTS = ("action", "steps", "facts")
"""Parts of which the most concrete words are shown as worth keeping."""
NO_ANSWER_STORY = "Prepare one case of your own for this question; a small one is enough."
NO_ANSWER_PLAN = "Say the first thing that you would do; it need not be the whole plan."
NO_ANSWER_PERSONAL = "One true sentence about yourself is a good start."
NO_ANSWER_POINTS = "Say what you do know: a related idea, or how you would find out."
FINDINGS = frozenset({"false_statement", "unacceptable_conduct"})
"""Flags of a language model that come before all else that is said of an answer."""
MAX_FINDINGS = 2
IN_SUMMARY: frozenset[FlagCode] = frozenset({"no_answer", "other_question", "too_short"})
"""Flags of which the summary says the same."""
WELL_TOLD, SURE = 90.0, 16.0
"""Score from which, and uncertainty up to which, it may be said that nothing needs to change."""
NEARLY_ALL, SMALL_GAIN = 90.0, 6.0
"""Score from which advice that is about fewer points than this is left out."""
CHIEF_PARTS = frozenset({"action", "result", "steps", "reasons", "facts"})
PRAISE: tuple[Rating, ...] = ("Excellent", "Good", "Fair")
MOST_LOSSES = 2
"""Losses of fluency that one sentence names."""
FEW_WORDS, SAYS_LITTLE = 25, 10.0
"""Words under which a score of a story or a plan says little, and uncertainty from which that is said."""


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


def summary(question: Question, verdict: Verdict, text: str = "") -> str:
    """A few sentences on one answer, which `text` is."""
    if verdict.status != "scored" or verdict.overall is None:
        return f"Not scored: {verdict.reason}"
    if verdict.reason:
        return f"{verdict.reason} It counts as 0, like a skipped question."
    rating = step(RATINGS, verdict.overall)
    checked = verdict.facts == "checked"
    made = sum(point.label in MADE for point in verdict.points)
    beside = is_beside(question.category, verdict.parts, verdict.measures, {flag.code for flag in verdict.flags})
    poor = is_poor_match(verdict.parts)
    few = question.category in POINT_CATEGORIES and not checked and few_points(verdict.points)
    open_points = question.category in POINT_CATEGORIES and len(verdict.points) >= MANY_POINTS
    hardly = open_points and made <= FEW_MADE
    without = (
        PRAISE
        if beside or poor or hardly
        else PRAISE[:1]
        if not checked or (open_points and _half_open(verdict))
        else ()
    )
    praise = f"{rating}: " if rating not in without else ""  # none for what nobody checked or found
    sentences = [f"{praise}{of_hundred(verdict.overall, verdict.uncertainty)}."]
    found = [quoted(flag) for flag in verdict.flags if flag.code in FINDINGS][:MAX_FINDINGS]
    sentences += found
    if question.category not in POINT_CATEGORIES:
        sentences += _parts(question, verdict, text)
    elif verdict.points:
        sentences.append(_points(verdict, close=few and verdict.overall >= RATINGS[-2][0]))
    sure = verdict.overall >= WELL_TOLD and (verdict.uncertainty or 0.0) <= SURE
    if (
        sure
        and _is_whole(question, verdict, text)
        and not (found or _deductions(verdict) or _advice(question, verdict, text))
    ):
        sentences.append("You told this well. Nothing needs to change.")
    empty = beside or _strays(question, verdict) or _names_no_step(question, verdict, text)
    if not checked and (question.category in POINT_CATEGORIES or not empty):
        sentences.append(_unchecked(question.category))
    return " ".join([*sentences, *_deductions(verdict)])


def _points(verdict: Verdict, *, close: bool) -> str:
    """How many of the expected points are there; an answer that is only `close` to the topic is told so.

    Where nobody checked them there are only words close to them, whatever the answer says.
    """
    checked, count = verdict.facts == "checked", len(verdict.points)
    made = sum(point.label in MADE for point in verdict.points)
    partly = sum(point.label == "partly" for point in verdict.points)
    wrong = sum(point.label == "contradicted" for point in verdict.points)
    points = f"{made} of {count} expected points"
    told = f"it makes {points}" if checked else f"words close to {points} were found"
    if not made:
        told = f"none of {count} expected points was recognised in full"
    if close:
        told = f"the words are close to the topic, but {f'only to {points}' if made else told}"
    also = ""
    if partly:
        more = f", and perhaps{'' if checked else ' to'} parts of {partly} more"
        also = more if made and not close else f"; {partly} may be there in part"
    against = f", and it contradicts {wrong}" if wrong else ""
    return f"{told[0].upper()}{told[1:]}{also}{against}."


def _half_open(verdict: Verdict) -> bool:
    """Whether fewer than half of the expected points were found."""
    return sum(point.label in MADE for point in verdict.points) < HALF * len(verdict.points)


def _is_whole(question: Question, verdict: Verdict, text: str) -> bool:
    """Whether nothing that counts most was missing: the chief parts, and every expected point."""
    chief = [part.value or 0.0 for name, part in verdict.parts.items() if name in CHIEF_PARTS]
    if "reflection" in verdict.parts and not is_clear("reflection", verdict.parts["reflection"].value or 0.0, text):
        return False
    expects = question.category in POINT_CATEGORIES | PLAN_CATEGORIES
    missing = expects and any(point.label == "missing" for point in verdict.points)
    return min(chief, default=100.0) >= CLEAR and not missing


def _advice(question: Question, verdict: Verdict, text: str) -> list[Advice]:
    found = advice(
        question.category, verdict.measures, verdict.parts, verdict.points, verdict.flags, text, question.text
    )
    least = SMALL_GAIN if (verdict.overall or 0.0) >= NEARLY_ALL else 0.0
    return [item for item in found if item.gain >= least or item.category in ("Fluency", "Grammar")]


def _parts(question: Question, verdict: Verdict, text: str) -> list[str]:
    """What a story, a plan or an answer about oneself mentions, and what it lacks."""
    if _strays(question, verdict):
        codes = {flag.code for flag in verdict.flags}
        elsewhere = "other_question" in codes and not ("hypothetical" in codes and heard.is_conditional(text))
        return [BESIDE if elsewhere else NO_CASE]
    if is_beside(question.category, verdict.parts, verdict.measures, {flag.code for flag in verdict.flags}):
        return [BESIDE]
    if _names_no_step(question, verdict, text):
        return [NO_STEP]
    values = {
        name: verdict.parts[name].value or 0.0
        for name in SHOWN_PARTS
        if name in verdict.parts and asks_for(name, verdict.parts, question.text)
    }
    told = _advice(question, verdict, text)
    lost = next((name for name, line in MARKED.items() if any(item.text == line for item in told)), "")
    clear = [name for name, value in values.items() if name != lost and is_clear(name, value, text)]
    advised = lacking(verdict.parts, text) if told else {}
    if "steps" in values and "steps" not in clear:
        advised = {name: value for name, value in advised.items() if name != "order"}  # of steps that are not there
    unclear = [
        name
        for name, value in values.items()
        if name in advised and name not in (*clear, lost, "facts") and not _shows(verdict, name, value, text)
    ]
    verb = "You gave" if question.category in PERSONAL_CATEGORIES else "You covered"
    poor = is_poor_match(verdict.parts)
    told_of = clear if question.category in PERSONAL_CATEGORIES or not poor else []  # of what, nobody knows
    sentences = [f"{verb} {_listed(told_of)}."] if told_of else []
    if lost in SHOWN_PARTS:
        sentences.append(f"Recognised only in part, though it may be clear: {SHOWN_PARTS[lost]}.")
    sentences += [f"Not recognised, though it may be there: {_listed(unclear)}."] if unclear else []
    if text and heard.words_of(text) < FEW_WORDS and (verdict.uncertainty or 0.0) >= SAYS_LITTLE:
        sentences.append("It is too short for the score to mean much.")
    if poor:
        return [*sentences, POOR_MATCH]
    begins = len(text) // 3 if names_a_slip(question.text) else 0  # where the slip is told
    kept = next((words for name in KEPT_PARTS if name in clear and (words := _kept(verdict, name, begins, text))), "")
    return sentences + ([f"Keep details like {kept}."] if kept else [])


def _names_no_step(question: Question, verdict: Verdict, text: str) -> bool:
    """Whether a plan is talk without a step in it."""
    return question.category in PLAN_CATEGORIES and plans_nothing(verdict.parts, text)


def _shows(verdict: Verdict, name: str, value: float, text: str) -> bool:
    """Whether a part is there, though more of it may be asked for; a step that is quoted is one."""
    if name == "steps":
        return bool(verdict.parts[name].evidence) and not plans_nothing(verdict.parts, text)
    return (name == "situation" and value >= CASE_FROM) or (name == "action" and heard.own_deeds(text) > 1)


def _strays(question: Question, verdict: Verdict) -> bool:
    """Whether an answer was recognised neither as a case that happened nor as one to this question."""
    codes = {flag.code for flag in verdict.flags}
    no_case = tells_no_case(question.category, verdict.parts)
    return bool(STRAYS & codes) or no_case or is_empty_talk(question.category, verdict.parts, codes)


def _kept(verdict: Verdict, name: str, begins: int, text: str) -> str:
    """Words from a place on that show a part, best those of oneself that are among the most concrete of the answer."""
    concrete = verdict.parts["specificity"].evidence if "specificity" in verdict.parts else ()
    ranked = sorted(
        (quote for quote in verdict.parts[name].evidence if quote.begin >= begins),
        key=lambda quote: (not tells_of_oneself(quote), quote not in concrete),
    )
    found = [words for quote in ranked if (words := worth_keeping(quote, text))]
    return min(found, key=lambda words: not words.startswith("“I"), default="")


def _listed(names: Sequence[str]) -> str:
    *before, last = [SHOWN_PARTS[name] for name in names]
    return f"{', '.join(before)} and {last}" if before else last


def _deductions(verdict: Verdict) -> list[str]:
    """What was taken off for how it is said."""
    fluency = verdict.measures.get("fluency")
    value = alone(fluency) if fluency is not None else None
    if fluency is None or value is None or value >= NO_LOSS or not weakest_of_fluency(fluency):
        return []
    found = losses_of_fluency(fluency)
    named = dict.fromkeys(NAMED_LOSS[name] for name in found)
    kind = "sentences" if found == ["sentences"] else "fluency"
    return [f"Points were taken off for {' and '.join(list(named)[:MOST_LOSSES])} ({kind} {of_hundred(value)})."]


def _unchecked(category: str) -> str:
    """What nobody knows of the answer without a language model."""
    if category in POINT_CATEGORIES:
        return "The score shows how close the answer is to the topic; whether it is right was not checked."
    if category in PERSONAL_CATEGORIES:
        return "The facts cannot be checked here."
    if category in PLAN_CATEGORIES:
        return "Whether this is the right thing to do was not judged."
    return "Whether you did the right thing was not judged."


def suggestions(question: Question, verdict: Verdict, text: str = "") -> list[str]:
    """What to do next time: one thing that matters most, and at most two more. `text` is the answer."""
    if verdict.status != "scored":
        return ["Answer again in a few English sentences, spoken close to the microphone or typed."]
    if verdict.reason:
        return [first_step(question.category)]
    found = [quoted(flag) for flag in verdict.flags if flag.code in FINDINGS][:MAX_FINDINGS]
    found += [verdict.next_practice] if verdict.next_practice else []
    lines = (item.here or item.text for item in _advice(question, verdict, text))
    return list(dict.fromkeys([*found, *lines]))[:MAX_SUGGESTIONS]


def first_step(category: str) -> str:
    """What somebody can do who had no answer."""
    if category in POINT_CATEGORIES:
        return NO_ANSWER_POINTS
    if category in PLAN_CATEGORIES:
        return NO_ANSWER_PLAN
    return NO_ANSWER_PERSONAL if category in PERSONAL_CATEGORIES else NO_ANSWER_STORY


def is_enough(scored: int, questions: int) -> bool:
    """Whether so many scored answers of so many questions support a word on readiness."""
    return scored >= max(ENOUGH_ANSWERS, ENOUGH_SHARE * questions)


def readiness_level(ready: float | None, *, scored: int, questions: int, facts: Facts) -> ReadinessLevel:
    """Readiness in words. The top step needs checked facts, the two upper ones enough answers."""
    if ready is None:
        return "Not enough answers"
    steps = [name for _, name in READINESS]
    highest = 2 if not is_enough(scored, questions) else 1 if facts == "not_checked" else 0
    return steps[max(highest, steps.index(step(READINESS, ready)))]
