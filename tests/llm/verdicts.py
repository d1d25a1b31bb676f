"""A question, an answer, and what the built-in judge could have said of it."""

from app.judge.types import AnswerSpec, Flag, Measure, QuestionSpec
from app.judge.verdict import Verdict, weighted_total

QUESTION = QuestionSpec(
    text="Why would you use an index in a database, and what does it cost?",
    category="technical",
    expected_points=(
        "An index lets the database find rows without reading the whole table.",
        "Every write has to update the index as well.",
        "An index takes additional storage.",
    ),
    keywords=("b-tree", "lookup", "write cost"),
    reference="An index is a sorted structure, so a lookup reads a few pages. Writes get slower and it takes space.",
)
ANSWER = AnswerSpec(
    text="An index keeps the keys sorted, so the database finds a row without scanning the table. "
    "The price is that every insert must also change the index."
)
STORY = QuestionSpec(
    text="Tell me about a conflict in your team.",
    category="behavioral",
    expected_points=("Names the conflict.", "Says what they did.", "Says how it ended."),
)


def builtin(
    quality: float = 60.0,
    *,
    question: QuestionSpec = QUESTION,
    flags: tuple[Flag, ...] = (),
    parts: dict[str, Measure] | None = None,
) -> Verdict:
    """A verdict whose content measures are all `quality`; language is 80 and counts in full from 40."""
    share = 0.35 + 0.65 * min(1.0, quality / 40)
    content, language = Measure(value=quality), Measure(value=round(80 * share, 1), details={"language_alone": 80.0})
    measures = {
        "relevance": content,
        "coverage": content,
        "grammar": language,
        "fluency": language,
        "structure": Measure(value=60.0),
        "confidence": Measure(value=70.0),
        "communication": Measure(value=70.0),
        "technical": Measure(value=quality if question.category == "technical" else None),
        "behavior": Measure(value=None if question.category == "technical" else quality),
    }
    return Verdict(
        status="scored",
        overall=weighted_total({name: measure.value for name, measure in measures.items()}),
        quality=quality,
        uncertainty=10.0,
        measures=measures,
        parts=parts or {},
        flags=flags,
        engine="builtin",
        engine_version="1+test",
    )
