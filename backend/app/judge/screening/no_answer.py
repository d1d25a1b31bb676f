"""Notices an answer that is none: "I don't know", "no idea, next question please"."""

import re
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from app.engines.embedding.base import EmbeddingEngine
from app.judge.language.text import content_stems, is_content, piece_spans, stem, tokens_of, words
from app.judge.screening.sentence_kinds import sentence_odds
from app.judge.types import POINT_CATEGORIES, QuestionSpec

REMAINDER_STEMS = 2
"""Content words that may stand beside "I don't know" without making it an answer."""

SHORT_WORDS = 45
UNKNOWN, HARDLY_KNOWN, ALONE = 1.5, 0.3, 0.5
"""Log-odds of a sentence that says "I don't know" beside others, of one that does nothing else, and of the clearest
where no sentence does anything else."""
ON_SUBJECT = 0.45
"""Cosine of a sentence to the question or a point from which it says something of the subject."""
_BEFORE_NOUN = frozenset("a an the this that these those of to and or".split())
FEW_WORDS = 8
"""Words beside "I don't know" that are no answer, whatever they say."""

_HARDLY = r"(?:(?:really|actually|even|quite|entirely|honestly|just|simply|so|too|very|yet|absolutely) )*"
_PASSES = (
    rf"(?:i )?{_HARDLY}(?:do not|don'?t|did not|didn'?t|never) {_HARDLY}(?:know|knew|remember|recall|understand"
    r"|learn\w*|have (?:an?|any|much|the) (?:\w+ )?(?:idea|clue|answer|example|experience|knowledge|story))",
    rf"(?:i )?(?:have |got |have got )?{_HARDLY}no (?:idea|clue|answer|comment|experience|knowledge|example)",
    rf"(?:i'?m |i am |am )?not {_HARDLY}(?:sure|certain|familiar|aware)",
    rf"(?:i )?(?:can'?t|cannot|can not|couldn'?t|could not|(?:am|'m) unable to) {_HARDLY}"
    r"(?:think of|remember|recall|answer|come up with|say|tell|explain|help)",
    r"(?:let'?s |can we |could we |please )?(?:go to the |move on to the )?(?:next|skip|pass on) "
    r"(?:(?:the|this|that) )?(?:question|one|please)",
    r"(?:i'?(?:ll|d)? (?:\w+ ){0,3})?(?:skip|pass)(?: on)?(?: (?:this|that|it)(?: one)?)?(?=\W*$|[.,!])",
    rf"(?:i )?(?:(?:have|'ve|had) )?(?:never|not) {_HARDLY}(?:been in|had|experienced|faced|heard|worked with|used|done"
    r"|come across|studied|encountered|dealt with)",
    rf"i (?:haven'?t|hadn'?t) {_HARDLY}\w+",
    r"(?:nothing|no example|none) (?:really )?(?:comes?|came|springs?) to mind",
    r"my mind (?:is|went|goes|'s) (?:\w+ )?blank",
    r"(?:i'd|i would) (?:prefer|rather) not\b(?: to)?",
    r"i give up|beats me|i forg[oe]t|i dunno|dunno|idk|no answer|n/a",
)
_SKIP = re.compile(r"\b(?:next question|skip (?:this|that|it)|pass on (?:this|that|it))\b", re.IGNORECASE)
SKIPPED_STEMS = 6
"""Content words beside a plain wish to go on: the reason for it is no answer either."""
_NOT_OTHERS = r"(?<!\byou )(?<!\bthey )(?<!\bwe )(?<!\bhe )(?<!\bshe )(?<!\bit )(?<!\bto )"
"""Only the candidate's own not knowing counts."""
_NO_ANSWER = re.compile(_NOT_OTHERS + r"\b(?:" + "|".join(_PASSES) + r")", re.IGNORECASE)
_PRAISE = re.compile(
    r"\b(?:that(?:'s| is)|what) (?:an? )?(?:\w+ )?(?:good|great|interesting|nice|tough|hard|tricky) (?:one|question)\b",
    re.IGNORECASE,
)
_EMPTY_STEMS = frozenset(
    stem(word)
    for word in """
    sorry apologies apologize afraid honest honestly moment minute right question questions please next maybe guess
    answer sure hard tough difficult situation think know idea clue anything nothing something example unfortunately
    experience skip pass come mind topic remember recall time sort kind tell sir madam thank thanks bit yet before
    case such this today speak exactly properly move need help blank hmm well ever never not no only interview
    """.split()
)


def is_no_answer(
    question: QuestionSpec, text: str, engine: EmbeddingEngine | None = None, *, shortened: bool = False
) -> bool:
    """Whether `text` is blank or only says "I don't know" in some form.

    `shortened`: the question or words to the grader were taken out, so that polite padding alone is no answer either.
    """
    return _says_nothing(question, text, shortened=shortened) or (
        engine is not None and _means_nothing(engine, question, text)
    )


def _means_nothing(engine: EmbeddingEngine, question: QuestionSpec, text: str) -> bool:
    """Whether a short text means "I don't know", and nothing beside it is on the subject."""
    spans = piece_spans(text)
    pieces = [text[begin:end] for begin, end in spans]
    if not pieces or len(words(text)) > SHORT_WORDS:
        return False
    odds = _unknown_odds(engine, question, pieces)
    if odds.min() >= HARDLY_KNOWN and odds.max() >= ALONE:
        return True
    story = question.category not in POINT_CATEGORIES  # a short one may tell of not knowing
    if odds.max() < UNKNOWN and (story or not _NO_ANSWER.search(text.replace("’", "'"))):
        return False
    rest = [piece for piece, value in zip(pieces, odds, strict=True) if value < HARDLY_KNOWN]
    beside = len(words(" ".join(rest)))
    if story:
        return beside <= FEW_WORDS
    subject = engine.sentences([question.text, *question.expected_points])
    return beside <= FEW_WORDS or bool((engine.sentences(rest) @ subject.T).max() < ON_SUBJECT)


def admits_not_knowing(engine: EmbeddingEngine, question: QuestionSpec, text: str) -> bool:
    """Whether a sentence of a short answer says "I don't know", whatever the others say."""
    pieces = [text[begin:end] for begin, end in piece_spans(text)]
    short = len(words(text)) <= SHORT_WORDS
    return bool(pieces) and short and bool(_unknown_odds(engine, question, pieces).max() >= ALONE)


def _unknown_odds(engine: EmbeddingEngine, question: QuestionSpec, pieces: Sequence[str]) -> NDArray[np.float32]:
    """Log-odds of each sentence, as it was said or with "that" for a technical subject, whichever is higher."""
    asked = set(content_stems(question.text)) if question.category in POINT_CATEGORIES else set()
    said = sentence_odds(engine, [*pieces, *(_pointing(piece, asked) for piece in pieces)])["unknown"]
    return np.maximum(said[: len(pieces)], said[len(pieces) :])


def _pointing(piece: str, asked: Collection[str]) -> str:
    """`piece` with "that" for what the question names: "I know little of that" means the same of any subject."""
    told: list[str] = []
    for token in tokens_of(piece):
        if is_content(token.text) and stem(token.text) in asked:
            while told and told[-1] in _BEFORE_NOUN:
                told.pop()
            told.append("that")
        else:
            told.append(token.text)
    return " ".join(told)


def _says_nothing(question: QuestionSpec, text: str, *, shortened: bool) -> bool:
    straight = text.replace("’", "'")
    rest = _PRAISE.sub(" ", _NO_ANSWER.sub(" ", straight))
    asked = set(content_stems(question.text))
    wanted = set(content_stems(" ".join((question.reference, *question.expected_points, *question.keywords)))) - asked
    left = [word for word in content_stems(rest) if word not in asked and word not in _EMPTY_STEMS]
    if not tokens_of(straight):
        return True
    if shortened and not left:
        return True
    if not _NO_ANSWER.search(straight):
        return False
    skips = _SKIP.search(straight) and question.category not in POINT_CATEGORIES
    limit = SKIPPED_STEMS if skips else REMAINDER_STEMS
    return len(left) <= limit and not set(left) & wanted
