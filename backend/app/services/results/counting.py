"""What the number of an interview is made of: which questions count, and what each brings in.

Whatever shows the score of an interview or of one of its rounds, or the mean of a measure, takes it from here: the
scorecard, reports, lists and every face.
"""

from collections.abc import Iterable, Sequence

from app.judge.verdict import WEIGHTS, mean_of, weighted_total
from app.models import Evaluation
from app.repositories.answers import AnsweredQuestion


def counted(rows: Sequence[AnsweredQuestion]) -> list[AnsweredQuestion]:
    """The questions that a score is made of. A follow-up that nobody answered is none: it asks for the same again."""
    return [row for row in rows if row.question.follow_up_of_id is None or row.answer is not None]


def counts_as_zero(row: AnsweredQuestion, *, is_over: bool) -> bool:
    """Whether a question counts as 0: one that was skipped, and, once the interview is over, one that was left
    without an answer. So nobody gains by ending early rather than skipping."""
    is_left = row.state == "skipped" or (is_over and row.state == "not_answered")
    return is_left and row.question.follow_up_of_id is None


def points_of(row: AnsweredQuestion, *, is_over: bool) -> float | None:
    """What a question brings into the score, 0-100; None where it does not count."""
    if counts_as_zero(row, is_over=is_over):
        return 0.0
    return row.evaluation.overall if row.evaluation is not None else None


def content_of(row: AnsweredQuestion, *, is_over: bool) -> float | None:
    """The same of the content alone."""
    if counts_as_zero(row, is_over=is_over):
        return 0.0
    return row.evaluation.quality if row.evaluation is not None else None


def total_of(rows: Sequence[AnsweredQuestion], *, is_over: bool) -> float | None:
    """The total of counted questions, 0-100; None where nothing was scored and nothing counts as 0."""
    return weighted_total(means_of(rows, is_over=is_over))


def average_of(rows: Sequence[AnsweredQuestion], name: str, *, is_over: bool) -> float | None:
    """The mean of one measure over the answers in which it was taken, 0-100; None where it was taken in none. Questions
    that count as 0 do."""
    taken = [value for evaluation in scored_of(rows) if (value := getattr(evaluation, name)) is not None]
    return mean_of(*taken, *_zeros(rows, is_over=is_over)) if taken else None


def means_of(rows: Sequence[AnsweredQuestion], *, is_over: bool) -> dict[str, float | None]:
    """The weighted measures of counted questions, to one decimal."""
    scored, zeros = scored_of(rows), _zeros(rows, is_over=is_over)
    return {name: _mean(scored, name, zeros) for name in WEIGHTS}


def _zeros(rows: Sequence[AnsweredQuestion], *, is_over: bool) -> list[float]:
    if all(row.state == "not_answered" for row in rows):
        return []  # nothing was begun, so there is nothing to score
    return [0.0 for row in rows if counts_as_zero(row, is_over=is_over)]


def scored_of(rows: Iterable[AnsweredQuestion]) -> list[Evaluation]:
    """The evaluations that have a number."""
    return [row.evaluation for row in rows if row.evaluation is not None and row.evaluation.status == "scored"]


def _mean(scored: Sequence[Evaluation], name: str, zeros: Sequence[float]) -> float | None:
    """Mean of a measure. Where an answer was too short to measure it, the answer's overall score stands for it, so
    that the total is the mean of the questions and nobody gains by saying little."""
    values = [
        evaluation.overall if getattr(evaluation, name) is None else getattr(evaluation, name) for evaluation in scored
    ]
    mean = mean_of(*values, *zeros)
    return None if mean is None else round(mean, 1)
