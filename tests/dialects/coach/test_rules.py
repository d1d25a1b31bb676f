"""What the document leaves to the server: whose is what, which step may come when, and what happens twice at once."""

import asyncio
from typing import Any

import httpx
import pytest

from app.config import DialectSettings, RateLimitSettings, Settings
from tests.dialects.coach.conftest import HASH_TABLE, Api, on_both
from tests.live.support import LiveServer

INTERVIEW = "Interview not found or unauthorized"
PROTECTED = (
    ("POST", "/api/upload-resume"),
    ("POST", "/api/start-role-interview"),
    ("POST", "/api/submit-answer-enhanced"),
    ("POST", "/api/complete-interview"),
    ("POST", "/api/suggest-rounds"),
    ("POST", "/api/start-multi-round-interview"),
    ("POST", "/api/start-round/1"),
    ("POST", "/api/complete-round/1"),
    ("GET", "/api/personalized-feedback/1"),
    ("GET", "/api/interview-results/1"),
)

WRONG: tuple[tuple[str, Any, str], ...] = (
    ("/api/register", {}, "Missing required fields: email, password, name"),
    ("/api/register", {"email": "x", "password": "SecurePass123!", "name": "A"}, "email: "),
    ("/api/register", {"email": "a@b.de", "password": "Passw0rd!", "name": "A"}, "password: "),
    ("/api/register", {"email": "a@b.de", "password": "Test1!", "name": "A"}, "password: "),
    ("/api/login", {"email": "a@b.de"}, "Missing required fields: password"),
    ("/api/refresh", {}, "Missing required fields: refresh_token"),
    ("/api/start-role-interview", {"jobDescription": "Cooking"}, "Missing required fields: jobRole"),
    ("/api/start-role-interview", {"jobRole": " "}, "jobRole: "),
    ("/api/submit-answer-enhanced", {"interviewId": 1}, "Missing required fields: questionId, answer"),
    ("/api/submit-answer-enhanced", {"interviewId": "x", "questionId": 1, "answer": "A"}, "interviewId: "),
    ("/api/submit-answer-enhanced", {"interviewId": 1, "questionId": 0, "answer": "A"}, "questionId: "),
    ("/api/submit-answer-enhanced", {"interviewId": 1, "questionId": 1, "answer": "\n"}, "answer: "),
    ("/api/complete-interview", {}, "Missing required fields: interviewId"),
    ("/api/suggest-rounds", {}, "Missing required fields: jobRole"),
    ("/api/start-multi-round-interview", {"jobRole": "Cook"}, "Missing required fields: selectedRounds"),
    ("/api/start-multi-round-interview", {"jobRole": "Cook", "selectedRounds": []}, "selectedRounds: "),
    (
        "/api/start-multi-round-interview",
        {"jobRole": "Cook", "selectedRounds": [{"round_name": "Tasting", "round_type": "tasting"}]},
        "selectedRounds.0.round_type: ",
    ),
    (
        "/api/start-multi-round-interview",
        {"jobRole": "Cook", "selectedRounds": [{"round_name": "HR", "question_count": 30}] * 2},
        "at most 50 questions",
    ),
)


class TestErrors:
    async def test_without_a_token(self, stranger: Api) -> None:
        for method, path in PROTECTED:
            assert await stranger.refused(401, method, path) == "Invalid or expired token", path
        stranger.headers = {"Authorization": "Bearer eyJ0eXAiOiJKV1QiLCJhbGc..."}
        assert await stranger.refused(401, "GET", "/api/interview-results/1") == "Invalid or expired token"
        assert await stranger.refused(401, "POST", "/api/refresh", {"refresh_token": "eyJ0eXAiOiJKV1QiLCJhbGc..."})

    async def test_of_fields_are_400_and_name_them(self, api: Api) -> None:
        for path, body, named in WRONG:
            assert named in await api.refused(400, "POST", path, body), (path, body)

    async def test_a_shell_variable_in_single_quotes_is_no_json(self, api: Api) -> None:
        content = '{"interviewId":$INTERVIEW_ID,"questionId":1,"answer":"My answer here","timeSpent":30}'
        json_ = {"Content-Type": "application/json"}
        response = await api.http.post("/api/submit-answer-enhanced", content=content, headers=api.headers | json_)
        assert response.status_code == 400
        assert response.json() == {"error": "The body is not JSON"}

    async def test_of_files(self, api: Api) -> None:
        role = {"jobRole": "Cook"}
        no_file = await api.refused(400, "POST", "/api/upload-resume", data=role)
        assert no_file == "Missing required fields: resume"
        for content in (b"", b"%PDF-1.4 damaged", b"GIF89a"):
            files = {"resume": ("resume.pdf", content, "application/pdf")}
            assert await api.refused(400, "POST", "/api/upload-resume", data=role, files=files)
        huge = {"resume": ("resume.pdf", b"%PDF" + b"0" * (10 << 20), "application/pdf")}
        assert await api.refused(413, "POST", "/api/upload-resume", data=role, files=huge)
        sessions = await api.found("GET", "/api/v1/interviews/sessions")
        assert sessions["data"]["sessions"] == []  # nothing is left of what failed

    async def test_of_accounts(self, api: Api) -> None:
        person = {"email": "ADA@example.com", "password": "SecurePass123!", "name": "Ada"}
        assert "already exists" in await api.refused(400, "POST", "/api/register", person)
        wrong = {"email": "ada@example.com", "password": "SecurePass124!"}
        assert await api.refused(401, "POST", "/api/login", wrong) == "Email or password is wrong"

    async def test_that_no_route_makes(self, api: Api) -> None:
        assert await api.refused(405, "GET", "/api/register")
        assert await api.refused(404, "GET", "/api/personalized-feedback/1/2")
        assert await api.refused(400, "GET", "/api/interview-results/last")

    async def test_of_a_fault_that_nobody_expected(
        self, server: LiveServer, api: Api, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def fail(*_: object, **__: object) -> None:
            raise RuntimeError("a secret of this server")

        monkeypatch.setattr(server.app.state.runtime.services.outcomes, "get", fail)
        assert await api.refused(500, "GET", "/api/interview-results/1") == "An unexpected error occurred"


class TestIds:
    """What belongs to somebody else is what does not exist."""

    async def test_of_other_people_are_unknown(self, api: Api) -> None:
        interview, (round_, _) = await api.rounds("technical", "hr")
        await api.found("POST", f"/api/start-round/{round_}")
        other = await api.join("eve@example.com")
        for unknown, unknown_round in ((interview, round_), (interview + 1_000, round_ + 1_000)):
            answer = {"interviewId": unknown, "questionId": 1, "answer": "Mine"}
            assert await other.refused(404, "POST", "/api/submit-answer-enhanced", answer) == INTERVIEW
            assert await other.refused(404, "POST", "/api/complete-interview", {"interviewId": unknown}) == INTERVIEW
            assert await other.refused(404, "GET", f"/api/personalized-feedback/{unknown}") == INTERVIEW
            assert await other.refused(404, "GET", f"/api/interview-results/{unknown}") == INTERVIEW
            for path in (f"/api/start-round/{unknown_round}", f"/api/complete-round/{unknown_round}"):
                assert await other.refused(404, "POST", path) == "Round not found"

    async def test_of_questions_count_within_their_interview(self, api: Api) -> None:
        first, second = await api.interview(), await api.interview()
        assert (await api.answer(second, 1))["score"] is not None
        results = await api.found("GET", f"/api/interview-results/{first}")
        assert [question["answer"] for question in results["questions"]] == [None] * 5
        unknown = {"interviewId": first, "questionId": 6, "answer": "There are five."}
        assert await api.refused(404, "POST", "/api/submit-answer-enhanced", unknown) == "Question not found"


class TestAccounts:
    async def test_are_those_of_every_face(self, api: Api) -> None:
        body = {"email": "ada@example.com", "password": "SecurePass123!"}
        login = (await api.found("POST", "/api/v1/users/login", body))["data"]
        interview = await api.interview()
        sessions = await api.http.get(
            "/api/v1/interviews/sessions", headers={"Authorization": f"Bearer {login['token']}"}
        )
        (session,) = sessions.json()["data"]["sessions"]
        assert (session["title"], session["question_count"]) == ("Python Developer", 5)
        as_v1 = Api(api.http, {"Authorization": f"Bearer {login['token']}"})
        assert (await as_v1.found("GET", f"/api/interview-results/{interview}"))["interview"]["id"] == interview

        renewed = await api.found("POST", "/api/refresh", {"refresh_token": login["refresh_token"]})
        assert renewed["refresh_token"] != login["refresh_token"]  # v1's are good once, wherever they are shown

    async def test_take_the_password_of_the_document(self, stranger: Api) -> None:
        person = {"email": "test@example.com", "password": "Test123!", "name": "Test User"}
        await stranger.found("POST", "/api/register", person, status=201)
        other = {"email": "eve@example.com", "password": "Test123!", "full_name": "Test User"}
        assert (await stranger.ask("POST", "/api/v1/users/register", other)).status_code == 422

    async def test_end_everywhere(self, api: Api) -> None:
        body = {"email": "ada@example.com", "password": "SecurePass123!"}
        tokens = await api.found("POST", "/api/login", body)
        ending = Api(api.http, {"Authorization": f"Bearer {tokens['access_token']}"})
        await ending.found("POST", "/api/v1/users/logout")
        await ending.refused(401, "GET", "/api/interview-results/1")
        await api.refused(401, "POST", "/api/refresh", {"refresh_token": tokens["refresh_token"]})


class TestAnswers:
    @on_both
    async def test_sent_twice_at_once_are_one(self, api: Api) -> None:
        interview = await api.interview()
        found = await asyncio.gather(*(api.answer(interview, 5) for _ in range(4)))
        assert all(answer == found[0] for answer in found), found
        assert found[0]["followup"] is not None
        results = await api.found("GET", f"/api/interview-results/{interview}")
        assert len(results["questions"]) == 6
        assert sum(question["answer"] is not None for question in results["questions"]) == 1

    async def test_have_two_follow_ups_at_most(self, api: Api) -> None:
        interview = await api.interview()
        asked = set[int]()
        for number in range(4):
            judged = await api.answer(interview, 5, f"{HASH_TABLE} That is all, for the {number}th time.")
            while (followup := judged["followup"]) is not None and followup["questionId"] not in asked:
                asked.add(followup["questionId"])
                judged = await api.answer(interview, followup["questionId"], "Because of what it costs.")
        assert asked in ({6}, {6, 7})

    async def test_that_say_nothing_have_no_score(self, api: Api) -> None:
        interview = await api.interview()
        judged = await api.answer(interview, 1, "...")
        assert (judged["score"], judged["followup"]) == (None, None)
        assert "Not scored" in judged["feedback"]

    async def test_do_not_change_after_the_end(self, api: Api) -> None:
        interview = await api.interview()
        await api.answer(interview, 1)
        await api.found("POST", "/api/complete-interview", {"interviewId": interview})
        body = {"interviewId": interview, "questionId": 2, "answer": HASH_TABLE}
        assert "completed" in await api.refused(400, "POST", "/api/submit-answer-enhanced", body)

    async def test_are_complete_however_often_that_is_said(self, api: Api) -> None:
        """A client whose answer was lost asks again."""
        interview = await api.interview()
        await api.answer(interview, 1)
        done = await api.found("POST", "/api/complete-interview", {"interviewId": interview})
        again = await api.found("POST", "/api/complete-interview", {"interviewId": interview})
        assert again == done
        assert done["evaluation_metrics"]["questions_answered"] == 1

    async def test_that_were_never_given_leave_nothing_to_say(self, api: Api) -> None:
        interview = await api.interview()
        assert "Nothing was answered" in await api.refused(400, "GET", f"/api/personalized-feedback/{interview}")
        done = await api.found("POST", "/api/complete-interview", {"interviewId": interview})
        assert done["evaluation_metrics"]["average_overall"] is None
        assert done["evaluation_metrics"]["questions_answered"] == 0
        assert done["personalized_feedback"] is None
        assert done["improvement_plan"]["readiness_level"] == "Not enough answers"


class TestRounds:
    async def test_are_suggested_by_job_and_seniority(self, api: Api) -> None:
        async def kinds(role: str, description: str = "") -> list[str]:
            body = {"jobRole": role, "jobDescription": description}
            found = (await api.found("POST", "/api/suggest-rounds", body))["suggested_rounds"]
            return [entry["round_type"] for entry in found]

        assert "system_design" not in await kinds("Junior Software Engineer")
        assert "system_design" in await kinds("Staff Software Engineer")
        assert "leadership" in await kinds("Software Engineer", "You will lead a team of five engineers.")
        assert "technical" not in await kinds("Nurse", "Care for patients")
        assert "case" in await kinds("Product Manager")

    async def test_are_about_what_the_description_names(self, api: Api) -> None:
        body: dict[str, Any] = {"jobRole": "Backend Engineer", "jobDescription": "Services in Go on Kubernetes"}
        found = (await api.found("POST", "/api/suggest-rounds", body))["suggested_rounds"]
        technical = next(entry for entry in found if entry["round_type"] == "technical")
        assert technical["focus_areas"][:2] == ["Go", "Kubernetes"]
        body = {**body, "selectedRounds": [technical]}  # a suggested round can be sent as it is
        created = await api.found("POST", "/api/start-multi-round-interview", body)
        started = await api.found("POST", f"/api/start-round/{created['round_ids'][0]}")
        assert len(started["questions"]) == technical["question_count"]

    async def test_are_held_in_any_order_one_at_a_time(self, api: Api) -> None:
        interview, (first, second, third) = await api.rounds("hr", "technical", "system-design")
        assert "not started" in await api.refused(400, "POST", f"/api/complete-round/{second}")
        started = await api.found("POST", f"/api/start-round/{second}")
        assert await api.found("POST", f"/api/start-round/{second}") == started  # whoever reloads the page
        assert "Round 2" in await api.refused(400, "POST", f"/api/start-round/{third}")
        done = await api.found("POST", f"/api/complete-round/{second}")
        assert done["next_round"]["id"] == first
        assert await api.found("POST", f"/api/complete-round/{second}") == done
        assert "completed" in await api.refused(400, "POST", f"/api/start-round/{second}")
        body = {"interviewId": interview, "questionId": started["questions"][0]["id"], "answer": HASH_TABLE}
        assert "Round 2" in await api.refused(400, "POST", "/api/submit-answer-enhanced", body)
        await api.found("POST", f"/api/start-round/{third}")
        assert (await api.found("POST", f"/api/complete-round/{third}"))["next_round"]["id"] == first

    @on_both
    async def test_started_twice_at_once_have_their_questions_once(self, api: Api) -> None:
        interview, (round_,) = await api.rounds("technical", questions=3)
        found = await asyncio.gather(*(api.found("POST", f"/api/start-round/{round_}") for _ in range(3)))
        assert all(started == found[0] for started in found)
        results = await api.found("GET", f"/api/interview-results/{interview}")
        assert len(results["questions"]) == 3

    async def test_are_scored_by_what_could_be_scored(self, api: Api) -> None:
        interview, (round_, other) = await api.rounds("technical", "hr", questions=3)
        questions = (await api.found("POST", f"/api/start-round/{round_}"))["questions"]
        await api.answer(interview, questions[0]["id"])
        await api.answer(interview, questions[1]["id"], "...")
        done = await api.found("POST", f"/api/complete-round/{round_}")
        results = await api.found("GET", f"/api/interview-results/{interview}")
        assert done["round_score"] == results["interview"]["score"] > 0
        rounds = [(entry["id"], entry["status"], entry["score"]) for entry in results["rounds"]]
        assert rounds == [(round_, "completed", done["round_score"]), (other, "planned", None)]
        assert {question["round_id"] for question in results["questions"]} == {round_}

    async def test_end_with_their_interview(self, api: Api) -> None:
        interview, (first, second) = await api.rounds("technical", "hr")
        assert "no questions" in await api.refused(400, "POST", "/api/complete-interview", {"interviewId": interview})
        questions = (await api.found("POST", f"/api/start-round/{first}"))["questions"]
        await api.answer(interview, questions[0]["id"])
        await api.found("POST", "/api/complete-interview", {"interviewId": interview})
        results = await api.found("GET", f"/api/interview-results/{interview}")
        assert [entry["status"] for entry in results["rounds"]] == ["completed", "skipped"]
        assert results["rounds"][0]["score"] == results["interview"]["score"]
        for path in (f"/api/start-round/{second}", f"/api/complete-round/{second}"):
            assert "completed" in await api.refused(400, "POST", path)
        done = await api.found("POST", f"/api/complete-round/{first}")
        assert (done["round_score"], done["next_round"]) == (results["rounds"][0]["score"], None)


class TestSettings:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        few = RateLimitSettings(auth=5, interview_start=2, answer=3, feedback=2)
        return settings.model_copy(
            update={"rate_limit": few, "dialects": DialectSettings(platform=False, strict_passwords=True)}
        )

    async def test_limit_each_kind_of_endpoint(self, stranger: Api) -> None:
        api = await stranger.join("ada@example.com")

        async def refused(*request: Any) -> httpx.Response:
            response = await api.ask(*request)
            while response.status_code != 429:
                assert response.status_code in (200, 400, 401, 404)
                counts[request[1]] = counts.get(request[1], 0) + 1
                response = await api.ask(*request)
            return response

        counts: dict[str, int] = {}
        for request in (
            ("POST", "/api/start-role-interview", {"jobRole": "Cook"}),
            ("POST", "/api/submit-answer-enhanced", {"interviewId": 1, "questionId": 1, "answer": "..."}),
            ("GET", "/api/personalized-feedback/1"),
            ("POST", "/api/login", {"email": "ada@example.com", "password": "SecurePass123!"}),
        ):
            response = await refused(*request)
            assert list(response.json()) == ["error"]
            assert 1 <= int(response.headers["retry-after"]) <= 60
        assert list(counts.values()) == [2, 3, 2, 4]  # one login was for `join`

    async def test_can_ask_for_passwords_as_good_as_those_of_v1(self, stranger: Api) -> None:
        person = {"email": "test@example.com", "password": "Test123!", "name": "Test User"}
        assert "password" in await stranger.refused(400, "POST", "/api/register", person)
