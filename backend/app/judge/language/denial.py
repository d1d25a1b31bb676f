"""What speakers say that they do not do, or that nobody needs: "I would not document anything" is no documenting.

What is not so in the world ("a stack does not keep the order") is no denial of this kind.
"""

from collections.abc import Collection

from app.judge.language.lexicon import past_base
from app.judge.language.syntax import OPENERS, Word, words_of
from app.judge.language.text import is_content, stem

_NOT_NEEDED = frozenset("matter matters needed necessary important required relevant".split())
_NEGATIONS = frozenset(
    "not no never nothing nobody without don't doesn't didn't wouldn't won't can't cannot couldn't isn't aren't".split()
)


def denies(passage: str, stems: Collection[str]) -> bool:
    """Whether `passage` denies one of `stems` and says none of them without a negation."""
    said, denied = _told_and_denied(passage)
    return not denied.isdisjoint(stems) and said.isdisjoint(stems)


def is_denial(text: str) -> bool:
    """Whether a negation stands in `text`."""
    return not _NEGATIONS.isdisjoint(word.text for word in words_of(text))


def _told_and_denied(passage: str) -> tuple[set[str], set[str]]:
    """Stems of the content words that are said, and of those that are denied: what follows "I never" in its clause, and
    what comes before "is not needed"."""
    said: set[str] = set()
    denied: set[str] = set()
    clause: list[str] = []
    words = words_of(passage)
    is_denied = is_own = False
    for word, following in zip(words, [*words[1:], None], strict=True):
        is_own = is_own or word.base in ("i", "we")
        if word.text in _NEGATIONS:
            is_denied = True
        elif is_content(word.text):
            if is_denied and word.text in _NOT_NEEDED:
                denied.update(clause)
                clause = []
            elif is_denied and is_own:
                denied.add(stem(word.text))
            else:
                clause.append(stem(word.text))
        if word.closes or word.comma or (following and _opens_clause(word, following)):
            said.update(clause)
            clause, is_denied, is_own = [], False, False
    return said, denied


def _opens_clause(word: Word, following: Word) -> bool:
    """Whether `word` begins a new clause; "and" does before a subject or a past verb, but not in "name and age"."""
    if word.base in ("and", "or"):
        return following.base in ("i", "we", "then") or past_base(following.base) is not None
    return word.base in OPENERS
