"""The stretch of speech that is being said: its frames, where it can be cut, and the stretches to recognise."""

from dataclasses import dataclass, field

from app.engines.audio import SPEECH_RATE
from app.engines.stt.live.decoding import Stretch
from app.engines.stt.live.endpoint import FRAME_SECONDS, frames
from app.engines.stt.live.local_agreement import LocalAgreement
from app.engines.stt.live.segmentation import CONTEXT_SECONDS, CUT_MARGIN_SECONDS
from app.engines.stt.live.tape import Tape
from app.engines.stt.vad import FRAME

CONTEXT = round(CONTEXT_SECONDS * SPEECH_RATE)
PAD = round(0.2 * SPEECH_RATE)
"""Soft consonants before and after the detected speech are part of it (VadOptions.pad)."""
SHORTEST_FRAMES = frames(0.1)
"""With less speech than this a segment is a click (VadOptions.shortest)."""
GAP_FRAMES = 3
"""A gap between words is told from a closed consonant by its length, about a tenth of a second."""


@dataclass(slots=True)
class Segment:
    """Speech from the frame `begin` on. `joined`: the speech before it was cut off in its run."""

    number: int
    begin: int
    joined: bool = False
    voiced: list[bool] = field(default_factory=list)
    levels: list[float] = field(default_factory=list)
    agreement: LocalAgreement = field(default_factory=LocalAgreement)
    revision: int = 0
    """Partials shown so far."""
    guessed: float = 0.0
    """Seconds of it that the last partial heard."""
    closed: bool = False
    """Its final is under way, partials come too late."""

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.voiced) * FRAME_SECONDS

    @property
    def voiced_seconds(self) -> float:
        """How much of it is speech."""
        return sum(self.voiced) * FRAME_SECONDS

    @property
    def _voiced_frames(self) -> tuple[int, int]:
        """The first voiced frame and that after the last, counted from its begin."""
        voiced = [at for at, value in enumerate(self.voiced) if value]
        return (voiced[0], voiced[-1] + 1) if voiced else (0, len(self.voiced))

    @property
    def is_click(self) -> bool:
        """Whether there is too little speech for a word."""
        return sum(self.voiced) < SHORTEST_FRAMES

    def add(self, voiced: bool, level: float) -> None:
        """The next frame, with the mean of its amplitude."""
        self.voiced.append(voiced)
        self.levels.append(level)

    def quietest(self, within: float) -> int:
        """The frame in the last seconds `within` where a cut is least likely to hit a word."""
        half, last = len(self.levels) // 2, len(self.levels) - frames(CUT_MARGIN_SECONDS)
        first = max(half, len(self.levels) - frames(within), GAP_FRAMES)
        around = GAP_FRAMES // 2
        return self.begin + min(range(first, last), key=lambda at: sum(self.levels[at - around : at + around + 1]))

    def rest_after(self, frame: int, base: int, *, joined: bool) -> "Segment":
        """The segment that goes on after this one is cut at `frame`; takes along the frames and what is known of them.

        `base` is the sample of the answer at which the tape started.
        """
        at = frame - self.begin
        rest = Segment(self.number + 1, frame, joined, self.voiced[at:], self.levels[at:])
        rest.agreement = self.agreement.rest_after((base + frame * FRAME) / SPEECH_RATE)
        rest.guessed = max(0.0, self.guessed - at * FRAME_SECONDS)
        del self.voiced[at:], self.levels[at:]
        return rest

    def stretch(self, tape: Tape, base: int, end: int, *, cut: bool = False) -> Stretch:
        """Its sound up to the sample `end`, with context where it is or was cut in its run.

        `base` is the sample of the answer at which the tape started.
        """
        begin = self.begin * FRAME
        first = max(tape.begin, begin - CONTEXT) if self.joined else begin
        last = min(tape.end, end + CONTEXT) if cut else end
        voiced_from, voiced_to = self._voiced_frames
        return Stretch(
            pcm=tape.slice(first, last),
            begin=base + first,
            keep_from=base + begin if self.joined else 0,
            keep_to=base + (end if cut else last + SPEECH_RATE),
            speech_from=base + (first if self.joined else begin + FRAME * voiced_from - PAD),
            speech_to=base + (last if cut else begin + FRAME * voiced_to + PAD),
            voiced=self.voiced_seconds,
        )
