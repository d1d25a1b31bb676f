"""How sure an answer sounds: hedging, fillers, pace. Words and timing only; never a face, a voice or an emotion.

That nobody hedges in a line or two shows little: hardly anybody does. So a few words stay near what is known without
them, and only who goes on without doubt comes near 100.
"""

import re
from collections.abc import Mapping

from app.judge.delivery.delivery import BANDS, Delivery, on_curve
from app.judge.language.disfluency import fluent_text
from app.judge.language.text import Quoter, tokens_of
from app.judge.types import AnswerSpec, Measure

_HEDGES = re.compile(
    r"\b(?:"
    r"(?:i|we) (?:just |kind of |sort of )?(?:guess|suppose|think|feel like|believe|assume)(?: that)?"
    r"|(?:i'm|i am|we're|not) (?:not )?(?:really |quite |entirely |totally |so )?(?:sure|certain)|i'm afraid|no idea"
    r"|(?:i )?(?:don't|do not) (?:really )?(?:know|remember)(?: (?:if|whether|exactly))?"
    r"|maybe|perhaps|probably|possibly|hopefully|somehow|apparently|kind of|sort of|kinda|sorta|more or less"
    r"|or something(?: like that)?|or whatever|and stuff|i (?:tried|try) to|a little bit|might have|could have been"
    r"|if (?:i|that) (?:remember|makes? sense|i'm not mistaken)|to be honest|i would say|i'd say"
    r")\b",
    re.IGNORECASE,
)
"""After Holmes (1990) and Hyland (1998): epistemic verbs and adverbs, approximators, general extenders."""
_STRONG_DOUBT = re.compile(r"not .*(?:sure|certain)|don't .*(?:know|remember)|do not .*(?:know|remember)|no idea|guess")
DOUBT_WEIGHT = 2.0
"""Saying that one does not know counts as two softening words."""

HEDGE_BAND: tuple[tuple[float, float], ...] = ((0, 100), (2, 95), (4, 75), (8, 40), (14, 10))
"""Hedges per 100 words: up to two are ordinary care with the truth."""
SHARES: Mapping[str, float] = {"hedging": 0.55, "fillers": 0.25, "pace": 0.20}
SETTLE_WORDS = 50
MIN_WORDS = 8
UNKNOWN, UNKNOWN_WORDS = 60.0, 40.0
"""What an answer counts as before a word is heard, and after how many words half of that is left."""


def confidence(answer: AnswerSpec, quoter: Quoter, delivery: Delivery) -> Measure:
    """0-100 from hedging (share .55), fillers (.25) and pace (.20), as the length shows it. What was not measured gives
    its share away."""
    fluent = fluent_text(answer.text)
    words = len(tokens_of(fluent.text))
    if words < MIN_WORDS:
        note = f"Too few words to tell (at least {MIN_WORDS} are needed)."
        return Measure(value=None, note=note, heuristic=True)
    hedges = [match.span() for match in _HEDGES.finditer(fluent.text.replace("’", "'"))]
    weight = sum(DOUBT_WEIGHT if _STRONG_DOUBT.search(fluent.text[slice(*span)].lower()) else 1.0 for span in hedges)
    rate = 100 * weight / max(words, SETTLE_WORDS)
    parts = {"hedging": on_curve(HEDGE_BAND, rate)}
    parts |= _from_delivery(delivery)
    total = sum(SHARES[name] for name in parts)
    heard = sum(SHARES[name] * part for name, part in parts.items()) / total
    known = words / (words + UNKNOWN_WORDS)
    evidence = tuple(quoter.quote(*fluent.span(begin, end)) for begin, end in hedges)
    basis = "the words and their timing" if "pace" in parts else "the words"
    return Measure(
        value=round(UNKNOWN + known * (heard - UNKNOWN), 1),
        note=f"From {basis} alone: {', '.join(parts)}; few words show little of it.",
        evidence=evidence,
        details={**parts, "hedges_per_100_words": round(rate, 2)},
        heuristic=True,
    )


def _from_delivery(delivery: Delivery) -> dict[str, float]:
    """The parts that delivery measured already; a fast talker does not sound unsure, so only slowness counts."""
    details = delivery.fluency.details
    found = {}
    fillers = details.get("fillers", details.get("fillers_per_100"))
    if fillers is not None:
        found["fillers"] = fillers
    if "pace" in details and delivery.stats.words_per_minute is not None:
        comfortable = max(score for _, score in BANDS["pace"])
        fast = delivery.stats.words_per_minute > 170
        found["pace"] = comfortable if fast else details["pace"]
    return found
