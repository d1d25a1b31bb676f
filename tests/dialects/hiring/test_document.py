"""The hiring document from its first page to its last, by raw HTTP against a real server."""

import io
from pathlib import Path
from typing import Any

import av
import pytest

from app.config import DialectSettings, Settings
from app.main import faces_for
from tests.conftest import Candidate
from tests.dialects.hiring.client import JOB, NOBODYS, PICTURE, REGISTRATION, Hiring, resume
from tests.live.support import LiveServer
from tests.recordings.media import spoken_film


async def test_from_top_to_bottom(any_server: LiveServer, speech: Path) -> None:
    http, form = any_server.http, {"job_description": JOB}

    # 1. Auth
    response = await http.post("/auth/register", json=REGISTRATION)
    assert response.status_code == 200
    assert response.json().keys() == {"access_token"}
    response = await http.post("/auth/register", json=REGISTRATION)
    assert (response.status_code, response.json()) == (400, {"detail": "Email already registered"})
    wrong = {"email": REGISTRATION["email"], "password": "anotherPassword123"}
    response = await http.post("/auth/login", json=wrong)
    assert (response.status_code, response.json()) == (400, {"detail": "Invalid credentials"})
    response = await http.post("/auth/login", json={**wrong, "password": REGISTRATION["password"]})
    assert response.status_code == 200
    client = Hiring(http, {"Authorization": f"Bearer {response.json()['access_token']}"})
    response = await http.get("/auth/me")
    assert (response.status_code, response.json().keys()) == (401, {"detail"})
    response = await http.get("/auth/me", headers={"Authorization": "Bearer eyJ..."})
    assert (response.status_code, response.json()) == (401, {"detail": "Invalid or expired token"})
    me = await client.ok("GET", "/auth/me")
    assert me == {"id": me["id"], "name": "John Doe", "email": "john@example.com", "role": "candidate"}

    # 2. Interview lifecycle
    assert (await http.post("/interviews/create", files=resume(), data=form)).status_code == 401
    created = await client.ok("POST", "/interviews/create", files=resume("docx"), data=form)
    assert created == {"interview_id": created["interview_id"], "status": "created"}
    interview = f"/interviews/{created['interview_id']}"
    assert await client.error("POST", f"{interview}/start", params={"voice": "male"}) == (
        400,
        "The interview has no questions yet. Have them generated first.",
    )
    assert (await client.error("GET", f"{interview}/next-question"))[0] == 400
    assert (await client.error("POST", f"{interview}/answer-complete"))[0] == 400
    assert (await client.error("POST", f"{interview}/end"))[0] == 400
    assert await client.ok("POST", f"{interview}/setup-ai") == {"message": "AI setup completed", "questions_count": 5}
    assert (await client.error("POST", f"{interview}/setup-ai"))[0] == 400
    assert (await client.error("POST", f"{interview}/start", params={"voice": "robot"}))[0] == 400
    started = await client.ok("POST", f"{interview}/start", params={"voice": "male"})
    assert started == {"message": "Interview started", "voice": "male"}
    assert (await client.error("POST", f"{interview}/start", params={"voice": "male"}))[0] == 400
    assert (await client.ok("GET", f"{interview}/report"))["status"] == "incomplete"

    # 3. to 5. Questions, videos, speech
    seen: list[dict[str, Any]] = []
    while True:
        question = await client.ok("GET", f"{interview}/next-question")
        if question.get("message") == "Interview completed":
            assert question.keys() == {"message"}
            break
        assert question.keys() == {"question_number", "question_id", "question_text", "voice"}
        assert (question["question_number"], question["voice"]) == (len(seen) + 1, "male")
        assert await client.ok("GET", f"{interview}/next-question") == question, "the same until it is passed"
        place = f"{interview}/questions/{question['question_id']}"
        if not seen:
            await speech_of(client, question["question_text"])
            assert (await client.error("POST", f"{place}/score")) == (400, "Answer not ready for scoring")
            assert (await client.error("POST", f"{place}/analyze"))[0] == 404
        kind = ("webm", "mp4")[len(seen) % 2]
        film = {"video": (f"answer.{kind}", spoken_film(speech, PICTURE, kind), f"video/{kind}")}
        uploaded = await client.ok("POST", f"{place}/upload-video", files=film)
        assert uploaded == {"message": "Video uploaded successfully. Processing started."}
        passed = await client.ok("POST", f"{interview}/answer-complete")
        assert passed == {"message": "Answer recorded, moving to next question"}
        seen.append(question)
    assert len(seen) == 5

    place = f"{interview}/questions/{seen[0]['question_id']}"
    analysis = await client.ok("POST", f"{place}/analyze")
    assert analysis.keys() == {"message", "transcript", "emotion", "confidence"}
    assert analysis["message"] == "Analysis completed"
    assert "profiler" in analysis["transcript"]
    assert analysis["emotion"] in ("happy", "neutral", None)
    assert analysis["confidence"] in ("high", "medium", "low", None)
    scored = await client.ok("POST", f"{place}/score")
    assert scored["message"] == "Scoring completed"
    assert scored["score"].keys() == {"accuracy", "communication", "behavior"}
    assert all(value is None or 0 <= value <= 100 for value in scored["score"].values())

    assert (await client.error("POST", f"{interview}/end"))[0] == 400
    report = await client.report(interview)
    assert report.keys() >= {"decision", "scores", "strengths", "gaps", "questions", "summary"}
    assert report["decision"] in ("STRONG_HIRE", "HIRE", "HOLD", "NO_HIRE")
    assert report["scores"].keys() == {"technical", "communication", "behavior"}
    assert [question["question_id"] for question in report["questions"]] == [one["question_id"] for one in seen]
    for question in report["questions"]:
        assert question.keys() == {"question_id", "accuracy", "communication", "behavior", "feedback"}
        assert question["feedback"]
    assert report["summary"]
    assert report["reasons"]
    assert "A person" in report["notice"]


async def speech_of(client: Hiring, text: str) -> None:
    """Section 4: base address, a slash and `audio_path` is an MP3 without a login."""
    assert (await client.error("POST", "/tts/generate", json={"text": text, "voice": "robot"}))[0] == 400
    assert (await client.error("POST", "/tts/generate", json={"text": " "}))[0] == 400
    spoken = await client.ok("POST", "/tts/generate", json={"text": text, "voice": "female"})
    assert spoken["audio_path"].startswith("uploads/tts/")
    assert spoken["audio_path"].endswith(".mp3")
    played = await client.http.get(f"/{spoken['audio_path']}")
    assert (played.status_code, played.headers["content-type"]) == (200, "audio/mpeg")
    container: Any
    with av.open(io.BytesIO(played.content)) as container:
        assert container.streams.audio[0].duration
    absent = await client.http.get(f"/uploads/tts/{'0' * 40}.mp3")
    assert (absent.status_code, absent.json().keys()) == (404, {"detail"})


CALLS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("POST", "/setup-ai", {}),
    ("POST", "/start", {"params": {"voice": "female"}}),
    ("GET", "/next-question", {}),
    ("POST", "/answer-complete", {}),
    ("POST", "/end", {}),
    ("GET", "/report", {}),
)


async def test_what_is_somebody_elses_is_not_found(server: LiveServer, speech: Path) -> None:
    owner = await Hiring(server.http).registered()
    stranger = await Hiring(server.http).registered("jane@example.com")
    interview = await owner.started()
    question = (await owner.ok("GET", f"{interview}/next-question"))["question_id"]
    film = {"files": {"video": ("answer.webm", spoken_film(speech, PICTURE), "video/webm")}}
    of_question: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", f"/questions/{question}{call}", {}) for call in ("/analyze", "/score")
    ]
    of_question.append(("POST", f"/questions/{question}/upload-video", film))
    for method, path, arguments in (*CALLS, *of_question):
        found = {
            place: await stranger.error(method, f"{place}{path}", **arguments)
            for place in (interview, f"/interviews/{NOBODYS}", "/interviews/nonsense")
        }
        assert set(found.values()) == {(404, "Interview not found")}, (path, found)
    for call, arguments in (("analyze", {}), ("score", {}), ("upload-video", film)):
        path = f"{interview}/questions/{NOBODYS}/{call}"
        assert await owner.error("POST", path, **arguments) == (404, "Question not found")
    answered = await owner.ok("GET", f"{interview}/next-question")
    assert answered["question_id"] == question, "the stranger changed nothing"


async def test_ids_mean_nothing_to_other_faces(server: LiveServer) -> None:
    client = await Hiring(server.http).registered()
    interview = await client.created()
    shown = interview.rsplit("/", 1)[1]
    found = await client.call("GET", f"/api/v1/interviews/sessions/{shown}")
    assert found.status_code in (404, 422)
    listed = (await client.call("GET", "/api/v1/interviews/sessions")).json()["data"]["sessions"]
    assert len(listed) == 1, "but the interview is there"
    assert await client.error("POST", f"/interviews/{listed[0]['id']}/setup-ai") == (404, "Interview not found")


async def test_an_account_works_everywhere_and_the_interview_is_seen_in_v1(server: LiveServer, speech: Path) -> None:
    client = await Hiring(server.http).registered()
    interview = await client.started()
    await client.answer(interview, speech)
    body = {"email": REGISTRATION["email"], "password": REGISTRATION["password"]}
    login = await server.http.post("/api/v1/users/login", json=body)
    v1 = Candidate(server.http, login.json()["data"])
    (session,) = (await v1.data("GET", "/api/v1/interviews/sessions"))["sessions"]
    assert (session["status"], session["answered_count"]) == ("in_progress", 1)
    match = await v1.data("GET", f"/api/v1/interviews/sessions/{session['id']}/match")
    assert match["score"] is not None
    (recording,) = (await v1.data("GET", f"/api/v1/interviews/sessions/{session['id']}/recordings"))["recordings"]
    assert (recording["kind"], recording["is_answer"]) == ("video", True)
    for path in ("/api/auth/login", "/api/v1/users/login"):
        assert (await server.http.post(path, json=body)).status_code == 200


@pytest.mark.parametrize("origin", ["http://localhost:5173", "http://localhost:3000", "http://127.0.0.1:5173"])
async def test_the_frontends_of_the_document_may_call(server: LiveServer, origin: str) -> None:
    server.app.state.origins._local = True  # as in development
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    asked["Access-Control-Request-Headers"] = "authorization,content-type"
    response = await server.http.options("/interviews/create", headers=asked)
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == origin
    assert "authorization" in response.headers["access-control-allow-headers"].lower()
    refused = await server.http.get("/auth/me", headers={"Origin": origin})
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (401, origin)


async def test_it_is_described(server: LiveServer) -> None:
    document = (await server.http.get("/openapi/hiring.json")).json()
    assert sum(len(methods) for methods in document["paths"].values()) == 14
    assert "/docs/hiring" in str((await server.http.get("/docs/hiring")).url)
    assert (await server.http.get("/docs/hiring")).status_code == 200


async def test_what_is_wrong_with_a_request_is_said(server: LiveServer) -> None:
    client = await Hiring(server.http).registered()
    for body, word in (({}, "name"), ({**REGISTRATION, "email": "no address"}, "email"), ("text", "JSON object")):
        status, detail = await client.error("POST", "/auth/register", json=body)
        assert (status, word in detail) == (400, True), detail
    weak = {**REGISTRATION, "email": "a@example.com", "password": "password"}
    assert (await client.error("POST", "/auth/register", json=weak))[0] == 400
    for files, form in (
        (resume(), {}),
        (resume(), {"job_description": "  "}),
        ({"resume": ("cv.pdf", b"no PDF", "application/pdf")}, {"job_description": JOB}),
        ({"resume": ("cv.txt", b"text only", "text/plain")}, {"job_description": JOB}),
    ):
        assert (await client.error("POST", "/interviews/create", files=files, data=form))[0] == 400
    response = await client.call("GET", "/api/v1/interviews/sessions")
    assert response.json()["data"]["sessions"] == [], "nothing is half written"
    interview = await client.started()
    question = (await client.ok("GET", f"{interview}/next-question"))["question_id"]
    upload = f"{interview}/questions/{question}/upload-video"
    for files, word in (
        ({"file": ("a.webm", bytes(200_000), "video/webm")}, "Missing required fields: video"),
        ({"video": ("a.webm", b"", "video/webm")}, "empty"),
        ({"video": ("a.webm", b"no film " * 99, "video/webm")}, "no film or sound"),
    ):
        status, detail = await client.error("POST", upload, files=files)
        assert (status, word in detail) == (400, True), detail
    assert (await client.error("GET", "/interviews"))[0] == 404
    assert (await client.error("GET", "/auth/register"))[0] == 405
    large = {"resume": ("cv.pdf", b"%PDF" + bytes(11 * 2**20), "application/pdf")}
    assert (await client.error("POST", "/interviews/create", files=large, data={"job_description": JOB}))[0] == 413


def test_it_can_be_switched_off() -> None:
    names = [face.name for face in faces_for(Settings(dialects=DialectSettings(hiring=False)))]
    assert "hiring" not in names
    assert "v1" in names
