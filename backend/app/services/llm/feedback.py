"""Feedback in warmer words. The facts are ours: the model may say them differently, and every sentence is checked.

A sentence that changes a number, a grade or a quote, leaves the subject or adds to it is thrown away, and the plain
sentence stays. So the worst that a model can do to feedback is to leave it as it was.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, Field

from app.engines.llm.base import LlmEngine
from app.engines.llm.templates import defused, fence, template
from app.judge.language.text import content_stems, words
from app.judge.llm.addressing import speaks_to_grader
from app.services.llm.assist import BOTH, BUILTIN, LLM, Assisted, ask
from app.services.results.wording import RATINGS, READINESS

TOKENS_PER_STATEMENT = 120
TEMPERATURE = 0.5
LONGER = 2.0
"""A sentence may become so many times as long as it was (a warm one needs more words than a plain one) ..."""
LONGER_WORDS = 12
"""... and this many words in any case."""
KEPT_SUBJECT = 0.5
"""Share of the content words of the plain sentence that must still be there: else it is about something else."""
NEW_WORDS = 6
"""Content words that may be new: more is something added."""

_QUOTED = re.compile(r"[\"“]([^\"”]+)[\"”]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NUMBER_WORDS = frozenset(
    "zero two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty seventy eighty "
    "ninety hundred thousand half third quarter twice double percent".split()
)
"""`one` is left out: "one idea for each sentence" is no figure."""
_DENIAL = re.compile(
    r"\b(?:not|no|never|nothing|none|without|cannot|miss(?:ed|es|ing)?|lack(?:ed|s|ing)?|left out|leave out|leaving out"
    r"|skipp?(?:ed|ing)?|absent|forg[eo]t)\b|n['’]t\b",
    re.IGNORECASE,
)
_DIRECTIONS = frozenset(
    "above below higher lower worse stronger weaker strongest weakest rose fell improved declined fewer".split()
)
"""Words that turn a statement round when they are exchanged."""
_GRADES = tuple(name for table in (RATINGS, READINESS) for _, name in table)
_PROMISES = re.compile(r"\b(?:guarantee\w*|hired|will (?:pass|get the job)|reject\w*|fail(?:ed)? the)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of feedback. `id` is the caller's; `quote` words of the candidate that may be cited with it."""

    id: str
    text: str
    quote: str = ""


class WrittenStatement(BaseModel):
    """One sentence as the model writes it."""

    id: str
    text: str


class WrittenFeedback(BaseModel):
    """What the model writes."""

    statements: list[WrittenStatement] = Field(description="one for each id")


class LlmFeedback:
    """Words statements."""

    def __init__(self, engine: LlmEngine | None) -> None:
        self._engine = engine
        self._template = template("feedback")

    async def word(self, statements: Sequence[Statement], *, seed: int = 0) -> Assisted[dict[str, str]]:
        """The text of each statement by id, each the model's or the plain one."""
        plain = {statement.id: statement.text for statement in statements}
        if self._engine is None or not statements:
            return Assisted(value=plain, engine=BUILTIN)
        listed = "\n".join(_listed(statement) for statement in statements)
        reply = await ask(
            self._engine,
            self._template.fill(statements=fence("statements", listed)),
            WrittenFeedback,
            max_tokens=TOKENS_PER_STATEMENT * len(statements) + TOKENS_PER_STATEMENT,
            temperature=TEMPERATURE,
            seed=seed,
        )
        if reply.value is None:
            return Assisted(value=plain, engine=BUILTIN, usage=reply.usage, problems=(reply.problem,))
        worded, problems = _chosen(statements, reply.value.statements)
        engine = BUILTIN if not worded else LLM if len(worded) == len(plain) else BOTH
        version = f"{self._engine.model} {self._template.tag}" if worded else ""
        return Assisted(value=plain | worded, engine=engine, version=version, usage=reply.usage, problems=problems)


def _listed(statement: Statement) -> str:
    quote = f' The candidate said: "{statement.quote}"' if statement.quote else ""
    return f"[{statement.id}] {statement.text}{quote}"


def _chosen(
    statements: Sequence[Statement], written: Iterable[WrittenStatement]
) -> tuple[dict[str, str], tuple[str, ...]]:
    """The texts that hold up, by id, and why the others do not."""
    by_id = {statement.id: statement for statement in statements}
    worded: dict[str, str] = {}
    problems = []
    for item in written:
        statement = by_id.get(item.id)
        text = " ".join(defused(item.text).split())
        reason = against(statement, text) if statement else "is about nothing that was given."
        if reason or item.id in worded:
            problems.append(f"Statement {item.id[:40]} {reason or 'was written twice.'}")
        else:
            worded[item.id] = text
    return worded, tuple(problems)


def against(statement: Statement, text: str) -> str:
    """The first reason why `text` does not say what the statement says, or ""."""
    plain = statement.text
    before, after = Counter(content_stems(plain)), Counter(content_stems(_without_quotes(text)))
    known = set(before) | set(content_stems(statement.quote))
    checks = (
        ("is empty or too long.", not 3 <= len(words(text)) <= LONGER * len(words(plain)) + LONGER_WORDS),
        ("changes a number.", _figures(text) != _figures(plain)),
        ("changes a grade.", _grades(text) != _grades(plain)),
        ("says the opposite.", _denies(text) != _denies(plain) or _directions(text) != _directions(plain)),
        ("quotes what was not said.", not _true_quotes(statement, text)),
        ("leaves the subject.", sum((before & after).values()) < KEPT_SUBJECT * sum(before.values())),
        ("adds something.", len(set(after) - known) > NEW_WORDS),
        ("promises something.", bool(_PROMISES.search(text)) and not _PROMISES.search(plain)),
        ("speaks to the grader.", speaks_to_grader(_without_quotes(text))),
    )
    return next((reason for reason, wrong in checks if wrong), "")


def _without_quotes(text: str) -> str:
    return _QUOTED.sub(" ", text)


def _figures(text: str) -> Counter[str]:
    """Numbers in digits and words, as often as they stand there outside quotes."""
    text = _without_quotes(text).replace("%", " percent")
    return Counter(_NUMBER.findall(text)) + Counter(word for word in words(text) if word in _NUMBER_WORDS)


def _denies(text: str) -> bool:
    """Whether something is said not to be there."""
    return bool(_DENIAL.search(_without_quotes(text)))


def _directions(text: str) -> set[str]:
    return set(words(_without_quotes(text))) & _DIRECTIONS


def _grades(text: str) -> set[str]:
    """Names of the rating tables, with their capital; the longest where one holds another."""
    return {name for name in _GRADES if re.search(rf"(?<!Not )(?<!Almost )\b{name}\b", text)}


def _true_quotes(statement: Statement, text: str) -> bool:
    """Whether all that stands in quotation marks was said, word for word."""
    said = [" ".join(words(quote)) for quote in (statement.quote, *_QUOTED.findall(statement.text))]
    return all(any(f" {' '.join(words(quote))} " in f" {old} " for old in said) for quote in _QUOTED.findall(text))
