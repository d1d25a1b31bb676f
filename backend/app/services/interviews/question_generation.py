"""Plans the questions of an interview from the bank, the résumé, the candidate's past and, where there is one, by a
language model: load, write without a session, store."""

import asyncio
import logging
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from threading import Lock

from app.bank import loader
from app.bank.loader import AS_ROLE
from app.database import Database, WriteSession
from app.engines.documents import DocumentError
from app.engines.embedding.base import OpenEmbedding, Vectors
from app.engines.llm.base import Usage
from app.errors import Conflict
from app.models import InterviewSession, Question
from app.models.values.kinds import Category, Difficulty, InterviewType
from app.repositories.answers import AnswerRepository
from app.repositories.base import AnySession, Ref
from app.repositories.interviews import QuestionRepository
from app.repositories.stats import StatsRepository
from app.resume import PersonalQuestion
from app.resume.reading import write_questions
from app.services.accounts.subject import Subject
from app.services.interviews import lifecycle
from app.services.interviews.interview_service import InterviewService
from app.services.interviews.job_field import as_role, find_role, known_premises, resolve_skill, skills_for, work_of
from app.services.interviews.question_plan import Similarity, Wishes, plan
from app.services.interviews.question_service import QuestionService, QuestionView
from app.services.interviews.seniority import leads_others
from app.services.llm.assistants import Assistants, account
from app.services.llm.questions import QuestionDraft, Writing
from app.services.speech.tts_service import TtsService

MAX_QUESTIONS = 50
"""The most that one interview holds."""
MINUTES_A_QUESTION = 5
FEWEST, MOST = 2, 12
RECENT_SESSIONS = 5
"""Questions of this many past interviews are not asked again while others are left."""
PERSONAL_SHARE = 1 / 3
"""Part of the questions that are about the candidate's own work when there is a résumé."""
WEAK_BELOW = 60.0
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerateWishes:
    """What a client asked for; what is left out comes from the interview."""

    count: int = 5
    categories: tuple[Category, ...] = ()
    skills: tuple[str, ...] = ()
    role: str | None = None
    difficulty: Difficulty | None = None
    seed: int | None = None
    append: bool = False
    once: bool = False
    """Conflict when the interview has questions already."""
    unless_any: bool = False
    """Store nothing where the interview has questions already: several may prepare it at once."""
    interview_type: InterviewType | None = None


@dataclass(frozen=True, slots=True)
class Drafted:
    """Questions that are not stored yet, and what a language model took for them."""

    drafts: list[QuestionDraft]
    usage: Usage


@dataclass(frozen=True, slots=True)
class Generated:
    """New questions, and in `notes` what could not be done as it was asked."""

    questions: list[QuestionView]
    notes: list[str]


class QuestionGeneration:
    """Writes the questions of interviews."""

    def __init__(
        self, database: Database, embedding: OpenEmbedding, assistants: Assistants, speech: TtsService
    ) -> None:
        """`speech` has the first question of an interview spoken ahead, so that it can be asked at once."""
        self.speech = speech
        self.database = database
        self.embedding = embedding
        self.assistants = assistants

    async def generate(self, subject: Subject, ref: Ref, wishes: GenerateWishes) -> Generated:
        """Plan and store questions. Replaces those of an interview that was not begun, or adds to them."""
        drafted = await self.draft(subject, ref, wishes)
        async with self.database.writing() as session:
            interview = await InterviewService(session).get(subject, ref)
            await account(session, interview.id, drafted.usage, "questions")
            questions = QuestionRepository(session)
            if wishes.unless_any and await questions.of_session(interview.id):
                return Generated(await QuestionService(session).views(interview), [])
            kept = await self._kept(session, interview, wishes)
            if not wishes.append:
                await questions.delete_of_session(interview.id)
                await AnswerRepository(session).withdraw_results(interview.id)  # they name the questions
            await self.store(session, interview, kept, drafted.drafts)
            views = await QuestionService(session).views(interview)
        if interview.status == "questions_generated":
            self.speech.prepare(interview.voice, views[0].question.text)
        return Generated(views[len(kept) :], notes(interview, wishes, len(drafted.drafts)))

    async def draft(self, subject: Subject, ref: Ref, wishes: GenerateWishes) -> Drafted:
        """Write questions without storing them. Conflict when the interview takes no more, or not these."""
        async with self.database.reading() as session:
            interview = await InterviewService(session).get(subject, ref)
            kept = await self._kept(session, interview, wishes)
            planned = await self._wishes(session, interview, wishes, kept)
        if not planned.skills and interview.job_description:
            named = await asyncio.to_thread(skills_for, planned.role, interview.job_description)
            planned = replace(planned, skills={name: resolve_skill(name) for name in named})
        job = job_of(interview, wishes)
        planned = replace(planned, knows_field=_knows_field(job, planned))
        return await self._write(interview, job, planned, kept)

    async def store(
        self,
        session: WriteSession,
        interview: InterviewSession,
        kept: Sequence[Question],
        drafts: Sequence[QuestionDraft],
        *,
        round_id: int | None = None,
    ) -> list[Question]:
        """Add questions after those that are `kept`, to a round if one is named."""
        first = max((question.number for question in kept), default=0) + 1
        questions = [
            _from_draft(interview, draft, number, round_id) for number, draft in enumerate(drafts, start=first)
        ]
        await QuestionRepository(session).add_all(questions)
        lifecycle.questions_generated(interview)
        return questions

    async def prepare(self, subject: Subject, ref: Ref) -> InterviewSession:
        """The subject's open interview, which gets questions if it has none: some clients never ask for them."""
        async with self.database.reading() as session:
            interview = await InterviewService(session).get(subject, ref)
            lifecycle.require_open(interview)
            existing = await QuestionRepository(session).of_session(interview.id)
        if not existing:
            count = usual_count(interview.duration_minutes)
            append = interview.status == "in_progress"
            await self.generate(subject, ref, GenerateWishes(count=count, append=append, unless_any=True))
        return interview

    async def _kept(
        self, session: AnySession, interview: InterviewSession, wishes: GenerateWishes
    ) -> Sequence[Question]:
        """The questions that stay. Conflict when the interview takes no more questions, or not these."""
        kept = await QuestionRepository(session).of_session(interview.id) if wishes.append else []
        if wishes.once and interview.status != "created":
            raise Conflict("This interview already has its questions.")
        if not lifecycle.is_open(interview):
            raise Conflict(f"The interview is {interview.status}; create a new session to practise again.")
        if interview.status == "in_progress" and not wishes.append:
            raise Conflict("The interview has begun. Send append=true to add questions to it.")
        if len(kept) + wishes.count > MAX_QUESTIONS:
            raise Conflict(f"An interview holds at most {MAX_QUESTIONS} questions; it has {len(kept)}.")
        return kept

    async def _wishes(
        self, session: AnySession, interview: InterviewSession, asked: GenerateWishes, kept: Sequence[Question]
    ) -> Wishes:
        """What was asked for, with what the interview and its candidate's past say where nothing was asked."""
        owner = interview.owner_id
        recent: set[str] = set()
        weak: tuple[str, ...] = ()
        if owner is not None:
            questions = QuestionRepository(session)
            recent = await questions.recent_bank_ids(owner, sessions=RECENT_SESSIONS, but=interview.id)
            weak = _weak_skills(await StatsRepository(session).by_skill(owner))
        return Wishes(
            count=asked.count,
            categories=tuple(dict.fromkeys(asked.categories)),
            interview_type=asked.interview_type or interview.interview_type,
            skills={term: resolve_skill(term) for term in (asked.skills or tuple(interview.focus_areas))},
            role=find_role(job_of(interview, asked)),
            difficulty=asked.difficulty or interview.difficulty,
            fixed_difficulty=asked.difficulty is not None,
            seed=asked.seed if asked.seed is not None else secrets.randbits(31),
            asked_before=frozenset(recent),
            already_chosen=frozenset(question.bank_id for question in kept if question.bank_id),
            weak_skills=weak,
            premises=known_premises(interview),
            leads=leads_others(job_of(interview, asked), interview.job_description or ""),
        )

    async def _write(self, interview: InterviewSession, role: str, wishes: Wishes, kept: Sequence[Question]) -> Drafted:
        """The plan from the bank; a language model writes it for this candidate, else the résumé takes some places."""
        planned = await asyncio.to_thread(lambda: plan(loader.questions(), wishes, similarity(self.embedding)))
        chosen = [entry.model_copy(update={"text": entry.text.replace(AS_ROLE, as_role(role))}) for entry in planned]
        job = interview.job_description or ""
        written = await self.assistants.questions.write(
            Writing(
                places=chosen,
                role=role,
                job_description=job,
                profile=interview.resume_profile,
                asked_before=[question.text for question in kept],
            ),
            seed=wishes.seed,
        )
        drafts = list(written.value)
        if interview.resume_text and not any(draft.source == "llm" for draft in drafts):
            drafts = await _with_own_work(drafts, interview.resume_text, job, wishes.seed)
        return Drafted(drafts, written.usage)


def job_of(interview: InterviewSession, wishes: GenerateWishes) -> str:
    """The job that questions are for, in the client's words; where nobody named one, the latest of the résumé."""
    roles = interview.resume_profile.roles if interview.resume_profile else ()
    return wishes.role or interview.target_role or next((role.title for role in roles if role.title), "")


def _knows_field(job: str, wishes: Wishes) -> bool:
    """Whether the bank has questions about this job: it knows the role or a skill, or somebody asked for its fields."""
    if wishes.role is not None or any(wishes.skills.values()) or wishes.interview_type in ("coding", "system_design"):
        return True
    return not job and (bool(wishes.categories) or wishes.interview_type == "technical")


def usual_count(duration_minutes: int | None) -> int:
    """How many questions an interview of this length gets where nobody said how many: one for each five minutes."""
    if duration_minutes is None:
        return GenerateWishes().count
    return min(max(duration_minutes // MINUTES_A_QUESTION, FEWEST), MOST)


def _weak_skills(scores: Sequence[tuple[list[str], float]]) -> tuple[str, ...]:
    """Skills whose answers were under `WEAK_BELOW` on average."""
    by_skill: dict[str, list[float]] = {}
    for skills, overall in scores:
        for skill in skills:
            by_skill.setdefault(skill, []).append(overall)
    return tuple(skill for skill, found in by_skill.items() if sum(found) / len(found) < WEAK_BELOW)


def notes(interview: InterviewSession, wishes: GenerateWishes, written: int) -> list[str]:
    """What the bank could not give, in sentences for the client."""
    found = []
    unknown = [term for term in wishes.skills if not resolve_skill(term)]
    if unknown:
        found.append(f"We have no questions on {', '.join(unknown)} yet; others were chosen instead.")
    role = wishes.role or interview.target_role
    if role and find_role(role) is None and not wishes.skills:
        found.append(_no_field_note(role, interview))
    if written < wishes.count:
        found.append(f"The bank has only {written} questions of these kinds, not {wishes.count}.")
    return found


def unknown_field(interview: InterviewSession) -> list[str]:
    """The same of an interview whose rounds are only planned: whether the bank knows nothing about its role."""
    role = interview.target_role
    return [_no_field_note(role, interview)] if role and find_role(role) is None else []


def _no_field_note(role: str, interview: InterviewSession) -> str:
    helpful = ["a job description"] * (not interview.job_description) + ["a résumé"] * (not interview.resume_text)
    hint = " and ".join([*helpful, "skills that you name"]) if helpful else "skills that you name"
    return (
        f"Greenroom has no questions about {work_of(role)} yet; it asks what fits any job. "
        f"{hint[0].upper()}{hint[1:]} help."
    )


def similarity(open_embedding: OpenEmbedding) -> Similarity | None:
    """Cosine of two bank questions; the vectors of the bank are computed once in a process, in two seconds."""
    embedding = open_embedding()
    if embedding is None:
        return None
    with _COMPUTING:
        if embedding.version not in _VECTORS:
            pool = loader.questions()
            ids = (question.id for question in pool)
            _VECTORS[embedding.version] = dict(zip(ids, embedding.sentences([q.text for q in pool]), strict=True))
        vectors = _VECTORS[embedding.version]
    return lambda left, right: float(vectors[left.id] @ vectors[right.id])


_COMPUTING = Lock()
_VECTORS: dict[str, dict[str, Vectors]] = {}


async def _with_own_work(drafts: list[QuestionDraft], resume_text: str, job: str, seed: int) -> list[QuestionDraft]:
    """Give a third of the places, at least one, to questions about the candidate's own work and this job. Where the
    résumé cannot be read now, the bank's questions stand alone.
    """
    wanted = max(1, round(len(drafts) * PERSONAL_SHARE))
    try:
        return with_personal(drafts, await write_questions(resume_text, job, 4 * wanted, seed), wanted)
    except DocumentError as error:
        log.warning("no questions were made from a résumé: %s", error)
        return drafts


def with_personal(
    drafts: list[QuestionDraft], questions: Sequence[PersonalQuestion], wanted: int
) -> list[QuestionDraft]:
    """Give `wanted` places to questions about the candidate's own work.

    Each takes a place of its kind, so the plan's mix stays, and is judged by its own category; the others keep the
    bank's question.
    """
    result = list(drafts)
    for personal in questions:
        place = _last_place(result, personal.place)
        if place is None or wanted == 0:
            continue
        wanted -= 1
        result[place] = replace(
            result[place],
            text=personal.text,
            category=personal.category,
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
    """The last question of a category that still is the bank's and neither opens nor closes the interview."""
    places = [
        at
        for at, draft in enumerate(drafts)
        if draft.category == category and draft.source == "bank" and draft.stage is None
    ]
    return places[-1] if places else None


def _from_draft(interview: InterviewSession, draft: QuestionDraft, number: int, round_id: int | None) -> Question:
    return Question(
        session_id=interview.id,
        round_id=round_id,
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
