"""Local agreement: words are shown as stable when two successive guesses share them.

LocalAgreement-2 of Liu et al. 2020, as used by whisper_streaming (Machacek et al. 2023).
"""

from collections.abc import Sequence

from app.engines.stt.base import TimedWord


class LocalAgreement:
    """The stable and unstable words of one segment."""

    def __init__(self) -> None:
        self.stable: tuple[TimedWord, ...] = ()
        self._unstable: Sequence[TimedWord] = ()

    def add(self, words: Sequence[TimedWord]) -> tuple[str, str]:
        """Takes the newest guess at the segment; returns the stable text and what follows it."""
        new = self._after_stable(words)
        agreed = 0
        while agreed < min(len(new), len(self._unstable)) and _same(new[agreed], self._unstable[agreed]):
            agreed += 1
        self.stable += tuple(new[:agreed])
        self._unstable = new[agreed:]
        return _text(self.stable), _text(self._unstable)

    def rest_after(self, time: float) -> "LocalAgreement":
        """What is known of the words after a cut at `time`, in seconds of the answer."""
        rest = LocalAgreement()
        rest.stable = tuple(word for word in self.stable if middle(word) >= time)
        rest._unstable = [word for word in self._unstable if middle(word) >= time]
        return rest

    def _after_stable(self, words: Sequence[TimedWord]) -> Sequence[TimedWord]:
        """What goes on after the stable words; by time where the guess contradicts them."""
        count = len(self.stable)
        if len(words) >= count and all(map(_same, words, self.stable)):
            return words[count:]
        return followers(self.stable, words)


def followers(before: Sequence[TimedWord], words: Sequence[TimedWord]) -> Sequence[TimedWord]:
    """Those of `words` that come after the words `before`, told by their middles.

    The last word before may come once more, a little later than the first time: that is an echo.
    """
    if not before:
        return words
    last = before[-1]
    rest = [word for word in words if middle(word) > last.end]
    return rest[1:] if rest and rest[0].start < last.end and _same(rest[0], last) else rest


def middle(word: TimedWord) -> float:
    """The time by which a word belongs to one side of a cut or the other: its edges move from guess to guess."""
    return (word.start + word.end) / 2


def spoken(text: str) -> str:
    """A word as it sounds: case and punctuation come and go between guesses."""
    return "".join(character for character in text.lower() if character.isalnum())


def _same(one: TimedWord, other: TimedWord) -> bool:
    return spoken(one.text) == spoken(other.text)


def _text(words: Sequence[TimedWord]) -> str:
    return " ".join(word.text for word in words)
