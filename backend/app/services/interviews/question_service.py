"""The questions of an interview: planned from the bank, the résumé and the candidate's past."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from uuid import UUID

from rapidfuzz import fuzz
from sqlalchemy.ext.asyncio import AsyncSession

from app.bank import loader
from app.bank.loader import BankQuestion, Role
from app.bank.skills import SkillFinder
from app.database import commit
from app.engines.embedding.base import EmbeddingEngine, Vectors
from app.errors import Conflict, NotFound
from app.models import Answer, InterviewSession, Question, now
from app.repositories.answers import AnswerRepository
from app.repositories.interviews import QuestionRepository
from app.repositories.stats import StatsRepository
from app.resume import ResumeProfile, personal_questions
from app.schemas.interview import MAX_QUESTIONS
from app.services.interviews.interview_service import InterviewService
from app.services.interviews.question_plan import Similarity, Wishes, bank_skills, plan
from app.services.interviews.resume_service import profile_of
from app.services.llm.assistants import Assistants, account
from app.services.llm.questions import QuestionDraft, Writing

RECENT_SESSIONS = 5
"""Questions of this many past interviews are not asked again while others are left."""
PERSONAL_SHARE = 1 / 3
"""Part of the questions that are about the candidate's own work when there is a résumé."""
WEAK_BELOW = 60.0
ROLE_MATCH = 80.0


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerateWishes:
    """What a client asked for; what is left out comes from the interview."""

    count: int = 5
    categories: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    role: str | None = None
    difficulty: str | None = None
    seed: int | None = None
    append: bool = False


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question with what became of it."""

    question: Question
    answered: bool
    follow_up_of: UUID | None


@dataclass(frozen=True, slots=True)
class Generated:
    """New questions, and in `notes` what could not be done as it was asked."""

    questions: list[QuestionView]
    notes: list[str]


class QuestionService:
    """Plans questions and lists them."""

    def __init__(
        self, session: AsyncSession, embedding: EmbeddingEngine | None, assistants: Assistants | None = None
    ) -> None:
        """Without `assistants` every question comes from the bank or the résumé."""
        self.session = session
        self.embedding = embedding
        self.assistants = assistants
        self.questions = QuestionRepository(session)
        self.answers = AnswerRepository(session)

    async def generate(self, interview: InterviewSession, wishes: GenerateWishes) -> Generated:
        """Plan and store questions. Replaces those of an interview that was not begun, or adds to them."""
        existing = await self.questions.of_session(interview.id)
        kept = existing if wishes.append else []
        self._check(interview, wishes, len(kept))
        seed = wishes.seed if wishes.seed is not None else secrets.randbits(31)
        drafts = await self._write(interview, wishes, seed, kept)
        await self.session.refresh(interview)
        self._check(interview, wishes, len(kept))
        if not wishes.append:
            await self.questions.delete_of_session(interview.id)
        first = max((question.number for question in kept), default=0) + 1
        await self.questions.add_all(
            [_from_draft(interview, draft, number) for number, draft in enumerate(drafts, start=first)]
        )
        if interview.status == "created":
            interview.status = "questions_generated"
        return Generated((await self.views(interview))[len(kept) :], notes(interview, wishes, len(drafts)))

    async def views(self, interview: InterviewSession) -> list[QuestionView]:
        """Every question in order."""
        rows = await self.answers.of_session(interview.id)
        ids = {row.question.id: row.question.public_id for row in rows}
        return [_view(row.question, row.answer, ids) for row in rows]

    async def get(self, interview: InterviewSession, public_id: UUID) -> Question:
        """One question of the interview."""
        question = await self.questions.in_session(interview.id, public_id)
        if question is None:
            raise NotFound.of("Question")
        return question

    async def skip(self, interview: InterviewSession, question: Question) -> None:
        """Leave a question out; it counts as 0 until it is answered after all. Conflict when it was answered."""
        InterviewService.require_open(interview)
        if await self.answers.of_question(question.id) is not None:
            raise Conflict("This question has an answer. Upload or type another one to replace it.", code="answered")
        question.skipped_at = question.skipped_at or now()
        await self.answers.withdraw_results(interview.id)
        await self.session.flush()

    async def view(self, question: Question) -> QuestionView:
        """One question with what became of it."""
        answer = await self.answers.of_question(question.id)
        parent = await self.questions.by_id(question.follow_up_of_id) if question.follow_up_of_id else None
        return _view(question, answer, {parent.id: parent.public_id} if parent else {})

    @staticmethod
    def _check(interview: InterviewSession, wishes: GenerateWishes, kept: int) -> None:
        """Conflict when the interview takes no more questions, or not these."""
        if interview.status in ("completed", "cancelled"):
            raise Conflict(f"The interview is {interview.status}; create a new session to practise again.")
        if interview.status == "in_progress" and not wishes.append:
            raise Conflict("The interview has begun. Send append=true to add questions to it.")
        if kept + wishes.count > MAX_QUESTIONS:
            raise Conflict(f"An interview holds at most {MAX_QUESTIONS} questions; it has {kept}.")

    async def _write(
        self, interview: InterviewSession, wishes: GenerateWishes, seed: int, kept: Sequence[Question]
    ) -> list[QuestionDraft]:
        """The plan from the bank; a language model writes it for this candidate, else the résumé takes some places."""
        chosen = await self._choose(interview, wishes, seed, kept)
        job = interview.job_description or ""
        await commit(self.session)  # writing takes time, and nothing may be locked meanwhile
        profile = await asyncio.to_thread(profile_of, interview)
        drafts = tuple(QuestionDraft.from_bank(entry) for entry in chosen)
        if self.assistants is not None:
            wanted = Writing(
                places=chosen,
                role=wishes.role or interview.target_role or "",
                job_description=job,
                profile=interview.resume_profile,
                asked_before=[question.text for question in kept],
            )
            written = await self.assistants.questions.write(wanted, seed=seed)
            await account(self.session, interview.id, written.usage, "questions")
            drafts = written.value
        if profile is None or any(draft.source == "llm" for draft in drafts):
            return list(drafts)
        return await asyncio.to_thread(with_personal, list(drafts), profile, job, seed)

    async def _choose(
        self, interview: InterviewSession, wishes: GenerateWishes, seed: int, existing: Sequence[Question]
    ) -> list[BankQuestion]:
        asked_before = await self.questions.recent_bank_ids(
            interview.owner_id, sessions=RECENT_SESSIONS, but=interview.id
        )
        full = Wishes(
            count=wishes.count,
            categories=tuple(dict.fromkeys(wishes.categories)),
            interview_type=interview.interview_type,
            skills={term: resolve_skill(term) for term in (wishes.skills or tuple(interview.focus_areas))},
            role=find_role(wishes.role or interview.target_role or ""),
            difficulty=wishes.difficulty or interview.difficulty,
            fixed_difficulty=wishes.difficulty is not None,
            seed=seed,
            asked_before=frozenset(asked_before),
            already_chosen=frozenset(question.bank_id for question in existing if question.bank_id),
            weak_skills=await self._weak_skills(interview.owner_id),
        )
        return await asyncio.to_thread(lambda: plan(loader.questions(), full, _similarity(self.embedding)))

    async def _weak_skills(self, owner_id: int) -> tuple[str, ...]:
        scores: dict[str, list[float]] = {}
        for skills, overall in await StatsRepository(self.session).by_skill(owner_id):
            for skill in skills:
                scores.setdefault(skill, []).append(overall)
        return tuple(skill for skill, found in scores.items() if sum(found) / len(found) < WEAK_BELOW)


def notes(interview: InterviewSession, wishes: GenerateWishes, written: int) -> list[str]:
    """What the bank could not give, in sentences for the client."""
    found = []
    unknown = [term for term in wishes.skills if not resolve_skill(term)]
    if unknown:
        found.append(f"The bank has no questions about {', '.join(unknown)}; others were chosen instead.")
    role = wishes.role or interview.target_role
    if role and find_role(role) is None and not wishes.skills:
        found.append(f"The bank does not know the role {role!r}; name skills or categories to steer the choice.")
    if written < wishes.count:
        found.append(f"The bank has only {written} questions of these kinds, not {wishes.count}.")
    return found


def resolve_skill(term: str) -> tuple[str, ...]:
    """Bank skills behind a word that a client used: by id, else through the skill taxonomy (FastAPI: python-web)."""
    if named := bank_skills(term):
        return named
    related = [mention.skill.bank for mention in skill_finder().find(term) if mention.skill.bank]
    return tuple(dict.fromkeys(related))


def find_role(text: str) -> Role | None:
    """The role that a job title names best, or None."""
    title = text.strip().lower()
    if not title:
        return None
    best, best_score = None, ROLE_MATCH
    for role in loader.roles():
        for name in (role.title.lower(), *role.aliases):
            score = fuzz.token_set_ratio(name, title) - 0.2 * abs(len(name) - len(title))
            if score > best_score:
                best, best_score = role, score
    return best


@lru_cache(maxsize=1)
def skill_finder() -> SkillFinder:
    """The finder of the process."""
    return SkillFinder()


def _similarity(embedding: EmbeddingEngine | None) -> Similarity | None:
    """Cosine of two bank questions; the vectors of the bank are computed once in a process."""
    if embedding is None:
        return None
    if embedding.version not in _VECTORS:
        pool = loader.questions()
        ids = (question.id for question in pool)
        _VECTORS[embedding.version] = dict(zip(ids, embedding.sentences([q.text for q in pool]), strict=True))
    vectors = _VECTORS[embedding.version]
    return lambda left, right: float(vectors[left.id] @ vectors[right.id])


_VECTORS: dict[str, dict[str, Vectors]] = {}


def with_personal(drafts: list[QuestionDraft], profile: ResumeProfile, job: str, seed: int) -> list[QuestionDraft]:
    """Give a third of the places, at least one, to questions about the candidate's own work and this job.

    Each takes a place of its own category, so the plan's mix stays; the others keep the bank's question.
    """
    wanted = max(1, round(len(drafts) * PERSONAL_SHARE))
    result = list(drafts)
    for personal in personal_questions(profile, job, 4 * wanted, seed):
        place = _last_place(result, personal.category)
        if place is None or wanted == 0:
            continue
        wanted -= 1
        result[place] = replace(
            result[place],
            text=personal.text,
            expected_points=personal.expected_points,
            keywords=(),
            hints=(),
            model_answer="",
            follow_ups=(),
            theme=None,
            source="resume",
            bank_id=None,
            grounds=personal.refers_to,
        )
    return result


def _last_place(drafts: Sequence[QuestionDraft], category: str) -> int | None:
    """The last question of a category that still is the bank's."""
    places = [at for at, draft in enumerate(drafts) if draft.category == category and draft.source == "bank"]
    return places[-1] if places else None


def _from_draft(interview: InterviewSession, draft: QuestionDraft, number: int) -> Question:
    return Question(
        session_id=interview.id,
        number=number,
        text=draft.text,
        category=draft.category,
        difficulty=draft.difficulty,
        time_limit=draft.time_limit,
        skills=list(draft.skills),
        theme=draft.theme,
        expected_points=list(draft.expected_points),
        keywords=list(draft.keywords),
        hints=list(draft.hints),
        model_answer=draft.model_answer,
        follow_ups=[asdict(follow_up) for follow_up in draft.follow_ups],
        source=draft.source,
        bank_id=draft.bank_id,
    )


def _view(question: Question, answer: Answer | None, ids: dict[int, UUID]) -> QuestionView:
    parent = ids.get(question.follow_up_of_id) if question.follow_up_of_id else None
    return QuestionView(question, answer is not None and answer.status != "failed", parent)
