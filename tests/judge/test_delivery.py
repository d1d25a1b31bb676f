"""Pace, pauses, fillers and repeats are measured; what cannot be measured is said."""

import pytest

from app.judge.delivery.delivery import Delivery, delivery
from app.judge.language.text import Quoter
from app.judge.types import AnswerSpec, Word

STORY = (
    "Last spring our nightly import failed twice and nobody knew why so I read the logs and found a lock that two jobs "
    "took in a different order. I wrote a test that showed it, changed the order and watched it for a week. After that "
    "it never failed again and the morning report was ready at seven."
)


def speak(text: str, words_per_minute: float = 150, pause_after: dict[int, float] | None = None) -> tuple[Word, ...]:
    """Word times at a steady rate, with extra silence (seconds) after the words at the given places."""
    at, step, timed = 0.4, 60 / words_per_minute, []
    for index, word in enumerate(text.split()):
        timed.append(Word(word, at, at + 0.85 * step))
        at += step + (pause_after or {}).get(index, 0.0)
    return tuple(timed)


def spoken(text: str, *, keeps_fillers: bool = True, words: tuple[Word, ...] | None = None) -> Delivery:
    answer = AnswerSpec(
        text=text, spoken=True, words=speak(text) if words is None else words, keeps_fillers=keeps_fillers
    )
    return delivery(answer, Quoter(answer.text, answer.words))


def typed(text: str) -> Delivery:
    return delivery(AnswerSpec(text=text), Quoter(text))


def fluency(found: Delivery) -> float:
    assert found.fluency.value is not None
    return found.fluency.value


def with_fillers(every: int) -> str:
    return " ".join(f"um {word}" if at % every == 0 else word for at, word in enumerate(STORY.split()))


class TestPace:
    def test_words_per_minute_leaves_fillers_out(self) -> None:
        plain, filled = spoken(STORY), spoken(with_fillers(4))
        assert plain.stats.words_per_minute == pytest.approx(150, abs=3)
        assert filled.stats.words_per_minute == pytest.approx(120, abs=4)
        assert filled.stats.words == plain.stats.words

    @pytest.mark.parametrize(("rate", "code"), [(80, "pace_slow"), (210, "pace_fast"), (125, None), (165, None)])
    def test_only_outside_the_band_it_is_flagged(self, rate: float, code: str | None) -> None:
        codes = {flag.code for flag in spoken(STORY, words=speak(STORY, rate)).flags if flag.code.startswith("pace")}
        assert codes == ({code} if code else set())

    def test_the_band_is_wide_and_the_slope_gentle(self) -> None:
        scores = {rate: fluency(spoken(STORY, words=speak(STORY, rate))) for rate in (60, 90, 130, 160, 190, 250)}
        assert scores[130] >= 97
        assert scores[160] >= 97
        assert 85 <= scores[90] < scores[130]
        assert 85 <= scores[190] < scores[160]
        assert scores[60] < scores[90]
        assert scores[250] < scores[190]


class TestPauses:
    def test_long_pauses_are_placed(self) -> None:
        found = spoken(STORY, words=speak(STORY, pause_after={9: 2.5, 20: 0.4}))
        [pause] = found.stats.long_pauses
        assert pause.end - pause.start == pytest.approx(2.56, abs=0.02)
        assert pause.after is not None
        assert pause.after.text.endswith("knew why so") or pause.after.text.endswith("nobody knew")
        assert pause.after.end_seconds == pytest.approx(pause.start, abs=0.05)

    def test_one_thoughtful_pause_costs_little(self) -> None:
        assert fluency(spoken(STORY)) - fluency(spoken(STORY, words=speak(STORY, pause_after={9: 2.5}))) < 6


class TestFillers:
    def test_counted_by_word(self) -> None:
        stats = spoken(f"Um, {STORY} You know, um, I mean, it was good.").stats
        assert stats.fillers == 4

    def test_many_fillers_lower_the_score_and_are_flagged(self) -> None:
        few, many = spoken(with_fillers(25)), spoken(with_fillers(4))
        assert fluency(few) > 92
        assert fluency(many) < 70
        assert any(flag.code == "fillers" for flag in many.flags)

    def test_where_the_recogniser_drops_them_the_count_is_a_lower_bound(self) -> None:
        found = spoken(STORY, keeps_fillers=False)
        assert not found.stats.fillers_complete
        assert "none was written down" in found.fluency.note
        assert "fillers" not in found.fluency.details

    def test_drawn_out_words_and_voiced_gaps_are_hidden_hesitations(self) -> None:
        words = speak(STORY, pause_after={9: 1.0})
        drawn = tuple(Word(w.text, w.start, w.start + 1.8) if at == 3 else w for at, w in enumerate(words))
        gap = (words[9].end + 0.2, words[10].start - 0.2)
        answer = AnswerSpec(text=STORY, spoken=True, words=drawn, hesitations=(gap,), keeps_fillers=False)
        stats = delivery(answer, Quoter(STORY, drawn)).stats
        assert stats.fillers == 2


class TestWithoutAClock:
    def test_a_typed_answer_is_measured_on_the_text_and_says_so(self) -> None:
        found = typed(STORY)
        assert found.stats.words_per_minute is None
        assert "typed text alone" in found.fluency.note
        assert fluency(found) >= 97

    def test_broken_sentences_and_run_ons_lower_it(self) -> None:
        broken = "I worked on the. Then we had a. The client was. In the end it was and."
        run_on = " and then ".join(["we changed the import and watched it"] * 12) + "."
        assert fluency(typed(broken)) < 80
        assert fluency(typed(run_on)) < 85

    @pytest.mark.parametrize(
        "sentence",
        [
            "Barely nine of sixty orders arrived damaged.",
            "Good maps save lost drivers precious minutes.",
            "That is the village that my parents come from.",
            "I wrote to the first one, called the second, asked the third for a date, and kept a list with every "
            "answer, so that whoever came after me could see at once which of them had been asked, what they had said, "
            "when they would send it, whom to call, if the parts did not come, on a Sunday, when nobody is there.",
        ],
    )  # fmt: skip
    def test_whole_sentences_lose_nothing(self, sentence: str) -> None:
        assert typed(f"{STORY} {sentence}").fluency.details["sentences"] == 100

    @pytest.mark.parametrize("words", ["Teamwork, planning, patience, courage, honesty, diligence.", "We went to the"])
    def test_lists_and_broken_ones_do(self, words: str) -> None:
        assert typed(f"{STORY} {words}").fluency.details["sentences"] < 100

    def test_repeats_lower_it(self) -> None:
        stutter = " ".join(f"{word} {word}" if at % 6 == 0 else word for at, word in enumerate(STORY.split()))
        assert fluency(typed(stutter)) < fluency(typed(STORY)) - 10


class TestLittleOrNothing:
    @pytest.mark.parametrize(
        ("text", "reason"), [("", "No speech"), ("um uh", "Only fillers"), ("yes I did", "Only 3 words")]
    )
    def test_it_has_no_value_but_a_reason(self, text: str, reason: str) -> None:
        found = spoken(text)
        assert found.fluency.value is None
        assert reason in found.fluency.note

    @pytest.mark.parametrize("count", [5, 8, 15, 30, 60, 120, 400])
    def test_good_speech_of_any_length_scores_well_and_little_speech_not_fully(self, count: int) -> None:
        text = " ".join((STORY.split() * 8)[:count])
        value = fluency(spoken(text))
        assert 70 <= value <= 100
        assert (value < 90) == (count < 20)

    def test_one_um_in_a_short_answer_is_not_a_habit(self) -> None:
        assert fluency(spoken("I um fixed the bug by hand")) > 70

    def test_useless_word_times_fall_back_to_the_text(self) -> None:
        words = tuple(Word(word, 0.0, 0.0) for word in STORY.split())
        assert spoken(STORY, words=words).stats.words_per_minute is None
