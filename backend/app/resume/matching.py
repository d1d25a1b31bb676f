"""How a profile meets a job description: what is asked, what is held, each with the words that show it.

The score is 0-100: skills asked as necessary weigh 1, those asked as a bonus .4, soft skills a quarter of that; a
skill of the same family (as Flask for Django) counts .4; years of experience weigh
a fifth where the job asks for them. The weights are our own; the parts are shown beside the score.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.bank.skills import Skill, SkillMention, are_related
from app.models.values.kinds import SkillLevel
from app.resume.profile import HeldSkill, ResumeProfile, finder, line_around

BONUS_WEIGHT = 0.4
SOFT_SHARE = 0.25
RELATED_VALUE = 0.4
SHORT_YEARS_VALUE = 0.6
"""A skill held for fewer years than asked counts this much at least, the more the nearer."""
YEARS_SHARE = 0.2
YEARS_REACH = 60
"""Characters after "5 years" within which a skill is meant by it."""
EXCEEDED_BY = 2.0
"""Years beyond what was asked that count as exceeding it."""

_BONUS = re.compile(
    r"\b(?:nice[- ]to[- ]have|preferred|preferably|a plus|bonus|ideally|desirable|desired|optional(?:ly)?"
    r"|advantage(?:ous)?|beneficial|would be great|good to have|is welcome|not required)\b",
    re.IGNORECASE,
)
_BONUS_HEADING = re.compile(r"nice[- ]to[- ]have|bonus|preferred|desirable|plus(?:es)?$|extra", re.IGNORECASE)
_OFFER_HEADING = re.compile(
    r"^(?:what )?(?:we offer|benefits|perks|we provide|your benefits|about us|about the company|who we are|our company"
    r"|how to apply|equal opportunit\w+|why (?:join )?us|our offer)\b",
    re.IGNORECASE,
)
_HEADING = re.compile(r"^[^.!?]{3,60}:?$")
_YEARS = re.compile(
    r"\b(?P<years>\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten)\s*(?:\+|plus)?\s*(?:(?:-|–|to)\s*\d{1,2}\s*\+?\s*)?"
    r"(?:years?|yrs?)\b",
    re.IGNORECASE,
)
_WORDS = {word: number for number, word in enumerate("one two three four five six seven eight nine ten".split(), 1)}
_VERSED = re.compile(
    r"\b(?:experience|knowledge|background|familiar\w*|understanding|worked|expertise)\b", re.IGNORECASE
)
_NO_REQUIREMENT = re.compile(r"\b(?:old|ago|history|founded|in business|contract|roadmap|anniversary)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Requirement:
    """A skill the job asks for. `asked` quotes the job, `years` where it says how many."""

    skill: Skill
    asked: str
    bonus: bool = False
    years: float | None = None


@dataclass(frozen=True, slots=True)
class SkillMatch:
    """One requirement against the résumé: `evidence` quotes it; `through` is the related skill that stands for it."""

    requirement: Requirement
    level: SkillLevel
    evidence: tuple[str, ...] = ()
    years: float | None = None
    through: Skill | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobMatch:
    """How far a profile meets a job. `score` is 0-100, or None where the job names no skill and no years."""

    score: float | None
    title: str = ""
    met: tuple[SkillMatch, ...] = ()
    missing: tuple[SkillMatch, ...] = ()
    exceeded: tuple[str, ...] = ()
    strengths: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    years_asked: float | None = None
    years_held: float | None = None


def match(profile: ResumeProfile, job_description: str) -> JobMatch:
    """Match a profile with a job description."""
    requirements = read_requirements(job_description)
    matches = [_match_one(requirement, profile.skills) for requirement in requirements]
    asked = _years_asked(job_description)
    met = tuple(item for item in matches if item.level == "held")
    missing = tuple(item for item in matches if item.level != "held")
    return JobMatch(
        score=_score(matches, asked, profile.years),
        title=job_title(job_description),
        met=met,
        missing=missing,
        exceeded=_exceeded(met, asked, profile.years),
        strengths=tuple(_strength(item) for item in sorted(met, key=_importance, reverse=True) if item.evidence)[:5],
        gaps=_gaps(missing, met, asked, profile.years),
        years_asked=asked,
        years_held=profile.years,
    )


def job_title(job_description: str) -> str:
    """The first line, where it is short enough to be a title."""
    lines = [line.strip(" #*•-\t") for line in job_description.splitlines() if line.strip()]
    first = re.sub(r"^(?:job title|position|role|title)\s*:\s*", "", lines[0], flags=re.IGNORECASE) if lines else ""
    first = re.sub(r"\s*\((?:[mwfdx]\s?/\s?)+[mwfdx]\)", "", first).strip(" .:")
    return first if 0 < len(first.split()) <= 8 and not re.search(r"[!?]|\b(?:we|you|our)\b", first.lower()) else ""


def read_requirements(job_description: str) -> list[Requirement]:
    """The skills a job asks for, in order, the stricter demand where one stands twice; what is offered is left out."""
    found: dict[Skill, Requirement] = {}
    heading = ""
    for line in job_description.split("\n"):
        bare = line.strip(" #*•-\t")
        if _HEADING.match(bare) and len(bare.split()) <= 6 and (bare.endswith(":") or bare.istitle() or bare.isupper()):
            heading = bare.rstrip(":")
        if not _OFFER_HEADING.match(heading):
            for requirement in _in_line(line, bonus=bool(_BONUS_HEADING.search(heading))):
                known = found.get(requirement.skill)
                if (
                    known is None
                    or (known.bonus and not requirement.bonus)
                    or (known.years or 0) < (requirement.years or 0)
                ):
                    found[requirement.skill] = requirement
    return list(found.values())


def _in_line(line: str, *, bonus: bool) -> Iterable[Requirement]:
    for sentence in re.split(r"(?<=[.;!?])\s+", line):
        versed = bool(_VERSED.search(sentence))
        mentions = [mention for mention in finder().find(sentence) if versed or mention.skill.category != "domain"]
        extra = bonus or bool(_BONUS.search(sentence))
        said = None if _NO_REQUIREMENT.search(sentence) else _YEARS.search(sentence)
        for mention in mentions:
            quote = line_around(sentence, mention.begin, mention.end)
            yield Requirement(mention.skill, quote, extra, _number(said) if _means(said, mention) else None)


def _means(said: re.Match[str] | None, mention: SkillMention) -> bool:
    """ "5 years of Python and Django": the years belong to what follows them closely in the same sentence."""
    return said is not None and mention.skill.category != "soft" and 0 <= mention.begin - said.end() <= YEARS_REACH


def _number(said: re.Match[str] | None) -> float | None:
    if said is None:
        return None
    text = said.group("years").lower()
    return float(_WORDS.get(text) or int(text))


def _years_asked(job_description: str) -> float | None:
    """The most years of experience that a sentence asks for."""
    asked = [
        _number(_YEARS.search(sentence))
        for sentence in re.split(r"(?<=[.;!?])\s+|\n", job_description)
        if re.search(r"experience|background|worked|practice", sentence, re.IGNORECASE)
        and not _NO_REQUIREMENT.search(sentence)
    ]
    return max((years for years in asked if years and years <= 20), default=None)


def _match_one(requirement: Requirement, held: Sequence[HeldSkill]) -> SkillMatch:
    wanted = requirement.skill
    for own in held:
        if own.skill == wanted:
            return SkillMatch(requirement, "held", own.evidence, own.years)
    for own in held:
        if are_related(wanted, own.skill):
            return SkillMatch(requirement, "related", own.evidence, own.years, own.skill)
    return SkillMatch(requirement, "missing")


def _importance(item: SkillMatch) -> float:
    soft = SOFT_SHARE if item.requirement.skill.category == "soft" else 1.0
    return (BONUS_WEIGHT if item.requirement.bonus else 1.0) * soft


def _value(item: SkillMatch) -> float:
    if item.level == "missing":
        return 0.0
    if item.level == "related":
        return RELATED_VALUE
    asked, held = item.requirement.years, item.years
    if not asked or held is None or held >= asked:
        return 1.0
    return SHORT_YEARS_VALUE + (1 - SHORT_YEARS_VALUE) * held / asked


def _score(matches: Sequence[SkillMatch], asked: float | None, held: float | None) -> float | None:
    weight = sum(_importance(item) for item in matches)
    skills = sum(_importance(item) * _value(item) for item in matches) / weight if weight else None
    years = min(1.0, (held or 0.0) / asked) if asked else None
    if skills is None or years is None:
        only = skills if skills is not None else years
        return None if only is None else round(100 * only, 1)
    return round(100 * ((1 - YEARS_SHARE) * skills + YEARS_SHARE * years), 1)


def _exceeded(met: Sequence[SkillMatch], asked: float | None, held: float | None) -> tuple[str, ...]:
    found = []
    if asked and held and held >= asked + EXCEEDED_BY:
        found.append(f"{held:g} years of experience where {asked:g} are asked.")
    for item in met:
        wanted = item.requirement.years
        if wanted and item.years and item.years >= wanted + EXCEEDED_BY:
            found.append(f"{item.years:g} years of {item.requirement.skill.name} where {wanted:g} are asked.")
        elif item.requirement.bonus:
            found.append(f"{item.requirement.skill.name} is only a bonus for this job and is held.")
    return tuple(found)


def _strength(item: SkillMatch) -> str:
    years = f" ({item.years:g} years)" if item.years and item.years >= 1 else ""
    return f"{item.requirement.skill.name}{years}: “{item.evidence[0]}”"


def _gaps(
    missing: Sequence[SkillMatch], met: Sequence[SkillMatch], asked: float | None, held: float | None
) -> tuple[str, ...]:
    found = []
    if asked and held is not None and held < asked:
        found.append(f"The job asks for {asked:g} years of experience; the résumé shows {held:g}.")
    for item in met:
        wanted = item.requirement.years
        if wanted and item.years is not None and item.years < wanted:
            name = item.requirement.skill.name
            found.append(f"The job asks for {wanted:g} years of {name}; roles that name it add up to {item.years:g}.")
    for item in sorted(missing, key=_importance, reverse=True):
        if item.requirement.bonus or item.requirement.skill.category == "soft":
            continue  # résumés seldom name soft skills, and their absence says little
        name = item.requirement.skill.name
        near = f"; {item.through.name} is near" if item.through else ""
        found.append(f"{name} is asked for (“{item.requirement.asked}”) and not named in the résumé{near}.")
    return tuple(found)
