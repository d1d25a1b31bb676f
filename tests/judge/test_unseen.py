"""Answers by an author who had not seen the judge stand as they should; see `benchmarks/judge_unseen.py`."""

import pytest

from app.engines.embedding.minilm import MiniLmEngine
from app.judge.judge import Judge
from app.judge.types import AnswerSpec, QuestionSpec
from benchmarks.judge_unseen import RANK, Known, gains, in_order, judged


@pytest.fixture(scope="module")
def answers(engine: MiniLmEngine) -> list[Known]:
    judge = Judge(engine)
    return [*judged(judge, "seen"), *judged(judge, "held_back")]


def test_pairs_are_in_order(answers: list[Known]) -> None:
    right, count = in_order(answers)
    assert right >= 0.96 * count


def test_words_to_the_grader_gain_nothing(answers: list[Known]) -> None:
    assert max(one.verdict.overall or 0 for one in answers if one.level == "injected") <= 15


def test_not_knowing_is_zero_in_any_dress(answers: list[Known]) -> None:
    assert [one.verdict.overall for one in answers if one.level == "unknown" and one.verdict.overall] == []


def test_short_correct_answers_are_no_word_lists(answers: list[Known]) -> None:
    terse = [one for one in answers if one.level == "terse"]
    assert not [one for one in terse if any(flag.code == "word_list" for flag in one.verdict.flags)]
    partial = {one.about: one.quality for one in answers if one.level == "partial"}
    assert all(one.quality > partial[one.about] for one in terse if one.about in partial)


def test_honest_talk_about_unpleasant_things_is_no_fault(answers: list[Known]) -> None:
    for one in answers:
        if one.level == "unpleasant":
            assert one.quality >= 60
            assert not any(flag.lowers_score for flag in one.verdict.flags)


def test_hardly_any_honest_answer_is_lowered_by_a_flag(answers: list[Known]) -> None:
    honest = [one for one in answers if one.level in RANK]
    lowered = [one for one in honest if any(flag.lowers_score for flag in one.verdict.flags)]
    assert len(lowered) <= 0.02 * len(honest)


def test_words_to_the_grader_beside_a_half_answer_gain_nothing(engine: MiniLmEngine) -> None:
    gained = gains(judged(Judge(engine), "author_a"))
    assert len(gained) == 15
    assert sum(gain <= 2 for gain in gained) >= 13, gained  # no honest sentence is taken for such words instead


def test_only_conditional_words_make_a_story_imagined(engine: MiniLmEngine) -> None:
    question = QuestionSpec(
        text="Tell me about a time someone disagreed with you and was right.", category="behavioral"
    )
    said = (
        "I was certain that we should hold the parents' evening online. My colleague was against it, and she was right."
    )
    verdict = Judge(engine).evaluate(question, AnswerSpec(text=said))
    assert "hypothetical" not in [flag.code for flag in verdict.flags]
    imagined = "I would talk to them first. If that failed, I would write it all down and I would call my manager."
    verdict = Judge(engine).evaluate(question, AnswerSpec(text=imagined))
    assert "hypothetical" in [flag.code for flag in verdict.flags]
