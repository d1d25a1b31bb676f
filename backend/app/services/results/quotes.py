"""Words of an answer as they are shown in feedback: whole, without stumbles, and only where they mean something."""

import re
from collections.abc import Sequence

from app.models.values.evaluation import Quote
from app.services.results import heard

TELLING_WORDS = 4
"""A quote of fewer words shows nothing to whoever reads it."""
LONGEST_QUOTE, LONGEST_SENTENCE = 22, 30
"""Words of a quote that are shown; a sentence worth keeping is shown whole up to a few more."""
KEPT_WORDS, KEPT_SPOKEN = 8, 16
"""Words from which something is shown as worth keeping; and up to which, where no full stop says where it ends."""
SOMEBODY_WORDS = 11
"""Words from which it is concrete that somebody is named, without a time or a number."""
JOINING = frozenset("and but so then um uh well yeah okay".split())
"""Words at the start of a quote that only join it to what came before."""
DANGLING = frozenset("and but so because mainly which that the a an of to with for in on at by or if when".split())
"""Words at the end of a quote that promise more."""

_STUMBLES = re.compile(r"\b(?:u+h*m+|uh+|er+m?|you know|i mean|so yeah)\b|\b(\w[\w']*(?: [\w']+)?) \1\b", re.IGNORECASE)
_SLIP = re.compile(
    r"\b(?:forgot\w*|mistake\w*|wrong\w*|errors?|failed|missed|instead of|swapped|mix\w*[- ]up|"
    r"too (?:early|late|much|expensive))\b",
    re.IGNORECASE,
)
_NOT_DONE = re.compile(r"(?:(?:and|so|then|but) )*i (?:(?:would|will|did|do) not|\w+n't)\b", re.IGNORECASE)
_I_DID = re.compile(r"(?:(?:and|so|then|but) )*i(?:'\w+)? ", re.IGNORECASE)
_STOPS = re.compile(r"[.!?;][\"”]?(?=\s|$)")
_MARKS = re.compile(r"[\"“”]")
_WORDS_A_STOP = 60
"""Words for each full stop up to which a text is punctuated."""


def telling(quotes: tuple[Quote, ...]) -> Quote | None:
    """The first quote that is long enough to mean something by itself."""
    return next((quote for quote in quotes if len(quote.text.split()) >= TELLING_WORDS), None)


def clean(quotes: Sequence[Quote]) -> Quote | None:
    """The first telling quote that can be shown without embarrassment: no fillers, no word twice in a row."""
    return next((quote for quote in quotes if telling((quote,)) and not _STUMBLES.search(quote.text)), None)


def names_a_slip(text: str) -> bool:
    """Whether words tell what went wrong, which are not what is to be kept of an answer."""
    return bool(_SLIP.search(text))


def whole_speech(words: str) -> str:
    """Words without what somebody is cited with in them, where that is cut off before its end."""
    marks = list(_MARKS.finditer(words))
    if len(marks) % 2 == 0:
        return words
    before = words[: marks[-1].start()].rstrip(" ,:")
    return before.rpartition(",")[0] or before


def cited(quote: Quote) -> str:
    """A quote as it is shown: without words that only join it, and no longer than takes a glance to read."""
    words = quote.text.split()
    while len(words) > TELLING_WORDS and words[0].strip(",").lower() in JOINING:
        words = words[1:]
    cut = len(words) > LONGEST_QUOTE
    words = whole_speech(" ".join(words[:LONGEST_QUOTE])).split()
    while len(words) > TELLING_WORDS and words[-1].strip(",").lower() in DANGLING:
        words = words[:-1]
    return f"“{' '.join(words).rstrip('.,;:')}{' …' if cut else ''}”"


def shown(text: str) -> str:
    """Words of an answer as a quote, or nothing where they say too little or stumble."""
    found = Quote(text, 0, len(text))
    return cited(found) if clean((found,)) else ""


def worth_keeping(quote: Quote, text: str) -> str:
    """What a quote belongs to as a model to keep, or nothing.

    That is its whole sentence, or of a long one the clauses up to a comma; without full stops the quote itself where it
    begins with "I". It must name a time, a number or, at some length, somebody.
    """
    found = _whole(quote, text)
    count = len(found.split())
    named = heard.names_time(found) or (heard.names_somebody(found) and count >= SOMEBODY_WORDS)
    if (
        count < KEPT_WORDS
        or not named
        or names_a_slip(found)
        or _NOT_DONE.match(found)
        or _STUMBLES.search(found)
        or heard.empty_phrase(found)
    ):
        return ""
    words = found.split()
    while words[0].strip(",").lower() in JOINING:
        words = words[1:]
    return f"“{' '.join(words).rstrip('.,;:')}”"


def tells_of_oneself(quote: Quote) -> bool:
    """Whether a quote begins with "I"."""
    return bool(_I_DID.match(quote.text))


def _whole(quote: Quote, text: str) -> str:
    """The sentence that a quote begins in, or the clauses of it that are no longer than one may be."""
    if text[quote.begin : quote.end] != quote.text:  # an evaluation of other words than these
        return ""
    if len(_STOPS.findall(text)) * _WORDS_A_STOP < len(text.split()):
        return quote.text if tells_of_oneself(quote) and len(quote.text.split()) <= KEPT_SPOKEN else ""
    begin = max((stop.end() for stop in _STOPS.finditer(text, 0, quote.begin)), default=0)
    after = _STOPS.search(text, quote.begin)
    sentence = text[begin : after.end() if after else len(text)].strip()
    if len(sentence.split()) <= LONGEST_SENTENCE:
        return sentence
    kept = ""
    for clause in re.split(r"(?<=[,:])\s+", sentence):
        if len(f"{kept} {clause}".split()) > LONGEST_QUOTE:
            break
        kept = f"{kept} {clause}".strip()
    return whole_speech(kept)
