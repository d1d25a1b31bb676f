"""The kiosk's document from its first page to its last, by raw HTTP against a real server, and its own examples."""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.conftest import SHARED, settle
from tests.dialects.kiosk.client import LOGIN, QUESTION, REST, SECOND, SET, Kiosk
from tests.live.support import LiveServer
from tests.support.node import FOLDER, installed_node

CODE = re.compile(r"^[A-HJ-NP-Z2-9]{8}$")
SESSION = {"id", "session_id", "candidate_name", "status", "started_at", "completed_at", "question_set_id"}
RECORDING = {"id", "recording_type", "file_size", "duration", "question_id", "created_at"}
RESPONSE = {
    *("id", "question_id", "question_text", "transcript", "ai_analysis", "ai_score", "client_claim"),
    *("started_at", "completed_at"),
}
PROMPT = {
    "name": "Technical Interview Assistant",
    "description": "AI assistant specialized for technical interviews",
    "prompt_text": "Based on the question '{question}' and candidate response '{transcript}', give guidance.",
    "is_default": False,
}


def moment(text: str) -> datetime:
    """A time as the document writes it: ISO 8601 in UTC."""
    assert text.endswith("Z"), text
    return datetime.fromisoformat(text)


async def test_from_top_to_bottom(any_server: LiveServer, speech: Path) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{any_server.port}", timeout=60) as http:
        await walk(Kiosk(http), Kiosk(any_server.http), any_server, speech)


async def walk(admin: Kiosk, candidate: Kiosk, server: LiveServer, speech: Path) -> None:
    """Every endpoint in the order of the document; the candidate has no cookie."""
    response = await admin.call("POST", "/admin/login", json=LOGIN)
    assert (response.status_code, response.json()) == (
        200,
        {"success": True, "message": "Login successful", "admin": {"id": 1, "username": "admin"}},
    )
    cookie = response.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert await admin.data("POST", "/admin/logout") == {"success": True, "message": "Logged out successfully"}
    assert await admin.data("GET", "/admin/check-auth") == {"authenticated": False}
    await admin.logged_in()
    assert await admin.data("GET", "/admin/check-auth") == {
        "authenticated": True,
        "admin": {"id": 1, "username": "admin"},
    }

    response = await admin.call("POST", "/admin/codes", json={"expires_in_hours": 24})
    assert response.status_code == 201
    created = response.json()
    assert created["success"] is True
    assert CODE.match(created["code"])
    (code,) = (await admin.data("GET", "/admin/codes"))["codes"]
    assert code == {
        "id": code["id"],
        "code": created["code"],
        "candidate_name": None,
        "is_used": False,
        "created_at": code["created_at"],
        "expires_at": created["expires_at"],
    }
    assert round((moment(code["expires_at"]) - moment(code["created_at"])).total_seconds() / 3600) == 24
    assert await admin.data("DELETE", f"/admin/codes/{code['id']}") == {
        "success": True,
        "message": "Code deleted successfully",
    }

    response = await admin.call("POST", "/admin/question-sets", json=SET)
    assert response.status_code == 201
    made = response.json()["question_set_id"]
    assert response.json() == {
        "success": True,
        "question_set_id": made,
        "message": "Question set created successfully",
    }
    (found,) = (await admin.data("GET", "/admin/question-sets"))["question_sets"]
    questions = found.pop("questions")
    moment(found.pop("created_at"))
    assert found == {"id": made, "name": SET["name"], "description": SET["description"], "is_active": True}
    assert questions[0] == {"id": 1, "order_index": 0, **QUESTION}
    numbers = [question["id"] for question in questions]
    other = (await admin.data("POST", "/admin/question-sets", json={**SET, "name": "Other"}))["question_set_id"]
    assert await admin.data("PUT", f"/admin/question-sets/{other}/activate") == {
        "success": True,
        "message": "Question set activated successfully",
    }
    assert await admin.data("DELETE", f"/admin/question-sets/{other}") == {
        "success": True,
        "message": "Question set deleted successfully",
    }
    (found,) = (await admin.data("GET", "/admin/question-sets"))["question_sets"]
    assert found["is_active"], "another took its place"

    code_text = await admin.code()
    entered = await candidate.enter(code_text)
    session = entered["session_id"]
    assert str(UUID(session)) == session
    first, second = entered["questions"]
    assert [first["id"], second["id"]] == numbers == [1, 2], "a question has one number in its set and in interviews"
    assert entered == {
        "success": True,
        "session_id": session,
        "candidate_name": "John Doe",
        "questions": [
            {"id": first["id"], "text": QUESTION["text"], "time_limit": 300, "order_index": 0},
            {"id": second["id"], "text": SECOND["text"], "time_limit": 120, "order_index": 1},
        ],
    }
    response = await candidate.call(
        "POST",
        "/interview/submit-response",
        json={
            "session_id": session,
            "question_id": first["id"],
            "transcript": REST,
            "ai_analysis": "Perfect!",
            "ai_score": 10,
        },
    )
    assert response.status_code == 201
    assert response.json().keys() == {"success", "response_id", "message"}
    status = (await candidate.data("GET", f"/interview/session/{session}/status"))["session"]
    moment(status.pop("started_at"))
    assert status == {
        "id": session,
        "candidate_name": "John Doe",
        "status": "in_progress",
        "current_question": second["id"],
        "completed_at": None,
    }

    fields = {"session_id": session, "question_id": str(first["id"]), "recording_type": "audio", "duration": "2.5"}
    file = {"recording": ("answer.wav", speech.read_bytes(), "audio/wav")}
    response = await candidate.call("POST", "/interview/upload-recording", data=fields, files=file)
    assert response.status_code == 201, response.text
    uploaded = response.json()
    assert uploaded == {
        "success": True,
        "recording_id": uploaded["recording_id"],
        "file_size": len(speech.read_bytes()),
        "duration": 2.577,
        "storage_type": "local",
        "message": "Recording uploaded successfully",
    }
    recordings = await candidate.data("GET", f"/interview/session/{session}/recordings")
    assert recordings["success"] is True
    (recording,) = recordings["recordings"]
    assert recording.keys() == RECORDING
    assert (recording["id"], recording["question_id"]) == (uploaded["recording_id"], first["id"])
    path = f"/interview/recording/{recording['id']}/download"
    response = await admin.call("GET", path)
    assert response.content == speech.read_bytes()
    assert response.headers["content-disposition"].startswith("attachment")
    assert await candidate.error("GET", path) == (401, "AUTHENTICATION_REQUIRED")

    assert await candidate.submit(session, second["id"], "It costs writes and room; it pays when reads filter by it.")
    await settle(server.app)
    sessions = await admin.data("GET", "/admin/sessions?status=completed&limit=5&offset=0")
    assert (sessions["total"], sessions["limit"], sessions["offset"]) == (1, 5, 0)
    (listed,) = sessions["sessions"]
    assert listed.keys() == {*SESSION, "question_set_name"}
    assert (listed["session_id"], listed["status"], listed["question_set_name"]) == (session, "completed", SET["name"])
    assert moment(listed["completed_at"]) >= moment(listed["started_at"])
    assert (await admin.data("GET", "/admin/sessions?status=cancelled"))["sessions"] == []
    assert (await admin.data("GET", "/admin/sessions?offset=1"))["sessions"] == []
    details = await admin.details(session)
    assert details.keys() == {"session", "responses", "transcripts", "recordings"}
    assert details["session"] == listed
    answer = details["responses"][0]
    assert answer.keys() == RESPONSE
    assert (answer["question_text"], answer["transcript"]) == (QUESTION["text"], REST)
    assert answer["client_claim"] == {"ai_score": 10, "ai_analysis": "Perfect!"}
    assert 0 < answer["ai_score"] < 10
    assert answer["ai_analysis"]
    assert "Perfect!" not in answer["ai_analysis"]
    assert [found["id"] for found in details["recordings"]] == [recording["id"]]
    assert await admin.details(str(listed["id"])) == details

    (default,) = (await admin.data("GET", "/admin/ai-prompts"))["prompts"]
    assert default.keys() == {"id", *PROMPT, "created_at", "updated_at"}
    assert default["is_default"]
    response = await admin.call("POST", "/admin/ai-prompts", json=PROMPT)
    assert response.status_code == 201
    prompt = response.json()["prompt_id"]
    assert await admin.data("PUT", f"/admin/ai-prompts/{prompt}", json={**PROMPT, "is_default": True}) == {
        "success": True,
        "message": "AI prompt updated successfully",
    }
    prompts = (await admin.data("GET", "/admin/ai-prompts"))["prompts"]
    assert [(found["id"], found["is_default"]) for found in prompts] == [(default["id"], False), (prompt, True)]
    assert await admin.data("DELETE", f"/admin/ai-prompts/{prompt}") == {
        "success": True,
        "message": "AI prompt deleted successfully",
    }
    assert [found["is_default"] for found in (await admin.data("GET", "/admin/ai-prompts"))["prompts"]] == [True]


async def test_every_documented_error(kiosk: Kiosk, server: LiveServer, speech: Path) -> None:
    nobody = Kiosk(server.http)
    session = (await nobody.enter(await kiosk.code()))["session_id"]
    for method, path in (
        ("GET", "/admin/codes"), ("POST", "/admin/codes"), ("DELETE", "/admin/codes/1"),
        ("GET", "/admin/question-sets"), ("POST", "/admin/question-sets"), ("PUT", "/admin/question-sets/1/activate"),
        ("DELETE", "/admin/question-sets/1"), ("GET", "/admin/sessions"), ("GET", f"/admin/sessions/{session}/details"),
        ("GET", "/admin/ai-prompts"), ("POST", "/admin/ai-prompts"), ("PUT", "/admin/ai-prompts/1"),
        ("DELETE", "/admin/ai-prompts/1"), ("GET", "/interview/recording/1/download"),
    ):  # fmt: skip
        assert await nobody.error(method, path, json={}) == (401, "AUTHENTICATION_REQUIRED"), (method, path)
    for login in ({"username": "admin", "password": "wrong"}, {"username": "nobody", "password": "admin123"}):
        response = await nobody.call("POST", "/admin/login", json=login)
        assert response.status_code == 401
        assert (response.json()["error"], response.json()["code"]) == ("Invalid credentials", "INVALID_CREDENTIALS")
    response = await nobody.call("POST", "/interview/validate-code", json={"code": "X", "candidate_name": "John Doe"})
    assert response.status_code == 400
    assert (response.json()["error"], response.json()["code"]) == ("Invalid or expired code", "INVALID_CODE")
    unknown = "018f0000-0000-7000-8000-000000000000"
    for session_id in (unknown, "1", "x" * 64):
        for method, path, body in (
            ("GET", f"/interview/session/{session_id}/status", None),
            ("GET", f"/interview/session/{session_id}/recordings", None),
            ("POST", "/interview/submit-response", {"session_id": session_id, "question_id": 1, "transcript": "x"}),
        ):
            assert await nobody.error(method, path, json=body) == (404, "SESSION_NOT_FOUND"), path
    files = {"recording": ("a.wav", speech.read_bytes(), "audio/wav")}
    upload: Callable[..., Any] = nobody.error
    path = "/interview/upload-recording"
    assert await upload("POST", path, data={"session_id": unknown}, files=files) == (404, "SESSION_NOT_FOUND")
    for content in (b"no recording", b""):
        files = {"recording": ("a.wav", content, "audio/wav")}
        assert await upload("POST", path, data={"session_id": session}, files=files) == (400, "UPLOAD_FAILED")
    wrong: tuple[tuple[str, str, Any], ...] = (
        ("POST", "/admin/codes", {"expires_in_hours": -1}),
        ("POST", "/admin/question-sets", {"name": "Empty", "questions": []}),
        ("POST", "/admin/ai-prompts", {"name": "No text"}),
        ("PUT", "/admin/ai-prompts/1", {"is_default": "perhaps"}),
        ("GET", "/admin/sessions?status=lost", None),
        ("GET", "/admin/sessions?limit=0", None),
    )
    for method, path, body in wrong:
        assert await kiosk.error(method, path, json=body) == (400, "VALIDATION_ERROR"), path
    for method, path in (
        ("DELETE", "/admin/codes/99"), ("PUT", "/admin/question-sets/99/activate"),
        ("DELETE", "/admin/question-sets/99"), ("GET", f"/admin/sessions/{unknown}/details"),
        ("GET", "/admin/sessions/99/details"),
        ("DELETE", "/admin/ai-prompts/99"), ("GET", "/interview/recording/99/download"),
        ("GET", f"/interview/recording/{2**63 - 1}/download"),
    ):  # fmt: skip
        status, code = await kiosk.error(method, path)
        assert (status, code.endswith("_NOT_FOUND")) == (404, True), path
    status, code = await kiosk.error("PUT", "/admin/ai-prompts/99", json={"name": "x"})
    assert (status, code) == (404, "PROMPT_NOT_FOUND")


def examples(kind: str) -> str:
    """The document's example in a language."""
    document = SHARED.parent / "seeds" / "kiosk.md"
    if not document.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{document} is missing")
        pytest.skip("the documents are not part of the repository")
    found: list[str] = re.findall(rf"```{kind}\n(.*?)```", document.read_text(), re.DOTALL)
    return found[-1]


async def test_the_documents_python_runs(server: LiveServer) -> None:
    source = examples("python").replace("http://localhost:5000", f"http://127.0.0.1:{server.port}")
    ran = await run([sys.executable, "-c", source])
    assert ran.returncode == 0, ran.stderr
    assert "'success': True" in ran.stdout


async def test_the_documents_javascript_runs(server: LiveServer, tmp_path: Path) -> None:
    """A browser resolves addresses and keeps cookies; what it does of that is before the example."""
    base = f"http://127.0.0.1:{server.port}"
    browser = f"""
        const jar = {{}}, real = globalThis.fetch;
        globalThis.fetch = async (path, options) => {{
          const headers = {{ ...options.headers, origin: "{base}", "sec-fetch-site": "same-origin", ...jar }};
          const response = await real("{base}" + path, {{ ...options, headers }});
          const cookie = response.headers.get("set-cookie");
          if (cookie) jar.cookie = cookie.split(";")[0];
          return response;
        }};
    """
    after = "console.log(JSON.stringify(await codeResponse.json())); socket.on('error', (data) => {"
    after += " console.log(JSON.stringify(data)); socket.disconnect(); });"
    source = examples("javascript").replace("http://localhost:5000", base)
    script = FOLDER / f"example-{tmp_path.name}.mjs"  # beside the packages that it imports
    node = installed_node()
    try:
        script.write_text(browser + source + after)
        ran = await run([node, str(script)])
    finally:
        script.unlink(missing_ok=True)
    assert ran.returncode == 0, ran.stderr
    assert '"success":true' in ran.stdout
    assert "SESSION_NOT_FOUND" in ran.stdout, "the example joins a session that does not exist"


async def run(command: list[str]) -> "subprocess.CompletedProcess[str]":
    return await asyncio.to_thread(
        subprocess.run, command, capture_output=True, text=True, timeout=120, env={"PATH": os.environ["PATH"]}
    )
