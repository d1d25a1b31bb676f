"""`python -m benchmarks.learn_fit`: learns which answers fit a question; writes `judge/model/fit.npz`.

Ridge regression from the vectors of answers to those of their questions, drawn towards the identity, since an answer
already resembles its question. Answers are the bank's, as a whole and by passages, and sentences written for the themes
of its questions (`data/themes.yaml`). Nothing is learned from the answers that the judge is measured on.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.bank.loader import AS_ROLE, BankQuestion, questions
from app.judge.content.stories.fit import WEIGHTS_FILE, core_of
from app.judge.content.stories.reading import open_reading
from app.judge.content.subject import SUBJECTS_FILE, meaning, unit
from app.judge.language.text import Quoter, piece_spans
from app.judge.types import PERSONAL_CATEGORIES, POINT_CATEGORIES, QuestionSpec
from app.services.interviews.job_field import as_role
from app.yaml_files import read_yaml
from benchmarks.judge_content import embedding_engine

THEMES = Path(__file__).parent / "data" / "themes.yaml"
RIDGE = 1.0
PASSAGES = 1.5
"""Weight of all passages of an answer together, the whole being 1."""
TOLD = 0.1
"""Weight of a sentence that was written for a theme."""

Numbers = NDArray[np.float32]


def main() -> None:
    """Learn and write."""
    found = list(_examples())
    answers = np.array([answer for answer, _, _ in found])
    asked = np.array([question for _, question, _ in found])
    weights = np.array([[weight] for _, _, weight in found])
    middle = (weights * answers).sum(axis=0) / weights.sum()
    cores = [_core(question) for question in questions() if question.category not in POINT_CATEGORIES]
    centre = embedding_engine().sentences(cores).mean(axis=0)
    said, meant = unit(answers - middle), unit(asked - centre)
    ridge = RIDGE * np.eye(said.shape[1])
    mapped = np.linalg.solve((said * weights).T @ said + ridge, (said * weights).T @ meant + ridge)
    personal = [_core(question) for question in questions() if question.category in PERSONAL_CATEGORIES]
    rivals = embedding_engine().sentences(personal)
    stored = {"answers": middle, "questions": centre, "map": mapped, "rivals": rivals}
    np.savez(WEIGHTS_FILE, **{name: value.astype(np.float16) for name, value in stored.items()})
    np.save(SUBJECTS_FILE, np.array(list(_subjects())).astype(np.float16))


def _subjects() -> Iterator[Numbers]:
    """What each question about knowledge is about: its answer and its points."""
    for question in questions():
        if question.category in POINT_CATEGORIES:
            text = question.model_answer
            sentences = [text[begin:end] for begin, end in piece_spans(text)]
            yield meaning(embedding_engine(), [*sentences, *question.expected_points])


def _examples() -> Iterator[tuple[Numbers, Numbers, float]]:
    """(meaning of an answer, of its question, weight)."""
    engine = embedding_engine()
    themes = read_yaml(THEMES)
    for question in questions():
        if question.category in POINT_CATEGORIES:
            continue
        core = engine.sentences([_core(question)])[0]
        spec = QuestionSpec(text=question.text, category=question.category)
        reading = open_reading(spec, question.model_answer, Quoter(question.model_answer), engine)
        yield reading.whole_vector, core, 1.0
        for passage in reading.window_vectors:
            yield passage, core, PASSAGES / len(reading.window_vectors)
        for told in engine.sentences(themes.get(question.theme, [])):
            yield told, core, TOLD


def _core(question: BankQuestion) -> str:
    return core_of(question.text.replace(AS_ROLE, as_role("")))


if __name__ == "__main__":
    main()
