"""Another attempt at the same question, in a practice of its own."""

import httpx

from tests.conftest import Candidate

SESSIONS = "/api/v1/interviews/sessions"


async def finished(candidate: Candidate) -> str:
    """The address of the one question of a finished interview."""
    base, question = await candidate.asked()
    await candidate.data("POST", f"{question}/answer", json={"answer": "I asked her why and we found a compromise."})
    await candidate.data("POST", f"{base}/complete")
    return question


class TestRedo:
    async def test_a_question_is_asked_again_alone_and_judged_like_before(self, candidate: Candidate) -> None:
        question = await finished(candidate)
        again = await candidate.data("POST", f"{question}/redo")
        assert (again["status"], again["title"], again["question_count"]) == (
            "questions_generated",
            "Again: Practice",
            1,
        )
        first = await candidate.data("GET", question)
        (second,) = (await candidate.data("GET", f"{SESSIONS}/{again['id']}/questions"))["questions"]
        assert second["question_text"] == first["question_text"]
        base = f"{SESSIONS}/{again['id']}"
        await candidate.data(
            "POST", f"{base}/questions/{second['id']}/answer", json={"answer": "I asked her why and we agreed."}
        )
        points = [
            [point["text"] for point in (await candidate.data("POST", f"{path}/evaluate"))["points"]]
            for path in (question, f"{base}/questions/{second['id']}")
        ]
        assert points[0] == points[1] != []

    async def test_attempts_know_each_other_from_whichever_one_looks(self, candidate: Candidate) -> None:
        question = await finished(candidate)
        again = await candidate.data("POST", f"{question}/redo")
        (second,) = (await candidate.data("GET", f"{SESSIONS}/{again['id']}/questions"))["questions"]
        path = f"{SESSIONS}/{again['id']}/questions/{second['id']}"
        await candidate.data("POST", f"{path}/skip")
        await candidate.data("POST", f"{SESSIONS}/{again['id']}/complete")
        third = await candidate.data("POST", f"{path}/redo")
        assert third["title"] == "Again: Practice"
        for seen in (question, path):
            attempts = (await candidate.data("GET", f"{seen}/attempts"))["attempts"]
            assert [one["status"] for one in attempts] == ["completed", "completed", "questions_generated"]
            assert attempts[2]["session_id"] == third["id"]

    async def test_only_a_question_of_ones_own_finished_interview_can_be_redone(
        self, candidate: Candidate, stranger: Candidate
    ) -> None:
        _, question = await candidate.asked()
        refused = await candidate.call("POST", f"{question}/redo")
        assert (refused.status_code, refused.json()["error"]["type"]) == (409, "interview_not_completed")
        over = await finished(candidate)
        assert (await stranger.call("POST", f"{over}/redo")).status_code == 404
        assert (await stranger.call("GET", f"{over}/attempts")).status_code == 404

    async def test_a_guest_signs_up_before_another_attempt(self, http: httpx.AsyncClient) -> None:
        await http.post("/api/v1/web/guest")
        session = (await http.post(SESSIONS, json={"title": "First"})).json()["data"]["id"]
        generated = await http.post(f"{SESSIONS}/{session}/questions/generate", json={"num_questions": 1})
        question = f"{SESSIONS}/{session}/questions/{generated.json()['data']['questions'][0]['id']}"
        await http.post(f"{question}/skip")
        await http.post(f"{SESSIONS}/{session}/complete")
        refused = await http.post(f"{question}/redo")
        assert (refused.status_code, refused.json()["error"]["type"]) == (403, "guest_limit")
