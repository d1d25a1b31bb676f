"""Local agreement: words are shown as stable when two successive guesses share them.

LocalAgreement-2 of Liu et al. 2020, as used by whisper_streaming (Machacek et al. 2023).
"""

from collections.abc import Sequence

from app.engines.stt.base import TimedWord


class Agreement:
    """The stable and unstable words of one segment."""

    def __init__(self) -> None:
        self._stable: list[TimedWord] = []
        self._last: Sequence[TimedWord] = ()

    def add(self, words: Sequence[TimedWord]) -> tuple[str, str]:
        """Takes the newest guess at the whole segment; returns the stable text and what follows it."""
        new, old = self._after_stable(words), self._after_stable(self._last)
        agreed = 0
        while agreed < min(len(new), len(old)) and spoken(new[agreed].text) == spoken(old[agreed].text):
            agreed += 1
        self._stable += new[:agreed]
        self._last = words
        return _text(self._stable), _text(new[agreed:])

    def _after_stable(self, words: Sequence[TimedWord]) -> Sequence[TimedWord]:
        """The part of a guess that goes on after the stable words; by time where it contradicts them."""
        count = len(self._stable)
        if [spoken(word.text) for word in words[:count]] == [spoken(word.text) for word in self._stable]:
            return words[count:]
        end = self._stable[-1].end
        return [word for word in words if (word.start + word.end) / 2 > end]


def spoken(text: str) -> str:
    """A word as it sounds: case and punctuation come and go between guesses."""
    return "".join(character for character in text.lower() if character.isalnum())


def _text(words: Sequence[TimedWord]) -> str:
    return " ".join(word.text for word in words)
