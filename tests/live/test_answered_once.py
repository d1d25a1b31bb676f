"""In a screening each question has one answer: a client that answers again is told so, and the first answer stays."""

from typing import Any

from tests.live.support import LiveServer

API = "/api/v1/interviews/sessions"
FIRST = "I asked my manager for an hour, showed her the numbers, and we agreed on a trial of two weeks."
SECOND = "I would rather not say anything about it."


async def test_a_finished_question_of_a_screening_takes_no_second_answer(server: LiveServer) -> None:
    session = await server.code_interview(2)
    holder: Any = type("Holder", (), {"account": {"token": session}})()
    bearer = {"Authorization": f"Bearer {session}"}
    async with server.client(session, holder) as client:
        first = (await client.start(follow_ups=0))["question"]["id"]
        await client.state("asking")
        await client.say("text", text=FIRST)
        await client.say("text", text=SECOND)  # sent twice: it is no answer to the next question either
        assert (await client.until("error"))["code"] == "not_now"
        await client.until("question", where=lambda event: event["id"] != first)
        await client.until("evaluation")
        again = await server.http.post(
            f"{API}/{session}/questions/{first}/answer", json={"answer": SECOND}, headers=bearer
        )
        assert (again.status_code, again.json()["error"]["type"]) == (409, "answered")
        await client.say("end")
        await client.until("ended")
    async with server.client(session, holder) as client:
        await client.say("start", token=session, sample_rate=16_000)
        assert (await client.until("error"))["code"] == "session_closed"
        assert await client.closed() == 1000
    found = (await server.http.get(f"{API}/{session}", headers=bearer)).json()["data"]
    assert (found["status"], found["answered_count"]) == ("completed", 1)
    kept = await server.http.get(f"{API}/{session}/questions/{first}/transcript", headers=bearer)
    assert kept.json()["data"]["transcript"] == FIRST
