"""Judges stories, plans and answers about oneself: one way for all, three specifications of what such an answer is."""

from app.engines.embedding.base import EmbeddingEngine
from app.judge.content.stories import verdicts
from app.judge.content.stories.asked_points import point_verdicts
from app.judge.content.stories.fit import asked as read_question
from app.judge.content.stories.fit import fit as fit_of
from app.judge.content.stories.meanings import Meanings
from app.judge.content.stories.personal import PERSONAL
from app.judge.content.stories.plan import PLAN
from app.judge.content.stories.reading import open_reading, ramp
from app.judge.content.stories.story import STORY
from app.judge.language.text import Quoter
from app.judge.screening.screen import Screening
from app.judge.types import ContentVerdict, QuestionSpec

KINDS = {"story": STORY, "plan": PLAN, "personal": PERSONAL}
REAL_FROM = 0.55
"""Weighted sum of the parts from which an answer is fully one of its kind."""


class StoriesJudge:
    """Thread-safe; about 30 to 50 ms for 150 words."""

    def __init__(self, embedding: EmbeddingEngine) -> None:
        self._engine = embedding
        self._meanings = Meanings(embedding)

    def judge(self, question: QuestionSpec, quoter: Quoter, screening: Screening) -> ContentVerdict:
        """Judges what `screening` has left of the answer."""
        asked = read_question(question, self._engine)
        kind = KINDS[asked.kind]
        reading = open_reading(question, screening.text, quoter, self._engine)
        if not screening.judged or not reading.clauses:
            return verdicts.nothing(question, kind.weights, screening)
        fit = fit_of(asked, reading)
        shown = kind.tell(question, asked, reading, self._meanings.likeness(reading))
        gate = verdicts.fit_gate(asked, fit)
        points = point_verdicts(question.expected_points, asked, shown.reading)
        evidence = verdicts.evidence(reading, asked)
        quality = max(verdicts.display(shown.told, kind.display) * shown.real, verdicts.PLAIN * shown.brief)
        quality = min(quality, 100 * evidence) * verdicts.asked_share(asked, points)
        return verdicts.assemble(
            verdicts.Findings(
                reading=shown.reading,
                asked=asked,
                fit=fit,
                gate=gate,
                parts=shown.parts,
                quality=quality * gate,
                realness=min(evidence, shown.real * ramp(shown.told, 0.0, REAL_FROM)),
                shown=min(evidence, verdicts.shown(kind.coverage_weights, shown.parts) * shown.real),
                points=points,
                flags=(*screening.flags, *shown.flags),
                cap=screening.cap,
            )
        )
