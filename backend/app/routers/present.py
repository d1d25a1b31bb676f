"""Turns what services return into the shapes of v1."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from app.judge.language.text import words
from app.judge.verdict import WEIGHTS
from app.models import Answer, Evaluation, Feedback, Question, Recording, Report, Scorecard
from app.models.values.evaluation import OwnView
from app.models.values.feedback import Remark as StoredRemark
from app.models.values.report import ReportedQuestion
from app.models.values.resume import ResumeMatch
from app.models.values.scores import QuestionScore as StoredScore
from app.repositories.counts import counts_of
from app.repositories.interviews import SessionCounts
from app.repositories.stats import HistoryRow
from app.schemas.common import PageInfo
from app.schemas.feedback import (
    Breakdown,
    BreakdownItem,
    ChartOut,
    ChartPoint,
    ChartSeries,
    Comparison,
    DashboardOut,
    Delivery,
    FeedbackOut,
    HistoryItem,
    QuestionScore,
    Remark,
    ReportOut,
    ReportPoint,
    ReportQuestion,
    Resource,
    Roadmap,
    ScoresOut,
    SkillMeans,
    Suggestion,
)
from app.schemas.interview import (
    EvaluationOut,
    FlagOut,
    MatchOut,
    MeasureOut,
    ModelUseOut,
    OwnViewOut,
    PointOut,
    QuestionEvaluation,
    QuestionOut,
    QuoteOut,
    RecordingOut,
    ResumeAchievement,
    ResumeOut,
    ResumeProject,
    ResumeRole,
    ResumeSkill,
    SessionEvaluationOut,
    SessionOut,
    TranscriptOut,
    WordOut,
)
from app.services.answers.evaluation_service import EvaluatedInterview, EvaluatedQuestion
from app.services.interviews.question_service import QuestionView
from app.services.interviews.resume_service import NamedResume
from app.services.results.counting import points_of
from app.services.results.interview_result import InterviewResult
from app.services.results.stats_service import Chart, Dashboard
from app.services.results.wording import is_enough
from app.web.prefix import public


def page_info(page: int, per_page: int, total: int) -> PageInfo:
    return PageInfo(page=page, per_page=per_page, total=total, pages=-(-total // per_page))


def interview(found: SessionCounts) -> SessionOut:
    row = found.interview
    return SessionOut.model_construct(
        id=row.public_id,
        status=row.status,
        kind=row.kind,
        title=row.title,
        target_role=row.target_role,
        target_company=row.target_company,
        interview_type=row.interview_type,
        difficulty=row.difficulty,
        duration_minutes=row.duration_minutes,
        job_description=row.job_description,
        focus_areas=row.focus_areas,
        voice=row.voice,
        question_count=found.questions,
        answered_count=found.answered,
        follow_up_count=found.follow_ups,
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
        round_id=view.round_id,
        answered=view.answered,
        skipped=row.skipped_at is not None,
    )


def recording(found: Recording, session_id: UUID, asked: Question) -> RecordingOut:
    return RecordingOut(
        audio_id=found.public_id,
        file_path=public(f"/uploads/{found.key}"),
        url=public(f"/api/v1/interviews/sessions/{session_id}/questions/{asked.public_id}/audio"),
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


def evaluation(found: EvaluatedQuestion) -> EvaluationOut:
    return evaluation_of(found.evaluation, found.question, found.follow_up)


def evaluation_of(row: Evaluation, asked: Question, follow_up: QuestionView | None = None) -> EvaluationOut:
    detail = row.detail
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
        measures={name: MeasureOut.model_validate(measure) for name, measure in detail.measures.items()},
        parts={name: MeasureOut.model_validate(part) for name, part in detail.parts.items()},
        points=[PointOut.model_validate(point) for point in detail.points],
        flags=[FlagOut.model_validate(flag) for flag in detail.flags],
        facts=detail.facts,
        next_practice=detail.next_practice,
        language_model=ModelUseOut.model_validate(detail.language_model) if detail.language_model else None,
        engine=row.engine,
        engine_version=row.engine_version,
        created_at=row.created_at,
        follow_up=question(follow_up) if follow_up else None,
    )


def own_view(found: Sequence[OwnView]) -> list[OwnViewOut]:
    return [OwnViewOut.model_validate(view) for view in found]


def session_evaluation(found: EvaluatedInterview) -> SessionEvaluationOut:
    means = {name: _round(mean) for name, mean in found.means.items()}
    return SessionEvaluationOut(
        session_id=found.interview.public_id,
        relevance_score=means["relevance"],
        grammar_score=means["grammar"],
        fluency_score=means["fluency"],
        keyword_score=means["coverage"],
        overall_score=found.overall,
        evaluated=found.scored,
        total_questions=counts_of(found.rows).questions,
        questions=[
            QuestionEvaluation(
                question_id=row.question.public_id,
                number=row.question.number,
                question_text=row.question.text,
                category=row.question.category,
                state=row.state,
                score=points_of(row, is_over=found.interview.status == "completed"),
                evaluation=evaluation_of(row.evaluation, row.question) if row.evaluation else None,
                own_view=own_view(row.answer.own_view if row.answer else ()),
                reference_answer=(row.question.model_answer or None) if found.shows_reference else None,
            )
            for row in found.rows
        ],
    )


def scores(found: InterviewResult[Scorecard]) -> ScoresOut:
    card = found.result
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
    questions = card.detail.questions
    return ScoresOut(
        session_id=found.interview.public_id,
        total_score=card.total,
        letter_grade=card.letter_grade,
        breakdown=Breakdown(**items),
        heard_fluency=card.detail.heard_fluency,
        enough_answers=is_enough(card.scored, card.detail.planned),
        question_scores=[_question_score(entry, found.questions[entry.question_key]) for entry in questions],
        performance_summary=card.detail.summary,
        uncertainty=card.detail.uncertainty,
        scored_questions=card.scored,
        skipped_questions=card.skipped,
        unscored_questions=card.unscored,
        unanswered_questions=sum(entry.state == "not_answered" for entry in questions),
        facts=card.detail.facts,
        notes=list(card.detail.notes),
        engine_version=card.engine_version,
        created_at=card.created_at,
    )


def _question_score(entry: StoredScore, asked: Question) -> QuestionScore:
    return QuestionScore(
        question_id=asked.public_id,
        number=asked.number,
        question_text=asked.text,
        category=asked.category,
        state=entry.state,
        overall_score=entry.overall,
        relevance_score=entry.relevance,
        grammar_score=entry.grammar,
        fluency_score=entry.fluency,
        keyword_score=entry.coverage,
    )


def resume(found: NamedResume) -> ResumeOut:
    content = found.content
    return ResumeOut(
        file_name=found.file_name,
        years_of_experience=content.years_of_experience,
        skills=[ResumeSkill.model_validate(skill) for skill in content.skills],
        roles=[ResumeRole.model_validate(role) for role in content.roles],
        projects=[ResumeProject.model_validate(project) for project in content.projects],
        achievements=[ResumeAchievement.model_validate(item) for item in content.achievements],
        education=list(content.education),
    )


def match(found: ResumeMatch) -> MatchOut:
    return MatchOut.model_validate(found)


def report(found: InterviewResult[Report]) -> ReportOut:
    row, content = found.result, found.result.content
    return ReportOut(
        session_id=found.interview.public_id,
        decision=row.decision,
        content_score=content.quality,
        uncertainty=content.uncertainty,
        reasons=list(content.reasons),
        notice=content.notice,
        categories=dict(content.categories),
        questions=[_reported(entry, found.questions[entry.question_key]) for entry in content.questions],
        delivery=Delivery.model_validate(content.delivery),
        job_match=match(content.job_match) if content.job_match else None,
        facts=content.facts,
        engine=row.engine,
        engine_version=row.engine_version,
        created_at=row.created_at,
    )


def _reported(entry: ReportedQuestion, asked: Question) -> ReportQuestion:
    return ReportQuestion(
        question_id=asked.public_id,
        question_text=asked.text,
        category=asked.category,
        state=entry.state,
        content_score=entry.quality,
        uncertainty=entry.uncertainty,
        covered=[ReportPoint.model_validate(point) for point in entry.covered],
        partly=[ReportPoint.model_validate(point) for point in entry.partly],
        missing=list(entry.missing),
        flags=list(entry.flags),
        own_view=own_view(entry.own_view),
    )


def feedback(found: InterviewResult[Feedback]) -> FeedbackOut:
    row, content = found.result, found.result.content
    return FeedbackOut(
        session_id=found.interview.public_id,
        overall_rating=row.overall_rating,
        summary=row.summary,
        strengths=[_remark(remark, found.questions) for remark in content.strengths],
        weaknesses=[_remark(remark, found.questions) for remark in content.weaknesses],
        suggestions=[Suggestion.model_validate(item) for item in content.suggestions],
        resources=[Resource.model_validate(item) for item in content.resources],
        readiness_score=row.readiness_score,
        readiness_level=content.readiness_level,
        next_steps=list(content.next_steps),
        roadmap=Roadmap.model_validate(content.roadmap),
        comparison=Comparison.model_validate(content.comparison),
        facts=content.facts,
        notes=list(content.notes),
        engine=row.engine,
        engine_version=row.engine_version,
        created_at=row.created_at,
    )


def _remark(remark: StoredRemark, questions: Mapping[int, Question]) -> Remark:
    return Remark(
        category=remark.category,
        message=remark.message,
        question_id=questions[remark.question_key].public_id if remark.question_key is not None else None,
        quote=QuoteOut.model_validate(remark.quote) if remark.quote else None,
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
            keywords=_round(totals.coverage),
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
        follow_up_count=row.follow_ups,
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
