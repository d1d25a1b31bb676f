"""The golden answers stand in their order: see tests/judge/golden/README.md."""

import pytest

from app.engines.embedding.minilm import MiniLmEngine
from app.judge.judge import Judge
from app.judge.types import POINT_CATEGORIES, AnswerSpec
from benchmarks.ranking import BOTTOM, RANK, ContentJudges, Judged, golden_answers, in_order, pairs

LEAST_IN_ORDER = 0.98
BOTTOM_MOST = 20.0


@pytest.fixture(scope="module")
def judged(engine: MiniLmEngine) -> list[Judged]:
    return ContentJudges(engine).all(golden_answers())


def _wrong(judged: list[Judged]) -> list[str]:
    return [
        f"{better.item.question.text[:50]}: {better.item.kind} {better.verdict.quality} < "
        f"{worse.item.kind} {worse.verdict.quality}"
        for better, worse in pairs(judged)
        if not in_order(better, worse)
    ]


def test_there_are_enough_questions_of_every_kind() -> None:
    by_category: dict[str, set[str]] = {}
    for item in golden_answers():
        by_category.setdefault(item.question.category, set()).add(item.question.text)
    assert sum(len(questions) for questions in by_category.values()) >= 50
    assert {"behavioral", "leadership", "situational", "hr", "technical"} <= set(by_category)


def test_at_least_98_percent_of_the_pairs_are_in_order(judged: list[Judged]) -> None:
    wrong, count = _wrong(judged), sum(1 for _ in pairs(judged))
    assert len(wrong) <= (1 - LEAST_IN_ORDER) * count, "\n".join(wrong)


def test_what_says_nothing_is_at_the_bottom(judged: list[Judged]) -> None:
    high = [
        (one.item.question.text[:40], one.item.kind, one.verdict.quality)
        for one in judged
        if one.item.kind in BOTTOM and one.verdict.quality > BOTTOM_MOST
    ]
    assert high == []


def test_no_answer_is_worth_nothing(engine: MiniLmEngine) -> None:
    judge = Judge(engine)
    passed = [item for item in golden_answers() if item.kind in ("idk", "empty")]
    verdicts = [judge.evaluate(item.question, AnswerSpec(text=item.text, spoken=item.spoken)) for item in passed]
    assert [item.text for item, verdict in zip(passed, verdicts, strict=True) if verdict.overall] == []


def test_vague_talk_is_low_in_every_measure(judged: list[Judged]) -> None:
    vague = [
        one.verdict for one in judged if one.item.kind == "vague" and one.item.question.category not in POINT_CATEGORIES
    ]
    low = [
        verdict
        for verdict in vague
        if max(verdict.quality, verdict.relevance.value or 0, verdict.coverage.value or 0) < 25
    ]
    assert len(low) >= 0.85 * len(vague)
    assert max(verdict.quality for verdict in vague) < 40


def test_strong_stories_are_good_in_every_measure(judged: list[Judged]) -> None:
    """One story in eight may be taken for one to another question: fit is measured, not known."""
    strong = [
        one
        for one in judged
        if RANK.get(one.item.kind) == RANK["strong"] and one.item.question.category not in POINT_CATEGORIES
    ]
    good = [
        one
        for one in strong
        if min(one.verdict.quality, one.verdict.relevance.value or 0, one.verdict.coverage.value or 0) >= 75
    ]
    assert len(good) >= 0.85 * len(strong)


def test_a_good_story_to_another_question_is_lowered_and_asked_about_where_it_is_plain(judged: list[Judged]) -> None:
    """Only where the question names its theme, another theme is much nearer and nothing else speaks for its own: a poor
    fit alone accused 2 of 26 honest answers of a new author. That leaves 6 of these 21 stories, and the
    others keep half of their score; it is known that they stand too high."""
    stories = [one for one in judged if one.item.kind == "other_story"]
    assert sum(one.verdict.quality for one in stories) / len(stories) < 55
    asked_about = [one for one in stories if _has(one, "other_question")]
    assert len(asked_about) >= 0.15 * len(stories)
    honest = [one for one in judged if one.item.kind in RANK]
    assert sum(_has(one, "other_question") for one in honest) <= 0.02 * len(honest)


def _has(one: Judged, code: str) -> bool:
    return any(flag.code == code for flag in one.verdict.flags)


@pytest.mark.parametrize(("kind", "code"), [("we_only", "own_part_unclear"), ("hypothetical", "hypothetical")])
def test_the_flaw_of_a_story_is_named(judged: list[Judged], kind: str, code: str) -> None:
    flawed = [one for one in judged if one.item.kind == kind]
    named = [one for one in flawed if any(flag.code == code for flag in one.verdict.flags)]
    assert len(named) >= 0.85 * len(flawed)


def test_every_quote_stands_in_its_answer(judged: list[Judged]) -> None:
    for one in judged:
        verdict = one.verdict
        quotes = [point.quote for point in verdict.points] + [flag.quote for flag in verdict.flags]
        quotes += [quote for part in verdict.parts.values() for quote in part.evidence]
        quotes += [*verdict.relevance.evidence, *verdict.coverage.evidence]
        for quote in quotes:
            assert quote is None or one.item.text[quote.begin : quote.end] == quote.text
