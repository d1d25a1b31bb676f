"""What a candidate may do in a live interview besides speaking, as domain values."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SpeechEnd:
    """The candidate is done with this answer; with `follow_up` a further question about it is welcome."""

    follow_up: bool = False


@dataclass(frozen=True, slots=True)
class TypedAnswer:
    """A typed answer to the current question."""

    text: str


@dataclass(frozen=True, slots=True)
class Skip:
    """Leave this question out."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """Speak the question again."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Stop the clock."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Let the clock run again."""


@dataclass(frozen=True, slots=True)
class BargeIn:
    """The candidate begins to speak before the interviewer is done."""


@dataclass(frozen=True, slots=True)
class EndInterview:
    """End the interview here; what was answered so far is kept."""


@dataclass(frozen=True, slots=True)
class Ping:
    """Ask for a pong."""


Command = SpeechEnd | TypedAnswer | Skip | Repeat | Pause | Resume | BargeIn | EndInterview | Ping
