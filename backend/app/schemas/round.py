"""Rounds of interviews in v1."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, Field

from app.models.values.kinds import InterviewType, RoundState
from app.schemas.common import RequestBody, Schema
from app.schemas.interview import FOLLOW_UP_COUNT, QuestionOut
from app.services.interviews.question_generation import MAX_QUESTIONS
from app.web.text import LongText, ShortLine, Tag, as_name

AnyType = Annotated[InterviewType, BeforeValidator(as_name)]


class SuggestRoundsRequest(RequestBody):
    target_role: ShortLine = Field(examples=["Senior Software Engineer"])
    job_description: LongText | None = Field(None, examples=["Lead backend development team"])


class SuggestedRound(Schema):
    name: str
    round_type: InterviewType
    description: str
    duration_minutes: int | None
    num_questions: int
    focus_areas: list[str]


class RoundSuggestions(Schema):
    """Rounds for a job, in the order in which they are usually held."""

    rounds: list[SuggestedRound]


class NewRoundRequest(RequestBody):
    """A round to plan. A suggested one can be sent as it is."""

    name: ShortLine = Field(examples=["Technical Round"])
    round_type: AnyType = "mixed"
    description: LongText = ""
    duration_minutes: int | None = Field(None, ge=1, le=480)
    num_questions: int = Field(5, ge=1, le=MAX_QUESTIONS)
    focus_areas: list[Tag] = Field(
        default_factory=list, max_length=20, description="Skills that the bank knows steer the choice of questions"
    )


class PlanRoundsRequest(RequestBody):
    rounds: list[NewRoundRequest] = Field(min_length=1, max_length=12)


class RoundOut(Schema):
    id: UUID
    number: int
    name: str
    round_type: InterviewType
    description: str
    duration_minutes: int | None
    num_questions: int = Field(description="How many it gets when it starts; follow-ups come on top")
    focus_areas: list[str]
    state: RoundState
    score: float | None = Field(description="0-100 of its answers so far; what could not be scored does not count")
    question_count: int
    answered_count: int
    follow_up_count: int = Field(description=FOLLOW_UP_COUNT)
    started_at: datetime | None
    completed_at: datetime | None


class RoundList(Schema):
    """`notes` say, when rounds are planned, what the question bank cannot give."""

    rounds: list[RoundOut]
    notes: list[str] = Field(default_factory=list)


class StartedRoundOut(Schema):
    round: RoundOut
    questions: list[QuestionOut]


class CompletedRoundOut(Schema):
    round: RoundOut
    next_round_id: UUID | None = Field(description="The first round that is still to be held")
