"""Scores, feedback and statistics: `/api/v1/feedback`."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from app.routers import present
from app.routers.errors import documented
from app.routers.jobs import ACCEPTED, done
from app.schemas.common import Envelope, wrap
from app.schemas.feedback import ChartOut, DashboardOut, FeedbackOut, HistoryOut, ScoresOut
from app.services.results import charts
from app.services.results.stats_service import Chart, ChartType
from app.web.dependencies import CurrentAccount, Reading, ServicesDep, limit_account
from app.web.files import file_content
from app.web.patience import Patience

router = APIRouter(prefix="/api/v1/feedback", tags=["Feedback"])
OWNED = documented(404)
COMPUTES = documented(404, 409, 429, 503)


@router.post("/sessions/{session_id}/scores", responses=COMPUTES, dependencies=[Depends(limit_account("feedback"))])
async def calculate_scores(session_id: UUID, account: CurrentAccount, services: ServicesDep) -> Envelope[ScoresOut]:
    """Compute the scores of an interview; answers that were not evaluated yet are evaluated first."""
    return wrap(present.scores(await services.scoring.calculate(account, session_id)))


@router.get("/sessions/{session_id}/scores", responses=OWNED)
async def get_scores(session_id: UUID, account: CurrentAccount, services: ServicesDep) -> Envelope[ScoresOut]:
    """The scores of an interview."""
    return wrap(present.scores(await services.scoring.get(account, session_id)))


@router.post(
    "/sessions/{session_id}/feedback",
    responses={**COMPUTES, **ACCEPTED},
    response_model=Envelope[FeedbackOut],
    dependencies=[Depends(limit_account("feedback"))],
)
async def generate_feedback(
    session_id: UUID, account: CurrentAccount, services: ServicesDep, patience: Patience
) -> Envelope[FeedbackOut] | Response:
    """Write feedback: strengths and weaknesses with quotes, what to do next, and what to read."""
    job = await services.feedback.ask(account, session_id)
    if isinstance(found := await done(services, job, patience), Response):
        return found
    return wrap(present.feedback(await services.feedback.get(account, session_id)))


@router.get("/sessions/{session_id}/feedback", responses=OWNED)
async def get_feedback(session_id: UUID, account: CurrentAccount, services: ServicesDep) -> Envelope[FeedbackOut]:
    """The feedback on an interview."""
    return wrap(present.feedback(await services.feedback.get(account, session_id)))


@router.get("/history")
async def get_history(
    account: CurrentAccount,
    reads: Reading,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    per_page: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Envelope[HistoryOut]:
    """The caller's interviews with their scores, newest first."""
    rows, total = await reads.stats.history(account.key, page=page, per_page=per_page)
    pagination = present.page_info(page, per_page, total)
    return wrap(HistoryOut(history=[present.history_item(row) for row in rows], pagination=pagination))


@router.get("/dashboard")
async def get_dashboard(account: CurrentAccount, reads: Reading) -> Envelope[DashboardOut]:
    """Totals, means, trend and streaks of the caller."""
    return wrap(present.dashboard(await reads.stats.dashboard(account.key)))


@router.get("/charts/{type}.svg", response_class=Response, responses={200: file_content("image/svg+xml")[200]})
async def draw_chart(type: ChartType, account: CurrentAccount, reads: Reading) -> Response:
    """A chart of the caller's progress, drawn."""
    return _drawn(await reads.stats.chart(account.key, type))


@router.get("/charts/{type}", response_model=Envelope[ChartOut])
async def get_chart(
    type: ChartType,
    account: CurrentAccount,
    reads: Reading,
    format: Annotated[Literal["json", "svg"], Query(include_in_schema=False)] = "json",
) -> Envelope[ChartOut] | Response:
    """A chart of the caller's progress as data. `/charts/{type}.svg` draws it, and so does `?format=svg` here."""
    # `format` is not in the document: with it the response would have two types, and clients would have to cast.
    chart = await reads.stats.chart(account.key, type)
    return _drawn(chart) if format == "svg" else wrap(present.chart(chart))


def _drawn(chart: Chart) -> Response:
    return Response(charts.svg(chart), media_type="image/svg+xml", headers={"Cache-Control": "private, no-store"})
