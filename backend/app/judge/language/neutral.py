"""Takes names and third-person pronouns out of a text before anything is embedded or counted.

Every personal name becomes `someone`; he, she and they (with all their forms and their verbs) become one `they`. Two
answers that differ only in them become the same text, so no score can move. Written for names as they are said in
answers, with capitals (typed) or without (recognised speech): a list of given names, and words that show that a
person is meant ("my manager Oluwaseun", "Kwame suggested"). Technology is not touched: "Ruby" or "Jenkins" needs a
person's context, and what the question or the reference names is kept.
"""

import re
from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.judge.language.text import STOP_WORDS

PLACEHOLDER = "someone"

_NAMES_FILE = Path(__file__).parents[1] / "model" / "first_names.txt"
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*(?:['’][a-z]+)?")

SUBJECTS = frozenset({"he", "she", "they"})
OTHER_FORMS = frozenset("him his her hers them their theirs".split())
"""`her` is both object and possessive; what follows decides for all of them whether `them` or `their` stands."""
REFLEXIVES = frozenset("himself herself themself themselves theirself".split())
CLITICS = {"'s": "'re", "'re": "'re", "'d": "'d", "'ll": "'ll", "'ve": "'ve", "": ""}
PLURAL_VERBS = {"is": "are", "was": "were", "has": "have", "does": "do"}
PLURAL_VERBS |= {f"{verb}n't": f"{plural}n't" for verb, plural in PLURAL_VERBS.items()}
BEFORE_VERB = frozenset("also always just never often only really still then usually finally eventually".split())
NOT_VERBS = frozenset("always perhaps sometimes this thus its as us yes towards less unless across besides".split())

WORD_NAMES = frozenset(
    """
    angel art bill bob chase chip dale dean dick drew earl ernie faith frank gene grace grant guy hazel holly hope
    hunter ivy jack jay joy kay kim lance lane lee lily mark max melody miles nick pat pearl penny ray reed rich rob
    robin rose roy rusty sam skip stone sue ted tony wade ward will
    """.split()
)
"""Names that are also words: a name only with a capital inside a sentence, or where a person is meant."""
NOT_PEOPLE = frozenset(
    """
    january february march april may june july august september october november december monday tuesday wednesday
    thursday friday saturday sunday english german french spanish chinese i internet web google microsoft amazon apple
    the a an my our we it this that and but so then when after before in on at to for from with as if because
    """.split()
)
TITLES = frozenset("mr mrs ms miss mister mx dr prof professor doctor sir madam".split())
LONGEST_SHORT_TITLE = 4
"""Letters of "prof.", the longest that is written with a full stop."""
PEOPLE = frozenset(
    """
    colleague coworker co-worker manager boss friend teammate supervisor mentor intern director client customer
    engineer developer designer analyst recruiter lead partner brother sister uncle aunt cousin wife husband neighbour
    neighbor classmate roommate guy woman man girl boy lady called named
    """.split()
)
TO_PEOPLE = frozenset("told asked thanked persuaded convinced invited emailed reminded hired promoted mentored".split())
PEOPLE_DO = frozenset(
    """
    said told asked replied answered agreed disagreed suggested insisted complained explained apologised apologized
    admitted thanked wanted felt thought decided refused offered promised quit resigned laughed
    """.split()
)


@dataclass(frozen=True, slots=True)
class _Edit:
    """`text` stands at `begin` of the neutral text for the span `original_begin:original_end`."""

    begin: int
    text: str
    original_begin: int
    original_end: int


@dataclass(frozen=True, slots=True)
class Neutral:
    """A text without names and gender, and the way back to the words as they were said."""

    text: str
    edits: tuple[_Edit, ...]

    def original(self, begin: int, end: int) -> tuple[int, int]:
        """The span of the original that the span of the neutral text stands for."""
        return self._back(begin, at_end=False), self._back(end, at_end=True)

    def _back(self, place: int, *, at_end: bool) -> int:
        index = bisect_right([edit.begin for edit in self.edits], place - 1 if at_end else place) - 1
        if index < 0:
            return place
        edit = self.edits[index]
        inside = place - edit.begin
        if inside < len(edit.text) or (at_end and inside == len(edit.text)):
            return edit.original_end if at_end else edit.original_begin
        return edit.original_end + inside - len(edit.text)


def neutralise(text: str, keep: Collection[str] = (), *, pronouns: bool = True) -> Neutral:
    """`text` without personal names and gendered pronouns; lower-case words in `keep` are never taken for names.

    With `pronouns` off they stay: a text that somebody is to read must stay English.
    """
    words = [(match.group(), match.start(), match.end()) for match in _WORD.finditer(text)]
    changes: list[tuple[int, int, str]] = []
    at = 0
    while at < len(words):
        length = _name_length(text, words, at, keep)
        if length:
            last = words[at + length - 1]
            changes.append((words[at][1], last[2], PLACEHOLDER + _possessive(last[0])))
        elif pronouns:
            changes += _pronoun(text, words, at)
        at += max(1, length)
    return _apply(text, changes)


def _apply(text: str, changes: Sequence[tuple[int, int, str]]) -> Neutral:
    pieces: list[str] = []
    edits: list[_Edit] = []
    at = length = 0
    for begin, end, new in changes:
        if begin < at or text[begin:end] == new:
            continue
        pieces += [text[at:begin], new]
        length += begin - at
        edits.append(_Edit(length, new, begin, end))
        length += len(new)
        at = end
    return Neutral("".join([*pieces, text[at:]]), tuple(edits))


_Words = Sequence[tuple[str, int, int]]


def _name_length(text: str, words: _Words, at: int, keep: Collection[str]) -> int:
    """How many words from `at` on are one person's name, titles included; 0 when none is."""
    start = at
    while start < len(words) and _base(words[start][0]) in TITLES and start - at < 2:
        start += 1
    titled = start > at and start < len(words) and words[start][0][0].isupper() and _one_name(text, words, start)
    first = start if titled else at
    if not (titled or _is_name(text, words, first, keep)):
        return 0
    length = first - at + 1
    # A surname, or a second given name, follows with a capital or is itself a given name.
    while at + length < len(words) and length < first - at + 3 and not words[at + length - 1][0].endswith(("'s", "’s")):
        word = words[at + length][0]
        previous = words[at + length - 1]
        glued = text[previous[2] : words[at + length][1]] in ({" ", ". "} if len(previous[0]) == 1 else {" "})
        surname = word[0].isupper() and words[first][0][0].isupper() and _base(word) not in _common() | set(keep)
        if not glued or not surname:
            break
        length += 1
    return length


def _one_name(text: str, words: _Words, start: int) -> bool:
    """Whether the title before `start` belongs to the word there: "the doctor. After" is the end of a sentence."""
    title, _, end = words[start - 1]
    between = text[end : words[start][1]]
    return not between.strip() or (between.strip() == "." and len(title) <= LONGEST_SHORT_TITLE)


def _is_name(text: str, words: _Words, at: int, keep: Collection[str]) -> bool:
    word, begin, _ = words[at]
    base = _base(word)
    if base in keep or base in NOT_PEOPLE or base in STOP_WORDS - WORD_NAMES or word.isupper():
        return False
    parts = base.split("-")
    if all(part in _given_names() for part in parts):
        return True
    capital = word[0].isupper() and word[1:].islower()
    if not capital:
        return False
    if base in WORD_NAMES and not _opens_sentence(text, begin):
        return True
    before = _base(words[at - 1][0]) if at else ""
    after = _base(words[at + 1][0]) if at + 1 < len(words) else ""
    beyond = _base(words[at + 2][0]) if at + 2 < len(words) else ""
    return (
        (before in PEOPLE | TO_PEOPLE and not _opens_sentence(text, begin))
        or after in PEOPLE_DO
        or (after == "and" and beyond in {"i", "me"})
        or (before == "and" and at > 1 and _base(words[at - 2][0]) in {"me", "myself"})
    )


def _pronoun(text: str, words: _Words, at: int) -> list[tuple[int, int, str]]:
    """The neutral form of the pronoun at `at`, and of the verb that agrees with it."""
    word, begin, end = words[at]
    base, clitic = _base(word), word[len(_base(word)) :].lower().replace("’", "'")
    following = words[at + 1] if at + 1 < len(words) else None
    if base in REFLEXIVES:
        return [(begin, end, "themselves")]
    if base in OTHER_FORMS:
        owns = following is not None and _base(following[0]) not in STOP_WORDS and not _breaks(text, end, following[1])
        return [(begin, end, "their" if owns else "them")]
    if base not in SUBJECTS:
        return []
    new = "They" if word[0].isupper() else "they"
    changes = [(begin, end, new + CLITICS.get(clitic, clitic))]
    ahead = at + 1
    if ahead < len(words) and _base(words[ahead][0]) in BEFORE_VERB:
        ahead += 1
    if not clitic and ahead < len(words) and not _breaks(text, end, words[ahead][1]):
        verb, verb_begin, verb_end = words[ahead]
        plural = _plural_verb(verb.lower().replace("’", "'"))
        if plural:
            changes.append((verb_begin, verb_end, plural))
    return changes


def _plural_verb(verb: str) -> str:
    """ "says" > "say", "was" > "were"; empty when the word is not a verb of the third person singular."""
    if verb in PLURAL_VERBS:
        return PLURAL_VERBS[verb]
    if verb in NOT_VERBS or not verb.endswith("s") or verb.endswith(("ss", "us", "is")) or len(verb) < 4:
        return ""
    if verb.endswith("ies") and len(verb) > 4:
        return verb[:-3] + "y"
    return verb[:-2] if verb.endswith(("sses", "shes", "ches", "xes", "zzes", "oes")) else verb[:-1]


def _base(word: str) -> str:
    return re.split("['’]", word, maxsplit=1)[0].lower()


def _possessive(word: str) -> str:
    return "'s" if word.endswith(("'s", "’s")) else ""


def _opens_sentence(text: str, begin: int) -> bool:
    before = text[:begin].rstrip(" \t\"'“(")
    return not before or before[-1] in ".!?:\n" or "\n" in text[len(before) : begin]


def _breaks(text: str, begin: int, end: int) -> bool:
    """Whether punctuation stands between two words."""
    return bool(text[begin:end].strip())


@cache
def _given_names() -> frozenset[str]:
    lines = _NAMES_FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(name for line in lines if not line.startswith("#") for name in line.split()) - WORD_NAMES


@cache
def _common() -> frozenset[str]:
    return NOT_PEOPLE | STOP_WORDS | PEOPLE_DO | PEOPLE | TITLES
