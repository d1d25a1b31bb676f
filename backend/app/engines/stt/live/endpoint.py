"""Where speech starts and stops, decided frame by frame (32 ms) from the probabilities of Silero."""

from enum import Enum, auto

from app.engines.audio import SPEECH_RATE
from app.engines.stt.vad import FRAME

FRAME_SECONDS = FRAME / SPEECH_RATE
START, STOP = 0.5, 0.35
"""Probabilities above which speech starts and below which it stops (silero-vad's own hysteresis)."""


def frames(seconds: float) -> int:
    """Whole frames in a time, at least one."""
    return max(1, round(seconds / FRAME_SECONDS))


START_FRAMES = frames(0.2)
"""Speech has started when so much of it was heard: a click or a cough is shorter."""
SOFT = 0.2
"""Probability above which sound right before the start belongs to the speech: soft first words stay under START."""
SOFT_GAP_FRAMES = frames(0.3)
"""Silence between such sound and what follows it."""
LEAD_FRAMES = frames(2.0)
"""How far before the start they may begin."""
LULL_FRAMES = frames(0.16)
"""A silence after which the segment may be over: its text is prepared. In read speech and talks three of four such
silences are the end of a segment, and there is one that is not in 15 s."""
BREATH_FRAMES = frames(0.25)
"""A silence that ends a long segment."""
PAUSE_FRAMES = frames(0.6)
"""A silence that ends a segment."""
PAUSE_STEP_SECONDS = 0.25
"""Beyond that, silence is reported so often."""


class Mark(Enum):
    """What a frame changes."""

    STARTED = auto()
    LULL = auto()
    """Silence for 0.16 s."""
    BREATH = auto()
    """Silence for 0.25 s."""
    RESUMED = auto()
    """Speech again after a lull or a breath."""
    PAUSED = auto()
    """Silence for 0.6 s: speech is over."""
    STILL_PAUSED = auto()
    """Another 0.25 s of silence."""


class Endpointer:
    """Turns probabilities into marks. Frames are counted from 0; memory is constant."""

    def __init__(self) -> None:
        self.frame = 0
        """Frames seen."""
        self.speaking = False
        self.begin = 0
        """First frame of the speech that goes on or was last."""
        self.lead = 0
        """The frame at which soft sound before it began, `begin` where there was none."""
        self.end = 0
        """The frame after its last voiced one."""
        self._soft = (0, 0)
        """Begin and end of the newest soft sound."""
        self._run = 0
        self._reports = 0

    @property
    def silence(self) -> float:
        """Seconds since the last speech ended."""
        return (self.frame - self.end) * FRAME_SECONDS

    @property
    def may_lull(self) -> bool:
        """Whether the last frames were silent, so that a lull may be near."""
        return self.frame - self.end >= 2

    def is_voiced(self, probability: float) -> bool:
        """Whether a frame counts as speech now."""
        return probability >= (STOP if self.speaking else START)

    def feed(self, probability: float) -> Mark | None:
        """Takes the next frame; at most one thing changes with it."""
        voiced = self.is_voiced(probability)
        if probability >= SOFT:
            begin, end = self._soft
            self._soft = begin if self.frame - end <= SOFT_GAP_FRAMES else self.frame, self.frame + 1
        self.frame += 1
        return self._while_speaking(voiced) if self.speaking else self._while_silent(voiced)

    def _while_speaking(self, voiced: bool) -> Mark | None:
        silent = self.frame - self.end
        if voiced:
            self.end = self.frame
            return Mark.RESUMED if silent > LULL_FRAMES else None
        if silent == PAUSE_FRAMES:
            self.speaking = False
            self._run = self._reports = 0
            return Mark.PAUSED
        return {LULL_FRAMES: Mark.LULL, BREATH_FRAMES: Mark.BREATH}.get(silent)

    def _while_silent(self, voiced: bool) -> Mark | None:
        self._run = self._run + 1 if voiced else 0
        if self._run == START_FRAMES:
            self.speaking = True
            before, self.begin, self.end = self.end, self.frame - START_FRAMES, self.frame
            self.lead = min(self.begin, max(self._soft[0], before, self.begin - LEAD_FRAMES))
            return Mark.STARTED
        if (
            self.end
            and not voiced
            and self.silence >= PAUSE_FRAMES * FRAME_SECONDS + (self._reports + 1) * PAUSE_STEP_SECONDS
        ):
            self._reports += 1
            return Mark.STILL_PAUSED
        return None
