"""The events of the kiosk's document: what a client may emit and what the server emits."""

from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from app.dialects.kiosk.schemas import Key
from app.engines.stt.languages import LanguageHint
from app.errors import AppError
from app.services.interviews.help_service import TOO_MUCH_HELP
from app.services.live.link import LiveError
from app.web.live import FollowUps
from app.web.shapes import Shape
from app.web.sound import Base64Audio
from app.web.text import CleanText

CODES = {TOO_MUCH_HELP: "AI_SERVICE_ERROR"}
"""Codes that the document names differently."""


class InterviewEvent(BaseModel):
    """What a client emits. Unknown fields are ignored, so that newer clients work."""

    model_config = ConfigDict(frozen=True)
    event: ClassVar[str]
    session_id: Annotated[str, Field(max_length=64)]


class JoinInterview(InterviewEvent):
    """Take part in an interview that was started with an access code; its UUID is the credential.

    Beyond the document: the `language` that is spoken, and how many `follow_ups` are wanted for a question. With
    `speech` the interviewer speaks: what they say comes as `ai_response` without being asked for, and
    `interview_status` also tells "speaking", "listening", "processing" and "paused".
    """

    event: ClassVar[str] = "join_interview"
    language: LanguageHint = None
    follow_ups: FollowUps = 0
    speech: bool = False


class AudioData(InterviewEvent):
    """Audio of the answer to a question: bare PCM16 mono at 16 kHz, or a piece of a WAV, WebM, Ogg, MP4, MP3 or AAC
    stream."""

    event: ClassVar[str] = "audio_data"
    audio_data: Base64Audio
    question_id: Key


class AiRequest(InterviewEvent):
    """A request for help with the current question or, by `response_type`, to go on with the interview."""

    event: ClassVar[str] = "request_ai_response"
    question_id: Key
    transcript: Annotated[CleanText, Field(max_length=20_000)] | None = None
    response_type: Annotated[str, Field(max_length=40)] = "hint"


class TranscriptionUpdate(Shape):
    """What was heard of an utterance; the final text replaces the earlier ones.

    `confidence` is the recogniser's for a final text, null where it has none, and for an earlier one the share of its
    words that will not change.
    """

    event: ClassVar[str] = "transcription_update"
    session_id: str
    transcript: str
    confidence: float | None
    is_final: bool


class AiResponse(Shape):
    """Help that was asked for; `response_type` is the one of the request."""

    event: ClassVar[str] = "ai_response"
    session_id: str
    response_type: str
    message: str
    question_id: int | None


class SpokenResponse(AiResponse):
    """What the interviewer says, to clients that joined with `speech`: a question ("question", its whole text), a
    further one about the answer that was given ("follow_up"), or anything else ("speech").

    `audio_url` is an MP3 of the first sentence, each further sentence comes as "speech"; null without a voice.
    """

    audio_url: str | None


class InterviewStatus(Shape):
    """Where the interview stands.

    `in_progress` when it was joined, `question_completed` when the next question is `current_question` (its place from
    1), `completed` at the end; between them, with `speech`, `speaking`, `listening`, `processing` and `paused`.
    """

    event: ClassVar[str] = "interview_status"
    session_id: str
    status: str
    current_question: int | None


class ErrorEvent(Shape):
    """What was wrong with an event, in the shape of the kiosk's REST; the connection stays open.

    JOIN_TIMEOUT alone comes before the connection is closed: nothing was joined for LIVE_JOIN_SECONDS, or too many
    connections of the address wait. Official clients connect again by themselves.
    """

    event: ClassVar[str] = "error"
    error: str
    code: str
    details: dict[str, Any] = Field(default={})

    @classmethod
    def of(cls, error: AppError | LiveError) -> "ErrorEvent":
        """Our codes in capitals, where the document has none of its own."""
        code = CODES.get(error.code, error.code.upper())
        details = {flaw.field: flaw.message for flaw in getattr(error, "details", ())}
        return cls(error=error.message, code=code, details=details)


InterviewUpdate = TranscriptionUpdate | AiResponse | SpokenResponse | InterviewStatus
ServerEvent = InterviewUpdate | ErrorEvent
CLIENT = (JoinInterview, AudioData, AiRequest)
SERVER = (TranscriptionUpdate, AiResponse, SpokenResponse, InterviewStatus, ErrorEvent)
