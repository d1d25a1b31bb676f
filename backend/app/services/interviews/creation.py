"""Interviews that take a credit and begin at once, for faces whose clients pay by interview.

Writing questions takes time, so this is three transactions: the credit is taken and the interview is there, it gets
questions, it begins. When that fails, the interview goes and the credit comes back.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from app.database import Database
from app.errors import InvalidRequest
from app.models import IdempotencyKey, InterviewSession
from app.repositories.credits import IdempotencyKeyRepository
from app.repositories.interviews import InterviewRepository
from app.repositories.users import UserRepository
from app.services.accounts.credits import CreditService
from app.services.accounts.subject import Account
from app.services.interviews import lifecycle
from app.services.interviews.interview_service import InterviewService
from app.services.interviews.question_generation import QuestionGeneration


@dataclass(frozen=True, slots=True)
class PaidInterview:
    """An interview that was created, and how many more its owner may create."""

    interview: InterviewSession
    interviews_remaining: int


class InterviewCreation:
    """Creates interviews for credits."""

    def __init__(self, database: Database, questions: QuestionGeneration) -> None:
        self.database = database
        self.questions = questions

    async def create(
        self, account: Account, values: Mapping[str, object], *, idempotency_key: str | None = None
    ) -> PaidInterview:
        """A new interview of the account, in progress and with questions; it takes a credit.

        The same `idempotency_key` gives the same interview again and takes nothing. Forbidden without a credit,
        InvalidRequest when the key was sent with other values before.
        """
        interview, is_new = await self._reserve(account, values, idempotency_key)
        try:
            if interview.status == "created":  # else it is there already, and may even be over
                await self.questions.prepare(account, interview.public_id)
            return await self._begin(account, interview)
        except BaseException:
            if is_new:
                await self._undo(account, interview)
            raise

    async def _reserve(
        self, account: Account, values: Mapping[str, object], key: str | None
    ) -> tuple[InterviewSession, bool]:
        """The interview, and whether it is new."""
        fingerprint = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
        async with self.database.writing() as session:
            await UserRepository(session).locked(account.key)  # requests of one account come one after the other
            keys, interviews = IdempotencyKeyRepository(session), InterviewService(session)
            if key is not None and (earlier := await keys.of(account.key, key)) is not None:
                if earlier.fingerprint != fingerprint:
                    raise InvalidRequest(
                        "This Idempotency-Key was sent with another request. Use a new key for a new interview.",
                        code="idempotency_key_reused",
                    )
                return await interviews.get(account, earlier.interview_id), False
            interview = await interviews.create(account, values)
            await CreditService(session).spend(account, interview.public_id)
            if key is not None:
                await keys.add(
                    IdempotencyKey(user_id=account.key, key=key, fingerprint=fingerprint, interview_id=interview.id)
                )
            return interview, True

    async def _begin(self, account: Account, found: InterviewSession) -> PaidInterview:
        async with self.database.writing() as session:
            interview = await InterviewService(session).get(account, found.id)
            if lifecycle.is_open(interview):
                lifecycle.begin(interview)
            user = await UserRepository(session).by_id(account.key)
            return PaidInterview(interview, user.interviews_remaining if user else 0)

    async def _undo(self, account: Account, found: InterviewSession) -> None:
        """Leave nothing behind, unless the same request, sent again, has succeeded meanwhile."""
        async with self.database.writing() as session:
            interviews = InterviewRepository(session)
            interview = await interviews.by_id(found.id)
            if interview is not None and interview.started_at is None:
                await interviews.delete(interview)
                await CreditService(session).give_back(account, interview.public_id)
