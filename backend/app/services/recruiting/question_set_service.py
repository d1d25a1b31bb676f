"""Question sets: what candidates with a code are asked. One set is active: it counts where a code names none.

The active set is the whole server's, so administrators choose it; recruiters have sets of their own for their codes.
Where none is active, an administrator's new set becomes it, unless they say otherwise; when the active one is
deleted, the newest of the others does. Interviews get copies of the questions, so whatever happens to a set changes no
interview. People choose sets by name, so nobody gives a name that a set they see already has.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import Conflict, FieldError, NotFound
from app.judge.category import infer_category
from app.models import InterviewSession, Question, QuestionSet, QuestionSetItem
from app.models.values.kinds import Category, Difficulty
from app.repositories.access_codes import AccessCodeRepository
from app.repositories.base import AnySession, Ref
from app.repositories.interviews import QuestionRepository
from app.repositories.question_sets import QuestionSetRepository, QuestionSetView
from app.services.accounts.subject import Account
from app.services.interviews import lifecycle
from app.services.privacy import audit
from app.services.recruiting.scope import creator


@dataclass(frozen=True, slots=True, kw_only=True)
class SetQuestion:
    """A question as a recruiter writes it. `ref` is a question of the set that it changes; without one it is new.

    Without a `category` the wording decides.
    """

    text: str
    time_limit: int = 120
    hints: Sequence[str] = ()
    expected_points: Sequence[str] = ()
    category: Category | None = None
    difficulty: Difficulty = "medium"
    ref: Ref | None = None


class QuestionSetService:
    """The rules of question sets within one transaction. Candidates are Forbidden; what does not exist or is another
    recruiter's is NotFound."""

    def __init__(self, session: AnySession) -> None:
        self.session = session
        self.sets = QuestionSetRepository(session)

    async def create(
        self,
        account: Account,
        *,
        name: str,
        questions: Sequence[SetQuestion],
        description: str = "",
        activate: bool | None = None,
        allow_same_name: bool = False,
    ) -> QuestionSetView:
        """A new set. Administrators say whether to `activate` it; None: where no set is active yet, it becomes the
        active one. Conflict where another set has the name, unless a face's document lets names repeat."""
        creator(account)
        if activate:
            account.require("configure")
        await self.sets.lock_table()
        if not allow_same_name:
            await self._require_free(account, name)
        created = await self.sets.add(QuestionSet(name=name, description=description, created_by_id=account.key))
        await self._write(created, [], questions)
        if activate is None:
            activate = account.may("configure") and await self.sets.active() is None
        if activate:
            await self.sets.activate(created)
            await audit.note(self.session, account, "set_activated", "question_set", created.public_id)
        return await self.sets.view(created)

    async def all(self, account: Account) -> list[QuestionSetView]:
        """The recruiter's sets, oldest first; an administrator sees all."""
        return await self.sets.all_of(creator(account))

    async def get(self, account: Account, ref: Ref) -> QuestionSetView:
        """One set."""
        return await self.sets.view(await self._find(account, ref))

    async def update(
        self,
        account: Account,
        ref: Ref,
        *,
        name: str | None = None,
        description: str | None = None,
        questions: Sequence[SetQuestion] | None = None,
    ) -> QuestionSetView:
        """Change what is given. `questions` are all of the set in their new order: those with a `ref` stay what they
        are under their ids, others are added, and those that are not named are removed. Conflict for a new name that
        another set has."""
        if name is not None:
            await self.sets.lock_table()
        found = await self._find(account, ref)
        if name is not None and not _same(name, found.name):
            await self._require_free(account, name)
        found.name = found.name if name is None else name
        found.description = found.description if description is None else description
        if questions is not None:
            await self._write(found, (await self.sets.view(found)).items, questions)
        await self.session.flush()
        await audit.note(self.session, account, "set_changed", "question_set", found.public_id)
        return await self.sets.view(found)

    async def activate(self, account: Account, ref: Ref) -> QuestionSetView:
        """Make this the active set. Interviews that were started with another go on with their questions."""
        account.require("configure")
        await self.sets.lock_table()
        found = await self._find(account, ref)
        await self.sets.activate(found)
        await audit.note(self.session, account, "set_activated", "question_set", found.public_id)
        return await self.sets.view(found)

    async def delete(self, account: Account, ref: Ref) -> None:
        """Delete a set. Conflict while there are codes for it that nobody used yet: their candidates would be asked
        something else."""
        await self.sets.lock_table()
        found = await self._find(account, ref)
        if waiting := await AccessCodeRepository(self.session).waiting_for(found):
            raise Conflict(
                f"This set is needed by unused codes ({waiting}). Revoke them first, or wait until they expire.",
                code="question_set_in_use",
            )
        was_active = found.is_active
        await audit.note(self.session, account, "set_deleted", "question_set", found.public_id, before=found.name)
        await self.sets.delete(found)
        if was_active and (newest := await self.sets.newest()) is not None:
            await self.sets.activate(newest)

    async def _find(self, account: Account, ref: Ref) -> QuestionSet:
        found = await self.sets.of(ref, creator(account))
        if found is None:
            raise NotFound.of("Question set")
        return found

    async def _require_free(self, account: Account, name: str) -> None:
        """Conflict where the account sees a set of this name. The caller has locked the table."""
        taken = next((known for known in await self.sets.names(creator(account)) if _same(known, name)), None)
        if taken is not None:
            message = f"There is already a question set called “{taken}”. Choose another name."
            raise Conflict(message, code="question_set_name_taken", details=[FieldError("name", message)])

    async def _write(
        self, question_set: QuestionSet, before: Sequence[QuestionSetItem], questions: Sequence[SetQuestion]
    ) -> None:
        """Have the set hold these questions in this order. NotFound for a `ref` that is no question of it."""
        left = list(before)
        for number, wanted in enumerate(questions, start=1):
            item = next((item for item in left if wanted.ref in (item.id, item.public_id)), None)
            if item is not None:
                left.remove(item)
            elif wanted.ref is not None:
                raise NotFound.of("Question")
            else:
                item = QuestionSetItem(question_set_id=question_set.id)
                self.session.add(item)
            item.number, item.text = number, wanted.text
            item.category = wanted.category or infer_category(wanted.text)
            item.difficulty, item.time_limit = wanted.difficulty, wanted.time_limit
            item.hints, item.expected_points = list(wanted.hints), list(wanted.expected_points)
        await self.sets.delete_items([item.id for item in left])
        await self.session.flush()


def _same(name: str, other: str) -> bool:
    """Whether people would take two names for the same: spaces and capitals do not count."""
    return name.casefold().split() == other.casefold().split()


async def copy_questions(session: AnySession, question_set: QuestionSet, interview: InterviewSession) -> None:
    """Give an interview the questions of a set."""
    view = await QuestionSetRepository(session).view(question_set)
    questions = [
        Question(
            session_id=interview.id,
            number=item.number,
            text=item.text,
            category=item.category,
            difficulty=item.difficulty,
            time_limit=item.time_limit,
            hints=item.hints,
            expected_points=item.expected_points,
            source="recruiter",
        )
        for item in view.items
    ]
    await QuestionRepository(session).add_all(questions)
    if questions:
        lifecycle.questions_generated(interview)
