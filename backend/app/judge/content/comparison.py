"""A question and an answer, without names and gender, laid against each other: what the content judges read."""

from dataclasses import dataclass

from app.engines.embedding.base import EmbeddingEngine
from app.judge.content.alignment import known_words
from app.judge.content.coverage import Coverage, cover, point_texts
from app.judge.content.subject import subject_share
from app.judge.language.neutral import Neutral, neutralise
from app.judge.language.text import Quoter, Span
from app.judge.screening.screen import Screening
from app.judge.types import QuestionSpec, Quote


@dataclass(frozen=True, slots=True)
class Comparison:
    """`coverage` holds places in `said.text`; `quote` leads back to the words as they were said."""

    question: QuestionSpec
    screening: Screening
    said: Neutral
    asked: str
    points: tuple[str, ...]
    """As the question words them."""
    coverage: Coverage
    subject: float
    """What remains (0-1) of the content by its subject."""
    quoter: Quoter

    def quote(self, span: Span) -> Quote:
        """The words of the answer for a span of the neutral text, without what the screening took out of it."""
        begin, end = self.said.original(*span)
        parts = [(begin, end)]
        for removed in self.screening.removed:
            parts = [
                part
                for left, right in parts
                for part in ((left, min(right, removed.quote.begin)), (max(left, removed.quote.end), right))
                if self.quoter.text[part[0] : part[1]].strip()
            ]
        return self.quoter.quote(*max(parts, key=lambda part: part[1] - part[0]))

    def capped(self, value: float) -> float:
        """What remains of `value` (0-100) by the subject, under the cap that word lists and the like have."""
        return round(max(0.0, min(self.subject * value, self.screening.cap)), 1)


def compare(engine: EmbeddingEngine, question: QuestionSpec, quoter: Quoter, screening: Screening) -> Comparison:
    """Reads what `screening` left of an answer. Names that the question or its reference uses are kept."""
    points = point_texts(question)
    keep = known_words(" ".join((question.text, question.reference, *points, *question.keywords)))
    said = neutralise(screening.text, keep)
    asked = neutralise(question.text, keep).text
    wanted = [neutralise(point, keep).text for point in points]
    coverage = cover(engine, asked, wanted, said.text)
    sentences = [said.text[begin:end] for begin, end in coverage.pieces]
    subject = subject_share(engine, wanted, sentences)
    return Comparison(question, screening, said, asked, points, coverage, subject, quoter)
