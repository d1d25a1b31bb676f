"""The baseline of the HTTP benchmark: the least FastAPI and SQLAlchemy need for a JWT check and one row."""

import datetime
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from jose import JWTError, jwt
from pydantic import BaseModel, ConfigDict
from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

KEY = os.environ["BASELINE_KEY"]
engine = create_async_engine(os.environ["BASELINE_DATABASE_URL"], pool_size=10, max_overflow=0)
sessions = async_sessionmaker(engine, expire_on_commit=False)
bearer = HTTPBearer()

if engine.dialect.name == "sqlite":

    @event.listens_for(engine.sync_engine, "connect")
    def configure(connection, _record):  # type: ignore[no-untyped-def]
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "mmap_size=134217728"):
            connection.execute(f"PRAGMA {pragma}")


class Base(DeclarativeBase):
    pass


class Interview(Base):
    """As many columns as an interview of ours has on its way out."""

    __tablename__ = "interviews"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str]
    title: Mapped[str]
    status: Mapped[str]
    role: Mapped[str]
    company: Mapped[str]
    difficulty: Mapped[str]
    kind: Mapped[str]
    voice: Mapped[str]
    minutes: Mapped[int]
    created: Mapped[datetime.datetime]
    updated: Mapped[datetime.datetime]


class InterviewOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: int
    owner: str
    title: str
    status: str
    role: str
    company: str
    difficulty: str
    kind: str
    voice: str
    minutes: int
    created: datetime.datetime
    updated: datetime.datetime


async def session() -> AsyncIterator[AsyncSession]:
    async with sessions() as opened:
        yield opened


async def subject(token: Annotated[HTTPAuthorizationCredentials, Depends(bearer)]) -> str:
    try:
        return str(jwt.decode(token.credentials, KEY, algorithms=["HS256"], audience="b", issuer="b")["sub"])
    except JWTError as error:
        raise HTTPException(401) from error


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    moment = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with sessions.begin() as opened:
        if await opened.get(Interview, 1) is None:
            texts = dict.fromkeys(
                ("owner", "title", "status", "role", "company", "difficulty", "kind", "voice"), "text"
            )
            opened.add(Interview(id=1, minutes=30, created=moment, updated=moment, **texts))
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


@app.get("/interviews/{key}")
async def get_interview(
    key: int, opened: Annotated[AsyncSession, Depends(session)], _who: Annotated[str, Depends(subject)]
) -> InterviewOut:
    row = (await opened.execute(select(Interview).where(Interview.id == key))).scalar_one_or_none()
    if row is None:
        raise HTTPException(404)
    return InterviewOut.model_validate(row)
