"""The bank holds what the plan needs: enough, checked, different, and true to its own schema."""

from collections import Counter

import pytest

from app import installation
from app.bank import loader
from app.engines.embedding import minilm
from app.engines.embedding.base import EmbeddingUnavailable
from app.judge.judge import Judge
from app.judge.types import AnswerSpec, QuestionSpec
from app.services.interviews.question_plan import NEAR_DUPLICATE

QUESTIONS = loader.questions()


def test_there_are_enough_of_every_kind() -> None:
    kinds = Counter(question.category for question in QUESTIONS)
    assert len(QUESTIONS) >= 400
    assert min(kinds.values()) >= 20
    assert len(kinds) == 7


@pytest.mark.parametrize("skill", loader.SKILLS)
def test_every_skill_has_questions_of_every_difficulty(skill: str) -> None:
    found = [question for question in QUESTIONS if skill in question.skills]
    assert len(found) >= 5
    assert {question.difficulty for question in found} == {"easy", "medium", "hard"}


def test_every_role_has_a_plan_of_known_skills() -> None:
    roles = loader.roles()
    assert len(roles) >= 20
    for role in roles:
        assert role.rounds
        assert role.skills
        assert len(role.aliases) >= 3


def test_hints_do_not_give_a_point_away() -> None:
    for question in QUESTIONS:
        for hint in question.hints:
            for point in question.expected_points:
                assert not _shared_run(hint, point, 4), (question.id, hint, point)


def test_follow_ups_do_not_tell_their_point() -> None:
    for question in QUESTIONS:
        for follow_up in question.follow_ups:
            assert not _shared_run(follow_up.text, question.expected_points[follow_up.missing], 4), question.id


def test_no_two_questions_ask_the_same() -> None:
    try:
        embedding = minilm.load(installation.models())
    except EmbeddingUnavailable as error:
        pytest.skip(str(error))
    vectors = embedding.sentences([question.text for question in QUESTIONS])
    cosine = vectors @ vectors.T
    pairs = [
        (QUESTIONS[i].text, QUESTIONS[j].text)
        for i in range(len(QUESTIONS))
        for j in range(i)
        if cosine[i, j] > NEAR_DUPLICATE + 0.08
    ]
    assert pairs == []


def test_most_model_answers_are_judged_good() -> None:
    """The judge and the bank must agree on what a good answer is: a twentieth may fall short of 75, none of 50."""
    embedding = minilm.load(installation.models())
    judge = Judge(embedding)
    scores = {}
    for question in QUESTIONS[::5]:
        spec = QuestionSpec(
            text=question.text,
            category=question.category,
            expected_points=question.expected_points,
            keywords=question.keywords,
            reference="",
            theme=question.theme,
        )
        scores[question.id] = judge.evaluate(spec, AnswerSpec(text=question.model_answer)).overall or 0.0
    low = {name: score for name, score in scores.items() if score < 75}
    assert len(low) <= len(scores) / 20, low
    assert min(scores.values()) >= 50, low


def test_every_weak_measure_and_skill_has_something_to_read() -> None:
    resources = loader.resources()
    measures = Counter(measure for resource in resources for measure in resource.measures)
    skills: Counter[str] = Counter(skill for resource in resources for skill in resource.skills)
    assert all(measures[name] >= 2 for name in ("relevance", "coverage", "grammar", "fluency", "structure"))
    assert all(skills[skill] >= 2 for skill in loader.SKILLS)
    assert len({resource.url for resource in resources}) == len(resources)


def _shared_run(left: str, right: str, size: int) -> bool:
    words = [text.lower().replace(",", "").replace("?", "").replace(".", "").split() for text in (left, right)]
    runs = [{tuple(found[i : i + size]) for i in range(len(found) - size + 1)} for found in words]
    return bool(runs[0] & runs[1])


def test_people_of_any_trade_answer_questions_about_their_own_craft() -> None:
    """What a cook or a joiner tells of is about the question, whatever the trade; talk of a holiday is not."""
    judge = Judge(minilm.load(installation.models()))
    crafts = [question for question in QUESTIONS if question.craft]
    holiday = (
        "My wife and I were on the island for two weeks. The kids swam every day, we had a flat near the beach, and my "
        "mother in law came along. In the evening we played cards and went to bed late."
    )
    for question in crafts:
        spec = QuestionSpec(
            text=question.text,
            category=question.category,
            expected_points=question.expected_points,
            theme=question.theme,
        )
        own = judge.evaluate(spec, AnswerSpec(text=question.model_answer))
        assert (own.overall or 0) >= 75, question.id
        assert "other_question" not in {flag.code for flag in own.flags}
        assert (judge.evaluate(spec, AnswerSpec(text=holiday)).overall or 0) < 40, question.id
