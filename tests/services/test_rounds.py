"""Which rounds are suggested, and rounds in v1; live conversations keep to the same rules."""

import io
import json
import zipfile
from typing import Any

import pytest

from app.bank import loader
from app.bank.loader import SKILL_NAMES, SKILLS
from app.services.interviews.question_plan import bank_skills
from app.services.interviews.rounds.suggestion import suggest_rounds
from app.services.interviews.seniority import leads_others, seniority_of
from tests.conftest import Candidate

ROUNDS = "/api/v1/interviews/sessions/{}/rounds"
ANSWER = "A hash function turns the key into a number that selects a bucket, so a lookup takes constant time."


@pytest.mark.parametrize(
    ("title", "description", "expected"),
    [
        ("Junior Developer", "", "junior"),
        ("Working student, internship in data", "", "junior"),
        ("Software Engineer", "", "mid"),
        ("Software Engineer", "You have 6+ years of experience", "senior"),
        ("Software Engineer", "1-2 years of Python", "junior"),
        ("Software Engineer", "We look for a senior person", "senior"),
        ("Sr. Software Engineer", "", "senior"),
        ("Senior Team Lead", "", "lead"),
        ("Principal Engineer", "for graduates", "lead"),
        ("Head of Marketing", "", "lead"),
        ("Sales Assistant", "A leading company", "mid"),
    ],
)
def test_seniority_is_read_from_the_title_first(title: str, description: str, expected: str) -> None:
    assert seniority_of(title, description) == expected


def test_leading_is_more_than_a_word() -> None:
    assert leads_others("Software Engineer", "Lead backend development team")
    assert leads_others("Developer", "You mentor junior developers and review code")
    assert not leads_others("Developer", "We are the leading vendor of team software")
    assert not leads_others("Account Manager", "")


def test_each_role_of_the_bank_has_rounds_of_its_own() -> None:
    known = {kind for role in loader.roles() for plan in suggest_rounds(role.title) for kind in [plan.kind]}
    assert {"hr", "coding", "technical", "system_design", "case", "behavioral", "situational", "leadership"} <= known
    for role in loader.roles():
        for title in (f"Junior {role.title}", role.title, f"Senior {role.title}"):
            plans = suggest_rounds(title)
            assert plans[0].kind == "hr"
            assert 3 <= len(plans) <= 6, title
            assert len({plan.kind for plan in plans}) == len(plans)
            assert all(plan.focus_areas and plan.minutes and plan.description for plan in plans), title


def test_people_read_names_of_skills_that_are_understood_again() -> None:
    assert SKILL_NAMES.keys() == set(SKILLS)
    assert all(bank_skills(name) == (skill,) for skill, name in SKILL_NAMES.items())


async def planned(candidate: Candidate, *kinds: str, questions: int = 2) -> tuple[str, list[str]]:
    """The id of an interview, and those of its rounds."""
    session = await candidate.session(target_role="Python Developer")
    rounds = [{"name": kind, "round_type": kind, "num_questions": questions} for kind in kinds]
    found = await candidate.data("POST", ROUNDS.format(session), json={"rounds": rounds})
    return session, [entry["id"] for entry in found["rounds"]]


@pytest.mark.parametrize(("role", "known"), [("Backend Engineer", True), ("Taxidermist", False)])
async def test_a_plan_says_where_the_bank_knows_nothing_about_the_work(
    candidate: Candidate, role: str, known: bool
) -> None:
    session = await candidate.session(title="Plan", target_role=role)
    plan = {"rounds": [{"name": "One", "round_type": "mixed"}]}
    notes = (await candidate.data("POST", ROUNDS.format(session), json=plan))["notes"]
    assert (notes == []) is known
    assert known or "no questions about the work of a taxidermist" in notes[0]


async def test_v1_holds_rounds(candidate: Candidate, stranger: Candidate) -> None:
    body = {"target_role": "Python Developer"}
    suggested = (await candidate.data("POST", "/api/v1/interviews/rounds/suggest", json=body))["rounds"]
    session = await candidate.session(target_role="Python Developer")
    address = ROUNDS.format(session)
    rounds = (await candidate.data("POST", address, json={"rounds": suggested}))["rounds"]
    assert [entry["number"] for entry in rounds] == list(range(1, len(suggested) + 1))
    assert {entry["state"] for entry in rounds} == {"planned"}

    technical = next(entry for entry in rounds if entry["round_type"] == "technical")
    started = await candidate.data("POST", f"{address}/{technical['id']}/start")
    assert started["round"]["state"] == "in_progress"
    assert {question["round_id"] for question in started["questions"]} == {technical["id"]}
    base = f"/api/v1/interviews/sessions/{session}"
    question = f"{base}/questions/{started['questions'][0]['id']}"
    await candidate.data("POST", f"{question}/answer", json={"answer": ANSWER})
    done = await candidate.data("POST", f"{address}/{technical['id']}/complete")  # which judges what nobody judged
    assert done["round"]["score"] > 0
    assert done["round"]["answered_count"] == 1
    assert done["next_round_id"] == rounds[0]["id"]

    for method, path, sent in (
        ("POST", f"{question}/answer", {"answer": "Another one"}),
        ("POST", f"{question}/skip", None),
        ("PUT", f"{question}/transcript", {"transcript": "Another one"}),
        ("POST", f"{address}/{technical['id']}/start", None),
    ):
        refused = await candidate.call(method, path, json=sent)
        assert (refused.status_code, refused.json()["error"]["type"]) == (409, "round_closed"), path

    for person, interview in ((stranger, session), (candidate, await candidate.session())):
        for step in ("start", "complete"):
            response = await person.call("POST", f"{ROUNDS.format(interview)}/{rounds[0]['id']}/{step}")
            assert response.status_code == 404
    too_many = {"rounds": [{"name": "More", "num_questions": 50}]}
    assert (await candidate.call("POST", address, json=too_many)).status_code == 422
    assert len((await candidate.data("GET", address))["rounds"]) == len(rounds)

    exported = await candidate.call("GET", "/api/v1/users/me/export")
    with zipfile.ZipFile(io.BytesIO(exported.content)) as archive:
        name = next(name for name in archive.namelist() if name.startswith("interviews/001"))
        whole: dict[str, Any] = json.loads(archive.read(name))
    assert [entry["name"] for entry in whole["rounds"]] == [entry["name"] for entry in rounds]
