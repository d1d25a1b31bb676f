"""`greenroom codes create`: access codes for a class, on paper or in a spreadsheet."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TextIO

from app.commands.acting import acting
from app.commands.questions import find_set
from app.config import Settings
from app.errors import InvalidRequest
from app.models.values.kinds import InterviewKind
from app.repositories.access_codes import CodeView
from app.runtime.runtime import open_database
from app.services.recruiting.access_code_service import MOST_AT_ONCE, AccessCodeService, in_hours
from app.services.recruiting.question_set_service import QuestionSetService
from app.spreadsheets import Writer
from app.texts import clean_line

COLUMNS = ("code", "candidate_name", "question_set", "expires_at")
MAXIMUM_NAME = 120


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the codes are to be: so many, or one for each name. `expires_hours` from now on they are good."""

    count: int
    names: Sequence[str] = ()
    question_set: str | None = None
    expires_hours: float | None = None
    kind: InterviewKind = "screening"
    owner: str | None = None


async def create_codes(settings: Settings, wanted: Wanted, *, advance: Callable[[int], None]) -> list[CodeView]:
    """Make codes, all of them or none. Raises AppError for what makes no sense."""
    names: list[str | None] = [_name(name) for name in wanted.names] or [None] * wanted.count
    expires_at = _expiry(wanted.expires_hours)
    made: list[CodeView] = []
    async with open_database(settings, is_used=True) as database, database.writing() as session:
        account = await acting(session, wanted.owner)
        codes, chosen = AccessCodeService(session), None
        if wanted.question_set is not None:
            chosen = (await find_set(QuestionSetService(session), account, wanted.question_set)).question_set
        for first in range(0, len(names), MOST_AT_ONCE):
            some = names[first : first + MOST_AT_ONCE]
            made += await codes.create_many(
                account,
                names=some,
                question_set=chosen.id if chosen else None,
                expires_at=expires_at,
                kind=wanted.kind,
            )
            advance(len(some))
    return made


def write_csv(codes: Sequence[CodeView], file: TextIO) -> None:
    """The codes as a table with the columns of `COLUMNS`."""
    writer = Writer(file, COLUMNS)
    for view in codes:
        writer.write(
            {
                "code": view.code.code,
                "candidate_name": view.code.candidate_name,
                "question_set": view.question_set.name if view.question_set else None,
                "expires_at": view.code.expires_at.isoformat(timespec="seconds") if view.code.expires_at else None,
            }
        )


def _name(text: str) -> str:
    name = clean_line(text).strip()
    if not 1 <= len(name) <= MAXIMUM_NAME:
        raise InvalidRequest(f"{text[:40]!r}: a name has 1 to {MAXIMUM_NAME} characters.")
    return name


def _expiry(hours: float | None) -> datetime | None:
    try:
        return in_hours(hours)
    except OverflowError as error:
        raise InvalidRequest("--expires-hours is too far away. Leave it out for codes that never expire.") from error
