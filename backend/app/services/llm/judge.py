"""The language model as a judge: one call for an answer, checked by `app.judge.llm`."""

import time
from dataclasses import dataclass, replace

from app.engines.embedding.base import OpenEmbedding, no_embedding
from app.engines.llm.base import NO_USAGE, LlmEngine, Usage
from app.judge.llm.findings import complaint, verified
from app.judge.llm.prompt import judge_prompt, prompt_version
from app.judge.llm.reply import JudgeReply
from app.judge.llm.scores import failed, judged
from app.judge.types import AnswerSpec, Flag, QuestionSpec
from app.judge.verdict import Verdict
from app.models.values.evaluation import ModelUse
from app.services.llm.assist import BOTH, BUILTIN, COST_DIGITS, Assisted, as_shown, ask

MAX_TOKENS = 1_500
BUDGET = 60.0
"""Seconds for one answer, the second try included, where the settings say nothing else."""
MODEL_NAME_LENGTH = 48
INSTRUCTION_FLAG = "instruction"
PENDING = Flag("llm_pending", "The language model has not judged this answer yet; this is the built-in view.")
"""On the verdict of a live turn, until the model's takes its place."""


@dataclass(slots=True)
class JudgeTotals:
    """What the judging of the process has taken since it started; `answers` are those that a model was asked about."""

    answers: int = 0
    failed: int = 0
    usage: Usage = NO_USAGE
    seconds: float = 0.0


class LlmJudge:
    """Judges what the built-in judge has scored. Without an engine nothing changes; when it fails, the verdict says so
    and is less certain."""

    def __init__(
        self, engine: LlmEngine | None, embedding: OpenEmbedding = no_embedding, *, budget: float = BUDGET
    ) -> None:
        self._engine = engine
        self._embedding = embedding
        self._budget = budget
        self.totals = JudgeTotals()

    def would_judge(self, verdict: Verdict) -> bool:
        """Whether a model is to be asked: what has no score, and what nobody answered, needs none."""
        return self._engine is not None and verdict.status == "scored" and not verdict.reason

    async def refine(self, question: QuestionSpec, answer: AnswerSpec, verdict: Verdict) -> Assisted[Verdict]:
        """The verdict with the model's findings in it."""
        if self._engine is None or not self.would_judge(verdict):
            return Assisted(value=verdict, engine=BUILTIN)
        shown = await as_shown(question, answer, self._embedding)
        if not shown.text:
            return Assisted(value=verdict, engine=BUILTIN)
        begun = time.monotonic()
        reply = await ask(
            self._engine,
            judge_prompt(question, shown.text),
            JudgeReply,
            max_tokens=MAX_TOKENS,
            budget=self._budget,
            check=lambda found: complaint(question, shown, found),
        )
        seconds = time.monotonic() - begun
        self._count(reply.usage, seconds, failure=reply.value is None)
        if reply.value is None:
            value = failed(verdict, reply.problem)
            return Assisted(value=value, engine=BUILTIN, usage=reply.usage, problems=(reply.problem,), seconds=seconds)
        trusted = not any(flag.code == INSTRUCTION_FLAG for flag in (*shown.screening.flags, *verdict.flags))
        findings = verified(question, shown, reply.value, verdict.points)
        value = judged(question, verdict, findings, screening_cap=shown.screening.cap, may_rise=trusted)
        version = f"{self._engine.model[:MODEL_NAME_LENGTH]} {prompt_version(question)}"
        value = replace(value, engine_version=f"{verdict.engine_version}|{version}")
        return Assisted(value=value, engine=BOTH, version=version, usage=reply.usage, seconds=seconds)

    def use_of(self, found: Assisted[Verdict]) -> ModelUse | None:
        """What the call took, as it is kept with the evaluation; None where no model was asked."""
        if self._engine is None or not (found.usage.calls or found.problems):
            return None
        return ModelUse(
            model=self._engine.model,
            calls=found.usage.calls,
            prompt_tokens=found.usage.prompt_tokens,
            completion_tokens=found.usage.completion_tokens,
            cost=round(found.usage.cost, COST_DIGITS),
            seconds=round(found.seconds, 2),
        )

    def _count(self, usage: Usage, seconds: float, *, failure: bool) -> None:
        self.totals.answers += 1
        self.totals.failed += failure
        self.totals.usage += usage
        self.totals.seconds += seconds
