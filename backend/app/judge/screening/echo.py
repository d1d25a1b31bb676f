"""Finds the question where the candidate says it back."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from app.judge.language.text import (
    Span,
    Token,
    content_stems,
    is_content,
    piece_spans,
    sentence_spans,
    stem,
    tokens_of,
)
from app.judge.types import QuestionSpec

ECHO_RUN = 3
"""Words in a row that are the same as in the question count as said back."""
ECHO_SHARE = 0.7
COMPLETE_SHARE = 0.9
"""Share of a clause that stands in such runs: said back in parts, and said back word by word."""
QUESTION_SHARE = 0.8
"""Share of a question's sentence that must stand inside a longer clause to be cut out of it."""
MINIMUM_TOKENS = 2
TOLD_STEMS = 12
"""A question with more content words tells a case, and its facts belong into the answer."""

_ECHO_WORDS = frozenset(
    stem(word)
    for word in "ask asking asked question good great interesting nice talk discuss explain tell answer".split()
)
_FLIP = {"you": "i", "your": "my", "yours": "mine", "yourself": "myself", "are": "am"}


def echo_spans(question: QuestionSpec, text: str) -> list[Span]:
    """Clauses that say the question back, and the question where it stands inside another clause."""
    asked = [[_flip(token.text) for token in tokens_of(question.text[b:e])] for b, e in sentence_spans(question.text)]
    stems = set(content_stems(question.text))
    wanted = set(content_stems(" ".join((question.reference, *question.expected_points, *question.keywords))))
    spans: list[Span] = []
    for begin, end in piece_spans(text):
        tokens = tokens_of(text[begin:end])
        if len(stems) > TOLD_STEMS and _is_fact(tokens, stems, wanted):
            continue
        if _is_echo(tokens, asked, stems, wanted):
            spans.append((begin, end))
            continue
        spans += [
            (begin + tokens[first].begin, begin + tokens[last].end) for first, last in _question_runs(tokens, asked)
        ]
    return spans


def _is_echo(tokens: Sequence[Token], asked: Sequence[Sequence[str]], stems: set[str], wanted: set[str]) -> bool:
    content = {stem(token.text) for token in tokens if is_content(token.text)}
    if not content & stems or content - stems - _ECHO_WORDS or len(tokens) < MINIMUM_TOKENS:
        return False
    said = [_flip(token.text) for token in tokens]
    in_runs = max(sum(size for _, _, size in _runs(said, sentence)) for sentence in asked) / len(said)
    if in_runs >= COMPLETE_SHARE:
        return True
    if _is_fact(tokens, stems, wanted):
        return False
    return in_runs >= ECHO_SHARE or (in_runs >= ECHO_SHARE / 2 and len(content) >= len(stems) / 2)


def _is_fact(tokens: Sequence[Token], stems: set[str], wanted: set[str]) -> bool:
    """Whether words of the question are the right answer: "LIFO" where LIFO or FIFO was asked, or facts of a case."""
    content = {stem(token.text) for token in tokens if is_content(token.text)}
    of_question = len(content) <= 2 or len(wanted - stems) < len(wanted) / 2
    return len(content & wanted) >= len(content) / 2 and of_question


def _question_runs(tokens: Sequence[Token], asked: Sequence[Sequence[str]]) -> Iterator[tuple[int, int]]:
    """First and last token of each nearly complete question sentence inside `tokens`."""
    said = [_flip(token.text) for token in tokens]
    for sentence in asked:
        runs = _runs(said, sentence)
        covered = sum(size for _, _, size in runs)
        if len(sentence) < 4 or covered < QUESTION_SHARE * len(sentence):
            continue
        first, last = runs[0][0], runs[-1][0] + runs[-1][2] - 1
        if last - first + 1 <= 1.3 * len(sentence):
            yield first, last


def _runs(said: Sequence[str], sentence: Sequence[str]) -> list[tuple[int, int, int]]:
    """(place in `said`, place in `sentence`, length) of equal runs of at least 3 words."""
    blocks = SequenceMatcher(None, said, sentence, autojunk=False).get_matching_blocks()
    shortest = min(ECHO_RUN, len(sentence))
    return [(block.a, block.b, block.size) for block in blocks if block.size >= max(1, shortest)]


def _flip(word: str) -> str:
    """The question's "you" is the answer's "I"."""
    return _FLIP.get(word, word)
