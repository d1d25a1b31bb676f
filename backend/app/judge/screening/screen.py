"""What is looked at before any content is judged: the same for stories, plans, facts and technical answers.

`screen` takes out what is not an answer (the question said back, words to the grader), notices when nothing was
answered, and sets the cap that word lists and repetition put on every content score.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from app.engines.embedding.base import EmbeddingEngine
from app.judge.language.text import (
    STOP_WORDS,
    Quoter,
    Span,
    content_stems,
    is_content,
    piece_spans,
    sentence_spans,
    stem,
    tokens_of,
    zipf_frequency,
)
from app.judge.screening.echo import TOLD_STEMS, echo_spans
from app.judge.screening.no_answer import MOST, is_blank, passes
from app.judge.screening.sentence_kinds import sentence_odds
from app.judge.types import POINT_CATEGORIES, AnswerSpec, Flag, FlagCode, QuestionSpec, Quote

Reason = Literal["echo", "instruction"]

CAP_QUESTION_WORDS = 10.0
CAP_WORD_LIST = 20.0
CAP_STORY_WORD_LIST = 15.0
"""A story, plan or fact is not told by a list of words; a technical list still shows that the terms are known."""
CAP_REPETITION = 35.0
CAP_GIBBERISH = 5.0
NO_ANSWER = "No answer to the question was recognised."
GRADER_ODDS, BESIDE_ODDS = 3.0, -1.0
"""Log-odds, of all sentences together that rather do, from which an answer speaks to the grader for certain (of 434
honest answers by authors that were left out of learning .5 % have them), and from which a sentence of such an answer
does."""
ADDRESSED_SHARE = 0.5
"""Share of the words from which an answer does nothing else, and is worth nothing."""

TERMS_RUN = 5
TERMS_SHARE = 0.1
"""A technical answer half of which stands in runs of so many terms with hardly a function word is a list of them."""
LIST_WORDS, LIST_SHARE = 8, 0.2
"""Words and share of function words under which the answer to any other question is a list: genuine speech and typed
answers have 40 to 60 %. "I" does not count as one, because "I led I managed I resolved" is a list too."""
REPETITION_WORDS, REPETITION_WINDOW, REPETITION_UNIQUE = 3, 60, 0.4
"""An answer of three words or more whose first 60 hold at most 40 % different ones repeats itself."""

MINIMUM_WORDS = 8
"""Fewer words than this are no story, plan or fact about a person; a technical answer may be one word."""
MINIMUM_SPOKEN_WORDS = 3
UNKNOWN_ZIPF = 1.7
UNKNOWN_SHARE = 0.4
_MARK = re.compile(r"[^\w\s'’]")
LANGUAGES = ("de", "fr", "es", "it", "pt", "nl")
FOREIGN_WORDS = 8
"""Words from which a language can be told."""
ENGLISH_ZIPF = 4.6
FOREIGN_ZIPF = 0.5
"""Mean frequency of the words (Zipf) under which an answer may be in another language, and by how much that language
must have it higher. English answers have over 4.6, all but 2 % full of symbols, which no other language has over .1
higher; sentences of other languages have 1.8 to 3.2 more at home."""


@dataclass(frozen=True, slots=True)
class Removed:
    """Words that are not judged, and why."""

    quote: Quote
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """What is left of an answer to be judged.

    `text` is as long as the answer's text, with what was removed blanked out: a place in one is the same place in the
    other, so that a quote can be cut from the answer. `kept` are its sentences (clauses where there are no full
    stops). `cap` is the most that a content score may reach. `insufficient` names the reason why nothing can be
    judged at all ("empty", "too_short", "not_english"); `no_answer` says that the candidate passed, which is a 0.
    """

    text: str
    kept: tuple[Span, ...] = ()
    removed: tuple[Removed, ...] = ()
    cap: float = 100.0
    no_answer: bool = False
    insufficient: Literal["", "empty", "too_short", "not_english"] = ""
    flags: tuple[Flag, ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """The kept sentences as text."""
        return tuple(self.text[begin:end] for begin, end in self.kept)

    @property
    def judged(self) -> bool:
        """Whether there is anything to judge."""
        return bool(self.kept) and not self.no_answer and not self.insufficient


@dataclass(slots=True)
class _Notes:
    """What the checks have found so far."""

    quoter: Quoter
    removed: list[tuple[Span, Reason]] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    cap: float = 100.0

    def flag(self, code: FlagCode, message: str, span: Span | None = None, cap: float | None = None) -> None:
        quote = self.quoter.quote(*span) if span else None
        self.flags.append(Flag(code, message, quote, lowers_score=cap is not None))
        if cap is not None:
            self.cap = min(self.cap, cap)


def screen(question: QuestionSpec, answer: AnswerSpec, engine: EmbeddingEngine) -> Screening:
    """Looks at `answer` before its content is judged; see `Screening`."""
    notes = _Notes(Quoter(answer.text, answer.words))
    insufficient = _insufficient(question, answer)
    if insufficient:
        notes.flag(insufficient, _INSUFFICIENT_MESSAGES[insufficient])
        return Screening(text=" " * len(answer.text), insufficient=insufficient, flags=tuple(notes.flags), cap=0.0)
    addressed = _instructions(answer.text, engine)
    text = _remove(notes, answer.text, "instruction", addressed)
    if _share(answer.text, addressed) >= ADDRESSED_SHARE:
        notes.cap = 0.0
    text = _remove(notes, text, "echo", echo_spans(question, text))
    _flag_removed(notes)
    no_answer = is_blank(question, text, shortened=bool(notes.removed)) or passes(engine, text, MOST)
    if no_answer:
        notes.flag("no_answer", NO_ANSWER, _first_span(answer.text), cap=0.0)
    else:
        _set_caps(notes, question, text)
    quotes = (Removed(notes.quoter.quote(*span), reason) for span, reason in sorted(notes.removed))
    return Screening(
        text=text,
        kept=() if no_answer else tuple(piece_spans(text)),
        removed=tuple(quotes),
        cap=notes.cap,
        no_answer=no_answer,
        flags=tuple(notes.flags),
    )


_INSUFFICIENT_MESSAGES = {
    "empty": "There are no words to judge.",
    "too_short": "Too few words were recognised to judge them.",
    "not_english": "The answer does not seem to be in English, which is the only language that can be judged.",
}


def _insufficient(question: QuestionSpec, answer: AnswerSpec) -> Literal["", "empty", "too_short", "not_english"]:
    tokens = [token.text for token in tokens_of(answer.text)]
    letters = [letter for letter in answer.text if letter.isalpha()]
    if len(letters) >= 4 and sum(not letter.isascii() for letter in letters) > len(letters) / 2:
        return "not_english"
    if not tokens:
        return "empty"
    if _is_foreign(tokens):
        return "not_english"
    too_few = answer.spoken and len(tokens) < MINIMUM_SPOKEN_WORDS and question.category not in POINT_CATEGORIES
    return "too_short" if too_few else ""


def _is_foreign(tokens: Sequence[str]) -> bool:
    """Whether the words are commoner in another language; their lists are read only where English hardly knows them."""
    if len(tokens) < FOREIGN_WORDS or (english := _commonness(tokens, "en")) >= ENGLISH_ZIPF:
        return False
    return any(_commonness(tokens, language) - english >= FOREIGN_ZIPF for language in LANGUAGES)


def _commonness(tokens: Sequence[str], language: str) -> float:
    return sum(zipf_frequency(token, language, "small") for token in tokens) / len(tokens)


def _remove(notes: _Notes, text: str, reason: Reason, spans: Sequence[Span]) -> str:
    """`text` with `spans` blanked out."""
    for begin, end in spans:
        if text[begin:end].strip():
            notes.removed.append(((begin, end), reason))
            text = text[:begin] + " " * (end - begin) + text[end:]
    return text


def _flag_removed(notes: _Notes) -> None:
    messages: dict[Reason, str] = {
        "instruction": "Some words were left out, because they do not seem to answer the question.",
        "echo": "The part that repeats the question was left out.",
    }
    for reason, message in messages.items():
        spans = [span for span, why in notes.removed if why == reason]
        if spans:
            notes.flag(reason, message, min(spans))


def _instructions(text: str, engine: EmbeddingEngine) -> list[Span]:
    """The sentences that address the grader, whole: their other words claim what was not said."""
    pieces = piece_spans(text)
    odds = sentence_odds(engine, [text[begin:end] for begin, end in pieces])
    addressing = odds["grader"]
    if addressing[addressing > odds["unknown"]].clip(min=0).sum() < GRADER_ODDS:
        return []
    return [piece for piece, value in zip(pieces, addressing, strict=True) if value >= BESIDE_ODDS]


def _share(text: str, spans: Sequence[Span]) -> float:
    """Share of the words of `text` that stand in `spans`."""
    count = len(tokens_of(text))
    return sum(1 for begin, end in spans for _ in tokens_of(text[begin:end])) / max(1, count)


def _set_caps(notes: _Notes, question: QuestionSpec, text: str) -> None:
    tokens = [token.text for token in tokens_of(text)]
    personal = question.category not in POINT_CATEGORIES
    expected = " ".join((question.reference, *question.expected_points))
    asked, wanted, said = (set(content_stems(part)) for part in (question.text, expected, text))
    told = len(asked) > TOLD_STEMS or (wanted and wanted <= asked)
    if said and said <= asked and not told and (said.isdisjoint(wanted) or len(said) > len(wanted)):
        notes.flag("question_words", "Only words of the question were said.", cap=CAP_QUESTION_WORDS)
    if _is_gibberish(tokens, asked | wanted):
        notes.flag("gibberish", "Most of the words are not English words.", cap=CAP_GIBBERISH)
    if _is_list(tokens) if personal else _is_keywords(text) and not _is_keywords(question.reference):
        cap = CAP_STORY_WORD_LIST if personal else CAP_WORD_LIST
        notes.flag("word_list", "The answer is a list of words rather than sentences.", cap=cap)
    if _is_repetitive(tokens) and not _is_repetitive([token.text for token in tokens_of(expected)]):
        notes.flag("repetition", "The answer repeats the same words.", cap=CAP_REPETITION)
    if personal and len(tokens) < MINIMUM_WORDS:
        notes.flag("too_short", "The answer is too short to show much.")


def _is_keywords(text: str) -> bool:
    """Whether a technical answer is nothing but terms in a row. Short statements with few function words ("Left: every
    left row, right columns NULL"), and lists of what is to be checked, are cut by punctuation."""
    stretches = [[token.text for token in tokens_of(part)] for part in _MARK.split(text.strip())]
    words = [word for stretch in stretches for word in stretch]
    if len(words) < TERMS_RUN or sum(word in STOP_WORDS for word in words) >= TERMS_SHARE * len(words):
        return False
    return 2 * sum(len(stretch) for stretch in stretches if len(stretch) >= TERMS_RUN) >= len(words)


def _is_list(tokens: Sequence[str]) -> bool:
    """Whether words stand side by side without what makes them sentences."""
    counted = [word for word in tokens if word != "i"]
    functional = sum(not is_content(word) for word in counted)
    return len(counted) >= LIST_WORDS and functional < LIST_SHARE * len(counted)


def _is_repetitive(tokens: Sequence[str]) -> bool:
    window = tokens[:REPETITION_WINDOW]
    return len(window) >= REPETITION_WORDS and len(set(window)) <= REPETITION_UNIQUE * len(window)


def _is_gibberish(tokens: Sequence[str], known: set[str]) -> bool:
    words = [token for token in tokens if len(token) >= 3 and token.isalpha()]
    unknown = [word for word in words if stem(word) not in known and zipf_frequency(word, "en") < UNKNOWN_ZIPF]
    return len(unknown) >= 3 and len(unknown) >= UNKNOWN_SHARE * len(words)


def _first_span(text: str) -> Span | None:
    spans = sentence_spans(text)
    return spans[0] if spans else None
