"""How people say what others write: signs, units, money, code words and the short forms that engines misread.

Plain numbers are left to the engines, which read them well. Lengths in the patterns are bounded, so that no text makes
the search slow.
"""

import re

SPELLED = frozenset("AUC AWS CI EBS EC EFS ETL IAM IDE IMDS OKR OOP ORM QA ROI SEO SLO UML UX".split())
"""Letters that engines read as a word and people say one by one. Hyphens make them do that."""

TERMS: dict[str, str] = {
    "AAAA": "quad A",
    "async": "ay-sync",
    "asyncio": "async I-O",
    "chmod": "change mod",
    "CNAME": "C name",
    "CUDA": "kooda",
    "enum": "ee-num",
    "enums": "ee-nums",
    "heapq": "heap Q",
    "idempotency": "eye-dempotency",
    "idempotent": "eye-dempotent",
    "k8s": "Kubernetes",
    "kubectl": "cube control",
    "localhost": "local host",
    "OOM": "out of memory",
    "PaaS": "pass",
    "PostgreSQL": "post-gress Q-L",
    "pytest": "pie-test",
    "Redis": "Reddiss",
    "SaaS": "sass",
    "Scala": "Skahla",
    "stderr": "standard error",
    "stdin": "standard in",
    "stdout": "standard out",
    "Vite": "veet",
}
"""Words of the trade that engines read as if they were English ones, spelt so that they come out right."""

UNITS: dict[str, str] = {
    "ns": "nanosecond",
    "µs": "microsecond",
    "ms": "millisecond",
    "KB": "kilobyte",
    "kB": "kilobyte",
    "MB": "megabyte",
    "GB": "gigabyte",
    "TB": "terabyte",
    "PB": "petabyte",
    "Hz": "hertz",
    "kHz": "kilohertz",
    "MHz": "megahertz",
    "GHz": "gigahertz",
    "km": "kilometre",
    "kg": "kilogram",
    "x": "time",
}
"""After a number; a plural has an s, except for hertz."""
LARGE: dict[str, str] = {
    "k": "thousand",
    "K": "thousand",
    "m": "million",
    "M": "million",
    "bn": "billion",
    "B": "billion",
    "thousand": "thousand",
    "million": "million",
    "billion": "billion",
}
MONEY = {"$": "dollar", "€": "euro", "£": "pound"}
POWERS = {"2": "squared", "3": "cubed", "²": "squared", "³": "cubed"}

_NUMBER = r"\d{1,15}(?:,\d{3}){0,5}(?:\.\d{1,12})?"
_AMOUNT = re.compile(rf"([$€£])\s?({_NUMBER})(?:\s?(k|K|m|M|bn|B|thousand|million|billion)\b)?")
_LARGE = re.compile(rf"(?<![\w.])({_NUMBER})\s?([kK]|M|bn)\b")
_UNIT = re.compile(rf"(?<![\w.])({_NUMBER})\s?({'|'.join(sorted(UNITS, key=len, reverse=True))})\b")
_ORDER = re.compile(r"\b([OΘΩ])\(([^()]{1,40})\)")
_POWER = re.compile(r"(?<=\w)(?:\^\s?([23])\b|([²³]))")
_DOTTED = re.compile(r"(?<![\d.])\d{1,5}(?:\.\d{1,5}){2,5}(?:/\d{1,3})?(?![\d.]*\d)")
_YEAR = re.compile(r"(?i)\b(in|since|until|by|from|of|year) (19|20)([1-9]\d)\b(?![,.]\d)")
_RANGE = re.compile(r"(?<![\w.,-])(\d{1,9})[-–](\d{1,9})(?![\w-]|[.,]\d)")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]{1,15}")

SIGNS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"\bC\+\+", "C plus plus"),
        (r"\b([CF])#", r"\1 sharp"),
        (r"(?<=\w)\.(NET|js|py|io)\b", r" dot \1"),
        (r"(?<!\w)\.NET\b", "dot NET"),
        (r"\be\.\s?g\.,?", "for example"),
        (r"\bi\.\s?e\.,?", "that is"),
        (r"\betc\.(?=\s+[a-z])", "et cetera"),
        (r"\betc\.", "et cetera."),
        (r"\bvs\.?(?=\s)", "versus"),
        (r"\bapprox\.", "approximately"),
        (r"\band/or\b", "and or"),
        (r"\b24/7\b", "24 7"),
        (r"\bA/B\b", "A-B"),
        (r"\bI/O\b", "I-O"),
        (r"\bCI/CD\b", "C-I C-D"),
        (r"\bTCP/IP\b", "TCP IP"),
        (r"\bw/o\b", "without"),
        (r"\bw/(?=\s)", "with"),
        (r"(?<=[A-Z])/(?=\d)", " "),
        (r"\s&\s", " and "),
        (r"(?<=\w)\s?/\s?(?=[A-Za-z])", " or "),
        (r"\(\)", ""),
        (r"(?<=\w)\((e?s)\)", r"\1"),
        (r"(?<=\w)\((?=\w)", " of "),
        (r"(?<=[A-Za-z_]{2})\.(?=[a-z]\w)", " dot "),
        (r"(?<=\s)[-‐](?=\d)", "minus "),
        (r"\b([1-5])xx\b", r"\1 X X"),
        (r"\b([pP])(\d{2,3})\b", r"P \2"),
        (r"\bv(?=\d)", "version "),
        (r"(?<=\d\.\d)th\b", ""),
        (r"(?<!\w)#(?=\d)", "number "),
        (r"(?<!\w)~\s?(?=\d)", "about "),
        (r"\s?(?:->|=>|→|⇒)\s?", " to "),
        (r"\s?(?:>=|≥)\s?", " at least "),
        (r"\s?(?:<=|≤)\s?", " at most "),
        (r"\s?(?:!==?|≠)\s?", " is not "),
        (r"\s==?=?\s", " equals "),
        (r"\s\|\|\s", " or "),
        (r"\s&&\s", " and "),
        (r"(?<=\w)\s?\*\s?(?=\d)|(?<=\d)\s?[*×]\s?(?=\w)|\s×\s", " times "),
        (r"(?<=\w)\^(?=\w)", " to the "),
        (r"(?<=\d)\s?%", " percent"),
        (r"…|\.{3,}", ". "),
        (r"\s[-–—]{1,2}\s|—", ", "),
        (r"\s?\(", ", "),
        (r"\)(?=\s*[A-Za-z0-9])", ", "),
        (r"\)", ""),
        (r"[\"“”]", ""),
        (r"[*_`~^|\\<>{}\[\]=#]", " "),
    )
)
"""Signs that engines skip or spell, and how people say them. The order matters."""


def spoken(text: str) -> str:
    """A line of plain text with its signs and short forms as words."""
    text = _ORDER.sub(lambda found: f"{found[1]} of {_product(found[2])}", text)
    text = _POWER.sub(lambda found: f" {POWERS[found[1] or found[2]]}", text)
    text = _DOTTED.sub(lambda found: found[0].replace(".", " dot ").replace("/", " slash "), text)
    text = _YEAR.sub(r"\1 \2 \3", text)
    text = _AMOUNT.sub(_money, text)
    text = _LARGE.sub(lambda found: f"{found[1]} {LARGE[found[2]]}", text)
    text = _UNIT.sub(lambda found: f"{found[1]} {_plural(UNITS[found[2]], found[1])}", text)
    text = _RANGE.sub(r"\1 to \2", text)
    for pattern, words in SIGNS:
        text = pattern.sub(words, text)
    return _WORD.sub(_term, text)


def _product(inside: str) -> str:
    """What stands in the brackets of O(n * m): stars are said there, even without digits."""
    return re.sub(r"\s?[*·×]\s?", " times ", inside)


def _money(found: re.Match[str]) -> str:
    sign, number, size = found.groups()
    if size:
        return f"{number} {LARGE[size]} {MONEY[sign]}s"
    return f"{number} {_plural(MONEY[sign], number)}"


def _plural(unit: str, number: str) -> str:
    return unit if number == "1" or unit.endswith("z") else f"{unit}s"


def _term(found: re.Match[str]) -> str:
    word = found[0]
    if word in TERMS:
        return TERMS[word]
    letters, plural = (word[:-1], "s") if word.endswith("s") and word[:-1] in SPELLED else (word, "")
    if letters in SPELLED:
        return "-".join(letters) + plural
    letters = word.rstrip("0123456789")
    return f"{'-'.join(letters)} {word[len(letters) :]}" if letters in SPELLED else word
