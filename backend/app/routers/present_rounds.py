"""Turns rounds into the shapes of v1."""

from collections.abc import Sequence

from app.routers import present
from app.schemas.round import CompletedRoundOut, NewRoundRequest, RoundList, RoundOut, StartedRoundOut, SuggestedRound
from app.services.interviews.rounds.conduct import CompletedRound, StartedRound
from app.services.interviews.rounds.round_service import RoundView
from app.services.interviews.rounds.suggestion import RoundPlan


def suggested(plan: RoundPlan) -> SuggestedRound:
    return SuggestedRound(
        name=plan.name,
        round_type=plan.kind,
        description=plan.description,
        duration_minutes=plan.minutes,
        num_questions=plan.question_count,
        focus_areas=list(plan.focus_areas),
    )


def planned(body: NewRoundRequest) -> RoundPlan:
    """The other way: a round as a client wants it."""
    return RoundPlan(
        name=body.name,
        kind=body.round_type,
        description=body.description,
        minutes=body.duration_minutes,
        question_count=body.num_questions,
        focus_areas=tuple(body.focus_areas),
    )


def round_(view: RoundView) -> RoundOut:
    row = view.round
    return RoundOut(
        id=row.public_id,
        number=row.number,
        name=row.name,
        round_type=row.kind,
        description=row.description,
        duration_minutes=row.duration_minutes,
        num_questions=row.question_count,
        focus_areas=row.focus_areas,
        state=view.state,
        score=view.score,
        question_count=view.counts.questions,
        answered_count=view.counts.answered,
        follow_up_count=view.counts.follow_ups,
        started_at=row.started_at,
        completed_at=row.completed_at,
    )


def rounds(views: Sequence[RoundView], notes: Sequence[str] = ()) -> RoundList:
    return RoundList(rounds=[round_(view) for view in views], notes=list(notes))


def started(found: StartedRound) -> StartedRoundOut:
    return StartedRoundOut(round=round_(found.view), questions=[present.question(view) for view in found.questions])


def completed(found: CompletedRound) -> CompletedRoundOut:
    return CompletedRoundOut(
        round=round_(found.view), next_round_id=found.following.public_id if found.following else None
    )
