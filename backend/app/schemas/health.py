"""Whether the server serves, and what is live in it."""

from typing import Literal

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


class ReadinessOut(Schema):
    """`status` is `ready` when requests are served. A part that is a sentence is not loaded, or off, as it says."""

    status: Literal["ready", "loading", "unavailable"]
    database: str
    warm_up: dict[str, str]
    speech_to_text: RecognitionOut
    text_to_speech: VoicesOut | str
    live_interviews: int
    embedding: str
    judge: JudgeOut | str
    language_model: str
    questions: int
