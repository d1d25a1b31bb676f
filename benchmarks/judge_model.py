"""`make bench-judge-model`: what a capable language model's verdicts do to the scores; into docs/benchmarks.md.

`data/model_verdicts.json` holds 63 answers (honest, half, false, indecent, off topic, injected) and for each the reply
of a careful person in the model's place, written from what the model is sent. The same person wrote the half answers;
the others are by authors who did not know the judge. The 77 of `data/model_verdicts_unseen.json` are by two further
authors, answered by two further people who knew neither the judge nor the levels. The replies are sent by a local
server, through the real client, and found by the texts of the prompt: instructions that were changed do not lose them,
but the first row says "no" then.
Tokens are characters / 4, the schema included.
"""

import asyncio
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from app.config import LlmSettings
from app.engines.llm.openai_engine import OpenAiEngine, make_client
from app.judge.judge import Judge
from app.judge.llm.prompt import prompt_version
from app.judge.types import AnswerSpec, QuestionSpec
from app.judge.verdict import Verdict
from app.services.llm.judge import LlmJudge
from app.services.results.wording import FINDINGS
from benchmarks.judge_content import embedding_engine
from benchmarks.run import run
from tests.support.llm_server import Json, LlmServer, Reply, Request, fails, llm_server, says

Row = tuple[str, str, str]
DATA = Path(__file__).parent / "data"
RECORDED = {"": DATA / "model_verdicts.json", "unseen: ": DATA / "model_verdicts_unseen.json"}
LEVELS = ("honest", "half", "falsehood", "conduct", "off_topic", "injected")


@dataclass(frozen=True)
class Case:
    """An answer with its verdicts: by the built-in judge alone, and with the model."""

    name: str
    level: str
    half: str | None
    builtin: Verdict
    verdict: Verdict
    calls: int
    tokens: int
    named: int
    """False statements that the reply names."""

    def codes(self) -> set[str]:
        return {flag.code for flag in self.verdict.flags}


def key_of(user: str) -> str:
    """The key of a recorded reply: the texts of the prompt without its instructions."""
    return hashlib.sha256(user.encode()).hexdigest()[:16]


def rows(_data: Path) -> list[Row]:
    """(measure, figure, aim); the data is our own."""
    return [
        (prefix + measure, figure, aim)
        for prefix, path in RECORDED.items()
        for measure, figure, aim in asyncio.run(_rows(json.loads(path.read_text())))
    ]


async def _rows(recorded: Json) -> list[Row]:
    async with llm_server() as server:
        server.answer = _replaying({item["key"]: item["reply"] for item in recorded["cases"]})
        settings = LlmSettings(provider="compatible", model="recorded", base_url=server.url, retries=0)
        async with make_client(settings) as client:
            judge = LlmJudge(OpenAiEngine(settings, client), embedding_engine)
            builtin = Judge(embedding_engine())
            cases = [await _case(item, builtin, judge, server) for item in recorded["cases"]]
    versions = {prompt_version(_question(item)) for item in recorded["cases"]}
    return [
        ("replies recorded for these instructions", "yes" if versions == set(recorded["versions"]) else "no", "yes"),
        *_figures({case.name: case for case in cases}),
    ]


def _replaying(replies: dict[str, Json]) -> Any:
    def answer(request: Request) -> Reply:
        reply = replies.get(key_of(request.user))
        if reply is None:
            return fails(404, "no recorded reply")
        return says(reply, tokens=(_tokens(request.body), len(json.dumps(reply)) // 4))

    return answer


def _tokens(body: Json) -> int:
    said = sum(len(message["content"]) for message in body["messages"])
    return (said + len(json.dumps(body.get("response_format", {})))) // 4


def _question(item: Json) -> QuestionSpec:
    return QuestionSpec(
        text=item["question"],
        category=item["category"],
        expected_points=tuple(item["expected_points"]),
        reference=item["reference"],
    )


async def _case(item: Json, builtin: Judge, judge: LlmJudge, server: LlmServer) -> Case:
    question, answer = _question(item), AnswerSpec(text=item["answer"])
    alone = builtin.evaluate(question, answer)
    before = len(server.requests)
    found = await judge.refine(question, answer, alone)
    named = len(item["reply"]["false_statements"]) if item["reply"] else 0
    calls = len(server.requests) - before
    return Case(
        item["id"], item["level"], item.get("half"), alone, found.value, calls, found.usage.prompt_tokens, named
    )


def _figures(cases: dict[str, Case]) -> list[Row]:
    by_level = {level: [case for case in cases.values() if case.level == level] for level in LEVELS}
    asked = [case for case in cases.values() if case.calls]
    untouched = [case for case in asked if case.verdict.facts == "not_checked"]
    honest = [*by_level["honest"], *by_level["half"], *by_level["off_topic"]]
    false = by_level["falsehood"]
    kept = sum(flag.code == "false_statement" for case in false for flag in case.verdict.flags)
    accused = [case.name for case in honest if case.codes() & FINDINGS]
    injected = [(case.verdict, cases[case.half].verdict) for case in by_level["injected"] if case.half]
    return [
        ("calls for an answer, mean", f"{mean(case.calls for case in asked):.2f}", "1"),
        ("tokens in, mean / most", f"{mean(c.tokens for c in asked):.0f} / {max(c.tokens for c in asked)}", "<= 2,500"),
        ("replies that were not used", f"{len(untouched)} of {len(asked)}", "0"),
        ("falsehoods under the half answer, quality / overall", _under(false, cases), ">= 95 %"),
        ("wrong conduct under the half answer, quality / overall", _under(by_level["conduct"], cases), ">= 95 %"),
        (
            "answers with a false statement named and corrected",
            _share([case for case in false if "false_statement" in case.codes()], false),
            ">= 85 %",
        ),
        (
            "flagged as false (contradicted points, too) / false statements that the model named",
            f"{kept} / {sum(case.named for case in false)}",
            "",
        ),
        ("honest answers wrongly accused", f"{len(accused)} of {len(honest)}", "<= 2 %"),
        (
            f"half answers with and without words to the grader ({len(injected)}), quality, mean",
            " / ".join(f"{mean(pair[side].quality or 0 for pair in injected):.0f}" for side in (0, 1)),
            "not above",
        ),
        *(
            (f"{level.replace('_', ' ')}, quality / overall, mean (built-in alone)", _means(by_level[level]), "")
            for level in LEVELS
        ),
    ]


def _under(found: Sequence[Case], cases: dict[str, Case]) -> str:
    """How many are under the honest half answer to the same question, in quality and in overall."""
    pairs = [(case.verdict, cases[case.half].verdict) for case in found if case.half]
    quality = sum((wrong.quality or 0) < (half.quality or 0) for wrong, half in pairs)
    overall = sum((wrong.overall or 0) < (half.overall or 0) for wrong, half in pairs)
    return f"{quality} / {overall} of {len(pairs)}"


def _share(part: Sequence[Case], whole: Sequence[Case]) -> str:
    return f"{len(part)} of {len(whole)}"


def _means(found: Sequence[Case]) -> str:
    values = [
        mean(getattr(verdict, name) or 0 for verdict in verdicts)
        for verdicts in ([case.verdict for case in found], [case.builtin for case in found])
        for name in ("quality", "overall")
    ]
    return f"{values[0]:.0f} / {values[1]:.0f} ({values[2]:.0f} / {values[3]:.0f})"


if __name__ == "__main__":
    run({"model": "benchmarks.judge_model"}, section="bench-judge-model")
