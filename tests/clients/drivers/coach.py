"""A whole interview with the coach's face by a client that openapi-python-client generated: strict types, no cast.

usage: python coach.py http://127.0.0.1:8000 answer.wav
"""

import json
import sys
from typing import TypeVar

import httpx
from greenroom_client import AuthenticatedClient, Client
from greenroom_client.api.authentication import login, refresh, register
from greenroom_client.api.feedback import get_feedback, get_results
from greenroom_client.api.interviews import complete_interview, start_role_interview, submit_answer
from greenroom_client.api.rounds import complete_round, start_multi_round_interview, start_round, suggest_rounds
from greenroom_client.models import (
    AnswerRequest,
    ErrorReply,
    InterviewRequest,
    Job,
    LoginRequest,
    QuestionState,
    RefreshRequest,
    RegisterRequest,
    SelectedRound,
    StartRoleRequest,
    StartRoundsRequest,
)

T = TypeVar("T")
ANSWER = "I split the work into steps, measured each with a profiler, and cut the time from 20 to 2 seconds in a week."


def done(result: T | ErrorReply | None) -> T:
    """The result of a call that must succeed."""
    if result is None or isinstance(result, ErrorReply):
        raise SystemExit(f"failed: {result and result.error}")
    return result


def main(address: str) -> None:
    public = Client(address)
    person = RegisterRequest(email="typed@example.com", password="SecurePass123!", name="A Person")
    registered = done(register.sync(client=public, body=person))
    tokens = done(login.sync(client=public, body=LoginRequest("typed@example.com", "SecurePass123!")))
    renewed = done(refresh.sync(client=public, body=RefreshRequest(tokens.refresh_token)))
    client = AuthenticatedClient(address, renewed.access_token, timeout=httpx.Timeout(60))

    started = done(start_role_interview.sync(client=client, body=StartRoleRequest("Backend Developer")))
    follow_ups = 0
    for question in started.questions:
        judged = answer(client, started.interview_id, question.id)
        while judged is not None:
            follow_ups += 1
            judged = answer(client, started.interview_id, judged)
    completed = done(complete_interview.sync(client=client, body=InterviewRequest(started.interview_id)))
    feedback = done(get_feedback.sync(started.interview_id, client=client))
    results = done(get_results.sync(started.interview_id, client=client))

    suggested = done(suggest_rounds.sync(client=client, body=Job("Backend Developer"))).suggested_rounds
    chosen = [SelectedRound(found.round_name, round_type=found.round_type, question_count=1) for found in suggested[:2]]
    rounds = done(start_multi_round_interview.sync(client=client, body=StartRoundsRequest("Backend Developer", chosen)))
    names = []
    for round_id in rounds.round_ids:
        opened = done(start_round.sync(round_id, client=client))
        answer(client, rounds.interview_id, opened.questions[0].id)
        following = done(complete_round.sync(round_id, client=client)).next_round
        names.append(following.name if following else None)
    wrong = get_results.sync(started.interview_id + 1_000, client=client)
    print(  # noqa: T201
        json.dumps(
            {
                "user": registered.user_id == tokens.user.id,
                "questions": len(started.questions),
                "follow_ups": follow_ups,
                "answered": completed.evaluation_metrics.questions_answered,
                "status": results.interview.status,
                "scored": all(found.state is QuestionState.SCORED for found in results.questions),
                "summary": feedback.summary,
                "suggested": [found.round_name for found in suggested[:2]],
                "next": names,
                "error": wrong.error if isinstance(wrong, ErrorReply) else None,
            }
        )
    )


def answer(client: AuthenticatedClient, interview: int, question: int) -> int | None:
    """Answer a question; returns the follow-up that is asked for what was left out."""
    body = AnswerRequest(interview_id=interview, question_id=question, answer=ANSWER, time_spent=45)
    judged = done(submit_answer.sync(client=client, body=body))
    return judged.followup.question_id if judged.followup else None


if __name__ == "__main__":
    main(sys.argv[1])
