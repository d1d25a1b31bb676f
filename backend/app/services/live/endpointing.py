"""When has somebody finished answering? Later than a machine would think: people pause to think.

Time is the time of the sound, never of the clock, so a slow network or a resent stretch ends nothing.

How the last words end decides how long a silence is waited for (`SILENCE`):

- finished: a full stop, six words or more, no word that asks for more, and a last word as sure as `FINISHED` says;
- open: "and", "because", "the", "um", dots, a comma, or a little word without a full stop;
- unclear: everything else.

318 places in clips of people and of a neural voice, heard by Whisper tiny.en: 55 ends of sentences and 263 words in the
middle of one. One half of the clips chose the figures, the other was held back (`benchmarks/turn_ends.py`):

| ending | silence | ends, chosen on / held back | middles | ends without a turn detector | middles |
|---|---|---|---|---|---|
| finished | 1.1 s | 55 / 65 % | 3.8 / 3.8 % | 55 / 58 % | 3.1 / 4.5 % |
| unclear | 2.5 s | 41 / 35 % | 62 / 56 % | 41 / 42 % | 62 / 56 % |
| open | 3.5 s | 3 / 0 % | 35 / 40 % | 3 / 0 % | 35 / 40 % |

Few words, and questions that are thought about aloud, make it longer: `silence_threshold`.
"""

import re
from typing import Literal

from app.engines.stt.live import Final
from app.judge.language.syntax import BE_FORMS, DETERMINERS, HAVE_FORMS, MODALS, OPENERS, PREPOSITIONS, RELATIVES
from app.judge.types import POINT_CATEGORIES

EndOfAnswer = Literal["candidate", "silence"]
"""Who ends an answer: the candidate by a command, or a silence that follows words."""
Ending = Literal["finished", "unclear", "open"]
SILENCE: dict[Ending, float] = {"finished": 1.1, "unclear": 2.5, "open": 3.5}
"""Seconds of silence after which an answer may be over."""
FINISHED = ((0.8, 0.96), (0.05, 0.99))
"""Probabilities of the turn detector and of the last word, each pair enough: a word that was cut off, or guessed from
half of it, is less sure. Sound and words err in different places."""
FINISHED_BY_WORDS = 0.985
"""Probability of the last word that is enough without a turn detector."""
FINISHED_WORDS = 6
"""A shorter text is a whole sentence too often, and an answer seldom."""
FEW_WORDS = 15
FEW_WORDS_EXTRA = 0.5
"""Who has said so little has hardly begun."""
THINKING_EXTRA: dict[Ending, float] = {"finished": 0.25, "unclear": 0.5, "open": 0.5}
"""Technical and design questions are thought about aloud, with gaps."""
NEVER_LAST = frozenset(
    """a an the my your our their its every and or but nor so because if although whereas unless whenever of into onto
    towards during than which who whose i very i'm we're they're it's there's i've we've they've i'd we'd i'll we'll
    um uh er erm hmm mm""".split()
)
"""Words that no sentence ends with, whatever the recogniser puts after them."""
SELDOM_LAST = BE_FORMS | DETERMINERS | HAVE_FORMS | MODALS | OPENERS | PREPOSITIONS | RELATIVES | {"we", "they", "not"}
"""Words that ask for more unless the recogniser heard the end of a sentence."""
OVERTIME_SILENCE = 1.0
"""When the time is up, the end of a sentence is enough."""
LONG_SILENCE = 12.0
"""Seconds of silence after which candidates who end their answers themselves are asked whether they are still there."""
LONGEST_SILENCE = 20.0
"""Seconds of silence that end their answer all the same."""
BARGE_IN_SPEECH = 0.5
"""Seconds of speech that show that somebody wants to talk; less may be a cough or an echo."""


def silence_threshold(words: int, category: str, *, overtime: bool, ending: Ending = "unclear") -> float:
    """Seconds of silence that end an answer of so many words to a question of this category: 1.1 to 4.5."""
    if overtime:
        return OVERTIME_SILENCE
    few = FEW_WORDS_EXTRA * (words < FEW_WORDS and ending != "finished")
    return SILENCE[ending] + few + THINKING_EXTRA[ending] * (category in POINT_CATEGORIES)


def ending_of(text: str, sure: float | None, detected: float | None, *, words_before: int = 0) -> Ending:
    """How the text of the last segment ends.

    `sure` is the probability (0-1) of its last word, `detected` that of the turn detector, None where there is none;
    the answer has `words_before` the segment.
    """
    words = re.findall(r"[^\W_]+(?:['’][^\W_]+)*", text.lower().replace("’", "'"))
    plain = text.rstrip(" \"'”)")
    has_stop = plain.endswith((".", "?", "!")) and not plain.endswith("..")
    if not words or words[-1] in NEVER_LAST or plain.endswith(("..", "…", ",", "-", "–")):
        return "open"
    if not has_stop:
        return "open" if words[-1] in SELDOM_LAST else "unclear"
    if detected is None:
        is_sure = sure is not None and sure >= FINISHED_BY_WORDS
    else:
        is_sure = any(detected >= turn and (sure or 0.0) >= word for turn, word in FINISHED)
    return "finished" if is_sure and words_before + len(words) >= FINISHED_WORDS else "unclear"


class Endpointing:
    """Follows the speech of one answer. All times are seconds in its audio."""

    def __init__(self, category: str, *, heard_until: float = 0.0, words: int = 0) -> None:
        self._category = category
        self._final_words = words
        self._partial_words = 0
        self._last_text = ""
        self._words_before_last = 0
        self._last_sure: float | None = None
        self._detected: tuple[float, float] | None = None
        self._spoken_until = heard_until
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
        self._spoken_until = at
        self._began, self.silence = None, max(0.0, min(silence, at + silence - self._resumed))

    def resumed(self, at: float) -> None:
        """The interview stood still until now: the silence of that time ends no answer."""
        self._resumed, self.silence = at, 0.0

    def partial(self, words: int) -> None:
        """The segment that is being spoken has so many words by now."""
        self._partial_words = words

    def final(self, final: Final) -> None:
        """A segment ended."""
        self._partial_words = 0
        if final.words:
            self._words_before_last = self._final_words
            self._final_words += len(final.words)
            self._last_text, self._last_sure = final.text, final.words[-1].probability

    def detected(self, at: float, finished: float) -> None:
        """What the turn detector makes of the speech that ended at `at`: 0-1."""
        self._detected = at, finished

    @property
    def ending(self) -> Ending:
        """How the last words end; unclear as long as they may still change."""
        if self._partial_words or not self._last_text:
            return "unclear"
        at, finished = self._detected or (None, None)
        detected = finished if at == self._spoken_until else None
        return ending_of(self._last_text, self._last_sure, detected, words_before=self._words_before_last)

    def is_over(self, *, overtime: bool) -> bool:
        """Whether the answer has ended by itself. Never before a word was understood."""
        enough = silence_threshold(self.words, self._category, overtime=overtime, ending=self.ending)
        return self.words > 0 and self.silence >= enough

    @property
    def is_long_silent(self) -> bool:
        """Whether nobody has spoken for so long, after words, that they may have forgotten to end the answer."""
        return self.words > 0 and self.silence >= LONG_SILENCE

    @property
    def is_left_open(self) -> bool:
        """Whether the answer of somebody who ends it themselves is over without them."""
        return self.words > 0 and self.silence >= LONGEST_SILENCE
