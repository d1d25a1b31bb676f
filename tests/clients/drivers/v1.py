"""A whole interview by a client that openapi-python-client generated: strict types, no cast.

usage: python v1.py http://127.0.0.1:8000 answer.wav
"""

import json
import sys
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import httpx
from greenroom_client import AuthenticatedClient, Client
from greenroom_client.api.answers import get_audio, transcribe_audio, upload_audio
from greenroom_client.api.evaluation import evaluate_answer
from greenroom_client.api.feedback import calculate_scores, draw_chart, generate_feedback, get_chart
from greenroom_client.api.health import get_readiness
from greenroom_client.api.interviews import (
    complete_session,
    create_session,
    get_session_details,
    list_sessions,
    update_session,
)
from greenroom_client.api.questions import generate_questions
from greenroom_client.api.report import create_report
from greenroom_client.api.users import register_user
from greenroom_client.models import (
    BodyUploadAudio,
    Category,
    ChartType,
    CreateSessionRequest,
    ErrorEnvelope,
    ErrorType,
    EvaluateRequest,
    FlagCode,
    GenerateRequest,
    MatchOut,
    RegisterRequest,
    SessionStatus,
    UpdateSessionRequest,
    VoicesOut,
)
from greenroom_client.types import File

T = TypeVar("T")


def done(result: T | ErrorEnvelope | None) -> T:
    """The result of a call that must succeed."""
    if result is None or isinstance(result, ErrorEnvelope):
        raise SystemExit(f"failed: {result and result.error.type_}: {result and result.error.message}")
    return result


def main(address: str, recording: Path) -> None:
    person = RegisterRequest(email="typed@example.com", password="correct horse battery", full_name="A Person")
    account = done(register_user.sync(client=Client(address), body=person)).data
    client = AuthenticatedClient(address, account.access_token, timeout=httpx.Timeout(60))

    first = done(create_session.sync(client=client, body=CreateSessionRequest(title="Practice"))).data
    again = CreateSessionRequest(
        title=first.title,
        interview_type=first.interview_type,
        difficulty=first.difficulty,
        voice=first.voice,
    )
    session = done(create_session.sync(client=client, body=again)).data.id
    done(update_session.sync(session, client=client, body=UpdateSessionRequest(difficulty=first.difficulty)))

    done(generate_questions.sync(session, client=client))
    wishes = GenerateRequest(num_questions=3, seed=1, categories=[Category.TECHNICAL])
    questions = done(generate_questions.sync(session, client=client, body=wishes)).data.questions

    transcripts: list[str] = []
    flags: set[FlagCode] = set()
    for question in questions:
        transcripts.append(answer(client, session, question.id, recording))
        body = EvaluateRequest(follow_up=False)
        judged = done(evaluate_answer.sync(session, question.id, client=client, body=body)).data
        flags |= {flag.code for flag in judged.flags}

    completed = done(complete_session.sync(session, client=client)).data
    listed = done(list_sessions.sync(client=client, status=completed.status)).data
    scores = done(calculate_scores.sync(session, client=client)).data
    feedback = done(generate_feedback.sync(session, client=client)).data
    report = done(create_report.sync(session, client=client)).data
    chart = done(get_chart.sync(ChartType.SKILLS, client=client)).data
    drawing = done(draw_chart.sync(chart.type_, client=client))
    ready = get_readiness.sync(client=client)
    wrong = get_session_details.sync(UUID(int=0), client=client)
    print(  # noqa: T201
        json.dumps(
            {
                "status": completed.status,
                "listed": len(listed.sessions),
                "categories": [question.category for question in questions],
                "transcripts": transcripts,
                "flags": sorted(flags),
                "grade": scores.letter_grade,
                "readiness": feedback.readiness_level,
                "grammar": report.delivery.grammar,
                "states": [question.state for question in report.questions],
                "decision": report.decision,
                "matched": [skill.skill for skill in report.job_match.met]
                if isinstance(report.job_match, MatchOut)
                else [],
                "points": [len(series.points) for series in chart.series],
                "drawing": drawing.payload.read().decode(),
                "engine": ready.speech_to_text.engine if ready else None,
                "voices": ready is not None and isinstance(ready.text_to_speech, VoicesOut),
                "error": wrong.error.type_ if isinstance(wrong, ErrorEnvelope) else None,
                "completed": completed.status is SessionStatus.COMPLETED,
                "not_found": isinstance(wrong, ErrorEnvelope) and wrong.error.type_ is ErrorType.SESSION_NOT_FOUND,
            }
        )
    )


def answer(client: AuthenticatedClient, session: UUID, question: UUID, recording: Path) -> str:
    """Upload a recording, see that it comes back as it was, and have it transcribed."""
    with recording.open("rb") as sound:
        body = BodyUploadAudio(file=File(payload=sound, file_name="answer.wav", mime_type="audio/wav"))
        done(upload_audio.sync(session, question, client=client, body=body))
    if done(get_audio.sync(session, question, client=client)).payload.read() != recording.read_bytes():
        raise SystemExit("the download is not what was uploaded")
    transcript: str = done(transcribe_audio.sync(session, question, client=client)).data.transcript
    return transcript


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
