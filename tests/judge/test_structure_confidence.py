"""How an answer is built and how sure it sounds: heuristics, marked as such, from words and timing alone."""

import pytest

from app.judge.delivery.confidence import confidence
from app.judge.delivery.delivery import delivery
from app.judge.judge import Judge
from app.judge.language.text import Quoter
from app.judge.types import AnswerSpec, Category, Measure, QuestionSpec, Word
from benchmarks.judge_content import embedding_engine

STORY = (
    "Last spring our nightly import failed twice and nobody in my team knew why. I had to find the cause within three "
    "days. First I read the logs and found a lock that two jobs took in a different order. Then I wrote a test that "
    "showed it, changed the order and watched it for a week. As a result the import never failed again and the report "
    "was ready at seven instead of nine. I learned to write the failing test before I touch the code."
)
RESULT_ONLY = (
    "The import never failed again and in the end the report was ready at seven instead of nine every morning."
)


def built(text: str, category: Category = "behavioral") -> Measure:
    question = QuestionSpec(text="Tell me about a problem.", category=category)
    return Judge(embedding_engine()).evaluate(question, AnswerSpec(text=text)).measures["structure"]


def sure(text: str) -> Measure:
    answer, quoter = AnswerSpec(text=text), Quoter(text)
    return confidence(answer, quoter, delivery(answer, quoter))


def value(found: Measure) -> float:
    assert found.value is not None
    return found.value


class TestStructure:
    def test_what_is_missing_agrees_in_number(self) -> None:
        plan = "First I would read the logs of the service. Then I would restart it and write to the customer."
        assert built(plan, "situational").note == "No reasons were recognised."

    def test_a_whole_story_beats_its_pieces(self) -> None:
        assert value(built(STORY)) >= 85
        assert value(built(RESULT_ONLY)) < 50
        assert built(STORY).heuristic

    def test_it_names_what_is_missing(self) -> None:
        assert "No reflection" in built(STORY.rsplit(". ", 1)[0] + ".").note
        assert "No action" in built(RESULT_ONLY).note

    def test_punctuation_changes_little(self) -> None:
        bare = STORY.lower().replace(".", "").replace(",", "")
        assert value(built(bare)) == pytest.approx(value(built(STORY)), abs=10)

    def test_a_story_told_backwards_is_less_in_order(self) -> None:
        backwards = ". ".join(reversed(STORY.rstrip(".").split(". "))) + "."
        assert built(backwards).details["sequence"] < built(STORY).details["sequence"]

    def test_what_we_did_shows_less_of_an_own_part(self) -> None:
        ours = STORY.replace(" I ", " we ")
        assert value(built(ours)) < value(built(STORY))

    def test_evidence_is_quoted(self) -> None:
        assert all(STORY[quote.begin : quote.end] == quote.text for quote in built(STORY).evidence)
        assert len(built(STORY).evidence) >= 3

    def test_a_plan_is_judged_by_its_steps(self) -> None:
        plan = (
            "First I would ask both managers for the real deadline, because urgent is a wide word. Then I would "
            "write them a proposal. If they disagree I would call my boss so that one person decides. Finally I would "
            "tell everyone the new date and deliver the contract."
        )
        vague = "I would stay calm and communicate well with everyone involved because communication is very important."
        assert value(built(plan, "situational")) > value(built(vague, "situational")) + 25

    def test_too_short_has_none(self) -> None:
        assert built("I repaired the old printer.").value is None


class TestConfidence:
    def test_hedging_lowers_it_and_is_quoted(self) -> None:
        hedged = "I guess we maybe fixed it somehow. I'm not sure, but I think it was probably the lock or something."
        assert value(sure(hedged)) < 60
        assert value(sure(STORY)) > 80
        assert {"I guess", "maybe"} <= {quote.text for quote in sure(hedged).evidence}
        assert sure(STORY).heuristic

    def test_few_words_show_little_of_it_and_none_shows_all(self) -> None:
        """Hardly anybody hedges in a line or two, so nothing follows from it."""
        short = "The import failed because two jobs took a lock in another order."
        assert value(sure(short)) + 5 < value(sure(STORY)) < value(sure(f"{STORY} {STORY}")) < 100

    def test_words_that_answer_nothing_do_not_sound_sure(self) -> None:
        question = QuestionSpec(text="Tell me about a problem that you solved.", category="behavioral")
        empty = "Communication is very important and teamwork is the key to success in every modern company. " * 3
        told, empty_told = (
            Judge(embedding_engine()).evaluate(question, AnswerSpec(text=text)) for text in (STORY, empty)
        )
        assert value(empty_told.measures["confidence"]) + 20 < value(told.measures["confidence"])

    def test_one_careful_word_costs_little(self) -> None:
        assert value(sure(STORY + " It was probably the best choice.")) > value(sure(STORY)) - 6

    def test_its_note_names_timing_and_pace_of_speech_alone(self) -> None:
        typed = sure(STORY).note
        assert "hedging" in typed
        assert "timing" not in typed
        assert "pace" not in typed
        words = tuple(Word(word, at * 0.4, at * 0.4 + 0.3) for at, word in enumerate(STORY.split()))
        answer, quoter = AnswerSpec(text=STORY, spoken=True, words=words), Quoter(STORY)
        spoken = confidence(answer, quoter, delivery(answer, quoter)).note
        assert "timing" in spoken
        assert "pace" in spoken

    def test_too_few_words_have_none(self) -> None:
        assert sure("I think so").value is None
