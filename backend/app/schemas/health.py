"""Whether the server serves, and what is live in it."""

from typing import Literal

from pydantic import ConfigDict

from app.models.values.kinds import Voice
from app.schemas.common import Schema


class HealthOut(Schema):
    status: Literal["ok"]


class EngineOut(Schema):
    """An engine; `reason` says why it is not live or what was wrong with it last, `why` how it was chosen."""

    name: str
    live: bool
    reason: str
    why: str


class RecognitionOut(Schema):
    """Speech recognition: the engine in use, and all that were tried."""

    engine: str
    version: str
    engines: list[EngineOut]
    basic_accuracy: bool


class VoicesOut(Schema):
    """The voices: the engine in use, all that were tried, and which one speaks with each voice."""

    engine: str
    version: str
    engines: list[EngineOut]
    voices: dict[Voice, str]


class JudgeOut(Schema):
    engine: str
    version: str


class LanguageModelOut(Schema):
    """The language model that judges answers, and what that has taken since the process started."""

    model: str
    judges_answers: bool
    available: bool
    answers: int
    failed: int
    calls: int
    prompt_tokens: int
    completion_tokens: int
    cost: float
    seconds_an_answer: float | None


class JobsOut(Schema):
    """Background work: where it is done, how many jobs wait, run and were given up, how old the oldest that waits is,
    and how long those that this process did had waited, in seconds."""

    work: Literal["embedded", "external"]
    waiting: int
    running: int
    failed: int
    oldest_seconds: float
    wait_p50: float
    wait_p95: float


class ReadinessOut(Schema):
    """`status` is `ready` when requests are served. A part that is a sentence is not loaded, or off, as it says."""

    model_config = ConfigDict(extra="forbid")  # a part that is reported without standing here is a mistake

    status: Literal["ready", "loading", "unavailable"]
    database: str
    storage: str
    rate_limits: str
    warm_up: dict[str, str]
    speech_to_text: RecognitionOut
    text_to_speech: VoicesOut | str
    video_analysis: str
    live_interviews: int
    embedding: str
    judge: JudgeOut | str
    language_model: LanguageModelOut | str
    questions: int
    jobs: JobsOut | str
