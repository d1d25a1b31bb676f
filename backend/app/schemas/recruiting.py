"""Access codes, question sets and prompts, and entering with a code."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from app.models.access_code import CODE_LENGTH
from app.models.values.kinds import Category, Difficulty, InterviewKind, SessionStatus
from app.schemas.common import PageInfo, RequestBody, Schema, left_out
from app.schemas.interview import AnyCategory, AnyDifficulty, QuestionOut, SessionOut
from app.schemas.recording import ConsentOut
from app.services.llm.hints import TEMPLATE_LENGTH
from app.services.recruiting.access_code_service import MOST_AT_ONCE
from app.web.text import Clean, CleanLine, Filled, Line, LongText, ShortLine, Tag

HOURS = 24 * 366
Id = Annotated[UUID, Field(strict=False)]
"""JSON has no UUIDs, so that text is one."""
Hours = Annotated[int, Field(ge=1, le=HOURS)]
QuestionText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000), Filled, Clean]
Description = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000), Clean]
Point = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300), Filled, CleanLine]
PromptText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=TEMPLATE_LENGTH), Filled, Clean
]


class _NewCodes(RequestBody):
    question_set_id: Id | None = Field(
        None, description="If left out, the set that is active when the candidate starts"
    )
    kind: InterviewKind = "screening"
    expires_in_hours: Hours | None = Field(168, description="Null: never")
    label: ShortLine | None = Field(None, description="What the recruiter calls it; candidates do not see it")


class CreateCodeRequest(_NewCodes):
    candidate_name: ShortLine | None = Field(None, description="Nobody with another name can use the code")


class CreateCodesRequest(_NewCodes):
    """Either so many codes, or one for each of these names."""

    count: int = left_out(ge=1, le=MOST_AT_ONCE)
    candidate_names: list[ShortLine] = left_out(min_length=1, max_length=MOST_AT_ONCE)

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if len({"count", "candidate_names"} & self.model_fields_set) != 1:
            raise ValueError("Send either `count` or `candidate_names`.")
        return self


class CodeSetOut(Schema):
    """What is asked with a code: `answer_seconds` are the suggested times for all answers together."""

    id: UUID
    name: str
    question_count: int
    answer_seconds: int


class CodeOut(Schema):
    """An access code. `join_url` is for the candidate; the code stands behind the `#`, so that no log keeps it.

    `question_set` is the one that it names or, once it is used, that was asked; `session_status` says how far its
    interview is, null where there is none (any more)."""

    id: UUID
    code: str
    join_url: str
    label: str | None
    candidate_name: str | None
    kind: InterviewKind
    question_set: CodeSetOut | None
    session_id: UUID | None
    session_status: SessionStatus | None
    is_used: bool
    is_expired: bool
    created_at: datetime
    expires_at: datetime | None
    entered_at: datetime | None


class CodeList(Schema):
    """`active_set` is what is asked now where a code names no set; null: questions of the bank."""

    codes: list[CodeOut]
    active_set: CodeSetOut | None
    pagination: PageInfo


class NewCodesOut(Schema):
    codes: list[CodeOut]


class JoinRequest(RequestBody):
    code: Annotated[str, StringConstraints(strip_whitespace=True, min_length=CODE_LENGTH, max_length=16), CleanLine]
    candidate_name: ShortLine


class JoinOut(Schema):
    """The interview of a code. `token` goes where others send their access token; it opens this interview alone."""

    token: UUID
    session: SessionOut
    questions: list[QuestionOut]


class EnteredOut(Schema):
    """An interview that was entered with a code on this browser. Recordings and words are kept for so many days; 0:
    until somebody deletes them. `looks_at_films`: whether films are looked at, where the candidate agrees."""

    session: SessionOut
    candidate_name: str
    consent: ConsentOut
    recordings_days: int
    transcripts_days: int
    looks_at_films: bool


class PageInterviewOut(Schema):
    """Null when nobody entered with a code on this browser, or the interview is gone."""

    interview: EnteredOut | None


class SetQuestionIn(RequestBody):
    """A question; with the `id` of one in the set it changes that one, else it is new."""

    id: Id | None = None
    text: QuestionText
    category: AnyCategory | None = Field(None, description="If left out, the server detects it from the wording")
    difficulty: AnyDifficulty = "medium"
    time_limit: int = Field(120, ge=10, le=3_600, description="Seconds")
    hints: list[Point] = Field(default_factory=list, max_length=10)
    expected_points: list[Point] = Field(default_factory=list, max_length=20)


class CreateSetRequest(RequestBody):
    name: Line
    description: Description = ""
    questions: list[SetQuestionIn] = Field(min_length=1, max_length=50)
    activate: bool | None = Field(
        None,
        description="Have it asked where a code names no set, or not; left out: the first set of an administrator is",
    )


class UpdateSetRequest(RequestBody):
    """Fields that are left out stay as they are; `questions` are all of the set in their new order."""

    name: Line = left_out()
    description: Description = left_out()
    questions: list[SetQuestionIn] = left_out(min_length=1, max_length=50)


class SetQuestionOut(Schema):
    id: UUID = Field(validation_alias="public_id")
    number: int
    text: str
    category: Category
    difficulty: Difficulty
    time_limit: int
    hints: list[str]
    expected_points: list[str]


class BankQuestionOut(Schema):
    """A question that comes with the server."""

    text: str
    category: Category
    difficulty: Difficulty
    skills: list[str]
    time_limit: int
    hints: list[str]
    expected_points: list[str]


class BankQuestionList(Schema):
    questions: list[BankQuestionOut]
    pagination: PageInfo


class QuestionSetOut(Schema):
    id: UUID
    name: str
    description: str
    is_active: bool
    questions: list[SetQuestionOut]
    created_at: datetime
    updated_at: datetime


class QuestionSetList(Schema):
    question_sets: list[QuestionSetOut]


class CreatePromptRequest(RequestBody):
    """`{question}` and `{transcript}` in the text stand for those of the moment."""

    name: Line
    description: Description = ""
    text: PromptText
    is_default: bool = False


class UpdatePromptRequest(RequestBody):
    """Fields that are left out stay as they are."""

    name: Line = left_out()
    description: Description = left_out()
    text: PromptText = left_out()
    is_default: bool = left_out()


class PromptOut(Schema):
    id: UUID = Field(validation_alias="public_id")
    name: str
    description: str
    text: str
    is_default: bool
    created_at: datetime
    updated_at: datetime


class PromptList(Schema):
    prompts: list[PromptOut]


class PreviewPromptRequest(RequestBody):
    question: QuestionText
    transcript: LongText = ""
    text: PromptText = left_out(
        description="Tried in the place of the saved text, which stays as it is; for administrators"
    )
    expected_points: list[Point] = Field(
        default_factory=list, max_length=20, description="By which a hint is checked for giving something away"
    )
    hints: list[Tag] = Field(default_factory=list, max_length=10)


class PromptPreviewOut(Schema):
    """The template filled in, and the hint that a candidate would get now; `problems` say why it is a built-in one."""

    rendered: str
    hint: str
    engine: str
    problems: list[str]
