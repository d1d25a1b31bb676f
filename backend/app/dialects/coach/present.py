"""Puts together the coach's shapes that are made of more than one value of the core."""

from collections.abc import Iterable

from app.models import Evaluation
from app.models import Feedback as StoredFeedback
from app.models import Question as Asked
from app.repositories.answers import AnsweredQuestion
from app.services.answers.submission import JudgedAnswer
from app.services.interviews.question_service import QuestionView, places
from app.services.interviews.rounds.conduct import CompletedRound, StartedRound
from app.services.interviews.rounds.suggestion import RoundPlan
from app.services.results.outcome_service import Outcome

from . import schemas as s


def started(interview_id: int, views: Iterable[QuestionView]) -> s.Started:
    rows = [view.question for view in views]
    numbers = places(rows)
    return s.Started(interview_id=interview_id, questions=[_question(row, numbers[row.id]) for row in rows])


def judged(found: JudgedAnswer) -> s.Judged:
    row = found.follow_up
    asked = s.FollowUp(question=row.text, questionId=found.places[row.id], timeLimit=row.time_limit) if row else None
    return s.Judged(**_scores(found.evaluation).model_dump(), followup=asked)


def completed(found: Outcome) -> s.Completed:
    return s.Completed(
        evaluation_metrics=_metrics(found),
        improvement_plan=_plan(found.feedback),
        personalized_feedback=s.Feedback.model_validate(found.feedback) if found.feedback else None,
    )


def planned(body: s.SelectedRound) -> RoundPlan:
    """A round as a client wants it."""
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
    questions = [_question(view.question, found.places[view.question.id]) for view in found.questions]
    return s.RoundStarted(round_id=row.id, round_name=row.name, round_type=row.kind, questions=questions)


def round_completed(found: CompletedRound) -> s.RoundCompleted:
    following = s.NextRound.model_validate(found.following) if found.following else None
    return s.RoundCompleted(round_score=found.view.score, next_round=following)


def results(found: Outcome) -> s.Results:
    numbers = places(row.question for row in found.rows)
    return s.Results(
        interview=s.Interview.model_validate(found),
        questions=[_answered(row, numbers, shows_points=found.shows_points) for row in found.rows],
        rounds=[s.Round.model_validate(view) for view in found.rounds],
        evaluation_metrics=_metrics(found),
        improvement_plan=_plan(found.feedback),
    )


def _question(row: Asked, place: int, *, shows_points: bool = True) -> s.Question:
    return s.Question(
        id=place,
        question=row.text,
        expected_points=row.expected_points if shows_points else [],
        category=row.category,
        difficulty=row.difficulty,
        time_limit=row.time_limit,
    )


def _scores(found: Evaluation | None) -> s.Scores:
    return s.Scores(
        score=found.overall if found else None,
        technical_score=found.technical if found else None,
        communication_score=found.communication if found else None,
        confidence_score=found.confidence if found else None,
        feedback=" ".join([found.summary, *found.suggestions]) if found else None,
    )


def _answered(row: AnsweredQuestion, numbers: dict[int, int], *, shows_points: bool) -> s.AnsweredQuestion:
    asked, answer = row.question, row.answer
    return s.AnsweredQuestion(
        **_question(asked, numbers[asked.id], shows_points=shows_points).model_dump(),
        **_scores(row.evaluation).model_dump(),
        state=row.state,
        followup_of=numbers[asked.follow_up_of_id] if asked.follow_up_of_id else None,
        round_id=asked.round_id,
        answer=answer.text if answer else None,
        time_spent=answer.time_spent if answer else None,
    )


def _metrics(found: Outcome) -> s.Metrics:
    return s.Metrics(
        average_overall=found.total,
        average_technical=found.averages["technical"],
        average_communication=found.averages["communication"],
        average_confidence=found.averages["confidence"],
        questions_answered=found.counts.answered,
        questions_total=found.counts.questions,
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
