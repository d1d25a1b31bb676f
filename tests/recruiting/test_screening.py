"""A screening is for others to decide: it gives nothing away, and each question has one answer."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import update

from app.models import Question
from tests.conftest import Candidate, settle
from tests.recruiting.conftest import POINTS, REFERENCE
from tests.recruiting.test_conducted import GOOD

OTHER_FACES = ("/api/interviews/{session}", "/api/feedback/{session}")
"""Where other faces show results by the ids of v1; all of them read what the services of results give."""
SAID = "HTTP is a protocol where a client sends requests and a server gives responses."


async def screening(app: FastAPI, candidate: Candidate, kind: str = "screening") -> tuple[str, str]:
    """(address of an interview of this kind, address of its one question), which has points that are missed."""
    session = await candidate.session(kind=kind)
    question = (await candidate.questions(session, 1, categories=["technical"]))[0]
    async with app.state.runtime.database.writing() as rows:
        await rows.execute(
            update(Question).values(
                text="What is HTTP?", expected_points=POINTS, model_answer=REFERENCE, keywords=["stateless"], hints=[]
            )
        )
    base = f"/api/v1/interviews/sessions/{session}"
    return base, f"{base}/questions/{question['id']}"


def results(base: str) -> str:
    return base.replace("/interviews/", "/feedback/")


class TestNothingIsGivenAway:
    @pytest.mark.parametrize("kind", ["practice", "screening"])
    async def test_to_its_candidate_during_and_after_it(
        self, app: FastAPI, candidate: Candidate, admin: Candidate, kind: str
    ) -> None:
        base, question = await screening(app, candidate, kind)
        await candidate.data("POST", f"{question}/answer", json={"answer": SAID})
        seen = [await candidate.data("POST", f"{question}/evaluate", json={})]
        await candidate.data("POST", f"{base}/complete")
        await settle(app)
        seen.append(await candidate.data("POST", f"{results(base)}/feedback"))
        paths = (f"{base}", f"{base}/questions", f"{base}/evaluation", f"{results(base)}/scores")
        seen += [await candidate.data("GET", path) for path in (*paths, f"{results(base)}/feedback")]
        for path in OTHER_FACES:
            response = await candidate.call("GET", path.format(session=base.rsplit("/", 1)[1]))
            assert response.status_code == 200
            seen.append(response.json())
        report = await candidate.call("GET", f"{base}/report")
        again = await candidate.call("POST", f"{question}/redo")
        export = (await candidate.call("GET", "/api/v1/users/me/export")).content
        archive = zipfile.ZipFile(io.BytesIO(export))
        text = json.dumps(seen) + report.text + "".join(archive.read(name).decode() for name in archive.namelist())
        told = [point for point in POINTS[1:] if point in text]
        if kind == "practice":
            assert told == POINTS[1:]
            assert REFERENCE in text
            assert (report.status_code, again.status_code) == (200, 201)
        else:
            assert told == []
            assert REFERENCE not in text
            assert (report.status_code, report.json()["error"]["type"]) == (403, "screening")
            assert (again.status_code, again.json()["error"]["type"]) == (403, "screening")
            assert seen[0]["overall_score"] is not None
        dossier = await admin.data("GET", base.replace("/interviews/", "/admin/"))
        assert all(point in json.dumps(dossier["questions"][0]["evaluation"]) for point in POINTS)
        assert dossier["report"]["questions"]

    async def test_by_marking_points_or_choosing_keywords(self, app: FastAPI, candidate: Candidate) -> None:
        _, question = await screening(app, candidate)
        await candidate.data("POST", f"{question}/answer", json={"answer": SAID})
        await candidate.data("POST", f"{question}/evaluate", json={})
        mark = {"points": [{"point": 2, "view": "said"}]}
        for method, path, body in (
            ("PUT", "own-view", mark),
            ("POST", "evaluate", {"expected_keywords": ["protocol"]}),
        ):
            response = await candidate.call(method, f"{question}/{path}", json=body)
            assert (response.status_code, response.json()["error"]["type"]) == (403, "screening")


class TestEachQuestionHasOneAnswer:
    async def test_that_is_neither_replaced_nor_deleted_nor_rewritten(
        self, app: FastAPI, candidate: Candidate, speech: Path
    ) -> None:
        base, question = await screening(app, candidate)
        await candidate.data("POST", f"{question}/answer", json={"answer": SAID})
        again = [
            await candidate.call("POST", f"{question}/answer", json={"answer": GOOD}),
            await candidate.call("PUT", f"{question}/transcript", json={"transcript": GOOD}),
            await candidate.call("POST", f"{question}/audio", files={"file": ("a.wav", speech.read_bytes())}),
            await candidate.call("DELETE", f"{question}/answer"),
            await candidate.call("POST", f"{question}/skip"),
        ]
        assert [response.status_code for response in again] == [409] * 5
        assert (await candidate.data("GET", f"{question}/transcript"))["transcript"] == SAID
        assert (await candidate.data("GET", f"{base}/recordings"))["recordings"] == []
        await candidate.data("DELETE", base)

    async def test_whose_transcript_may_be_corrected_for_all_to_see(
        self, app: FastAPI, candidate: Candidate, admin: Candidate, speech: Path
    ) -> None:
        base, question = await screening(app, candidate)
        await candidate.data("POST", f"{question}/audio", files={"file": ("a.wav", speech.read_bytes())})
        heard = (await candidate.data("POST", f"{question}/transcribe"))["transcript"]
        again = await candidate.call("POST", f"{question}/audio", files={"file": ("a.wav", speech.read_bytes())})
        assert again.status_code == 409
        await candidate.data("PUT", f"{question}/transcript", json={"transcript": "I used a profiler."})
        path = base.replace("/interviews/", "/admin/")
        answer = (await admin.data("GET", path))["questions"][0]["answer"]
        assert (answer["transcript"], answer["original_transcript"]) == ("I used a profiler.", heard)
        assert answer["corrected"]
        assert answer["corrected_at"] > answer["answered_at"]
        events = (await admin.data("GET", f"{path}/timeline"))["events"]
        assert "transcript_corrected" in [event["what"] for event in events]


async def test_the_kind_is_chosen_when_an_interview_is_made_and_stays(candidate: Candidate) -> None:
    path = f"/api/v1/interviews/sessions/{await candidate.session()}"
    assert (await candidate.data("GET", path))["kind"] == "practice"
    await candidate.data("PUT", path, json={"title": "Other", "kind": "screening"})
    assert (await candidate.data("GET", path))["kind"] == "practice"
    response = await candidate.call("POST", "/api/v1/interviews/sessions", json={"title": "x", "kind": "exam"})
    assert response.status_code == 422
