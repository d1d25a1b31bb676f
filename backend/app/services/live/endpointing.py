"""When has somebody finished answering? Later than a machine would think: people pause to think.

Time is the time of the sound, never of the clock, so a slow network or a resent stretch ends nothing.
"""

from app.judge.types import POINT_CATEGORIES

SILENCE = 2.5
"""Seconds of silence after which an answer may be over (findings 3 and 5)."""
FEW_WORDS = 15
FEW_WORDS_EXTRA = 0.5
"""Who has said so little has hardly begun."""
THINKING_EXTRA = 0.5
"""Technical and design questions are thought about aloud, with gaps."""
OVERTIME_SILENCE = 1.0
"""When the time is up, the end of a sentence is enough."""
BARGE_IN_SPEECH = 0.5
"""Seconds of speech that show that somebody wants to talk; less may be a cough or an echo."""


def silence_threshold(words: int, category: str, *, overtime: bool) -> float:
    """Seconds of silence that end an answer of so many words to a question of this category: 2.5 to 3.5."""
    if overtime:
        return OVERTIME_SILENCE
    extra = FEW_WORDS_EXTRA * (words < FEW_WORDS) + THINKING_EXTRA * (category in POINT_CATEGORIES)
    return SILENCE + extra


class Endpointing:
    """Follows the speech of one answer. All times are seconds in its audio."""

    def __init__(self, category: str, *, heard_until: float = 0.0, words: int = 0) -> None:
        self._category = category
        self._final_words = words
        self._partial_words = 0
        self._began: float | None = None
        self._resumed = 0.0
        self.silence = 0.0
        """Seconds since somebody last spoke or resumed the interview, as far as the recogniser has listened."""
        self.position = heard_until
        """How far the recogniser has been given the sound."""

    @property
    def words(self) -> int:
        """Words so far, with those of the segment that is being spoken."""
        return self._final_words + self._partial_words

    @property
    def is_speaking(self) -> bool:
        """Whether somebody speaks right now."""
        return self._began is not None

    @property
    def barges_in(self) -> bool:
        """Whether somebody has spoken long enough to interrupt."""
        return self._began is not None and self.position - self._began >= BARGE_IN_SPEECH

    def started(self, at: float) -> None:
        """Speech began."""
        self._began, self.silence = at, 0.0

    def paused(self, at: float, silence: float) -> None:
        """Nobody has spoken since `at`, for so long."""
        self._began, self.silence = None, max(0.0, min(silence, at + silence - self._resumed))

    def resumed(self, at: float) -> None:
        """The interview stood still until now: the silence of that time ends no answer."""
        self._resumed, self.silence = at, 0.0

    def partial(self, words: int) -> None:
        """The segment that is being spoken has so many words by now."""
        self._partial_words = words

    def final(self, words: int) -> None:
        """A segment ended with so many words."""
        self._final_words += words
        self._partial_words = 0

    def is_over(self, *, overtime: bool) -> bool:
        """Whether the answer has ended by itself. Never before a word was understood."""
        return self.words > 0 and self.silence >= silence_threshold(self.words, self._category, overtime=overtime)
