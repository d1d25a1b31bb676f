"""How long a live segment may grow and how often it is looked at: one table, by engine."""

from dataclasses import dataclass

CONTEXT_SECONDS = 1.0
"""Sound from beyond a cut in running speech that both sides hear and whose words they leave to the other. With the
offline engine and cuts every 5 s it takes the word error rate from 36 % to 28 % (26 % without cuts)."""
CUT_SECONDS = 5.0
"""A forced cut is looked for in the last half of the segment, and in no more than this."""
CUT_MARGIN_SECONDS = 0.3
"""The newest sound is not cut: a gap there may still turn out to be a word."""


@dataclass(frozen=True, slots=True)
class Pace:
    """In seconds. A segment that is `ripe` ends at the first breath instead of a full pause, and at `longest` in
    running speech. Partials come at most every `partial_every` seconds of sound; where the time of the engine `grows`
    with the sound they hear only what follows the stable words."""

    longest: float
    ripe: float
    partial_every: float
    grows: bool = False


FLAT = Pace(longest=25.0, ripe=15.0, partial_every=1.0)
"""For engines that take nearly the same time for any length up to a window of 30 s, as Whisper does."""
PACES = {
    # Its time grows with the sound. Word errors live: 25.6 % in whole segments, 25.6 % when breaths after 3 s end them,
    # 26.9 % with cuts every 6 s besides, 28.2 % every 5 s (batch 24.8 %).
    "offline": Pace(longest=6.0, ripe=3.0, partial_every=0.6, grows=True),
    # Every request is sent over the network and may cost money.
    "openai": Pace(longest=25.0, ripe=15.0, partial_every=3.0),
}


def pace_of(engine: str) -> Pace:
    """The pace of an engine, by its name."""
    return PACES.get(engine, FLAT)
