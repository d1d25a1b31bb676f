"""Scores, feedback and statistics: `/api/v1/feedback`."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from app.routers import present
from app.schemas.common import Envelope, wrap
from app.schemas.feedback import ChartOut, DashboardOut, FeedbackOut, HistoryOut, ScoresOut
from app.services.results import charts
from app.services.results.stats_service import ChartType
from app.web.dependencies import Caller, FeedbackDep, OwnedSession, Scoring, Stats, limit_user
from app.web.errors import documented

router = APIRouter(prefix="/api/v1/feedback", tags=["Feedback"], responses=documented(401, 422))
OWNED = documented(404)
COMPUTES = documented(404, 409, 413, 429)


@router.post("/sessions/{session_id}/scores", responses=COMPUTES, dependencies=[Depends(limit_user("feedback"))])
async def calculate_scores(interview: OwnedSession, scoring: Scoring) -> Envelope[ScoresOut]:
    """Compute the scores of an interview; answers that were not evaluated yet are evaluated first."""
    return wrap(present.scores(await scoring.calculate(interview), interview))


@router.get("/sessions/{session_id}/scores", responses=OWNED)
async def get_scores(interview: OwnedSession, scoring: Scoring) -> Envelope[ScoresOut]:
    """The scores of an interview."""
    return wrap(present.scores(await scoring.get(interview), interview))


@router.post("/sessions/{session_id}/feedback", responses=COMPUTES, dependencies=[Depends(limit_user("feedback"))])
async def generate_feedback(interview: OwnedSession, feedback: FeedbackDep) -> Envelope[FeedbackOut]:
    """Write feedback: strengths and weaknesses with quotes, what to do next, and what to read."""
    return wrap(present.feedback(await feedback.generate(interview), interview))


@router.get("/sessions/{session_id}/feedback", responses=OWNED)
async def get_feedback(interview: OwnedSession, feedback: FeedbackDep) -> Envelope[FeedbackOut]:
    """The feedback on an interview."""
    return wrap(present.feedback(await feedback.get(interview), interview))


@router.get("/history")
async def get_history(
    caller: Caller,
    stats: Stats,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    per_page: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Envelope[HistoryOut]:
    """The caller's interviews with their scores, newest first."""
    rows, total = await stats.history(caller.key, page=page, per_page=per_page)
    pagination = present.page_info(page, per_page, total)
    return wrap(HistoryOut(history=[present.history_item(row) for row in rows], pagination=pagination))


@router.get("/dashboard")
async def get_dashboard(caller: Caller, stats: Stats) -> Envelope[DashboardOut]:
    """Totals, means, trend and streaks of the caller."""
    return wrap(present.dashboard(await stats.dashboard(caller.key)))


@router.get(
    "/charts/{type}",
    response_model=Envelope[ChartOut],
    responses={200: {"content": {"image/svg+xml": {"schema": {"type": "string"}}}}},
)
async def get_chart(
    type: ChartType,
    caller: Caller,
    stats: Stats,
    format: Annotated[Literal["json", "svg"], Query(description="Data, or a drawn chart")] = "json",
) -> Envelope[ChartOut] | Response:
    """A chart of the caller's progress."""
    chart = await stats.chart(caller.key, type)
    if format == "svg":
        return Response(charts.svg(chart), media_type="image/svg+xml", headers={"Cache-Control": "private, no-store"})
    return wrap(present.chart(chart))
