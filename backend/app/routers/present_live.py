"""Live events and commands in v1's words."""

from typing import assert_never

from app.schemas.live import (
    AckEvent,
    AnswerEvent,
    AnyServerEvent,
    CommandMessage,
    EndedEvent,
    ErrorEvent,
    EvaluationEvent,
    FinalEvent,
    GapEvent,
    PartialEvent,
    PlanFields,
    PongEvent,
    QuestionEvent,
    QuestionFields,
    ReadyEvent,
    SpeechEvent,
    StatusEvent,
    TextMessage,
    WarningEvent,
)
from app.services.answers.answer_service import HeardSegment
from app.services.live import commands, events
from app.services.live.commands import Command
from app.services.live.events import Event, LiveQuestion
from app.web.prefix import public

COMMANDS: dict[str, Command] = {
    "speech_end": commands.SpeechEnd(),
    "skip": commands.Skip(),
    "repeat": commands.Repeat(),
    "pause": commands.Pause(),
    "resume": commands.Resume(),
    "barge_in": commands.BargeIn(),
    "end": commands.EndInterview(),
    "ping": commands.Ping(),
}
"""By the `type` of the client's message, for those that have no other field."""


def to_command(message: CommandMessage) -> Command:
    """What the client wants."""
    return commands.TypedAnswer(message.text) if isinstance(message, TextMessage) else COMMANDS[message.type]


def to_message(event: Event) -> AnyServerEvent:
    """An event as v1 sends it."""
    match event:
        case events.Joined():
            return ReadyEvent(
                session_id=event.session.public_id,
                engine=event.engine,
                plan=PlanFields(questions=event.plan.questions, follow_ups=event.plan.follow_ups),
                question=_fields(event.question) if event.question else None,
                next_sample=event.next_sample,
                sample_rate=event.sample_rate,
                state=event.state,
            )
        case events.StateChanged():
            return StatusEvent(state=event.state)
        case events.QuestionAsked():
            return QuestionEvent(**dict(_fields(event.question)))
        case events.SentenceSpoken():
            return SpeechEvent(text=event.text, url=public(event.audio.url) if event.audio else None, voice=event.voice)
        case events.PartialText():
            return PartialEvent(
                segment=event.segment, revision=event.revision, stable=event.stable, unstable=event.unstable
            )
        case HeardSegment():
            return FinalEvent(
                segment=event.number,
                text=event.text,
                start=event.start,
                end=event.end,
                words=[(word.text, word.start, word.end, word.probability) for word in event.words],
                confidence=event.confidence,
                engine=event.engine,
            )
        case events.Ack():
            return AckEvent(next_sample=event.next_sample)
        case events.AnswerClosed():
            return AnswerEvent(
                answer_id=event.answer.public_id,
                question_id=event.question.public_id,
                transcript=event.transcript,
            )
        case events.AnswerEvaluated():
            return EvaluationEvent(answer_id=event.answer.public_id, status=event.status, overall=event.overall)
        case events.Notice():
            return WarningEvent(code=event.code, message=event.message)
        case events.CommandRejected():
            return ErrorEvent(code=event.code, message=event.message)
        case events.Gap():
            return GapEvent(next_sample=event.next_sample)
        case events.Pong():
            return PongEvent()
        case events.InterviewEnded():
            return EndedEvent(session_id=event.session.public_id)
        case _:
            assert_never(event)


def _fields(question: LiveQuestion) -> QuestionFields:
    return QuestionFields(
        id=question.id.public_id,
        number=question.number,
        text=question.text,
        category=question.category,
        time_limit=question.time_limit,
        deadline=question.deadline,
        follow_up_of=question.follow_up_of.public_id if question.follow_up_of else None,
    )
