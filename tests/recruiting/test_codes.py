"""Handing out codes, and taking an interview with one through v1, without an account."""

import base64
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import update

from app.models import AccessCode, now
from tests.conftest import Candidate, settle

WEB = "/api/v1/web"
CODES, SETS, PROMPTS, BANK = (
    f"/api/v1/admin/{name}" for name in ("codes", "question-sets", "prompts", "bank-questions")
)
QUESTIONS: list[dict[str, Any]] = [
    {"text": "What is a lock?", "expected_points": ["one thread at a time"], "hints": ["Think of a door."]},
    {"text": "Tell me about a time when you had a conflict.", "time_limit": 180},
]


async def a_set(recruiter: Candidate, **values: Any) -> dict[str, Any]:
    body = {"name": "Threads", "questions": QUESTIONS, **values}
    found: dict[str, Any] = await recruiter.data("POST", SETS, json=body)
    return found


async def join(http: httpx.AsyncClient, code: str, name: str = "Grace") -> httpx.Response:
    return await http.post("/api/v1/join", json={"code": code, "candidate_name": name})


async def entered(recruiter: Candidate, **values: Any) -> Candidate:
    """Somebody who came with a new code, with shortcuts like those with an account have."""
    there = (await recruiter.data("GET", SETS))["question_sets"]
    chosen = there[0] if there else await a_set(recruiter)
    code = await recruiter.data("POST", CODES, json={"question_set_id": chosen["id"], **values})
    response = await join(recruiter.http, code["code"])
    assert response.status_code == 200, response.text
    return Candidate(recruiter.http, response.json()["data"])


class TestTheWebPage:
    """Entering with a code in a browser, which keeps the interview in a cookie."""

    async def test_leads_back_after_a_refresh_until_it_is_left(self, app: FastAPI, recruiter: Candidate) -> None:
        chosen = await a_set(recruiter)
        code = await recruiter.data("POST", CODES, json={"question_set_id": chosen["id"]})
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as browser:
            assert (await browser.get(f"{WEB}/interview")).json()["data"]["interview"] is None
            written = f"{code['code'][:4].lower()} - {code['code'][4:]}"
            entered = await browser.post(f"{WEB}/join", json={"code": written, "candidate_name": "Grace"})
            (cookie,) = entered.headers.get_list("set-cookie")
            assert "HttpOnly" in cookie
            assert "SameSite=strict" in cookie
            assert "Path=/api/v1/web" in cookie
            found = (await browser.get(f"{WEB}/interview")).json()["data"]["interview"]
            assert (found["session"]["title"], found["candidate_name"]) == ("Threads", "Grace")
            assert (found["consent"]["purposes"], found["recordings_days"]) == (None, 0)
            session = f"/api/v1/interviews/sessions/{found['session']['id']}"
            assert (await browser.get(session)).status_code == 401  # the cookie alone opens nothing
            own = {"Authorization": f"Bearer {found['session']['id']}"}
            agreed = {"purposes": ["recording", "sharing"], "wording": "1"}
            assert (await browser.post(f"{session}/consent", json=agreed, headers=own)).status_code == 201
            assert (await browser.post(f"{session}/complete", headers=own)).status_code == 200
            found = (await browser.get(f"{WEB}/interview")).json()["data"]["interview"]
            assert (found["session"]["status"], found["consent"]["purposes"]) == ("completed", ["recording", "sharing"])
            await browser.post(f"{WEB}/leave")
            assert (await browser.get(f"{WEB}/interview")).json()["data"]["interview"] is None

    async def test_says_what_is_wrong_with_a_code_and_lets_nobody_in(self, app: FastAPI, recruiter: Candidate) -> None:
        code = await recruiter.data("POST", CODES, json={"candidate_name": "Grace Hopper"})
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as browser:
            for sent, name in ((code["code"], "Somebody Else"), ("AAAAAAAA", "Grace Hopper")):
                refused = await browser.post(f"{WEB}/join", json={"code": sent, "candidate_name": name})
                assert (refused.status_code, refused.json()["error"]["type"]) == (400, "code_invalid")
            elsewhere = {"Origin": "https://evil.example"}
            body = {"code": code["code"], "candidate_name": "Grace Hopper"}
            assert (await browser.post(f"{WEB}/join", json=body, headers=elsewhere)).status_code == 403
            assert not browser.cookies

    async def test_forgets_an_interview_that_was_deleted(self, app: FastAPI, recruiter: Candidate) -> None:
        code = await recruiter.data("POST", CODES, json={})
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as browser:
            body = {"code": code["code"], "candidate_name": "Grace"}
            entered = (await browser.post(f"{WEB}/join", json=body)).json()["data"]["interview"]
            await recruiter.data("DELETE", f"/api/v1/admin/sessions/{entered['session']['id']}")
            assert (await browser.get(f"{WEB}/interview")).json()["data"]["interview"] is None
            cookie = {"Cookie": "greenroom_interview=nonsense"}
            assert (await browser.get(f"{WEB}/interview", headers=cookie)).json()["data"]["interview"] is None


class TestCodes:
    async def test_have_an_address_to_send_and_tell_whether_they_were_used(self, recruiter: Candidate) -> None:
        chosen = await a_set(recruiter)
        body = {"candidate_name": "Grace Hopper", "question_set_id": chosen["id"], "expires_in_hours": 24}
        body["label"] = "Backend, Berlin"
        code = await recruiter.data("POST", CODES, json=body)
        assert code["join_url"] == f"http://test/join#{code['code']}"
        assert (code["kind"], code["is_used"], code["question_set"]["name"]) == ("screening", False, "Threads")
        assert (await join(recruiter.http, code["code"], "Somebody Else")).status_code == 400
        joined = (await join(recruiter.http, f" {code['code'].lower()} ", "grace  HOPPER")).json()["data"]
        assert [question["question_text"] for question in joined["questions"]] == [one["text"] for one in QUESTIONS]
        assert (joined["session"]["kind"], joined["session"]["title"]) == ("screening", "Threads")
        used = await recruiter.data("GET", f"{CODES}/{code['id']}")
        assert (used["is_used"], used["session_id"]) == (True, joined["session"]["id"])
        (listed,) = (await recruiter.data("GET", f"/api/v1/admin/sessions?code={code['code']}"))["sessions"]
        assert listed["id"] == joined["token"]
        assert (listed["candidate"]["name"], listed["code_label"]) == (code["candidate_name"], "Backend, Berlin")
        by_label = await recruiter.data("GET", "/api/v1/admin/sessions?search=berlin")
        assert [one["id"] for one in by_label["sessions"]] == [joined["token"]]
        by_set = await recruiter.data("GET", f"/api/v1/admin/sessions?question_set_id={chosen['id']}")
        assert [one["id"] for one in by_set["sessions"]] == [joined["token"]]

    async def test_come_in_numbers_or_by_names(self, recruiter: Candidate) -> None:
        many = (await recruiter.data("POST", f"{CODES}/bulk", json={"count": 30}))["codes"]
        assert len({code["code"] for code in many}) == 30
        names = ["Ada", "Ben", "Cyd"]
        named = await recruiter.data("POST", f"{CODES}/bulk", json={"candidate_names": names, "kind": "practice"})
        assert [(code["candidate_name"], code["kind"]) for code in named["codes"]] == [
            (name, "practice") for name in names
        ]
        page = await recruiter.data("GET", f"{CODES}?per_page=10&page=4")
        assert (len(page["codes"]), page["pagination"]["total"]) == (3, 33)
        wrong: list[dict[str, Any]] = [
            {},
            {"count": 0},
            {"count": 501},
            {"count": 2, "candidate_names": names},
            {"candidate_names": []},
        ]
        for body in wrong:
            assert (await recruiter.call("POST", f"{CODES}/bulk", json=body)).status_code == 422, body

    async def test_are_found_by_state_and_by_what_they_are_for(self, app: FastAPI, recruiter: Candidate) -> None:
        chosen = await a_set(recruiter)
        used = await recruiter.data("POST", CODES, json={"question_set_id": chosen["id"]})
        assert (await join(recruiter.http, used["code"], "Grace Hopper")).status_code == 200
        late = await recruiter.data("POST", CODES, json={"expires_in_hours": 1, "candidate_name": "Ada"})
        free = await recruiter.data("POST", CODES, json={"expires_in_hours": None, "candidate_name": "100_% Ben"})
        async with app.state.runtime.database.writing() as session:
            over = now() - timedelta(hours=1)
            await session.execute(update(AccessCode).where(AccessCode.code == late["code"]).values(expires_at=over))
        for query, wanted in (
            ("state=open", [free]), ("state=used", [used]), ("state=expired", [late]),
            ("", [free, late, used]), ("search=", [free, late, used]),
            (f"search={free['code'].lower()}", [free]), ("search=hopper", [used]), ("search=thread", [used]),
            ("search=0_%25", [free]), ("search=nobody", []), ("state=open&search=ada", []),
        ):  # fmt: skip
            found = await recruiter.data("GET", f"{CODES}?{query}")
            assert [code["id"] for code in found["codes"]] == [code["id"] for code in wanted], query
            assert found["pagination"]["total"] == len(wanted)
        assert (await recruiter.call("GET", f"{CODES}?state=odd")).status_code == 422

    async def test_have_a_label_and_say_how_far_their_interview_is_and_what_it_asks(
        self, recruiter: Candidate, admin: Candidate
    ) -> None:
        assert (await recruiter.data("GET", CODES))["active_set"] is None
        active = await a_set(admin, name="For all")
        label = {"label": "Backend, Berlin"}
        made = await recruiter.data("POST", f"{CODES}/bulk", json={"count": 2, **label})
        code = await recruiter.data("POST", CODES, json={"candidate_name": "Grace"})
        assert ([one["label"] for one in made["codes"]], code["label"]) == (["Backend, Berlin"] * 2, None)
        listed = await recruiter.data("GET", f"{CODES}?search=berlin")
        assert listed["pagination"]["total"] == 2
        lengths = {"question_count": 2, "answer_seconds": 120 + 180}
        assert listed["active_set"] == {"id": active["id"], "name": "For all", **lengths}
        assert listed["codes"][0]["question_set"] is None

        async def states(state: str) -> list[tuple[str, str, str]]:
            found = (await recruiter.data("GET", f"{CODES}?state={state}"))["codes"]
            return [(one["code"], one["session_status"], one["question_set"]["name"]) for one in found]

        holder = Candidate(recruiter.http, (await join(recruiter.http, code["code"])).json()["data"])
        assert await states("in_progress") == [(code["code"], "questions_generated", "For all")]
        assert await states("finished") == []
        await holder.data("POST", f"/api/v1/interviews/sessions/{holder.account['token']}/complete")
        assert await states("in_progress") == []
        assert await states("finished") == [(code["code"], "completed", "For all")]
        assert await states("used") == await states("finished")

    async def test_open_nothing_any_more_when_they_are_deleted_wrong_or_used_up(
        self, recruiter: Candidate, other_recruiter: Candidate
    ) -> None:
        code = await recruiter.data("POST", CODES, json={})
        assert (await other_recruiter.call("DELETE", f"{CODES}/{code['id']}")).status_code == 404
        await recruiter.data("DELETE", f"{CODES}/{code['id']}")
        gone = await join(recruiter.http, code["code"])
        wrong = await join(recruiter.http, "AAAAAAAA")
        assert gone.json()["error"] == wrong.json()["error"]
        assert (gone.status_code, gone.json()["error"]["type"]) == (400, "code_invalid")
        holder = await entered(recruiter)
        session = f"/api/v1/interviews/sessions/{holder.account['token']}"
        again = await join(recruiter.http, (await recruiter.data("GET", CODES))["codes"][0]["code"])
        assert again.json()["data"]["token"] == holder.account["token"]
        await holder.data("POST", f"{session}/complete")
        over = await join(recruiter.http, (await recruiter.data("GET", CODES))["codes"][0]["code"])
        assert over.json()["error"]["type"] == "code_used"


class TestTheHolderOfACode:
    async def test_answers_and_sees_no_judgement(self, app: FastAPI, recruiter: Candidate, speech: Path) -> None:
        holder = await entered(recruiter)
        base = f"/api/v1/interviews/sessions/{holder.account['token']}"
        asked = (await holder.data("GET", f"{base}/questions"))["questions"]
        spoken, typed = (f"{base}/questions/{question['id']}" for question in asked)
        await holder.data("POST", f"{base}/consent", json={"purposes": ["recording"], "wording": "1"})
        await holder.data("POST", f"{spoken}/audio", files={"file": ("a.wav", speech.read_bytes(), "audio/wav")})
        assert (await holder.data("POST", f"{spoken}/transcribe"))["transcript"]
        await holder.data("POST", f"{typed}/answer", json={"answer": "I told them what I saw, and we found a way."})
        metadata = base64.b64encode(holder.account["token"].encode()).decode()
        length = {**holder.headers, "Upload-Length": "1000", "Upload-Metadata": f"session_id {metadata}"}
        begun = await holder.http.post("/api/v1/uploads", headers=length)
        upload = begun.headers["location"]
        assert (await holder.call("GET", upload)).json()["data"]["status"] == "receiving"
        assert len((await holder.data("GET", f"{base}/recordings"))["recordings"]) == 1
        await holder.data("POST", f"{base}/complete")
        await settle(app)
        assert (await holder.data("GET", f"{base}/status"))["results"] == "ready"
        for path in (f"{base}/evaluation", f"{base}/report", f"{spoken}/audio", "/api/v1/users/me", CODES):
            assert (await holder.call("GET", path)).status_code == 401, path
        dossier = await recruiter.data("GET", base.replace("/interviews/", "/admin/"))
        assert dossier["report"]["questions"]
        assert dossier["results"] == "ready"
        assert dossier["session"]["candidate"]["name"] == "Grace"

    async def test_opens_no_other_interview(self, recruiter: Candidate, candidate: Candidate) -> None:
        holder, own = await entered(recruiter), await candidate.session()
        other = await entered(recruiter)
        for session in (own, other.account["token"]):
            response = await holder.call("GET", f"/api/v1/interviews/sessions/{session}")
            assert (response.status_code, response.json()["error"]["type"]) == (404, "session_not_found")
        stolen = {"Authorization": f"Bearer {own}"}  # the UUID of an interview with an account is no credential
        response = await candidate.http.get(f"/api/v1/interviews/sessions/{own}", headers=stolen)
        assert response.status_code == 404


class TestQuestionSets:
    async def test_change_no_interview_that_was_begun(self, recruiter: Candidate) -> None:
        holder = await entered(recruiter)
        (chosen,) = (await recruiter.data("GET", SETS))["question_sets"]
        first, _ = chosen["questions"]
        assert (first["category"], first["number"]) == ("technical", 1)
        changed = [{"text": "What is new?"}, {**QUESTIONS[0], "id": first["id"], "text": "What is a lock now?"}]
        body = {"name": "Other", "questions": changed}
        found = await recruiter.data("PUT", f"{SETS}/{chosen['id']}", json=body)
        assert found["questions"][1]["id"] == first["id"]
        assert [question["text"] for question in found["questions"]] == ["What is new?", "What is a lock now?"]
        asked = await holder.data("GET", f"/api/v1/interviews/sessions/{holder.account['token']}/questions")
        assert [question["question_text"] for question in asked["questions"]] == [one["text"] for one in QUESTIONS]

    async def test_are_activated_by_administrators_and_kept_while_codes_wait(
        self, recruiter: Candidate, admin: Candidate
    ) -> None:
        mine, theirs = await a_set(recruiter), await a_set(admin, name="For all")
        assert (theirs["is_active"], mine["is_active"]) == (True, False)
        assert (await recruiter.call("POST", f"{SETS}/{mine['id']}/activate")).status_code == 403
        assert (await recruiter.call("GET", f"{SETS}/{theirs['id']}")).status_code == 404
        await admin.data("POST", f"{SETS}/{mine['id']}/activate")
        active = [one["id"] for one in (await admin.data("GET", SETS))["question_sets"] if one["is_active"]]
        assert active == [mine["id"]]
        code = await recruiter.data("POST", CODES, json={"question_set_id": mine["id"]})
        assert (await recruiter.call("DELETE", f"{SETS}/{mine['id']}")).status_code == 409
        await recruiter.data("DELETE", f"{CODES}/{code['id']}")
        await recruiter.data("DELETE", f"{SETS}/{mine['id']}")

    async def test_are_active_from_the_start_only_as_their_author_wants(
        self, recruiter: Candidate, admin: Candidate
    ) -> None:
        assert not (await a_set(admin, activate=False))["is_active"]
        assert (await a_set(admin, name="First"))["is_active"]
        assert (await a_set(admin, name="Second", activate=True))["is_active"]
        assert [one["name"] for one in (await admin.data("GET", SETS))["question_sets"] if one["is_active"]] == [
            "Second"
        ]
        body = {"name": "Mine", "questions": QUESTIONS, "activate": True}
        assert (await recruiter.call("POST", SETS, json=body)).status_code == 403

    async def test_share_no_name_among_those_that_one_sees(
        self, recruiter: Candidate, other_recruiter: Candidate, admin: Candidate
    ) -> None:
        async def refused(account: Candidate, method: str, path: str, **body: Any) -> None:
            response = await account.call(method, path, json=body)
            error = response.json()["error"]
            assert (response.status_code, error["type"]) == (409, "question_set_name_taken")
            assert error["details"][0]["field"] == "name"
            assert "Äpfel und Birnen" in error["message"]

        taken, free = await a_set(recruiter, name="Äpfel und Birnen"), await a_set(recruiter, name="Free")
        await refused(recruiter, "POST", SETS, name=" äpfel  UND birnen", questions=QUESTIONS)
        await refused(recruiter, "PUT", f"{SETS}/{free['id']}", name="ÄPFEL UND BIRNEN", questions=QUESTIONS[:1])
        await refused(admin, "POST", SETS, name="Äpfel und Birnen", questions=QUESTIONS)
        await a_set(other_recruiter, name="Äpfel und Birnen")  # who does not see the other set
        unchanged = await recruiter.data("GET", f"{SETS}/{free['id']}")
        assert (unchanged["name"], len(unchanged["questions"])) == ("Free", 2)
        renamed = await recruiter.data("PUT", f"{SETS}/{taken['id']}", json={"name": "Äpfel und birnen"})
        assert renamed["name"] == "Äpfel und birnen"
        kept = {"name": "Äpfel und birnen", "description": "Two now bear it."}  # as before names were compared
        assert (await admin.data("PUT", f"{SETS}/{taken['id']}", json=kept))["description"] == "Two now bear it."

    @pytest.mark.parametrize(
        "body", [{"name": "x"}, {"name": "x", "questions": []}, {"name": "x", "questions": [{"text": " "}]}]
    )
    async def test_without_questions_are_refused(self, recruiter: Candidate, body: dict[str, Any]) -> None:
        assert (await recruiter.call("POST", SETS, json=body)).status_code == 422


class TestTheBank:
    async def test_finds_other_forms_of_a_word_in_questions_and_skills(self, recruiter: Candidate) -> None:
        for search, skill in (("nurse", "nursing"), ("Patients medicines", "nursing")):
            found = (await recruiter.data("GET", f"{BANK}?search={search}"))["questions"]
            assert any(skill in question["skills"] for question in found), search
        assert (await recruiter.data("GET", f"{BANK}?search=nurse+zeppelin"))["questions"] == []

    async def test_is_searched_by_words_of_text_and_skills_and_by_kind(
        self, recruiter: Candidate, candidate: Candidate
    ) -> None:
        async def found(query: str) -> list[dict[str, Any]]:
            questions: list[dict[str, Any]] = (await recruiter.data("GET", f"{BANK}?{query}"))["questions"]
            return questions

        everything = (await recruiter.data("GET", f"{BANK}?per_page=100"))["pagination"]["total"]
        assert everything > 200
        hard = await found("category=technical&difficulty=hard&search=PYTHON")
        assert hard
        assert {(one["category"], one["difficulty"]) for one in hard} == {("technical", "hard")}
        assert all("python" in " ".join([one["text"], *one["skills"]]).lower() for one in hard)
        assert [one["text"] for one in await found("per_page=5&page=2")] == [
            one["text"] for one in (await found("per_page=10"))[5:]
        ]
        assert await found("search=quite+unheard+of") == []
        assert {one["category"] for one in await found("search=nursing")} == {"technical", "situational"}
        assert (await candidate.call("GET", BANK)).status_code == 403
        taken = {key: hard[0][key] for key in ("text", "category", "difficulty", "time_limit", "hints")}
        body = {"name": "Taken", "questions": [{**taken, "expected_points": hard[0]["expected_points"]}]}
        made = await recruiter.data("POST", SETS, json=body)
        assert made["questions"][0]["text"] == hard[0]["text"]


class TestPrompts:
    async def test_fill_in_two_words_and_nothing_else(self, admin: Candidate, recruiter: Candidate) -> None:
        text = "Asked {question}, said {transcript}. {secret} {0} {question.__class__}"
        prompt = await admin.data("POST", PROMPTS, json={"name": "Mine", "text": text})
        body = {"question": "What is {transcript}?", "transcript": "A {question}", "hints": ["Think of a door."]}
        found = await recruiter.data("POST", f"{PROMPTS}/{prompt['id']}/preview", json=body)
        assert found["rendered"] == (
            "Asked What is {transcript}?, said A {question}. {secret} {0} {question.__class__}"
        )
        assert (found["hint"], found["engine"]) == ("Think of a door.", "builtin")
        assert "No language model is set up" in found["problems"][0]

    async def test_are_tried_before_they_are_saved_by_administrators(
        self, admin: Candidate, recruiter: Candidate
    ) -> None:
        prompt = await admin.data("POST", PROMPTS, json={"name": "Mine", "text": "{question}"})
        path, body = f"{PROMPTS}/{prompt['id']}", {"question": "What is a lock?", "text": "Help with {question}"}
        assert (await admin.data("POST", f"{path}/preview", json=body))["rendered"] == "Help with What is a lock?"
        assert (await admin.data("GET", path))["text"] == "{question}"
        assert (await recruiter.call("POST", f"{path}/preview", json=body)).status_code == 403
        assert (await admin.call("POST", f"{path}/preview", json={**body, "text": " "})).status_code == 422

    async def test_have_exactly_one_default_and_are_changed_by_administrators(
        self, admin: Candidate, recruiter: Candidate
    ) -> None:
        first = (await recruiter.data("GET", PROMPTS))["prompts"][0]
        body = {"name": "Mine", "text": "{question}", "is_default": True}
        assert (await recruiter.call("POST", PROMPTS, json=body)).status_code == 403
        mine = await admin.data("POST", PROMPTS, json=body)
        defaults = [one["id"] for one in (await admin.data("GET", PROMPTS))["prompts"] if one["is_default"]]
        assert defaults == [mine["id"]]
        assert (await admin.call("PUT", f"{PROMPTS}/{mine['id']}", json={"is_default": False})).status_code == 409
        await admin.data("DELETE", f"{PROMPTS}/{mine['id']}")
        assert (await admin.data("GET", f"{PROMPTS}/{first['id']}"))["is_default"]
        assert (await admin.call("DELETE", f"{PROMPTS}/{first['id']}")).status_code == 409


async def test_what_is_done_to_codes_sets_and_prompts_is_noted(admin: Candidate, recruiter: Candidate) -> None:
    async def noted(subject: str) -> list[tuple[str, str]]:
        found = await admin.data("GET", f"/api/v1/admin/audit-events?subject_id={subject}")
        return [(event["action"], event["actor_id"]) for event in reversed(found["events"])]

    rita, ada = recruiter.account["id"], admin.account["id"]
    made = await recruiter.data("POST", f"{CODES}/bulk", json={"candidate_names": ["Ada", "Ben"]})
    first = made["codes"][0]["id"]
    await recruiter.call("DELETE", f"{CODES}/{first}")
    assert await noted(first) == [("codes_made", rita), ("code_revoked", rita)]
    gone = (await admin.data("GET", f"/api/v1/admin/audit-events?subject_id={first}"))["events"][0]
    assert (gone["actor_name"], gone["subject_name"], gone["before"]) == ("A Person", None, made["codes"][0]["code"])

    chosen = (await a_set(recruiter))["id"]
    await recruiter.data("PUT", f"{SETS}/{chosen}", json={"name": "Locks"})
    await admin.data("POST", f"{SETS}/{chosen}/activate")
    await recruiter.call("DELETE", f"{SETS}/{chosen}")
    assert await noted(chosen) == [("set_changed", rita), ("set_activated", ada), ("set_deleted", rita)]

    prompt = (await admin.data("POST", PROMPTS, json={"name": "Mine", "text": "{question}"}))["id"]
    await admin.data("PUT", f"{PROMPTS}/{prompt}", json={"text": "Help with {question}"})
    await admin.data("PUT", f"{PROMPTS}/{prompt}", json={"is_default": True})
    await admin.call("DELETE", f"{PROMPTS}/{prompt}")
    actions = ["prompt_created", "prompt_changed", "prompt_made_default", "prompt_deleted"]
    assert await noted(prompt) == [(action, ada) for action in actions]
