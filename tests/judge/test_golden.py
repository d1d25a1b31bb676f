"""Golden answers of our own, in varied voices: strong stands over good, good over partial, partial over the rest."""

import pytest

from app.engines.embedding import minilm
from benchmarks.ranking import BOTTOM, ContentJudges, Judged, golden_answers, in_order, pairs
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    judges = ContentJudges(minilm.load(ROOT / "var" / "models"))
    return judges.all(golden_answers())


def test_there_are_enough_questions_of_every_kind(judged: list[Judged]) -> None:
    assert len({one.item.question.text for one in judged}) >= 30
    assert len({one.item.question.category for one in judged}) >= 4


def test_nearly_all_pairs_stand_in_their_order(judged: list[Judged]) -> None:
    compared = list(pairs(judged))
    wrong = [(worse.item.kind, better.item.kind) for better, worse in compared if not in_order(better, worse)]
    assert len(wrong) <= 0.02 * len(compared), wrong


def test_what_says_nothing_is_worth_next_to_nothing(judged: list[Judged]) -> None:
    high = {
        one.item.kind: one.verdict.quality for one in judged if one.item.kind in BOTTOM and one.verdict.quality > 20
    }
    assert not high
