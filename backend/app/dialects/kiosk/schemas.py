"""The bodies of the kiosk's REST, as its document has them. What stands beyond it is optional."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AliasPath,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
)

from app.models import Answer, Evaluation
from app.models.values.kinds import Category, MediaKind, SessionStatus
from app.repositories.base import LARGEST_KEY
from app.services.accounts.first_admin import name_of
from app.services.llm.hints import TEMPLATE_LENGTH
from app.services.recruiting.access_code_service import MOST_AT_ONCE
from app.web.shapes import Shape, rounded
from app.web.text import AnswerText, Clean, CleanLine, CleanText, Line, LongText, ShortLine

Key = Annotated[int, Field(ge=1, le=LARGEST_KEY)]
Status = Literal["pending", "in_progress", "completed", "cancelled"]
StorageType = Literal["local", "cloud"]
YEAR = 24 * 366
STATUSES: Mapping[SessionStatus, Status] = {
    "created": "pending",
    "questions_generated": "pending",
    "in_progress": "in_progress",
    "completed": "completed",
    "cancelled": "cancelled",
}


def _place(key: int | None, info: ValidationInfo) -> int | None:
    places: Mapping[int, int] = info.context or {}
    return None if key is None else places[key]


def _score(found: Evaluation | None) -> float | None:
    return None if found is None or found.overall is None else rounded(found.overall / 10)


def _claim(found: Answer) -> Answer | None:
    return found if found.has_claim else None


ShownStatus = Annotated[Status, BeforeValidator(STATUSES.get)]
PublicId = Annotated[str, BeforeValidator(str)]
PlaceOf = BeforeValidator(_place)
"""Makes a question's key its place in the interview, from 1, by which it goes everywhere here. The context of the
validation is `question_service.places`."""
Template = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=TEMPLATE_LENGTH), Clean]
SentId = Annotated[str, Field(max_length=64), CleanLine]


class Success(Shape):
    success: Literal[True] = True


class Done(Success):
    message: str


class LoginRequest(BaseModel):
    username: Annotated[str, Field(max_length=254), CleanLine]
    password: Annotated[str, Field(max_length=1024)]


class AdminOut(Shape):
    id: int
    username: Annotated[str, BeforeValidator(name_of), Field(validation_alias="email")]


class LoggedIn(Done):
    admin: AdminOut


class AuthOut(Shape):
    """`admin` comes only where somebody is logged in."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=False)
    authenticated: bool
    admin: AdminOut | None = None


class NewCode(BaseModel):
    """`expires_in_hours` null: never. `count` makes several at once, `candidate_name` binds a code to one person,
    `question_set_id` to a set other than the active one."""

    expires_in_hours: Annotated[float, Field(gt=0, le=YEAR)] | None = 24
    candidate_name: ShortLine | None = None
    question_set_id: Key | None = Field(None, serialization_alias="question_set")
    count: Annotated[int, Field(ge=1, le=MOST_AT_ONCE)] = 1


class CreatedCode(Success):
    """`codes` are all that were made, `code` the first of them."""

    code: str
    expires_at: datetime | None
    codes: list[str]


class CodeOut(Shape):
    id: int = Field(validation_alias=AliasPath("code", "id"))
    code: str = Field(validation_alias=AliasPath("code", "code"))
    candidate_name: str | None
    is_used: bool
    created_at: datetime = Field(validation_alias=AliasPath("code", "created_at"))
    expires_at: datetime | None = Field(validation_alias=AliasPath("code", "expires_at"))


class CodeList(Shape):
    codes: list[CodeOut]


class NewQuestion(BaseModel):
    """`hints`: one a line. `expected_points` is what a good answer says; candidates do not see it."""

    text: AnswerText
    time_limit: Annotated[int, Field(ge=10, le=3600)] = 120
    hints: Annotated[CleanText, Field(max_length=4_000)] | None = None
    expected_points: Annotated[list[Line], Field(max_length=20)] = []
    category: Category | None = None


class NewSet(BaseModel):
    name: Line
    description: LongText | None = None
    questions: Annotated[list[NewQuestion], Field(min_length=1, max_length=100)]


class CreatedSet(Done):
    question_set_id: int


class SetQuestionOut(Shape):
    """`id` is the place of the question, from 1, by which it goes in interviews, too."""

    id: int = Field(validation_alias="number")
    text: str
    order_index: Annotated[int, BeforeValidator(lambda number: number - 1), Field(validation_alias="number")]
    time_limit: int
    hints: Annotated[str, BeforeValidator("\n".join)]


class SetOut(Shape):
    id: int = Field(validation_alias=AliasPath("question_set", "id"))
    name: str = Field(validation_alias=AliasPath("question_set", "name"))
    description: str = Field(validation_alias=AliasPath("question_set", "description"))
    is_active: bool = Field(validation_alias=AliasPath("question_set", "is_active"))
    created_at: datetime = Field(validation_alias=AliasPath("question_set", "created_at"))
    questions: list[SetQuestionOut] = Field(validation_alias="items")


class SetList(Shape):
    question_sets: list[SetOut]


class EnterRequest(BaseModel):
    code: SentId
    candidate_name: ShortLine


class QuestionOut(Shape):
    id: int
    text: str
    time_limit: int
    order_index: int


class Entered(Success):
    session_id: str
    candidate_name: str
    questions: list[QuestionOut]


def _with_words(text: str) -> str:
    if not any(map(str.isalnum, text)):
        raise ValueError("must have words: what is sent here is the one answer to the question")
    return text


class ResponseRequest(BaseModel):
    """`ai_analysis` and `ai_score` are kept as what the client claims; the server judges the transcript itself. One
    without words is refused: a question has one answer."""

    session_id: SentId
    question_id: Key
    transcript: Annotated[AnswerText, AfterValidator(_with_words)]
    ai_analysis: LongText | None = None
    ai_score: Annotated[float, Field(allow_inf_nan=False)] | None = None


class CreatedResponse(Done):
    response_id: int


class SessionStatusOut(Shape):
    """`current_question` is the number of the question that comes next, from 1: its `id`."""

    id: PublicId = Field(validation_alias=AliasPath("interview", "public_id"))
    candidate_name: str = Field(validation_alias=AliasPath("interview", "candidate_name"))
    status: ShownStatus = Field(validation_alias=AliasPath("interview", "status"))
    current_question: int | None = Field(validation_alias="current_place")
    started_at: datetime | None = Field(validation_alias=AliasPath("interview", "started_at"))
    completed_at: datetime | None = Field(validation_alias=AliasPath("interview", "completed_at"))


class SessionStatusResponse(Shape):
    session: SessionStatusOut


class UploadFields(BaseModel):
    """The fields beside the file. What the client says of its kind and length is not believed."""

    session_id: SentId
    question_id: Key | None = None


class CreatedRecording(Done):
    recording_id: int
    file_size: int
    duration: float
    storage_type: StorageType


class RecordingOut(Shape):
    id: int = Field(validation_alias=AliasPath("recording", "id"))
    recording_type: MediaKind = Field(validation_alias=AliasPath("recording", "kind"))
    file_size: int = Field(validation_alias=AliasPath("recording", "size_bytes"))
    duration: float = Field(validation_alias=AliasPath("recording", "duration"))
    question_id: Annotated[int | None, PlaceOf, Field(validation_alias=AliasPath("recording", "question_id"))]
    created_at: datetime = Field(validation_alias=AliasPath("recording", "created_at"))


class RecordingList(Success):
    recordings: list[RecordingOut]


class SessionOut(Shape):
    id: int = Field(validation_alias=AliasPath("interview", "id"))
    session_id: PublicId = Field(validation_alias=AliasPath("interview", "public_id"))
    candidate_name: str
    status: ShownStatus = Field(validation_alias=AliasPath("interview", "status"))
    started_at: datetime | None = Field(validation_alias=AliasPath("interview", "started_at"))
    completed_at: datetime | None = Field(validation_alias=AliasPath("interview", "completed_at"))
    question_set_id: int | None = Field(validation_alias=AliasPath("interview", "question_set_id"))
    question_set_name: str = Field(validation_alias=AliasPath("interview", "title"))


class SessionList(Shape):
    sessions: list[SessionOut]
    total: int
    limit: int
    offset: int


class ClaimOut(Shape):
    """What the client said of the answer, which is no result."""

    ai_score: float | None = Field(validation_alias="claimed_score")
    ai_analysis: str | None = Field(validation_alias="claimed_analysis")


class ResponseOut(Shape):
    """`ai_score` is the server's, 0-10; null where nothing could be scored, or not yet."""

    id: int = Field(validation_alias=AliasPath("answer", "id"))
    question_id: Annotated[int, PlaceOf, Field(validation_alias=AliasPath("question", "id"))]
    question_text: str = Field(validation_alias=AliasPath("question", "text"))
    transcript: str = Field(validation_alias=AliasPath("answer", "text"))
    ai_analysis: str | None = Field(validation_alias="remarks")
    ai_score: Annotated[float | None, BeforeValidator(_score), Field(validation_alias="evaluation")]
    client_claim: Annotated[ClaimOut | None, BeforeValidator(_claim), Field(validation_alias="answer")]
    started_at: datetime | None
    completed_at: datetime = Field(validation_alias=AliasPath("answer", "updated_at"))


class TranscriptOut(Shape):
    """A piece of what was heard live; times in seconds of its answer."""

    id: int
    text: str
    confidence: float | None
    start_time: float = Field(validation_alias="start")
    end_time: float = Field(validation_alias="end")
    created_at: datetime


class Details(Shape):
    session: SessionOut = Field(validation_alias="row")
    responses: list[ResponseOut] = Field(validation_alias="answered")
    transcripts: list[TranscriptOut] = Field(validation_alias="segments")
    recordings: list[RecordingOut]


class NewPrompt(BaseModel):
    """`{question}` and `{transcript}` in the text stand for those of the moment; nothing else is filled in."""

    name: Line
    description: LongText | None = None
    prompt_text: Template = Field(serialization_alias="text")
    is_default: bool = False


class PromptChanges(BaseModel):
    name: Line | None = None
    description: LongText | None = None
    prompt_text: Template | None = Field(None, serialization_alias="text")
    is_default: bool | None = None


class CreatedPrompt(Done):
    prompt_id: int


class PromptOut(Shape):
    id: int
    name: str
    description: str
    prompt_text: str = Field(validation_alias="text")
    is_default: bool
    created_at: datetime
    updated_at: datetime


class PromptList(Shape):
    prompts: list[PromptOut]


class ErrorResponse(BaseModel):
    """The kiosk's shape of an error; `details` by the name of the field."""

    error: str
    code: str
    details: dict[str, str]


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI entries for the errors that a route can answer with."""
    return {status: {"model": ErrorResponse} for status in statuses}
