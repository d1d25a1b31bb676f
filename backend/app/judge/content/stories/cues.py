"""Words that show what a clause does in a story or a plan: the phrases of `data/cues.yaml` as patterns."""

import re
from functools import cache

from app.judge.language.clauses import Clause
from app.judge.language.lexicon import DATA
from app.yaml_files import read_yaml


@cache
def _cues() -> dict[str, re.Pattern[str]]:
    loaded: dict[str, list[str]] = read_yaml(DATA / "cues.yaml")
    return {name: re.compile(rf"\b(?:{'|'.join(phrases)})\b") for name, phrases in loaded.items()}


def shows(clause: Clause, cue: str) -> bool:
    """Whether a phrase of the cue stands in the clause."""
    return mentions(clause.text, cue)


def mentions(text: str, cue: str) -> bool:
    """Whether a phrase of the cue stands in `text`."""
    return bool(_cues()[cue].search(text.lower()))


def phrases(text: str, cue: str) -> list[str]:
    """The phrases of the cue in `text`, in order."""
    return [match.group() for match in _cues()[cue].finditer(text.lower())]
