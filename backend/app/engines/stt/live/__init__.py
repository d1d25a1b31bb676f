"""Transcription while somebody speaks, on any engine of `app.engines.stt`.

push(pcm) ─ Tape ─ Silero ─ Endpointer ─┬─ partials ─ LocalAgreement ─┐
                                        ├─ drafts ────────────────────┼─ Outbox ─ events()
                                        └─ finals ────────────────────┘
                                 (each waits for its turn at LiveScheduler)
"""

from app.engines.stt.live.events import CaptionsThin, Final, LiveEvent, Partial, SpeechPaused, SpeechStarted, TurnScored
from app.engines.stt.live.scheduler import LiveScheduler
from app.engines.stt.live.transcriber import LiveTranscriber

__all__ = [
    "CaptionsThin",
    "Final",
    "LiveEvent",
    "LiveScheduler",
    "LiveTranscriber",
    "Partial",
    "SpeechPaused",
    "SpeechStarted",
    "TurnScored",
]
