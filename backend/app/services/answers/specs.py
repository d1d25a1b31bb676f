"""What the judge needs to know of a question and of the answer to it."""

from collections.abc import Sequence

from app.judge.types import AnswerSpec, QuestionSpec, Word
from app.models import Answer, Question


def question_spec(question: Question, expected_keywords: Sequence[str] = ()) -> QuestionSpec:
    """The question; `expected_keywords` take the place of its own."""
    return QuestionSpec(
        text=question.text,
        category=question.category,
        expected_points=tuple(question.expected_points),
        keywords=tuple(expected_keywords or question.keywords),
        reference=question.model_answer,
        theme=question.theme,
    )


def answer_spec(answer: Answer) -> AnswerSpec:
    """The answer. A corrected transcript stays spoken, so that missing punctuation costs nothing, but its words have no
    certain times any more."""
    corrected = answer.original_text is not None
    words = () if corrected else tuple(Word(*word) for word in answer.words)
    return AnswerSpec(
        text=answer.text,
        spoken=answer.engine is not None,
        words=words,
        hesitations=() if corrected else tuple((begin, end) for begin, end in answer.hesitations),
        duration=answer.duration if words else None,
        keeps_fillers=answer.keeps_fillers,
        basic_accuracy=answer.basic_accuracy and not corrected,
    )
