"""What gives an answer away, measured on the whole bank: its hints tell nothing, its points and answers tell all."""

import pytest

from app import installation
from app.bank import loader
from app.bank.loader import BankQuestion
from app.engines.embedding import minilm
from app.engines.embedding.base import EmbeddingEngine
from app.judge.types import QuestionSpec
from app.services.llm.clarifying import clarified
from app.services.llm.leaks import LeakCheck
from tests.llm.verdicts import QUESTION


@pytest.fixture(scope="module")
def embedding() -> EmbeddingEngine:
    return minilm.load(installation.models())


def spec(entry: BankQuestion) -> QuestionSpec:
    return QuestionSpec(
        text=entry.text,
        category=entry.category,
        expected_points=entry.expected_points,
        keywords=entry.keywords,
        reference=entry.model_answer,
    )


def share(flags: list[bool]) -> float:
    return sum(flags) / len(flags)


class TestOnTheBank:
    def test_hints_and_follow_ups_pass(self) -> None:
        hints, follow_ups = [], []
        for entry in loader.questions():
            check = LeakCheck(spec(entry))
            hints += [bool(check.tells(hint)) for hint in entry.hints]
            follow_ups += [bool(check.tells(item.text)) for item in entry.follow_ups]
        assert share(hints) <= 0.04
        assert share(follow_ups) <= 0.05

    def test_clarifications_pass(self) -> None:
        told = [entry.id for entry in loader.questions() if LeakCheck(spec(entry)).tells(clarified(spec(entry)))]
        assert not told

    def test_points_and_model_answers_do_not(self) -> None:
        points, answers = [], []
        for entry in loader.questions()[::4]:
            check = LeakCheck(spec(entry))
            points += [bool(check.tells(point)) for point in entry.expected_points]
            answers.append(bool(check.tells(entry.model_answer)))
        assert share(points) == 1.0
        assert share(answers) == 1.0


class TestTells:
    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("Remember that every write has to update something too.", "words"),
            ("Consider storage: it takes additional room.", "point"),
            ("Think of the b-tree, and of the lookup.", "keywords"),
        ],
    )
    def test_says_what_is_told(self, text: str, why: str) -> None:
        assert why in LeakCheck(QUESTION).tells(text)

    @pytest.mark.parametrize(
        "text",
        [
            "What happens when a row is added?",
            "Think of the last page of a book.",
            "Why would you use an index at all?",
        ],
    )
    def test_a_lead_tells_nothing(self, text: str) -> None:
        assert LeakCheck(QUESTION).tells(text) == ""

    def test_what_the_candidate_said_is_no_secret(self) -> None:
        text = "You spoke of additional storage: is there anything else?"
        assert LeakCheck(QUESTION).tells(text)
        assert not LeakCheck(QUESTION, said="It needs additional storage").tells(text)

    def test_other_words_are_seen_by_their_meaning(self, embedding: EmbeddingEngine) -> None:
        text = "The disk space that the index occupies comes on top."
        assert not LeakCheck(QUESTION).tells(text)
        assert "other words" in LeakCheck(QUESTION, embedding=embedding).tells(text)

    def test_meaning_does_not_blame_the_hints_of_the_bank(self, embedding: EmbeddingEngine) -> None:
        flags = []
        for entry in loader.questions()[::16]:
            check = LeakCheck(spec(entry), embedding=embedding)
            flags += [bool(check.tells(hint)) for hint in entry.hints]
        assert share(flags) <= 0.05
