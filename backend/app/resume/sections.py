"""The parts of a résumé by their headings."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from app.resume.words import title_score

SectionKind = Literal["top", "summary", "experience", "education", "skills", "projects", "achievements", "other"]

_KEYS: Mapping[SectionKind, str] = {
    "experience": "experience experiences employment internship internships career positions appointments placements "
    "research volunteering history work jobs background berufserfahrung werdegang",
    "education": "education studies qualifications ausbildung degrees",
    "skills": "skill skills competencies competences expertise technologies tools toolbox stack languages",
    "projects": "project projects portfolio",
    "achievements": "achievements achievement accomplishments awards award honors honours publications patents "
    "certifications certification certificates scholarships",
    "summary": "summary profile objective statement about overview highlights",
    "other": "links coursework interests hobbies references activities societies training contact courses details",
}
"""The words that make a heading; the first of them in a line says its kind ("Awards and Publications")."""
_AROUND = frozenset(
    """
    professional relevant industry teaching other additional selected volunteer technical core key soft licences
    licenses training computer it programming personal side academic open source notable executive background me and
    of the tech held data extra curricular extracurricular leadership & / my
    """.split()
)
"""Words that may stand around them."""
_ENDS: Mapping[str, SectionKind] = {
    "experience": "experience", "history": "experience", "appointments": "experience", "placements": "experience",
    "skills": "skills", "qualifications": "education", "education": "education",
}  # fmt: skip
"""Words that make a heading whatever stands before them ("Clinical Experience")."""
_EXPERIENCE = frozenset("experience employment career berufserfahrung".split())
"""Words that make a heading of experience with any others, where these name no job ("Career Coach")."""
_NO_HEADINGS = frozenset("user customer client patient guest employee".split())
"""Before "experience" they name a field of work."""
_KIND_OF = {word: kind for kind, words in _KEYS.items() for word in words.split()}
_TABLE_HEADS = frozenset(
    """
    date dates period from to duration year years employer company organisation organization position title role
    location place job
    """.split()
) | {"job title"}
_MAX_HEADING_WORDS = 5
_TWO_LANGUAGES = re.compile(r"\s+[/|]\s+")
"""Between a heading in the candidate's language and the same in English."""
_LETTER_SPACED = re.compile(r"(?:[A-Za-z] ){3,}[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Section:
    """The lines under one heading; those above the first heading are the top."""

    kind: SectionKind
    title: str
    lines: tuple[str, ...]


def split_sections(text: str) -> list[Section]:
    """The sections in order; a heading is a short line of its own that names one."""
    sections: list[Section] = []
    kind: SectionKind = "top"
    title = ""
    lines: list[str] = []
    for line in _lines(text):
        heading = heading_kind(line)
        if heading:
            sections.append(Section(kind, title, tuple(lines)))
            kind, title, lines = heading, line.strip(" :"), []
        elif line.strip():
            lines.append(line)
    sections.append(Section(kind, title, tuple(lines)))
    return [section for section in sections if section.lines]


def _lines(text: str) -> Iterator[str]:
    """The lines of a text; a heading in the margin becomes a line of its own, the heads of a table none."""
    for raw in text.split("\n"):
        first, tab, rest = raw.rstrip().partition("\t")
        if tab and all(part.strip(" :").lower() in _TABLE_HEADS for part in raw.split("\t")):
            continue
        if tab and heading_kind(first):
            yield first
            yield rest
        else:
            yield raw.rstrip()


def heading_kind(line: str) -> SectionKind | None:
    """The kind of section that a line is the heading of; None for any other line."""
    bare = re.sub(r"^[\s•■▪#*=_|-]+|[\s•■▪#*=_|:-]+$", "", line)
    if _LETTER_SPACED.fullmatch(bare):
        bare = bare.replace(" ", "")
    if len(parts := _TWO_LANGUAGES.split(bare)) == 2:
        kinds = [heading_kind(part) for part in parts]
        others = [part for part, kind in zip(parts, kinds, strict=True) if kind is None]
        is_heading = all(part.replace(" ", "").isalpha() and title_score(part) <= 0 for part in others)
        return next(filter(None, kinds), None) if is_heading else None
    words = bare.lower().replace("-", " ").split()
    if not words or len(words) > _MAX_HEADING_WORDS or not bare[0].isupper():
        return None
    named = [_KIND_OF[word] for word in words if word in _KIND_OF]
    known = all(word in _KIND_OF or word in _AROUND for word in words)
    if named and known:
        return named[0]
    titled = all(word[0].isupper() or word.lower() in _AROUND for word in re.split(r"[\s-]+", bare) if word)
    if not titled or len(words) == _MAX_HEADING_WORDS or not all(word.isalpha() or word == "&" for word in words):
        return None
    if _NO_HEADINGS.intersection(words) or title_score(bare) > 0:
        return None
    return "experience" if _EXPERIENCE.intersection(words) else _ENDS.get(words[-1])
