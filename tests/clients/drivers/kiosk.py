"""A whole interview with the kiosk's face by a client that openapi-python-client generated: strict types, no cast.

usage: python kiosk.py http://127.0.0.1:8000 answer.wav PASSWORD
"""

import json
import sys
import time
from pathlib import Path
from typing import TypeVar

import httpx
from greenroom_client import AuthenticatedClient
from greenroom_client.api.admin import check_auth, login
from greenroom_client.api.codes import create_code, list_codes
from greenroom_client.api.interview import get_session_status, submit_response, validate_code
from greenroom_client.api.prompts import create_prompt, list_prompts
from greenroom_client.api.recordings import download_recording, list_recordings, upload_recording
from greenroom_client.api.sessions import get_session_details, list_sessions
from greenroom_client.api.sets import activate_question_set, create_question_set
from greenroom_client.models import (
    BodyUploadRecording,
    EnterRequest,
    ErrorResponse,
    LoginRequest,
    NewCode,
    NewPrompt,
    NewQuestion,
    NewSet,
    ResponseRequest,
    SessionOutStatus,
)
from greenroom_client.types import File

T = TypeVar("T")
ANSWER = "A queue gives back what came first. I used one for jobs, so that each customer waited less than a minute."


def done(result: T | ErrorResponse | None) -> T:
    """The result of a call that must succeed."""
    if result is None or isinstance(result, ErrorResponse):
        raise SystemExit(f"failed: {result and result.code}: {result and result.error}")
    return result


def main(address: str, recording: Path, password: str) -> None:
    # The session is a cookie, which the client keeps like a browser; no header is needed.
    client = AuthenticatedClient(address, "", auth_header_name="X-Nothing", prefix="", timeout=httpx.Timeout(60))
    before = done(check_auth.sync(client=client))
    admin = done(login.sync(client=client, body=LoginRequest("admin", password))).admin
    known = done(check_auth.sync(client=client))
    questions = [NewQuestion(text, time_limit=60) for text in ("What is a queue?", "What is a deadlock?")]
    chosen = done(create_question_set.sync(client=client, body=NewSet("Backend", questions)))
    done(activate_question_set.sync(chosen.question_set_id, client=client))
    done(create_prompt.sync(client=client, body=NewPrompt("Mine", "A hint for {question}")))
    prompts = done(list_prompts.sync(client=client)).prompts
    code = done(create_code.sync(client=client, body=NewCode(expires_in_hours=24)))

    # A candidate has no cookie: the id of the interview is the key.
    guest = AuthenticatedClient(address, "", auth_header_name="X-Nothing", prefix="", timeout=httpx.Timeout(60))
    entered = done(validate_code.sync(client=guest, body=EnterRequest(code.code, "Grace Guest")))
    session = entered.session_id
    with recording.open("rb") as sound:
        file = File(payload=sound, file_name="answer.wav", mime_type="audio/wav")
        first = entered.questions[0].id
        body = BodyUploadRecording(recording=file, session_id=session, question_id=first)
        uploaded = done(upload_recording.sync(client=guest, body=body))
    for question in entered.questions:
        done(submit_response.sync(client=guest, body=ResponseRequest(session, question.id, ANSWER)))
    status = done(get_session_status.sync(session, client=guest)).session
    listed = done(list_recordings.sync(session, client=guest)).recordings
    played = done(download_recording.sync(uploaded.recording_id, client=client)).payload.read()

    details = done(get_session_details.sync(session, client=client))
    while any(response.ai_score is None for response in details.responses):
        time.sleep(0.1)
        details = done(get_session_details.sync(session, client=client))
    sessions = done(list_sessions.sync(client=client)).sessions
    codes = done(list_codes.sync(client=client)).codes
    wrong = validate_code.sync(client=guest, body=EnterRequest("WRONGWAY", "Grace Guest"))
    print(  # noqa: T201
        json.dumps(
            {
                "admin": admin.username,
                "authenticated": [before.authenticated, known.authenticated],
                "prompts": [prompt.name for prompt in prompts],
                "questions": [question.text for question in entered.questions],
                "status": status.status,
                "recordings": [found.recording_type for found in listed],
                "played": played == recording.read_bytes(),
                "scores": [response.ai_score for response in details.responses],
                "listed": [found.candidate_name for found in sessions if found.status is SessionOutStatus.COMPLETED],
                "used": [found.is_used for found in codes],
                "error": wrong.code if isinstance(wrong, ErrorResponse) else None,
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
