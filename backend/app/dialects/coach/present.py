"""Turns what services return into the shapes of the coach's document."""

import re
from collections.abc import Iterable, Mapping

from app.models import Evaluation
from app.models import Feedback as StoredFeedback
from app.models import Question as Asked
from app.models.values.feedback import Remark, RoadmapStep
from app.repositories.answers import AnsweredQuestion
from app.services.accounts.logins import Login
from app.services.answers.judged_answer_service import JudgedAnswer
from app.services.interviews.question_service import QuestionView, places
from app.services.interviews.rounds.conduct import CompletedRound, StartedRound
from app.services.interviews.rounds.suggestion import RoundPlan
from app.services.results.outcome_service import Outcome

from . import schemas as s

MOST_AREAS, LONGEST_AREA = 20, 60


def listed(areas: str | None) -> list[str]:
    """The areas of a text with commas."""
    found = (part.strip()[:LONGEST_AREA] for part in re.split(r"[,;\n]", areas or ""))
    return [area for area in found if area][:MOST_AREAS]


def logged_in(login: Login) -> s.LoggedIn:
    user = s.User(id=login.user.id, email=login.user.email, name=login.user.full_name)
    return s.LoggedIn(access_token=login.tokens.access_token, refresh_token=login.tokens.refresh_token, user=user)


def _question(row: Asked, place: int, *, shows_points: bool = True) -> s.Question:
    return s.Question(
        id=place,
        question=row.text,
        expected_points=row.expected_points if shows_points else [],
        category=row.category,
        difficulty=row.difficulty,
        time_limit=row.time_limit,
    )


def started(interview_id: int, views: Iterable[QuestionView]) -> s.Started:
    rows = [view.question for view in views]
    numbers = places(rows)
    return s.Started(interview_id=interview_id, questions=[_question(row, numbers[row.id]) for row in rows])


def _rounded(value: float | None) -> int | None:
    return None if value is None else round(value)


def _scores(found: Evaluation | None) -> s.Scores:
    return s.Scores(
        score=_rounded(found.overall) if found else None,
        technical_score=_rounded(found.technical) if found else None,
        communication_score=_rounded(found.communication) if found else None,
        confidence_score=_rounded(found.confidence) if found else None,
        feedback=" ".join([found.summary, *found.suggestions]) if found else None,
    )


def judged(found: JudgedAnswer) -> s.Judged:
    row = found.follow_up
    asked = s.FollowUp(question=row.text, questionId=found.places[row.id], timeLimit=row.time_limit) if row else None
    return s.Judged(**_scores(found.evaluation).model_dump(), followup=asked)


def _mean(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _metrics(found: Outcome) -> s.Metrics:
    return s.Metrics(
        average_overall=found.total,
        average_technical=_mean(found.averages["technical"]),
        average_communication=_mean(found.averages["communication"]),
        average_confidence=_mean(found.averages["confidence"]),
        questions_answered=sum(row.answer is not None for row in found.rows),
        questions_total=len(found.rows),
        facts=found.facts,
    )


def _plan(found: StoredFeedback | None) -> s.ImprovementPlan:
    content = found.content if found else None
    return s.ImprovementPlan(
        readiness_score=found.readiness_score if found else None,
        readiness_level=content.readiness_level if content else "Not enough answers",
        priorities=list(content.suggestions) if content else [],
        next_steps=list(content.next_steps) if content else ["Answer the questions of an interview."],
    )


def _remark(found: Remark) -> str:
    return f"{found.message} You said: “{found.quote.text}”" if found.quote else found.message


def _step(found: RoadmapStep) -> str:
    return f"{found.title}: {found.description}" if ":" not in found.title else f"{found.title}. {found.description}"


def feedback(found: StoredFeedback) -> s.Feedback:
    content = found.content
    roadmap = content.roadmap
    return s.Feedback(
        summary=found.summary,
        facts=content.facts,
        strengths=[_remark(remark) for remark in content.strengths],
        weaknesses=[_remark(remark) for remark in content.weaknesses],
        roadmap=s.Roadmap(
            immediate=[_step(step) for step in roadmap.immediate],
            short_term=[_step(step) for step in roadmap.short_term],
            long_term=[_step(step) for step in roadmap.long_term],
        ),
        resources=list(content.resources),
        generated_at=found.created_at,
    )


def completed(found: Outcome) -> s.Completed:
    return s.Completed(
        evaluation_metrics=_metrics(found),
        improvement_plan=_plan(found.feedback),
        personalized_feedback=feedback(found.feedback) if found.feedback else None,
    )


def suggested(plan: RoundPlan) -> s.SuggestedRound:
    return s.SuggestedRound(
        round_name=plan.name,
        round_type=plan.kind,
        description=plan.description,
        duration_minutes=plan.minutes,
        question_count=plan.question_count,
        focus_areas=list(plan.focus_areas),
    )


def planned(body: s.SelectedRound) -> RoundPlan:
    """The other way: a round as a client wants it."""
    return RoundPlan(
        name=body.round_name,
        kind=body.round_type,
        description=body.description,
        minutes=body.duration_minutes,
        question_count=body.question_count,
        focus_areas=tuple(body.focus_areas),
    )


def round_started(found: StartedRound) -> s.RoundStarted:
    row = found.view.round
    return s.RoundStarted(
        round_id=row.id,
        round_name=row.name,
        round_type=row.kind,
        questions=[_question(view.question, found.places[view.question.id]) for view in found.questions],
    )


def round_completed(found: CompletedRound) -> s.RoundCompleted:
    row = found.following
    following = s.NextRound(id=row.id, name=row.name, type=row.kind) if row is not None else None
    return s.RoundCompleted(round_score=found.view.score, next_round=following)


def results(found: Outcome) -> s.Results:
    interview, numbers = found.interview, places(row.question for row in found.rows)
    return s.Results(
        interview=s.Interview(
            id=interview.id,
            job_role=interview.target_role or interview.title,
            score=found.total,
            status=interview.status,
            created_at=interview.created_at,
            completed_at=interview.completed_at,
        ),
        questions=[_answered(found, row, numbers) for row in found.rows],
        rounds=[
            s.Round(id=row.id, name=row.name, type=row.kind, status=view.state, score=view.score)
            for view in found.rounds
            for row in (view.round,)
        ],
        evaluation_metrics=_metrics(found),
        improvement_plan=_plan(found.feedback),
    )


def _answered(found: Outcome, row: AnsweredQuestion, numbers: Mapping[int, int]) -> s.AnsweredQuestion:
    asked, answer = row.question, row.answer
    return s.AnsweredQuestion(
        **_question(asked, numbers[asked.id], shows_points=found.shows_points).model_dump(),
        **_scores(row.evaluation).model_dump(),
        state=row.state,
        followup_of=numbers[asked.follow_up_of_id] if asked.follow_up_of_id else None,
        round_id=asked.round_id,
        answer=answer.text if answer else None,
        time_spent=answer.time_spent if answer else None,
    )
