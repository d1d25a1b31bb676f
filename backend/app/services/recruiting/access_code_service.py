"""Access codes: a recruiter makes them, a candidate enters with one and gets an interview without an account.

A code opens one interview. Whoever entered comes back to it with the same code and name until it is over; then the code
is used up. Deleting a code keeps people out from then on; an interview that was started with it goes on and stays.
"""

import secrets
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta

from app.errors import ErrorType, FieldError, InvalidRequest, NotFound, Unprocessable
from app.models import AccessCode, InterviewSession, QuestionSet, now
from app.models.access_code import CODE_LENGTH
from app.models.values.kinds import CodeState, InterviewKind
from app.repositories.access_codes import AccessCodeRepository, CodeView
from app.repositories.base import AnySession, Ref
from app.repositories.interviews import InterviewRepository
from app.repositories.question_sets import QuestionSetRepository
from app.services.accounts.subject import Account
from app.services.interviews import lifecycle
from app.services.privacy import audit
from app.services.recruiting.question_set_service import copy_questions
from app.services.recruiting.scope import creator

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Capitals and digits that nobody mistakes for each other (no I, O, 0, 1)."""
MOST_AT_ONCE = 500
WITHOUT_SET = "Interview"
"""The title of an interview whose questions come from the bank."""


class AccessCodeService:
    """Makes codes and lets their holders in, within one transaction."""

    def __init__(self, session: AnySession) -> None:
        self.session = session
        self.codes = AccessCodeRepository(session)

    async def create(
        self,
        account: Account,
        *,
        count: int = 1,
        candidate_name: str | None = None,
        question_set: Ref | None = None,
        expires_at: datetime | None = None,
        kind: InterviewKind = "screening",
        label: str | None = None,
    ) -> list[CodeView]:
        """New codes of a recruiter. `question_set` is one that the recruiter sees; without one, the set counts that is
        active when somebody enters. Forbidden for candidates."""
        made = await self._make(account, count, candidate_name, question_set, expires_at, kind, label)
        await self._note(account, "codes_made", made[0].code)
        return made

    async def _make(
        self,
        account: Account,
        count: int,
        candidate_name: str | None,
        question_set: Ref | None,
        expires_at: datetime | None,
        kind: InterviewKind,
        label: str | None,
    ) -> list[CodeView]:
        created_by, found = creator(account), None
        if question_set is not None:
            found = await QuestionSetRepository(self.session).of(question_set, created_by)
            if found is None:
                raise NotFound.of("Question set")
        codes = await self.issue(
            count,
            created_by=account.key,
            candidate_name=candidate_name,
            question_set_id=found.id if found else None,
            expires_at=expires_at,
            kind=kind,
            label=label,
        )
        return [CodeView(code, None, found) for code in codes]

    async def create_many(
        self,
        account: Account,
        *,
        names: Sequence[str | None],
        question_set: Ref | None = None,
        expires_at: datetime | None = None,
        kind: InterviewKind = "screening",
        label: str | None = None,
    ) -> list[CodeView]:
        """A code for each of these names; one for None is for anybody."""
        unnamed = sum(name is None for name in names)
        wanted = [(1, name) for name in names if name is not None] + ([(unnamed, None)] if unnamed else [])
        made = [
            view
            for count, name in wanted
            for view in await self._make(account, count, name, question_set, expires_at, kind, label)
        ]
        if made:
            await self._note(account, "codes_made", made[0].code)
        return made

    async def issue(
        self,
        count: int = 1,
        *,
        created_by: int | None = None,
        candidate_name: str | None = None,
        question_set_id: int | None = None,
        expires_at: datetime | None = None,
        kind: InterviewKind = "screening",
        label: str | None = None,
    ) -> list[AccessCode]:
        """New codes, for whoever runs the server. `candidate_name` binds a code to one person, so there is one then.

        Unprocessable for a number or a time that makes no sense.
        """
        most = MOST_AT_ONCE if candidate_name is None else 1
        if not 1 <= count <= most:
            raise _wrong("count", f"Between 1 and {most} codes are made at once.")
        if expires_at is not None and expires_at <= now():
            raise _wrong("expires_at", "This time is over. Choose a later one.")
        rows = [
            AccessCode(
                code=code,
                label=label,
                created_by_id=created_by,
                candidate_name=candidate_name,
                question_set_id=question_set_id,
                expires_at=expires_at,
                interview_kind=kind,
            )
            for code in await self._new(count)
        ]
        self.session.add_all(rows)
        await self.session.flush()
        return rows

    async def page(
        self, account: Account, *, page: int, per_page: int, state: CodeState | None = None, search: str | None = None
    ) -> tuple[list[CodeView], int]:
        """One page of the recruiter's codes, newest first, and how many there are; an administrator sees all."""
        return await self.codes.page_of(creator(account), page=page, per_page=per_page, state=state, search=search)

    async def active_set(self, account: Account) -> QuestionSet | None:
        """The set that is asked now where a code names none."""
        creator(account)
        return await QuestionSetRepository(self.session).active()

    async def get(self, account: Account, ref: Ref) -> CodeView:
        """One code."""
        view = await self.codes.view(ref, creator(account))
        if view is None:
            raise NotFound.of("Code")
        return view

    async def delete(self, account: Account, ref: Ref) -> None:
        """Delete a code: nobody enters with it any more. An interview that was started with it goes on, as long as its
        candidate has its id, and stays with its results."""
        code = await self.codes.issued(ref, creator(account))
        if code is None:
            raise NotFound.of("Code")
        if code.entered_at is None:
            await self.codes.delete(code)
        else:
            code.withdrawn_at = now()
            await self.session.flush()
        await self._note(account, "code_revoked", code, before=code.code)

    async def enter(self, code: str, *, candidate_name: str) -> InterviewSession:
        """The interview of a code: a new one, or the one that was started with the same code and name.

        Its questions are those of the code's set, or of the active one; without either it has none yet (see
        `EntryService`). InvalidRequest says whether the code has expired or its interview is over; of a code that does
        not exist and one that is somebody else's it says the same, so whoever guesses learns nothing.
        """
        found = await self.codes.by_code(_written(code))
        interview = await self.codes.interview_of(found) if found is not None else None
        names = {found.candidate_name if found else None, interview.candidate_name if interview else None} - {None}
        if found is None or any(_plain(name) != _plain(candidate_name) for name in names if name is not None):
            raise _refused("code_invalid", "This code is not valid for this name. Check both, or ask for a new code.")
        if found.entered_at is not None:
            if interview is None or not lifecycle.is_open(interview):
                raise _refused("code_used", "The interview of this code is over. Ask for a new code.")
            return interview
        if found.expires_at is not None and found.expires_at <= now():
            raise _refused("code_expired", "This code has expired. Ask for a new one.")
        return await self._start(found, candidate_name)

    async def _note(self, account: Account, action: str, code: AccessCode, *, before: str | None = None) -> None:
        """Codes that are made together are one event, about the first of them."""
        await audit.note(self.session, account, action, "code", code.public_id, before=before)

    async def _start(self, code: AccessCode, candidate_name: str) -> InterviewSession:
        code.entered_at = now()
        question_set = await QuestionSetRepository(self.session).asked(code.question_set_id)
        interview = await InterviewRepository(self.session).add(
            InterviewSession(
                access_code_id=code.id,
                candidate_name=code.candidate_name or candidate_name,
                title=question_set.name if question_set else WITHOUT_SET,
                question_set_id=question_set.id if question_set else None,
                kind=code.interview_kind,
            )
        )
        if question_set is not None:
            await copy_questions(self.session, question_set, interview)
        return interview

    async def _new(self, count: int) -> Sequence[str]:
        """So many codes that do not exist yet."""
        found: set[str] = set()
        while len(found) < count:
            drawn = {_draw() for _ in range(count - len(found))}
            found |= drawn - await self.codes.taken(drawn)
        return list(found)


def in_hours(hours: float | None) -> datetime | None:
    """When a code expires that is good for so long; None: never."""
    return None if hours is None else now() + timedelta(hours=hours)


def _draw() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def _written(code: str) -> str:
    """The code as it is kept: people write it in small letters, in groups, or with a dash."""
    return "".join(letter for letter in code if letter.isalnum()).upper()


def _plain(name: str) -> str:
    """The name in the form in which names are compared: spaces, capitals and the form of letters do not count."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _refused(code: ErrorType, message: str) -> InvalidRequest:
    return InvalidRequest(message, code=code, details=[FieldError("code", message)])


def _wrong(field: str, message: str) -> Unprocessable:
    return Unprocessable("Validation error", details=[FieldError(field, message)])
