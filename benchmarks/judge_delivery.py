"""How well disfluencies and grammar are found: Switchboard's marked conversation and GUG's graded sentences."""

import csv
import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.judge.disfluency import mark
from app.judge.grammar import grammar
from app.judge.text import Quoter
from app.judge.types import AnswerSpec

_TURN = re.compile(r"^[AB]\.\d+:\s*(.*)$")
_PIECE = re.compile(r"\{[A-Z]\s|\}|\[|\]|\+|\(\(|\)\)|/|<[^>]*>|[A-Za-z][A-Za-z'\-]*|[^\s]")
MIN_TURN = 5


@dataclass(frozen=True, slots=True)
class Heard:
    """A word of a turn: `disfluent` as people marked it, `mark` the punctuation after it."""

    text: str
    disfluent: bool
    mark: str = ""


def turns(path: Path) -> Iterator[list[Heard]]:
    """The turns of at least five words."""
    texts: list[str] = []
    for line in path.read_text(encoding="latin-1").splitlines():
        opening = _TURN.match(line)
        if opening:
            texts.append(opening.group(1))
        elif texts and line.strip() and not line.startswith("*"):
            texts[-1] += " " + line
    yield from (turn for turn in map(_words, texts) if len(turn) >= MIN_TURN)


def _words(text: str) -> list[Heard]:
    """Words between the marks {F filler}, {D marker}, {E editing term}, [taken back + repair]."""
    words: list[Heard] = []
    braces: list[str] = []
    brackets: list[bool] = []
    for piece in _PIECE.findall(text):
        if piece[0] == "{":
            braces.append(piece[1])
        elif piece == "}":
            del braces[-1:]
        elif piece == "[":
            brackets.append(True)
        elif piece == "+" and brackets:
            brackets[-1] = False
        elif piece == "]":
            del brackets[-1:]
        elif piece[0].isalpha():
            words.append(Heard(piece, any(brackets) or bool(braces and braces[-1] in "FDE")))
        elif piece in ",.?!" and words:
            words[-1] = Heard(words[-1].text, words[-1].disfluent, piece)
    return words


def disfluency_scores(conversation: Sequence[Sequence[Heard]], *, punctuated: bool) -> tuple[float, float]:
    """Precision and recall over all disfluent words."""
    right = found = wanted = 0
    for turn in conversation:
        pieces = [word.text + word.mark if punctuated else word.text.lower() for word in turn]
        starts = [sum(len(piece) + 1 for piece in pieces[:at]) for at in range(len(pieces))]
        marked = {word.begin for word in mark(" ".join(pieces)) if word.kind}
        for word, start in zip(turn, starts, strict=True):
            hit = start in marked
            right += hit and word.disfluent
            found += hit
            wanted += word.disfluent
    return right / max(1, found), right / max(1, wanted)


def grammar_correlation(path: Path, *, spoken: bool) -> float:
    """Pearson's r with the mean human grammaticality of single sentences (speech: bare lower-case words)."""
    scored = []
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            text = re.sub(r"[^\w' ]", "", row["Sentence"]).lower() if spoken else row["Sentence"]
            value = grammar(AnswerSpec(text=text, spoken=spoken), Quoter(text)).value
            if value is not None:
                scored.append((value, float(row["Average"])))
    return statistics.correlation(*zip(*scored, strict=True))


def native_grammar(conversation: Sequence[Sequence[Heard]]) -> float:
    """Mean grammar score of native turns of 40 words and more: nobody is to be punished for talking."""
    texts = [" ".join(word.text for word in turn).lower() for turn in conversation if len(turn) >= 40]
    values = [grammar(AnswerSpec(text=text, spoken=True), Quoter(text)).value for text in texts]
    return statistics.mean(value for value in values if value is not None)


def rows(data: Path) -> list[tuple[str, str, str]]:
    """(measure, figure, aim)."""
    conversation = list(turns(data / "fluency" / "swbd_disfluency.txt"))
    found = []
    for punctuated, name in ((False, "bare words"), (True, "with punctuation")):
        precision, recall = disfluency_scores(conversation, punctuated=punctuated)
        found.append((f"disfluent words, precision, {name}", f"{precision:.3f}", ">= .94"))
        found.append((f"disfluent words, recall, {name}", f"{recall:.3f}", ">= .75"))
    gug = data / "grammar" / "gug.tsv"
    return [
        *found,
        ("grammar, r with people, written sentences", f"{grammar_correlation(gug, spoken=False):.3f}", ">= .55"),
        ("grammar, r with people, as speech", f"{grammar_correlation(gug, spoken=True):.3f}", ""),
        ("grammar of native speech, mean", f"{native_grammar(conversation):.1f}", ">= 97"),
    ]


if __name__ == "__main__":
    import sys

    for row in rows(Path(sys.argv[1])):
        print(*row, sep="\t")
