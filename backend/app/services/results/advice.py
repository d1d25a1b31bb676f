"""What to do next time, in sentences that a coach would say. Each follows from what one answer lacked."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.judge.types import PERSONAL_CATEGORIES, PLAN_CATEGORIES, POINT_CATEGORIES, STORY_CATEGORIES
from app.judge.verdict import WEIGHTS
from app.models.values.evaluation import Flag, Measure, PointVerdict, Quote

STRONG, FAIR = 75.0, 55.0
CLEAR = 65.0
"""Value from which a part is named as recognised; under it something is advised."""
CONTENT_SHARE = WEIGHTS["relevance"] + WEIGHTS["coverage"]
TELLING_WORDS = 4
"""A quote of fewer words shows nothing to whoever reads it."""

LONGEST_QUOTE = 22
"""Words of a quote that are shown."""
JOINING = frozenset("and but so then um uh well yeah okay".split())
"""Words at the start of a quote that only join it to what came before."""

PARTS: Mapping[str, tuple[float, str]] = {
    "situation": (0.15, "Begin with when and where it was and what was at stake, where that is not there yet."),
    "action": (0.35, "If you did more yourself, tell it step by step: I asked, I wrote, I called."),
    "result": (
        0.25,
        "The ending is heard best in a sentence of its own: what was different then, with a number if any.",
    ),
    "reflection": (0.10, "What you learned is heard best at the very end, in words like “since then I …”."),
    "specificity": (0.15, "Where you can, add when, where or how many; nobody needs to be named."),
    "steps": (
        0.50,
        "Give each thing that you would do a short sentence of its own, in the order in which you would do it.",
    ),
    "reasons": (
        0.20,
        "Say the reason beside the step in plain words (“because …”, “so that …”), where it is not there yet.",
    ),
    "order": (0.10, "Words like “first”, “then” and “if that does not help” make the order easy to hear."),
    "facts": (0.45, "Answer with what is true of you alone: your own reason, or one thing that you did."),
}
"""Parts of the content (`judge.content`) with their weight and what to do when they are weak. That a part was not
recognised does not show that it is absent, so each sentence is of use also to somebody who told it in other words."""
REASONS_PERSONAL = "Say why in plain words (“because …”, “what I like is …”), where it is not there yet."
SPECIFIC_PLAN = "Where it is open, say whom you would ask, what you would say and by when."
SPECIFIC_PERSONAL = "A detail more makes it easy to ask about: what exactly you did, how many, for how long."
FROM_QUOTE: Mapping[str, tuple[str, str]] = {
    "facts": ("facts", "Go on from {quote}: what exactly you did, or your own reason."),
    "action": (
        "action",
        "Start from {quote}; if you did more yourself, tell it step by step: I asked, I wrote, I called.",
    ),
    "result": (
        "action",
        "After {quote}, the ending is heard best in a sentence of its own, with a number if there is one.",
    ),
    "steps": (
        "steps",
        "Start from {quote}, and give what you would do before and after it short sentences of their own.",
    ),
}
"""The same for one answer, with the words to go on from: the part that they show, and the sentence."""
SOME_FACTS = 45.0
"""Value from which an answer about oneself has a fact to go on from."""
LINK = "Say in one sentence how this answers the question: that was not recognised with certainty."
FLUENCY: Mapping[str, str] = {
    "fillers": "When you look for a word, wait in silence instead of filling the pause.",
    "fillers_per_100": "When you look for a word, wait in silence instead of filling the pause.",
    "repeats": "Stop for a moment when you lose the thread, rather than say a word twice.",
    "long_pauses": "If you need time, say that you think for a moment, and then speak.",
    "sentences": "Write whole sentences, one thought each.",
}
"""Parts of the fluency and what to do when one is the weakest."""
PACE: Mapping[str, str] = {
    "pace_fast": "Slow down: you spoke faster than most listeners can follow.",
    "pace_slow": "Speak a little faster: the pace makes it hard to stay with you.",
}
NAMED_LOSS: Mapping[str, str] = {
    "fillers": "fillers",
    "fillers_per_100": "fillers",
    "repeats": "words or beginnings said twice",
    "long_pauses": "long pauses",
    "sentences": "sentences that break off or run on",
    "pace": "the pace",
}
CASE = "Tell one case that really happened: when and where it was, and what you did."
FLAGS: Mapping[str, str] = {
    "other_question": "Tell what the question asks for; if this was meant as that, say how in the first sentence.",
    "hypothetical": CASE,
    "own_part_unclear": "Say which part of it was yours: what did you do while the others did theirs?",
}
"""What stands in the way of all else: nothing but this is said of the content."""
FLAG_FROM_QUOTE: Mapping[str, str] = {
    "own_part_unclear": "{quote}: which part of it was yours, and what did you do while the others did theirs?",
    "general_talk": "Rather than {quote}, tell one case that really happened: when and where it was, and what you did.",
}
CASE_FROM = 45.0
"""An answer of which no situation, action or result reaches this tells no case that could be recognised."""
CASE_PARTS = ("situation", "action", "result")
CLEARLY_MISSING = 0.25
"""Match of a point of a plan under which it is offered: what comes nearer may have been said in other words."""
FLUENT, NO_LOSS = 90.0, 97.0
"""Fluency under which something is advised, and from which nothing is said of it."""


_STUMBLES = re.compile(r"\b(?:um+|uh+|er+m?)\b|\b(\w[\w']*(?: [\w']+)?) \1\b", re.IGNORECASE)
NAMED_PARTS = frozenset({"situation", "action", "result", "reflection", "steps", "reasons", "order", "facts"})
"""Parts that the summary names, so that what it does not name as recognised comes with something to do."""


@dataclass(frozen=True, slots=True)
class Advice:
    """`gain`: how many points of the overall score it is about. `text` is for any answer, `here` for this one."""

    gain: float
    category: str
    text: str
    here: str = ""


def advice(
    category: str,
    measures: Mapping[str, Measure],
    parts: Mapping[str, Measure],
    points: tuple[PointVerdict, ...],
    flags: tuple[Flag, ...],
) -> list[Advice]:
    """What would help this answer, the most useful first."""
    codes: set[str] = {flag.code for flag in flags}
    quotes: dict[str, Quote | None] = {flag.code: flag.quote for flag in flags}
    blocking = [code for code in FLAGS if code in codes]
    if not blocking and tells_no_case(category, parts):
        blocking = ["general_talk"]
    first = [
        Advice(100 * CONTENT_SHARE, "Relevance", FLAGS.get(code, CASE), _with_quote(code, quotes.get(code)))
        for code in blocking[:1]
    ]
    found = first or [*_parts(category, parts), *_points(category, points)] or _link(parts)
    return sorted([*found, *_language(measures, codes)], key=lambda item: -item.gain)


def _with_quote(code: str, quote: Quote | None) -> str:
    """What to do about a flag with the words that it is about, where those show it."""
    text = FLAG_FROM_QUOTE.get(code)
    return text.format(quote=cited(quote)) if text and quote and telling((quote,)) else ""


def tells_no_case(category: str, parts: Mapping[str, Measure]) -> bool:
    """Whether an answer that should be a story has nothing that was recognised as something that happened."""
    found = [parts[name].value or 0.0 for name in CASE_PARTS if name in parts]
    return category in STORY_CATEGORIES and bool(found) and max(found) < CASE_FROM


def _parts(category: str, parts: Mapping[str, Measure]) -> list[Advice]:
    """Weak parts of a story, a plan or an answer about oneself."""
    texts = {name: text for name, (_, text) in PARTS.items()}
    if category in PERSONAL_CATEGORIES:
        texts |= {"reasons": REASONS_PERSONAL, "specificity": SPECIFIC_PERSONAL}
    if category in PLAN_CATEGORIES:
        texts["specificity"] = SPECIFIC_PLAN
    weak = {
        name: value
        for name in PARTS
        if name in parts
        and (value := parts[name].value) is not None
        and value < (CLEAR if name in NAMED_PARTS else FAIR)
    }
    if "facts" in weak:
        weak.pop("specificity", None)  # facts of one's own are what would be specific
    return [
        Advice(CONTENT_SHARE * PARTS[name][0] * (100 - value), "Structure", texts[name], _here(name, parts, weak))
        for name, value in weak.items()
    ]


def _here(name: str, parts: Mapping[str, Measure], weak: Mapping[str, float]) -> str:
    """What to do about a weak part with the answer's own words, where there are some to go on from; once is enough."""
    shown, text = FROM_QUOTE.get(name, ("", ""))
    if shown not in parts or (shown != name and shown in weak) or (name == "facts" and weak[name] < SOME_FACTS):
        return ""
    quotes = parts[shown].evidence
    quote = clean(quotes if name == "steps" else quotes[::-1])
    return text.format(quote=cited(quote)) if quote else ""


def _link(parts: Mapping[str, Measure]) -> list[Advice]:
    """What to do about an answer whose parts are there, but not its tie to the question."""
    fit = parts["fit"].value if "fit" in parts else None
    return [Advice(CONTENT_SHARE * (100 - fit), "Relevance", LINK)] if fit is not None and fit < FAIR else []


def _points(category: str, points: tuple[PointVerdict, ...]) -> list[Advice]:
    """Expected points that were not recognised, the least recognised first, or contradicted."""
    if category not in POINT_CATEGORIES and category not in PLAN_CATEGORIES:
        return []
    most = CLEARLY_MISSING if category in PLAN_CATEGORIES else 1.0
    lacking = [
        point for point in points if point.label == "contradicted" or (point.label == "missing" and point.match < most)
    ]
    gain = CONTENT_SHARE * 100 / max(1, len(points))
    return [
        Advice(gain, "Content", point_advice(category, point))
        for point in sorted(lacking, key=lambda point: (point.label != "contradicted", point.match))
    ]


def point_advice(category: str, point: PointVerdict) -> str:
    """A point that was not recognised, as something to say or do."""
    text = re.sub(r"\bthe candidate's\b", "your", point.text.strip().rstrip("."))
    text = re.sub(r"\bthe candidate\b", "you", text)
    first, _, rest = text.partition(" ")
    opening = first.lower() if first == "A" or first[1:].islower() else first
    text = f"{opening} {rest}".rstrip()
    if point.label == "contradicted":
        return f"Look at this again: {text}."
    if category in PLAN_CATEGORIES:
        return f"Unless you meant it already, you could also {text}."
    return f"Add this, or say it in plainer words: {text}."


def _language(measures: Mapping[str, Measure], flags: set[str]) -> list[Advice]:
    found = []
    fluency = measures.get("fluency")
    if fluency is not None and (lost := _lost(fluency, FLUENT)) and (weakest := weakest_of_fluency(fluency)):
        text = next((PACE[code] for code in PACE if code in flags), "") if weakest == "pace" else FLUENCY[weakest]
        if text:
            found.append(Advice(WEIGHTS["fluency"] * lost, "Fluency", text))
    grammar = measures.get("grammar")
    if grammar is not None and (lost := _lost(grammar, STRONG)) and grammar.details.get("flags"):
        text = f"Look at this again and say it correctly: “{grammar.evidence[0].text}”."
        found.append(Advice(WEIGHTS["grammar"] * lost, "Grammar", text))
    return found


def weakest_of_fluency(fluency: Measure) -> str:
    """What cost the fluency most, or nothing where that is not known."""
    named = {name: value for name, value in fluency.details.items() if name in NAMED_LOSS and value < NO_LOSS}
    return min(named, key=lambda name: named[name], default="")


def alone(measure: Measure) -> float | None:
    """A measure of language as language alone, however little of it answers the question."""
    return measure.details.get("language_alone", measure.value) if measure.value is not None else None


def _lost(measure: Measure, enough: float) -> float:
    """Points that language alone lost, where it is under `enough`."""
    value = alone(measure)
    return 100 - value if value is not None and value < enough else 0.0


def telling(quotes: tuple[Quote, ...]) -> Quote | None:
    """The first quote that is long enough to mean something by itself."""
    return next((quote for quote in quotes if len(quote.text.split()) >= TELLING_WORDS), None)


def clean(quotes: Sequence[Quote]) -> Quote | None:
    """The first telling quote that can be shown without embarrassment: no fillers, no word twice in a row."""
    return next((quote for quote in quotes if telling((quote,)) and not _STUMBLES.search(quote.text)), None)


def cited(quote: Quote) -> str:
    """A quote as it is shown: without words that only join it, and no longer than takes a glance to read."""
    words = quote.text.split()
    while len(words) > TELLING_WORDS and words[0].strip(",").lower() in JOINING:
        words = words[1:]
    if len(words) > LONGEST_QUOTE:
        return f"“{' '.join(words[:LONGEST_QUOTE]).rstrip('.,;:')} …”"
    return f"“{' '.join(words).rstrip('.,;:')}”"
