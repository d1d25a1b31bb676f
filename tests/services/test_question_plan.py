"""Questions are planned: what was asked for comes, in order, without repeats."""

from collections import Counter

import pytest

from app.bank import loader
from app.models import InterviewSession, Question
from app.services.interviews.job_field import as_role, field_note, find_role, known_premises, resolve_skill, skills_for
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
        ("Civil Engineer", None),
        ("Lead Mechanical Engineer", None),
        ("Team Lead Customer Service", None),
        ("HR Manager", None),
        ("Lab Technician", None),
        ("Property Developer", None),
        ("Sales Assistant", None),
        ("Rust Engineer", "software-engineer"),
        ("Working student software development", "software-engineer"),
        ("Junior Fullstack-Developer", "full-stack-developer"),
        ("Backend Engneer (Python)", "backend-engineer"),
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


class TestUnknownField:
    @pytest.mark.parametrize("kind", ["mixed", "technical", "behavioral", "situational", "hr"])
    @pytest.mark.parametrize("difficulty", ["easy", "hard"])
    def test_is_asked_about_nothing_that_belongs_to_another(self, kind: str, difficulty: str) -> None:
        chosen = plan(POOL, wishes(count=8, interview_type=kind, difficulty=difficulty, knows_field=False, leads=False))
        assert len(chosen) == 8
        assert not [question.text for question in chosen if question.skills]
        assert not {"technical", "system_design", "case", "leadership"} & {question.category for question in chosen}

    def test_is_asked_about_its_craft_where_knowledge_was_wanted(self) -> None:
        chosen = plan(POOL, wishes(count=6, interview_type="technical", knows_field=False))
        assert all(question.craft for question in chosen)

    def test_a_known_field_is_asked_by_name_of_its_skills_only(self) -> None:
        chosen = plan(POOL, wishes(count=12, role=find_role("Sales Representative")))
        assert not any(question.craft for question in chosen)
        assert not {"python", "git-ci", "cloud"} & {skill for question in chosen for skill in question.skills}

    @pytest.mark.parametrize(
        ("title", "start"),
        [
            ("Nurse", "As a nurse"),
            ("Ward Nurse", "As a ward nurse"),
            ("Java Developer", "As a Java developer"),
            ("Chef", "As a chef"),
            ("Data Engineer", "As a data engineer"),
            ("electrician (m/f/d)", "As an electrician"),
            ("HR Specialist", "As an HR specialist"),
            ("Nursing", "In the job you want"),
            ("C3PO {0} %s", "In the job you want"),
            ("", "In the job you want"),
        ],
    )
    def test_the_job_is_named_where_that_makes_a_sentence(self, title: str, start: str) -> None:
        assert as_role(title) == start

    def test_words_of_other_trades_name_no_skill(self) -> None:
        kitchen = (
            "You cook, keep records of hygiene testing, and bring a sense of customer service, security and sales."
        )
        assert skills_for(None, kitchen) == []
        assert "SQL" in skills_for(None, "Bookkeeper with some SQL")

    def test_the_result_says_what_could_not_be_asked(self) -> None:
        own = Question(text="?", category="situational", source="bank", skills=[])
        assert "nothing about the work of “Nurse”" in field_note("Nurse", [own])
        assert not field_note("Backend Developer", [own])
        assert not field_note(None, [own])
        assert not field_note("Nurse", [own, Question(text="?", category="technical", source="recruiter", skills=[])])


class TestPremises:
    def test_nothing_is_taken_for_granted(self) -> None:
        chosen = plan(POOL, wishes(count=24, categories=("hr",)))
        assert not [question.text for question in chosen if question.premise]

    def test_what_the_job_says_may_be_asked(self) -> None:
        interview = InterviewSession(title="Nurse", job_description="Three shifts, every second weekend free.")
        assert known_premises(interview) == {"shifts"}
        assert known_premises(InterviewSession(title="Clerk", job_description="Office hours.")) == set()

    def test_who_leads_nobody_is_not_asked_how(self) -> None:
        chosen = plan(POOL, wishes(count=10, interview_type="behavioral", leads=False))
        assert {question.category for question in chosen} == {"behavioral"}


@pytest.mark.parametrize("seed", range(6))
def test_interviews_open_and_close_with_what_belongs_there(seed: int) -> None:
    chosen = plan(POOL, wishes(count=25, categories=("hr",), seed=seed))
    stages = [question.stage for question in chosen]
    assert stages[0] == "opening"
    assert stages == sorted(stages, key=["opening", None, "closing"].index)
    assert "Do you have any questions for us?" in [question.text for question in chosen[-stages.count("closing") :]]
