"""How well disfluencies and grammar are found: Switchboard's marked conversation, GUG's graded
sentences, JFLEG's corrected ones."""

import csv
import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.bank.loader import questions
from app.judge.delivery.grammar import grammar
from app.judge.language.disfluency import mark
from app.judge.language.text import Quoter
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


def grammar_value(text: str, *, spoken: bool = False) -> float | None:
    """The grammar score of one text."""
    return grammar(AnswerSpec(text=text, spoken=spoken), Quoter(text)).value


def grammar_correlation(path: Path, *, spoken: bool) -> float:
    """Pearson's r with the mean human grammaticality of single sentences (speech: bare lower-case words)."""
    scored = []
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            text = re.sub(r"[^\w' ]", "", row["Sentence"]).lower() if spoken else row["Sentence"]
            value = grammar_value(text, spoken=spoken)
            if value is not None:
                scored.append((value, float(row["Average"])))
    return statistics.correlation(*zip(*scored, strict=True))


def corrected_pairs(folder: Path) -> float:
    """Share of JFLEG sentences that score below what people made of them, where these changed the sentence."""
    sentences = [_joined(line) for line in (folder / "jfleg.src").read_text("utf-8").splitlines()]
    lower = []
    for number in range(4):
        corrected = [_joined(line) for line in (folder / f"jfleg.ref{number}").read_text("utf-8").splitlines()]
        for before, after in zip(sentences, corrected, strict=True):
            values = grammar_value(before), grammar_value(after)
            if before != after and values[0] is not None and values[1] is not None:
                lower.append(values[0] < values[1])
    return statistics.mean(lower)


def _joined(line: str) -> str:
    """A line of JFLEG with its marks and clitics where they are written."""
    return re.sub(r" (n't|'\w+)\b", r"\1", re.sub(r" ([.,!?;:%)])", r"\1", line.strip()))


def native_grammar(conversation: Sequence[Sequence[Heard]]) -> list[float]:
    """Grammar of native turns of 40 words and more without what people marked as disfluent: it must stay high."""
    turns = ([word.text for word in turn if not word.disfluent] for turn in conversation if len(turn) >= 40)
    values = (grammar_value(" ".join(turn).lower(), spoken=True) for turn in turns if len(turn) >= 20)
    return [value for value in values if value is not None]


def bank_grammar() -> list[float]:
    """Grammar of the model answers (they are among the texts that `surprise` was learned from)."""
    values = (grammar_value(question.model_answer) for question in questions())
    return [value for value in values if value is not None]


def rows(data: Path) -> list[tuple[str, str, str]]:
    """(measure, figure, aim)."""
    conversation = list(turns(data / "fluency" / "swbd_disfluency.txt"))
    found = []
    for punctuated, name in ((False, "bare words"), (True, "with punctuation")):
        precision, recall = disfluency_scores(conversation, punctuated=punctuated)
        found.append((f"disfluent words, precision, {name}", f"{precision:.3f}", ">= .94"))
        found.append((f"disfluent words, recall, {name}", f"{recall:.3f}", ">= .75"))
    gug = data / "grammar" / "gug.tsv"
    native, answers = native_grammar(conversation), bank_grammar()
    return [
        *found,
        ("grammar, r with people, written sentences", f"{grammar_correlation(gug, spoken=False):.3f}", ">= .55"),
        ("grammar, r with people, as speech", f"{grammar_correlation(gug, spoken=True):.3f}", ""),
        ("grammar, sentences below their corrections", f"{corrected_pairs(gug.parent):.0%}", ""),
        ("grammar of native speech, median", f"{statistics.median(native):.1f}", ">= 85"),
        ("grammar of model answers, mean", f"{statistics.mean(answers):.1f}", ">= 92"),
        ("model answers with grammar under 80", f"{sum(value < 80 for value in answers)} of {len(answers)}", "few"),
    ]


if __name__ == "__main__":
    import sys

    for row in rows(Path(sys.argv[1])):
        print(*row, sep="\t")
