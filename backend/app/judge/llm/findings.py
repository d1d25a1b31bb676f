"""A language model's reply, held against the answer: what is not backed by words that stand in it is left out."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.engines.llm.templates import defused
from app.judge.language.text import words
from app.judge.llm.addressing import speaks_to_grader
from app.judge.llm.prompt import kind_of
from app.judge.llm.quotes import ShownAnswer
from app.judge.llm.reply import CriterionReply, FalseStatementReply, JudgeReply, MisconductReply, PointReply
from app.judge.types import POINT_CATEGORIES, Flag, PointLabel, PointVerdict, QuestionSpec, Quote

STEP = 25.0
"""Points of one anchor: 0-4 becomes 0-100."""
MATCH: Mapping[PointLabel, float] = {"said": 1.0, "partly": 0.5, "missing": 0.0, "contradicted": 0.0}
CONTENT: Mapping[str, Mapping[str, float]] = {
    "knowledge": {"points": 0.60, "completeness": 0.40},
    "story": {"points": 0.15, "situation": 0.15, "action": 0.35, "result": 0.25, "reflection": 0.10},
    "plan": {"points": 0.30, "steps": 0.45, "reasons": 0.25},
    "personal": {"points": 0.30, "facts": 0.45, "reasons": 0.25},
}
"""What the content of each kind of question is made of: the expected points, and criteria of the prompt. Weights near
those of the built-in parts; nothing was fitted. Content that is not right or not relevant counts less (`GATES`)."""
GATES: Mapping[str, tuple[str, ...]] = {"knowledge": ("correctness",)}
GATE_FLOOR, GATE_FULL = 0.30, 75.0
"""What remains of content whose correctness or relevance is rated 0, as for the built-in judge; all of it from 3."""
LEAST_CONTENT = 0.5
"""Share of the content, by weight, that must have been settled."""
CAP_SERIOUS, CAP_SEVERAL_SERIOUS, CAP_GRAVE = 30.0, 20.0, 12.0
"""The most that an answer with such false statements may reach: an honest half answer has 35 to 60."""
CAP_CONDUCT = 10.0
CAP_OFF_TOPIC = 10.0
NO_CAP = 100.0
MADE_SHARE = 0.5
"""Share of the points that are made from which an answer cannot be about something else."""
MOST_WORDS = 60
"""Of one sentence that is passed on."""
_ADDRESS = re.compile(r"https?://|www\.|@\w")


@dataclass(frozen=True, slots=True)
class Rated:
    """A criterion, 0-100, and the words that decide it."""

    score: float
    quote: Quote | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What holds up of a reply.

    `points` are all expected ones, in order; one that the model did not settle is as the built-in judge saw it.
    `content` is 0-100, None where too little of it was settled. `cap` is the most that content and total may reach.
    """

    points: tuple[PointVerdict, ...]
    criteria: Mapping[str, Rated]
    relevance: float
    content: float | None
    flags: tuple[Flag, ...]
    cap: float
    addresses_grader: bool
    next_practice: str

    @property
    def coverage(self) -> float | None:
        """Mean match of the points, 0-100; None where nothing is expected."""
        return _coverage(self.points)


def complaint(question: QuestionSpec, shown: ShownAnswer, reply: JudgeReply) -> str:
    """Why the model should be asked again, or ""."""
    wanted = set(range(1, len(question.expected_points) + 1))
    if 2 * len(wanted & {point.number for point in reply.points}) < len(wanted):
        return f"points must hold each of the {len(wanted)} expected points, by its number."
    names = criteria_of(question)
    if 2 * len(names & {criterion.name for criterion in reply.criteria}) < len(names):
        return f"criteria must hold each of {', '.join(sorted(names))}."
    quotes = [item.quote for item in _quoting(reply) if words(item.quote)]
    if quotes and not any(shown.find(quote) for quote in quotes):
        return "none of the quotes stands in the answer. Copy them word for word."
    return ""


def _quoting(
    reply: JudgeReply,
) -> Sequence[PointReply | FalseStatementReply | MisconductReply | CriterionReply]:
    return [*reply.points, *reply.false_statements, *reply.misconduct, *reply.criteria]


def verified(
    question: QuestionSpec, shown: ShownAnswer, reply: JudgeReply, builtin: Sequence[PointVerdict]
) -> Findings:
    """The findings of a reply whose quotes stand in the answer, and the cap that follows from them. `builtin` are the
    points as the built-in judge labels them."""
    points = _points(question, shown, reply.points, builtin)
    criteria = _criteria(question, shown, reply.criteria)
    false, cap = _false_statements(question, shown, reply.false_statements, points)
    conduct = _misconduct(shown, reply.misconduct)
    if any(flag.lowers_score for flag in conduct):
        cap = min(cap, CAP_CONDUCT)
    coverage = _coverage(points)
    relevance = reply.relevance
    if coverage is not None and coverage >= 100 * MADE_SHARE:
        relevance = max(1, relevance)
    flags = [*conduct, *false]
    if relevance == 0:
        flags.append(Flag("off_topic", "The answer is about something else than the question.", lowers_score=True))
        cap = min(cap, CAP_OFF_TOPIC)
    return Findings(
        points=points,
        criteria=criteria,
        relevance=STEP * relevance,
        content=_content(question, criteria, coverage, STEP * relevance),
        flags=tuple(flags),
        cap=cap,
        addresses_grader=reply.addresses_grader,
        next_practice=sentence(reply.next_practice),
    )


def _points(
    question: QuestionSpec, shown: ShownAnswer, replies: Iterable[PointReply], builtin: Sequence[PointVerdict]
) -> tuple[PointVerdict, ...]:
    known = {point.text: point for point in builtin}
    points = [known.get(text) or PointVerdict(text, "missing", 0.0) for text in question.expected_points]
    settled: set[int] = set()
    for item in replies:
        place = item.number - 1
        quote = shown.find(item.quote) if item.status != "missing" else None
        if place in range(len(points)) and place not in settled and (quote or item.status == "missing"):
            points[place] = PointVerdict(points[place].text, item.status, MATCH[item.status], quote)
            settled.add(place)
    return tuple(points)


def _coverage(points: Sequence[PointVerdict]) -> float | None:
    return 100 * sum(point.match for point in points) / len(points) if points else None


def _criteria(question: QuestionSpec, shown: ShownAnswer, replies: Iterable[CriterionReply]) -> dict[str, Rated]:
    """Ratings by name. Without words of the answer only a 0 stands, for what is not there cannot be quoted; that
    something is wrong can."""
    names = {*criteria_of(question), "structure"}
    found = {}
    for item in replies:
        quote = shown.find(item.quote)
        absent = item.rating == 0 and item.name != "correctness" and not words(item.quote)
        if item.name in names and (quote or absent):
            found[item.name] = Rated(STEP * item.rating, quote)
    return found


def gate(score: float) -> float:
    """What remains of content (0-1) by how right or relevant it is (0-100)."""
    return GATE_FLOOR + (1 - GATE_FLOOR) * min(1.0, score / GATE_FULL)


def criteria_of(question: QuestionSpec) -> frozenset[str]:
    """The criteria that the content of this question is made of."""
    kind = kind_of(question.category)
    return frozenset({*CONTENT[kind], *GATES.get(kind, ())}) - {"points"}


def _content(
    question: QuestionSpec, criteria: Mapping[str, Rated], coverage: float | None, relevance: float
) -> float | None:
    kind = kind_of(question.category)
    scores = {name: rated.score for name, rated in criteria.items()}
    if coverage is not None:
        scores["points"] = coverage
    weights = CONTENT[kind]
    settled = {name: weight for name, weight in weights.items() if name in scores}
    whole = sum(settled.values())
    if whole < LEAST_CONTENT:
        return None
    content = sum(weight * scores[name] for name, weight in settled.items()) / whole
    for name in GATES.get(kind, ()):
        content *= gate(scores.get(name, 100.0))
    return content * gate(relevance)


def _false_statements(
    question: QuestionSpec, shown: ShownAnswer, replies: Sequence[FalseStatementReply], points: Iterable[PointVerdict]
) -> tuple[list[Flag], float]:
    """(flags, cap). An expected point of knowledge that is contradicted is a false statement too."""
    flags, serious, grave = [], 0, False
    quoted: list[Quote] = []
    for item in replies:
        quote, correction = shown.find(item.quote), sentence(item.correction)
        if quote is None or not correction or any(_overlap(quote, other) for other in quoted):
            continue
        quoted.append(quote)
        serious += item.gravity == "serious"
        grave |= item.gravity == "grave"
        flags.append(_false(quote, correction, slip=item.gravity == "slip"))
    for point in points if question.category in POINT_CATEGORIES else ():
        if point.label == "contradicted" and point.quote and not any(_overlap(point.quote, other) for other in quoted):
            quoted.append(point.quote)
            serious += 1
            flags.append(_false(point.quote, point.text, slip=False))
    cap = CAP_GRAVE if grave else CAP_SEVERAL_SERIOUS if serious > 1 else CAP_SERIOUS if serious else NO_CAP
    return flags, cap


def _false(quote: Quote, correction: str, *, slip: bool) -> Flag:
    if slip:
        return Flag("imprecise", f"This is not quite right: {correction}", quote, correction=correction)
    return Flag("false_statement", f"This is not true: {correction}", quote, lowers_score=True, correction=correction)


def _misconduct(shown: ShownAnswer, replies: Iterable[MisconductReply]) -> list[Flag]:
    flags = []
    for item in replies:
        quote, reason = shown.find(item.quote), sentence(item.reason)
        if quote is None or not reason:
            continue
        if item.gravity == "unacceptable":
            message = f"An employer would not accept this: {reason}"
            flags.append(Flag("unacceptable_conduct", message, quote, lowers_score=True))
        else:
            flags.append(Flag("doubtful_conduct", f"A person should ask about this: {reason}", quote))
    return flags


def sentence(text: str) -> str:
    """A model's sentence as it may be passed on; "" where it is empty, long, holds an address or speaks to a grader."""
    plain = " ".join(defused(text).split())
    fits = 2 <= len(words(plain)) <= MOST_WORDS
    return plain if fits and not _ADDRESS.search(plain) and not speaks_to_grader(plain) else ""


def _overlap(left: Quote, right: Quote) -> bool:
    return left.begin < right.end and right.begin < left.end
