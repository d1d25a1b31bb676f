"""What the coach's document sends and gets: the names are its own."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from app.models.values.feedback import Resource, Suggestion
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
from app.services.accounts.passwords import MAXIMUM_LENGTH
from app.web.text import Address, AnswerText, LongText, ShortLine, Tag, Token, as_name

Id = Annotated[int, Field(ge=1, le=LARGEST_KEY)]
Score = Annotated[int | None, Field(description="0-100; null where there was not enough to judge")]
Mean = Annotated[float | None, Field(description="0-100 over what was scored; null where nothing was")]


class Body(BaseModel):
    """Base of requests. A value has the type that the document shows; fields that it does not name are ignored."""

    model_config = ConfigDict(strict=True)


class Reply(BaseModel):
    """Base of responses, in which every field is there."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)


class ErrorReply(Reply):
    error: str


class LoginRequest(Body):
    email: Address = Field(examples=["user@example.com"])
    password: str = Field(min_length=1, max_length=MAXIMUM_LENGTH, examples=["SecurePass123!"])


class RegisterRequest(LoginRequest):
    name: ShortLine = Field(examples=["John Doe"])


class Registered(Reply):
    message: str = "User registered successfully"
    user_id: int


class User(Reply):
    id: int
    email: str
    name: str


class LoggedIn(Reply):
    access_token: str
    refresh_token: str
    user: User


class RefreshRequest(Body):
    refresh_token: Token = Field(examples=["{{refresh_token}}"])


class Refreshed(Reply):
    """`refresh_token` comes only where the old one is not good any more: one that another face handed out."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=False)
    access_token: str
    refresh_token: str | None = None


class Job(Body):
    jobRole: ShortLine = Field(examples=["Senior Software Engineer"])
    jobDescription: LongText | None = Field(None, examples=["Lead backend development team"])


class StartRoleRequest(Job):
    focusAreas: LongText | None = Field(None, description="Separated by commas", examples=["Python, TensorFlow, AWS"])


class Question(Reply):
    """`id` is the question's place in its interview, from 1."""

    id: int
    question: str
    expected_points: list[str]
    category: Category
    difficulty: Difficulty
    time_limit: int = Field(description="Seconds that a good spoken answer may take")


class Started(Reply):
    interview_id: int
    questions: list[Question]


class InterviewRequest(Body):
    interviewId: Id = Field(examples=[123])


class AnswerRequest(InterviewRequest):
    questionId: Id = Field(examples=[1])
    answer: AnswerText = Field(examples=["REST APIs use multiple endpoints for different resources..."])
    timeSpent: float | None = Field(None, ge=0, le=86_400, description="Seconds", examples=[45])


class FollowUp(Reply):
    question: str
    questionId: int
    timeLimit: int


class Scores(Reply):
    score: Score
    technical_score: Score
    communication_score: Score
    confidence_score: Score
    feedback: str | None


class Judged(Scores):
    followup: FollowUp | None


class Metrics(Reply):
    average_overall: Mean
    average_technical: Mean
    average_communication: Mean
    average_confidence: Mean
    questions_answered: int
    questions_total: int
    facts: Facts = Field(description="Whether a language model checked what is true")


class ImprovementPlan(Reply):
    readiness_score: float | None
    readiness_level: ReadinessLevel
    priorities: list[Suggestion]
    next_steps: list[str]


class Roadmap(Reply):
    immediate: list[str]
    short_term: list[str]
    long_term: list[str]


class Feedback(Reply):
    summary: str
    facts: Facts
    strengths: list[str]
    weaknesses: list[str]
    roadmap: Roadmap
    resources: list[Resource]
    generated_at: datetime


class Completed(Reply):
    message: str = "Interview completed successfully"
    evaluation_metrics: Metrics
    improvement_plan: ImprovementPlan
    personalized_feedback: Feedback | None = Field(description="null where nothing was answered")


class SuggestedRound(Reply):
    round_name: str
    round_type: InterviewType
    description: str
    duration_minutes: int | None
    question_count: int
    focus_areas: list[str]


class Suggestions(Reply):
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


class RoundsStarted(Reply):
    interview_id: int
    round_ids: list[int]
    message: str = "Multi-round interview created successfully"


class RoundStarted(Reply):
    round_id: int
    round_name: str
    round_type: InterviewType
    questions: list[Question]


class NextRound(Reply):
    id: int
    name: str
    type: InterviewType


class RoundCompleted(Reply):
    round_score: Mean
    message: str = "Round completed successfully"
    next_round: NextRound | None


class Round(NextRound):
    status: RoundState
    score: Mean


class Interview(Reply):
    id: int
    job_role: str
    score: Mean
    status: SessionStatus
    created_at: datetime
    completed_at: datetime | None


class AnsweredQuestion(Question, Scores):
    state: QuestionState
    followup_of: int | None
    round_id: int | None
    answer: str | None
    time_spent: float | None


class Results(Reply):
    interview: Interview
    questions: list[AnsweredQuestion]
    rounds: list[Round]
    evaluation_metrics: Metrics
    improvement_plan: ImprovementPlan
