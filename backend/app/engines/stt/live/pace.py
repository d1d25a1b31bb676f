"""How long a live segment may grow and how often it is looked at: one table, by engine."""

from dataclasses import dataclass

CONTEXT_SECONDS = 1.0
"""Sound from beyond a cut in running speech that both sides hear and whose words they leave to the other. With the
offline engine and cuts every 5 s it takes the word error rate from 36 % to 28 % (26 % without cuts)."""
CUT_MARGIN_SECONDS = 0.3
"""The newest sound is not cut: a gap there may still turn out to be a word."""


@dataclass(frozen=True, slots=True)
class Pace:
    """In seconds. A segment that is `ripe` ends at the first breath instead of a full pause, and at `longest` in
    running speech, at the quietest place of its last half and of the last `cut_within` seconds. Where sound is heard
    again, partials come at most every `partial_every` seconds of sound."""

    longest: float
    ripe: float
    partial_every: float
    cut_within: float = 5.0


FLAT = Pace(longest=25.0, ripe=15.0, partial_every=1.0)
"""For engines that take nearly the same time for any length up to a window of 30 s, as Whisper does."""
PACES = {
    # The last pass over an utterance takes a tenth of its length, and comes after its end; what is decoded beyond a
    # cut is decoded again.
    "offline": Pace(longest=15.0, ripe=6.0, partial_every=1.0, cut_within=1.5),
    # Every request is sent over the network and may cost money.
    "openai": Pace(longest=25.0, ripe=15.0, partial_every=3.0),
}


def pace_of(engine: str) -> Pace:
    """The pace of an engine, by its name."""
    return PACES.get(engine, FLAT)
