"""What an interview keeps of a résumé and of its match with the job; no names, addresses or other contacts."""

from dataclasses import dataclass
from typing import Literal

from app.models.values.kinds import SkillCategory, SkillLevel


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeSkill:
    """A skill that the résumé names, with the words that name it; `years` of the dated roles that name it."""

    name: str
    category: SkillCategory
    years: float | None
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeRole:
    """A position held; `dates` as they stand in the résumé."""

    title: str
    employer: str
    dates: str | None
    months: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume:
    """What a résumé says."""

    version: Literal[1] = 1
    years_of_experience: float | None
    skills: tuple[ResumeSkill, ...]
    roles: tuple[ResumeRole, ...]
    projects: tuple[Project, ...]
    achievements: tuple[Achievement, ...]
    education: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredSkill:
    """A skill that the job asks for: `asked` quotes the job, `evidence` the résumé.

    `through` is the related skill that stands for it; `bonus` marks what the job does not insist on.
    """

    skill: str
    level: SkillLevel
    asked: str
    bonus: bool
    evidence: tuple[str, ...]
    years: float | None
    through: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeMatch:
    """How far the résumé meets the job. `score` is 0-100, or None where the job names no skill and no years."""

    version: Literal[1] = 1
    score: float | None
    job_title: str | None
    met: tuple[RequiredSkill, ...]
    missing: tuple[RequiredSkill, ...]
    exceeded: tuple[str, ...]
    strengths: tuple[str, ...]
    gaps: tuple[str, ...]
    years_asked: float | None
    years_held: float | None
