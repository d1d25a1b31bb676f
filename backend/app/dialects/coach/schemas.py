"""What the coach's document sends and gets: the names are its own, beside those of the core where they differ."""

from datetime import datetime
from typing import Annotated

from pydantic import AliasPath, BeforeValidator, ConfigDict, Field

from app.models.values.feedback import Resource, RoadmapStep, Suggestion
from app.models.values.kinds import (
    Category,
    Difficulty,
    Facts,
    InterviewType,
    QuestionState,
    ReadinessLevel,
    RoundState,
    SessionStatus,
)
from app.repositories.base import LARGEST_KEY
from app.web.shapes import Body, LoginRequest, Mean, RemarkText, Shape, WholeScore
from app.web.text import AnswerText, LongText, ShortLine, Tag, Token, as_name

Id = Annotated[int, Field(ge=1, le=LARGEST_KEY)]


def _step(found: RoadmapStep | str) -> str:
    if isinstance(found, str):
        return found
    return f"{found.title}{'.' if ':' in found.title else ':'} {found.description}"


Step = Annotated[str, BeforeValidator(_step)]


class ErrorReply(Shape):
    error: str


class RegisterRequest(LoginRequest):
    name: ShortLine = Field(examples=["John Doe"])


class Registered(Shape):
    message: str = "User registered successfully"
    user_id: int


class User(Shape):
    id: int
    email: str
    name: str = Field(validation_alias="full_name")


class LoggedIn(Shape):
    access_token: str = Field(validation_alias=AliasPath("tokens", "access_token"))
    refresh_token: str = Field(validation_alias=AliasPath("tokens", "refresh_token"))
    user: User


class RefreshRequest(Body):
    refresh_token: Token = Field(examples=["{{refresh_token}}"])


class Refreshed(Shape):
    """`refresh_token` comes only where the old one is not good any more: one that another face handed out."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=False)
    access_token: str
    refresh_token: str | None = None


class Job(Body):
    jobRole: ShortLine = Field(examples=["Senior Software Engineer"])
    jobDescription: LongText | None = Field(None, examples=["Lead backend development team"])


class StartRoleRequest(Job):
    focusAreas: LongText | None = Field(None, description="Separated by commas", examples=["Python, TensorFlow, AWS"])


class Question(Shape):
    """`id` is the question's place in its interview, from 1."""

    id: int
    question: str
    expected_points: list[str]
    category: Category
    difficulty: Difficulty
    time_limit: int = Field(description="Seconds that a good spoken answer may take")


class Started(Shape):
    interview_id: int
    questions: list[Question]


class InterviewRequest(Body):
    interviewId: Id = Field(examples=[123])


class AnswerRequest(InterviewRequest):
    questionId: Id = Field(examples=[1])
    answer: AnswerText = Field(examples=["REST APIs use multiple endpoints for different resources..."])
    timeSpent: float | None = Field(None, ge=0, le=86_400, description="Seconds", examples=[45])


class FollowUp(Shape):
    question: str
    questionId: int
    timeLimit: int


class Scores(Shape):
    score: WholeScore
    technical_score: WholeScore
    communication_score: WholeScore
    confidence_score: WholeScore
    feedback: str | None


class Judged(Scores):
    followup: FollowUp | None


class Metrics(Shape):
    average_overall: Mean
    average_technical: Mean
    average_communication: Mean
    average_confidence: Mean
    questions_answered: int
    questions_total: int
    facts: Facts = Field(description="Whether a language model checked what is true")


class ImprovementPlan(Shape):
    readiness_score: float | None
    readiness_level: ReadinessLevel
    priorities: list[Suggestion]
    next_steps: list[str]


class Roadmap(Shape):
    immediate: list[Step]
    short_term: list[Step]
    long_term: list[Step]


class Feedback(Shape):
    summary: str
    facts: Facts = Field(validation_alias=AliasPath("content", "facts"))
    strengths: list[RemarkText] = Field(validation_alias=AliasPath("content", "strengths"))
    weaknesses: list[RemarkText] = Field(validation_alias=AliasPath("content", "weaknesses"))
    roadmap: Roadmap = Field(validation_alias=AliasPath("content", "roadmap"))
    resources: list[Resource] = Field(validation_alias=AliasPath("content", "resources"))
    generated_at: datetime = Field(validation_alias="created_at")


class Completed(Shape):
    message: str = "Interview completed successfully"
    evaluation_metrics: Metrics
    improvement_plan: ImprovementPlan
    personalized_feedback: Feedback | None = Field(description="null where nothing was answered")


class SuggestedRound(Shape):
    round_name: str = Field(validation_alias="name")
    round_type: InterviewType = Field(validation_alias="kind")
    description: str
    duration_minutes: int | None = Field(validation_alias="minutes")
    question_count: int
    focus_areas: list[str]


class Suggestions(Shape):
    suggested_rounds: list[SuggestedRound]


class SelectedRound(Body):
    """A suggested round can be sent as it is."""

    round_name: ShortLine = Field(examples=["Technical Round"])
    round_type: Annotated[InterviewType, BeforeValidator(as_name)] = Field("mixed", examples=["technical"])
    duration_minutes: int | None = Field(None, ge=1, le=480, examples=[45])
    question_count: int = Field(5, ge=1, le=50, examples=[5])
    description: LongText = ""
    focus_areas: list[Tag] = Field(default_factory=list, max_length=20)


class StartRoundsRequest(Job):
    selectedRounds: list[SelectedRound] = Field(min_length=1, max_length=12)


class RoundsStarted(Shape):
    interview_id: int
    round_ids: list[int]
    message: str = "Multi-round interview created successfully"


class RoundStarted(Shape):
    round_id: int
    round_name: str
    round_type: InterviewType
    questions: list[Question]


class NextRound(Shape):
    id: int
    name: str
    type: InterviewType = Field(validation_alias="kind")


class RoundCompleted(Shape):
    round_score: Mean
    message: str = "Round completed successfully"
    next_round: NextRound | None


class Round(Shape):
    id: int = Field(validation_alias=AliasPath("round", "id"))
    name: str = Field(validation_alias=AliasPath("round", "name"))
    type: InterviewType = Field(validation_alias=AliasPath("round", "kind"))
    status: RoundState = Field(validation_alias="state")
    score: Mean


class Interview(Shape):
    id: int = Field(validation_alias=AliasPath("interview", "id"))
    job_role: str = Field(validation_alias=AliasPath("interview", "shown_role"))
    score: Mean = Field(validation_alias="total")
    status: SessionStatus = Field(validation_alias=AliasPath("interview", "status"))
    created_at: datetime = Field(validation_alias=AliasPath("interview", "created_at"))
    completed_at: datetime | None = Field(validation_alias=AliasPath("interview", "completed_at"))


class AnsweredQuestion(Question, Scores):
    state: QuestionState
    followup_of: int | None
    round_id: int | None
    answer: str | None
    time_spent: float | None


class Results(Shape):
    interview: Interview
    questions: list[AnsweredQuestion]
    rounds: list[Round]
    evaluation_metrics: Metrics
    improvement_plan: ImprovementPlan
