"""How well résumés are read: roles, titles, employers, years and skills, on layouts seen and held back."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.bank.skills import SkillFinder
from app.engines.documents import DocumentError
from app.engines.documents.parse import read_document
from app.resume import ResumeProfile, Role, read_resume
from tests.support.resumes import TODAY, Resume, TrueRole, resumes

HALF_A_YEAR = 0.5


@dataclass(slots=True)
class Tally:
    """What was counted; `roles` have the right title and employer, `surplus` were found and are none."""

    true_roles: int = 0
    roles: int = 0
    titles: int = 0
    employers: int = 0
    spans: int = 0
    surplus: int = 0
    resumes: int = 0
    years: int = 0
    skills_right: int = 0
    skills_found: int = 0
    skills_true: int = 0

    @property
    def skills_f1(self) -> float:
        """Harmonic mean of precision and recall of skills."""
        return 2 * self.skills_right / max(1, self.skills_found + self.skills_true)


def same(found: str, true: str) -> bool:
    """Whether two names are the same but for capitals and punctuation."""
    return _plain(found) == _plain(true)


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold().replace("&", " and "))
    return " ".join(re.findall(r"[^\W_]+", "".join(one for one in letters if not unicodedata.combining(one))))


def pairs(found: Sequence[Role], true: Sequence[TrueRole]) -> list[tuple[Role | None, TrueRole]]:
    """Each true role with the found one that is most like it."""
    left = list(found)
    paired: list[tuple[Role | None, TrueRole]] = []
    for role in true:
        best = max(left, key=lambda one: _likeness(one, role), default=None)
        if best is None or not _likeness(best, role):
            paired.append((None, role))
        else:
            left.remove(best)
            paired.append((best, role))
    return paired


def _likeness(found: Role, true: TrueRole) -> int:
    dates = found.span is not None and abs(found.span.begin - true.first) + abs(found.span.end - true.last) <= 12
    return same(found.title, true.title) + same(found.employer, true.employer) + dates


def read(resume: Resume) -> ResumeProfile:
    """What is read; a document that is refused says nothing."""
    try:
        return read_resume(read_document(resume.file()).text, TODAY)
    except DocumentError:
        return read_resume("", TODAY)


def tally(all_resumes: Sequence[Resume]) -> Tally:
    """Reads them and counts."""
    counted = Tally(resumes=len(all_resumes))
    finder = SkillFinder()
    for resume in all_resumes:
        profile = read(resume)
        paired = pairs(profile.roles, resume.roles)
        counted.true_roles += len(paired)
        for found, true in paired:
            title, employer = found is not None and same(found.title, true.title), False
            if found is not None:
                employer = same(found.employer, true.employer)
                span = found.span
                counted.spans += span is not None and abs(span.begin - true.first) + abs(span.end - true.last) <= 6
            counted.titles += title
            counted.employers += employer
            counted.roles += title and employer
        counted.surplus += len(profile.roles) - sum(found is not None for found, _ in paired)
        counted.years += abs((profile.years or 0.0) - resume.years) <= HALF_A_YEAR
        held = {_plain(skill.skill.name) for skill in profile.skills}
        wanted = {_plain(_canonical(name, finder)) for name in resume.skills}
        counted.skills_right += len(held & wanted)
        counted.skills_found += len(held)
        counted.skills_true += len(wanted)
    return counted


def _canonical(name: str, finder: SkillFinder) -> str:
    found = finder.find(name)
    return found[0].skill.name if found and found[0].end - found[0].begin == len(name) else name


def rows(data: Path) -> list[tuple[str, str, str]]:
    """(measure, figure, aim)."""
    found = []
    for name, held_back in (("seen layouts", False), ("held back", True)):
        counted = tally([resume for resume in resumes() if resume.held_back is held_back])
        true = counted.true_roles
        if not true:
            continue
        found += [
            (f"{name}: roles with the right title and employer", _share(counted.roles, true), ">= 90 %"),
            (f"{name}: titles", _share(counted.titles, true), ""),
            (f"{name}: employers", _share(counted.employers, true), ""),
            (f"{name}: dates of a role within half a year", _share(counted.spans, true), ""),
            (f"{name}: found roles that are none", str(counted.surplus), ""),
            (f"{name}: years of experience within half a year", _share(counted.years, counted.resumes), ""),
            (f"{name}: skills, F1", f"{counted.skills_f1:.2f}", ""),
        ]
    return found


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole} ({100 * part / whole:.0f} %)"


if __name__ == "__main__":
    import sys

    for one in resumes():
        if not one.held_back and any(word in one.name for word in sys.argv[1:] or [""]):
            profile = read(one)
            print("==", one.name, "years", profile.years, round(one.years, 1))
            for found_role, true_role in pairs(profile.roles, one.roles):
                right = found_role and same(found_role.title, true_role.title)
                right = right and found_role and same(found_role.employer, true_role.employer)
                if not right:
                    print("   ", true_role, "\n      found", found_role)
