"""The bodies of the hiring document."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from app.models.values.kinds import Decision, Role, Voice
from app.services.recordings.analysis_service import Level
from app.web.shapes import Body, LoginRequest, Mean, Shape, WholeScore
from app.web.text import Clean, Filled, Line, ShortLine

JobText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=50_000), Filled, Clean]
SpokenText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000), Filled, Clean]
Emotion = Literal["happy", "neutral"]


class ErrorBody(Shape):
    """Every error: what went wrong and what to do."""

    detail: str


class Registration(LoginRequest):
    name: Annotated[ShortLine, Field(examples=["John Doe"])]


class Token(Shape):
    access_token: str


class User(Shape):
    id: str
    name: str
    email: str
    role: Role


class Message(Shape):
    message: str


class Created(Shape):
    interview_id: str
    status: Literal["created"] = "created"


class SetUp(Message):
    questions_count: int


class Started(Message):
    voice: Voice


class DueQuestion(Shape):
    """The question to ask now, counted from 1."""

    question_number: int
    question_id: str
    question_text: str
    voice: Voice


class Passed(Body):
    """Which question is done: sent again for the same question, it does not leave the next one behind."""

    question_id: Annotated[Line | None, Field(description="The `question_id` of next-question")] = None


class Analysis(Message):
    """`emotion` is what the face visibly did for most of the film, as coaching: happy for a smile, else neutral; null
    where nothing clear was seen or nobody looked. `confidence` is how the words sound, never a face."""

    transcript: str
    emotion: Emotion | None
    confidence: Level | None


class AnswerScore(Shape):
    """Null where there was too little to judge."""

    accuracy: WholeScore = Field(validation_alias="quality")
    communication: WholeScore
    behavior: WholeScore


class Scored(Message):
    score: AnswerScore


class SpeechWish(Body):
    text: Annotated[SpokenText, Field(examples=["Tell me about your experience with Python."])]
    voice: Voice = "female"


class Spoken(Shape):
    """`audio_path` below the address of the server; it needs no login."""

    audio_path: str


class Scores(Shape):
    """Means over the answers, 0-100; null where none was measured."""

    technical: Mean
    communication: Mean
    behavior: Mean


class ReportedQuestion(AnswerScore):
    question_id: str
    feedback: str


class Report(Shape):
    """`decision` suggests, from what was said alone, and `reasons` say why; a person decides, as `notice` says."""

    decision: Decision
    scores: Scores
    strengths: list[str]
    gaps: list[str]
    questions: list[ReportedQuestion]
    summary: str
    reasons: list[str]
    notice: str


class NoReport(Shape):
    """`processing`: ask again in some seconds; `incomplete`: there is nothing to report on, or not yet."""

    status: Literal["incomplete", "processing"]
    message: str
