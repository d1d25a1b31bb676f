"""Local agreement: words are shown as stable when two successive guesses share them.

LocalAgreement-2 of Liu et al. 2020, as used by whisper_streaming (Machacek et al. 2023).
"""

from collections.abc import Sequence

from app.engines.stt.base import TimedWord


class Agreement:
    """The stable and unstable words of one segment."""

    def __init__(self) -> None:
        self._stable: list[TimedWord] = []
        self._unstable: Sequence[TimedWord] = ()

    @property
    def stable_end(self) -> float | None:
        """When the last stable word ends, in seconds of the answer."""
        return self._stable[-1].end if self._stable else None

    def add(self, words: Sequence[TimedWord], *, whole: bool = True) -> tuple[str, str]:
        """Takes the newest guess, at the `whole` segment or at what follows the stable words.

        Returns the stable text and what follows it.
        """
        new = self._after_stable(words) if whole else self._without_echo(words)
        agreed = 0
        while agreed < min(len(new), len(self._unstable)) and _same(new[agreed], self._unstable[agreed]):
            agreed += 1
        self._stable += new[:agreed]
        self._unstable = new[agreed:]
        return _text(self._stable), _text(self._unstable)

    def _after_stable(self, words: Sequence[TimedWord]) -> Sequence[TimedWord]:
        """What goes on after the stable words; by time where the guess contradicts them."""
        count = len(self._stable)
        if len(words) >= count and all(map(_same, words, self._stable)):
            return words[count:]
        end = self._stable[-1].end
        return self._without_echo([word for word in words if (word.start + word.end) / 2 > end])

    def _without_echo(self, words: Sequence[TimedWord]) -> Sequence[TimedWord]:
        """Without the last stable word once more, whose times were a little later this time."""
        if words and self._stable and words[0].start < self._stable[-1].end and _same(words[0], self._stable[-1]):
            return words[1:]
        return words


def spoken(text: str) -> str:
    """A word as it sounds: case and punctuation come and go between guesses."""
    return "".join(character for character in text.lower() if character.isalnum())


def _same(one: TimedWord, other: TimedWord) -> bool:
    return spoken(one.text) == spoken(other.text)


def _text(words: Sequence[TimedWord]) -> str:
    return " ".join(word.text for word in words)
