"""The document in its own order: the requests that it shows give the statuses and shapes that it shows."""

import base64
import json
from datetime import datetime
from typing import Any

from tests.dialects.coach.conftest import HASH_TABLE, Api, on_both
from tests.support.resumes import resumes

SHAPES: dict[str, Any] = {
    "question": {"id": int, "question": str, "expected_points": [str]},
    "feedback": {
        "strengths": [str],
        "weaknesses": [str],
        "roadmap": {"immediate": [str], "short_term": [str], "long_term": [str]},
        "resources": [{"title": str, "type": str, "description": str, "url": str, "priority": str}],
        "generated_at": str,
    },
    "metrics": {
        "average_overall": float,
        "average_technical": float,
        "average_communication": float,
        "average_confidence": float,
    },
    "judged": {
        "score": int,
        "technical_score": int,
        "communication_score": int,
        "confidence_score": int,
        "feedback": str,
    },
}


def assert_shape(value: Any, shape: Any, place: str = "body") -> None:
    """Every field of the document is there and of its type; further fields may be, too."""
    if isinstance(shape, dict):
        assert isinstance(value, dict), place
        for name, inner in shape.items():
            assert name in value, f"{place}.{name} is missing"
            assert_shape(value[name], inner, f"{place}.{name}")
    elif isinstance(shape, list):
        assert isinstance(value, list), place
        for number, entry in enumerate(value):
            assert_shape(entry, shape[0], f"{place}[{number}]")
    else:
        fits = isinstance(value, (int, float) if shape is float else shape)
        assert fits, f"{place} is {value!r}"
        assert not (shape is int and isinstance(value, bool)), place


def seconds_of(token: str) -> int:
    """How long an access token is good for."""
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return int(claims["exp"] - claims["iat"])


@on_both
async def test_walks_as_it_is_written(stranger: Api) -> None:
    api = await logs_in(stranger)
    interview, questions = await starts(api)
    await answers(api, interview, questions)
    await completes(api, interview)
    await holds_rounds(api)


async def logs_in(stranger: Api) -> Api:
    person = {"email": "user@example.com", "password": "SecurePass123!", "name": "John Doe"}
    registered = await stranger.found("POST", "/api/register", person, status=201)
    assert registered == {"message": "User registered successfully", "user_id": registered["user_id"]}
    assert isinstance(registered["user_id"], int)

    body = {"email": "user@example.com", "password": "SecurePass123!"}
    found = await stranger.found("POST", "/api/login", body)
    assert found.keys() == {"access_token", "refresh_token", "user"}
    assert found["user"] == {"id": registered["user_id"], "email": "user@example.com", "name": "John Doe"}
    assert seconds_of(found["access_token"]) == 15 * 60

    for _ in range(3):  # the document knows of no new refresh token, so its clients show the same one for seven days
        renewed = await stranger.found("POST", "/api/refresh", {"refresh_token": found["refresh_token"]})
        assert renewed.keys() == {"access_token"}
        assert seconds_of(renewed["access_token"]) == 15 * 60
    return Api(stranger.http, {"Authorization": f"Bearer {renewed['access_token']}"})


async def starts(api: Api) -> tuple[int, list[dict[str, Any]]]:
    pdf = next(entry for entry in resumes() if entry.source["file"] == "pdf").file()
    files = {"resume": ("resume.pdf", pdf, "application/pdf")}
    started = await api.found("POST", "/api/upload-resume", files=files, data={"jobRole": "Software Engineer"})
    assert_shape(started, {"interview_id": int, "questions": [SHAPES["question"]]})
    assert [question["id"] for question in started["questions"]] == [1, 2, 3, 4, 5]
    assert all(question["expected_points"] for question in started["questions"])

    body = {
        "jobRole": "Data Scientist",
        "jobDescription": "ML model development and deployment",
        "focusAreas": "Python, TensorFlow, AWS",
    }
    other = await api.found("POST", "/api/start-role-interview", body)
    assert_shape(other, {"interview_id": int, "questions": [SHAPES["question"]]})
    assert other["interview_id"] != started["interview_id"]
    assert other["questions"]
    return other["interview_id"], other["questions"]


async def answers(api: Api, interview: int, questions: list[dict[str, Any]]) -> None:
    technical = next(question for question in questions if question["category"] == "technical")
    body = {
        "interviewId": interview,
        "questionId": technical["id"],
        "answer": "REST APIs use multiple endpoints for different resources...",
        "timeSpent": 45,
    }
    judged = await api.found("POST", "/api/submit-answer-enhanced", body)
    assert judged.keys() == {*SHAPES["judged"], "followup"}
    judged = await api.answer(interview, technical["id"])
    assert_shape(judged, SHAPES["judged"])
    assert_shape(judged["followup"], {"question": str, "questionId": int, "timeLimit": int})
    assert judged["followup"]["questionId"] == len(questions) + 1
    again = await api.answer(interview, judged["followup"]["questionId"], "Because of what it costs, and for speed.")
    assert "followup" in again


async def completes(api: Api, interview: int) -> None:
    done = await api.found("POST", "/api/complete-interview", {"interviewId": interview})
    assert done["message"] == "Interview completed successfully"
    assert_shape(done["evaluation_metrics"], SHAPES["metrics"])
    assert done["improvement_plan"]["priorities"]
    assert done["improvement_plan"]["next_steps"]
    assert_shape(done["personalized_feedback"], SHAPES["feedback"])

    feedback = await api.found("GET", f"/api/personalized-feedback/{interview}")
    assert_shape(feedback, SHAPES["feedback"])
    assert feedback == done["personalized_feedback"]
    assert feedback["resources"]
    assert all(entry["url"].startswith("https://") for entry in feedback["resources"])
    assert datetime.fromisoformat(feedback["generated_at"]).utcoffset() is not None

    results = await api.found("GET", f"/api/interview-results/{interview}")
    shape = {"id": int, "job_role": str, "score": float, "status": str, "created_at": str}
    assert_shape(results["interview"], shape)
    assert results["interview"]["status"] == "completed"
    assert results["interview"]["job_role"] == "Data Scientist"
    assert results["evaluation_metrics"] == done["evaluation_metrics"]
    assert results["improvement_plan"] == done["improvement_plan"]
    assert results["interview"]["score"] == done["evaluation_metrics"]["average_overall"]
    answered = [question for question in results["questions"] if question["answer"]]
    assert answered[0]["answer"] == HASH_TABLE
    assert answered[1]["followup_of"] == answered[0]["id"]


async def holds_rounds(api: Api) -> None:
    job = {"jobRole": "Senior Software Engineer", "jobDescription": "Lead backend development team"}
    suggested = (await api.found("POST", "/api/suggest-rounds", job))["suggested_rounds"]
    shape = {"round_name": str, "round_type": str, "description": str, "focus_areas": [str]}
    assert_shape(suggested, [{**shape, "duration_minutes": int, "question_count": int}])
    assert {"hr", "technical", "system_design"} <= {entry["round_type"] for entry in suggested}

    selected = [
        {"round_name": "Technical Round", "round_type": "technical", "duration_minutes": 45, "question_count": 5},
        {"round_name": "System Design", "round_type": "system_design", "duration_minutes": 60, "question_count": 2},
    ]
    body = {**job, "jobDescription": "Lead backend development", "selectedRounds": selected}
    created = await api.found("POST", "/api/start-multi-round-interview", body)
    assert created.keys() == {"interview_id", "round_ids", "message"}
    assert created["message"] == "Multi-round interview created successfully"
    first, second = created["round_ids"]

    started = await api.found("POST", f"/api/start-round/{first}")
    assert_shape(started, {"round_id": int, "round_name": str, "round_type": str, "questions": [SHAPES["question"]]})
    assert (started["round_id"], started["round_name"], started["round_type"]) == (
        first,
        "Technical Round",
        "technical",
    )
    assert len(started["questions"]) == 5
    await api.answer(created["interview_id"], started["questions"][0]["id"])
    done = await api.found("POST", f"/api/complete-round/{first}")
    assert_shape(done["round_score"], float)
    assert done["message"] == "Round completed successfully"
    assert done["next_round"] == {"id": second, "name": "System Design", "type": "system_design"}

    designs = await api.found("POST", f"/api/start-round/{second}")
    assert [question["category"] for question in designs["questions"]] == ["system_design"] * 2
    last = await api.found("POST", f"/api/complete-round/{second}")
    assert last == {"round_score": None, "message": "Round completed successfully", "next_round": None}
    await api.found("POST", "/api/complete-interview", {"interviewId": created["interview_id"]})
