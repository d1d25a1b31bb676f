"""What is looked at before any content is judged: the same for stories, plans, facts and technical answers.

`screen` takes out what is not an answer (the question said back, words to the grader, sentences said twice), notices
when nothing was answered, and sets the cap that word lists and repetition put on every content score.
"""

import re
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Literal

from app.engines.embedding.base import EmbeddingEngine
from app.judge.language.clauses import read
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
from app.judge.screening.instructions import instruction_spans
from app.judge.screening.no_answer import is_no_answer
from app.judge.screening.sentence_kinds import sentence_odds
from app.judge.types import POINT_CATEGORIES, AnswerSpec, Flag, FlagCode, QuestionSpec, Quote

Reason = Literal["echo", "instruction", "repeated"]

CAP_QUESTION_WORDS = 10.0
CAP_WORD_LIST = 20.0
CAP_STORY_WORD_LIST = 15.0
"""A story, plan or fact is not told by a list of words; a technical list still shows that the terms are known."""
CAP_REPETITION = 35.0
CAP_GIBBERISH = 5.0
GRADER_ODDS, BESIDE_ODDS = 3.0, -2.0
"""Log-odds from which a sentence speaks to the grader for certain (one of 500 honest answers has such a sentence), and
from which one does that stands beside it."""
ADDRESSED_SHARE = 0.5
"""Share of the words from which an answer does nothing else; a lone sentence is only left out."""

TERMS_RUN = 5
TERMS_SHARE = 0.1
"""A technical answer half of which stands in runs of so many terms with hardly a function word is a list of them."""
LIST_RUN = 4
LIST_RUN_SHARE = 0.7
LIST_CONTENT = 8
LIST_SHARE = 0.15
LONG_LIST_TOKENS = 25
LONG_LIST_SHARE = 0.25
"""A list: 70 % of its content words stand in runs of four or more with nothing between them (1 % of 1,500 graded
answers, 94 % of keywords said three times); or it is nothing but four or more content words; or at least 8 content
words and function words under 15 %; or 25 words and under 25 % (genuine speech and typed answers have 40-60 %)."""
REPETITION_TOKENS = 20
REPETITION_WINDOW = 60
"""Words compared at a time: in a long answer the same words come back without being a repetition."""
SHORT_REPETITION_TOKENS = 3
SHORT_REPETITION_UNIQUE = 0.4
"""A short answer that says each word two or three times."""
REPETITION_UNIQUE = 0.34
REPETITION_ZLIB = 0.40

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


def screen(question: QuestionSpec, answer: AnswerSpec, engine: EmbeddingEngine | None = None) -> Screening:
    """Looks at `answer` before its content is judged; see `Screening`. Without an engine set phrases alone tell what
    speaks to the grader and what says "I don't know"."""
    notes = _Notes(Quoter(answer.text, answer.words))
    insufficient = _insufficient(question, answer)
    if insufficient:
        notes.flag(insufficient, _INSUFFICIENT_MESSAGES[insufficient])
        return Screening(text=" " * len(answer.text), insufficient=insufficient, flags=tuple(notes.flags), cap=0.0)
    addressed = _instructions(answer.text, frozenset(content_stems(question.text)), engine)
    text = _remove(notes, answer.text, "instruction", addressed)
    if _share(answer.text, addressed) >= ADDRESSED_SHARE:
        notes.cap = 0.0
    text = _remove(notes, text, "echo", echo_spans(question, text))
    text = _remove(notes, text, "repeated", _repeated(text))
    _flag_removed(notes)
    no_answer = is_no_answer(question, text, engine, shortened=bool(notes.removed))
    if no_answer:
        notes.flag("no_answer", "No answer to the question was recognised.", _first_span(answer.text), cap=0.0)
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
        "repeated": "Repeated sentences count only once.",
    }
    for reason, message in messages.items():
        spans = [span for span, why in notes.removed if why == reason]
        if spans:
            notes.flag(reason, message, min(spans))


def _instructions(text: str, known: frozenset[str], engine: EmbeddingEngine | None) -> list[Span]:
    """The sentences that address the grader, whole: their other words claim what was not said."""
    if engine is None:
        return [one for one in piece_spans(text) if any(one[0] < e and b < one[1] for b, e in instruction_spans(text))]
    telling = read(text, known)
    odds = sentence_odds(engine, telling.texts)
    addressing = odds["grader"]
    certain = (addressing >= GRADER_ODDS) & (addressing > odds["unknown"])
    if not certain.any():
        return []
    marked = [
        telling.original(clause.begin, clause.end)
        for clause, value in zip(telling.clauses, addressing, strict=True)
        if value >= BESIDE_ODDS
    ]
    sentences = piece_spans(text)
    return [one for one in sentences if any(piece[0] < one[1] and one[0] < piece[1] for piece in marked)]


def _share(text: str, spans: Sequence[Span]) -> float:
    """Share of the words of `text` that stand in `spans`."""
    count = len(tokens_of(text))
    return sum(1 for begin, end in spans for _ in tokens_of(text[begin:end])) / max(1, count)


def _repeated(text: str) -> list[Span]:
    """Clauses of five words or more that stood in the answer before, word by word."""
    seen: set[tuple[str, ...]] = set()
    spans = []
    for begin, end in piece_spans(text):
        words = tuple(token.text for token in tokens_of(text[begin:end]))
        if len(words) >= 5 and words in seen:
            spans.append((begin, end))
        seen.add(words)
    return spans


def _set_caps(notes: _Notes, question: QuestionSpec, text: str) -> None:
    tokens = [token.text for token in tokens_of(text)]
    content = [token for token in tokens if is_content(token)]
    personal = question.category not in POINT_CATEGORIES
    known = set(content_stems(" ".join((question.text, question.reference, *question.expected_points))))
    asked = set(content_stems(question.text))
    wanted = set(content_stems(question.reference + " " + " ".join(question.expected_points)))
    stems = {stem(word) for word in content}
    right = bool(stems & wanted) and len(content) <= len(wanted)
    told = len(asked) > TOLD_STEMS or (wanted and wanted <= asked)
    if stems and stems <= asked and not right and not told:
        notes.flag("question_words", "Only words of the question were said.", cap=CAP_QUESTION_WORDS)
    if _is_gibberish(tokens, known):
        notes.flag("gibberish", "Most of the words are not English words.", cap=CAP_GIBBERISH)
    if _is_list(text, asked) if personal else _is_keywords(text) and not _is_keywords(question.reference):
        cap = CAP_STORY_WORD_LIST if personal else CAP_WORD_LIST
        notes.flag("word_list", "The answer is a list of words rather than sentences.", cap=cap)
    expected = [token.text for token in tokens_of(" ".join((question.reference, *question.expected_points)))]
    if _is_repetitive(tokens) and not _is_repetitive(expected):
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


def _is_list(text: str, asked: Collection[str]) -> bool:
    """Whether words stand side by side without what makes them sentences.

    "I" is not counted as a function word, because "I led I managed I resolved" is a list too.
    """
    tokens = [token.text for token in tokens_of(text)]
    bare = not any(word in STOP_WORDS for word in tokens)
    if bare and len(tokens) >= LIST_RUN and not _MARK.search(text.strip().rstrip(".")):
        return True
    runs = _content_runs(text, asked)
    content = sum(runs)
    if content >= LIST_RUN and sum(run for run in runs if run >= LIST_RUN) >= LIST_RUN_SHARE * content:
        return True
    counted = [word for word in tokens if word != "i"]
    content = sum(is_content(word) for word in counted)
    share = 1 - content / max(1, len(counted))
    return (content >= LIST_CONTENT and share < LIST_SHARE) or (
        len(counted) >= LONG_LIST_TOKENS and share < LONG_LIST_SHARE
    )


def _content_runs(text: str, asked: Collection[str]) -> list[int]:
    """Lengths of the runs of content words with neither a function word nor punctuation between them.

    Words of the question neither lengthen nor end a run: answers often begin with a long name that was asked about.
    """
    runs = [0]
    last = 0
    for token in tokens_of(text):
        if _MARK.search(text, last, token.begin):
            runs.append(0)
        if is_content(token.text):
            runs[-1] += stem(token.text) not in asked
        elif token.text != "i":
            runs.append(0)
        last = token.end
    return [run for run in runs if run]


def _is_repetitive(tokens: Sequence[str]) -> bool:
    if len(tokens) < REPETITION_TOKENS:
        return len(tokens) >= SHORT_REPETITION_TOKENS and len(set(tokens)) <= SHORT_REPETITION_UNIQUE * len(tokens)
    windows = [tokens[at : at + REPETITION_WINDOW] for at in range(0, len(tokens), REPETITION_WINDOW)]
    if len(windows) > 1 and len(windows[-1]) < REPETITION_TOKENS:
        windows.pop()
    unique = sum(len(set(window)) / len(window) for window in windows) / len(windows)
    packed = [" ".join(window).encode() for window in windows]
    ratio = sum(len(zlib.compress(text, 9)) / len(text) for text in packed) / len(packed)
    return unique < REPETITION_UNIQUE or ratio < REPETITION_ZLIB


def _is_gibberish(tokens: Sequence[str], known: set[str]) -> bool:
    words = [token for token in tokens if len(token) >= 3 and token.isalpha()]
    unknown = [word for word in words if stem(word) not in known and zipf_frequency(word, "en") < UNKNOWN_ZIPF]
    return len(unknown) >= 3 and len(unknown) >= UNKNOWN_SHARE * len(words)


def _first_span(text: str) -> Span | None:
    spans = sentence_spans(text)
    return spans[0] if spans else None
