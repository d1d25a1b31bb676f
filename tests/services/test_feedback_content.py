"""What the feedback on an interview says of answers that are none, of the subject, and of each answer alone."""

from app.bank import loader
from app.models import Answer, Evaluation, InterviewSession, Question, Scorecard
from app.models.values.evaluation import EvaluationDetail, Flag, Measure, PointVerdict, Quote
from app.models.values.feedback import FeedbackContent
from app.models.values.kinds import Category
from app.models.values.scores import ScoreDetail
from app.repositories.answers import AnsweredQuestion
from app.services.results.feedback_content import content
from app.services.results.pdf.content import _question, _verdict
from app.services.results.wording import NO_ANSWER_STORY

SOFTWARE = {"Tech Interview Handbook: Behavioral interviews", "Technical Writing Courses"}
LEADERSHIP = {"re:Work", "GitLab Handbook: Leadership"}
WEAK = {name: Measure(value=20.0) for name in ("relevance", "coverage", "grammar", "fluency")}


def row(category: Category, detail: EvaluationDetail, text: str = "I called.", **of: object) -> AnsweredQuestion:
    question = Question(id=1, number=1, text="Tell me about a hard day.", category=category, **{"skills": [], **of})
    answer = Answer(text=text, engine="recogniser", words=[], own_view=[])
    evaluation = Evaluation(detail=detail, status="scored", overall=0.0, quality=0.0, summary="", suggestions=[])
    return AnsweredQuestion(question, answer, evaluation)


def unanswered() -> AnsweredQuestion:
    nothing = {name: Measure(value=0.0) for name in WEAK}
    flags = (Flag("no_answer", "No answer to the question was recognised."),)
    return row("behavioral", EvaluationDetail(measures=nothing, flags=flags), "I don't know.")


def feedback(*rows: AnsweredQuestion, role: str | None = None) -> FeedbackContent:
    card = Scorecard(total=0.0, scored=1, detail=ScoreDetail(summary="", uncertainty=None, questions=()))
    return content(InterviewSession(target_role=role), card, rows, ())


class TestNoAnswer:
    def test_is_told_nothing_of_language_and_gets_one_first_step(self) -> None:
        found = feedback(unanswered())
        assert found.weaknesses == ()
        assert [item.message for item in found.suggestions] == [f"Question 1: {NO_ANSWER_STORY}"]
        assert "harder" not in found.roadmap.immediate[0].description

    def test_enters_no_mean_of_the_others(self) -> None:
        good = row("behavioral", EvaluationDetail(measures={"grammar": Measure(value=90.0)}))
        assert all("Grammar" not in remark.message for remark in feedback(good, unanswered()).weaknesses)

    def test_has_no_bars_and_no_remark_in_the_pdf(self) -> None:
        shown = _question(unanswered(), is_over=True, follows=None, reference=False)
        assert (shown["value"], shown["measures"], shown["flags"]) == ("0", [], [])


def test_a_list_of_words_is_named_with_the_words_it_is_made_of() -> None:
    words = Quote("stack pop push heap queue", 0, 25)
    flag = Flag("word_list", "The answer is a list of words rather than sentences.", words, lowers_score=True)
    found = feedback(row("technical", EvaluationDetail(flags=(flag,)), words.text))
    assert [(remark.message, remark.quote) for remark in found.weaknesses] == [(flag.message, words)]


class TestResources:
    def test_are_of_no_other_trade(self) -> None:
        weak = EvaluationDetail(measures=WEAK)
        nurse = {item.title for item in feedback(row("behavioral", weak), role="Ward nurse").resources}
        assert nurse
        assert not nurse & (SOFTWARE | LEADERSHIP)
        developer = {item.title for item in feedback(row("behavioral", weak), role="Backend developer").resources}
        assert developer & SOFTWARE
        assert {entry.title for entry in loader.resources()} >= SOFTWARE | LEADERSHIP


class TestAdvice:
    def test_on_one_answer_reads_alone_and_names_its_question(self) -> None:
        points = tuple(PointVerdict(text=f"It {word}", label="missing", match=0.0) for word in ("turns", "stops"))
        detail = EvaluationDetail(measures={"relevance": Measure(value=90.0)}, points=points)
        messages = [
            item.message for item in feedback(row("technical", detail, "A wheel.", follow_up_of_id=7)).suggestions
        ]
        assert len(messages) == 2
        assert all(line.startswith("Follow-up to question 1: Check your answer against this: ") for line in messages)


def test_readiness_and_rating_are_not_said_beside_each_other() -> None:
    scored = Scorecard(scored=3, detail=ScoreDetail(summary="", uncertainty=None, questions=()))
    assert _verdict("Needs work", "Getting There", scored) == {
        "title": "Readiness for an interview: getting there",
        "aside": "",
    }
