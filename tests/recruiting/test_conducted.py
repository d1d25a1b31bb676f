"""What recruiters and administrators see of the interviews that they conduct."""

import csv
import io
from datetime import datetime
from typing import Any

from fastapi import FastAPI

from app.models import Message
from app.repositories.interviews import InterviewRepository
from app.spreadsheets import plain
from tests.conftest import Candidate, settle
from tests.recruiting.conftest import HTTP, POINTS, REFERENCE, guest

SESSIONS = "/api/v1/admin/sessions"
GOOD = (
    "HTTP is a protocol where a client sends requests and a server gives responses. Each request stands alone, because "
    "the protocol keeps no state of its own, and the messages are carried by a TCP connection."
)


async def names(account: Candidate, query: str = "") -> list[str]:
    found = await account.data("GET", f"{SESSIONS}?{query}")
    assert found["pagination"]["total"] >= len(found["sessions"])
    return [session["candidate"]["name"] for session in found["sessions"]]


class TestListing:
    async def test_shows_recruiters_their_own_and_administrators_all(
        self,
        app: FastAPI,
        recruiter: Candidate,
        other_recruiter: Candidate,
        admin: Candidate,
        candidate: Candidate,
    ) -> None:
        await guest(app, recruiter, "Ada")
        await guest(app, other_recruiter, "Ben")
        await candidate.session()
        await recruiter.session(title="My own practice")
        assert await names(recruiter) == ["Ada"]
        assert await names(other_recruiter) == ["Ben"]
        assert len(await names(admin)) == 4
        assert (await candidate.call("GET", SESSIONS)).status_code == 403

    async def test_is_filtered_searched_sorted_and_paged(self, app: FastAPI, recruiter: Candidate) -> None:
        ada = await guest(app, recruiter, "Ada", target_role="Backend Developer")
        await guest(app, recruiter, "ben", title="Design_1", target_role="Designer", kind="practice")
        cara = await guest(app, recruiter, "Cara", target_company="Acme")
        await cara.answer(GOOD)
        await cara.complete()
        await settle(app)  # the score is made behind the scenes
        assert await names(recruiter, "sort=candidate&order=asc") == ["Ada", "ben", "Cara"]
        assert await names(recruiter, "sort=candidate&order=asc&page=2&per_page=2") == ["Cara"]
        assert await names(recruiter, "sort=completed_at&order=desc&per_page=1") == ["Cara"]
        assert await names(recruiter, "sort=completed_at&order=asc&per_page=1") == ["Cara"]
        assert await names(recruiter, "status=completed") == ["Cara"]
        assert await names(recruiter, "kind=practice") == ["ben"]
        assert await names(recruiter, "role=developer") == ["Ada"]
        assert await names(recruiter, f"code={ada.code.lower()}") == ["Ada"]
        assert await names(recruiter, "min_score=10") == await names(recruiter, "max_score=100") == ["Cara"]
        assert await names(recruiter, "min_score=100") == await names(recruiter, "max_score=1") == []
        assert await names(recruiter, "search=acme") == ["Cara"]
        assert await names(recruiter, "search=n_1") == ["ben"]
        assert await names(recruiter, "search=BEN") == ["ben"]
        assert await names(recruiter, f"search={ada.code.lower()}") == ["Ada"]
        assert len(await names(recruiter, "since=0001-01-01&until=9999-12-31")) == 3
        assert await names(recruiter, "since=2999-01-01") == []
        assert await names(recruiter, "until=2001-01-01") == []
        for query in ("status=odd", "sort=password", "since=yesterday", "page=0"):
            assert (await recruiter.call("GET", f"{SESSIONS}?{query}")).status_code == 422, query

    async def test_by_score_puts_those_last_who_answered_less_than_half(
        self, app: FastAPI, recruiter: Candidate
    ) -> None:
        few = await guest(app, recruiter, "Few", [HTTP, "What is TCP?", "What is DNS?"])
        await few.answer(GOOD)
        full = await guest(app, recruiter, "Full")
        await full.answer("It is a protocol of requests and responses, I think, and not much more comes to my mind.")
        for holder in (few, full):
            await holder.complete()
        await settle(app)
        for order in ("asc", "desc"):
            assert await names(recruiter, f"sort=score&order={order}") == ["Full", "Few"]
        found = (await recruiter.data("GET", f"{SESSIONS}?search=Few"))["sessions"][0]
        assert (found["answered_count"], found["question_count"]) == (1, 3)
        assert found["uncertainty"] > 0

    async def test_as_a_table_runs_nothing_in_a_spreadsheet(
        self, app: FastAPI, recruiter: Candidate, other_recruiter: Candidate, admin: Candidate
    ) -> None:
        name = '=HYPERLINK("http://evil"),\nÅsa'
        evil = await guest(app, recruiter, name, target_role="@SUM(A1)")
        await guest(app, other_recruiter, "Ben")
        response = await recruiter.call("GET", f"{SESSIONS}/export.csv?sort=candidate")
        assert response.headers["content-type"].startswith("text/csv")
        assert "interviews.csv" in response.headers["content-disposition"]
        text = response.content.decode("utf-8-sig")
        (row,) = csv.DictReader(io.StringIO(text, newline=""))
        assert row["candidate"].startswith("'=")
        assert plain(row["candidate"]) == name
        assert row["role"] == "'@SUM(A1)"
        assert (row["code"], row["status"], row["score"]) == (evil.code, "Not started", "")
        events = await admin.data("GET", f"/api/v1/admin/audit-events?subject_id={evil.session_id}")
        assert [event["action"] for event in events["events"]] == ["session_exported"]


class TestOneInterview:
    async def test_has_answers_evidence_notes_and_results_and_is_noted(
        self, app: FastAPI, recruiter: Candidate, other_recruiter: Candidate, admin: Candidate
    ) -> None:
        ada = await guest(app, recruiter, "Ada", [HTTP, "What is TCP?"])
        await ada.answer(GOOD)
        path = f"{SESSIONS}/{ada.session_id}"
        await recruiter.data("POST", f"{path}/notes", json={"text": "Call her."})
        found = await recruiter.data("GET", path)
        assert found["session"]["candidate"] == {"id": None, "name": "Ada", "email": None}
        assert found["session"]["code"] == ada.code
        answered, other = found["questions"]
        assert (answered["reference_answer"], answered["expected_points"]) == (REFERENCE, POINTS)
        assert answered["answer"]["transcript"] == GOOD
        points = answered["evaluation"]["points"]
        assert [point["text"] for point in points] == POINTS
        quotes = [point["quote"] for point in points if point["quote"]]
        assert quotes
        assert all(GOOD[quote["begin"] : quote["end"]] == quote["text"] for quote in quotes)
        assert (other["state"], other["answer"]) == ("not_answered", None)
        assert [note["text"] for note in found["notes"]] == ["Call her."]
        assert (await other_recruiter.call("GET", path)).status_code == 404
        assert (await admin.call("GET", path)).status_code == 200
        events = (await admin.data("GET", f"/api/v1/admin/audit-events?subject_id={ada.session_id}"))["events"]
        readers = {event["actor_id"] for event in events if event["action"] == "session_viewed"}
        assert readers == {recruiter.account["id"], admin.account["id"]}

    async def test_is_deleted_by_who_conducts_it(
        self, app: FastAPI, recruiter: Candidate, other_recruiter: Candidate, admin: Candidate
    ) -> None:
        ada = await guest(app, recruiter, "Ada")
        path = f"{SESSIONS}/{ada.session_id}"
        await recruiter.data("POST", f"{path}/notes", json={"text": "Call her."})
        assert (await other_recruiter.call("DELETE", path)).status_code == 404
        receipt = await recruiter.data("DELETE", path)
        assert (receipt["deleted"], receipt["counts"]["notes"]) == ("session", 1)
        assert (await recruiter.call("GET", path)).status_code == 404
        (event,) = (await admin.data("GET", f"/api/v1/admin/audit-events?subject_id={ada.session_id}"))["events"]
        assert event["action"] == "session_deleted"

    async def test_its_timeline_says_what_happened_in_order(self, app: FastAPI, recruiter: Candidate) -> None:
        ada = await guest(app, recruiter, "Ada")
        await ada.answer(GOOD)
        await recruiter.data("POST", f"{SESSIONS}/{ada.session_id}/notes", json={"text": "Call her."})
        await ada.complete()
        events = (await recruiter.data("GET", f"{SESSIONS}/{ada.session_id}/timeline"))["events"]
        times = [datetime.fromisoformat(event["at"]) for event in events]
        assert times == sorted(times)
        kinds = [event["what"] for event in events]
        wanted = ["created", "started", "answered", "evaluated", "note_written", "completed", "accessed"]
        assert [kind for kind in kinds if kind in wanted] == wanted
        note = next(event for event in events if event["what"] == "note_written")
        assert (note["text"], note["who"]) == ("Call her.", "A Person")
        assert next(event for event in events if event["what"] == "answered")["question_number"] == 1

    async def test_its_timeline_quotes_only_what_has_words(self, app: FastAPI, recruiter: Candidate) -> None:
        ada = await guest(app, recruiter, "Ada", [HTTP, "What is TCP?"])
        async with app.state.runtime.database.writing() as session:
            interview = await InterviewRepository(session).by_ref(ada.session_id)
            assert interview is not None
            for key, kind, text in zip(ada.keys, ("answer", "skip"), (GOOD, ""), strict=True):  # as a live turn does
                said = Message(session_id=interview.id, question_id=key, role="user", kind=kind, content=text)
                session.add(said)
        events = (await recruiter.data("GET", f"{SESSIONS}/{ada.session_id}/timeline"))["events"]
        assert [(one["text"], one["question_number"]) for one in events if one["what"] == "said"] == [(GOOD, 1)]


class TestNotes:
    async def test_are_edited_by_their_author_and_deleted_by_administrators_too(
        self, app: FastAPI, recruiter: Candidate, other_recruiter: Candidate, admin: Candidate
    ) -> None:
        path = f"{SESSIONS}/{(await guest(app, recruiter, 'Ada')).session_id}/notes"
        other = f"{SESSIONS}/{(await guest(app, recruiter, 'Ben')).session_id}/notes"
        note = await recruiter.data("POST", path, json={"text": "  Call her.\u0000 "})
        assert (note["text"], note["author_id"]) == ("Call her.", recruiter.account["id"])
        changed = await recruiter.data("PUT", f"{path}/{note['id']}", json={"text": "Called."})
        assert (changed["text"], changed["created_at"]) == ("Called.", note["created_at"])
        assert (await admin.call("PUT", f"{path}/{note['id']}", json={"text": "No."})).status_code == 403
        for method in ("PUT", "DELETE"):
            body: dict[str, Any] = {"json": {"text": "No."}} if method == "PUT" else {}
            assert (await recruiter.call(method, f"{other}/{note['id']}", **body)).status_code == 404
            assert (await other_recruiter.call(method, f"{path}/{note['id']}", **body)).status_code == 404
        assert (await recruiter.call("POST", path, json={"text": "   "})).status_code == 422
        by_admin = await admin.data("POST", path, json={"text": "Mine."})
        assert (await recruiter.call("DELETE", f"{path}/{by_admin['id']}")).status_code == 403
        await admin.data("DELETE", f"{path}/{note['id']}")
        assert [one["text"] for one in (await recruiter.data("GET", path))["notes"]] == ["Mine."]

    async def test_are_noted_with_how_a_rating_was_changed_but_without_their_text(
        self, app: FastAPI, recruiter: Candidate, admin: Candidate
    ) -> None:
        session = f"{SESSIONS}/{(await guest(app, recruiter, 'Ada')).session_id}"
        note = await recruiter.data("POST", f"{session}/notes", json={"text": "Call her."})
        one = f"{session}/notes/{note['id']}"
        await recruiter.data("PUT", one, json={"text": "Call her.", "rating": 3})
        await recruiter.data("PUT", one, json={"text": "Called.", "rating": 3})
        timeline = (await recruiter.data("GET", f"{session}/timeline"))["events"]
        told = [(event["what"], event["text"]) for event in timeline if "note_" in event["what"] + event["text"]]
        assert told == [("note_written", "3 of 5: Called."), *[("accessed", "note_changed")] * 2]
        await recruiter.data("DELETE", one)
        events = (await admin.data("GET", "/api/v1/admin/audit-events"))["events"]
        noted = [event for event in events if event["action"].startswith("note_")]
        assert [(event["action"], event["before"], event["after"]) for event in noted] == [
            ("note_deleted", None, None),
            ("note_changed", None, None),
            ("note_changed", "no rating", "3 of 5"),
            ("note_written", None, None),
        ]
        assert {(event["subject_name"], event["actor_id"]) for event in noted} == {("Ada", recruiter.account["id"])}
        assert "Call" not in str(noted)


class TestWhatPeopleDecide:
    async def test_a_decision_is_found_again_written_to_the_table_and_noted_with_what_it_was(
        self, app: FastAPI, recruiter: Candidate, other_recruiter: Candidate, admin: Candidate
    ) -> None:
        ada, ben = await guest(app, recruiter, "Ada"), await guest(app, recruiter, "Ben")
        path = f"{SESSIONS}/{ada.session_id}"
        assert (await recruiter.data("GET", path))["session"]["review"] == "to_review"
        for _ in range(2):  # once more changes nothing
            assert (await recruiter.data("PUT", f"{path}/review", json={"review": "shortlisted"}))[
                "review"
            ] == "shortlisted"
        assert await names(recruiter, "review=shortlisted") == ["Ada"]
        assert await names(recruiter, "review=to_review") == ["Ben"]
        table = (await recruiter.call("GET", f"{SESSIONS}/export.csv?review=shortlisted")).content.decode("utf-8-sig")
        (row,) = csv.DictReader(io.StringIO(table, newline=""))
        assert (row["candidate"], row["review"], row["rating"]) == ("Ada", "Shortlisted", "")
        assert (await other_recruiter.call("PUT", f"{path}/review", json={"review": "rejected"})).status_code == 404
        assert (await recruiter.call("PUT", f"{path}/review", json={"review": "hired"})).status_code == 422
        (event,) = (await admin.data("GET", "/api/v1/admin/audit-events?action=session_reviewed"))["events"]
        assert (event["actor_name"], event["subject_name"]) == ("A Person", "Ada")
        assert (event["before"], event["after"]) == ("to_review", "shortlisted")
        assert str(ben.session_id) not in event.values()

    async def test_ratings_stand_beside_the_score_and_never_in_it(self, app: FastAPI, recruiter: Candidate) -> None:
        ada, ben = await guest(app, recruiter, "Ada", [HTTP, "What is TCP?"]), await guest(app, recruiter, "Ben")
        await ada.answer(GOOD)
        await ada.complete()
        await settle(app)
        path = f"{SESSIONS}/{ada.session_id}"
        before = await recruiter.data("GET", path)
        (first, _) = before["questions"]
        on_answer = {"text": "Clear.", "rating": 2, "question_id": first["question"]["id"]}
        assert (await recruiter.data("POST", f"{path}/notes", json=on_answer))["question_id"] == on_answer[
            "question_id"
        ]
        await recruiter.data("POST", f"{path}/notes", json={"rating": 5})
        other = await recruiter.data("POST", f"{path}/notes", json={"text": "Call her.", "rating": 5})
        await recruiter.data("PUT", f"{path}/notes/{other['id']}", json={"text": "Call her.", "rating": 4})
        after = await recruiter.data("GET", path)
        assert [(note["rating"], note["text"]) for note in after["notes"]] == [(2, "Clear."), (5, ""), (4, "Call her.")]
        assert after["session"]["rating"] == 4.5  # the one on an answer is of that answer alone
        assert after["scores"]["total_score"] == before["scores"]["total_score"]
        foreign = {
            **on_answer,
            "question_id": (await recruiter.data("GET", f"{SESSIONS}/{ben.session_id}"))["questions"][0]["question"][
                "id"
            ],
        }
        assert (await recruiter.call("POST", f"{path}/notes", json=foreign)).status_code == 404
        for wrong in ({}, {"text": " "}, {"rating": 0}, {"rating": 6}, {"text": "x", "rating": 2.5}):
            assert (await recruiter.call("POST", f"{path}/notes", json=wrong)).status_code == 422, wrong


class TestComparison:
    async def test_puts_answers_to_the_same_question_beside_each_other_by_name(
        self, app: FastAPI, recruiter: Candidate
    ) -> None:
        zoe = await guest(app, recruiter, "Zoe", [HTTP, "Only for Zoe?"])
        adam = await guest(app, recruiter, "adam", ["  what is  HTTP? "])
        bea = await guest(app, recruiter, "Bea", [HTTP])
        await zoe.answer(GOOD)
        await adam.answer("I really do not remember anything about that one, sorry, it has been years.")
        query = "&".join(f"session_id={one.session_id}" for one in (zoe, adam, bea))
        found = await recruiter.data("GET", f"/api/v1/admin/comparison?{query}")
        assert [one["candidate"] for one in found["candidates"]] == ["adam", "Bea", "Zoe"]
        (shared,) = found["questions"]
        assert [one["candidate"] for one in shared["answers"]] == ["adam", "Bea", "Zoe"]
        weak, none, good = shared["answers"]
        assert (none["state"], none["content_score"], none["transcript"]) == ("not_answered", None, None)
        assert good["content_score"] > (weak["content_score"] or 0)
        assert any(point["quote"] and point["quote"]["text"] in GOOD for point in good["points"])
        assert "person" in found["notice"]
        assert not {"grammar_score", "fluency_score", "confidence", "overall_score"} & set(good)

    async def test_takes_all_that_match_and_only_what_one_conducts(
        self, app: FastAPI, recruiter: Candidate, other_recruiter: Candidate, admin: Candidate
    ) -> None:
        mine = await guest(app, recruiter, "Ada")
        also = await guest(app, recruiter, "Ben")
        foreign = await guest(app, other_recruiter, "Cyd")
        found = await recruiter.data("GET", "/api/v1/admin/comparison")
        assert [one["candidate"] for one in found["candidates"]] == ["Ada", "Ben"]
        query = f"session_id={mine.session_id}&session_id="
        assert (await recruiter.call("GET", f"/api/v1/admin/comparison?{query}{foreign.session_id}")).status_code == 404
        assert (await recruiter.call("GET", f"/api/v1/admin/comparison?{query}{mine.session_id}")).status_code == 422
        await recruiter.data("GET", f"/api/v1/admin/comparison?{query}{also.session_id}")
        events = (await admin.data("GET", "/api/v1/admin/audit-events?action=session_compared"))["events"]
        assert {event["subject_id"] for event in events} == {str(mine.session_id), str(also.session_id)}
