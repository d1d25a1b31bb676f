"""Chooses questions by a plan: a slot for each wish, filled with the best question that fits it."""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice

from app.bank.loader import SKILL_NAMES, SKILLS, BankQuestion, Premise, Role

Similarity = Callable[[BankQuestion, BankQuestion], float]

DEFAULT_MIX: Mapping[str, int] = {"behavioral": 2, "technical": 2, "situational": 1}
TYPE_MIX: Mapping[str, Mapping[str, int]] = {
    "behavioral": {"behavioral": 4, "leadership": 1},
    "technical": {"technical": 4, "system_design": 1},
    "coding": {"technical": 1},
    "situational": {"situational": 1},
    "system_design": {"system_design": 1},
    "hr": {"hr": 3, "behavioral": 1},
    "leadership": {"leadership": 3, "situational": 1},
    "case": {"case": 1},
}
KNOWLEDGE = ("technical", "system_design")
"""Kinds that are about a field. Where the bank knows nothing of it, questions about the craft take their place."""
ORDER = ("hr", "behavioral", "leadership", "situational", "technical", "case", "system_design")
STAGES = ("opening", None, "closing")
"""Interviews open and close with what belongs there; between them they warm up with the person and end with what takes
the most thought."""
PROGRESSION: Mapping[str, tuple[str, ...]] = {
    "easy": ("easy", "easy", "medium"),
    "medium": ("easy", "medium", "medium", "medium", "hard"),
    "hard": ("medium", "hard", "hard"),
}
LEVELS = ("easy", "medium", "hard")
NEAR_DUPLICATE = 0.80
"""Cosine of two questions' sentence vectors above which they ask the same thing."""

_BY_NAME = {name.lower(): skill for skill, name in SKILL_NAMES.items()}

# What a question gains or loses for a slot. Asked before weighs so much that it happens only when nothing else is left.
GAIN_SKILL, GAIN_TERM, GAIN_LEVEL, GAIN_WEAK, JITTER = 8.0, 3.0, 2.0, 1.5, 1.0
GAIN_CRAFT, GAIN_OPENING = 20.0, 4.0
LOSS_ASKED_BEFORE, LOSS_NEAR_DUPLICATE, LOSS_SAME_SKILL, LOSS_SAME_THEME = 100.0, 40.0, 1.0, 2.0
LOSS_OTHER_FIELD = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What an interview should ask. `skills` maps the words a client used to bank skills, which may be none.

    `knows_field`: whether the bank has questions about this job. `premises` are known of it and its candidate. `leads`:
    whether the job is about leading people.
    """

    count: int
    categories: tuple[str, ...] = ()
    interview_type: str = "mixed"
    skills: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    role: Role | None = None
    difficulty: str = "medium"
    fixed_difficulty: bool = False
    seed: int = 0
    asked_before: frozenset[str] = frozenset()
    already_chosen: frozenset[str] = frozenset()
    weak_skills: tuple[str, ...] = ()
    knows_field: bool = True
    premises: frozenset[Premise] = frozenset()
    leads: bool = True


@dataclass(frozen=True, slots=True)
class Slot:
    """One place in the interview: a category, a level, and the skill it is about (`term`: the word that was asked).
    One of `craft` takes questions that fit any job."""

    category: str
    level: str
    skills: tuple[str, ...] = ()
    term: str = ""
    craft: bool = False

    def takes(self, question: BankQuestion) -> bool:
        """Whether a question is of the kind of this place."""
        if self.craft:
            return question.craft or question.category == "situational"
        return question.category == self.category and not question.craft


def plan(pool: Sequence[BankQuestion], wishes: Wishes, similarity: Similarity | None = None) -> list[BankQuestion]:
    """The questions in the order to ask. Fewer than asked for only when the bank has no more in these categories."""
    rng = random.Random(wishes.seed)
    slots = list(_slots(wishes))
    chosen: list[BankQuestion] = []
    for slot in slots:
        candidates = [
            question
            for question in pool
            if slot.takes(question)
            and question.id not in wishes.already_chosen
            and question not in chosen
            and (question.premise is None or question.premise in wishes.premises)
        ]
        if candidates:
            chosen.append(max(candidates, key=_scorer(slot, wishes, chosen, similarity, rng)))
    return sorted(
        chosen,
        key=lambda question: (
            STAGES.index(question.stage),
            ORDER.index(question.category),
            LEVELS.index(question.difficulty),
        ),
    )


def bank_skills(term: str) -> tuple[str, ...]:
    """Bank skills that a term names outright, by id or by name (Python, system design, API design)."""
    slug = term.strip().lower().replace(" ", "-").replace("_", "-")
    skill = _BY_NAME.get(term.strip().lower(), slug)
    return (skill,) if skill in SKILLS else ()


def _slots(wishes: Wishes) -> Iterable[Slot]:
    categories = list(islice(_spread(_mix(wishes)), wishes.count))
    per_category = Counter(categories)
    seen: Counter[str] = Counter()
    terms = cycle(_skill_terms(wishes) or [("", ())])
    for category in categories:
        level = _level(wishes, seen[category], per_category[category])
        seen[category] += 1
        term, skills = next(terms) if category in ("technical", "system_design") else ("", ())
        yield Slot(category, level, skills, term, craft=not wishes.knows_field and category in KNOWLEDGE)


def _mix(wishes: Wishes) -> Mapping[str, int]:
    if wishes.categories:
        return dict.fromkeys(wishes.categories, 1)
    if wishes.interview_type == "leadership":
        return TYPE_MIX["leadership"]
    total: Counter[str] = Counter()
    if wishes.interview_type in TYPE_MIX:
        total.update(TYPE_MIX[wishes.interview_type])
    elif wishes.role is not None:
        for planned in wishes.role.rounds:
            total.update(planned.categories)
    else:
        total.update(DEFAULT_MIX)
    if not wishes.leads:  # who has led nobody cannot tell how
        total["behavioral"] += total.pop("leadership", 0)
    return dict(total)


def _spread(mix: Mapping[str, int]) -> Iterable[str]:
    """Categories without end, in proportion to their weights, the weightiest first and evenly mixed."""
    given: Counter[str] = Counter()
    while True:
        category = max(mix, key=lambda name: mix[name] / (given[name] + 1))
        given[category] += 1
        yield category


def _skill_terms(wishes: Wishes) -> list[tuple[str, tuple[str, ...]]]:
    if wishes.skills:
        return [(term, skills) for term, skills in wishes.skills.items() if skills]
    if wishes.interview_type == "coding":
        return [("", ("dsa",))]
    if wishes.role is not None:
        return [("", (skill,)) for skill in wishes.role.skills]
    return []


def _level(wishes: Wishes, index: int, total: int) -> str:
    if wishes.fixed_difficulty:
        return wishes.difficulty
    steps = PROGRESSION[wishes.difficulty]
    return steps[index * len(steps) // total] if total > 1 else wishes.difficulty


def _scorer(
    slot: Slot, wishes: Wishes, chosen: Sequence[BankQuestion], similarity: Similarity | None, rng: random.Random
) -> Callable[[BankQuestion], float]:
    own = {*slot.skills, *(wishes.role.skills if wishes.role else ())} | {
        skill for skills in wishes.skills.values() for skill in skills
    }
    used_skills = Counter(skill for question in chosen for skill in question.skills)
    used_themes = {question.theme for question in chosen if question.theme}
    term = slot.term.lower()

    def score(question: BankQuestion) -> float:
        value = JITTER * rng.random()
        value += GAIN_SKILL * bool(set(question.skills) & set(slot.skills))
        value -= (
            GAIN_LEVEL
            * abs(LEVELS.index(question.difficulty) - LEVELS.index(slot.level))
            * (4 if wishes.fixed_difficulty else 1)
        )
        if term and (term in question.text.lower() or term in question.keywords):
            value += GAIN_TERM
        if not slot.skills:
            value += GAIN_WEAK * bool(set(question.skills) & set(wishes.weak_skills))
            value -= LOSS_SAME_SKILL * sum(used_skills[skill] for skill in question.skills)
        value += GAIN_CRAFT * (slot.craft and question.craft)
        if question.category not in KNOWLEDGE or not wishes.knows_field:
            value -= LOSS_OTHER_FIELD * (not own >= set(question.skills))
        value += GAIN_OPENING * (question.stage == "opening")
        value -= LOSS_SAME_THEME * (question.theme in used_themes and not question.craft)
        value -= LOSS_ASKED_BEFORE * (question.id in wishes.asked_before)
        if similarity is not None and any(similarity(question, other) > NEAR_DUPLICATE for other in chosen):
            value -= LOSS_NEAR_DUPLICATE
        return value

    return score
