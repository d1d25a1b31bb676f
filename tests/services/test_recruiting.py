"""Codes, question sets and prompt templates: who may do what with them, and what holds when two do it at once."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import pytest
import pytest_asyncio

from app.config import PrivacySettings
from app.database import Database
from app.engines.embedding.base import no_embedding
from app.errors import AppError, Conflict, Forbidden, InvalidRequest, NotFound, Unprocessable
from app.models import InterviewSession, Question, User, now
from app.models.values.kinds import Role
from app.repositories.interviews import InterviewRepository, QuestionRepository
from app.repositories.question_sets import QuestionSetView
from app.repositories.users import UserRepository
from app.services.accounts.subject import Account
from app.services.interviews import lifecycle
from app.services.interviews.question_generation import QuestionGeneration
from app.services.llm.assistants import assistants_for
from app.services.llm.hints import admin_task
from app.services.recruiting.access_code_service import ALPHABET, AccessCodeService
from app.services.recruiting.entry_service import EntryService
from app.services.recruiting.prompt_service import PromptService, render
from app.services.recruiting.question_set_service import QuestionSetService, SetQuestion
from tests.support.databases import PostgresDatabases, SqliteDatabases

QUESTIONS = (
    SetQuestion(text="Explain the difference between REST and GraphQL APIs.", time_limit=300, hints=["Data fetching"]),
    SetQuestion(text="Tell me about a time you were wrong.", expected_points=["what was wrong"]),
)


@dataclass
class Office:
    """A database with people in it, and what they do."""

    database: Database
    admin: Account
    recruiter: Account
    colleague: Account
    candidate: Account

    async def new_set(self, account: Account, name: str = "Engineers") -> QuestionSetView:
        async with self.database.writing() as session:
            return await QuestionSetService(session).create(account, name=name, description="", questions=QUESTIONS)

    async def activate(self, view: QuestionSetView) -> None:
        async with self.database.writing() as session:
            await QuestionSetService(session).activate(self.admin, view.question_set.public_id)

    async def active(self) -> list[str]:
        async with self.database.reading() as session:
            views = await QuestionSetService(session).all(self.admin)
        return [view.question_set.name for view in views if view.question_set.is_active]

    async def enter(self, code: str, name: str = "Ada") -> InterviewSession:
        async with self.database.writing() as session:
            return await AccessCodeService(session).enter(code, candidate_name=name)

    async def code(self, account: Account | None = None, **wishes: object) -> str:
        async with self.database.writing() as session:
            created = await AccessCodeService(session).create(account or self.admin, **wishes)  # type: ignore[arg-type]  # of the test
        return created[0].code.code

    async def questions(self, interview: InterviewSession) -> list[Question]:
        async with self.database.reading() as session:
            return await QuestionRepository(session).of_session(interview.id)

    async def refusal(self, code: str, name: str = "Ada") -> AppError:
        with pytest.raises(InvalidRequest) as caught:
            await self.enter(code, name)
        return caught.value


@pytest_asyncio.fixture
async def office(databases: SqliteDatabases | PostgresDatabases) -> AsyncIterator[Office]:
    async with databases.fresh() as url:
        database = Database(url)
        people = []
        async with database.writing() as session:
            roles: tuple[Role, ...] = ("admin", "recruiter", "recruiter", "candidate")
            for number, role in enumerate(roles):
                user = await UserRepository(session).add(
                    User(email=f"{number}@example.com", password_hash="", full_name=role, role=role)
                )
                people.append(Account(user.id, user.public_id, role, uuid4()))
        yield Office(database, *people)
        await database.close()


class TestCodes:
    async def test_are_eight_letters_and_digits_that_nobody_confuses_and_come_in_any_number(
        self, office: Office
    ) -> None:
        async with office.database.writing() as session:
            codes = AccessCodeService(session)
            created = await codes.create(office.admin, count=40)
            texts = {view.code.code for view in created}
            assert len(texts) == 40
            assert all(len(text) == 8 and set(text) <= set(ALPHABET) for text in texts)
            for wrong in ({"count": 0}, {"count": 501}, {"count": 2, "candidate_name": "Ada"}):
                with pytest.raises(Unprocessable):
                    await codes.create(office.admin, **wrong)
            with pytest.raises(Unprocessable):
                await codes.create(office.admin, expires_at=now())

    async def test_of_a_recruiter_are_seen_by_that_recruiter_and_administrators(self, office: Office) -> None:
        code = await office.code(office.recruiter)
        async with office.database.writing() as session:
            codes = AccessCodeService(session)
            seen = {
                account.key: [view.code.code for view in (await codes.page(account, page=1, per_page=9))[0]]
                for account in (office.admin, office.recruiter, office.colleague)
            }
            assert list(seen.values()) == [[code], [code], []]
            found = await codes.codes.by_code(code)
            assert found is not None
            for ref in (found.id, found.public_id):
                with pytest.raises(NotFound):
                    await codes.delete(office.colleague, ref)
            with pytest.raises(Forbidden):
                await codes.page(office.candidate, page=1, per_page=9)
            with pytest.raises(Forbidden):
                await codes.create(office.candidate)

    async def test_let_the_same_person_back_in_until_the_interview_is_over(self, office: Office) -> None:
        await office.new_set(office.admin)
        code = await office.code(expires_at=now() + timedelta(hours=1))
        interview = await office.enter(code)
        assert [question.text for question in await office.questions(interview)] == [each.text for each in QUESTIONS]
        assert (await office.enter(f" {code.lower()} ", "ａda")).id == interview.id
        unknown = await office.refusal("WRONGONE")
        other = await office.refusal(code, "Eve")
        assert (other.code, other.message) == (unknown.code, unknown.message) == ("code_invalid", unknown.message)
        async with office.database.writing() as session:
            row = await InterviewRepository(session).by_id(interview.id)
            assert row is not None
            lifecycle.begin(row)
            lifecycle.complete(row)
        assert (await office.refusal(code)).code == "code_used"
        assert (await office.refusal(code, "Eve")).code == "code_invalid"

    async def test_are_for_whom_and_until_when_they_were_made(self, office: Office) -> None:
        code = await office.code(candidate_name="Ada Lovelace", expires_at=now() + timedelta(seconds=0.2))
        assert (await office.refusal(code, "Ada")).code == "code_invalid"
        await asyncio.sleep(0.25)
        assert (await office.refusal(code, " ada  lovelace")).code == "code_expired"

    async def test_deleted_keep_people_out_but_end_no_interview(self, office: Office) -> None:
        unused, used = await office.code(), await office.code()
        interview = await office.enter(used)
        async with office.database.writing() as session:
            codes = AccessCodeService(session)
            for view in (await codes.page(office.admin, page=1, per_page=9))[0]:
                await codes.delete(office.admin, view.code.id)
            assert await codes.page(office.admin, page=1, per_page=9) == ([], 0)
        assert {(await office.refusal(code)).code for code in (unused, used)} == {"code_invalid"}
        async with office.database.reading() as session:
            assert await InterviewRepository(session).started_with_code(interview.public_id) is not None

    async def test_lead_to_their_own_set_or_else_the_active_one(self, office: Office) -> None:
        own = await office.new_set(office.recruiter, "Own")
        await office.new_set(office.admin, "Active")
        with pytest.raises(NotFound):
            await office.code(office.colleague, question_set=own.question_set.public_id)
        bound = await office.code(office.recruiter, question_set=own.question_set.id)
        unbound = await office.code(office.recruiter)
        assert [(await office.enter(code)).title for code in (bound, unbound)] == ["Own", "Active"]

    async def test_two_entries_at_once_make_one_interview(self, office: Office) -> None:
        await office.new_set(office.admin)
        code = await office.code()
        entered = await asyncio.gather(*(office.enter(code) for _ in range(4)))
        assert len({interview.id for interview in entered}) == 1
        assert len(await office.questions(entered[0])) == len(QUESTIONS)

    async def test_two_entries_with_different_names_let_one_in(self, office: Office) -> None:
        code = await office.code()
        entered = await asyncio.gather(*(office.enter(code, name) for name in ("Ada", "Eve")), return_exceptions=True)
        assert {type(found) for found in entered} == {InterviewSession, InvalidRequest}


class TestQuestionSets:
    async def test_exactly_one_is_active_whoever_activates_at_once(self, office: Office) -> None:
        views = [await office.new_set(office.admin, name) for name in "ABCD"]
        assert await office.active() == ["A"]
        await asyncio.gather(*(office.activate(view) for view in views))
        (name,) = await office.active()
        async with office.database.writing() as session:
            sets = QuestionSetService(session)
            deleted = next(view for view in views if view.question_set.name == name)
            await sets.delete(office.admin, deleted.question_set.id)
        assert await office.active() == ["C" if name == "D" else "D"]

    async def test_two_first_sets_at_once_leave_one_active(self, office: Office) -> None:
        await asyncio.gather(*(office.new_set(office.admin, name) for name in "AB"))
        assert len(await office.active()) == 1

    async def test_are_edited_and_reordered_under_their_ids_and_change_no_interview(self, office: Office) -> None:
        view = await office.new_set(office.admin)
        first, second = view.items
        interview = await office.enter(await office.code())
        assert (first.category, second.category) == ("technical", "behavioral")
        async with office.database.writing() as session:
            changed = await QuestionSetService(session).update(
                office.admin,
                view.question_set.public_id,
                name="Others",
                questions=[SetQuestion(text="New?"), SetQuestion(text="Changed?", ref=second.public_id)],
            )
        assert (changed.question_set.name, changed.items[1].id) == ("Others", second.id)
        assert [item.text for item in changed.items] == ["New?", "Changed?"]
        assert first.id not in {item.id for item in changed.items}
        async with office.database.writing() as session:
            sets = QuestionSetService(session)
            with pytest.raises(NotFound):
                await sets.update(office.admin, view.question_set.id, questions=[SetQuestion(text="?", ref=first.id)])
        async with office.database.writing() as session:
            await QuestionSetService(session).delete(office.admin, view.question_set.id)
        assert [question.text for question in await office.questions(interview)] == [each.text for each in QUESTIONS]

    async def test_with_codes_that_wait_for_somebody_are_not_deleted(self, office: Office) -> None:
        view = await office.new_set(office.recruiter)
        code = await office.code(office.recruiter, question_set=view.question_set.id)
        async with office.database.writing() as session:
            with pytest.raises(Conflict):
                await QuestionSetService(session).delete(office.recruiter, view.question_set.id)
        await office.enter(code)
        async with office.database.writing() as session:
            await QuestionSetService(session).delete(office.recruiter, view.question_set.id)

    async def test_of_others_are_not_found_and_recruiters_choose_nothing_for_everybody(self, office: Office) -> None:
        view = await office.new_set(office.recruiter)
        assert await office.active() == []
        async with office.database.writing() as session:
            sets = QuestionSetService(session)
            with pytest.raises(NotFound):
                await sets.get(office.colleague, view.question_set.id)
            assert await sets.all(office.colleague) == []
            for work in (sets.activate(office.recruiter, view.question_set.id), sets.all(office.candidate)):
                with pytest.raises(Forbidden):
                    await work

    async def test_without_one_the_bank_asks_and_two_entries_get_the_same_questions(self, office: Office) -> None:
        class Speechless:
            def prepare(self, voice: str, text: str) -> None: ...

        generation = QuestionGeneration(office.database, lambda: None, assistants_for(None, no_embedding), Speechless())  # type: ignore[arg-type]  # only `prepare` is asked
        entry = EntryService(office.database, generation, PrivacySettings(), looks_at_films=False)
        code = await office.code()
        entered = await asyncio.gather(*(entry.enter(code, candidate_name="Ada") for _ in range(3)))
        ids = {tuple(question.id for question in found.questions) for found in entered}
        assert len(ids) == 1
        assert len(ids.pop()) == 5


class TestPrompts:
    async def test_exactly_one_is_the_default_from_the_start_and_whoever_changes_it_at_once(
        self, office: Office
    ) -> None:
        async def create(name: str) -> None:
            async with office.database.writing() as session:
                await PromptService(session).create(office.admin, name=name, description="", text=name, is_default=True)

        async def defaults() -> list[str]:
            async with office.database.reading() as session:
                return [
                    prompt.name for prompt in await PromptService(session).all(office.recruiter) if prompt.is_default
                ]

        assert await defaults() == ["Default Interview Assistant"]
        await asyncio.gather(*(create(name) for name in "ABC"))
        (name,) = await defaults()
        async with office.database.writing() as session:
            prompts = PromptService(session)
            chosen = next(prompt for prompt in await prompts.all(office.admin) if prompt.name == name)
            with pytest.raises(Conflict):
                await prompts.update(office.admin, chosen.public_id, is_default=False)
            assert (await prompts.update(office.admin, chosen.id, text="Changed", is_default=True)).text == "Changed"
            await prompts.delete(office.admin, chosen.id)
        assert await defaults() == ["Default Interview Assistant"]
        async with office.database.writing() as session:
            prompts = PromptService(session)
            first, *others = await prompts.all(office.admin)
            for other in others:
                await prompts.delete(office.admin, other.id)
            with pytest.raises(Conflict):
                await prompts.delete(office.admin, first.id)

    async def test_are_changed_by_administrators_alone(self, office: Office) -> None:
        async with office.database.writing() as session:
            prompts = PromptService(session)
            (first,) = await prompts.all(office.recruiter)
            for work in (
                prompts.create(office.recruiter, name="x", description="", text="x"),
                prompts.update(office.recruiter, first.id, text="x"),
                prompts.delete(office.recruiter, first.id),
                prompts.all(office.candidate),
            ):
                with pytest.raises(Forbidden):
                    await work

    def test_are_filled_with_two_texts_and_nothing_else(self) -> None:
        template = "{question} {transcript} {question.__class__} {0} {{question}} {} {unknown} {transcript!r} 100%s"
        filled = render(template, question="{transcript}", transcript="said {question}")
        assert filled == (
            "{transcript} said {question} {question.__class__} {0} {{transcript}} {} {unknown} {transcript!r} 100%s"
        )
        assert admin_task("t", "1", "{question.x} {0}").text == "{question.x} {0}"
