"""The parts of a résumé by their headings."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

SectionKind = Literal["top", "summary", "experience", "education", "skills", "projects", "achievements", "other"]

_KEYS: Mapping[SectionKind, str] = {
    "experience": "experience experiences employment internship internships career positions research volunteering "
    "history berufserfahrung",
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
    work professional relevant industry teaching other additional selected volunteer technical core key soft computer it
    programming personal side academic open source notable executive background me and of the tech held data extra
    curricular extracurricular leadership & / my
    """.split()
)
"""Words that may stand around them."""
_KIND_OF = {word: kind for kind, words in _KEYS.items() for word in words.split()}
_MAX_HEADING_WORDS = 5
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
    for line in (raw.rstrip() for raw in text.split("\n")):
        heading = _heading(line)
        if heading:
            sections.append(Section(kind, title, tuple(lines)))
            kind, title, lines = heading, line.strip(" :"), []
        elif line.strip():
            lines.append(line)
    sections.append(Section(kind, title, tuple(lines)))
    return [section for section in sections if section.lines]


def _heading(line: str) -> SectionKind | None:
    bare = re.sub(r"^[\s•■▪#*=_|-]+|[\s•■▪#*=_|:-]+$", "", line)
    if _LETTER_SPACED.fullmatch(bare):
        bare = bare.replace(" ", "")
    words = bare.lower().replace("-", " ").split()
    if not words or len(words) > _MAX_HEADING_WORDS or not bare[0].isupper():
        return None
    kinds = [_KIND_OF[word] for word in words if word in _KIND_OF]
    known = all(word in _KIND_OF or word in _AROUND for word in words)
    return kinds[0] if kinds and known else None
