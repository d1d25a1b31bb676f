"""Questions are planned: what was asked for comes, in order, without repeats."""

from collections import Counter

import pytest

from app.bank import loader
from app.services.interviews.question_generation import find_role, resolve_skill
from app.services.interviews.question_plan import LEVELS, Wishes, plan

POOL = loader.questions()


def wishes(**changes: object) -> Wishes:
    return Wishes(**{"count": 6, "seed": 1, **changes})  # type: ignore[arg-type]


def test_categories_share_the_places_evenly() -> None:
    chosen = plan(POOL, wishes(count=9, categories=("behavioral", "technical", "situational")))
    assert Counter(question.category for question in chosen) == {"behavioral": 3, "technical": 3, "situational": 3}


def test_each_asked_skill_gets_a_technical_question() -> None:
    skills = {term: resolve_skill(term) for term in ("Python", "FastAPI", "PostgreSQL", "Docker")}
    chosen = plan(POOL, wishes(count=4, categories=("technical",), skills=skills))
    asked = {skill for question in chosen for skill in question.skills}
    assert {"python", "python-web", "sql", "containers"} <= asked


def test_it_grows_harder_within_a_kind() -> None:
    chosen = plan(POOL, wishes(count=10, categories=("technical",), difficulty="medium"))
    levels = [LEVELS.index(question.difficulty) for question in chosen]
    assert levels == sorted(levels)
    assert set(levels) == {0, 1, 2}


def test_what_was_asked_before_comes_only_when_nothing_else_is_left() -> None:
    cases = [question for question in POOL if question.category == "case"]
    before = frozenset(question.id for question in cases[:-2])
    chosen = plan(POOL, wishes(count=3, categories=("case",), asked_before=before))
    fresh = [question.id for question in chosen if question.id not in before]
    assert sorted(fresh) == sorted(question.id for question in cases[-2:])
    assert len(chosen) == 3


def test_weak_skills_come_back() -> None:
    chosen = plan(POOL, wishes(count=6, categories=("technical",), weak_skills=("statistics",)))
    assert any("statistics" in question.skills for question in chosen)


def test_different_seeds_give_different_interviews() -> None:
    interviews = {tuple(question.id for question in plan(POOL, wishes(seed=seed))) for seed in range(8)}
    assert len(interviews) == 8


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("Senior Software Engineer", "software-engineer"),
        ("backend developer", "backend-engineer"),
        ("Data Scientist", "data-scientist"),
        ("Sr. DevOps Engineer", "devops-engineer"),
        ("Underwater Basket Weaver", None),
        ("", None),
    ],
)
def test_titles_find_their_role(title: str, role: str | None) -> None:
    found = find_role(title)
    expected = {"devops-engineer": {"devops-engineer", "devops-sre", "sre"}}.get(role or "", {role})
    assert (found.id if found else None) in expected


@pytest.mark.parametrize(
    ("term", "skill"),
    [("FastAPI", "python-web"), ("PostgreSQL", "sql"), ("Kubernetes", "containers"), ("AWS", "cloud"), ("Go", "go")],
)
def test_words_find_their_skill(term: str, skill: str) -> None:
    assert skill in resolve_skill(term)
