"""How an answer is built: its parts, their order and balance, signposts, numbers, ownership, length.

Form only: what is said is judged elsewhere. Each clause of a story is labelled situation, task, action, result or
reflection; clauses are found without punctuation. The shares are coaching practice (situation and task at most 35 %,
action at least 40 %, result at least 15 % of the words); no graded data was found, so this is a heuristic.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from app.judge.delivery.delivery import on_curve
from app.judge.language import lexicon
from app.judge.language.clauses import Clause, Telling, read
from app.judge.language.text import Quoter
from app.judge.types import (
    PERSONAL_CATEGORIES,
    PLAN_CATEGORIES,
    STORY_CATEGORIES,
    AnswerSpec,
    Measure,
    QuestionSpec,
    Quote,
)

Label = Literal["situation", "task", "action", "result", "reflection", "other"]
ORDER: tuple[Label, ...] = ("situation", "task", "action", "result", "reflection")

WEIGHTS: Mapping[str, Mapping[str, float]] = {
    "story": {
        "parts": 0.35, "balance": 0.12, "order": 0.13, "ownership": 0.13, "numbers": 0.07, "signposts": 0.10,
        "length": 0.10,
    },
    "plan": {"steps": 0.35, "reasons": 0.20, "signposts": 0.20, "ownership": 0.10, "length": 0.15},
    "personal": {"reasons": 0.25, "ownership": 0.20, "numbers": 0.15, "signposts": 0.15, "length": 0.25},
    "points": {"signposts": 0.30, "reasons": 0.20, "contrast": 0.15, "length": 0.35},
}  # fmt: skip
"""Shares of the parts by kind of question (our own; see the module's note)."""

LENGTH: tuple[tuple[float, float], ...] = (
    (0, 0),
    (15, 30),
    (40, 70),
    (80, 95),
    (110, 100),
    (320, 100),
    (480, 75),
    (700, 45),
)
"""Words: 60 to 120 seconds at a good pace are 120 to 320 words; flagged from half a minute down and three up."""
FULL = {"signposts": 4.0, "reasons": 3.0, "numbers": 3.0, "steps": 5.0, "contrast": 2.0}
"""How many make a part full; the first ones count more (power .7)."""
SHARE_LIMITS = {"setting": 0.35, "action": 0.40, "result": 0.15}
MIN_WORDS = 8

_RESULT = re.compile(
    r"\b(?:in the end|as a result|eventually|finally|since then|afterwards|turned out|outcome|paid off|went live"
    r"|on time|ahead of|under budget|(?:was|were|got) (?:\w+ )?(?:finished|fixed|approved|adopted|resolved|delivered)"
    r"|(?:fell|dropped|rose|grew|increased|decreased|reduced|improved|doubled|halved|cut|saved|went (?:down|up))\b"
    r".{0,40}?\b(?:by|from|to|percent|half|third|hours?|minutes?|days?)|no (?:\w+ )?(?:errors|complaints|incidents)"
    r"|still (?:use|using|in use|works?)|(?:they|client|customer|manager|team) (?:\w+ )?(?:agreed|accepted|approved"
    r"|signed|renewed|thanked|stayed|returned)|we (?:shipped|launched|delivered|released|finished))\b"
)
_TASK = re.compile(
    r"\b(?:(?:i|we) (?:had|needed|was asked|were asked|was supposed) to|my (?:job|task|role|goal|part|responsibility)"
    r"|the (?:goal|task|aim|target|deadline|challenge) (?:was|is)|(?:was|were) responsible for|asked me to|in charge of"
    r"|it was (?:up to me|my)|wanted me to)\b"
)
_REFLECTION = re.compile(
    r"\b(?:(?:i|we) (?:have |also |really )?(?:learned|learnt|realised|realized)|taught me|the lesson|next time"
    r"|in hindsight|looking back|(?:these|nowa)days i|since then i|what i took|i would (?:do|start|ask|try)"
    r"|if i (?:did|had) (?:it|to)|i now)\b"
)
_SETTING = re.compile(
    r"\b(?:last (?:year|month|week|spring|summer|autumn|fall|winter)|(?:years?|months?|weeks?) ago|when i was|at my"
    r"|in my|at the time|while i|our (?:team|company|client)|there was|i (?:was|worked) (?:an?|as|at|in|on|for)"
    r"|in (?:19|20)\d\d|during|once|one (?:day|time|morning))\b"
)
_SIGNPOST = re.compile(
    r"\b(?:first(?:ly| of all)?|second(?:ly)?|third(?:ly)?|then|next|after (?:that|this|which)|afterwards|before that"
    r"|finally|lastly|in the end|as a result|because of that|therefore|for (?:example|instance)|such as|however"
    r"|on the (?:one|other) hand|in (?:contrast|short|summary)|to sum up|overall|meanwhile|at the same time|that is why"
    r"|the (?:situation|problem|reason|result|goal|trade-?off|main|biggest) (?:was|is|thing|one|point|risk|advantage)"
    r"|step (?:one|two|three)|so that|at first|later|eventually|once)\b"
)
_REASON = re.compile(
    r"\b(?:because|since|so that|in order to|which means|that means|that is why|which is why|therefore|otherwise"
    r"|the reason|due to|as long as|if|unless|so (?:i|we|the|that|it|they))\b"
)
_CONTRAST = re.compile(
    r"\b(?:but|however|whereas|while|instead|rather than|on the other hand|although|unlike|compared|than|trade-?offs?"
    r"|depends|for (?:example|instance)|such as|like when|say)\b"
)


@dataclass(frozen=True, slots=True)
class LabelledClause:
    """A clause with what it does in a story."""

    label: Label
    clause: Clause


def structure(question: QuestionSpec, answer: AnswerSpec, quoter: Quoter) -> Measure:
    """0-100 from the parts of `WEIGHTS` for this kind of question; None below 8 words. Works without punctuation."""
    telling = read(answer.text)
    words = len(telling.words)
    if words < MIN_WORDS:
        return Measure(value=None, note=f"Too short to have a structure (under {MIN_WORDS} words).", heuristic=True)
    kind = _kind(question)
    text = telling.text.lower()
    labelled = label_clauses(telling)
    parts = {
        "length": on_curve(LENGTH, words) / 100,
        "signposts": _enough(len(_distinct(_SIGNPOST, text)), "signposts"),
        "reasons": _enough(len(_REASON.findall(text)), "reasons"),
        "contrast": _enough(len(_distinct(_CONTRAST, text)), "contrast"),
        "numbers": _enough(sum(lexicon.is_number(word) for word in telling.words), "numbers"),
        "ownership": _ownership(telling),
        "steps": _enough(
            sum(deed.weight for deed in [*telling.of("self", "would"), *telling.of("self", "does")]), "steps"
        ),
        **_story_parts(labelled),
    }
    weights = WEIGHTS[kind]
    value = 100 * sum(weight * parts[name] for name, weight in weights.items())
    return Measure(
        value=round(value, 1),
        note=_note(kind, labelled),
        evidence=_evidence(telling, quoter, labelled) if kind == "story" else _signposts(telling, quoter, text),
        details={name: round(100 * parts[name], 1) for name in weights}
        | (_shares(labelled) if kind == "story" else {}),
        heuristic=True,
    )


def label_clauses(telling: Telling) -> list[LabelledClause]:
    """What each clause does in a story. Place decides where words do not: settings come early, results late."""
    count = len(telling.clauses)
    acted = False
    labelled = []
    for at, clause in enumerate(telling.clauses):
        label = _label(clause, at / (count - 1) if count > 1 else 0.5, acted)
        acted = acted or label == "action"
        labelled.append(LabelledClause(label, clause))
    return labelled


def _label(clause: Clause, place: float, acted: bool) -> Label:
    text = clause.text.lower()
    own = sum(deed.weight for deed in clause.of("self", "did")) + 0.7 * sum(d.weight for d in clause.of("team", "did"))
    if _REFLECTION.search(text) and place > 0.3:
        return "reflection"
    if _RESULT.search(text) and (acted or place >= 0.5):
        return "result"
    if _TASK.search(text) and place < 0.7 and not acted:
        return "task"
    if own >= 0.5:
        return "action"
    if not acted and (place <= 0.5 and (clause.past or _SETTING.search(text))):
        return "situation"
    if acted and place > 0.6 and clause.past and clause.of("other", "did"):
        return "result"
    return "action" if own > 0 else "other"


def _story_parts(labelled: Sequence[LabelledClause]) -> dict[str, float]:
    shares = _shares(labelled)
    told = [item.label for item in labelled if item.label != "other"]
    present = set(told)
    setting = 1.0 if {"situation", "task"} & present else 0.0
    parts = (
        0.25 * setting + 0.40 * ("action" in present) + 0.25 * ("result" in present) + 0.10 * ("reflection" in present)
    )
    pairs = list(combinations([ORDER.index(label) for label in told], 2))
    ordered = sum(first <= second for first, second in pairs) / len(pairs) if pairs else 0.0
    several = min(1.0, (len(present) - 1) / 2) if present else 0.0
    return {"parts": parts, "balance": _balance(shares), "order": ordered * several}


def _shares(labelled: Sequence[LabelledClause]) -> dict[str, float]:
    """Share of the labelled words, 0-1, by part."""
    words = {label: sum(len(item.clause.words) for item in labelled if item.label == label) for label in ORDER}
    total = sum(words.values()) or 1
    return {f"share_{label}": round(count / total, 3) for label, count in words.items()}


def _balance(shares: Mapping[str, float]) -> float:
    """1 when setting, action and result keep within the coaching shares, less as they leave them."""
    setting = shares["share_situation"] + shares["share_task"]
    over = max(0.0, setting - SHARE_LIMITS["setting"]) / (1 - SHARE_LIMITS["setting"])
    action = min(1.0, shares["share_action"] / SHARE_LIMITS["action"])
    result = min(1.0, (shares["share_result"] + shares["share_reflection"]) / SHARE_LIMITS["result"])
    return (1 - over) * (0.6 * action + 0.4 * result)


def _ownership(telling: Telling) -> float:
    """Share of what the candidate alone did or would do among what "I" and "we" did."""
    own = sum(deed.weight for deed in telling.deeds if deed.subject == "self")
    team = sum(deed.weight for deed in telling.deeds if deed.subject == "team")
    return min(1.0, 1.5 * own / (own + team)) if own else 0.0


def _enough(amount: float, name: str) -> float:
    return float(min(1.0, amount / FULL[name]) ** 0.7)


def _distinct(pattern: re.Pattern[str], text: str) -> set[str]:
    return {match.group() for match in pattern.finditer(text)}


def _kind(question: QuestionSpec) -> str:
    if question.category in STORY_CATEGORIES:
        return "story"
    if question.category in PLAN_CATEGORIES:
        return "plan"
    return "personal" if question.category in PERSONAL_CATEGORIES else "points"


def _note(kind: str, labelled: Sequence[LabelledClause]) -> str:
    if kind != "story":
        return "Form only: signposts, reasons, length."
    present = {item.label for item in labelled}
    missing = [name for name in ("situation", "action", "result", "reflection") if name not in present]
    if "situation" in missing and "task" in present:
        missing.remove("situation")
    return (
        f"No {' and no '.join(missing)} was recognised."
        if missing
        else "Situation, action, result and lesson are there."
    )


def _evidence(telling: Telling, quoter: Quoter, labelled: Sequence[LabelledClause]) -> tuple[Quote, ...]:
    """The first clause of each part, in the order of the answer."""
    first: dict[Label, Clause] = {}
    for item in labelled:
        if item.label != "other":
            first.setdefault(item.label, item.clause)
    return tuple(quoter.quote(*telling.original(clause.begin, clause.end)) for clause in first.values())


def _signposts(telling: Telling, quoter: Quoter, text: str, most: int = 6) -> tuple[Quote, ...]:
    found = [match.span() for match in _SIGNPOST.finditer(text)][:most]
    return tuple(quoter.quote(*telling.original(begin, end)) for begin, end in found)
