"""The messages of v1's live interview: docs/design.md, "The live protocol of v1", and docs/asyncapi.yaml.

Times are seconds in the answer's audio unless they are dates.
"""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from app.engines.stt.languages import LanguageHint
from app.errors import ErrorType
from app.models.values.kinds import Category, Voice
from app.services.live.endpointing import EndOfAnswer
from app.services.live.events import NoticeCode, RejectionCode, State
from app.web.live import FollowUps
from app.web.sound import SampleRate
from app.web.text import AnswerText

PROTOCOL = 1


class ClientMessage(BaseModel):
    """What a client sends. Unknown fields are ignored, so that newer clients work."""

    model_config = ConfigDict(frozen=True)


class StartMessage(ClientMessage):
    """The first message. With `echo_cancellation` the microphone stays open while the interviewer speaks. At most
    `follow_ups` further questions are asked about an answer. `end_of_answer` says who ends an answer: a short silence,
    or only the candidate (by `speech_end`), unless 20 s of silence follow words; a warning comes after 12 s.
    """

    type: Literal["start"]
    token: Annotated[str, Field(max_length=4096)] | None = None
    sample_rate: SampleRate = 16_000
    echo_cancellation: bool = False
    language: LanguageHint = None
    follow_ups: FollowUps = 1
    end_of_answer: EndOfAnswer = "silence"


class SpeechEndMessage(ClientMessage):
    """The candidate is done with this answer."""

    type: Literal["speech_end"]


class SkipMessage(ClientMessage):
    """Leave this question out."""

    type: Literal["skip"]


class RepeatMessage(ClientMessage):
    """Speak the question again."""

    type: Literal["repeat"]


class PauseMessage(ClientMessage):
    """Stop the clock."""

    type: Literal["pause"]


class ResumeMessage(ClientMessage):
    """Let the clock run again."""

    type: Literal["resume"]


class BargeInMessage(ClientMessage):
    """The candidate begins to speak before the interviewer is done."""

    type: Literal["barge_in"]


class EndMessage(ClientMessage):
    """End the interview here; what was answered so far is kept."""

    type: Literal["end"]


class PingMessage(ClientMessage):
    """Ask for a `pong`."""

    type: Literal["ping"]


class TextMessage(ClientMessage):
    """A typed answer to the current question."""

    type: Literal["text"]
    text: Annotated[AnswerText, Field(min_length=1)]


CommandMessage = (
    SpeechEndMessage
    | SkipMessage
    | RepeatMessage
    | PauseMessage
    | ResumeMessage
    | BargeInMessage
    | EndMessage
    | PingMessage
    | TextMessage
)
AnyClientMessage = StartMessage | CommandMessage
client_message: TypeAdapter[AnyClientMessage] = TypeAdapter(Annotated[AnyClientMessage, Field(discriminator="type")])


class ServerEvent(BaseModel):
    """What the server sends."""

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)


class QuestionFields(ServerEvent):
    """The question that is asked. `number` counts main questions from 1; a follow-up has the number of its question.

    `time_limit` is in seconds; `deadline` is when it has passed. Nobody is cut off in a sentence then.
    """

    id: UUID
    number: int
    text: str
    category: Category
    time_limit: int
    deadline: datetime | None
    follow_up_of: UUID | None


class PlanFields(ServerEvent):
    """How many main questions the interview has, and how many follow-ups may still come at most."""

    questions: int
    follow_ups: int


class ReadyEvent(ServerEvent):
    """The answer to `start`: send audio from sample `next_sample` of the answer to `question`."""

    type: Literal["ready"] = "ready"
    session_id: UUID
    engine: str
    plan: PlanFields
    question: QuestionFields | None
    next_sample: int
    sample_rate: int
    state: State
    protocol: int = PROTOCOL


class StatusEvent(ServerEvent):
    """What the interviewer does now."""

    type: Literal["status"] = "status"
    state: State


class QuestionEvent(QuestionFields):
    """A new question, or the same one with a new deadline. Count samples from 0 when its id is new."""

    type: Literal["question"] = "question"


class SpeechEvent(ServerEvent):
    """A sentence of the interviewer. `url` is null where the server has no voice: show the text."""

    type: Literal["speech"] = "speech"
    text: str
    url: str | None
    voice: Voice


class PartialEvent(ServerEvent):
    """What was heard so far of a segment: `stable` will not be changed by later revisions, `unstable` may be."""

    type: Literal["partial"] = "partial"
    segment: int
    revision: int
    stable: str
    unstable: str


class FinalEvent(ServerEvent):
    """What was heard in a segment. `words` are [text, start, end, probability]."""

    type: Literal["final"] = "final"
    segment: int
    text: str
    start: float
    end: float
    words: list[tuple[str, float, float, float | None]]
    confidence: float | None
    engine: str


class AckEvent(ServerEvent):
    """Audio up to `next_sample` is on disk."""

    type: Literal["ack"] = "ack"
    next_sample: int


class AnswerEvent(ServerEvent):
    """An answer is complete and stored."""

    type: Literal["answer"] = "answer"
    answer_id: UUID
    question_id: UUID
    transcript: str


class EvaluationEvent(ServerEvent):
    """An answer was evaluated. `overall` is 0-100, null when there was too little to judge."""

    type: Literal["evaluation"] = "evaluation"
    answer_id: UUID
    status: Literal["scored", "insufficient_evidence", "failed"]
    overall: float | None


class WarningEvent(ServerEvent):
    """Something the candidate should know; the interview goes on."""

    type: Literal["warning"] = "warning"
    code: NoticeCode
    message: str


class ErrorEvent(ServerEvent):
    """A message that could not be followed; the connection stays open."""

    type: Literal["error"] = "error"
    code: RejectionCode | ErrorType
    message: str


class GapEvent(ServerEvent):
    """Samples are missing before the ones that came: send again from `next_sample`."""

    type: Literal["error"] = "error"
    code: Literal["gap"] = "gap"
    message: str = "Samples are missing: send again from next_sample."
    next_sample: int


class PongEvent(ServerEvent):
    """The answer to `ping`."""

    type: Literal["pong"] = "pong"


class EndedEvent(ServerEvent):
    """The interview is over."""

    type: Literal["ended"] = "ended"
    session_id: UUID


AnyServerEvent = (
    ReadyEvent
    | StatusEvent
    | QuestionEvent
    | SpeechEvent
    | PartialEvent
    | FinalEvent
    | AckEvent
    | AnswerEvent
    | EvaluationEvent
    | WarningEvent
    | ErrorEvent
    | GapEvent
    | PongEvent
    | EndedEvent
)
