"""Reads a résumé: roles with employers and dates, skills with their evidence, projects, achievements, education.

Written for plain text as documents give it (one line per line, columns parted by a tab). What cannot be recognised is
left out rather than guessed. The profile holds no name, address, link, phone number or e-mail.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache

from app.bank.skills import Skill, SkillFinder, SkillMention
from app.models.values.resume import Achievement, Project
from app.resume.contact import without_contacts
from app.resume.dates import Span, total_years
from app.resume.deeds import is_deed, is_past
from app.resume.roles import Role, read_roles
from app.resume.sections import Section, split_sections
from app.resume.text import BULLET, entries

_DEGREE = re.compile(
    r"\b(?:bachelor|master|doctor(?:ate)?|ph\.?\s?d|mba|b\.?\s?sc|m\.?\s?sc|b\.?\s?eng|m\.?\s?eng|b\.?\s?tech|m\.?\s?tech"
    r"|bs|ms|ba|ma|b\.s|m\.s|b\.a|m\.a|meng|beng|btech|diploma|associate degree|a-levels?|abitur|high school"
    r"|gymnasium|bootcamp|certificate)\b",
    re.IGNORECASE,
)
_SCHOOL = re.compile(
    r"\b(?:university|universität|college|institute|school|academy|polytechnic|hochschule|faculty)\b", re.IGNORECASE
)
_STATED_YEARS = re.compile(
    r"\b(?:(?:over|more than|around|about|nearly|almost)\s+)?(?P<years>\d{1,2}(?:\.5)?|one|two|three|four|five|six"
    r"|seven|eight|nine|ten|twelve|fifteen|twenty)\s*\+?\s*(?:-\s*\d+\s*)?years?['’]?\s+(?:of\s+)?(?:[\w-]+\s+){0,4}?experience",
    re.IGNORECASE,
)
_NUMBER_WORDS = dict(zip("one two three four five six seven eight nine ten twelve fifteen twenty".split(),
                         (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20), strict=True))  # fmt: skip
_RESULT_NUMBER = re.compile(
    r"(?:[$€£]\s?\d|(?<![\d.,])\d[\d.,]{0,15}\s?(?:%|percent|x\b|k\b|m\b|\+|million|billion|thousand|ms\b|s\b|hours?|minutes?|seconds?|days?"
    r"|weeks?|users?|customers?|clients?|people|engineers?|developers?|students?|requests?|teams?|members?|tickets?|services?"
    r"|stores?|countries|sites?|tests?|applicants?|tb\b|gb\b|pb\b|deployments?|releases?|incidents?|nodes?|servers?|orders?)"
    r"|\bfrom \d[\d.,]{0,15} .{0,20}\bto \d|\b(?:doubled|tripled|halved|half|twice)\b|\b\d[\d,]{3,15}\b|\btop \d)",
    re.IGNORECASE,
)
_YEAR_ONLY = re.compile(r"\b(?:19|20)\d\d\b")
MAX_QUOTE = 300
MOST_LINES = 50
"""Lines in which a skill is looked for to quote the best of them."""
_DENIED = re.compile(
    r"\b(?:no|not|never|without|lacks?|lacking|little)\b(?! only| just)"
    r"(?:[^\w.;:!?\n]+(?!but\b|however\b)\w+){0,7}[^\w.;:!?\n]*$",
    re.IGNORECASE,
)
"""What stands before a skill that the résumé says is not there ("no experience with Kubernetes")."""
_SEASON_OF_A_YEAR = re.compile(r"spring\s*,?\s*(?:of\s+)?['’]?\d", re.IGNORECASE)
"""A date and not the framework."""
MIN_ACHIEVEMENT_WORDS = 4
MAX_NAME_WORDS = 7


@dataclass(frozen=True, slots=True)
class HeldSkill:
    """A skill the résumé names. `years`: of the roles that name it (None where it stands in no dated role)."""

    skill: Skill
    evidence: tuple[str, ...]
    years: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeProfile:
    """What a résumé says, without who it is about."""

    text: str
    years: float | None = None
    skills: tuple[HeldSkill, ...] = ()
    roles: tuple[Role, ...] = ()
    projects: tuple[Project, ...] = ()
    achievements: tuple[Achievement, ...] = ()
    education: tuple[str, ...] = ()


def read_resume(text: str, today: date | None = None) -> ResumeProfile:
    """The profile of a résumé; `today` ends ranges "to present" (now when not given)."""
    today = today or datetime.now(UTC).date()
    clean = without_contacts(text)
    sections = split_sections(clean)
    roles = tuple(
        role for section in sections if section.kind == "experience" for role in read_roles(section.lines, today)
    )
    if not roles:
        unnamed = (section for section in sections if section.kind not in ("education", "projects", "achievements"))
        found = (role for section in unnamed for role in read_roles(section.lines, today))
        roles = tuple(role for role in found if not _is_study(role))
    return ResumeProfile(
        text=clean,
        years=_years(clean, roles),
        skills=_skills(clean, roles),
        roles=roles,
        projects=tuple(project for section in sections if section.kind == "projects" for project in _projects(section)),
        achievements=_achievements(sections, roles),
        education=_schooling(sections),
    )


def _is_study(role: Role) -> bool:
    """Whether what looks like a role is a degree, where no heading says what it is."""
    return bool(_DEGREE.search(role.title) or _DEGREE.search(role.employer)) or not role.title


def _years(text: str, roles: Sequence[Role]) -> float | None:
    spans = [role.span for role in roles if role.span]
    stated = [_number(match.group("years")) for match in _STATED_YEARS.finditer(text)]
    found = ([total_years(spans)] if spans else []) + stated
    return max(found) if found else None


def _number(text: str) -> float:
    return float(_NUMBER_WORDS.get(text.lower(), 0) or text)


@cache
def finder() -> SkillFinder:
    """The skill finder, built once."""
    return SkillFinder()


def _skills(text: str, roles: Sequence[Role]) -> tuple[HeldSkill, ...]:
    """Skills in the order they appear, each with the lines that name it and the years of the roles that do."""
    lines: dict[Skill, list[str]] = {}
    for mention in finder().find(text):
        if _is_denied(text, mention):
            continue
        found = lines.setdefault(mention.skill, [])
        if len(found) < MOST_LINES and (line := line_around(text, mention.begin, mention.end)) not in found:
            found.append(line)
    spans: dict[Skill, list[Span]] = {}
    for role in roles:
        if role.span:
            said = "\n".join((role.title, *role.lines))
            named = {item.skill for item in finder().find(said) if not _is_denied(said, item)}
            for skill in named:
                spans.setdefault(skill, []).append(role.span)
    return tuple(
        HeldSkill(
            skill, tuple(sorted(found, key=_tells_no_deed)[:3]), total_years(spans[skill]) if skill in spans else None
        )
        for skill, found in lines.items()
    )


def _is_denied(text: str, mention: SkillMention) -> bool:
    """Whether the words say that the skill is not held, or something else."""
    if _SEASON_OF_A_YEAR.match(text, mention.begin):
        return True
    return bool(_DENIED.search(text[max(0, mention.begin - MAX_QUOTE) : mention.begin]))


def _tells_no_deed(line: str) -> bool:
    """Whether a line only names things; what was done with a skill says more than a list that holds it."""
    return not any(is_past(word) for word in line.split())


def line_around(text: str, begin: int, end: int) -> str:
    """The line of `text` that holds a span, without its bullet."""
    first = max(text.rfind("\n", max(0, begin - MAX_QUOTE), begin) + 1, begin - MAX_QUOTE, 0)
    last = text.find("\n", end, end + MAX_QUOTE)
    line = text[first : last if last >= 0 else end + MAX_QUOTE]
    return BULLET.sub("", line).replace("\t", " ").strip()[:MAX_QUOTE]


def _projects(section: Section) -> Iterator[Project]:
    for entry in entries(section.lines):
        name, parted, rest = entry.partition(":")
        if not parted or len(name.split()) > MAX_NAME_WORDS:
            name, _, rest = _split_name(entry)
        name = re.sub(r"\s*\(.*?\)|\s*\|.*|\t.*", "", name).strip(" -–—,.")
        if name and len(name.split()) <= MAX_NAME_WORDS and not is_past(name.split()[0]):
            yield Project(name, rest.strip()[:MAX_QUOTE])


def _split_name(entry: str) -> tuple[str, str, str]:
    match = re.search(r"\s[–—-]\s|\t|\s\|\s", entry)
    return (entry[: match.start()], match.group(), entry[match.end() :]) if match else (entry, "", "")


def _achievements(sections: Sequence[Section], roles: Sequence[Role]) -> tuple[Achievement, ...]:
    """Sentences with a result in numbers, those of roles first."""
    of_roles = [Achievement(text, role.employer) for role in roles for line in role.lines for text in _results(line)]
    known = {achievement.text for achievement in of_roles}
    others = [
        Achievement(text)
        for section in sections
        if section.kind in ("projects", "achievements", "summary", "top")
        for line in entries(section.lines)
        for text in _results(line)
        if text not in known
    ]
    return tuple(dict.fromkeys([*of_roles, *others]))


def _results(line: str) -> Iterator[str]:
    """Sentences that tell a deed in the past and hold a number that is no date."""
    for sentence in re.split(r"(?<=[.!?;])\s+(?=[A-Z])", line):
        words = sentence.split()
        bare = re.sub(r"^[^:]{2,40}:\s+(?=[A-Z])", "", sentence).strip(" .;")
        did = any(is_deed(word) for word in bare.split()[:12])
        if len(words) >= MIN_ACHIEVEMENT_WORDS and did and _RESULT_NUMBER.search(_YEAR_ONLY.sub("", bare)):
            yield bare[:MAX_QUOTE]


def _schooling(sections: Sequence[Section]) -> tuple[str, ...]:
    """The lines of the education section, else of the top where there is none."""
    kinds = {section.kind for section in sections}
    wanted = "education" if "education" in kinds else "top"
    return tuple(line for section in sections if section.kind == wanted for line in _education(section))


def _education(section: Section) -> Iterator[str]:
    """Lines that name a degree or a school, without columns."""
    for line in section.lines:
        bare = BULLET.sub("", line).replace("\t", ", ").strip(" ,|")
        if (_DEGREE.search(bare) or _SCHOOL.search(bare)) and len(bare.split()) <= 25:
            yield bare
