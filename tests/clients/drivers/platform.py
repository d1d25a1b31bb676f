"""A whole interview with the platform's face by a client that openapi-python-client generated: strict types, no cast.

usage: python platform.py http://127.0.0.1:8000 answer.wav
"""

import base64
import json
import sys
import time
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import httpx
from greenroom_client import AuthenticatedClient, Client
from greenroom_client.api.auth import signup
from greenroom_client.api.feedback import get_feedback
from greenroom_client.api.interviews import complete_interview, create_interview, get_history, get_interview
from greenroom_client.api.user import update_profile
from greenroom_client.models import (
    ErrorBodyCode,
    ErrorResponse,
    ExperienceLevel,
    FeedbackStatus,
    InterviewType,
    NewInterview,
    ProfileChanges,
    SaidRole,
    SignupRequest,
)
from websockets.exceptions import ConnectionClosedOK
from websockets.sync.client import connect

T = TypeVar("T")


def done(result: T | ErrorResponse | None) -> T:
    """The result of a call that must succeed."""
    if result is None or isinstance(result, ErrorResponse):
        raise SystemExit(f"failed: {result and result.error.code}: {result and result.error.message}")
    return result


def main(address: str, recording: Path) -> None:
    person = SignupRequest(email="typed@example.com", password="securePassword123", full_name="A Person")
    account = done(signup.sync(client=Client(address), body=person))
    token = account.session.access_token
    client = AuthenticatedClient(address, token, timeout=httpx.Timeout(60))
    profile = done(update_profile.sync(client=client, body=ProfileChanges(experience_level=ExperienceLevel.SENIOR)))

    wanted = NewInterview("Software Engineer", interview_type=InterviewType.TECHNICAL, duration_minutes=10)
    created = done(create_interview.sync(client=client, body=wanted, idempotency_key="only-once"))
    again = done(create_interview.sync(client=client, body=wanted, idempotency_key="only-once"))
    session = created.session.id
    talk(address, session, token, recording)

    completed = done(complete_interview.sync(session, client=client))
    feedback = done(get_feedback.sync(session, client=client))
    while feedback.status is FeedbackStatus.GENERATING:
        time.sleep(0.1)
        feedback = done(get_feedback.sync(session, client=client))
    interview = done(get_interview.sync(session, client=client))
    history = done(get_history.sync(client=client, limit=5))
    wrong = get_interview.sync(UUID(int=0), client=client)
    print(  # noqa: T201
        json.dumps(
            {
                "level": profile.experience_level,
                "remaining": again.interviews_remaining,
                "same": again.session.id == session,
                "status": interview.session.status,
                "answers": [said.content for said in interview.messages if said.role is SaidRole.USER],
                "listed": [past.status for past in history.interviews],
                "feedback_id": completed.feedback_id == feedback.id,
                "score": feedback.overall_score,
                "qualities": [question.answer_quality for question in feedback.detailed_feedback.questions],
                "recording": len(httpx.get(interview.session.recording_url or "", timeout=60).content),
                "error": wrong.error.code if isinstance(wrong, ErrorResponse) else None,
                "not_found": isinstance(wrong, ErrorResponse) and wrong.error.code is ErrorBodyCode.NOT_FOUND,
            }
        )
    )


def talk(address: str, session: UUID, token: str, recording: Path) -> None:
    """Answer every question with the recording; the interviewer hangs up after the last one."""
    sound = base64.b64encode(recording.read_bytes()[44:]).decode()
    headers = {"Authorization": f"Bearer {token}"}
    where = f"{address.replace('http', 'ws', 1)}/api/interview/stream/{session}"
    with connect(where, additional_headers=headers, max_size=1 << 22) as socket:
        try:
            while True:
                if json.loads(socket.recv()) == {"type": "status", "state": "listening"}:
                    socket.send(json.dumps({"type": "audio_chunk", "data": sound, "sample_rate": 16000}))
                    socket.send(json.dumps({"type": "speech_end"}))
        except ConnectionClosedOK:
            return


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
