"""Text made fit to be spoken: markup goes, signs become words, sentences come one by one."""

import re
import unicodedata

from app.engines.tts.spoken import spoken

LONGEST_SENTENCE = 400
"""Characters, about 25 s of speech: no question of the bank has half as many. Only a longer sentence is split."""
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
_SUPERSCRIPTS = str.maketrans({"²": "^2", "³": "^3"})
"""Compatibility normalisation would make plain digits of them."""


def plain(text: str) -> str:
    """`text` as one line without markup: Markdown, tags, addresses and pictures out; signs stay as they are written."""
    text = unicodedata.normalize("NFKC", text.translate(_SUPERSCRIPTS))
    text = _CODE_BLOCK.sub(" ", text)
    text = _LINK.sub(r"\1", _IMAGE.sub(r"\1", text))
    text = _TAG.sub(" ", _ADDRESS.sub(r"\1", text))
    text = _LINE_START.sub("", text)
    text = _EMPHASIS.sub(r"\2", _EMPHASIS.sub(r"\2", text))
    text = _LINE_END.sub(". ", text.strip()).replace("\n", " ")
    return _SPACE.sub(" ", text).strip()


def speakable(text: str) -> str:
    """`text` as one line of words, said as people say them; empty when there is nothing to say."""
    text = spoken(plain(text))
    text = "".join(sign if _is_sayable(sign) else " " for sign in text)
    text = re.sub(r"\s+([,.;:!?])", r"\1", _SPACE.sub(" ", text))
    text = re.sub(r"(?<!\.\w)([,.;:!?])(?:\s*[,.;:!?])+", _strongest, text)
    return text.strip(" ,;:") if any(map(str.isalnum, text)) else ""


def sentences(text: str) -> list[str]:
    """`text` without markup, in whole sentences to be said one after the other; one of more than `LONGEST_SENTENCE`
    characters in pieces. What has no words is left out."""
    line = plain(text)
    found, begin = [], 0
    for match in _SENTENCE_END.finditer(line):
        if not _is_abbreviation(line[begin : match.start()]):
            found.append(line[begin : match.end()].strip())
            begin = match.end()
    found.append(line[begin:].strip())
    pieces: list[str] = []
    for sentence in found:
        if speakable(sentence):
            pieces += _clauses(sentence)
    return pieces


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


def _strongest(found: re.Match[str]) -> str:
    """Of several punctuation marks in a row, the first that asks or exclaims, else the last."""
    return next((sign for sign in found[0] if sign in "!?"), found[0][-1])


def _is_sayable(sign: str) -> bool:
    """Letters, digits, punctuation and money of any script; no pictures, no control signs."""
    category = unicodedata.category(sign)
    return category[0] in "LMNP" or category in ("Zs", "Sc") or sign in "+%@"
