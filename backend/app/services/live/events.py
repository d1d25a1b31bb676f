"""What happens in a live interview, as domain values: each face renders them in its own words.

The final text of a segment is a `HeardSegment`, as answers keep it; all other events are defined here. Rows appear with
both of their ids, so that a face shows the one of its document without asking the database. Times are seconds in the
answer's audio unless they are dates.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from typing_extensions import TypeAliasType

from app.errors import ErrorType, FieldError
from app.models.base import Record
from app.models.values.kinds import Category, Voice
from app.services.answers.answer_service import HeardSegment
from app.services.speech.tts_service import SpokenFile

State = Literal["asking", "listening", "processing", "paused", "ended"]
NoticeCode = TypeAliasType(
    "NoticeCode",
    Literal[
        "time_limit",
        "answer_too_long",
        "answer_replaced",
        "captions_thin",
        "no_transcription",
        "still_there",
        "answer_goes_on",
    ],
)
RejectionCode = TypeAliasType(
    "RejectionCode",
    Literal[
        "bad_frame",
        "bad_message",
        "not_started",
        "already_started",
        "not_now",
        "not_paused",
        "nothing_recorded",
        "sample_rate",
    ],
)


@dataclass(frozen=True, slots=True)
class RecordId:
    """The two ids of one row: its integer key and its public UUID."""

    key: int
    public_id: UUID

    @classmethod
    def of(cls, row: Record) -> "RecordId":
        """The ids of this row."""
        return cls(row.id, row.public_id)


@dataclass(frozen=True, slots=True)
class LiveQuestion:
    """The question that is asked. `number` counts main questions from 1; a follow-up has the number of its question.

    `place` is for faces that number all questions of an interview, `root_place` the place of the question that is
    followed up, or its own. `time_limit` is in seconds; `deadline` is when it has passed, None while the interview is
    paused.
    """

    id: RecordId
    number: int
    place: int
    root_place: int
    text: str
    category: Category
    time_limit: int
    deadline: datetime | None
    follow_up_of: RecordId | None


@dataclass(frozen=True, slots=True)
class Plan:
    """How many main questions the interview has, and how many follow-ups may still come at most."""

    questions: int
    follow_ups: int


@dataclass(frozen=True, slots=True)
class Joined:
    """A connection takes part: it sends audio from sample `next_sample` of the answer to `question` (None at the end).

    `engine` is the name of the recogniser, `sample_rate` (Hz) what the connection asked for.
    """

    plan: Plan

    session: RecordId
    engine: str
    question: LiveQuestion | None
    next_sample: int
    sample_rate: int
    state: State


@dataclass(frozen=True, slots=True)
class StateChanged:
    """What the interviewer does now."""

    state: State


@dataclass(frozen=True, slots=True)
class QuestionAsked:
    """A new question, or the same one with a new deadline. Samples count from 0 when it is another question."""

    question: LiveQuestion


@dataclass(frozen=True, slots=True)
class SentenceSpoken:
    """A sentence of the interviewer. Without a voice there is no `audio`: the text has to do."""

    text: str
    audio: SpokenFile | None
    voice: Voice


@dataclass(frozen=True, slots=True)
class PartialText:
    """What was heard so far of a segment: later revisions keep `stable` as it is and may change `unstable`."""

    segment: int
    revision: int
    stable: str
    unstable: str


@dataclass(frozen=True, slots=True)
class Ack:
    """Audio up to `next_sample` is on disk."""

    next_sample: int


@dataclass(frozen=True, slots=True)
class AnswerClosed:
    """An answer is complete and stored."""

    answer: RecordId
    question: RecordId
    transcript: str


@dataclass(frozen=True, slots=True)
class AnswerEvaluated:
    """An answer was evaluated. `overall` is 0-100, None when there was too little to judge."""

    answer: RecordId
    status: Literal["scored", "insufficient_evidence", "failed"]
    overall: float | None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the candidate should know; the interview goes on."""

    code: NoticeCode
    message: str


@dataclass(frozen=True, slots=True)
class CommandRejected:
    """A message of the client that could not be followed; the connection stays open.

    `details` say what is wrong with which field, where the message could not be understood.
    """

    code: RejectionCode | ErrorType
    message: str
    details: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """Samples are missing before the ones that came, which were dropped: the client sends again from `next_sample`."""

    next_sample: int


@dataclass(frozen=True, slots=True)
class Pong:
    """The answer to a ping."""


@dataclass(frozen=True, slots=True)
class InterviewEnded:
    """The interview is over."""

    session: RecordId


Event = (
    Joined
    | StateChanged
    | QuestionAsked
    | SentenceSpoken
    | PartialText
    | HeardSegment
    | Ack
    | AnswerClosed
    | AnswerEvaluated
    | Notice
    | CommandRejected
    | Gap
    | Pong
    | InterviewEnded
)
