"""What feedback says of delivery, of an answer as a whole, of expected points, and of follow-ups."""

from dataclasses import replace

import pytest

from app.judge.verdict import Verdict
from app.models import Answer, Question, Scorecard
from app.models.values.evaluation import Measure, PointVerdict
from app.models.values.kinds import FlagCode
from app.models.values.scores import ScoreDetail
from app.repositories.answers import AnsweredQuestion
from app.services.answers.evaluation_service import to_row
from app.services.interviews.follow_up_service import candidates
from app.services.results.pdf.content import _evidence, _measures, _verdict
from app.services.results.wording import suggestions, summary
from tests.services.feedback_verdicts import FEW, LONG, PERSONAL, PLAN, STORY, asked, judged


class TestDelivery:
    def test_what_was_taken_off_is_told(self) -> None:
        verdict = judged(STORY, fluency={"fillers_per_100": 80.0, "repeats": 95.0})
        said = "um i called um the the doctor um at once"
        assert "taken off for fillers and repeated words (fluency 80 of 100)" in summary(asked("behavioral"), verdict)
        (line,) = suggestions(asked("behavioral"), verdict, said)
        assert "“um” 3 times" in line
        assert "as in “the the”" in line

    def test_what_points_came_off_for_is_named_even_where_it_is_little(self) -> None:
        verdict = judged(STORY, fluency={"fillers_per_100": 92.0})
        assert suggestions(asked("behavioral"), verdict, "um i called the doctor at once") == [
            "Leave out “um”: a short pause sounds more confident."
        ]

    def test_nothing_is_told_where_nothing_was(self) -> None:
        verdict = judged(STORY, fluency={"fillers_per_100": 99.0, "repeats": 100.0})
        assert "taken off" not in summary(asked("behavioral"), verdict)


class TestOverall:
    """What stands beside the overall number, on the page and in the PDF."""

    @pytest.mark.parametrize("engine", [None, "whisper"])
    def test_fluency_is_told_only_of_what_was_heard(self, engine: str | None) -> None:
        rows = [AnsweredQuestion(Question(), Answer(text="I called.", engine=engine), None)]
        heard = None if engine is None else 90.0
        detail = ScoreDetail(summary="", uncertainty=None, questions=(), heard_fluency=heard)
        card = Scorecard(relevance=80.0, coverage=80.0, fluency=90.0, grammar=80.0, detail=detail)
        assert ("Fluency" in [one["name"] for one in _measures(card)]) is (engine is not None)
        shown = _evidence({"fluency": Measure(value=90.0)}, hiring=False, spoken=rows[0].is_spoken)
        assert bool(shown) is (engine is not None)

    @pytest.mark.parametrize(
        ("scored", "words"),
        [(1, "One question answered, so no verdict"), (3, "Readiness for an interview: not ready. More practice")],
    )
    def test_readiness_in_the_pdf_is_worded_as_on_the_page(self, scored: int, words: str) -> None:
        card = Scorecard(scored=scored, detail=ScoreDetail(summary="", uncertainty=None, questions=()))
        said = _verdict("Fair", "Not Ready", card)
        assert words in f"{said['title']}. {said['aside']}"


class TestPoints:
    def test_of_knowledge_are_to_be_added_or_said_more_plainly(self) -> None:
        points = (PointVerdict("It has no length.", "missing", 0.3), PointVerdict("It yields.", "missing", 0.1))
        lines = suggestions(asked("technical"), judged({}, points=points))
        assert lines[0] == "Check your answer against this: it yields."
        assert lines[1] == "Check it against this too: it has no length."

    def test_hardly_any_is_not_called_good_and_the_core_comes_first(self) -> None:
        verdict = replace(judged({}, points=FEW), overall=82.0)
        text = summary(asked("technical"), verdict)
        assert "Good" not in text
        assert "none of 3 expected points was recognised in full" in text
        assert suggestions(asked("technical"), verdict)[0] == "Check your answer against this: core."

    def test_that_may_be_there_in_other_words_are_passed_over(self) -> None:
        made = tuple(PointVerdict(text, "mentioned", 0.8) for text in ("One.", "Two."))
        near = PointVerdict("The sign is a small loss in training.", "missing", 0.36)
        assert suggestions(asked("technical"), judged({}, points=(*made, near))) == [
            "Check whether you said this; it was not recognised in full: the sign is a small loss in training."
        ]

    @pytest.mark.parametrize("match", [0.0, 0.1, 0.2])
    def test_of_a_full_plan_are_not_offered(self, match: float) -> None:
        points = (PointVerdict("Find out who may grant an exception.", "missing", match),)
        assert suggestions(asked("situational"), judged(PLAN, points=points), LONG) == []

    def test_that_stand_in_the_answer_are_left_to_the_reader(self) -> None:
        points = (PointVerdict("A container is a running instance of an image.", "missing", 0.3),)
        lines = suggestions(
            asked("technical"), judged({}, points=points), "A container is an instance that runs an image"
        )
        assert lines == [
            "Check whether you said this; it was not recognised in full: a container is a running instance of an image."
        ]

    def test_of_a_plan_are_offered(self) -> None:
        points = (PointVerdict("Ask what is meant.", "missing", 0.0), PointVerdict("Refuse.", "missing", 0.3))
        thin = judged({**PLAN, "steps": 40.0}, points=points)
        lines = suggestions(asked("situational"), thin, "I would report it.")
        assert lines[0] == "You could also ask what is meant."
        assert not any("refuse" in line for line in lines)


class TestFollowUps:
    """What is asked next is about what was told, and not about what stands there already."""

    def asked(self, category: str, verdict: Verdict, text: str) -> list[str]:
        question = Question(text="Why us?", category=category, expected_points=[], follow_ups=[])
        return [choice.text for choice in candidates(question, to_row(Answer(text=text), question, verdict), text)]

    @pytest.mark.parametrize("flags", [("hypothetical",), ("general_talk",), ()])
    def test_who_told_no_case_is_asked_for_one(self, flags: tuple[FlagCode, ...]) -> None:
        verdict = judged(dict.fromkeys(STORY, 20.0), *flags)
        assert self.asked("behavioral", verdict, LONG) == ["Can you tell me about one time when that really happened?"]

    def test_who_spoke_of_something_else_is_asked_again(self) -> None:
        assert self.asked("behavioral", judged(STORY, "other_question"), LONG) == [
            "Let me come back to my question: Why us?"
        ]
        assert not any("come back" in line for line in self.asked("hr", judged({**PERSONAL, "fit": 0.0}), LONG))

    def test_what_says_nothing_gets_a_concrete_one_or_none(self) -> None:
        weak = judged({**PERSONAL, "facts": 10.0, "reasons": 10.0, "substance": 10.0})
        (found,) = self.asked("hr", weak, "I am reliable, flexible and a real team player.")
        assert found.startswith("You said “I am reliable, flexible and a real team player”.")
        assert self.asked("hr", weak, "It is hard to say.") == []
        plan = judged({**PLAN, "steps": 5.0}, words="I would find a good solution")
        assert self.asked("situational", plan, f"I would find a good solution. {LONG}") == [
            "What would you do first, and what after that?"
        ]

    def test_who_told_of_the_team_is_asked_for_the_own_part(self) -> None:
        found = self.asked("behavioral", judged({**STORY, "action": 20.0}, "own_part_unclear"), LONG)
        assert found[0] == "Which part of that was yours, and what did you do?"

    def test_what_stands_there_is_not_asked(self) -> None:
        verdict = judged({**STORY, "result": 10.0, "reflection": 10.0})
        told = "I asked her for a list. In the end it worked, and since then I always ask first."
        assert self.asked("behavioral", verdict, told) == []
        assert len(self.asked("behavioral", verdict, "I asked her.")) == 2

    def test_a_plan_without_a_way_out_is_asked_for_one(self) -> None:
        verdict = judged({**PLAN, "steps": 40.0})
        assert self.asked("situational", verdict, LONG) == ["And what would you do if that did not help?"]
        assert self.asked("situational", verdict, f"{LONG} if not, I leave") == []
