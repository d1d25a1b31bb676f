"""Scores, feedback, reports and statistics of v1."""

import datetime as dt
from datetime import datetime
from uuid import UUID

from pydantic import Field

from app.models.values.kinds import (
    Category,
    Decision,
    Difficulty,
    LetterGrade,
    Priority,
    QuestionState,
    Rating,
    ReadinessLevel,
    ResourceType,
    SessionStatus,
)
from app.schemas.common import PageInfo, Schema
from app.schemas.interview import FOLLOW_UP_COUNT, FactsOut, MatchOut, OwnViewOut, QuoteOut
from app.services.results.stats_service import ChartType, ChartUnit


class BreakdownItem(Schema):
    """`weighted` is `raw` times the weight of the measure."""

    raw: float | None
    weighted: float | None
    weight: float


class Breakdown(Schema):
    relevance: BreakdownItem
    grammar: BreakdownItem
    fluency: BreakdownItem
    keywords: BreakdownItem


class QuestionScore(Schema):
    question_id: UUID
    number: int
    question_text: str
    category: Category
    state: QuestionState
    overall_score: float | None
    relevance_score: float | None
    grammar_score: float | None
    fluency_score: float | None
    keyword_score: float | None


class ScoresOut(Schema):
    session_id: UUID
    total_score: float | None
    letter_grade: LetterGrade | None
    breakdown: Breakdown
    heard_fluency: float | None = Field(description="Fluency of the answers that were heard; null where none was")
    enough_answers: bool = Field(description="Whether enough was answered for a word on readiness")
    question_scores: list[QuestionScore]
    performance_summary: str
    uncertainty: float | None
    scored_questions: int
    skipped_questions: int
    unscored_questions: int
    unanswered_questions: int
    facts: FactsOut
    notes: list[str] = Field(description="What the questions could not show")
    engine_version: str
    created_at: datetime


class Remark(Schema):
    """A strength or weakness: no quote, no claim."""

    category: str
    message: str
    question_id: UUID | None = None
    quote: QuoteOut | None = None


class Suggestion(Schema):
    category: str
    message: str


class Resource(Schema):
    title: str
    type: ResourceType
    description: str
    url: str
    priority: Priority


class RoadmapStep(Schema):
    title: str
    description: str
    measure: str | None = None
    skill: str | None = None


class Roadmap(Schema):
    immediate: list[RoadmapStep]
    short_term: list[RoadmapStep]
    long_term: list[RoadmapStep]


class Comparison(Schema):
    """Against the candidate's earlier interviews."""

    earlier_interviews: int
    earlier_average: float | None
    change: float | None
    message: str


class FeedbackOut(Schema):
    session_id: UUID
    overall_rating: Rating | None
    summary: str
    strengths: list[Remark]
    weaknesses: list[Remark]
    suggestions: list[Suggestion]
    resources: list[Resource]
    readiness_score: float | None
    readiness_level: ReadinessLevel
    next_steps: list[str]
    roadmap: Roadmap
    comparison: Comparison
    facts: FactsOut
    notes: list[str] = Field(description="What the questions could not show")
    engine: str
    engine_version: str
    created_at: datetime


class ReportPoint(Schema):
    """An expected point with the words of the answer that show it."""

    point: str
    quote: QuoteOut | None


class ReportQuestion(Schema):
    question_id: UUID
    question_text: str
    category: Category
    state: QuestionState
    content_score: float | None
    uncertainty: float | None
    covered: list[ReportPoint]
    partly: list[ReportPoint]
    missing: list[str]
    flags: list[str]
    own_view: list[OwnViewOut] = Field(description="What the candidate holds to have said; it moves no score")


class Delivery(Schema):
    """How it was said; it does not enter the decision."""

    grammar: float | None
    fluency: float | None
    note: str


class ReportOut(Schema):
    """For the hiring side. For information only: a person decides."""

    session_id: UUID
    decision: Decision | None
    content_score: float | None
    uncertainty: float | None
    reasons: list[str]
    notice: str
    categories: dict[str, float]
    questions: list[ReportQuestion]
    delivery: Delivery
    job_match: MatchOut | None
    facts: FactsOut
    engine: str
    engine_version: str
    created_at: datetime


class HistoryItem(Schema):
    session_id: UUID
    title: str
    target_role: str | None
    target_company: str | None
    difficulty: Difficulty
    status: SessionStatus
    total_score: float | None
    letter_grade: LetterGrade | None
    question_count: int
    answered_count: int
    follow_up_count: int = Field(description=FOLLOW_UP_COUNT)
    created_at: datetime
    completed_at: datetime | None


class HistoryOut(Schema):
    history: list[HistoryItem]
    pagination: PageInfo


class SkillMeans(Schema):
    relevance: float | None
    grammar: float | None
    fluency: float | None
    keywords: float | None


class DashboardOut(Schema):
    """Scores are 0-100; `total_practice_time` is in minutes; streaks are in UTC days."""

    total_interviews: int
    completed_interviews: int
    total_questions: int
    average_score: float | None
    best_score: float | None
    recent_score: float | None
    total_practice_time: float
    improvement_rate: float | None
    current_streak: int
    longest_streak: int
    skills_breakdown: SkillMeans
    category_scores: dict[str, float]


class ChartPoint(Schema):
    label: str
    value: float
    date: dt.date | None = None


class ChartSeries(Schema):
    name: str
    points: list[ChartPoint]


class ChartOut(Schema):
    type: ChartType
    title: str
    unit: ChartUnit
    series: list[ChartSeries]
