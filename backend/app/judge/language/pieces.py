"""An answer in pieces: sentences, and clauses where recognised speech has no full stops."""

from collections.abc import Iterator

from app.judge.language.text import iter_tokens, sentence_spans

Span = tuple[int, int]

PIECE_WORDS = 28
"""Sentences longer than this (recognised speech has no full stops) are looked at in clauses."""
PIECE_MINIMUM = 7
OPENERS = frozenset("and but so because then while although when if after before also".split())


def piece_spans(text: str) -> list[Span]:
    """Sentences of `text`; those of more than 28 words are cut before "and", "but", "so" ... into clauses."""
    pieces = (piece for span in sentence_spans(text) for piece in _pieces(text, span))
    return [_trimmed(text, piece) for piece in pieces if _has_words(text, piece)]


def _pieces(text: str, span: Span) -> Iterator[Span]:
    begin, end = span
    tokens = list(iter_tokens(text[begin:end]))
    if len(tokens) <= PIECE_WORDS:
        yield span
        return
    start, count = begin, 0
    for place, token in enumerate(tokens):
        opens = token.text in OPENERS and len(tokens) - place >= PIECE_MINIMUM
        if (opens and count >= PIECE_MINIMUM) or count >= PIECE_WORDS:
            yield (start, begin + token.begin)
            start, count = begin + token.begin, 0
        count += 1
    yield (start, end)


def _has_words(text: str, span: Span) -> bool:
    return next(iter_tokens(text[span[0] : span[1]]), None) is not None


def _trimmed(text: str, span: Span) -> Span:
    """The span without white space at its ends."""
    inside = text[span[0] : span[1]]
    return span[0] + len(inside) - len(inside.lstrip()), span[0] + len(inside.rstrip())
