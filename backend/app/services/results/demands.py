"""What a question asks for besides the story or the plan, and whether an answer turns to it.

Only demands that plain words show: each pattern of an answer is generous, so that somebody who answered is not asked.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.services.results import heard

OPEN = "The question also asks: “{asked}” Answer that in a sentence of its own."
CONVINCED = "Say whom you wanted to convince, of what, and what they thought at first."
EXACT = "Give the exact date, time or number that the question asks for."
EMPLOYER = "Say what drew you to this employer: what they make, whom they serve, or how they work."

LINKS: Mapping[str, tuple[str, str]] = {
    "story": (
        "Choose an example that fits the question, or say in your first sentence how yours relates to it.",
        "Choose an example that fits the question, or say in your first sentence how {quote} relates to it.",
    ),
    "plan": (
        "Put yourself into the situation of the question, and say what you would do first.",
        "{quote}: how does that relate to the question? Say what you would do first in the situation it describes.",
    ),
    "personal": (
        "Answer the question itself in your first sentence, and leave out what has nothing to do with it.",
        "Answer the question itself in your first sentence, and leave out {quote} unless it helps to answer it.",
    ),
    "points": (
        "Come back to the question: begin with one sentence on what you know about it.",
        "{quote}: how does that relate to the question? Begin with one sentence on what you know about it.",
    ),
}
"""What to do about an answer to which the question does not lead: for any answer, and with its words."""


@dataclass(frozen=True, slots=True)
class _Demand:
    """`asks` finds it in a question, `met` in an answer; `line` is what to do about it."""

    asks: re.Pattern[str]
    met: re.Pattern[str]
    line: str = OPEN


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})", re.IGNORECASE)


_DEMANDS = (
    _Demand(
        _words(r"how did you (?:decide|choose)"),
        _words(
            r"because|since|so that|decid|decision|chose|choice|choos|ask(?:ed)? myself|thought|figured|weigh|risk|"
            r"otherwise|if\b|reason|priorit|matter|urgent|important|knew|rule|criteri|would have|would've|most|worst|"
            r"could (?:be|have|wait)|by (?:what|who|how)|what (?:hurts|costs|breaks)"
        ),
    ),
    _Demand(
        _words(r"how did you (?:notice|find out)"),
        _words(r"notic|saw|found|find|reali[sz]|told|heard|discover|show|came back|complain|check|learn|look"),
    ),
    _Demand(
        _words(r"what did you change afterwards"),
        _words(r"now|since|chang|from then|introduc|next time|today|always|never|after|different"),
    ),
    _Demand(
        _words(r"why that one"),
        _words(r"because|why|since|proud|first|never|hard|reason|mean|love|matter|still|mine"),
    ),
    _Demand(
        _words(r"you convinced|persuade|sceptical"),
        _words(
            r"convinc|persuad|agree|scept|doubt|object|against|refus|argu|prov(?:ed|ing)|propos|suggest|explain|"
            r"trial|tr(?:y|ied)\b|idea|want|believ|opinion|think|thought|like[ds]?\b|said (?:no|yes|it|that)|won over"
        ),
        CONVINCED,
    ),
)
_ASKS_EXACTLY = _words(
    r"(?:when|how soon) (?:could|can|would|will) you|how (?:much|many|long) (?:is|are|will|would|notice)|notice period|"
    r"salary"
)
_ASKS_WHY = _words(
    r"why|reasons?\b|what (?:makes?|made|attract\w*|draws?|drew|interests?|appeals?|excites?|drives?|keeps?|led|"
    r"brings?|brought)\b|(?:de)?motivat\w*"
)
_ASKS_OF_EMPLOYER = _words(r"us in particular|work for us")
_OF_EMPLOYER = _words(
    r"your (?!compan|success|team|reputation|vision|values|firm|organi[sz]|needs|business|culture|brand|great)"
    r"|you (?:make|build|serve|have|offer|run|use|sell|deliver|work|train|treat|publish|repair)"
)
"""Something that is told of the employer, and fits not every one."""


def open_demand(question: str, text: str) -> str:
    """What to do about the first demand of `question` that `text` does not turn to, or nothing."""
    if not text:
        return ""
    for demand in _DEMANDS:
        if demand.asks.search(question) and not demand.met.search(text):
            return demand.line.format(asked=_sentence(question, demand.asks))
    return EMPLOYER if _ASKS_OF_EMPLOYER.search(question) and not _OF_EMPLOYER.search(text) else ""


def open_fact(question: str, text: str) -> str:
    """What to do where somebody is asked for a date, a time or a number and gives none, or nothing."""
    return EXACT if _ASKS_EXACTLY.search(question) and not heard.names_amount(text) else ""


def asks_for_reasons(question: str) -> bool:
    """Whether a question about oneself asks why."""
    return bool(_ASKS_WHY.search(question))


def asks_exactly(question: str) -> bool:
    """Whether a question is answered by a date, a time or a number."""
    return bool(_ASKS_EXACTLY.search(question))


def _sentence(question: str, pattern: re.Pattern[str]) -> str:
    """The sentence of a question that a pattern stands in."""
    return next(found for found in re.split(r"(?<=[.!?])\s+", question) if pattern.search(found))
