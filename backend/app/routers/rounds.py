"""Interviews in several rounds: `/api/v1/interviews/.../rounds`."""

from uuid import UUID

from fastapi import APIRouter, Depends

from app.routers import present_rounds as present
from app.routers.errors import documented
from app.schemas.common import Envelope, wrap
from app.schemas.round import (
    CompletedRoundOut,
    PlanRoundsRequest,
    RoundList,
    RoundSuggestions,
    StartedRoundOut,
    SuggestRoundsRequest,
)
from app.services.interviews.question_generation import unknown_field
from app.web.dependencies import CurrentAccount, Reading, ServicesDep, Writing, limit_account

router = APIRouter(prefix="/api/v1/interviews", tags=["Rounds"])
ROUNDS = "/sessions/{session_id}/rounds"
CHANGES = documented(404, 409)


@router.post("/rounds/suggest")
async def suggest_rounds(
    body: SuggestRoundsRequest, _account: CurrentAccount, services: ServicesDep
) -> Envelope[RoundSuggestions]:
    """The rounds that an interview for a job usually has, by role, seniority and what the description names."""
    found = await services.rounds.suggest(body.target_role, body.job_description or "")
    return wrap(RoundSuggestions(rounds=[present.suggested(plan) for plan in found]))


@router.post(ROUNDS, status_code=201, responses=CHANGES)
async def plan_rounds(
    session_id: UUID, body: PlanRoundsRequest, account: CurrentAccount, writes: Writing
) -> Envelope[RoundList]:
    """Add rounds to an interview. Each gets its questions when it starts; all together hold at most 50."""
    interview = await writes.interviews.get(account, session_id)
    await writes.rounds.plan(interview, [present.planned(wanted) for wanted in body.rounds])
    return wrap(present.rounds(await writes.rounds.views(interview), unknown_field(interview)))


@router.get(ROUNDS, responses=documented(404))
async def list_rounds(session_id: UUID, account: CurrentAccount, reads: Reading) -> Envelope[RoundList]:
    """The rounds of an interview in order, with their scores so far."""
    interview = await reads.interviews.get(account, session_id)
    return wrap(present.rounds(await reads.rounds.views(interview)))


@router.post(
    f"{ROUNDS}/{{round_id}}/start",
    responses=documented(404, 409, 429),
    dependencies=[Depends(limit_account("interview_start"))],
)
async def start_round(
    session_id: UUID, round_id: UUID, account: CurrentAccount, services: ServicesDep
) -> Envelope[StartedRoundOut]:
    """Start a round: its questions join those of the interview. Rounds are held in any order, one at a time; one that
    is in progress gives its questions again."""
    return wrap(present.started(await services.rounds.start(account, round_id, within=session_id)))


@router.post(
    f"{ROUNDS}/{{round_id}}/complete",
    responses=documented(404, 409, 429, 503),
    dependencies=[Depends(limit_account("feedback"))],
)
async def complete_round(
    session_id: UUID, round_id: UUID, account: CurrentAccount, services: ServicesDep
) -> Envelope[CompletedRoundOut]:
    """Complete a round: its answers stay as they are. Completing the interview completes the round in progress."""
    return wrap(present.completed(await services.rounds.complete(account, round_id, within=session_id)))
