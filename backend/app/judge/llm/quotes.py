"""Quotes that a model gives, looked up in what was said: no quote, no claim."""

import re
from collections import Counter
from collections.abc import Sequence

from rapidfuzz import fuzz

from app.engines.embedding.base import EmbeddingEngine
from app.judge.language.neutral import neutralise
from app.judge.language.text import Quoter, Token, tokens_of, words
from app.judge.screening.screen import Screening, screen
from app.judge.types import AnswerSpec, QuestionSpec, Quote

SAME = 90.0
"""Character similarity (rapidfuzz, 0-100) from which two passages are the same but for a typing slip."""
MIN_WORDS = 3
"""Shorter passages stand in almost any answer and show nothing."""
_ELLIPSIS = re.compile(r"\.{3,}|…|\[\.\.\.\]")
_NEGATIONS = frozenset("not no never nor none nothing neither without cannot".split())


class Passages:
    """A text in which passages are looked up word by word; marks, case and white space do not count."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._tokens: Sequence[Token] = tokens_of(text)
        self._starts: list[int] = []
        joined = ""
        for token in self._tokens:
            self._starts.append(len(joined))
            joined += token.text + " "
        self._joined = joined.rstrip()

    def find(self, passage: str) -> tuple[int, int] | None:
        """The span of `passage`, or None: when it is not there, or is too short to show anything.

        A typing slip is forgiven; a number or a negation that differs is not.
        """
        said = words(passage)
        if not said or len(said) < min(MIN_WORDS, len(self._tokens)):
            return None
        place = self._place(" ".join(said))
        inside = [at for at, token in enumerate(self._tokens) if place and _in(place, self._starts[at], token)]
        if not inside or _telling(said) != _telling([self._tokens[at].text for at in inside]):
            return None
        return self._tokens[inside[0]].begin, self._tokens[inside[-1]].end

    def _place(self, text: str) -> tuple[int, int] | None:
        if len(text) > len(self._joined):
            return (0, len(self._joined)) if fuzz.ratio(text, self._joined) >= SAME else None
        alignment = fuzz.partial_ratio_alignment(text, self._joined, score_cutoff=SAME)
        return (alignment.dest_start, alignment.dest_end) if alignment else None


class ShownAnswer:
    """An answer as a model sees it, and the way back from its quotes.

    Words to the grader are left out, and names are replaced: the same answer about other people is the same text.
    Quotes are cut from the answer as it was said.
    """

    def __init__(self, question: QuestionSpec, answer: AnswerSpec, screening: Screening) -> None:
        self.screening = screening
        self._quoter = Quoter(answer.text, answer.words)
        self._kept = _without_instructions(answer.text, screening)
        known = " ".join((question.text, question.reference, *question.expected_points, *question.keywords))
        self._neutral = neutralise(self._kept, keep=frozenset(words(known)), pronouns=False)
        self._passages = Passages(self._neutral.text)
        self.text = " ".join(self._neutral.text.split())

    @classmethod
    def of(cls, question: QuestionSpec, answer: AnswerSpec, engine: EmbeddingEngine | None) -> "ShownAnswer":
        """The answer after its screening (some 10 milliseconds); without an engine as it was said."""
        return cls(question, answer, screen(question, answer, engine) if engine else Screening(text=answer.text))

    def find(self, passage: str) -> Quote | None:
        """Where `passage` stands in the answer, in the words that were said; its longest part that does, where it was
        joined of several."""
        pieces = sorted(_ELLIPSIS.split(passage), key=len, reverse=True)
        span = next((found for piece in pieces if (found := self._passages.find(piece))), None)
        if span is None:
            return None
        begin, end = self._neutral.original(*span)
        quote = self._quoter.quote(begin, end)
        return quote if words(quote.text) == words(self._kept[begin:end]) else None


def _without_instructions(text: str, screening: Screening) -> str:
    """The answer with the words to its grader blanked out, each other word in its place."""
    for removed in screening.removed:
        if removed.reason == "instruction":
            begin, end = removed.quote.begin, removed.quote.end
            text = text[:begin] + " " * (end - begin) + text[end:]
    return text


def _in(place: tuple[int, int], start: int, token: Token) -> bool:
    """Whether more than half of a word stands in the place that was found."""
    overlap = min(place[1], start + len(token.text)) - max(place[0], start)
    return overlap > len(token.text) / 2


def _telling(found: Sequence[str]) -> Counter[str]:
    """The words that may not differ: negations and numbers."""
    return Counter(
        "not" if word in _NEGATIONS or word.endswith("n't") else word
        for word in found
        if word in _NEGATIONS or word.endswith("n't") or any(letter.isdigit() for letter in word)
    )
