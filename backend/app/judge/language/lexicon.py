"""What the words of an answer are: verbs with their forms, words that tell nothing, words that tell something.

Two data files, `verbs.yaml` and `vague_words.txt`, and word frequencies (wordfreq) stand behind it. No tagger and no
corpus: the closed classes of English and a list of verbs say enough to find who did what.
"""

import re
from functools import cache, lru_cache
from pathlib import Path

from app.judge.language.text import is_content, stem, zipf_frequency
from app.yaml_files import read_yaml

DATA = Path(__file__).parents[1] / "data"

COMMON_ZIPF = 5.0
"""Occurrences per thousand million words, as a power of ten: above it a word is everyday ("people", "time")."""
EVERYDAY_CREDIT = 0.5
"""What an everyday word that is not vague ("phone", "money", "door") counts as, against 1 for a rarer one."""

KEPT_FOR_SENSE = frozenset(
    """
    not no never without only first last before between both each every down up all same next then nobody nothing none
    ago sure way too soon always later today yesterday tomorrow bit lot else anyway instead
    """.split()
)
"""Function words that `text.STOP_WORDS` leaves in because they change a technical meaning; they tell no fact."""
NUMBER_WORDS = frozenset(
    """
    two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
    nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million half third thirds quarter
    twice double doubled tripled halved dozen dozens percent fifth tenth
    """.split()
)
NOT_PAST = frozenset(
    """
    need indeed speed feed seed breed hundred bed red shed based united required skilled talented experienced detailed
    limited advanced dedicated motivated weed embed exceed proceed succeed bleed agreed-upon unexpected so-called
    """.split()
)
"""Words in -ed that are no past tense, or nearly always describe."""


@cache
def _verbs() -> dict[str, str]:
    loaded: dict[str, str] = read_yaml(DATA / "verbs.yaml")
    return loaded


@cache
def _forms(column: int) -> dict[str, str]:
    """Past tense form (column 1) or past participle (2) > base form; of regular verbs they are the same."""
    forms = {form: base for base in base_verbs() for form in _regular_past(base)}
    for entry in _verbs()["irregular"].split():
        base, *irregular = entry.split("/")
        forms |= dict.fromkeys(irregular[column - 1].split("|"), base)
    return forms


@cache
def base_verbs() -> frozenset[str]:
    """Base forms of all verbs known."""
    irregular = {entry.split("/")[0] for entry in _verbs()["irregular"].split()}
    return frozenset(irregular | set(_verbs()["regular"].split()))


@cache
def state_verbs() -> frozenset[str]:
    """Base forms that say how it was, not what was done."""
    return frozenset(_verbs()["states"].split())


@cache
def light_verbs() -> frozenset[str]:
    """Base forms that tell nothing without their object."""
    return frozenset(_verbs()["light"].split())


def past_base(word: str) -> str | None:
    """The base form of a past tense form, None for any other word; unknown regular verbs count by their shape."""
    if word in NOT_PAST:
        return None
    known = _forms(1).get(word)
    if known is not None:
        return known
    shaped = len(word) > 4 and word.endswith("ed") and word.isalpha() and not word.endswith("eed")
    return word[:-2] if shaped else None


def participle_base(word: str) -> str | None:
    """The base form of a past participle, None for any other word."""
    return _forms(2).get(word) or past_base(word)


def gerund_base(word: str) -> str | None:
    """The base form of a form in -ing, None where no known verb stands behind it."""
    if not word.endswith("ing") or len(word) < 5:
        return None
    trunk = word[:-3]
    undoubled = trunk[:-1] if len(trunk) > 2 and trunk[-1] == trunk[-2] else trunk
    for candidate in (trunk, trunk + "e", undoubled):
        if candidate in base_verbs():
            return candidate
    return None


def is_number(word: str) -> bool:
    """Whether a lower-case word is or holds a number other than one."""
    return word in NUMBER_WORDS or any(letter.isdigit() for letter in word)


@lru_cache(maxsize=20_000)
def is_vague(word: str) -> bool:
    """Whether a lower-case word belongs to the abstract vocabulary that tells nothing."""
    return stem(word) in _vague_stems()


@lru_cache(maxsize=20_000)
def concreteness(word: str) -> float:
    """How much a lower-case word tells, 0-1: nothing for stop words and vague words, less for everyday ones."""
    if is_number(word):
        return 1.0
    if not is_content(word) or word in KEPT_FOR_SENSE or len(word) < 3 or is_vague(word):
        return 0.0
    return 1.0 if zipf_frequency(word, "en") < COMMON_ZIPF else EVERYDAY_CREDIT


@cache
def _vague_stems() -> frozenset[str]:
    lines = (DATA / "vague_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(stem(word) for line in lines if not line.startswith("#") for word in line.split())


def _regular_past(base: str) -> list[str]:
    """Past forms a regular verb may have; the consonant is doubled beside the plain form ("travel(l)ed")."""
    if base.endswith("e"):
        return [base + "d"]
    if re.search(r"[^aeiou]y$", base):
        return [base[:-1] + "ied"]
    doubled = [base + base[-1] + "ed"] if re.search(r"[^aeiou][aeiou][bdglmnprt]$", base) else []
    return [base + "ed", *doubled]
