"""Text made fit to be spoken: markup goes, signs become words, sentences come one by one.

Numbers are left to the engines, which read them well.
"""

import re
import unicodedata

LONGEST_SENTENCE = 220
"""Characters, about 15 s of speech. A longer sentence is split at a comma: who listens waits for its first half."""
ABBREVIATIONS = frozenset("mr mrs ms dr prof sr jr st vs etc e.g i.e approx inc ltd co no fig al u.s a.m p.m".split())
"""A full stop after these ends no sentence."""

# Lengths are bounded so that no text makes the search slow.
_CODE_BLOCK = re.compile(r"```.*?(?:```|$)", re.DOTALL)
_IMAGE = re.compile(r"!\[([^\[\]]{0,300})\]\([^)]{0,2000}\)")
_LINK = re.compile(r"\[([^\[\]]{1,300})\]\([^)]{0,2000}\)")
_ADDRESS = re.compile(r"\bhttps?://([^\s/?#]+)[^\s]*")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,500}>")
_LINE_START = re.compile(r"^[ \t]*(?:#{1,6}|>+|[-*+•]|\d+[.)])[ \t]+", re.MULTILINE)
_EMPHASIS = re.compile(r"(\*{1,3}|(?<!\w)_{1,3}|~~|`+)(?=\S)(.{1,300}?)(?<=\S)\1(?!\w)")
_LINE_END = re.compile(r"(?<![.!?:;,])\s*\n+")
_SPACE = re.compile(r"\s+")
_SENTENCE_END = re.compile(r"""[.!?]+["'”’)\]]*\s+(?=["'“‘(\[]?[A-Z0-9])|[!?]+["'”’)\]]*\s+""")
_CLAUSE_END = re.compile(r"[,;:]\s+|\s+[-–—]\s+")

SPOKEN: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"\bC\+\+", "C plus plus"),
        (r"\b([CF])#", r"\1 sharp"),
        (r"(?<=\w)\.(NET|js|py|io)\b", r" dot \1"),
        (r"(?<!\w)\.NET\b", "dot NET"),
        (r"\be\.\s?g\.,?", "for example"),
        (r"\bi\.\s?e\.,?", "that is"),
        (r"\betc\.", "et cetera."),
        (r"\bvs\.?(?=\s)", "versus"),
        (r"\bCI/CD\b", "CI CD"),
        (r"\bTCP/IP\b", "TCP IP"),
        (r"\bI/O\b", "I O"),
        (r"\bw/o\b", "without"),
        (r"\s&\s", " and "),
        (r"(?<=\w)\s?/\s?(?=[A-Za-z])", " or "),
        (r"\s?(?:->|=>|→|⇒)\s?", " to "),
        (r"\s?(?:>=|≥)\s?", " at least "),
        (r"\s?(?:<=|≤)\s?", " at most "),
        (r"(?<=\d)\s?%", " percent"),
        (r"…|\.{3,}", ". "),
        (r"\s[-–—]{1,2}\s", ", "),
        (r"[\"“”]", ""),
        (r"[*_`~^|\\<>{}\[\]=#]", " "),
    )
)
"""Signs that engines skip or spell, and how people say them."""


def speakable(text: str) -> str:
    """`text` as one line of plain words: Markdown, tags, addresses and pictures out, signs said as words."""
    text = unicodedata.normalize("NFKC", text)
    text = _CODE_BLOCK.sub(" ", text)
    text = _LINK.sub(r"\1", _IMAGE.sub(r"\1", text))
    text = _TAG.sub(" ", _ADDRESS.sub(r"\1", text))
    text = _LINE_START.sub("", text)
    text = _EMPHASIS.sub(r"\2", _EMPHASIS.sub(r"\2", text))
    text = _LINE_END.sub(". ", text.strip()).replace("\n", " ")
    for pattern, words in SPOKEN:
        text = pattern.sub(words, text)
    text = "".join(sign if _is_sayable(sign) else " " for sign in text)
    text = re.sub(r"\s+([,.;:!?])", r"\1", _SPACE.sub(" ", text))
    text = re.sub(r"([,.;:!?])(?:\s*[,.;:!?])+", r"\1", text)
    return text.strip(" ,;:")


def sentences(text: str) -> list[str]:
    """`text` made speakable, in sentences; long ones in clauses of at most 220 characters where commas allow."""
    plain = speakable(text)
    found, begin = [], 0
    for match in _SENTENCE_END.finditer(plain):
        if not _is_abbreviation(plain[begin : match.start()]):
            found.append(plain[begin : match.end()].strip())
            begin = match.end()
    found.append(plain[begin:].strip())
    return [clause for sentence in found if any(map(str.isalnum, sentence)) for clause in _clauses(sentence)]


def _clauses(sentence: str) -> list[str]:
    """Pieces of at most LONGEST_SENTENCE characters, split at the last comma, else at the last space, before it."""
    pieces = []
    while len(sentence) > LONGEST_SENTENCE:
        ends = [match.end() for match in _CLAUSE_END.finditer(sentence, LONGEST_SENTENCE // 3, LONGEST_SENTENCE)]
        at = ends[-1] if ends else sentence.rfind(" ", 1, LONGEST_SENTENCE) + 1 or LONGEST_SENTENCE
        pieces.append(sentence[:at].strip())
        sentence = sentence[at:].strip()
    return [*pieces, sentence] if sentence else pieces


def _is_abbreviation(before: str) -> bool:
    last = before.rsplit(" ", 1)[-1].strip("(\"'“‘[").lower()
    return last in ABBREVIATIONS or (len(last) == 1 and last.isalpha() and last != "i")


def _is_sayable(sign: str) -> bool:
    """Letters, digits, punctuation and money of any script; no pictures, no control signs."""
    category = unicodedata.category(sign)
    return category[0] in "LMNP" or category in ("Zs", "Sc") or sign in "+%@"
