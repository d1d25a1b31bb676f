"""Questions written by the language model for one candidate and one job, on the plan that the bank made.

The plan stays ours: places with category, difficulty, skill and theme, none repeated, weak skills coming back. The
model may write a better question for a place; where its question does not hold up, the bank's question stays.
"""

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

import yaml
from pydantic import BaseModel, Field
from rapidfuzz import fuzz

from app.bank.loader import BankQuestion, Stage
from app.engines.embedding.base import OpenEmbedding, no_embedding
from app.engines.llm.base import LlmEngine
from app.engines.llm.templates import defused, fence, template
from app.judge.language.text import content_stems, words
from app.judge.llm.addressing import speaks_to_grader
from app.judge.llm.quotes import Passages
from app.judge.types import POINT_CATEGORIES, QuestionSpec
from app.models.values.kinds import Category, Difficulty
from app.models.values.resume import Resume
from app.services.llm.assist import BOTH, BUILTIN, LLM, Assisted, Reply, ask, total
from app.services.llm.leaks import LeakCheck

PLACES_PER_CALL = 4
"""More make late entries short and a failed call costly."""
TOKENS_PER_PLACE = 900
TEMPERATURE = 0.4
LONGEST_PROFILE, LONGEST_JOB = 6_000, 6_000
"""Characters that are sent: about 1,000 words each."""

QUESTION_WORDS = (5, 60)
POINTS, POINT_WORDS = (3, 6), (4, 30)
KEYWORDS = (3, 10)
MODEL_ANSWER_WORDS = (60, 240)
MOST_HINTS, MOST_FOLLOW_UPS = 2, 3
"""As in the bank (`bank/SCHEMA.md`), with a little room where a model cannot count words."""
POINTS_IN_ANSWER = 0.35
"""Mean share of a point's content words in the model answer: in the bank .34 at least, .70 in the middle."""
SAME_QUESTION = 88.0
"""Token similarity (rapidfuzz, 0-100) of two ways to ask the same; 99 % of the bank are below 83 to their nearest."""
TELLING_SHARE, TELLING_WORDS = 0.8, 4
"""Share of a point's content words, of at least four, that make a question contain its answer."""

_CONTACT = re.compile(r"[\w.+-]+@[\w-]+\.\w+|https?://|www\.|\+?\d[\d ()/-]{8,}\d")
_FORBIDDEN = re.compile(
    r"\b(?:how old are you|your (?:age|date of birth|husband|wife|spouse|family|marital|religio\w*|faith|church|race"
    r"|ethnic\w*|nationality|citizenship|sexual\w*|gender|health(?! ?check)|disabilit\w*|illness\w*|politic\w*"
    r"|native (?:country|language)|mother tongue|accent|trade union|criminal record)"
    r"|(?:plan|want|going|have) (?:to have )?(?:any )?(?:children|kids)|childcare|pregnan\w*|maternity|paternity"
    r"|are you (?:married|single|religious|disabled|healthy)|where (?:were you born|are you (?:really )?from)"
    r"|vote for|medical condition)\b",
    re.IGNORECASE,
)
"""What an employer may not ask (in the EU: Directives 2000/43, 2000/78 and 2006/54; in the US: EEOC guidance)."""


class WrittenFollowUp(BaseModel):
    """A follow-up as a model writes it."""

    missing: int
    text: str


class WrittenQuestion(BaseModel):
    """A question as a model writes it. Limits are checked afterwards, so that one bad entry spoils no other."""

    place: int = Field(description="number of the place")
    grounds: str = Field(description="passage of the résumé or job description, word for word, or empty")
    text: str
    expected_points: list[str]
    keywords: list[str]
    model_answer: str
    hints: list[str]
    follow_ups: list[WrittenFollowUp]


class WrittenQuestions(BaseModel):
    """What one call gives."""

    questions: list[WrittenQuestion]


@dataclass(frozen=True, slots=True)
class DraftFollowUp:
    """Asked when the expected point with index `missing` was not covered."""

    missing: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionDraft:
    """A question that holds up, ready to be stored. `source` is llm or bank; `grounds` what it was made for."""

    text: str
    category: Category
    difficulty: Difficulty
    skills: tuple[str, ...]
    theme: str | None
    time_limit: int
    expected_points: tuple[str, ...]
    keywords: tuple[str, ...]
    hints: tuple[str, ...]
    model_answer: str
    follow_ups: tuple[DraftFollowUp, ...]
    source: str
    bank_id: str | None = None
    grounds: str = ""
    stage: Stage | None = None

    @classmethod
    def from_bank(cls, entry: BankQuestion) -> "QuestionDraft":
        """The bank's question."""
        return cls(
            text=entry.text,
            category=entry.category,
            difficulty=entry.difficulty,
            skills=entry.skills,
            theme=entry.theme,
            time_limit=entry.time_limit,
            expected_points=entry.expected_points,
            keywords=entry.keywords,
            hints=entry.hints,
            model_answer=entry.model_answer,
            follow_ups=tuple(DraftFollowUp(item.missing, item.text) for item in entry.follow_ups),
            source="bank",
            bank_id=entry.id,
            stage=entry.stage,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """What questions are written for. `places` is the plan; `profile` the résumé without contact data."""

    places: Sequence[BankQuestion]
    role: str = ""
    job_description: str = ""
    profile: Resume | None = None
    asked_before: Sequence[str] = ()


class LlmQuestions:
    """Writes questions for a plan."""

    def __init__(self, engine: LlmEngine | None, embedding: OpenEmbedding = no_embedding) -> None:
        self._engine = engine
        self._embedding = embedding
        self._template = template("questions")

    async def write(self, wanted: Writing, *, seed: int = 0) -> Assisted[tuple[QuestionDraft, ...]]:
        """One question for each place, in order; the bank's where there is nothing to tailor it to. `problems` says why
        places kept the bank's question."""
        bank = tuple(QuestionDraft.from_bank(entry) for entry in wanted.places)
        if self._engine is None or not bank or not (wanted.profile or wanted.role or wanted.job_description):
            return Assisted(value=bank, engine=BUILTIN)
        starts = range(0, len(bank), PLACES_PER_CALL)
        replies = await asyncio.gather(*(self._call(wanted, start, seed) for start in starts))
        written = [question for reply in replies if reply.value for question in reply.value.questions]
        chosen, dropped = await asyncio.to_thread(self._choose, wanted, bank, written)
        problems = tuple(dict.fromkeys([reply.problem for reply in replies if reply.problem] + dropped))
        made = sum(draft.source == "llm" for draft in chosen)
        return Assisted(
            value=chosen,
            engine=LLM if made == len(chosen) else BOTH if made else BUILTIN,
            version=f"{self._engine.model} {self._template.tag}" if made else "",
            usage=total(*(reply.usage for reply in replies)),
            problems=problems,
        )

    async def _call(self, wanted: Writing, start: int, seed: int) -> Reply[WrittenQuestions]:
        places = wanted.places[start : start + PLACES_PER_CALL]
        job = f"{wanted.role}\n{wanted.job_description}".strip()
        prompt = self._template.fill(
            profile=fence("resume", profile_text(wanted.profile), most=LONGEST_PROFILE),
            job=fence("job", job, most=LONGEST_JOB),
            asked=fence("asked before", "\n".join(f"- {text}" for text in wanted.asked_before)),
            places="\n".join(_described(number, place) for number, place in enumerate(places, start + 1)),
        )
        return await ask(
            self._engine,
            prompt,
            WrittenQuestions,
            max_tokens=TOKENS_PER_PLACE * len(places),
            temperature=TEMPERATURE,
            seed=seed,
        )

    def _choose(
        self, wanted: Writing, bank: Sequence[QuestionDraft], written: Iterable[WrittenQuestion]
    ) -> tuple[tuple[QuestionDraft, ...], list[str]]:
        """The questions of the places, and why written ones were dropped."""
        chosen, dropped = list(bank), []
        sources = Passages(f"{profile_text(wanted.profile)}\n{wanted.role}\n{wanted.job_description}")
        for question in written:
            at = question.place - 1
            if not 0 <= at < len(bank) or chosen[at].source == "llm":
                dropped.append("A question was written for a place that is not in the plan.")
                continue
            others = [*wanted.asked_before, *(draft.text for other, draft in enumerate(chosen) if other != at)]
            if reason := against(question, bank[at], sources, others):
                dropped.append(f"Question {question.place}: {reason}")
            else:
                chosen[at] = self._draft(question, bank[at])
        return tuple(chosen), dropped

    def _draft(self, question: WrittenQuestion, place: QuestionDraft) -> QuestionDraft:
        points = tuple(_clean(point) for point in question.expected_points)
        keywords = _supported_keywords(question)
        spec = QuestionSpec(
            text=question.text, expected_points=points, keywords=keywords, reference=question.model_answer
        )
        leaks = LeakCheck(spec, embedding=self._embedding())
        follow_ups = [
            DraftFollowUp(item.missing, _clean(item.text))
            for item in question.follow_ups
            if 0 <= item.missing < len(points) and "?" in item.text and not leaks.tells(item.text)
        ]
        hints = [_clean(hint) for hint in question.hints if words(hint) and not leaks.tells(hint)]
        return QuestionDraft(
            text=_clean(question.text),
            category=place.category,
            difficulty=place.difficulty,
            skills=place.skills,
            theme=place.theme,
            time_limit=place.time_limit,
            expected_points=points,
            keywords=keywords,
            hints=tuple(hints[:MOST_HINTS]),
            model_answer=_clean(question.model_answer),
            follow_ups=tuple(follow_ups[:MOST_FOLLOW_UPS]),
            source="llm",
            grounds=_clean(question.grounds),
        )


def against(question: WrittenQuestion, place: QuestionDraft, sources: Passages, others: Sequence[str]) -> str:
    """The first reason why a written question does not hold up, or "" when it does."""
    everything = " ".join((question.text, question.model_answer, *question.expected_points, *question.hints))
    checks = (
        ("has no fitting length.", _outside(question.text, QUESTION_WORDS)),
        ("asks what an employer may not ask.", bool(_FORBIDDEN.search(question.text))),
        ("holds contact data or an address.", bool(_CONTACT.search(everything))),
        ("speaks to the grader.", speaks_to_grader(everything)),
        ("builds on words that are not in the résumé or job description.", not _grounded(question, place, sources)),
        ("was asked before.", any(fuzz.token_set_ratio(question.text, other) >= SAME_QUESTION for other in others)),
        ("has too few, too many or unclear expected points.", not _good_points(question.expected_points)),
        ("contains its answer.", any(_contains(question.text, point) for point in question.expected_points)),
        ("has a model answer that does not fit.", not _good_answer(question, place)),
        ("has too few keywords that its answer holds.", len(_supported_keywords(question)) < KEYWORDS[0]),
    )
    return next((reason for reason, wrong in checks if wrong), "")


def _outside(text: str, bounds: tuple[int, int]) -> bool:
    return not bounds[0] <= len(words(text)) <= bounds[1]


def _grounded(question: WrittenQuestion, place: QuestionDraft, sources: Passages) -> bool:
    """Whether what it builds on is there, and no number is told to the candidate that is not."""
    if words(question.grounds) and sources.find(question.grounds) is None:
        return False
    general = place.category in POINT_CATEGORIES and not words(question.grounds)
    return general or _numbers(question.text) <= _numbers(sources.text)


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:[.,]\d+)?", text))


def _good_points(points: Sequence[str]) -> bool:
    if not POINTS[0] <= len(points) <= POINTS[1] or any(_outside(point, POINT_WORDS) for point in points):
        return False
    pairs = ((left, right) for at, left in enumerate(points) for right in points[:at])
    return all(fuzz.token_set_ratio(left, right) < SAME_QUESTION for left, right in pairs)


def _contains(text: str, point: str) -> bool:
    stems = set(content_stems(point))
    return len(stems) >= TELLING_WORDS and len(stems & set(content_stems(text))) >= TELLING_SHARE * len(stems)


def _good_answer(question: WrittenQuestion, place: QuestionDraft) -> bool:
    if _outside(question.model_answer, MODEL_ANSWER_WORDS):
        return False
    if place.category not in POINT_CATEGORIES:
        return True
    answer = set(content_stems(question.model_answer))
    shares = [
        len(stems & answer) / len(stems) for point in question.expected_points if (stems := set(content_stems(point)))
    ]
    return bool(shares) and sum(shares) / len(shares) >= POINTS_IN_ANSWER


def _supported_keywords(question: WrittenQuestion) -> tuple[str, ...]:
    """The keywords that the expected answer really holds; others would punish a candidate who knows it."""
    held = set(content_stems(" ".join((question.model_answer, *question.expected_points))))
    found = (
        _clean(keyword).lower()
        for keyword in question.keywords
        if (stems := set(content_stems(keyword))) and stems <= held
    )
    return tuple(dict.fromkeys(found))[: KEYWORDS[1]]


def _described(number: int, place: BankQuestion) -> str:
    """One place of the plan, in our own words and the bank's."""
    skills = ", ".join(place.skills) or "none"
    theme = f"; theme: {place.theme}" if place.theme else ""
    return f"{number}. {place.category}, {place.difficulty}; skill: {skills}{theme}. Bank: {place.text}"


def profile_text(profile: Resume | None) -> str:
    """A profile as lines that people and models read; empty fields are left out."""
    if profile is None:
        return ""
    fields = asdict(profile)
    del fields["version"]
    filled = {name: value for name, value in fields.items() if value not in (None, ())}
    return str(yaml.safe_dump(filled, allow_unicode=True, sort_keys=False, width=10_000)) if filled else ""


def _clean(text: str) -> str:
    """One line without invisible characters."""
    return " ".join(defused(text).split())
