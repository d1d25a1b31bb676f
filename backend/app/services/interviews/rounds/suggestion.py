"""Which rounds an interview for a job should have: by what the bank knows of the role, by the seniority that the title
asks for, and by what the description names."""

import re
from collections import Counter
from dataclasses import dataclass

from app.bank import loader
from app.bank.loader import SKILL_NAMES, Role, Seniority
from app.models.values.kinds import InterviewType
from app.services.interviews.job_field import find_role, resolve_skill, skills_for
from app.services.interviews.seniority import leads_others, seniority_of

MOST_AREAS = 5
PLAIN_NAMES = ("Screening", "Technical", "Final")
"""Rounds of the bank's roles that are called what everybody calls them; other names say more than ours."""
_DESIGNS = re.compile(
    r"\b(architect\w*|system design|distributed|scal(e|es|able|ability|ing)|high[- ]availab\w+|microservices?|"
    r"large[- ]scale)\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundPlan:
    """A round that is not there yet. `minutes` is how long it takes, `question_count` how many questions it has."""

    name: str
    kind: InterviewType
    description: str = ""
    minutes: int | None = None
    question_count: int = 5
    focus_areas: tuple[str, ...] = ()


def suggest_rounds(title: str, description: str = "") -> list[RoundPlan]:
    """The rounds for a job, in the order in which companies hold them."""
    role, level = find_role(title), seniority_of(title, description)
    skills = skills_for(role, description) or [SKILL_NAMES[skill] for skill in (role.skills if role else ())]
    return [_round(kind, level, role, skills) for kind in _kinds(role, level, title, description, bool(skills))]


def _kinds(role: Role | None, level: Seniority, title: str, description: str, has_skills: bool) -> list[InterviewType]:
    asked = Counter[str]()
    for planned in role.rounds if role else ():
        asked.update(planned.categories)
    programs = role is not None and "dsa" in role.skills
    leads = leads_others(title, description)
    designs = has_skills and level != "junior" and (role is None or asked["system_design"] > 0)
    named = _DESIGNS.search(description.lower()) is not None
    wanted: dict[InterviewType, bool] = {
        "hr": True,
        "coding": programs and level in ("junior", "mid"),
        "technical": has_skills,
        "system_design": designs and (named or asked["system_design"] > 1 or (bool(role) and level != "mid")),
        "case": asked["case"] > (1 if level == "junior" else 0),
        "situational": role is None or (not programs and asked["situational"] > 1 and not asked["case"]),
        "behavioral": not leads,
        "leadership": leads,
    }
    return [kind for kind, is_wanted in wanted.items() if is_wanted]


def _round(kind: InterviewType, level: Seniority, role: Role | None, skills: list[str]) -> RoundPlan:
    template = loader.round_kinds()[kind]
    name, minutes, areas = template.name, template.minutes, template.focus_areas
    if kind == "technical":
        planned = max(role.rounds, key=lambda entry: entry.categories.get("technical", 0)) if role else None
        if planned is not None:
            minutes = planned.minutes
            name = name if planned.name in PLAIN_NAMES else f"{planned.name.title()} Round"
        others = ("dsa", "system-design")  # which have rounds of their own
        areas = tuple(skill for skill in skills if not set(resolve_skill(skill)) & set(others))[:MOST_AREAS]
    return RoundPlan(
        name=name,
        kind=kind,
        description=template.description,
        minutes=minutes,
        question_count=template.questions[level],
        focus_areas=areas,
    )
