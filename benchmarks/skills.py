"""How well skills are found: SkillSpan's job advertisements; how much of a résumé's text is read."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.bank.skills import SkillFinder
from app.engines.documents.parse import read_document
from app.resume import read_resume

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Sentence:
    """The text of a sentence and the spans that people marked as skill or knowledge."""

    text: str
    spans: tuple[Span, ...]


def sentences(path: Path) -> Iterator[Sentence]:
    """Sentences of a CoNLL file: a word a line with its tags for skills and for knowledge."""
    for block in path.read_text(encoding="utf-8").strip().split("\n\n"):
        rows = [line.split("\t") for line in block.split("\n") if line.count("\t") >= 2]
        starts, at = list[int](), 0
        for row in rows:
            starts.append(at)
            at += len(row[0]) + 1
        text = " ".join(row[0] for row in rows)
        yield Sentence(text, tuple(span for tag in (1, 2) for span in _tagged(rows, starts, tag)))


def _tagged(rows: Sequence[Sequence[str]], starts: Sequence[int], tag: int) -> Iterator[Span]:
    begin: int | None = None
    for at, row in enumerate(rows):
        if begin is not None and row[tag][0] in "BO":
            yield begin, starts[at] - 1
            begin = None
        if row[tag][0] == "B":
            begin = starts[at]
    if begin is not None:
        yield begin, starts[-1] + len(rows[-1][0])


def overlap_scores(path: Path) -> tuple[float, float, float]:
    """Precision, recall and F1, where any overlap of a finding with a marked span counts."""
    finder = SkillFinder()
    right = found = met = wanted = 0
    for sentence in sentences(path):
        mentions = [(mention.begin, mention.end) for mention in finder.find(sentence.text)]
        right += sum(any(_overlap(mention, span) for span in sentence.spans) for mention in mentions)
        met += sum(any(_overlap(mention, span) for mention in mentions) for span in sentence.spans)
        found += len(mentions)
        wanted += len(sentence.spans)
    precision, recall = right / max(1, found), met / max(1, wanted)
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


WORDS_IN_RESUMES = {
    "deedy_open": """education cornell university computer science ithaca coursework graduate advanced machine learning
    open source software engineering compilers practicum evolutionary computation defending networks skills programming
    python javascript ocaml matlab rails familiar android mysql experience facebook engineer present coursera fellow
    mountain view applicants chosen led shipped interface for the new phoenix platform wrote reviewed code backbone jade
    stylus scala google captions team plan design develop full stack automatic speech recognition framework editor
    phabricator contributor dropbox quora meme generator research robot lab planit learns from large scale user
    preference feedback trajectories phonetics head undergraduate tongue-controlled game awards competition finalist
    publications crowdsourcing approach for learning paths articulatory biofeedback electromagnetic""",
    "sb2nov": """education georgia institute of technology atlanta master bachelor engineering electrical electronics
    experience google mountain view software engineer present tensorflow numerical computation graphs deep learning
    tensor processing units apache beam batch streaming pipelines coursera senior notifications in-app delivery time
    optimization queuing nostos hadoop cassandra thin rest layer workflows dataduct reusables docker aws dependencies
    warehousing schema redshift etl recommendations personalize dashboards instructors lucena research scientist
    portfolio hedging backtesting quantdesk hedge fund teaching assistant recitation projects toolkit visualization
    collaborative filtering macos""",
}
"""Words that stand in the two résumés (read by eye), to see how many of them come out whole."""


def word_recall(path: Path, expected: str) -> float:
    """Share of the expected words that come out whole."""
    text = read_document(path.read_bytes()).text
    words = set(re.findall(r"[\w-]+", text.lower()))
    wanted = expected.split()
    return sum(word in words for word in wanted) / len(wanted)


def rows(data: Path) -> list[tuple[str, str, str]]:
    """(measure, figure, aim)."""
    precision, recall, f1 = overlap_scores(data / "skills" / "tech_dev.conll")
    found = [
        ("skills in advertisements, precision", f"{precision:.3f}", ""),
        ("skills in advertisements, recall", f"{recall:.3f}", ""),
        ("skills in advertisements, F1 (overlap)", f"{f1:.3f}", ">= .62"),
    ]
    for name, expected in WORDS_IN_RESUMES.items():
        path = data / "resumes" / f"{name}.pdf"
        profile = read_resume(read_document(path.read_bytes()).text)
        found.append((f"words read, {name}", f"{word_recall(path, expected):.3f}", ">= .99"))
        found.append(
            (f"roles with title, employer and dates, {name}", f"{_complete(profile.roles)}/{len(profile.roles)}", "all")
        )
    return found


def _complete(roles: Sequence[object]) -> int:
    return sum(all(getattr(role, part) for part in ("title", "employer", "span")) for role in roles)


if __name__ == "__main__":
    import sys

    for row in rows(Path(sys.argv[1])):
        print(*row, sep="\t")
