"""How running speech becomes segments, and how often a segment is shown while it is said: one table, by engine."""

from dataclasses import dataclass

CONTEXT_SECONDS = 1.0
"""Sound from beyond a cut in running speech that both sides hear and whose words they leave to the other: a word at the
edge of the sound is heard wrong."""
CUT_MARGIN_SECONDS = 0.3
"""The newest sound is not cut: a gap there may still turn out to be a word."""
SENTENCE_SECONDS = 1.5
"""Speech in a segment before a full stop may end it in a breath: Whisper puts one after single words, too."""


@dataclass(frozen=True, slots=True)
class Segmentation:
    """In seconds. A segment that is `ripe`, or whose text is a whole sentence, ends at the first breath instead of a
    full pause; at `longest` it ends in running speech, at the quietest place of its last half and of the last
    `cut_within` seconds. Partials come at most every `partial_every` seconds of sound. A recording of up to `again`
    seconds costs one decode, so an answer that was heard in pieces is heard again as a whole."""

    longest: float
    ripe: float
    partial_every: float
    cut_within: float = 5.0
    again: float = 0.0


LOCAL = Segmentation(longest=25.0, ripe=15.0, partial_every=0.8, again=28.0)
"""For engines in this process: up to a window of Whisper's."""
SEGMENTATIONS = {
    # Every request is sent over the network and may cost money.
    "openai": Segmentation(longest=25.0, ripe=15.0, partial_every=3.0),
}


def segmentation_for(engine: str) -> Segmentation:
    """How speech is cut for an engine, by its name."""
    return SEGMENTATIONS.get(engine, LOCAL)
