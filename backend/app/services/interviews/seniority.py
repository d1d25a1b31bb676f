"""How experienced somebody in a job has to be, by its title and description."""

import re
from collections.abc import Mapping

from app.bank.loader import Seniority
from app.models.values.kinds import Difficulty

DIFFICULTY: Mapping[Seniority, Difficulty] = {"junior": "easy", "mid": "medium", "senior": "hard", "lead": "hard"}
"""How hard the questions are."""


def _any(*words: str) -> re.Pattern[str]:
    return re.compile(rf"\b({'|'.join(words)})\b")


_JUNIOR = _any("junior", "jr", "intern", "internship", "trainee", "graduate", "apprentice", "entry[- ]level")
_SENIOR = _any("senior", "sr")
_LEAD = _any(
    *("lead", "leader", "principal", "staff", "head of", "director", "chief", "vp", "vice president", "cto", "cio"),
    *("architect", "(engineering|development|team|it) manager"),
)
_BY_TITLE: Mapping[Seniority, re.Pattern[str]] = {"junior": _JUNIOR, "lead": _LEAD, "senior": _SENIOR}
"""The first that is found counts: a "senior team lead" is a lead."""
_YEARS = re.compile(r"\b(\d{1,2})\s*\+?\s*(?:(?:-|–|to)\s*\d{1,2}\s*\+?\s*)?years?\b")
_BY_YEARS: tuple[tuple[int, Seniority], ...] = ((5, "senior"), (2, "mid"), (0, "junior"))
_LEADING = re.compile(
    r"(?<!\bthe )(?<!\ba )(?<!\bour )\b(lead(s|ing)?|manag(e|es|ing)|mentor(s|ing)?|coach(es|ing)?)\b[^.;\n]{0,40}"
    r"\b(teams?|people|engineers|developers|staff|reports|juniors)\b"
)


def seniority_of(title: str, description: str = "") -> Seniority:
    """What the title says; else the years that the description asks for, or its words; else the middle."""
    for level, words in _BY_TITLE.items():
        if words.search(title.lower()):
            return level
    text = description.lower()
    if years := _YEARS.search(text):
        return next(level for least, level in _BY_YEARS if int(years[1]) >= least)
    return "junior" if _JUNIOR.search(text) else "senior" if _SENIOR.search(text) else "mid"


def leads_others(title: str, description: str = "") -> bool:
    """Whether the job is also about leading people."""
    return seniority_of(title) == "lead" or _LEADING.search(description.lower()) is not None
