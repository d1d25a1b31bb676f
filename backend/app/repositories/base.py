"""What every repository can do. Only repositories build SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, func, or_, select, text

from app.database import ReadSession, WriteSession
from app.models.base import Record

R = TypeVar("R", bound=Record)
K = TypeVar("K", bound=str)
AnySession = ReadSession | WriteSession
Ref = UUID | int
"""Which row is meant: by its public UUID or by its integer key, as the face that was asked shows ids."""
LARGEST_KEY = 2**63 - 1


def matches(model: type[Record], ref: Ref) -> ColumnElement[bool]:
    """The condition that picks the row of a reference."""
    return model.public_id == ref if isinstance(ref, UUID) else model.id == ref


def contains(search: str, *columns: Any) -> ColumnElement[bool]:
    """The condition that one of the columns has this text in it, in any case."""
    return or_(*(column.icontains(search, autoescape=True) for column in columns))


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows of a list are wanted: page `number`, from 1, of `size` rows each, behind the first `skip` rows."""

    number: int
    size: int
    skip: int = 0


@dataclass(frozen=True, slots=True)
class Order(Generic[K]):
    """By what a list is sorted."""

    key: K
    ascending: bool = False

    def by(self, *columns: Any) -> list[Any]:
        """The columns in this direction, rows without a value last."""
        return [column.asc().nulls_last() if self.ascending else column.desc().nulls_last() for column in columns]


class Repository(Generic[R]):
    """Typed access to one table. Subclasses name their `model` and add the queries of their aggregate."""

    model: type[R]

    def __init__(self, session: AnySession) -> None:
        self.session = session

    async def add(self, record: R) -> R:
        """Insert and flush, so that keys and database checks are settled here."""
        self.session.add(record)
        await self.session.flush()
        return record

    async def add_all(self, records: Sequence[R]) -> None:
        """Insert several and flush."""
        self.session.add_all(records)
        await self.session.flush()

    async def by_id(self, key: int) -> R | None:
        """The row with this integer key."""
        return await self.session.get(self.model, key)

    async def by_ref(self, ref: Ref) -> R | None:
        """The row that a reference means."""
        return await self._one(select(self.model).where(matches(self.model, ref)))

    async def delete(self, record: R) -> None:
        """Delete the row; rows that belong to it go with it in the database."""
        await self.session.execute(delete(self.model).where(self.model.id == record.id))
        self.session.expunge(record)

    async def lock_table(self) -> None:
        """Keep others from changing the table until the transaction ends, for rules about all rows; they may read it.
        (SQLite has one writer at a time anyway.)"""
        if self.session.get_bind().dialect.name == "postgresql":
            await self.session.execute(text(f"LOCK TABLE {self.model.__tablename__} IN SHARE ROW EXCLUSIVE MODE"))

    async def _one(self, statement: Select[R]) -> R | None:
        return (await self.session.execute(statement)).scalar_one_or_none()

    async def _all(self, statement: Select[R]) -> list[R]:
        return list((await self.session.execute(statement)).scalars())

    async def _page(self, statement: Any, *, page: int, per_page: int, skip: int = 0) -> tuple[list[Any], int]:
        """Rows of page `page` (from 1), and the number of all rows."""
        total = await self.session.scalar(select(func.count()).select_from(statement.order_by(None).subquery()))
        rows = await self.session.execute(statement.limit(per_page).offset(skip + (page - 1) * per_page))
        return list(rows.all()), total or 0
