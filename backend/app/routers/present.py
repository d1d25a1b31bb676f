"""Turns what services return into the shapes of v1."""

from typing import Any, cast
from uuid import UUID

from app.judge.text import words
from app.judge.verdict import WEIGHTS, mean_of, weighted_total
from app.models import Answer, Evaluation, Feedback, InterviewSession, Question, Recording, Report, Scorecard
from app.repositories.answers import AnsweredQuestion
from app.repositories.interviews import SessionCounts
from app.repositories.stats import HistoryRow
from app.schemas.common import PageInfo
from app.schemas.feedback import (
    Breakdown,
    BreakdownItem,
    ChartOut,
    ChartPoint,
    ChartSeries,
    DashboardOut,
    Decision,
    FeedbackOut,
    HistoryItem,
    ReportOut,
    ScoresOut,
    SkillMeans,
)
from app.schemas.interview import (
    Difficulty,
    EvaluationOut,
    QuestionEvaluation,
    QuestionOut,
    RecordingOut,
    ResumeOut,
    SessionEvaluationOut,
    SessionOut,
    Status,
    TranscriptOut,
    WordOut,
)
from app.schemas.user import LoginOut, TokensOut
from app.services.accounts.auth_service import Login, Tokens
from app.services.interviews.question_service import QuestionView
from app.services.results.scoring_service import state_of
from app.services.results.stats_service import Chart, Dashboard


def tokens(found: Tokens) -> TokensOut:
    return TokensOut(
        token=found.access_token,
        access_token=found.access_token,
        refresh_token=found.refresh_token,
        expires_in=found.expires_in,
    )


def login(found: Login) -> LoginOut:
    user = found.user
    return LoginOut(
        id=user.public_id,
        email=user.email,
        full_name=user.full_name,
        role=user.role,
        **tokens(found.tokens).model_dump(),
    )


def page_info(page: int, per_page: int, total: int) -> PageInfo:
    return PageInfo(page=page, per_page=per_page, total=total, pages=-(-total // per_page))


def interview(found: SessionCounts) -> SessionOut:
    row = found.interview
    return SessionOut.model_construct(
        id=row.public_id,
        status=cast("Status", row.status),
        title=row.title,
        target_role=row.target_role,
        target_company=row.target_company,
        interview_type=row.interview_type,
        difficulty=cast("Difficulty", row.difficulty),
        duration_minutes=row.duration_minutes,
        job_description=row.job_description,
        focus_areas=row.focus_areas,
        voice=row.voice,
        question_count=found.questions,
        answered_count=found.answered,
        has_resume=row.resume_profile is not None,
        created_at=row.created_at,
        updated_at=row.updated_at,
        started_at=row.started_at,
        completed_at=row.completed_at,
    )


def question(view: QuestionView) -> QuestionOut:
    row = view.question
    return QuestionOut(
        id=row.public_id,
        number=row.number,
        question_text=row.text,
        category=row.category,
        difficulty=row.difficulty,
        time_limit=row.time_limit,
        skills=row.skills,
        hints=row.hints,
        source=row.source,
        follow_up_of=view.follow_up_of,
        answered=view.answered,
        skipped=row.skipped_at is not None,
    )


def recording(found: Recording, session_id: UUID, asked: Question) -> RecordingOut:
    return RecordingOut(
        audio_id=found.public_id,
        file_path=f"/uploads/recordings/{found.name}",
        url=f"/api/v1/interviews/sessions/{session_id}/questions/{asked.public_id}/audio",
        duration=found.duration,
        format=found.format,
        size_bytes=found.size_bytes,
        sha256=found.sha256,
    )


def transcript(answer: Answer) -> TranscriptOut:
    typed = answer.engine is None
    return TranscriptOut(
        transcript=answer.text,
        language=answer.language,
        language_probability=answer.language_probability,
        duration=answer.duration,
        confidence=answer.confidence,
        word_count=len(words(answer.text)),
        words=[WordOut(word=w, start=start, end=end, probability=p) for w, start, end, p in answer.words],
        engine=answer.engine,
        engine_version=answer.engine_version,
        accuracy="typed" if typed else "basic" if answer.basic_accuracy else "good",
        corrected=answer.original_text is not None,
        original_transcript=answer.original_text,
    )


def evaluation(row: Evaluation, asked: Question, follow_up: QuestionView | None = None) -> EvaluationOut:
    return EvaluationOut(
        id=row.public_id,
        question_id=asked.public_id,
        status=row.status,
        reason=row.reason,
        relevance_score=row.relevance,
        grammar_score=row.grammar,
        fluency_score=row.fluency,
        keyword_score=row.coverage,
        overall_score=row.overall,
        quality_score=row.quality,
        uncertainty=row.uncertainty,
        summary=row.summary,
        suggestions=row.suggestions,
        measures=row.detail.get("measures", {}),
        parts=row.detail.get("parts", {}),
        points=row.detail.get("points", []),
        flags=row.detail.get("flags", []),
        engine=row.engine,
        engine_version=row.engine_version,
        created_at=row.created_at,
        follow_up=question(follow_up) if follow_up else None,
    )


def session_evaluation(interview: InterviewSession, rows: list[AnsweredQuestion]) -> SessionEvaluationOut:
    scored = [row.evaluation for row in rows if row.evaluation is not None and row.evaluation.status == "scored"]
    means = {name: mean_of(*(getattr(row, name) for row in scored)) for name in WEIGHTS}
    rounded = {name: None if mean is None else round(mean, 1) for name, mean in means.items()}
    return SessionEvaluationOut(
        session_id=interview.public_id,
        relevance_score=rounded["relevance"],
        grammar_score=rounded["grammar"],
        fluency_score=rounded["fluency"],
        keyword_score=rounded["coverage"],
        overall_score=weighted_total(means),
        evaluated=len(scored),
        total_questions=len(rows),
        questions=[
            QuestionEvaluation(
                question_id=row.question.public_id,
                number=row.question.number,
                question_text=row.question.text,
                category=row.question.category,
                state=state_of(row),
                evaluation=evaluation(row.evaluation, row.question) if row.evaluation else None,
            )
            for row in rows
        ],
    )


def scores(card: Scorecard, interview: InterviewSession) -> ScoresOut:
    raw = {"relevance": card.relevance, "grammar": card.grammar, "fluency": card.fluency, "keywords": card.coverage}
    weights = {("keywords" if name == "coverage" else name): weight for name, weight in WEIGHTS.items()}
    items = {
        name: BreakdownItem(
            raw=value,
            weighted=None if value is None else round(value * weights[name], 2),
            weight=weights[name],
        )
        for name, value in raw.items()
    }
    questions = card.detail["questions"]
    return ScoresOut(
        session_id=interview.public_id,
        total_score=card.total,
        letter_grade=card.letter_grade,
        breakdown=Breakdown(**items),
        question_scores=questions,
        performance_summary=card.detail["summary"],
        uncertainty=card.detail["uncertainty"],
        scored_questions=card.scored,
        skipped_questions=card.skipped,
        unscored_questions=card.unscored,
        unanswered_questions=sum(item["state"] == "not_answered" for item in questions),
        engine_version=card.engine_version,
        created_at=card.created_at,
    )


def resume(interview: InterviewSession, profile: dict[str, Any]) -> ResumeOut:
    return ResumeOut(file_name=interview.resume_name, **profile)


def report(row: Report, interview: InterviewSession) -> ReportOut:
    return ReportOut(
        session_id=interview.public_id,
        decision=cast("Decision | None", row.decision),
        engine=row.engine,
        engine_version=row.engine_version,
        created_at=row.created_at,
        **row.content,
    )


def feedback(row: Feedback, interview: InterviewSession) -> FeedbackOut:
    return FeedbackOut(
        session_id=interview.public_id,
        overall_rating=row.overall_rating,
        summary=row.summary,
        readiness_score=row.readiness_score,
        engine=row.engine,
        engine_version=row.engine_version,
        created_at=row.created_at,
        **row.content,
    )


def dashboard(found: Dashboard) -> DashboardOut:
    totals = found.totals
    return DashboardOut(
        total_interviews=totals.interviews,
        completed_interviews=totals.completed,
        total_questions=totals.questions_answered,
        average_score=_round(totals.average),
        best_score=_round(totals.best),
        recent_score=_round(found.recent),
        total_practice_time=found.practice_minutes,
        improvement_rate=found.improvement_rate,
        current_streak=found.current_streak,
        longest_streak=found.longest_streak,
        skills_breakdown=SkillMeans(
            relevance=_round(totals.relevance),
            grammar=_round(totals.grammar),
            fluency=_round(totals.fluency),
            keywords=_round(totals.keywords),
        ),
        category_scores=dict(found.categories),
    )


def history_item(row: HistoryRow) -> HistoryItem:
    found = row.interview
    return HistoryItem(
        session_id=found.public_id,
        title=found.title,
        target_role=found.target_role,
        target_company=found.target_company,
        difficulty=found.difficulty,
        status=found.status,
        total_score=row.total,
        letter_grade=row.letter_grade,
        question_count=row.questions,
        answered_count=row.answered,
        created_at=found.created_at,
        completed_at=found.completed_at,
    )


def chart(found: Chart) -> ChartOut:
    return ChartOut(
        type=found.type,
        title=found.title,
        unit=found.unit,
        series=[
            ChartSeries(name=name, points=[ChartPoint(label=p.label, value=p.value, date=p.day) for p in points])
            for name, points in found.series.items()
        ],
    )


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
