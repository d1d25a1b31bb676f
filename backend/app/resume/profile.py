"""Reads a résumé: roles with employers and dates, skills with their evidence, projects, achievements, education.

Written for plain text as documents give it (one line per line, columns parted by a tab). What cannot be recognised is
left out rather than guessed. The profile holds no name, address, link, phone number or e-mail.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache

from app.bank.skills import Skill, SkillFinder
from app.resume.contact import without_contacts
from app.resume.dates import Span, find_span, total_years
from app.resume.deeds import is_deed, is_past
from app.resume.sections import Section, split_sections

_BULLET = re.compile(r"^\s*(?:[•◦▪■●○‣⁃·*»➢✓>–—-]|o(?=\s)|\d{1,2}[.)])\s*")
_ROLE_WORD = re.compile(
    r"\b(?:engineer|developer|programmer|manager|analyst|scientist|intern(?:ship)?|consultant|designer|"
    r"(?:team |tech )?lead(?:er)?|director|specialist|assistant|administrator|architect|officer|nurse|teacher|tutor"
    r"|researcher|fellow"
    r"|contributor|head|founder|co-founder|cto|ceo|president|representative|executive|coordinator|associate|accountant"
    r"|recruiter|writer|editor|technician|tester|owner|scrum master|trainee|apprentice|clerk|supervisor|advisor"
    r"|strategist|instructor|lecturer|professor|devops|sre|qa|support|marketer|operator|trainer|agent|student worker"
    r"|werkstudent|freelancer?|volunteer|member|captain)s?\b",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"[\s,|–-]+(?:[A-ZÀ-Ý][\w.'’-]+(?: [A-ZÀ-Ý][\w.'’-]+){0,2}, (?:[A-Z]{2}|[A-Z][a-z]+(?: [A-Z][a-z]+)?)"
    r"|(?i:remote|hybrid|on-?site))\s*$"
)
_PARTS = re.compile(r"\t|\s[|•·–—]\s|\s-\s|\s*\|\s*|(?<!\w)@(?!\w)|\sat\s|,\s(?=[A-Z])")
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
_DENIED = re.compile(
    r"\b(?:no|not|never|without|lacks?|lacking|little)\b(?! only| just)"
    r"(?:[^\w.;:!?\n]+(?!but\b|however\b)\w+){0,7}[^\w.;:!?\n]*$",
    re.IGNORECASE,
)
"""What stands before a skill that the résumé says is not there ("no experience with Kubernetes")."""
WRAPPED = 60
"""A line this long may go on in the next one."""
MIN_ACHIEVEMENT_WORDS = 4
MAX_NAME_WORDS = 7


@dataclass(frozen=True, slots=True)
class Role:
    """A position held. `lines` are what the résumé says about it; `span` its dates where they stand there."""

    title: str
    employer: str
    span: Span | None
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Project:
    """A project by name, with what is said about it."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Achievement:
    """Something done with a number to show for it, in the résumé's words. `employer` where it stands under a role."""

    text: str
    employer: str = ""


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
    roles = tuple(role for section in sections if section.kind == "experience" for role in _roles(section, today))
    if not roles:
        roles = tuple(role for section in sections if section.kind == "top" for role in _roles(section, today))
    return ResumeProfile(
        text=clean,
        years=_years(clean, roles),
        skills=_skills(clean, roles),
        roles=roles,
        projects=tuple(project for section in sections if section.kind == "projects" for project in _projects(section)),
        achievements=_achievements(sections, roles),
        education=_schooling(sections),
    )


def entries(lines: Sequence[str]) -> list[str]:
    """Bullets and paragraphs as one string each: wrapped lines are joined to the line they continue."""
    joined: list[str] = []
    bulleted = False
    for line in lines:
        bullet = _BULLET.match(line)
        bare = line[bullet.end() :] if bullet else line
        unfinished = bool(joined) and len(joined[-1]) > WRAPPED and not re.search(r"[.!?:;]\s*$", joined[-1])
        if joined and not bullet and (bare[:1].islower() or (bulleted and unfinished)):
            joined[-1] = re.sub(r"(?<=\w)-$", "", joined[-1]) + " " + bare.strip()
        else:
            bulleted = bool(bullet)
            joined.append(bare.strip())
    return joined


def _roles(section: Section, today: date) -> list[Role]:
    """One role for each line with dates; its title and employer stand on that line or beside it."""
    lines = section.lines
    dated = [(at, span) for at, line in enumerate(lines) if (span := _role_span(line, today))]
    heads = [_head(lines, at, dated[rank - 1][0] if rank else -1) for rank, (at, _) in enumerate(dated)]
    roles = []
    for rank, (at, span) in enumerate(dated):
        first = heads[rank]
        body_end = heads[rank + 1] if rank + 1 < len(dated) else len(lines)
        after = at + 1
        title, employer = _title_and_employer(lines[first : at + 1], span)
        if not title and after < body_end and not _BULLET.match(lines[after]) and _ROLE_WORD.search(lines[after]):
            title, after = _without_place(lines[after]), after + 1
        if title or employer:
            roles.append(Role(title, employer, span, tuple(entries(lines[after:body_end]))))
    return roles


def _role_span(line: str, today: date) -> Span | None:
    """The dates of a role line: a range anywhere in a short line, or a lone date at the end of one."""
    span = find_span(line, today)
    if (
        span is None
        and re.search(r"(?:\t|\||,|\()[^\t|,(]*\b(?:19|20)\d\d\b[^\t|]*$", line)
        and len(line.split()) <= 12
    ):
        span = find_span(line, today, single=True)
    rest = line.replace(span.text, "") if span else line
    return span if span and len(rest.split()) <= 14 and not re.search(r"[.!?]$", rest.strip()) else None


def _head(lines: Sequence[str], at: int, previous: int) -> int:
    """Where the heading of the role dated on line `at` begins: up to two short lines above that belong to no bullet."""
    first = at
    while first - 1 > previous and at - first < 2:
        above = lines[first - 1]
        bullet = _BULLET.match(above)
        short = len(above.split()) <= 9 and not re.search(r"[.!?;,]\s*$", above)
        column = "\t" in above
        if not short or (bullet and not column) or (first - 1 > previous + 1 and _continues(lines, first - 1)):
            break
        first -= 1
    return first


def _continues(lines: Sequence[str], at: int) -> bool:
    """Whether a line is the wrapped end of the bullet above it."""
    return at > 0 and len(lines[at - 1]) > 60 and not re.search(r"[.!?]\s*$", lines[at - 1]) and "\t" not in lines[at]


def _title_and_employer(lines: Sequence[str], span: Span) -> tuple[str, str]:
    parts = [part for line in lines for part in _heading_parts(line.replace(span.text, " "))]
    title = next((part for part in parts if _ROLE_WORD.search(part)), "")
    employer = next((part for part in parts if part != title and len(part) > 1), "")
    return _named(title), _named(employer)


def _heading_parts(line: str) -> Iterator[str]:
    bare = _BULLET.sub("", line)
    for part in _PARTS.split(_without_place(bare)):
        cleaned = part.strip(" \t|,;:()–—-•")
        if cleaned and not _YEAR_ONLY.fullmatch(cleaned) and not _is_place(cleaned):
            yield cleaned


def _without_place(text: str) -> str:
    """A heading without the town at its end."""
    if "\t" in text:
        return "\t".join(part for part in text.split("\t") if not _is_place(part.strip()))
    return _PLACE.sub("", text)


def _is_place(text: str) -> bool:
    return bool(_PLACE.fullmatch("\t" + text)) and not _ROLE_WORD.search(text) and not _SCHOOL.search(text)


def _named(text: str) -> str:
    """Names set in capitals read like a shout inside a question: "FACEBOOK" > "Facebook"; short ones stay (IBM)."""
    shouted = text.isupper()
    words = [_softened(word) if shouted else word for word in text.split()]
    return " ".join(words)[:80]


def _softened(word: str) -> str:
    """A capitalised word, unless it is short or has no vowel and so is an acronym."""
    if word in ("OF", "AND", "FOR", "THE", "IN", "AT"):
        return word.lower()
    return word.capitalize() if len(word) > 3 and re.search(r"[AEIOU]", word) else word


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
        if _DENIED.search(text[max(0, mention.begin - MAX_QUOTE) : mention.begin]):
            continue
        line = line_around(text, mention.begin, mention.end)
        found = lines.setdefault(mention.skill, [])
        if line not in found:
            found.append(line)
    spans: dict[Skill, list[Span]] = {}
    for role in roles:
        if role.span:
            said = "\n".join((role.title, *role.lines))
            named = {item.skill for item in finder().find(said) if not _DENIED.search(said[: item.begin])}
            for skill in named:
                spans.setdefault(skill, []).append(role.span)
    return tuple(
        HeldSkill(
            skill, tuple(sorted(found, key=_tells_no_deed)[:3]), total_years(spans[skill]) if skill in spans else None
        )
        for skill, found in lines.items()
    )


def _tells_no_deed(line: str) -> bool:
    """Whether a line only names things; what was done with a skill says more than a list that holds it."""
    return not any(is_past(word) for word in line.split())


def line_around(text: str, begin: int, end: int) -> str:
    """The line of `text` that holds a span, without its bullet."""
    first = max(text.rfind("\n", max(0, begin - MAX_QUOTE), begin) + 1, begin - MAX_QUOTE, 0)
    last = text.find("\n", end, end + MAX_QUOTE)
    line = text[first : last if last >= 0 else end + MAX_QUOTE]
    return _BULLET.sub("", line).replace("\t", " ").strip()[:MAX_QUOTE]


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
        bare = _BULLET.sub("", line).replace("\t", ", ").strip(" ,|")
        if (_DEGREE.search(bare) or _SCHOOL.search(bare)) and len(bare.split()) <= 25:
            yield bare
