"""Grammar errors are quoted; speech is not punished for how the recogniser wrote it, nor a dialect for being one."""

import statistics
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.bank.loader import questions
from app.judge.delivery.grammar import grammar
from app.judge.language.text import Quoter
from app.judge.types import AnswerSpec, Measure

GOOD = (
    "Last spring our nightly import failed twice and nobody knew why. I read the logs and found a lock that two jobs "
    "took in a different order. I wrote a test, changed the order and watched it for a week. It never failed again."
)


def judge(text: str, *, spoken: bool = False) -> Measure:
    return grammar(AnswerSpec(text=text, spoken=spoken), Quoter(text))


def value(text: str, *, spoken: bool = False) -> float:
    found = judge(text, spoken=spoken).value
    assert found is not None
    return found


class TestErrors:
    @pytest.mark.parametrize(
        ("text", "quote"),
        [
            ("So he go to the office and asked the client.", "go"),
            ("We did not developed the service in time.", "developed"),
            ("They can helps the team with the release.", "can helps"),
            ("I am agree with the plan that they made.", "am agree"),
            ("It was more better than the old version we had.", "more better"),
            ("I asked for informations about the new system.", "informations"),
            ("We discussed about the release with the whole team.", "discussed about"),
        ],
    )
    def test_are_quoted_from_the_answer(self, text: str, quote: str) -> None:
        found = judge(text)
        assert any(quote in evidence.text for evidence in found.evidence)
        assert all(text[e.begin : e.end] == e.text for e in found.evidence)
        assert value(text) < 100

    def test_more_errors_score_lower(self) -> None:
        once = GOOD + " Now they has one."
        often = GOOD + " Now they has one. He go there every days. We did not found many problem."
        assert value(GOOD) > value(once) > value(often)

    def test_quotes_lead_back_over_removed_fillers(self) -> None:
        text = "um so uh yesterday they they um can uh helps the team with it"
        found = judge(text, spoken=True)
        assert any("can uh helps" in quote.text for quote in found.evidence)
        assert all(text[e.begin : e.end] == e.text for e in found.evidence)


class TestSurprise:
    ODD = "They can the very much of walk about, and more is for a help."

    def test_what_no_rule_names_costs_and_is_shown_as_a_hint(self) -> None:
        found = judge(self.ODD)
        assert found.details["flags"] == 0
        assert value(self.ODD) < 95
        assert "low confidence" in found.note
        (hint,) = found.evidence
        assert self.ODD[hint.begin : hint.end] == hint.text

    def test_a_text_without_surprise_has_no_hint(self) -> None:
        found = judge("We asked the team for help, and they told us what they had done.")
        assert "low confidence" not in found.note

    def test_every_lowering_is_explained(self) -> None:
        for text in (self.ODD, "he have went to office since two year , i think", "Cost heru mo is lerning."):
            found = judge(text)
            assert value(text) < 97
            assert found.evidence
            assert found.note

    def test_a_rough_transcript_is_not_read_for_it(self) -> None:
        rough = AnswerSpec(text=self.ODD, spoken=True, basic_accuracy=True)
        assert grammar(rough, Quoter(rough.text)).value == 100


class TestFairness:
    def test_speech_without_punctuation_and_capitals_loses_little(self) -> None:
        bare = GOOD.lower().replace(".", "").replace(",", "")
        assert judge(bare, spoken=True).details["flags"] == 0
        assert value(bare, spoken=True) >= 90

    def test_disfluencies_are_not_grammar_errors(self) -> None:
        filled = GOOD.lower().replace(".", " um").replace(" the ", " the the ").replace(" i ", " i uh i mean i ")
        assert judge(filled, spoken=True).details["flags"] == 0
        assert value(filled, spoken=True) >= 90

    def test_a_word_set_twice_is_an_error_in_writing(self) -> None:
        assert value(GOOD.replace(" the logs", " the the logs")) < value(GOOD)

    def test_a_clause_after_a_semicolon_begins_small(self) -> None:
        assert judge("We talked it over; then we shipped the release.").details["flags"] == 0

    @pytest.mark.parametrize(
        "text",
        [
            "There's two of them that we could of course use in the office.",
            "What I did was ask the team and all I can do is sell them the plan.",
            "He made it work and let her go after they helped us understand it.",
            "A sales manager and a news agency want a means to an end.",
            "I suggested that he ask the client, and both work for us now.",
            "We deployed kubernetes with terraform and a kafka topic per tenant.",
            "I practised, memorised and organised the colour programme.",
        ],
    )
    def test_good_english_of_any_side_is_left_alone(self, text: str) -> None:
        assert judge(text).details["flags"] == 0
        assert value(text) >= 84

    def test_one_slip_in_speech_costs_little_and_none_in_a_rough_transcript(self) -> None:
        text = "so he go to the office and asked the client about it"
        assert 85 <= value(text, spoken=True) < 95
        rough = AnswerSpec(text=text, spoken=True, basic_accuracy=True)
        assert grammar(rough, Quoter(text)).value == 100

    def test_typing_without_capitals_costs_little(self) -> None:
        assert value(GOOD) - 15 <= value(GOOD.lower()) < value(GOOD)

    def test_the_model_answers_of_the_bank_score_high(self) -> None:
        values = [value(question.model_answer) for question in questions()[::10]]
        assert statistics.mean(values) >= 92
        assert min(values) >= 70

    def test_speech_says_how_little_it_finds(self) -> None:
        assert "one error in eight" in judge(GOOD, spoken=True).note


class TestLimits:
    @pytest.mark.parametrize("text", ["", "um", "yes indeed"])
    def test_too_few_words_have_no_value(self, text: str) -> None:
        assert judge(text).value is None

    def test_broken_english_scores_low_but_never_below_nought(self) -> None:
        broken = "he go and they has and we was did not found many problem " * 8
        assert 0 < value(broken) < value(GOOD) - 35

    def test_an_answer_of_a_few_words_has_a_value(self) -> None:
        assert value("I like it.") > 80

    def test_threads_get_the_same_answer(self) -> None:
        texts = [GOOD, "So he go to the office and they has many problem."] * 8
        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(value, texts)) == [value(text) for text in texts]

    def test_other_scripts_and_emoji_do_not_shift_quotes(self) -> None:
        text = "Größe 😀 naïve and then they has a server in 東京 for us"
        assert any(quote.text.endswith("has") for quote in judge(text).evidence)
