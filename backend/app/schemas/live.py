"""The words of the live interview: what a client may say and what the server says (design 7).

The server's events are also what the turn machine emits, so another transport translates them by their type. Times
are seconds in the answer's audio unless they are dates.
"""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from app.web.text import AnswerText

State = Literal["asking", "listening", "processing", "paused", "ended"]
PROTOCOL = 1

SampleRate = Annotated[int, Field(ge=8_000, le=96_000)]
"""Hz: from telephone speech to studio equipment."""


class Incoming(BaseModel):
    """What a client sends. Fields that are not known are passed over, so that newer clients work."""

    model_config = ConfigDict(frozen=True)


class Start(Incoming):
    """The first message. With `echo_cancellation` the microphone stays open while the interviewer speaks."""

    type: Literal["start"]
    token: Annotated[str, Field(max_length=4096)] | None = None
    sample_rate: SampleRate = 16_000
    echo_cancellation: bool = False
    language: Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=20)] | None = None


class SpeechEnd(Incoming):
    """The candidate is done with this answer."""

    type: Literal["speech_end"] = "speech_end"


class Skip(Incoming):
    """Leave this question out."""

    type: Literal["skip"] = "skip"


class Repeat(Incoming):
    """Say the question again."""

    type: Literal["repeat"] = "repeat"


class Pause(Incoming):
    """Stop the clock."""

    type: Literal["pause"] = "pause"


class Resume(Incoming):
    """Let the clock run again."""

    type: Literal["resume"] = "resume"


class BargeIn(Incoming):
    """The candidate begins to speak before the interviewer is done."""

    type: Literal["barge_in"] = "barge_in"


class End(Incoming):
    """End the interview here; what was said so far is kept."""

    type: Literal["end"] = "end"


class Ping(Incoming):
    """Is the server there?"""

    type: Literal["ping"] = "ping"


class Text(Incoming):
    """A typed answer to the current question."""

    type: Literal["text"] = "text"
    text: Annotated[AnswerText, Field(min_length=1)]


Command = SpeechEnd | Skip | Repeat | Pause | Resume | BargeIn | End | Ping | Text
ClientMessage = Start | Command
client_message: TypeAdapter[ClientMessage] = TypeAdapter(Annotated[ClientMessage, Field(discriminator="type")])


class Outgoing(BaseModel):
    """What the server sends."""

    model_config = ConfigDict(frozen=True)


class LiveQuestion(Outgoing):
    """The question that is asked. `number` counts main questions from 1; a follow-up has the number of its question.

    `time_limit` is in seconds; `deadline` is when it has passed. Nobody is cut off in a sentence then.
    """

    id: UUID
    number: int
    text: str
    category: str
    time_limit: int
    deadline: datetime | None
    follow_up_of: UUID | None


class Ready(Outgoing):
    """The answer to `start`: send audio from sample `next_sample` of the answer to `question`."""

    type: Literal["ready"] = "ready"
    session_id: UUID
    engine: str
    question: LiveQuestion | None
    next_sample: int
    sample_rate: int
    state: State
    protocol: int = PROTOCOL


class Status(Outgoing):
    """What the interviewer does now."""

    type: Literal["status"] = "status"
    state: State


class Asked(LiveQuestion):
    """A new question, or the same one with a new deadline. Count samples from 0 when its id is new."""

    type: Literal["question"] = "question"


class Spoken(Outgoing):
    """A sentence of the interviewer. `url` is null where the server has no voice: show the text."""

    type: Literal["speech"] = "speech"
    text: str
    url: str | None
    voice: str


class PartialText(Outgoing):
    """What is heard so far of a segment: `stable` will not be changed by later revisions, `unstable` may be."""

    type: Literal["partial"] = "partial"
    segment: int
    revision: int
    stable: str
    unstable: str


class FinalText(Outgoing):
    """What was heard in a segment. `words` are [text, start, end, probability]."""

    type: Literal["final"] = "final"
    segment: int
    text: str
    start: float
    end: float
    words: list[tuple[str, float, float, float | None]]
    confidence: float | None
    engine: str


class Ack(Outgoing):
    """Audio up to `next_sample` is on disk."""

    type: Literal["ack"] = "ack"
    next_sample: int


class AnswerTaken(Outgoing):
    """An answer is closed and kept."""

    type: Literal["answer"] = "answer"
    answer_id: UUID
    question_id: UUID
    transcript: str


class Judged(Outgoing):
    """An answer was evaluated. `overall` is 0-100, null when there was too little to judge."""

    type: Literal["evaluation"] = "evaluation"
    answer_id: UUID
    status: Literal["scored", "insufficient_evidence", "failed"]
    overall: float | None


class Notice(Outgoing):
    """Something the candidate should know; the interview goes on."""

    type: Literal["warning"] = "warning"
    code: str
    message: str


class Refused(Outgoing):
    """A message that could not be followed; the connection lives."""

    type: Literal["error"] = "error"
    code: str
    message: str


class Gap(Outgoing):
    """Samples are missing before the ones that came: send again from `next_sample`."""

    type: Literal["error"] = "error"
    code: Literal["gap"] = "gap"
    message: str = "Samples are missing: send again from next_sample."
    next_sample: int


class Pong(Outgoing):
    """The server is there."""

    type: Literal["pong"] = "pong"


class Ended(Outgoing):
    """The interview is over."""

    type: Literal["ended"] = "ended"
    session_id: UUID


Event = (
    Ready
    | Status
    | Asked
    | Spoken
    | PartialText
    | FinalText
    | Ack
    | AnswerTaken
    | Judged
    | Notice
    | Refused
    | Gap
    | Pong
    | Ended
)
