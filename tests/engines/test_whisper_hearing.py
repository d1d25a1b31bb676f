"""What Whisper gets wrong and what is made of it, with a model that says what each test wants it to say."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from app.engines.pool import Stop
from app.engines.stt.base import TimedWord
from app.engines.stt.whisper_hearing import PASSES, Listener, Said, is_credible

RATE = 16_000
Words = Sequence[tuple[str, float, float, float]]


def said(text: str, start: float = 0.0, end: float | None = None, probability: float = 0.9) -> Words:
    """The words of `text`, evenly spread."""
    words = text.split()
    length = ((start + 0.3 * len(words) if end is None else end) - start) / len(words)
    return [(f" {word}", start + at * length, start + (at + 1) * length, probability) for at, word in enumerate(words)]


class Scripted:
    """Stands in for faster-whisper's model: one answer a pass, and what it was asked."""

    def __init__(self, *answers: Words, logprob: float = -0.3, no_speech: float = 0.1) -> None:
        self._answers = list(answers)
        self._segment = {"avg_logprob": logprob, "no_speech_prob": no_speech}
        self.asked: list[dict[str, Any]] = []

    def transcribe(self, sound: Any, **options: Any) -> tuple[list[Any], Any]:
        self.asked.append({"seconds": len(sound) / RATE, **options})
        words = self._answers.pop(0) if self._answers else ()
        found = [SimpleNamespace(word=word, start=start, end=end, probability=p) for word, start, end, p in words]
        info = SimpleNamespace(language="en", language_probability=1.0)
        return [SimpleNamespace(words=found, **self._segment)] if found else [], info


def hear(
    model: Scripted, voiced: Sequence[tuple[float, float]], *, hot_words: str | None = None, thorough: bool = True
) -> tuple[str, list[tuple[float, float]]]:
    """The text, and the places that may be hesitations."""
    sound = np.zeros(round((voiced[-1][1] + 0.5) * RATE), np.float32)
    found = Listener(model, Stop(), 5, hot_words, thorough).hear(sound, voiced, "en")
    return " ".join(part.text for part in found.said), found.hesitations


class TestSpeechThatWasPassedOver:
    def test_a_second_sentence_is_heard_alone(self) -> None:
        model = Scripted(said("we sharded the table"), said("it took two weeks", 0.2))
        text, hesitations = hear(model, [(0.0, 1.2), (4.0, 5.2)])
        assert text == "we sharded the table it took two weeks"
        assert hesitations == []
        assert model.asked[1]["seconds"] == pytest.approx(1.6)

    def test_a_first_sentence_comes_first(self) -> None:
        model = Scripted(said("it took two weeks", 4.0), said("we sharded the table", 0.1))
        assert hear(model, [(0.0, 1.2), (4.0, 5.2)])[0] == "we sharded the table it took two weeks"

    def test_a_word_that_is_drawn_out_over_it_does_not_hide_it(self) -> None:
        model = Scripted([(" yes", 0.0, 6.0, 0.9)], said("it took two weeks", 0.2))
        assert hear(model, [(0.0, 0.4), (4.0, 5.2)])[0] == "yes it took two weeks"

    def test_a_sound_without_words_may_be_a_hesitation(self) -> None:
        model = Scripted([*said("we sharded"), *said("the table", 3.0)])
        text, hesitations = hear(model, [(0.0, 0.6), (1.2, 2.4), (3.0, 3.6)])
        assert text == "we sharded the table"
        assert hesitations == [(1.2, 2.4)]

    def test_a_short_one_is_not_worth_a_second_look(self) -> None:
        model = Scripted([*said("we sharded"), *said("the table", 3.0)])
        _, hesitations = hear(model, [(0.0, 0.6), (1.2, 1.6), (3.0, 3.6)])
        assert hesitations == [(1.2, 1.6)]
        assert len(model.asked) == 1

    def test_captions_that_are_replaced_soon_have_one_pass(self) -> None:
        model = Scripted(said("we sharded the table"), said("it took two weeks", 0.2))
        assert hear(model, [(0.0, 1.2), (4.0, 5.2)], thorough=False)[0] == "we sharded the table"
        assert len(model.asked) == 1

    def test_the_passes_are_bounded(self) -> None:
        gaps = [(float(at), at + 0.9) for at in range(0, 40, 2)]
        model = Scripted(*[said("um " * 12)] * 40)
        hear(model, gaps)
        assert len(model.asked) == PASSES


class TestLoops:
    def test_the_words_before_it_stay_and_those_under_it_are_heard(self) -> None:
        loop = [*said("we sharded the table"), *[(" um,", 1.2, 1.2, 0.9)] * 60]
        model = Scripted(loop, said("it took two weeks", 0.2))
        text, _ = hear(model, [(0.0, 1.2), (4.0, 5.2)])
        assert text == "we sharded the table um, um, it took two weeks"

    def test_a_phrase_is_kept_twice(self) -> None:
        model = Scripted([(" he" if at % 2 else " was", 0.0, 0.0, 0.9) for at in range(40)])
        assert hear(model, [(0.0, 0.5)])[0] == "was he was he"

    @pytest.mark.parametrize("letters", ["s", "ha"])
    def test_a_word_that_is_a_loop_is_left_out_and_what_it_hides_is_heard(self, letters: str) -> None:
        model = Scripted([*said("seven of clubs"), (f" {letters * 60}", 0.9, 5.2, 0.9)], said("it took two weeks", 0.2))
        assert hear(model, [(0.0, 0.9), (4.0, 5.2)])[0] == "seven of clubs it took two weeks"

    def test_people_may_repeat_themselves(self) -> None:
        text = "I I I think that that is very very very good"
        assert hear(Scripted(said(text)), [(0.0, 3.0)])[0] == text

    def test_what_loops_again_is_heard_from_pause_to_pause(self) -> None:
        um = [(" um,", 0.2, 0.2, 0.9)] * 30
        model = Scripted(said("yes", 0.0, 0.4), um, (), said("it took two weeks", 0.2))
        assert hear(model, [(0.0, 0.4), (2.0, 2.9), (3.2, 4.4)])[0] == "yes it took two weeks"

    def test_a_loop_cannot_take_long(self) -> None:
        model = Scripted(said("yes"))
        hear(model, [(0.0, 1.0)])
        assert model.asked[0]["max_new_tokens"] <= 60


class TestKeywordsThatNobodySaid:
    @pytest.mark.parametrize(
        "first",
        [
            [(" column.", 0.0, 0.1, 0.0)],
            [*said("we sharded the"), (" mutex", 0.9, 0.9, 0.05)],
            [*said("we sharded the table"), (" .", 1.2, 1.2, 0.9), (" .", 1.2, 1.2, 0.9)],
            [(" mutex,", 0.0, 0.0, 0.9)] * 20,
        ],
    )
    def test_the_keywords_are_taken_away_and_it_is_heard_again(self, first: Words) -> None:
        model = Scripted(first, said("we sharded the table"))
        assert hear(model, [(0.0, 1.2)], hot_words="column, mutex")[0] == "we sharded the table"
        assert [call["hotwords"] for call in model.asked] == ["column, mutex", None]

    def test_a_keyword_that_was_said_stays(self) -> None:
        model = Scripted(said("we took a mutex"))
        assert hear(model, [(0.0, 1.2)], hot_words="column, mutex")[0] == "we took a mutex"
        assert len(model.asked) == 1

    def test_a_stretch_of_a_sound_has_no_keywords(self) -> None:
        model = Scripted(said("yes"))
        hear(model, [(0.0, 0.3)], hot_words="column, mutex")
        assert model.asked[0]["hotwords"] is None


class TestWhatIsInvented:
    @pytest.mark.parametrize(
        ("text", "speech", "logprob", "no_speech", "kept"),
        [
            ("I sharded the table.", 2.0, -0.3, 0.1, True),
            ("Thank you.", 0.3, -0.3, 0.1, False),
            ("Thank you.", 2.0, -0.3, 0.1, True),
            ("Thanks for watching!", 0.2, -0.3, 0.1, False),
            ("words", 0.6, -0.5, 0.7, False),
            ("words", 0.6, -0.2, 0.7, True),
            ("words that were said", 2.0, -0.5, 0.7, True),
            (". . .", 2.0, -0.3, 0.1, False),
        ],
    )
    def test_it_is_left_out(self, text: str, speech: float, logprob: float, no_speech: float, kept: bool) -> None:
        words = tuple(TimedWord(*word) for word in said(text))
        assert is_credible(Said(words, logprob, no_speech), speech) is kept
