"""Recruiters, administrators, and interviews that were begun with their codes."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import httpx
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy import update

from app.models import AccessCode, InterviewSession, Question, User
from app.services.accounts.subject import CodeHolder
from tests.conftest import Candidate, register

HTTP = "What is HTTP?"
POINTS = ["a protocol of requests and responses", "it has no state of its own", "it is carried by TCP"]
REFERENCE = "HTTP is a stateless protocol of requests and responses that is carried by TCP."


async def with_role(app: FastAPI, http: httpx.AsyncClient, email: str, role: str) -> Candidate:
    """A new account with this role."""
    account = await register(http, email)
    async with app.state.runtime.database.writing() as session:
        await session.execute(update(User).where(User.email == email).values(role=role))
    return account


@pytest_asyncio.fixture
async def recruiter(app: FastAPI, http: httpx.AsyncClient) -> Candidate:
    return await with_role(app, http, "rita@example.com", "recruiter")


@pytest_asyncio.fixture
async def other_recruiter(app: FastAPI, http: httpx.AsyncClient) -> Candidate:
    return await with_role(app, http, "otto@example.com", "recruiter")


@pytest_asyncio.fixture
async def admin(app: FastAPI, http: httpx.AsyncClient) -> Candidate:
    return await with_role(app, http, "root@example.com", "admin")


@dataclass
class Guest:
    """A candidate who came with a code, and what they may do by the services."""

    app: FastAPI
    session_id: UUID
    code: str
    keys: list[int]

    @property
    def subject(self) -> CodeHolder:
        return CodeHolder(self.session_id)

    async def answer(self, text: str, number: int = 1) -> None:
        """Answer a question by typing, and have that judged."""
        services = self.app.state.runtime.services
        async with services.writing() as writes:
            interview = await writes.interviews.get(self.subject, self.session_id)
            question = await writes.questions.get(interview, self.keys[number - 1])
            await writes.answers.type(interview, question, text)
        await services.evaluations.evaluate_question(self.keys[number - 1])

    async def complete(self) -> None:
        async with self.app.state.runtime.services.writing() as writes:
            await writes.interviews.complete(self.subject, self.session_id)


async def guest(
    app: FastAPI, recruiter: Candidate, name: str, questions: Sequence[str] = (HTTP,), **values: object
) -> Guest:
    """Somebody who entered with a code of the recruiter."""
    services = app.state.runtime.services
    async with services._database.writing() as session:
        account = await app.state.runtime.guard.account_of(recruiter.account["token"])
        code = AccessCode(code="".join(secrets.choice("ABCDEFGH") for _ in range(8)), created_by_id=account.key)
        session.add(code)
        await session.flush()
        interview = InterviewSession(
            access_code_id=code.id,
            candidate_name=name,
            status="questions_generated",
            **{"title": "Backend", "kind": "screening", **values},
        )
        session.add(interview)
        await session.flush()
        rows = [
            Question(
                session_id=interview.id,
                number=number,
                text=text,
                category="technical",
                difficulty="medium",
                expected_points=POINTS,
                model_answer=REFERENCE,
                source="recruiter",
            )
            for number, text in enumerate(questions, start=1)
        ]
        session.add_all(rows)
        await session.flush()
        return Guest(app, interview.public_id, code.code, [row.id for row in rows])
