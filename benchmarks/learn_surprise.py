"""`python -m benchmarks.learn_surprise LEXICON FOLDER...`: writes the tables of `app.judge.delivery.surprise`.

LEXICON is `textblob/en/en-lexicon.txt` of the textblob wheel (MIT): a word and its part of speech a line. The folders
hold prose in Markdown or reStructuredText that is in the public domain: the 18F website and handbook, digital.gov and
the Python enhancement proposals gave 2.8 million words. The question bank is added. Only counts are kept.
"""

import html
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from wordfreq import zipf_frequency

from app.bank.loader import questions
from app.judge.delivery import surprise

OWN_KINDS, OWN_ZIPF = 300, 4.5
"""So many of the most frequent words of the prose are a kind of their own, if they are frequent in general."""
MOST_COUNTED = 65535
SOURCE = (
    "parts of speech after the lexicon of Eric Brill's tagger, Copyright 1993 by the Massachusetts Institute of "
    "Technology and the University of Pennsylvania, MIT license, as textblob carries it; benchmarks/learn_surprise.py"
)
_MARKUP = (
    (re.compile(r"\A---.*?\n---", re.DOTALL), ""),
    (re.compile(r"```.*?```", re.DOTALL), "\n\n"),
    (re.compile(r"\{[%{<].*?[%}>]\}|<[^>]+>"), ""),
    (re.compile(r"!?\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"`+([^`]*?)(?:\s<[^>]*>)?`+_*"), r"\1"),
    (re.compile(r"[*_]{1,3}(\S[^*_\n]*?)[*_]{1,3}"), r"\1"),
)
_PARAGRAPH = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*+]|\d+\.)\s)")
_WORD = re.compile(r"[(\"']?[A-Za-z][A-Za-z'-]*[.,;:?!)\"']*")


def bank_texts() -> list[str]:
    """Every English text of the bank."""
    return [
        text for question in questions() for text in (question.text, *question.expected_points, question.model_answer)
    ]


def prose(text: str) -> Iterator[str]:
    """The paragraphs that are whole sentences in plain words: no headings, tables, code or links."""
    for pattern, kept in _MARKUP:
        text = pattern.sub(kept, text)
    for paragraph in _PARAGRAPH.split(html.unescape(text)):
        if re.match(r"\s{4}|\s*[#|>.:=]|\s*$", paragraph):
            continue
        line = " ".join(re.sub(r"^\s*([-*+]|\d+\.)\s", "", paragraph).split())
        words = line.replace("’", "'").replace("“", '"').replace("”", '"').split()
        whole = re.match(r"[\"'“]?[A-Z]", line) and re.search(r"[.?!][\"')”]*$", line)
        plain = sum(bool(_WORD.fullmatch(word)) for word in words) >= 0.9 * len(words)
        if whole and plain and len(words) >= 12 and not re.search(r"https?:|[=\\{}<>|]", line):
            yield " ".join(words)


def read(folders: Sequence[Path]) -> list[str]:
    """All paragraphs of the folders, each once."""
    files = sorted(file for folder in folders for ending in ("md", "rst") for file in folder.rglob(f"*.{ending}"))
    return list(dict.fromkeys(line for file in files for line in prose(file.read_text("utf-8", "replace"))))


def learn_kinds(lexicon: Path, texts: Sequence[str]) -> dict[str, object]:
    """The frequent words, and for the others the parts of speech that their endings do not tell."""
    frequent = Counter(
        match.group().lower() for text in texts for part in surprise.sentences_of(text) for match in part
    ).most_common(OWN_KINDS)
    own = [word for word, _ in frequent if word[0].isalpha() and zipf_frequency(word, "en") >= OWN_ZIPF]
    tags: dict[str, list[str]] = {}
    for line in lexicon.read_text("utf-8").splitlines():
        word, _, tag = line.partition(" ")
        known = word.isalpha() and word.islower() and zipf_frequency(word, "en") >= surprise.RARE_ZIPF
        if known and tag.isalpha() and not tag.startswith("NNP") and tag != surprise.shape(word) and word not in own:
            tags.setdefault(tag, []).append(word)
    return {
        "source": SOURCE,
        "own": " ".join(sorted(own)),
        "tags": {tag: " ".join(sorted(words)) for tag, words in sorted(tags.items())},
    }


def count(texts: Sequence[str]) -> tuple[list[str], Counter[tuple[str, ...]]]:
    """The kinds, and how often three stand in a row; two edges open and close a sentence."""
    triples: Counter[tuple[str, ...]] = Counter()
    edges = [surprise.EDGE] * 2
    for text in texts:
        for sentence in surprise.sentences_of(text):
            row = [*edges, *surprise.kinds_of(sentence), *edges]
            triples.update(zip(row, row[1:], row[2:], strict=False))
    return sorted({kind for triple in triples for kind in triple}), triples


def write_sequences(target: Path, kinds: Sequence[str], triples: Counter[tuple[str, ...]]) -> None:
    """As sorted keys, each less the one before it."""
    places, size = {kind: place for place, kind in enumerate(kinds)}, len(kinds)
    keys = {(places[a] * size + places[b]) * size + places[c]: number for (a, b, c), number in triples.items()}
    order = sorted(keys)
    np.savez_compressed(
        target,
        kinds=np.array(" ".join(kinds)),
        steps=np.diff(np.array([0, *order])).astype(np.uint32),
        counts=np.array([min(MOST_COUNTED, keys[key]) for key in order], np.uint16),
    )


def main() -> None:
    """Learn and write."""
    lexicon, *folders = (Path(argument) for argument in sys.argv[1:])
    texts = read(folders)
    surprise.KINDS.write_text(json.dumps(learn_kinds(lexicon, texts), indent=1) + "\n", encoding="utf-8")
    kinds, triples = count([*texts, *bank_texts()])
    write_sequences(surprise.SEQUENCES, kinds, triples)
    words = sum(len(text.split()) for text in texts)
    print(f"{words} words, {len(kinds)} kinds, {len(triples)} sequences: {surprise.SEQUENCES}")


if __name__ == "__main__":
    main()
