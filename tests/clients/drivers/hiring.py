"""A whole interview with the hiring face by a client that openapi-python-client generated: strict types, no cast.

usage: python hiring.py http://127.0.0.1:8000 answer.wav PASSWORD resume.docx
"""

import json
import sys
import time
from pathlib import Path
from typing import TypeVar

import httpx
from greenroom_client import AuthenticatedClient, Client
from greenroom_client.api.answers import analyze_answer, score_answer, upload_video
from greenroom_client.api.auth import get_me, register
from greenroom_client.api.interviews import (
    complete_answer,
    create_interview,
    get_next_question,
    set_up,
    start_interview,
)
from greenroom_client.api.report import get_report
from greenroom_client.models import (
    BodyCreateInterview,
    BodyUploadVideo,
    DueQuestion,
    ErrorBody,
    NoReport,
    Passed,
    Registration,
    Report,
    Voice,
)
from greenroom_client.types import File

T = TypeVar("T")
JOB = "We look for a backend developer who knows Python and SQL and likes to find out why something is slow."


def done(result: T | ErrorBody | None) -> T:
    """The result of a call that must succeed."""
    if result is None or isinstance(result, ErrorBody):
        raise SystemExit(f"failed: {result and result.detail}")
    return result


def main(address: str, recording: Path, password: str, resume: Path) -> None:
    person = Registration(name="A Person", email="typed@example.com", password=password)
    token = done(register.sync(client=Client(address), body=person)).access_token
    client = AuthenticatedClient(address, token, timeout=httpx.Timeout(60))
    me = done(get_me.sync(client=client))
    with resume.open("rb") as file:
        body = BodyCreateInterview(resume=File(payload=file, file_name="resume.docx"), job_description=JOB)
        interview = done(create_interview.sync(client=client, body=body)).interview_id
    count = done(set_up.sync(interview, client=client)).questions_count
    voice = done(start_interview.sync(interview, client=client, voice=Voice.MALE)).voice

    asked = 0
    due = done(get_next_question.sync(interview, client=client))
    while isinstance(due, DueQuestion):
        asked += 1
        answer(address, token, interview, due.question_id, recording)
        done(complete_answer.sync(interview, client=client, body=Passed(question_id=due.question_id)))
        due = done(get_next_question.sync(interview, client=client))
    report = done(get_report.sync(interview, client=client))
    while isinstance(report, NoReport) and report.status == "processing":
        time.sleep(0.5)
        report = done(get_report.sync(interview, client=client))
    wrong = get_report.sync("no-such-interview", client=client)
    print(  # noqa: T201
        json.dumps(
            {
                "name": me.name,
                "asked": asked == count,
                "voice": voice,
                "decision": report.decision if isinstance(report, Report) else None,
                "questions": len(report.questions) if isinstance(report, Report) else 0,
                "error": wrong.detail if isinstance(wrong, ErrorBody) else None,
            }
        )
    )


def answer(address: str, token: str, interview: str, question: str, recording: Path) -> None:
    """Upload the answer to a question, and have it analysed and scored."""
    client = AuthenticatedClient(address, token, timeout=httpx.Timeout(60))
    with recording.open("rb") as sound:
        body = BodyUploadVideo(video=File(payload=sound, file_name="answer.wav", mime_type="audio/wav"))
        done(upload_video.sync(interview, question, client=client, body=body))
    done(analyze_answer.sync(interview, question, client=client))
    done(score_answer.sync(interview, question, client=client))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], Path(sys.argv[4]))
