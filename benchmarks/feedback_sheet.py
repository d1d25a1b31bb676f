"""`python -m benchmarks.feedback_sheet [SHARE]`: the feedback on 40 answers of every kind, for a reader to grade.

For each sentence a reader who does not know the judge marks whether it is true of the answer, specific, helpful and
kind. The answers are golden ones, chosen by their place, so that two runs print the same; another SHARE (0 to 1, of the
way from one chosen answer to the next) takes others.
"""

import sys
from collections.abc import Iterator

from app.judge.judge import Judge
from app.judge.types import AnswerSpec
from app.models import Question
from app.services.results.wording import IN_SUMMARY, suggestions, summary
from benchmarks.judge_content import embedding_engine
from benchmarks.ranking import Kind, golden_answers

EACH = {
    "strong": 6, "strong_spoken": 6, "good": 6, "partial": 6, "vague": 4, "off_topic": 2, "other_story": 2,
    "we_only": 2, "hypothetical": 2, "wrong": 2, "idk": 1, "injected": 1,
}  # fmt: skip
FILLED = ("so um ", " um and ", " I mean, ", " uh the ")


def chosen(share: float = 0.0) -> Iterator[Kind]:
    """40 answers, the questions of each kind far apart."""
    for kind, count in EACH.items():
        found = [item for item in golden_answers() if item.kind == kind]
        yield from (found[int((at + share) * len(found) / count)] for at in range(count))


def spoken(text: str) -> str:
    """`text` as a recogniser writes it that keeps fillers."""
    bare = text.lower().replace(".", "").replace(",", "")
    return FILLED[0] + bare.replace(" and ", FILLED[1], 1).replace(" but ", FILLED[2] + "but ", 1)


def main() -> None:
    """Print the sheet."""
    judge = Judge(embedding_engine())
    share = float(sys.argv[1]) if len(sys.argv) > 1 else 0.0
    for number, item in enumerate(chosen(share), start=1):
        text = spoken(item.text) if item.spoken else item.text
        verdict = judge.evaluate(item.question, AnswerSpec(text=text, spoken=item.spoken))
        question = Question(text=item.question.text, category=item.question.category)
        print(f"{number}. ({item.question.category}, {'spoken' if item.spoken else 'typed'}) {item.question.text}")
        print(f"   Answer: {text}")
        print(f"   Summary: {summary(question, verdict, text)}")
        for suggestion in suggestions(question, verdict, text):
            print(f"   - {suggestion}")
        for flag in verdict.flags:
            if flag.code in IN_SUMMARY:
                continue
            print(f"   ! {flag.message}")
        print()


if __name__ == "__main__":
    main()
