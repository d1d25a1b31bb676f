"""The bodies of the kiosk's REST, as its document has them. What stands beyond it is optional."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from app.models.values.kinds import Category, MediaKind
from app.repositories.base import LARGEST_KEY
from app.services.llm.hints import TEMPLATE_LENGTH
from app.services.recruiting.access_code_service import MOST_AT_ONCE
from app.web.text import AnswerText, Clean, CleanLine, CleanText, Line, LongText, ShortLine

Key = Annotated[int, Field(ge=1, le=LARGEST_KEY)]
Status = Literal["pending", "in_progress", "completed", "cancelled"]
StorageType = Literal["local", "cloud"]
YEAR = 24 * 366


class Out(BaseModel):
    """What the server answers: everything is there, also what is null."""

    model_config = ConfigDict(from_attributes=True, json_schema_serialization_defaults_required=True)


class Done(Out):
    success: Literal[True] = True
    message: str


# administrators


class LoginRequest(BaseModel):
    username: Annotated[str, Field(max_length=254), CleanLine]
    password: Annotated[str, Field(max_length=1024)]


class AdminOut(Out):
    id: int
    username: str


class LoggedIn(Done):
    admin: AdminOut


class AuthOut(Out):
    """`admin` comes only where somebody is logged in."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=False)
    authenticated: bool
    admin: AdminOut | None = None


# codes


class NewCode(BaseModel):
    """`expires_in_hours` null: never. `count` makes several at once, `candidate_name` binds a code to one person,
    `question_set_id` to a set other than the active one."""

    expires_in_hours: Annotated[float, Field(gt=0, le=YEAR)] | None = 24
    candidate_name: ShortLine | None = None
    question_set_id: Key | None = None
    count: Annotated[int, Field(ge=1, le=MOST_AT_ONCE)] = 1


class CreatedCode(Out):
    """`codes` are all that were made, `code` the first of them."""

    success: Literal[True] = True
    code: str
    expires_at: datetime | None
    codes: list[str]


class CodeOut(Out):
    id: int
    code: str
    candidate_name: str | None
    is_used: bool
    created_at: datetime
    expires_at: datetime | None


class CodeList(Out):
    codes: list[CodeOut]


# question sets


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


class SetQuestionOut(Out):
    """`id` is the place of the question, from 1, by which it goes in interviews, too."""

    id: int
    text: str
    order_index: int
    time_limit: int
    hints: str


class SetOut(Out):
    id: int
    name: str
    description: str
    is_active: bool
    created_at: datetime
    questions: list[SetQuestionOut]


class SetList(Out):
    question_sets: list[SetOut]


# interviews


class EnterRequest(BaseModel):
    code: Annotated[str, Field(max_length=64), CleanLine]
    candidate_name: ShortLine


class QuestionOut(Out):
    id: int
    text: str
    time_limit: int
    order_index: int


class Entered(Out):
    success: Literal[True] = True
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

    session_id: Annotated[str, Field(max_length=64), CleanLine]
    question_id: Key
    transcript: Annotated[AnswerText, AfterValidator(_with_words)]
    ai_analysis: LongText | None = None
    ai_score: Annotated[float, Field(allow_inf_nan=False)] | None = None


class CreatedResponse(Done):
    response_id: int


class SessionStatusOut(Out):
    """`current_question` is the number of the question that comes next, from 1: its `id`."""

    id: str
    candidate_name: str
    status: Status
    current_question: int | None
    started_at: datetime | None
    completed_at: datetime | None


class SessionStatusResponse(Out):
    session: SessionStatusOut


class UploadFields(BaseModel):
    """The fields beside the file. What the client says of its kind and length is not believed."""

    session_id: Annotated[str, Field(max_length=64), CleanLine]
    question_id: Key | None = None


class CreatedRecording(Done):
    recording_id: int
    file_size: int
    duration: float
    storage_type: StorageType


class RecordingOut(Out):
    id: int
    recording_type: MediaKind
    file_size: int
    duration: float
    question_id: int | None
    created_at: datetime


class RecordingList(Out):
    success: Literal[True] = True
    recordings: list[RecordingOut]


# sessions for administrators


class SessionOut(Out):
    id: int
    session_id: str
    candidate_name: str
    status: Status
    started_at: datetime | None
    completed_at: datetime | None
    question_set_id: int | None
    question_set_name: str


class SessionList(Out):
    sessions: list[SessionOut]
    total: int
    limit: int
    offset: int


class ClaimOut(Out):
    """What the client said of the answer, which is no result."""

    ai_score: float | None
    ai_analysis: str | None


class ResponseOut(Out):
    """`ai_score` is the server's, 0-10; null where nothing could be scored, or not yet."""

    id: int
    question_id: int
    question_text: str
    transcript: str
    ai_analysis: str | None
    ai_score: float | None
    client_claim: ClaimOut | None
    started_at: datetime | None
    completed_at: datetime


class TranscriptOut(Out):
    """A piece of what was heard live; times in seconds of its answer."""

    id: int
    text: str
    confidence: float | None
    start_time: float
    end_time: float
    created_at: datetime


class Details(Out):
    session: SessionOut
    responses: list[ResponseOut]
    transcripts: list[TranscriptOut]
    recordings: list[RecordingOut]


# prompts


class NewPrompt(BaseModel):
    """`{question}` and `{transcript}` in the text stand for those of the moment; nothing else is filled in."""

    name: Line
    description: LongText | None = None
    prompt_text: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=TEMPLATE_LENGTH), Clean
    ]
    is_default: bool = False


class PromptChanges(BaseModel):
    name: Line | None = None
    description: LongText | None = None
    prompt_text: (
        Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=TEMPLATE_LENGTH), Clean] | None
    ) = None
    is_default: bool | None = None


class CreatedPrompt(Done):
    prompt_id: int


class PromptOut(Out):
    id: int
    name: str
    description: str
    prompt_text: Annotated[str, Field(validation_alias="text")]
    is_default: bool
    created_at: datetime
    updated_at: datetime


class PromptList(Out):
    prompts: list[PromptOut]


class ErrorResponse(BaseModel):
    """The kiosk's shape of an error; `details` by the name of the field."""

    error: str
    code: str
    details: dict[str, str]
