"""Reads and checks the built-in data: questions, roles, resources. `SCHEMA.md` explains the question files."""

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from app.models.values.kinds import OWN_CRAFT, Category, Difficulty, InterviewType, ResourceType
from app.yaml_files import read_yaml

FOLDER = Path(__file__).parent
Skill = Literal[
    "python", "javascript", "typescript", "java", "go", "sql", "apis", "python-web", "react", "testing", "git-ci",
    "containers", "cloud", "linux", "networking", "security", "dsa", "system-design", "machine-learning",
    "deep-learning", "statistics", "data-engineering", "product", "project-management", "customer-support", "sales",
    "nursing",
]  # fmt: skip
Theme = Literal[
    "conflict", "failure", "deadline", "leadership", "customer", "challenge", "feedback", "learning", "initiative",
    "persuasion", "change", "prioritization", "teamwork", "disagreement", "crisis", "ethics", "about_you", "motivation",
    "weakness", "goals", "craft",
]  # fmt: skip
SKILLS: tuple[str, ...] = get_args(Skill)
SKILL_NAMES: Mapping[str, str] = {
    "python": "Python",
    "javascript": "JavaScript",
    "typescript": "TypeScript",
    "java": "Java",
    "go": "Go",
    "sql": "SQL and databases",
    "apis": "API design",
    "python-web": "Python web frameworks",
    "react": "React",
    "testing": "Testing",
    "git-ci": "Git and continuous integration",
    "containers": "Containers",
    "cloud": "Cloud",
    "linux": "Linux",
    "networking": "Networking",
    "security": "Security",
    "dsa": "Data structures and algorithms",
    "system-design": "System design",
    "machine-learning": "Machine learning",
    "deep-learning": "Deep learning",
    "statistics": "Statistics",
    "data-engineering": "Data engineering",
    "product": "Product management",
    "project-management": "Project management",
    "customer-support": "Customer support",
    "sales": "Sales",
    "nursing": "Nursing",
}
"""What people read instead of the ids."""
Stage = Literal["opening", "closing"]
"""Where in an interview a question belongs that does not fit anywhere."""
Premise = Literal[
    "gap", "job_changes", "missing_requirement", "shifts", "dismissed", "career_change", "overqualified"
]  # fmt: skip
"""What a question takes for granted of a candidate or a job; it is planned only where that is known."""
AS_ROLE = "{as_role}"
"""Stands in a question that fits any job, where "As a nurse" is to be said."""
Seniority = Literal["junior", "mid", "senior", "lead"]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FollowUp(_Entry):
    """A question to ask when the expected point with index `missing` was not covered."""

    missing: int = Field(ge=0)
    text: Phrase


class BankQuestion(_Entry):
    """One question of the bank. `time_limit` is in seconds; the theme `craft` marks one that fits any job."""

    id: Slug
    text: Phrase
    category: Category
    difficulty: Difficulty
    skills: tuple[Skill, ...]
    theme: Theme | None
    time_limit: int = Field(ge=60, le=300)
    expected_points: Annotated[tuple[Phrase, ...], Field(min_length=3, max_length=6)]
    keywords: Annotated[tuple[Phrase, ...], Field(min_length=4, max_length=10)]
    model_answer: Phrase
    follow_ups: Annotated[tuple[FollowUp, ...], Field(min_length=1, max_length=3)]
    hints: Annotated[tuple[Phrase, ...], Field(min_length=1, max_length=2)]
    stage: Stage | None = None
    premise: Premise | None = None

    @property
    def craft(self) -> bool:
        return self.theme == OWN_CRAFT

    @model_validator(mode="after")
    def _consistent(self) -> "BankQuestion":
        if any(follow_up.missing >= len(self.expected_points) for follow_up in self.follow_ups):
            raise ValueError(f"{self.id}: a follow-up asks for a point that does not exist")
        length = len(self.model_answer.split())
        if not 80 <= length <= 200:
            raise ValueError(f"{self.id}: the model answer has {length} words, not 80 to 200")
        return self


class PlannedRound(_Entry):
    """One round of a role's interview: how many questions of each category."""

    name: Phrase
    minutes: int = Field(ge=5, le=120)
    categories: dict[Category, Annotated[int, Field(ge=1)]]


class RoundKind(_Entry):
    """A kind of round: its name when nobody gives one, what it is for, and how many questions it has by seniority."""

    kind: InterviewType
    name: Phrase
    description: Phrase
    minutes: int = Field(ge=5, le=120)
    questions: dict[Seniority, Annotated[int, Field(ge=1, le=20)]]
    focus_areas: tuple[Phrase, ...]


class Role(_Entry):
    """A job with the skills it needs, most important first, and its rounds.

    `aliases` may stand within a longer title ("senior backend developer"), `whole` are titles only as they stand.
    """

    id: Slug
    title: Phrase
    aliases: tuple[Annotated[str, StringConstraints(min_length=2, to_lower=True)], ...]
    whole: tuple[Annotated[str, StringConstraints(min_length=2, to_lower=True)], ...] = ()
    skills: tuple[Skill, ...]
    rounds: tuple[PlannedRound, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return (self.title.lower(), *self.aliases)


class LearningResource(_Entry):
    """Something worth reading or doing, for skills or for measures of an answer. With `categories` it is for interviews
    that asked such questions."""

    id: Slug
    title: Phrase
    type: ResourceType
    description: Phrase
    url: Annotated[str, StringConstraints(pattern=r"^https://[^\s]+$")]
    skills: tuple[Skill, ...]
    measures: tuple[
        Literal["relevance", "coverage", "grammar", "fluency", "structure", "confidence", "technical", "communication"],
        ...,
    ]
    categories: tuple[Category, ...] = ()


class BankError(ValueError):
    """A data file is wrong; the message names the file and the entry."""


def _read(path: Path) -> list[dict[str, Any]]:
    entries = read_yaml(path)
    if not isinstance(entries, list):
        raise BankError(f"{path.name}: a list of entries is expected")
    return entries


@lru_cache(maxsize=1)
def questions() -> tuple[BankQuestion, ...]:
    """Every question of the bank, in a stable order."""
    found: list[BankQuestion] = []
    for path in sorted((FOLDER / "questions").glob("*.yaml")):
        for entry in _read(path):
            try:
                found.append(BankQuestion.model_validate(entry))
            except ValueError as error:
                raise BankError(f"{path.name}: {entry.get('id')}: {error}") from error
    repeated = [key for key, count in Counter(question.id for question in found).items() if count > 1]
    if repeated:
        raise BankError(f"ids that stand twice: {', '.join(repeated)}")
    return tuple(found)


@lru_cache(maxsize=1)
def roles() -> tuple[Role, ...]:
    """The roles that interviews are planned for."""
    return tuple(Role.model_validate(entry) for entry in _read(FOLDER / "roles.yaml"))


@lru_cache(maxsize=1)
def round_kinds() -> Mapping[InterviewType, RoundKind]:
    """The kinds of rounds."""
    return {entry.kind: entry for entry in map(RoundKind.model_validate, _read(FOLDER / "rounds.yaml"))}


@lru_cache(maxsize=1)
def resources() -> tuple[LearningResource, ...]:
    """The catalogue of learning resources."""
    return tuple(LearningResource.model_validate(entry) for entry in _read(FOLDER / "resources.yaml"))
