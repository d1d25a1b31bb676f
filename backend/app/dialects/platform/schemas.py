"""The platform's request and response bodies, as its document has them."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field

from app.errors import NotFound
from app.models.values.kinds import ExperienceLevel, InterviewType, SessionStatus
from app.web.shapes import Body, LoginRequest, Shape, WholeScore
from app.web.text import ShortLine

ErrorCode = Literal[
    "INVALID_REQUEST",
    "UNAUTHORIZED",
    "INSUFFICIENT_CREDITS",
    "FORBIDDEN",
    "NOT_FOUND",
    "RATE_LIMITED",
    "INTERNAL_ERROR",
]
Speaker = Literal["assistant", "user"]
FeedbackStatus = Literal["generating", "completed", "failed"]
AnswerQuality = Literal["excellent", "good", "fair", "needs_work", "not_scored", "skipped", "not_answered"]


def _id(text: object) -> UUID:
    try:
        return UUID(str(text))
    except ValueError as error:
        raise NotFound.of("Session") from error


SessionId = Annotated[UUID, BeforeValidator(_id)]
"""The id of an interview in a path; what is no id is not found."""
IdempotencyKey = Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[\x20-\x7e]+$")]


class ErrorBody(Shape):
    """`details.reason` is the stable code of our own; the other details are fields and what is wrong with them."""

    code: ErrorCode
    message: str
    details: dict[str, Any] = Field(default={})


class ErrorResponse(Shape):
    """Every error."""

    error: ErrorBody


class SignupRequest(LoginRequest):
    full_name: ShortLine = Field(examples=["John Doe"])
    target_role: ShortLine | None = Field(default=None, examples=["Software Engineer"])
    experience_level: ExperienceLevel | None = None


class ProfileChanges(Body):
    """What is left out stays as it is; null clears the role or the level."""

    full_name: ShortLine = Field(default_factory=lambda: "", examples=["John Smith"])
    target_role: ShortLine | None = None
    experience_level: ExperienceLevel | None = None


class User(Shape):
    id: UUID = Field(validation_alias="public_id")
    email: str
    full_name: str
    target_role: str | None
    experience_level: ExperienceLevel | None
    interviews_remaining: int


class Profile(User):
    created_at: datetime


class LoginSession(Shape):
    """The token for `Authorization: Bearer`, and until when it is good."""

    access_token: str
    expires_at: datetime


class LoggedIn(Shape):
    user: User
    session: LoginSession


class Message(Shape):
    message: str


class NewInterview(Body):
    """`duration_minutes` says how many questions there are: one for each five minutes."""

    role: ShortLine = Field(examples=["Software Engineer"])
    interview_type: InterviewType = "mixed"
    duration_minutes: int = Field(default=30, ge=5, le=240)


class PastInterview(Shape):
    id: UUID = Field(validation_alias="public_id")
    role: str = Field(validation_alias="shown_role")
    interview_type: InterviewType
    status: SessionStatus
    started_at: datetime | None
    completed_at: datetime | None


class BegunInterview(Shape):
    id: UUID
    user_id: UUID
    role: str
    interview_type: InterviewType
    duration_minutes: int | None
    status: SessionStatus
    started_at: datetime | None


class Created(Shape):
    session: BegunInterview
    interviews_remaining: int


class InterviewDetails(Shape):
    """`recording_url` plays for a few minutes without a login; ask again for another."""

    id: UUID
    role: str
    interview_type: InterviewType
    duration_minutes: int | None
    status: SessionStatus
    started_at: datetime | None
    completed_at: datetime | None
    recording_url: str | None


class Said(Shape):
    """Something that the interviewer (`assistant`) or the candidate (`user`) said."""

    id: UUID
    role: Speaker
    content: str
    timestamp: datetime = Field(validation_alias="at")


class Interview(Shape):
    session: InterviewDetails
    messages: list[Said]


class History(Shape):
    interviews: list[PastInterview]
    total: int
    limit: int
    offset: int


class Completed(Shape):
    message: str
    feedback_id: UUID
    status: FeedbackStatus


class QuestionFeedback(Shape):
    question: str
    answer_quality: AnswerQuality
    score: WholeScore
    feedback: str


class DetailedFeedback(Shape):
    questions: list[QuestionFeedback]


class Feedback(Shape):
    """While `status` is `generating` the scores are null and the texts empty: ask again."""

    id: UUID
    session_id: UUID
    status: FeedbackStatus
    overall_score: WholeScore
    technical_depth_score: WholeScore
    communication_score: WholeScore
    structure_score: WholeScore
    confidence_score: WholeScore
    strengths: str
    improvements: str
    detailed_feedback: DetailedFeedback
